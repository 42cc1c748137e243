import { listAccessKeys } from "../../domain/access/access-keys.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export const ListAccessKeys = iam("ListAccessKeys", {
	auth: "iam",
	async handle(call, input) {
		const userName = userNameOf(call.caller, input.UserName);
		const page = pageOf(await listAccessKeys(call, userName), ({ id }) => id, input);
		const keys = page.items.map(({ id, status, created_at }) => ({
			UserName: userName,
			AccessKeyId: id,
			Status: status === "Active" ? ("Active" as const) : ("Inactive" as const),
			CreateDate: created_at,
		}));
		return { AccessKeyMetadata: keys, ...pageFields(page) };
	},
});
