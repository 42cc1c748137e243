import { renameEntity } from "../../domain/access/renaming.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html */
export const UpdateUser = iam("UpdateUser", {
	auth: "iam",
	async handle(call, input) {
		await renameEntity(call, "user", input.UserName, { newName: input.NewUserName, newPath: input.NewPath });
	},
});
