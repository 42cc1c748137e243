/**
 * The resources that an operation is about, as policies name them, and the condition keys that its input gives. It goes by the members of
 * an input, which are called alike throughout a service.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import type { OperationModel } from "../aws/model.ts";
import { type Entity, type EntityKind, entityArn, nameKey } from "../domain/access/entities.ts";
import { policyArn } from "../domain/access/managed-policies.ts";
import { findOidcProvider, oidcProviderArn } from "../domain/access/oidc-providers.ts";
import type { ContextValues } from "../domain/access/permissions.ts";
import { findSamlTags, samlProviderArn } from "../domain/access/saml-providers.ts";
import type { Call, Principal } from "../domain/call.ts";
import { identityPoolArn, isIdentityId } from "../domain/identity-pools/pools.ts";
import { keyIdOf } from "../domain/kms/ciphertexts.ts";
import { regionOf, userPoolArn } from "../domain/user-pools/pools.ts";

export interface Resources {
	/** ARNs, or `*` where the operation has none. */
	readonly resources: readonly string[];
	readonly context: ContextValues;
}

type Input = Readonly<Record<string, unknown>>;

export async function resourcesOf(call: Call, principal: Principal, model: OperationModel, input: object): Promise<Resources> {
	const members = input as Input;
	const tags = requestTags(members);
	switch (model.service) {
		case "cognito-idp":
			return userPoolResources(call, members, tags);
		case "cognito-identity":
			return identityPoolResources(call, members, tags);
		case "iam":
			return iamResources(call, principal, model.name, members, tags);
		case "sts":
			return { resources: [stsResource(call, model.name, members)], context: tags };
		case "kms":
			return { resources: [keyResource(call, members)], context: tags };
		default:
			return { resources: ["*"], context: tags };
	}
}

const text = (input: Input, member: string): string | undefined => {
	const value = input[member];
	return typeof value === "string" ? value : undefined;
};

/** Tags are a map in Cognito's services, a list of keys and values in the others. */
function requestTags(input: Input): ContextValues {
	const given = input["UserPoolTags"] ?? input["IdentityPoolTags"] ?? input["Tags"];
	const entries: [string, string][] = Array.isArray(given)
		? given.map(({ Key, Value, TagKey, TagValue }) => [Key ?? TagKey, Value ?? TagValue])
		: Object.entries((given ?? {}) as Record<string, string>);
	const keys = Array.isArray(input["TagKeys"]) ? (input["TagKeys"] as string[]) : entries.map(([key]) => key);
	const context: ContextValues = keys.length > 0 ? { "aws:TagKeys": keys } : {};
	for (const [key, value] of entries) context[`aws:RequestTag/${key}`] = value;
	return context;
}

/** A resource's tags as conditions know them, under the service's own name too where it has one. */
function resourceTags(tags: Readonly<Record<string, string>> | undefined, service?: "iam"): ContextValues {
	const prefixes = service === undefined ? ["aws"] : ["aws", service];
	return Object.fromEntries(
		Object.entries(tags ?? {}).flatMap(([key, value]) => prefixes.map((prefix) => [`${prefix}:ResourceTag/${key}`, value])),
	);
}

async function userPoolResources(call: Call, input: Input, tags: ContextValues): Promise<Resources> {
	const arn = text(input, "ResourceArn");
	const id = text(input, "UserPoolId") ?? arn?.slice(arn.lastIndexOf("/") + 1);
	if (id === undefined) return { resources: ["*"], context: tags };
	const pool = await call.caches.userPools.get(id);
	return {
		resources: [arn ?? userPoolArn(call, regionOf(id), id)],
		context: { ...resourceTags(pool?.settings.UserPoolTags), ...tags },
	};
}

async function identityPoolResources(call: Call, input: Input, tags: ContextValues): Promise<Resources> {
	const arn = text(input, "ResourceArn");
	const id = text(input, "IdentityPoolId") ?? arn?.slice(arn.lastIndexOf("/") + 1);
	if (id === undefined) return { resources: ["*"], context: tags };
	const pool = isIdentityId(id) ? await call.caches.identityPools.get(id) : undefined;
	return { resources: [arn ?? identityPoolArn(call, id)], context: { ...resourceTags(pool?.settings.IdentityPoolTags), ...tags } };
}

function stsResource({ settings }: Call, operation: string, input: Input): string {
	return operation === "GetFederationToken" ? `arn:aws:sts::${settings.accountId}:federated-user/${text(input, "Name")}` : "*";
}

/** A ciphertext names its key, whatever the request says. */
function keyResource({ settings, region = settings.defaultRegion }: Call, input: Input): string {
	const ciphertext = input["CiphertextBlob"];
	const keyId = ciphertext instanceof Uint8Array ? keyIdOf(ciphertext) : text(input, "KeyId");
	if (keyId === undefined) return "*";
	return keyId.startsWith("arn:") ? keyId : `arn:aws:kms:${region}:${settings.accountId}:key/${keyId}`;
}

/** Members that name what an operation of IAM's is about; the first that it has is it. */
const entityMembers: readonly [member: string, kind: EntityKind][] = [
	["RoleName", "role"],
	["GroupName", "group"],
	["UserName", "user"],
];
const arnMembers = ["PolicyArn", "OpenIDConnectProviderArn", "SAMLProviderArn", "PolicySourceArn"];
/** Without a UserName these are about who calls. */
const ownUser = [
	...["GetUser", "CreateAccessKey", "DeleteAccessKey", "ListAccessKeys", "UpdateAccessKey", "GetLoginProfile", "DeleteLoginProfile"],
	...["ListMFADevices", "ListSSHPublicKeys", "ListServiceSpecificCredentials", "ListSigningCertificates"],
];
/** These are about what the entity is called afterwards, too. */
const renamings = ["UpdateUser", "UpdateGroup"];
/** What lists everything is about a path. */
const lists: Readonly<Record<string, string>> = { ListRoles: "role", ListUsers: "user", ListGroups: "group" };

async function iamResources(call: Call, principal: Principal, operation: string, input: Input, tags: ContextValues): Promise<Resources> {
	const { accountId } = call.settings;
	const context: ContextValues = { ...tags };
	const about = (resource: string): Resources => ({ resources: [resource], context });
	for (const [member, kind] of entityMembers) {
		const name = text(input, member);
		if (name === undefined) continue;
		const policy = text(input, "PolicyArn");
		if (policy !== undefined) context["iam:PolicyARN"] = policy;
		const entity =
			operation.startsWith("Create") && operation !== "CreateAccessKey"
				? undefined
				: await call.caches.iamEntities.get(nameKey(kind, name));
		// The boundary that is to be set, or of who is changed: so that policies may be given to bounded users alone.
		const boundary = text(input, "PermissionsBoundary") ?? entity?.settings.boundary;
		if (boundary !== undefined) context["iam:PermissionsBoundary"] = boundary;
		const path = entity?.path ?? text(input, "Path") ?? "/";
		const resource = entity?.arn ?? entityArn(accountId, { kind, path, name });
		const renamed = renamings.includes(operation) ? [renamedArn(accountId, input, { kind, path, name })] : [];
		return { resources: [resource, ...renamed], context: { ...resourceTags(entity?.settings.tags, "iam"), ...context } };
	}
	const arn = arnMembers.map((member) => text(input, member)).find((each) => each !== undefined);
	if (arn !== undefined) return { resources: [arn], context: { ...(await tagsOfArn(call, arn)), ...context } };
	if (ownUser.includes(operation) && principal.kind === "user") {
		return { resources: [principal.arn], context: { ...resourceTags(principal.user.settings.tags, "iam"), ...context } };
	}
	const keyId = operation === "GetAccessKeyLastUsed" ? text(input, "AccessKeyId") : undefined;
	const key = keyId === undefined ? undefined : await call.caches.accessKeys.get(keyId);
	const owner = key && (await call.caches.iamEntities.get(key.userId));
	if (owner !== undefined) return { resources: [owner.arn], context: { ...resourceTags(owner.settings.tags, "iam"), ...context } };
	const listed = lists[operation];
	if (listed !== undefined) return about(`arn:aws:iam::${accountId}:${listed}${text(input, "PathPrefix") ?? "/"}`);
	const [policyName, url, samlName] = [text(input, "PolicyName"), text(input, "Url"), text(input, "Name")];
	if (operation === "CreatePolicy" && policyName !== undefined) return about(policyArn(accountId, text(input, "Path") ?? "/", policyName));
	if (operation === "CreateOpenIDConnectProvider" && url !== undefined) return about(oidcProviderArn(accountId, url));
	if (operation === "CreateSAMLProvider" && samlName !== undefined) return about(samlProviderArn(accountId, samlName));
	return about("*");
}

/**
 * The tags of what an ARN names; those of users and roles under IAM's own name too: "the identity resource (user or role)".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
async function tagsOfArn(call: Call, arn: string): Promise<ContextValues> {
	const [, kind = "", name = ""] = /^arn:aws:iam::\d{12}:([\w-]+)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
	switch (kind) {
		case "policy":
			return resourceTags((await call.caches.managedPolicies.get(arn))?.tags);
		case "oidc-provider":
			return resourceTags((await findOidcProvider(call, arn))?.tags);
		case "saml-provider":
			return resourceTags(await findSamlTags(call, arn));
		case "role":
		case "user": {
			const entity = await call.caches.iamEntities.get(nameKey(kind, name));
			return entity?.arn === arn ? resourceTags(entity.settings.tags, "iam") : {};
		}
		default:
			return {};
	}
}

/** "you must have permissions on both the source object and the target object". https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html */
function renamedArn(accountId: string, input: Input, { kind, path, name }: Pick<Entity, "kind" | "path" | "name">): string {
	const newName = text(input, kind === "group" ? "NewGroupName" : "NewUserName");
	return entityArn(accountId, { kind, path: text(input, "NewPath") ?? path, name: newName ?? name });
}
