import { getEntity } from "../../domain/access/entities.ts";
import { iam } from "../operation.ts";
import { roleAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const GetRole = iam("GetRole", {
	auth: "iam",
	async handle(call, input) {
		return { Role: { ...roleAnswer(await getEntity(call, "role", input.RoleName)), RoleLastUsed: {} } };
	},
});
