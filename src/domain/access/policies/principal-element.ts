/**
 * Who asks, and what the Principal element of a resource's policy says of them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { unreachable } from "../../../kernel/assert.ts";
import type { PrincipalElement } from "./document.ts";

interface OfAccount {
	readonly accountId: string;
	/** As it makes requests: of a session the session's own ARN. */
	readonly arn: string;
	/** The account's, where S3 knows it by one. */
	readonly canonicalUserId?: string;
}

export type AccessPrincipal =
	| ({ readonly kind: "root" } & OfAccount)
	/** `userId`: AIDA… */
	| ({ readonly kind: "user"; readonly userId: string } & OfAccount)
	/** `arn`: `arn:aws:sts::…:assumed-role/role/session`. `roleId`: AROA… */
	| ({ readonly kind: "roleSession"; readonly roleArn: string; readonly roleId: string } & OfAccount)
	/** Of GetFederationToken. `userArn`: of the user who called it; undefined for the root user. */
	| ({ readonly kind: "federatedUser"; readonly userArn: string | undefined } & OfAccount)
	/** Who comes to STS with a token or an assertion: the provider's ARN, or the name of one that is built in. */
	| { readonly kind: "federated"; readonly provider: string }
	| { readonly kind: "service"; readonly names: readonly string[] }
	| { readonly kind: "anonymous" };

/**
 * How an Allow of a resource's policy names the principal. `direct`: the very user or session, or everyone, which no implicit deny
 * elsewhere takes back. `limited`: what the session was made from, so that boundary and session policies limit it. `account`: the
 * account, which thereby delegates to identity-based policies and grants nothing itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type Grant = "direct" | "limited" | "account";

/** Undefined where the element does not mean the principal. */
export function grantTo(principal: AccessPrincipal, { everyone, names }: PrincipalElement): Grant | undefined {
	if (everyone) return "direct";
	switch (principal.kind) {
		case "anonymous":
			return names.AWS.includes("*") ? "direct" : undefined;
		case "federated":
			return names.Federated.includes(principal.provider) ? "direct" : undefined;
		case "service":
			return principal.names.some((name) => names.Service.includes(name)) ? "direct" : undefined;
		default: {
			if (names.AWS.includes("*")) return "direct";
			const { itself, madeFrom } = identifiersOf(principal);
			if (itself.some((id) => names.AWS.includes(id))) return "direct";
			if (madeFrom.some((id) => names.AWS.includes(id))) return "limited";
			return namesAccount(principal, names) ? "account" : undefined;
		}
	}
}

/** Whether a Deny with this Principal means the principal. `{"AWS": "*"}` denies whoever is not in AWS, too. */
export const deniesPrincipal = (principal: AccessPrincipal, element: PrincipalElement): boolean =>
	element.names.AWS.includes("*") || grantTo(principal, element) !== undefined;

/**
 * Whether a Deny with this NotPrincipal leaves the principal out. The account must be named with the user, and account and role with
 * the session: each is validated for itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function isExempt(principal: AccessPrincipal, element: PrincipalElement, hasBoundary: boolean): boolean {
	const { everyone, names } = element;
	if (everyone) return true;
	switch (principal.kind) {
		case "anonymous":
		case "federated":
		case "service":
			return grantTo(principal, element) !== undefined;
		default: {
			// "will always deny any IAM principal that has a permissions boundary policy attached"
			if (hasBoundary) return false;
			if (names.AWS.includes("*")) return true;
			const { itself, madeFrom } = identifiersOf(principal);
			const levels = principal.kind === "root" ? [] : principal.kind === "roleSession" ? [itself, madeFrom] : [itself];
			return namesAccount(principal, names) && levels.every((ids) => ids.some((id) => names.AWS.includes(id)));
		}
	}
}

type AccountPrincipal = Extract<AccessPrincipal, OfAccount>;

/** What names the one who asks, and what names the role or user behind a session. */
function identifiersOf(principal: AccountPrincipal): { readonly itself: readonly string[]; readonly madeFrom: readonly string[] } {
	switch (principal.kind) {
		case "root":
			return { itself: [], madeFrom: [] };
		case "user":
			return { itself: [principal.arn, principal.userId], madeFrom: [] };
		case "roleSession":
			return { itself: [principal.arn], madeFrom: [principal.roleArn, principal.roleId] };
		case "federatedUser":
			return { itself: [principal.arn], madeFrom: principal.userArn === undefined ? [] : [principal.userArn] };
		default:
			return unreachable(principal);
	}
}

/** By its id, its ARN in any partition, or S3's canonical id. */
function namesAccount({ accountId, canonicalUserId }: AccountPrincipal, names: PrincipalElement["names"]): boolean {
	return (
		names.AWS.some((name) => name === accountId || (name.startsWith("arn:") && name.endsWith(`:iam::${accountId}:root`))) ||
		(canonicalUserId !== undefined && names.CanonicalUser.includes(canonicalUserId))
	);
}
