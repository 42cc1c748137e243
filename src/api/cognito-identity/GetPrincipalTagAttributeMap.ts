import { getPrincipalTags } from "../../domain/identity-pools/roles.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetPrincipalTagAttributeMap.html */
export const GetPrincipalTagAttributeMap = identity("GetPrincipalTagAttributeMap", {
	auth: "iam",
	async handle(call, input) {
		return getPrincipalTags(call, input.IdentityPoolId, input.IdentityProviderName);
	},
});
