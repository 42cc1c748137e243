import { getOidcProvider } from "../../domain/access/oidc-providers.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html */
export const GetOpenIDConnectProvider = iam("GetOpenIDConnectProvider", {
	auth: "iam",
	async handle(call, input) {
		const { url, clientIds, thumbprints, createdAt, tags } = await getOidcProvider(call, input.OpenIDConnectProviderArn);
		return { Url: url, ClientIDList: clientIds, ThumbprintList: thumbprints, CreateDate: createdAt, Tags: tagList(tags) };
	},
});
