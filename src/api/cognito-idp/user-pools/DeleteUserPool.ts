import { checkNoActiveImport } from "../../../domain/user-pools/imports/jobs.ts";
import { deleteUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html */
export const DeleteUserPool = idp("DeleteUserPool", {
	auth: "iam",
	async handle(call, input) {
		await checkNoActiveImport(call, input.UserPoolId);
		await deleteUserPool(call, input.UserPoolId);
	},
});
