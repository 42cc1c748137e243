import { setPrincipalTags } from "../../domain/identity-pools/roles.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetPrincipalTagAttributeMap.html */
export const SetPrincipalTagAttributeMap = identity("SetPrincipalTagAttributeMap", {
	auth: "iam",
	async handle(call, input) {
		return setPrincipalTags(call, input);
	},
});
