import { verifyUserAttribute } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html */
export const VerifyUserAttribute = idp("VerifyUserAttribute", {
	auth: "accessToken",
	async handle(call, input) {
		await verifyUserAttribute(call, call.caller, input.AttributeName, input.Code);
		return {};
	},
});
