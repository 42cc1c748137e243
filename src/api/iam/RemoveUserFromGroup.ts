import { removeFromGroup } from "../../domain/access/groups.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
export const RemoveUserFromGroup = iam("RemoveUserFromGroup", {
	auth: "iam",
	async handle(call, input) {
		await removeFromGroup(call, input.GroupName, input.UserName);
	},
});
