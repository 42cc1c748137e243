import { credentialsForIdentity } from "../../domain/identity-pools/credentials.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html */
export const GetCredentialsForIdentity = identity("GetCredentialsForIdentity", {
	auth: "public",
	async handle(call, input) {
		return credentialsForIdentity(call, input);
	},
});
