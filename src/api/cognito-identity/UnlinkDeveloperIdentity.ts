import { unlinkDeveloperIdentity } from "../../domain/identity-pools/developer-identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UnlinkDeveloperIdentity.html */
export const UnlinkDeveloperIdentity = identity("UnlinkDeveloperIdentity", {
	auth: "iam",
	async handle(call, input) {
		await unlinkDeveloperIdentity(call, input);
	},
});
