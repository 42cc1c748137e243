import { deleteDomain } from "../../../domain/user-pools/domains.ts";
import { idp } from "../../operation.ts";
import { withoutDomain } from "./name.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolDomain.html */
export const DeleteUserPoolDomain = idp("DeleteUserPoolDomain", {
	auth: "iam",
	constrained: withoutDomain,
	async handle(call, input) {
		await deleteDomain(call, input.UserPoolId, input.Domain);
		return {};
	},
});
