import { changeEntity } from "../../domain/access/entities.ts";
import { tagsOf, withTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export const TagUser = iam("TagUser", {
	auth: "iam",
	async handle(call, input) {
		const tags = tagsOf(input.Tags);
		await changeEntity(call, "user", input.UserName, ({ settings }) => ({
			settings: { ...settings, tags: withTags(settings.tags, tags) },
		}));
	},
});
