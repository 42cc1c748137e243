import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from "../../aws/model/iam.types.ts";
import { type AccountDetail, listAccountDetails } from "../../domain/access/account-details.ts";
import { type AccessCall, type Entity, findEntityOfId } from "../../domain/access/entities.ts";
import { versionName } from "../../domain/access/managed-policies.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import {
	attachedPolicy,
	awsPolicyAnswer,
	encodedDocument,
	groupAnswer,
	lastUsedAnswer,
	listedPolicy,
	roleAnswer,
	userAnswer,
} from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
export const GetAccountAuthorizationDetails = iam("GetAccountAuthorizationDetails", {
	auth: "iam",
	async handle(call, input) {
		const page = await listAccountDetails(call, input);
		const of = (kind: Entity["kind"]) =>
			page.items.flatMap((item) => (item.type === "entity" && item.entity.kind === kind ? [item.entity] : []));
		const policies = await Promise.all(page.items.map((item) => policyDetail(call, item)));
		return {
			UserDetailList: await Promise.all(of("user").map((user) => userDetail(call, user))),
			GroupDetailList: of("group").map(groupDetail),
			RoleDetailList: of("role").map((role) => roleDetail(call, role)),
			Policies: policies.filter((policy) => policy !== undefined),
			...pageFields(page),
		};
	},
});

const inlinePolicies = ({ settings }: Entity) =>
	Object.entries(settings.inline).map(([name, text]) => ({ PolicyName: name, PolicyDocument: encodedDocument(text) }));
const attachedPolicies = ({ settings }: Entity) => settings.attached.map(attachedPolicy);

async function userDetail(call: AccessCall, user: Entity): Promise<UserDetail> {
	const groups = await Promise.all(user.settings.groups.map((id) => findEntityOfId(call, id)));
	return {
		...userAnswer(user),
		GroupList: groups.flatMap((group) => (group === undefined ? [] : [group.name])),
		UserPolicyList: inlinePolicies(user),
		AttachedManagedPolicies: attachedPolicies(user),
	};
}

const groupDetail = (group: Entity): GroupDetail => ({
	...groupAnswer(group),
	GroupPolicyList: inlinePolicies(group),
	AttachedManagedPolicies: attachedPolicies(group),
});

function roleDetail(call: AccessCall, role: Entity): RoleDetail {
	const { Description: _, MaxSessionDuration: __, ...shown } = roleAnswer(role);
	return {
		...shown,
		InstanceProfileList: [],
		RolePolicyList: inlinePolicies(role),
		AttachedManagedPolicies: attachedPolicies(role),
		RoleLastUsed: lastUsedAnswer(call, role),
	};
}

async function policyDetail(call: AccessCall, item: AccountDetail): Promise<ManagedPolicyDetail | undefined> {
	if (item.type === "entity") return undefined;
	if (item.type === "awsPolicy") {
		const { document } = item.policy;
		const version = { Document: encodedDocument(document), VersionId: "v1", IsDefaultVersion: true };
		return { ...(await awsPolicyAnswer(call, item.policy)), PolicyVersionList: [version] };
	}
	const { settings } = item.policy;
	const versions = settings.versions.map((version) => ({
		Document: encodedDocument(version.document),
		VersionId: versionName(version),
		IsDefaultVersion: version.number === settings.defaultVersion,
		CreateDate: version.createdAt,
	}));
	return { ...(await listedPolicy(call, item.policy)), PolicyVersionList: versions.toReversed() };
}
