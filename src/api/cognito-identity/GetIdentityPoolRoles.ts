import { getIdentityPoolRoles } from "../../domain/identity-pools/roles.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html */
export const GetIdentityPoolRoles = identity("GetIdentityPoolRoles", {
	auth: "iam",
	async handle(call, input) {
		return getIdentityPoolRoles(call, input.IdentityPoolId);
	},
});
