import { listEntities } from "../../domain/access/lists.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { listedUser } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export const ListUsers = iam("ListUsers", {
	auth: "iam",
	async handle(call, input) {
		const page = await listEntities(call, "user", input);
		return { Users: page.items.map(listedUser), ...pageFields(page) };
	},
});
