import { renameEntity } from "../../domain/access/renaming.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html */
export const UpdateGroup = iam("UpdateGroup", {
	auth: "iam",
	async handle(call, input) {
		await renameEntity(call, "group", input.GroupName, { newName: input.NewGroupName, newPath: input.NewPath });
	},
});
