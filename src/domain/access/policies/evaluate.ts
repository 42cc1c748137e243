/**
 * Policies: what a document of the IAM policy language says (`document.ts`), and whether the policies that apply to a request allow it,
 * here. This folder owns the language and AWS's evaluation logic as pure functions. It must not know where policies are kept, who they
 * are attached to, or what an operation is: its callers bring the principal, the action, the resources and the context.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { CompiledPolicy, CompiledStatement } from "./compile.ts";
import type { Position } from "./document.ts";
import { type AccessPrincipal, deniesPrincipal, type Grant, grantTo, isExempt } from "./principal-element.ts";
import type { Context } from "./variables.ts";

export interface AccessRequest {
	readonly principal: AccessPrincipal;
	/** `s3:GetObject` */
	readonly action: string;
	/** ARNs, or `*` for an operation that has no resource; at least one. All of them must be allowed. */
	readonly resources: readonly string[];
	/** Names of keys in any case. A key without values is absent. */
	readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** What applies to a request of the resource's own account. Service control policies do not exist here. */
export interface PolicySet {
	/** Of the user and its groups, or of the role. */
	readonly identity: readonly CompiledPolicy[];
	/** Of the resource. `required`: nothing is allowed without it, as with a role's trust policy and a KMS key's. */
	readonly resource?: { readonly policy: CompiledPolicy; readonly required: boolean };
	readonly boundary?: CompiledPolicy;
	/** Of the session, from where it was made: the document and the managed policies that were passed. Undefined: none were. */
	readonly session?: readonly CompiledPolicy[];
}

export type Outcome = "allowed" | "explicitDeny" | "implicitDeny";
export type PolicySource = "identity" | "resource" | "boundary" | "session";

/** A statement that decided: of a denied request the denials only. */
export interface MatchedStatement {
	readonly source: PolicySource;
	readonly policyId: string;
	readonly sid: string | undefined;
	readonly start: Position;
	readonly end: Position;
}

export interface ResourceDecision {
	readonly resource: string;
	readonly outcome: Outcome;
	readonly matched: readonly MatchedStatement[];
	/** What each kind of policy that applies says by itself. */
	readonly bySource: Readonly<Partial<Record<PolicySource, Outcome>>>;
}

export interface Decision {
	readonly outcome: Outcome;
	readonly matched: readonly MatchedStatement[];
	readonly resources: readonly ResourceDecision[];
}

/** Never throws: what is absent or unreadable does not match. */
export function evaluate(request: AccessRequest, policies: PolicySet): Decision {
	const context = contextOf(request.context);
	const action = request.action.toLowerCase();
	const resources = request.resources.map((resource) => decide({ principal: request.principal, action, resource, context }, policies));
	const outcome = resources.some((each) => each.outcome === "explicitDeny")
		? "explicitDeny"
		: resources.length > 0 && resources.every((each) => each.outcome === "allowed")
			? "allowed"
			: "implicitDeny";
	const matched = resources.flatMap((each) => (each.outcome === outcome ? each.matched : []));
	return { outcome, matched, resources };
}

/** Keys that differ only in case are one key with the values of both. Nothing is done for policies that ask for no key. */
function contextOf(written: AccessRequest["context"]): Context {
	let values: Map<string, readonly string[]> | undefined;
	return {
		get(key) {
			values ??= valuesByKey(written);
			return values.get(key);
		},
	};
}

function valuesByKey(written: AccessRequest["context"]): Map<string, readonly string[]> {
	const context = new Map<string, readonly string[]>();
	for (const [key, value] of Object.entries(written)) {
		const values = typeof value === "string" ? [value] : value;
		if (values.length === 0) continue;
		const name = key.toLowerCase();
		const known = context.get(name);
		context.set(name, known === undefined ? values : [...known, ...values]);
	}
	return context;
}

interface Ask {
	readonly principal: AccessPrincipal;
	readonly action: string;
	readonly resource: string;
	readonly context: Context;
}

/** What one kind of policies says. */
interface Findings {
	readonly allows: MatchedStatement[];
	readonly denies: MatchedStatement[];
	/** How the Allows of a resource's policy name the principal. */
	readonly grants: Grant[];
}

function decide(ask: Ask, policies: PolicySet): ResourceDecision {
	const { identity, resource, boundary, session } = policies;
	const hasBoundary = boundary !== undefined;
	const found: Record<PolicySource, Findings | undefined> = {
		identity: find(ask, "identity", identity, hasBoundary),
		resource: resource && find(ask, "resource", [resource.policy], hasBoundary),
		boundary: boundary && find(ask, "boundary", [boundary], hasBoundary),
		session: session && find(ask, "session", session, hasBoundary),
	};
	const bySource: Partial<Record<PolicySource, Outcome>> = {};
	const sources: Findings[] = [];
	for (const source of ["identity", "resource", "boundary", "session"] as const) {
		const findings = found[source];
		if (findings === undefined) continue;
		sources.push(findings);
		bySource[source] = outcomeOf(findings);
	}
	const denies = sources.flatMap((each) => each.denies);
	// "If the enforcement code finds even one explicit deny that applies, the enforcement code returns a final decision of Deny."
	if (denies.length > 0) return { resource: ask.resource, outcome: "explicitDeny", matched: denies, bySource };
	const allowed = isAllowed(ask.principal, found, resource?.required === true);
	const matched = allowed ? sources.flatMap((each) => each.allows) : [];
	return { resource: ask.resource, outcome: allowed ? "allowed" : "implicitDeny", matched, bySource };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
function isAllowed(
	principal: AccessPrincipal,
	found: Readonly<Record<PolicySource, Findings | undefined>>,
	resourceRequired: boolean,
): boolean {
	const grants = found.resource?.grants;
	const saysYes = (findings: Findings | undefined, otherwise: boolean) => (findings === undefined ? otherwise : findings.allows.length > 0);
	if (grants?.includes("direct") === true) return true;
	// A federated user has no permissions without a session policy.
	const withinLimits = saysYes(found.boundary, true) && saysYes(found.session, principal.kind !== "federatedUser");
	if (grants?.includes("limited") === true && withinLimits) return true;
	if (resourceRequired && grants?.includes("account") !== true && grants?.includes("limited") !== true) return false;
	// "with the exception of the AWS account root user, which has full access"
	return principal.kind === "root" || (saysYes(found.identity, false) && withinLimits);
}

function find(ask: Ask, source: PolicySource, policies: readonly CompiledPolicy[], hasBoundary: boolean): Findings {
	const findings: Findings = { allows: [], denies: [], grants: [] };
	for (const policy of policies) {
		for (const statement of policy.statements) {
			if (!matchesRequest(statement, ask)) continue;
			const grant = source === "resource" ? grantOf(statement, ask.principal, hasBoundary) : "direct";
			if (grant === undefined) continue;
			const { sid, start, end, effect } = statement;
			(effect === "Allow" ? findings.allows : findings.denies).push({ source, policyId: policy.id, sid, start, end });
			if (effect === "Allow") findings.grants.push(grant);
		}
	}
	return findings;
}

/** Undefined where the statement means others. */
function grantOf({ principals, effect }: CompiledStatement, principal: AccessPrincipal, hasBoundary: boolean): Grant | undefined {
	if (principals === undefined) return undefined;
	if (effect === "Allow") return principals.not ? undefined : grantTo(principal, principals);
	const denies = principals.not ? !isExempt(principal, principals, hasBoundary) : deniesPrincipal(principal, principals);
	return denies ? "direct" : undefined;
}

const matchesRequest = (statement: CompiledStatement, { action, resource, context }: Ask): boolean =>
	statement.matchesAction(action) && statement.matchesResource(resource, context) && statement.matchesConditions(context);

const outcomeOf = ({ allows, denies }: Findings): Outcome =>
	denies.length > 0 ? "explicitDeny" : allows.length > 0 ? "allowed" : "implicitDeny";
