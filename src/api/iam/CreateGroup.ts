import { createGroup } from "../../domain/access/groups.ts";
import { iam } from "../operation.ts";
import { groupAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export const CreateGroup = iam("CreateGroup", {
	auth: "iam",
	async handle(call, input) {
		return { Group: groupAnswer(await createGroup(call, input.GroupName, input.Path ?? "/")) };
	},
});
