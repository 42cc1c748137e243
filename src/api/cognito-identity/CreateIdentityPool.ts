import { createIdentityPool } from "../../domain/identity-pools/pools.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html */
export const CreateIdentityPool = identity("CreateIdentityPool", {
	auth: "iam",
	async handle(call, input) {
		return createIdentityPool(call, input);
	},
});
