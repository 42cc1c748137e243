import { addIdentityPoolTags } from "../../domain/identity-pools/tags.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_TagResource.html */
export const TagResource = identity("TagResource", {
	auth: "iam",
	async handle(call, input) {
		await addIdentityPoolTags(call, input.ResourceArn, input.Tags as Readonly<Record<string, string>>);
		return {};
	},
});
