import { deleteGroup } from "../../domain/access/groups.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
export const DeleteGroup = iam("DeleteGroup", {
	auth: "iam",
	async handle(call, input) {
		await deleteGroup(call, input.GroupName);
	},
});
