import { getEntity } from "../../domain/access/entities.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const ListRoleTags = iam("ListRoleTags", {
	auth: "iam",
	async handle(call, input) {
		const { settings } = await getEntity(call, "role", input.RoleName);
		const page = pageOf(tagList(settings.tags), ({ Key }) => Key, input);
		return { Tags: page.items, ...pageFields(page) };
	},
});
