import { changeEntity } from "../../domain/access/entities.ts";
import { withoutTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export const UntagUser = iam("UntagUser", {
	auth: "iam",
	async handle(call, input) {
		const { UserName: name, TagKeys: keys } = input;
		await changeEntity(call, "user", name, ({ settings }) => ({ settings: { ...settings, tags: withoutTags(settings.tags, keys) } }));
	},
});
