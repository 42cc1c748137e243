import { mergeDeveloperIdentities } from "../../domain/identity-pools/developer-identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_MergeDeveloperIdentities.html */
export const MergeDeveloperIdentities = identity("MergeDeveloperIdentities", {
	auth: "iam",
	async handle(call, input) {
		return { IdentityId: await mergeDeveloperIdentities(call, input) };
	},
});
