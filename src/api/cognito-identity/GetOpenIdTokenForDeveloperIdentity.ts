import { openIdTokenForDeveloper } from "../../domain/identity-pools/developer-identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdTokenForDeveloperIdentity.html */
export const GetOpenIdTokenForDeveloperIdentity = identity("GetOpenIdTokenForDeveloperIdentity", {
	auth: "iam",
	async handle(call, input) {
		return openIdTokenForDeveloper(call, input);
	},
});
