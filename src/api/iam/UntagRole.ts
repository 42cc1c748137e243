import { changeEntity } from "../../domain/access/entities.ts";
import { withoutTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const UntagRole = iam("UntagRole", {
	auth: "iam",
	async handle(call, input) {
		const { RoleName: name, TagKeys: keys } = input;
		await changeEntity(call, "role", name, ({ settings }) => ({ settings: { ...settings, tags: withoutTags(settings.tags, keys) } }));
	},
});
