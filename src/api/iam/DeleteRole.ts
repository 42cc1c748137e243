import { deleteRole } from "../../domain/access/roles.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
export const DeleteRole = iam("DeleteRole", {
	auth: "iam",
	async handle(call, input) {
		await deleteRole(call, input.RoleName);
	},
});
