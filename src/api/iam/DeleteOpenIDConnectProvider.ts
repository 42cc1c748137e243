import { deleteOidcProvider } from "../../domain/access/oidc-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
export const DeleteOpenIDConnectProvider = iam("DeleteOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		await deleteOidcProvider(call, input.OpenIDConnectProviderArn);
	},
});
