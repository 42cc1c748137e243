import { deleteBoundary } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html */
export const DeleteRolePermissionsBoundary = iam("DeleteRolePermissionsBoundary", {
	auth: "iam",
	async handle(call, input) {
		await deleteBoundary(call, "role", input.RoleName);
	},
});
