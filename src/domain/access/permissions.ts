/** What a principal may do: the policies that apply to it, what is known of it and its request, and the decision. */
import type { Call, Principal, Settings } from "../call.ts";
import { awsPolicies } from "./aws-policies.ts";
import type { AccessCall, CompiledEntity } from "./entities.ts";
import { findCompiledPolicy } from "./managed-policies.ts";
import type { CompiledPolicy } from "./policies/compile.ts";
import { type Decision, evaluate, type PolicySet } from "./policies/evaluate.ts";
import type { AccessPrincipal } from "./policies/principal-element.ts";
import { sessionPolicies } from "./sessions.ts";
import { mergedTags } from "./tags.ts";

export type ContextValues = Record<string, string | readonly string[]>;

/** Inline and attached policies of a user with its groups, or of a role. */
export async function identityPolicies(
	call: Pick<AccessCall, "caches">,
	entity: Pick<CompiledEntity, "inline" | "settings">,
): Promise<CompiledPolicy[]> {
	const groups = await Promise.all(entity.settings.groups.map((id) => call.caches.iamEntities.get(id)));
	const all = [entity, ...groups.filter((group) => group !== undefined)];
	const arns = all.flatMap(({ settings }) => settings.attached);
	const managed = await Promise.all(arns.map((arn) => findCompiledPolicy(call, arn)));
	return [...all.flatMap(({ inline }) => inline), ...managed.filter((policy) => policy !== undefined)];
}

const nothing: CompiledPolicy = { id: "", statements: [], contextKeys: [] };

/** A boundary that is gone allows nothing. */
export async function boundaryOf(
	call: Pick<AccessCall, "caches">,
	{ settings }: Pick<CompiledEntity, "settings">,
): Promise<CompiledPolicy | undefined> {
	return settings.boundary === undefined ? undefined : ((await findCompiledPolicy(call, settings.boundary)) ?? nothing);
}

const rootPolicies = [awsPolicies.get("arn:aws:iam::aws:policy/AdministratorAccess")?.compiled ?? nothing];

/** All that applies to whatever the principal asks. The root user has no policies. */
async function policiesOf(call: Pick<AccessCall, "caches">, principal: Principal): Promise<PolicySet> {
	if (principal.kind === "administrator") return { identity: [] };
	const entity = principal.kind === "roleSession" ? principal.role : principal.user;
	const session = principal.session && (await sessionPolicies(call, principal.session));
	// Of the root user, whose federated users may what their session policy says.
	if (entity === undefined) return { identity: rootPolicies, ...(session && { session }) };
	const boundary = await boundaryOf(call, entity);
	return { identity: await identityPolicies(call, entity), ...(boundary && { boundary }), ...(session && { session }) };
}

function accessPrincipal({ accountId }: Settings, principal: Principal): AccessPrincipal {
	const { arn } = principal;
	switch (principal.kind) {
		case "administrator":
			return { kind: "root", accountId, arn };
		case "user":
			return { kind: "user", userId: principal.userId, accountId, arn };
		case "roleSession":
			return { kind: "roleSession", roleArn: principal.role.arn, roleId: principal.role.id, accountId, arn };
		case "federatedUser":
			return { kind: "federatedUser", userArn: principal.user?.arn, accountId, arn };
	}
}

/**
 * Tags of the user or role, and over them those of the session: "New session tags override existing … tags with the same tag key,
 * regardless of character case." https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_know
 */
export function principalTags(principal: Principal): Readonly<Record<string, string>> {
	if (principal.kind === "administrator") return {};
	const own = principal.kind === "roleSession" ? principal.role.settings.tags : (principal.user?.settings.tags ?? {});
	return mergedTags(own, principal.session?.tags ?? {});
}

const principalTypes = { administrator: "Account", user: "User", roleSession: "AssumedRole", federatedUser: "FederatedUser" } as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function requestContext(
	call: Pick<Call, "now" | "region" | "sourceIp" | "userAgent" | "settings">,
	principal: Principal,
): ContextValues {
	const { now, settings } = call;
	const session = principal.kind === "administrator" ? undefined : principal.session;
	const context: ContextValues = {
		"aws:CurrentTime": new Date(now).toISOString(),
		"aws:EpochTime": String(Math.floor(now / 1000)),
		"aws:PrincipalAccount": settings.accountId,
		// "the ARN of the role", not of the session
		"aws:PrincipalArn": principal.kind === "roleSession" ? principal.role.arn : principal.arn,
		"aws:PrincipalIsAWSService": "false",
		"aws:PrincipalType": principalTypes[principal.kind],
		"aws:RequestedRegion": call.region ?? settings.defaultRegion,
		// All that there is belongs to the one account.
		"aws:ResourceAccount": settings.accountId,
		"aws:SecureTransport": String(settings.publicUrl.startsWith("https:")),
		"aws:userid": principal.userId,
		"aws:ViaAWSService": "false",
	};
	if (call.sourceIp !== undefined) context["aws:SourceIp"] = call.sourceIp;
	if (call.userAgent !== undefined) context["aws:UserAgent"] = call.userAgent;
	if (principal.kind === "user") context["aws:username"] = principal.user.name;
	for (const [key, value] of Object.entries(principalTags(principal))) context[`aws:PrincipalTag/${key}`] = value;
	if (session === undefined) return context;
	context["aws:TokenIssueTime"] = new Date(session.issuedAt).toISOString();
	context["aws:MultiFactorAuthPresent"] = "false";
	if (session.sourceIdentity !== undefined) context["aws:SourceIdentity"] = session.sourceIdentity;
	if (session.provider !== undefined) context["aws:FederatedProvider"] = session.provider;
	return { ...context, ...session.claims };
}

export interface Asked {
	/** `cognito-idp:AdminGetUser` */
	readonly action: string;
	readonly resources: readonly string[];
	readonly context?: ContextValues;
	readonly resource?: PolicySet["resource"];
}

/** Decides by everything that applies to the principal. */
export async function decide(
	call: Pick<Call, "caches" | "now" | "region" | "sourceIp" | "userAgent" | "settings">,
	principal: Principal,
	asked: Asked,
): Promise<Decision> {
	const policies = await policiesOf(call, principal);
	return evaluate(
		{
			principal: accessPrincipal(call.settings, principal),
			action: asked.action,
			resources: asked.resources,
			context: { ...requestContext(call, principal), ...asked.context },
		},
		{ ...policies, ...(asked.resource && { resource: asked.resource }) },
	);
}
