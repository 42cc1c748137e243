import { getPolicy, versionName } from "../../domain/access/managed-policies.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { findAwsPolicy } from "./answers.ts";

/** Above every number of a version. */
const newestFirst = 10 ** 12;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const ListPolicyVersions = iam("ListPolicyVersions", {
	auth: "iam",
	async handle(call, input) {
		if (findAwsPolicy(input.PolicyArn) !== undefined) {
			return { Versions: [{ VersionId: "v1", IsDefaultVersion: true }], IsTruncated: false };
		}
		const { settings } = await getPolicy(call, input.PolicyArn);
		// Newest first, as AWS lists them.
		const page = pageOf(settings.versions, ({ number }) => String(newestFirst - number), input);
		const versions = page.items.map((version) => ({
			VersionId: versionName(version),
			IsDefaultVersion: version.number === settings.defaultVersion,
			CreateDate: version.createdAt,
		}));
		return { Versions: versions, ...pageFields(page) };
	},
});
