import { deleteSamlProvider } from "../../domain/access/saml-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html */
export const DeleteSAMLProvider = iam("DeleteSAMLProvider", {
	auth: "iam",
	async handle(call, input) {
		await deleteSamlProvider(call, input.SAMLProviderArn);
	},
});
