import { listTags } from "../../../domain/user-pools/tags.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = idp("ListTagsForResource", {
	auth: "iam",
	async handle(call, input) {
		return { Tags: await listTags(call, input.ResourceArn) };
	},
});
