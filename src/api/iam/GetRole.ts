import { getEntity } from "../../domain/access/entities.ts";
import { iam } from "../operation.ts";
import { lastUsedAnswer, roleAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const GetRole = iam("GetRole", {
	auth: "iam",
	async handle(call, input) {
		const role = await getEntity(call, "role", input.RoleName);
		return { Role: { ...roleAnswer(role), RoleLastUsed: lastUsedAnswer(call, role) } };
	},
});
