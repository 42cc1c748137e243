import { changeOidcProvider } from "../../domain/access/oidc-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html */
export const RemoveClientIDFromOpenIDConnectProvider = iam("RemoveClientIDFromOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		await changeOidcProvider(call, input.OpenIDConnectProviderArn, ({ clientIds }) => ({
			clientIds: clientIds.filter((id) => id !== input.ClientID),
		}));
	},
});
