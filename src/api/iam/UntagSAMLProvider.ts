import { changeSamlTags } from "../../domain/access/saml-providers.ts";
import { withoutCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html */
export const UntagSAMLProvider = iam("UntagSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		await changeSamlTags(call, input.SAMLProviderArn, (tags) => withoutCasedTags(tags, input.TagKeys));
	},
});
