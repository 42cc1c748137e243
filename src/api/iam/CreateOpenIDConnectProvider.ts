import { createOidcProvider } from "../../domain/access/oidc-providers.ts";
import { casedTagsOf, tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
export const CreateOpenIDConnectProvider = iam("CreateOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		const { arn, tags } = await createOidcProvider(call, {
			url: input.Url,
			clientIds: input.ClientIDList ?? [],
			thumbprints: input.ThumbprintList ?? [],
			tags: casedTagsOf(input.Tags),
		});
		return { OpenIDConnectProviderArn: arn, Tags: tagList(tags) };
	},
});
