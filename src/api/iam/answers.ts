/** What IAM's entities, policies and keys look like in answers. */
import type { AttachedPolicy, Group, Policy, Role, RoleLastUsed, User } from "../../aws/model/iam.types.ts";
import { type AwsPolicy, awsPolicies } from "../../domain/access/aws-policies.ts";
import type { AccessCall, Entity } from "../../domain/access/entities.ts";
import { listPolicyUses, type StoredPolicy, versionName } from "../../domain/access/managed-policies.ts";
import { userNameNeeded } from "../../domain/access/refusals.ts";
import { maxSessionSeconds, reportedUse } from "../../domain/access/roles.ts";
import { tagList } from "../../domain/access/tags.ts";
import type { Principal } from "../../domain/call.ts";

/** "URL-encoded compliant with RFC 3986" */
export const encodedDocument = (text: string): string =>
	encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The user that is meant where a request names none: who calls. @throws ValidationError */
export function userNameOf(principal: Principal, userName: string | undefined): string {
	if (userName !== undefined) return userName;
	if (principal.kind !== "user") throw userNameNeeded();
	return principal.user.name;
}

function boundaryAnswer({ settings }: Entity) {
	const { boundary } = settings;
	if (boundary === undefined) return {};
	// "This data type can only have a value of Policy", which is what IAM sends; the model's enumeration has another name for it.
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
	const type = "Policy" as string as "PermissionsBoundaryPolicy";
	return { PermissionsBoundary: { PermissionsBoundaryType: type, PermissionsBoundaryArn: boundary } };
}

function tagsAnswer({ settings }: Entity) {
	return Object.keys(settings.tags).length === 0 ? {} : { Tags: tagList(settings.tags) };
}

/** A role in a list, where "the following attributes" are not: boundary, last use, tags. */
export function listedRole(role: Entity): Role {
	const { path, name, id, arn, createdAt, settings } = role;
	return {
		Path: path,
		RoleName: name,
		RoleId: id,
		Arn: arn,
		CreateDate: createdAt,
		AssumeRolePolicyDocument: encodedDocument(settings.trust ?? ""),
		...(settings.description !== undefined && { Description: settings.description }),
		MaxSessionDuration: maxSessionSeconds(role),
	};
}

export const roleAnswer = (role: Entity): Role => ({ ...listedRole(role), ...boundaryAnswer(role), ...tagsAnswer(role) });

/** Empty where no session of the role's signed anything. */
export function lastUsedAnswer(call: AccessCall, role: Entity): RoleLastUsed {
	const used = reportedUse(call, role);
	return used === undefined ? {} : { LastUsedDate: used.at, Region: used.region };
}

/** A role that was just made: IAM leaves out what it was told of description and longest session. */
export function createdRole(role: Entity): Role {
	const { Description: _, MaxSessionDuration: __, ...created } = roleAnswer(role);
	return created;
}

export function listedUser({ path, name, id, arn, createdAt }: Entity): User {
	return { Path: path, UserName: name, UserId: id, Arn: arn, CreateDate: createdAt };
}

export const userAnswer = (user: Entity): User => ({ ...listedUser(user), ...boundaryAnswer(user), ...tagsAnswer(user) });

export function groupAnswer({ path, name, id, arn, createdAt }: Entity): Group {
	return { Path: path, GroupName: name, GroupId: id, Arn: arn, CreateDate: createdAt };
}

export const attachedPolicy = (arn: string): AttachedPolicy => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf("/") + 1) });

/** As attached policies go by in pages: the names of several policies may differ in path alone, of AWS's and own ones. */
export const attachedKey = (arn: string): string => `${arn.slice(arn.lastIndexOf("/") + 1)} ${arn}`;

async function countsOf(call: AccessCall, arn: string, uses: number | undefined) {
	const rows = uses === 0 ? [] : await call.store.read(listPolicyUses, { arn });
	const boundaries = rows.filter(({ usage }) => usage === "boundary").length;
	return { AttachmentCount: rows.length - boundaries, PermissionsBoundaryUsageCount: boundaries, IsAttachable: true };
}

/** Lists leave out description and tags. */
export async function listedPolicy(call: AccessCall, policy: StoredPolicy): Promise<Policy> {
	const { name, id, arn, path, createdAt, modifiedAt, attachments, settings } = policy;
	return {
		PolicyName: name,
		PolicyId: id,
		Arn: arn,
		Path: path,
		DefaultVersionId: versionName({ number: settings.defaultVersion }),
		...(await countsOf(call, arn, attachments)),
		CreateDate: createdAt,
		UpdateDate: modifiedAt,
	};
}

export async function policyAnswer(call: AccessCall, policy: StoredPolicy): Promise<Policy> {
	const { description, tags } = policy.settings;
	return {
		...(await listedPolicy(call, policy)),
		...(description !== undefined && { Description: description }),
		Tags: tagList(tags),
	};
}

/** A policy that was just made: without its description, as IAM answers. */
export async function createdPolicy(call: AccessCall, policy: StoredPolicy): Promise<Policy> {
	const { tags } = policy.settings;
	return { ...(await listedPolicy(call, policy)), ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }) };
}

export async function awsPolicyAnswer(call: AccessCall, { arn, name, path }: AwsPolicy): Promise<Policy> {
	return { PolicyName: name, Arn: arn, Path: path, DefaultVersionId: "v1", ...(await countsOf(call, arn, undefined)) };
}

/** AWS's policy of that ARN, which has one version here. */
export const findAwsPolicy = (arn: string): AwsPolicy | undefined => awsPolicies.get(arn);
