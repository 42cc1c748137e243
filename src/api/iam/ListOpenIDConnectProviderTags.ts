import { getOidcProvider } from "../../domain/access/oidc-providers.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html */
export const ListOpenIDConnectProviderTags = iam("ListOpenIDConnectProviderTags", {
	auth: "iam",
	async handle(call, input) {
		const { tags } = await getOidcProvider(call, input.OpenIDConnectProviderArn);
		const page = pageOf(tagList(tags), ({ Key }) => Key, input);
		return { Tags: page.items, ...pageFields(page) };
	},
});
