import { changeOidcProvider } from "../../domain/access/oidc-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html */
export const AddClientIDToOpenIDConnectProvider = iam("AddClientIDToOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		await changeOidcProvider(call, input.OpenIDConnectProviderArn, ({ clientIds }) => ({
			clientIds: [...new Set([...clientIds, input.ClientID])],
		}));
	},
});
