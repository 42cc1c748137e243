import { listIdentityPoolTags } from "../../domain/identity-pools/tags.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = identity("ListTagsForResource", {
	auth: "iam",
	async handle(call, input) {
		return { Tags: await listIdentityPoolTags(call, input.ResourceArn) };
	},
});
