import { changeOidcProvider } from "../../domain/access/oidc-providers.ts";
import { withoutCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html */
export const UntagOpenIDConnectProvider = iam("UntagOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		await changeOidcProvider(call, input.OpenIDConnectProviderArn, ({ tags }) => ({ tags: withoutCasedTags(tags, input.TagKeys) }));
	},
});
