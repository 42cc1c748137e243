import { addTags } from "../../../domain/user-pools/tags.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html */
export const TagResource = idp("TagResource", {
	auth: "iam",
	async handle(call, input) {
		await addTags(call, input.ResourceArn, input.Tags);
		return {};
	},
});
