import { updateIdentityPool } from "../../domain/identity-pools/pools.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UpdateIdentityPool.html */
export const UpdateIdentityPool = identity("UpdateIdentityPool", {
	auth: "iam",
	async handle(call, input) {
		return updateIdentityPool(call, input);
	},
});
