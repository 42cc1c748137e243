import { updateRole } from "../../domain/access/roles.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
export const UpdateRole = iam("UpdateRole", {
	auth: "iam",
	async handle(call, input) {
		await updateRole(call, input.RoleName, { description: input.Description, maxSessionSeconds: input.MaxSessionDuration });
		return {};
	},
});
