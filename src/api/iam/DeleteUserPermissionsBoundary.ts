import { deleteBoundary } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html */
export const DeleteUserPermissionsBoundary = iam("DeleteUserPermissionsBoundary", {
	auth: "iam",
	async handle(call, input) {
		await deleteBoundary(call, "user", input.UserName);
	},
});
