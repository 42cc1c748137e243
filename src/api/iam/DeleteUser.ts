import { deleteUser } from "../../domain/access/users.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
export const DeleteUser = iam("DeleteUser", {
	auth: "iam",
	async handle(call, input) {
		await deleteUser(call, input.UserName);
	},
});
