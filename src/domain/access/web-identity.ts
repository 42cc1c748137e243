/**
 * Roles for those who come with a token of an identity provider instead of credentials: an identity pool's OpenID token, or an ID token of
 * a provider that IAM knows. Whether the token is genuine was found out before; here the role's trust policy decides.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import type { Call } from "../call.ts";
import { type AccessCall, type CompiledEntity, nameKey } from "./entities.ts";
import type { CompiledPolicy } from "./policies/compile.ts";
import { evaluate } from "./policies/evaluate.ts";
import { beyondRolesMaximum, mayNotAssumeByToken, requestArnInvalid } from "./refusals.ts";
import { maxSessionSeconds } from "./roles.ts";
import { checkSessionPolicies, issueCredentials, type TemporaryCredentials } from "./sessions.ts";
import { sessionTagsOf, tagList } from "./tags.ts";

/** Somebody whom a verified token names. */
export interface WebIdentity {
	/** As trust policies name it in Federated: `cognito-identity.amazonaws.com`, or the ARN of an OIDC provider. */
	readonly provider: string;
	/** What the token gives to conditions, such as `cognito-identity.amazonaws.com:aud`; sessions keep it for later requests. */
	readonly claims: Readonly<Record<string, string | readonly string[]>>;
	/** Session tags, by key, and which of them are transitive. */
	readonly tags?: Readonly<Record<string, string>>;
	readonly transitive?: readonly string[];
	readonly sourceIdentity?: string | undefined;
}

export interface WebIdentityRequest {
	readonly identity: WebIdentity;
	readonly roleArn: string;
	readonly sessionName: string;
	/** Session policies, each a document: they limit the session together, as one set. */
	readonly policies?: readonly string[] | undefined;
	readonly policyArns?: readonly string[] | undefined;
	/** An hour where it is undefined. */
	readonly durationSeconds?: number | undefined;
}

export interface AssumedRole {
	readonly credentials: TemporaryCredentials;
	/** `arn:aws:sts::…:assumed-role/role/session` */
	readonly arn: string;
	/** `AROA…:session` */
	readonly assumedRoleId: string;
	/** How much of the space for session policies and tags is taken, in percent; undefined where none were passed. */
	readonly packedPercent: number | undefined;
}

export const sessionSecondsDefault = 3600;

export const cognitoIdentityProvider = "cognito-identity.amazonaws.com";

/** What an identity pool's OpenID token says to trust policies. */
export function cognitoIdentity(claims: {
	readonly sub: string;
	readonly aud: string;
	readonly amr: readonly string[];
	readonly tags?: Readonly<Record<string, string>>;
}): WebIdentity {
	const { sub, aud, amr, tags } = claims;
	const key = (name: string) => `${cognitoIdentityProvider}:${name}`;
	return {
		provider: cognitoIdentityProvider,
		claims: { [key("sub")]: sub, [key("aud")]: aud, [key("amr")]: amr },
		...(tags && { tags }),
	};
}

/** The role of an ARN, from the cache; undefined where there is none, or it is another account's. */
export async function findRoleByArn(call: Pick<AccessCall, "caches">, arn: string): Promise<CompiledEntity | undefined> {
	const [, name] = /^arn:aws:iam::\d{12}:role\/(?:[^*?]*\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
	const role = name === undefined ? undefined : await call.caches.iamEntities.get(nameKey("role", name));
	return role?.arn === arn ? role : undefined;
}

export function assumedRoleArn(accountId: string, role: string, session: string): string {
	return `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`;
}

/** @throws ValidationError where it is no role's ARN */
export function checkRoleArn(arn: string): void {
	if (!/^arn:[^:]+:iam::\d{12}:role\/./.test(arn)) throw requestArnInvalid();
}

/** Credentials for the role. @throws AccessDenied, ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge */
export async function assumeRoleWithWebIdentity(
	call: AccessCall & Pick<Call, "sourceIp">,
	{ identity, roleArn, sessionName, policies, policyArns, durationSeconds = sessionSecondsDefault }: WebIdentityRequest,
): Promise<AssumedRole> {
	const role = await findRoleByArn(call, roleArn);
	if (role?.trust === undefined) throw mayNotAssumeByToken();
	// Of two keys that differ only in case, conditions would take both values for those of one.
	sessionTagsOf(tagList(identity.tags ?? {}));
	checkTrust(call, role, role.trust, sessionName, identity);
	if (durationSeconds > maxSessionSeconds(role)) throw beyondRolesMaximum();
	await checkSessionPolicies(call, policies ?? [], policyArns ?? []);
	const { provider, claims, tags = {}, transitive = [], sourceIdentity } = identity;
	const { credentials, packedPercent } = issueCredentials(
		call,
		{
			kind: "role",
			entityId: role.id,
			name: sessionName,
			...(policies && { policies }),
			...(policyArns && policyArns.length > 0 && { policyArns }),
			...(Object.keys(tags).length > 0 && { tags, transitive }),
			...(sourceIdentity !== undefined && { sourceIdentity }),
			provider,
			claims,
		},
		durationSeconds,
	);
	const arn = assumedRoleArn(call.settings.accountId, role.name, sessionName);
	return { credentials, arn, assumedRoleId: `${role.id}:${sessionName}`, packedPercent };
}

/** @throws AccessDenied where the role's trust policy does not let the identity have it */
function checkTrust(
	call: AccessCall & Pick<Call, "sourceIp">,
	role: CompiledEntity,
	policy: CompiledPolicy,
	sessionName: string,
	identity: WebIdentity,
): void {
	const { provider, claims, tags = {}, transitive = [], sourceIdentity } = identity;
	const keys = Object.keys(tags);
	const context: Record<string, string | readonly string[]> = {
		...claims,
		"aws:FederatedProvider": provider,
		"aws:CurrentTime": new Date(call.now).toISOString(),
		"aws:EpochTime": String(Math.floor(call.now / 1000)),
		"aws:SecureTransport": String(call.settings.publicUrl.startsWith("https:")),
		"sts:RoleSessionName": sessionName,
		...(call.sourceIp !== undefined && { "aws:SourceIp": call.sourceIp }),
		...(sourceIdentity !== undefined && { "sts:SourceIdentity": sourceIdentity }),
		...(keys.length > 0 && { "aws:TagKeys": keys }),
		...(transitive.length > 0 && { "sts:TransitiveTagKeys": transitive }),
	};
	for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
	const actions = ["sts:AssumeRoleWithWebIdentity"];
	if (keys.length > 0) actions.push("sts:TagSession");
	if (sourceIdentity !== undefined) actions.push("sts:SetSourceIdentity");
	const principal = { kind: "federated", provider } as const;
	const resource = { policy, required: true };
	for (const action of actions) {
		const { outcome } = evaluate({ principal, action, resources: [role.arn], context }, { identity: [], resource });
		if (outcome !== "allowed") throw mayNotAssumeByToken(action);
	}
}
