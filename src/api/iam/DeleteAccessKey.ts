import { deleteAccessKey } from "../../domain/access/access-keys.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
export const DeleteAccessKey = iam("DeleteAccessKey", {
	auth: "iam",
	async handle(call, input) {
		await deleteAccessKey(call, userNameOf(call.caller, input.UserName), input.AccessKeyId);
	},
});
