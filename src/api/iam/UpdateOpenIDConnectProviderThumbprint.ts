import { changeOidcProvider } from "../../domain/access/oidc-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html */
export const UpdateOpenIDConnectProviderThumbprint = iam("UpdateOpenIDConnectProviderThumbprint", {
	auth: "iam",
	async handle(call, input) {
		await changeOidcProvider(call, input.OpenIDConnectProviderArn, () => ({ thumbprints: input.ThumbprintList }));
	},
});
