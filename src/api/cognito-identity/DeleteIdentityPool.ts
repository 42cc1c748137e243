import { deleteIdentityPool } from "../../domain/identity-pools/pools.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentityPool.html */
export const DeleteIdentityPool = identity("DeleteIdentityPool", {
	auth: "iam",
	async handle(call, input) {
		await deleteIdentityPool(call, input.IdentityPoolId);
	},
});
