import { createPolicyVersion, versionName } from "../../domain/access/managed-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const CreatePolicyVersion = iam("CreatePolicyVersion", {
	auth: "iam",
	async handle(call, input) {
		const { PolicyArn: arn, PolicyDocument: document, SetAsDefault: isDefault = false } = input;
		const { settings } = await createPolicyVersion(call, arn, document, isDefault);
		return {
			PolicyVersion: { VersionId: versionName({ number: settings.lastVersion }), IsDefaultVersion: isDefault, CreateDate: call.now },
		};
	},
});
