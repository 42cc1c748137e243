import { listEntities } from "../../domain/access/lists.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { listedRole } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const ListRoles = iam("ListRoles", {
	auth: "iam",
	async handle(call, input) {
		const page = await listEntities(call, "role", input);
		return { Roles: page.items.map(listedRole), ...pageFields(page) };
	},
});
