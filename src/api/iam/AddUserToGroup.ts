import { addToGroup } from "../../domain/access/groups.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html */
export const AddUserToGroup = iam("AddUserToGroup", {
	auth: "iam",
	async handle(call, input) {
		await addToGroup(call, input.GroupName, input.UserName);
	},
});
