import { listOidcProviders } from "../../domain/access/oidc-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export const ListOpenIDConnectProviders = iam("ListOpenIDConnectProviders", {
	auth: "iam",
	async handle(call) {
		return { OpenIDConnectProviderList: (await listOidcProviders(call)).map((arn) => ({ Arn: arn })) };
	},
});
