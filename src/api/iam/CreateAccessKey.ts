import { createAccessKey } from "../../domain/access/access-keys.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
export const CreateAccessKey = iam("CreateAccessKey", {
	auth: "iam",
	async handle(call, input) {
		const { id, secret, userName } = await createAccessKey(call, userNameOf(call.caller, input.UserName));
		return { AccessKey: { UserName: userName, AccessKeyId: id, Status: "Active" as const, SecretAccessKey: secret, CreateDate: call.now } };
	},
});
