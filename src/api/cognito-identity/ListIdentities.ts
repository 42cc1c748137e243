import { listIdentities } from "../../domain/identity-pools/identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentities.html */
export const ListIdentities = identity("ListIdentities", {
	auth: "iam",
	async handle(call, input) {
		const { IdentityPoolId: id, MaxResults: limit, NextToken: token, HideDisabled: hideDisabled = false } = input;
		const { identities, next } = await listIdentities(call, id, limit, token, hideDisabled);
		return { IdentityPoolId: id, Identities: identities, NextToken: next };
	},
});
