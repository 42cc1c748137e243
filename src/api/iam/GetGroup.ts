import { listMembers } from "../../domain/access/groups.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { groupAnswer, listedUser } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
export const GetGroup = iam("GetGroup", {
	auth: "iam",
	async handle(call, input) {
		const { group, page } = await listMembers(call, input.GroupName, input);
		return { Group: groupAnswer(group), Users: page.items.map(listedUser), ...pageFields(page) };
	},
});
