import { groupsOf } from "../../domain/access/groups.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { groupAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export const ListGroupsForUser = iam("ListGroupsForUser", {
	auth: "iam",
	async handle(call, input) {
		const page = pageOf(await groupsOf(call, input.UserName), ({ name }) => name, input);
		return { Groups: page.items.map(groupAnswer), ...pageFields(page) };
	},
});
