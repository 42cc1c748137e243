import { putBoundary } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html */
export const PutRolePermissionsBoundary = iam("PutRolePermissionsBoundary", {
	auth: "iam",
	async handle(call, input) {
		await putBoundary(call, "role", input.RoleName, input.PermissionsBoundary);
	},
});
