import { getEntity } from "../../domain/access/entities.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { attachedKey, attachedPolicy } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const ListAttachedRolePolicies = iam("ListAttachedRolePolicies", {
	auth: "iam",
	async handle(call, input) {
		const { settings } = await getEntity(call, "role", input.RoleName);
		const page = pageOf(settings.attached, attachedKey, input);
		return { AttachedPolicies: page.items.map(attachedPolicy), ...pageFields(page) };
	},
});
