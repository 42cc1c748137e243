import { createUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
export const CreateUserPool = idp("CreateUserPool", {
	auth: "iam",
	async handle(call, input) {
		return { UserPool: await createUserPool(call, input) };
	},
});
