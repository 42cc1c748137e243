import { deleteIdentities } from "../../domain/identity-pools/identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentities.html */
export const DeleteIdentities = identity("DeleteIdentities", {
	auth: "iam",
	async handle(call, input) {
		return { UnprocessedIdentityIds: await deleteIdentities(call, input.IdentityIdsToDelete) };
	},
});
