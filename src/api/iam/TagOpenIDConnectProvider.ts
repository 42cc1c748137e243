import { changeOidcProvider } from "../../domain/access/oidc-providers.ts";
import { casedTagsOf, withCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html */
export const TagOpenIDConnectProvider = iam("TagOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		const tags = casedTagsOf(input.Tags);
		await changeOidcProvider(call, input.OpenIDConnectProviderArn, (provider) => ({ tags: withCasedTags(provider.tags, tags) }));
	},
});
