/**
 * PreTokenGeneration: the function that may change what tokens say, just before they are signed. What it is told, and which of its
 * changes count, is decided here; `tokens.ts` makes and signs the claims.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
import { isObject } from "../../kernel/json.ts";
import type { Call } from "../call.ts";
import { invalidLambdaResponse } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { attributeClaim, type Claims } from "./claims.ts";
import { groupsOf, preferredRoleOf, rolesOf } from "./groups.ts";
import type { UserPool } from "./pools.ts";
import { eventAttributes, fire, hasTrigger, type Json, metadataOf } from "./triggers.ts";
import type { User } from "./users.ts";

/** Why tokens are made. HostedAuth is managed login's. */
export type TokenOccasion = "HostedAuth" | "Authentication" | "NewPasswordChallenge" | "AuthenticateDevice" | "RefreshTokens";

/** What a function changes in tokens. */
export interface TokenOverrides {
	readonly id: ClaimChanges;
	readonly access: ClaimChanges;
	readonly scopes: ScopeChanges;
	/** Takes the place of the user's groups; undefined leaves them as they are. */
	readonly groups: GroupsOverride | undefined;
}

export interface ClaimChanges {
	readonly added: ReadonlyMap<string, unknown>;
	readonly suppressed: ReadonlySet<string>;
}

export interface ScopeChanges {
	readonly added: readonly string[];
	readonly suppressed: ReadonlySet<string>;
}

export interface GroupsOverride {
	readonly names: readonly string[];
	readonly roles: readonly string[];
	readonly preferredRole: string | undefined;
}

/** "V1_0" and the like, as LambdaVersion has them; the event says "1". */
type Version = "1" | "2" | "3";

/** How many claims and scopes a function may add: the developer guide's quotas have this number for all of them together. */
const claimsAndScopesMax = 5_000;
/** Of what a function answers, as JSON: a token travels in headers. */
const overridesBytesMax = 64 * 1024;

// --- Asking the function ---

function versionOf(pool: UserPool): Version {
	const version = pool.settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion;
	return version === "V3_0" ? "3" : version === "V2_0" ? "2" : "1";
}

/**
 * What the pool's function changes in the tokens of a user. Callers ask `hasTrigger` first: a pool without one pays nothing.
 * @throws what `fire` does; InvalidLambdaResponseException
 */
export async function findUserOverrides(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	occasion: TokenOccasion,
	scopes: readonly string[],
): Promise<TokenOverrides> {
	const version = versionOf(pool);
	const groups = await groupsOf(call, pool, user);
	const request = {
		userAttributes: eventAttributes(user),
		groupConfiguration: {
			groupsToOverride: groups.map(({ name }) => name),
			iamRolesToOverride: rolesOf(groups),
			preferredRole: preferredRoleOf(groups) ?? null,
		},
		...(version === "1" ? {} : { scopes }),
		...metadataOf(call),
	};
	return ask(call, pool, client, `TokenGeneration_${occasion}`, user.username, request, version);
}

/** Machines have no user: this name stands in the event. */
const machineName = "ClientCredentials";

/** What the function changes in a client's own token; undefined where it is not asked: "only … when your event version is V3_0". */
export async function findClientOverrides(
	call: Call,
	pool: UserPool,
	client: AppClient,
	scopes: readonly string[],
): Promise<TokenOverrides | undefined> {
	if (!hasTrigger(pool, "PreTokenGeneration") || versionOf(pool) !== "3") return undefined;
	const request = { userAttributes: {}, groupConfiguration: null, scopes, ...metadataOf(call) };
	const overrides = await ask(call, pool, client, "TokenGeneration_ClientCredentials", machineName, request, "3");
	// The guide's table of claims: groups are for users.
	return { ...overrides, groups: undefined };
}

async function ask(
	call: Call,
	pool: UserPool,
	client: AppClient,
	source: string,
	userName: string,
	request: Json,
	version: Version,
): Promise<TokenOverrides> {
	const empty = version === "1" ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null };
	const response = await fire(call, pool, "PreTokenGeneration", source, { userName, client }, request, empty, version);
	return readOverrides(version, response ?? {});
}

// --- Reading its answer ---

/** @throws InvalidLambdaResponseException where a part of it is of another type than the guide says, or there is too much of it */
export function readOverrides(version: Version, response: Json): TokenOverrides {
	const details = objectOf(response[version === "1" ? "claimsOverrideDetails" : "claimsAndScopeOverrideDetails"]);
	checkSize(details);
	const id = version === "1" ? details : objectOf(details["idTokenGeneration"]);
	const access = version === "1" ? {} : objectOf(details["accessTokenGeneration"]);
	const overrides: TokenOverrides = {
		id: changesOf(version, id),
		access: changesOf(version, access),
		scopes: { added: textsOf(access["scopesToAdd"]), suppressed: new Set(textsOf(access["scopesToSuppress"])) },
		groups: "groupOverrideDetails" in details ? groupsOverride(objectOf(details["groupOverrideDetails"])) : undefined,
	};
	if (overrides.id.added.size + overrides.access.added.size + overrides.scopes.added.length > claimsAndScopesMax) {
		throw invalidLambdaResponse();
	}
	return overrides;
}

function checkSize(details: Json): void {
	let bytes: number;
	try {
		bytes = Buffer.byteLength(JSON.stringify(details));
	} catch {
		// Nested deeper than there is room for.
		throw invalidLambdaResponse();
	}
	if (bytes > overridesBytesMax) throw invalidLambdaResponse();
}

/** An object, or what functions write where they mean none: the guide's own example of an event has an empty list. */
function objectOf(value: unknown): Json {
	if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return {};
	if (!isObject(value)) throw invalidLambdaResponse();
	return value;
}

function textsOf(value: unknown): string[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) throw invalidLambdaResponse();
	return value;
}

/** "Response objects to version one events can return strings. Response objects to version two and three events … complex objects." */
function changesOf(version: Version, details: Json): ClaimChanges {
	const added = Object.entries(objectOf(details["claimsToAddOrOverride"])).filter(([, value]) => value !== null);
	if (version === "1" && added.some(([, value]) => typeof value !== "string")) throw invalidLambdaResponse();
	return { added: new Map(added), suppressed: new Set(textsOf(details["claimsToSuppress"])) };
}

/** "If you provide an empty or null object in the response, then Amazon Cognito suppresses the groups." */
function groupsOverride(details: Json): GroupsOverride {
	const { preferredRole = null } = details;
	if (preferredRole !== null && typeof preferredRole !== "string") throw invalidLambdaResponse();
	return {
		names: textsOf(details["groupsToOverride"]),
		roles: textsOf(details["iamRolesToOverride"]),
		preferredRole: preferredRole || undefined,
	};
}

// --- What counts of it ---

/** The guide's table of claims: what no function may add, change or suppress. Beside them is everything with `cognito:` before it. */
const fixedClaims: ReadonlySet<string> = new Set([
	"sub",
	"username",
	"identities",
	"aud",
	"client_id",
	"event_id",
	"device_key",
	"version",
	"acr",
	"amr",
	"at_hash",
	"auth_time",
	"azp",
	"exp",
	"iat",
	"iss",
	"jti",
	"nbf",
	"nonce",
	"origin_jti",
	"token_use",
]);
/** Claims that Gatehouse makes of the text of an attribute: "you can populate complex objects to the values of claims except for" these. */
const typedClaims: ReadonlySet<string> = new Set(["email_verified", "phone_number_verified", "updated_at", "address"]);
const groupClaims: ReadonlySet<string> = new Set(["cognito:groups", "cognito:roles", "cognito:preferred_role"]);
/** Scopes of Cognito's own operations: a function can take them from a token and not give them to one. */
const ownScopes = "aws.cognito.";

const isFixed = (name: string) => fixedClaims.has(name) || name.startsWith("cognito:");
/** "dev:" attributes can be suppressed, and nothing else. */
const mayAdd = (name: string) => !isFixed(name) && !name.startsWith("dev:");

/** The ID token's claims after the function; changes that it may not make are left out. */
export function overrideIdClaims(claims: Claims, { id, groups }: TokenOverrides): Claims {
	const added = [...id.added].filter(([name]) => mayAdd(name)).flatMap(([name, value]) => idClaim(name, value));
	return changed(groups === undefined ? claims : { ...withoutGroups(claims), ...claimsOfGroups(groups) }, added, id.suppressed);
}

/** The access token's claims after the function. `clientId` is the one audience that it may name. */
export function overrideAccessClaims(claims: Claims, { access, scopes, groups }: TokenOverrides, clientId: string): Claims {
	const added = [...access.added].filter(([name, value]) => (name === "aud" ? value === clientId : name !== "scope" && mayAdd(name)));
	const names = groups === undefined || groups.names.length === 0 ? {} : { "cognito:groups": groups.names };
	const { scope, ...others } = changed(
		groups === undefined ? claims : { ...withoutGroups(claims), ...names },
		added,
		access.suppressed,
		"scope",
	);
	const left = overrideScopes(typeof scope === "string" ? scope.split(" ") : [], scopes);
	// RFC 9068 §2.2.3: a token without scopes has no such claim.
	return left.length === 0 ? others : { ...others, scope: left.join(" ") };
}

/** "You can't add scope values that contain one or more blank-space characters." */
function overrideScopes(scopes: readonly string[], { added, suppressed }: ScopeChanges): string[] {
	const addable = added.filter((scope) => /^\S+$/.test(scope) && !scope.startsWith(ownScopes));
	return [...new Set([...scopes, ...addable])].filter((scope) => !suppressed.has(scope));
}

/** "If your function both suppresses and replaces a claim value, then Amazon Cognito suppresses the claim." */
function changed(claims: Claims, added: readonly (readonly [string, unknown])[], suppressed: ReadonlySet<string>, kept?: string): Claims {
	const isSuppressed = (name: string) => {
		// "To suppress the cognito:preferred_role and cognito:roles claims, add cognito:groups to claimsToSuppress."
		if (groupClaims.has(name)) return suppressed.has("cognito:groups");
		return suppressed.has(name) && !isFixed(name) && name !== kept;
	};
	const all = new Map([...Object.entries(claims), ...added]);
	// fromEntries, since it takes every name for no more than a name.
	return Object.fromEntries([...all].filter(([name]) => !isSuppressed(name)));
}

function idClaim(name: string, value: unknown): [string, unknown][] {
	if (!typedClaims.has(name)) return [[name, value]];
	if (typeof value === "object") return [];
	const claim = attributeClaim(name, String(value));
	// An updated_at that is no number.
	return typeof claim === "number" && !Number.isFinite(claim) ? [] : [[name, claim]];
}

function withoutGroups(claims: Claims): Claims {
	return Object.fromEntries(Object.entries(claims).filter(([name]) => !groupClaims.has(name)));
}

function claimsOfGroups({ names, roles, preferredRole }: GroupsOverride): Claims {
	return {
		...(names.length === 0 ? {} : { "cognito:groups": names }),
		...(roles.length === 0 ? {} : { "cognito:roles": roles }),
		...(preferredRole === undefined ? {} : { "cognito:preferred_role": preferredRole }),
	};
}
