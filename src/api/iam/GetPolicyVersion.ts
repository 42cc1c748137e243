import { getPolicy, getPolicyVersion } from "../../domain/access/managed-policies.ts";
import { policyVersionNotFound } from "../../domain/access/refusals.ts";
import { iam } from "../operation.ts";
import { encodedDocument, findAwsPolicy } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const GetPolicyVersion = iam("GetPolicyVersion", {
	auth: "iam",
	async handle(call, input) {
		const { PolicyArn: arn, VersionId: id } = input;
		const aws = findAwsPolicy(arn);
		if (aws !== undefined) {
			if (id !== "v1") throw policyVersionNotFound(arn, id);
			return { PolicyVersion: { Document: encodedDocument(aws.document), VersionId: id, IsDefaultVersion: true } };
		}
		const policy = await getPolicy(call, arn, () => policyVersionNotFound(arn, id));
		const { number, document, createdAt } = getPolicyVersion(policy, id);
		const isDefault = number === policy.settings.defaultVersion;
		return {
			PolicyVersion: { Document: encodedDocument(document), VersionId: id, IsDefaultVersion: isDefault, CreateDate: createdAt },
		};
	},
});
