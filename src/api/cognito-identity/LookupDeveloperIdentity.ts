import { lookupDeveloperIdentity } from "../../domain/identity-pools/developer-identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_LookupDeveloperIdentity.html */
export const LookupDeveloperIdentity = identity("LookupDeveloperIdentity", {
	auth: "iam",
	async handle(call, input) {
		return lookupDeveloperIdentity(call, input);
	},
});
