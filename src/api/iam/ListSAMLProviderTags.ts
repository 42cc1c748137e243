import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { getSamlProvider } from "../../domain/access/saml-providers.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html */
export const ListSAMLProviderTags = iam("ListSAMLProviderTags", {
	auth: "iam",
	async handle(call, input) {
		const { tags } = await getSamlProvider(call, input.SAMLProviderArn);
		const page = pageOf(tagList(tags), ({ Key }) => Key, input);
		return { Tags: page.items, ...pageFields(page) };
	},
});
