import { getEntity } from "../../domain/access/entities.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export const ListUserPolicies = iam("ListUserPolicies", {
	auth: "iam",
	async handle(call, input) {
		const { settings } = await getEntity(call, "user", input.UserName);
		const page = pageOf(Object.keys(settings.inline), (name) => name, input);
		return { PolicyNames: page.items, ...pageFields(page) };
	},
});
