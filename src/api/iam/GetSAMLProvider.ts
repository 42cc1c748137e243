import { getSamlProvider } from "../../domain/access/saml-providers.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html */
export const GetSAMLProvider = iam("GetSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		const { document, createdAt, validUntil, tags } = await getSamlProvider(call, input.SAMLProviderArn);
		return {
			SAMLMetadataDocument: document,
			CreateDate: createdAt,
			ValidUntil: validUntil,
			Tags: tagList(tags),
			PrivateKeyList: [],
		};
	},
});
