import { identityProviderNotFound } from "../../../domain/refusals.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetIdentityProviderByIdentifier.html */
export const GetIdentityProviderByIdentifier = idp("GetIdentityProviderByIdentifier", {
	auth: "iam",
	async handle(call, input) {
		await getUserPool(call, input.UserPoolId);
		// No pool has one yet: there is nothing that creates them.
		throw identityProviderNotFound(input.IdpIdentifier);
	},
});
