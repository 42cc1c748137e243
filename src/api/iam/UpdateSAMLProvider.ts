import { samlEncryptionUnsupported } from "../../domain/access/refusals.ts";
import { updateSamlProvider } from "../../domain/access/saml-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html */
export const UpdateSAMLProvider = iam("UpdateSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		const { SAMLProviderArn: arn, SAMLMetadataDocument: document, AddPrivateKey, AssertionEncryptionMode, RemovePrivateKey } = input;
		if ([AddPrivateKey, AssertionEncryptionMode, RemovePrivateKey].some((each) => each !== undefined)) throw samlEncryptionUnsupported();
		if (document !== undefined) await updateSamlProvider(call, arn, document);
		return { SAMLProviderArn: arn };
	},
});
