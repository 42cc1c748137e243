import { changeSamlTags } from "../../domain/access/saml-providers.ts";
import { casedTagsOf, withCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html */
export const TagSAMLProvider = iam("TagSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		const tags = casedTagsOf(input.Tags);
		await changeSamlTags(call, input.SAMLProviderArn, (before) => withCasedTags(before, tags));
	},
});
