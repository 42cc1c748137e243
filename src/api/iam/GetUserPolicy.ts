import { getEntity } from "../../domain/access/entities.ts";
import { getInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";
import { encodedDocument } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export const GetUserPolicy = iam("GetUserPolicy", {
	auth: "iam",
	async handle(call, input) {
		const { name, settings } = await getEntity(call, "user", input.UserName);
		const document = getInlinePolicy("user", settings, input.PolicyName);
		return { UserName: name, PolicyName: input.PolicyName, PolicyDocument: encodedDocument(document) };
	},
});
