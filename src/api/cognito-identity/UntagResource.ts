import { removeIdentityPoolTags } from "../../domain/identity-pools/tags.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UntagResource.html */
export const UntagResource = identity("UntagResource", {
	auth: "iam",
	async handle(call, input) {
		await removeIdentityPoolTags(call, input.ResourceArn, input.TagKeys);
		return {};
	},
});
