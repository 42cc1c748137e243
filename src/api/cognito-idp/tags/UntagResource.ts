import { removeTags } from "../../../domain/user-pools/tags.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html */
export const UntagResource = idp("UntagResource", {
	auth: "iam",
	async handle(call, input) {
		await removeTags(call, input.ResourceArn, input.TagKeys);
		return {};
	},
});
