import { samlEncryptionUnsupported } from "../../domain/access/refusals.ts";
import { createSamlProvider } from "../../domain/access/saml-providers.ts";
import { casedTagsOf, tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html */
export const CreateSAMLProvider = iam("CreateSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		if (input.AddPrivateKey !== undefined || input.AssertionEncryptionMode !== undefined) throw samlEncryptionUnsupported();
		const tags = casedTagsOf(input.Tags);
		const arn = await createSamlProvider(call, { name: input.Name, document: input.SAMLMetadataDocument, tags });
		return { SAMLProviderArn: arn, Tags: tagList(tags) };
	},
});
