import { getEntity } from "../../domain/access/entities.ts";
import { getInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";
import { encodedDocument } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export const GetGroupPolicy = iam("GetGroupPolicy", {
	auth: "iam",
	async handle(call, input) {
		const { name, settings } = await getEntity(call, "group", input.GroupName);
		const document = getInlinePolicy("group", settings, input.PolicyName);
		return { GroupName: name, PolicyName: input.PolicyName, PolicyDocument: encodedDocument(document) };
	},
});
