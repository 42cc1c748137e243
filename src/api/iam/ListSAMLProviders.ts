import { listSamlProviders } from "../../domain/access/saml-providers.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export const ListSAMLProviders = iam("ListSAMLProviders", {
	auth: "iam",
	async handle(call) {
		const providers = await listSamlProviders(call);
		return {
			SAMLProviderList: providers.map(({ arn, createdAt, validUntil }) => ({ Arn: arn, CreateDate: createdAt, ValidUntil: validUntil })),
		};
	},
});
