import { createRole } from "../../domain/access/roles.ts";
import { tagsOf } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";
import { createdRole } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const CreateRole = iam("CreateRole", {
	auth: "iam",
	async handle(call, input) {
		const role = await createRole(call, {
			name: input.RoleName,
			path: input.Path ?? "/",
			trust: input.AssumeRolePolicyDocument,
			description: input.Description,
			maxSessionSeconds: input.MaxSessionDuration,
			boundary: input.PermissionsBoundary,
			tags: tagsOf(input.Tags),
		});
		return { Role: createdRole(role) };
	},
});
