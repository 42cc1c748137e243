import { updateRole } from "../../domain/access/roles.ts";
import { iam } from "../operation.ts";
import { createdRole } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
export const UpdateRoleDescription = iam("UpdateRoleDescription", {
	auth: "iam",
	async handle(call, input) {
		const role = await updateRole(call, input.RoleName, { description: input.Description, maxSessionSeconds: undefined });
		return { Role: { ...createdRole(role), Description: input.Description } };
	},
});
