import { updateAccessKey } from "../../domain/access/access-keys.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export const UpdateAccessKey = iam("UpdateAccessKey", {
	auth: "iam",
	async handle(call, input) {
		await updateAccessKey(call, userNameOf(call.caller, input.UserName), input.AccessKeyId, input.Status);
	},
});
