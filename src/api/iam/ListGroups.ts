import { listEntities } from "../../domain/access/lists.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { groupAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export const ListGroups = iam("ListGroups", {
	auth: "iam",
	async handle(call, input) {
		const page = await listEntities(call, "group", input);
		return { Groups: page.items.map(groupAnswer), ...pageFields(page) };
	},
});
