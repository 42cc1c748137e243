/**
 * Which role an identity gets: from the pool's roles, its role mappings, what the identity's tokens say, and the role that the caller asks
 * for. It reads and writes nothing.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
 */
import type { MappingRule, RoleMapping } from "../../aws/model/cognito-identity.types.ts";
import type { Claims } from "../user-pools/claims.ts";

export interface RoleQuestion {
	/** The pool's default roles. */
	readonly roles: Readonly<{ authenticated?: string | undefined; unauthenticated?: string | undefined }>;
	/** The logins that the caller proved, each with the mapping of its provider; none for a guest. */
	readonly logins: readonly { readonly claims: Claims; readonly mapping: RoleMapping | undefined }[];
	/** For an identity that a developer vouches for: there are no logins, and it is no guest. */
	readonly isDeveloperIdentity?: boolean;
	readonly customRoleArn?: string | undefined;
}

export type RoleChoice =
	| { readonly role: string }
	/** `custom`: the role that was asked for is not among those that the tokens or the rules allow. */
	| { readonly refused: "denied" | "custom" | "no role" };

export function chooseRole({ roles, logins, isDeveloperIdentity = false, customRoleArn }: RoleQuestion): RoleChoice {
	const isGuest = logins.length === 0 && !isDeveloperIdentity;
	const usual = isGuest ? roles.unauthenticated : roles.authenticated;
	const mapped = logins.flatMap(({ claims, mapping }) => (mapping === undefined ? [] : [{ claims, mapping }]));
	if (customRoleArn !== undefined) return chooseCustom(usual, mapped, customRoleArn);
	const chosen = new Set<string>();
	let ambiguous: "AuthenticatedRole" | "Deny" | undefined;
	for (const { claims, mapping } of mapped) {
		const role = roleOf(claims, mapping);
		if (role !== undefined) chosen.add(role);
		// One provider that denies is enough: else whoever adds a login would get around it.
		else ambiguous = mapping.AmbiguousRoleResolution === "AuthenticatedRole" && ambiguous !== "Deny" ? "AuthenticatedRole" : "Deny";
	}
	if (ambiguous === "Deny") return { refused: "denied" };
	const [first, second] = chosen;
	if (first !== undefined && second === undefined) return { role: first };
	// Two providers that name different roles are as ambiguous as one that names several.
	if (second !== undefined && mapped.some(({ mapping }) => mapping.AmbiguousRoleResolution !== "AuthenticatedRole"))
		return { refused: "denied" };
	return usual === undefined ? { refused: "no role" } : { role: usual };
}

/** "If this parameter doesn't match a role in cognito:roles, deny access." Without a mapping only the usual role can be asked for. */
function chooseCustom(
	usual: string | undefined,
	mapped: readonly { readonly claims: Claims; readonly mapping: RoleMapping }[],
	customRoleArn: string,
): RoleChoice {
	const allowed = mapped.length === 0 ? [usual] : mapped.flatMap(({ claims, mapping }) => allRolesOf(claims, mapping));
	return allowed.includes(customRoleArn) ? { role: customRoleArn } : { refused: "custom" };
}

/** The role that a mapping gives; undefined where it does not decide. */
function roleOf(claims: Claims, mapping: RoleMapping): string | undefined {
	if (mapping.Type === "Rules") return rulesOf(mapping).find((rule) => matches(claims, rule))?.RoleARN;
	const preferred = claims["cognito:preferred_role"];
	if (typeof preferred === "string" && preferred !== "") return preferred;
	const roles = tokenRoles(claims);
	return roles.length === 1 ? roles[0] : undefined;
}

/** Every role that a mapping would let somebody ask for. */
function allRolesOf(claims: Claims, mapping: RoleMapping): string[] {
	if (mapping.Type === "Token") return tokenRoles(claims);
	return rulesOf(mapping)
		.filter((rule) => matches(claims, rule))
		.map(({ RoleARN }) => RoleARN);
}

const rulesOf = (mapping: RoleMapping): readonly MappingRule[] => mapping.RulesConfiguration?.Rules ?? [];

/** A list in user pools' tokens; "a comma-separated string" where others write the claim. */
function tokenRoles(claims: Claims): string[] {
	const roles = claims["cognito:roles"];
	const list = typeof roles === "string" ? roles.split(",").map((role) => role.trim()) : Array.isArray(roles) ? roles : [];
	return [...new Set(list.filter((role): role is string => typeof role === "string" && role !== ""))];
}

/** A list matches where one of its items does, and is NotEqual where none is equal. A claim that is not there matches nothing. */
function matches(claims: Claims, { Claim: name, MatchType: type, Value: value }: MappingRule): boolean {
	const texts = textsOf(Object.hasOwn(claims, name) ? claims[name] : undefined);
	if (texts === undefined) return false;
	switch (type) {
		case "Equals":
			return texts.includes(value);
		case "NotEqual":
			return !texts.includes(value);
		case "StartsWith":
			return texts.some((text) => text.startsWith(value));
		case "Contains":
			return texts.some((text) => text.includes(value));
	}
}

/** Lists within lists are nothing that a rule could mean. */
function textsOf(claim: unknown): string[] | undefined {
	if (Array.isArray(claim)) return claim.filter(isPlain).map(String);
	return isPlain(claim) ? [String(claim)] : undefined;
}

const isPlain = (claim: unknown) => ["string", "number", "boolean"].includes(typeof claim);
