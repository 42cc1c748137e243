import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { adminDeleteSoftwareToken } from "../../../domain/user-pools/software-tokens.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html */
export const AdminDeleteSoftwareToken = idp("AdminDeleteSoftwareToken", {
	auth: "iam",
	async handle(call, input) {
		await adminDeleteSoftwareToken(call, await getUserPool(call, input.UserPoolId), input.Username);
		return {};
	},
});
