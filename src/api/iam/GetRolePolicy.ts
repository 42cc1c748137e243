import { getEntity } from "../../domain/access/entities.ts";
import { getInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";
import { encodedDocument } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const GetRolePolicy = iam("GetRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		const { name, settings } = await getEntity(call, "role", input.RoleName);
		const document = getInlinePolicy("role", settings, input.PolicyName);
		return { RoleName: name, PolicyName: input.PolicyName, PolicyDocument: encodedDocument(document) };
	},
});
