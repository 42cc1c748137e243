/**
 * The ID and access tokens of a user pool.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
import { createHash, sign, verify } from "node:crypto";
import { AwsError } from "../../aws/errors.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { type JsonObject, parseObject } from "../../kernel/json.ts";
import type { Call, TokenHolder } from "../call.ts";
import {
	accessTokenExpired,
	accessTokenLacksScope,
	accessTokenRevoked,
	accessTokenUnsigned,
	invalidAccessToken,
	userNotFound,
} from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { attributeClaim, type Claims, shownAttributes } from "./claims.ts";
import { type Group, groupsOf, preferredRoleOf, rolesOf } from "./groups.ts";
import type { SigningKey, UserPool } from "./pools.ts";
import { overrideAccessClaims, overrideIdClaims, type TokenOverrides } from "./pre-token-generation.ts";
import { carriesOrigin, findSession, type Session } from "./sessions.ts";
import { statusAfter } from "./status-machine.ts";
import type { User } from "./users.ts";

/** The scope of every API sign-in: the token may call the self-service operations. */
export const selfServiceScope = "aws.cognito.signin.user.admin";

export interface IssuedTokens {
	/** Undefined where an authorization did not grant `openid`. */
	readonly idToken: string | undefined;
	readonly accessToken: string;
	/** Seconds. */
	readonly expiresIn: number;
}

/**
 * Signs a new ID and access token for a session. `overrides` is what the pool's function changes; `nonce` goes into the first ID token
 * of an authorization.
 */
export async function issueTokens(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	session: Session,
	overrides?: TokenOverrides,
	nonce?: string,
): Promise<IssuedTokens> {
	const groups = await groupsOf(call, pool, user);
	const signId = (more: Claims) => {
		const claims = { ...idClaims(call, pool, client, user, session, groups), ...more };
		return signToken(pool.signing.id, overrides === undefined ? claims : overrideIdClaims(claims, overrides));
	};
	const access = accessClaims(call, pool, client, user, session, groups);
	const accessSigned = signToken(
		pool.signing.access,
		overrides === undefined ? access : overrideAccessClaims(access, overrides, client.id),
	);
	const expiresIn = client.lifetimes.access;
	if (session.scopes === undefined) {
		// Both at once on the thread pool.
		const [idToken, accessToken] = await Promise.all([signId({}), accessSigned]);
		return { idToken, accessToken, expiresIn };
	}
	const accessToken = await accessSigned;
	if (!session.scopes.includes("openid")) return { idToken: undefined, accessToken, expiresIn };
	const idToken = await signId({ at_hash: accessTokenHash(accessToken), ...(nonce === undefined ? {} : { nonce }) });
	return { idToken, accessToken, expiresIn };
}

/** OpenID Connect Core §3.1.3.6: the left half of the hash that the signature's algorithm uses. */
function accessTokenHash(accessToken: string): string {
	return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}

/** An instant as claims have it. */
export const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function idClaims(call: Call, pool: UserPool, client: AppClient, user: User, session: Session, groups: readonly Group[]): Claims {
	const iat = seconds(call.now);
	const origin = carriesOrigin(client);
	return {
		sub: user.id,
		...attributeClaims(client, user, session.scopes),
		...groupClaims(groups),
		...roleClaims(groups),
		iss: pool.issuer,
		"cognito:username": user.username,
		...(origin ? { origin_jti: session.id } : {}),
		aud: client.id,
		event_id: origin ? session.eventId : session.id,
		token_use: "id",
		auth_time: seconds(session.authTime),
		exp: iat + client.lifetimes.id,
		iat,
		...(origin ? { jti: randomUuid(call.ports.random) } : {}),
	};
}

function accessClaims(call: Call, pool: UserPool, client: AppClient, user: User, session: Session, groups: readonly Group[]): Claims {
	const iat = seconds(call.now);
	const origin = carriesOrigin(client);
	return {
		sub: user.id,
		...(session.deviceKey === "" ? {} : { device_key: session.deviceKey }),
		...groupClaims(groups),
		iss: pool.issuer,
		client_id: client.id,
		...(origin ? { origin_jti: session.id } : {}),
		// Without origin_jti it names the session, which may have begun before revocation was switched off.
		event_id: origin ? session.eventId : session.id,
		token_use: "access",
		...(session.scopes === undefined ? { scope: selfServiceScope } : { version: 2, scope: session.scopes.join(" ") }),
		...(session.audience === undefined ? {} : { aud: session.audience }),
		auth_time: seconds(session.authTime),
		exp: iat + client.lifetimes.access,
		iat,
		...(origin ? { jti: randomUuid(call.ports.random) } : {}),
		username: user.username,
	};
}

/** Absent, not empty, for who is in no group. */
function groupClaims(groups: readonly Group[]): Claims {
	return groups.length === 0 ? {} : { "cognito:groups": groups.map(({ name }) => name) };
}

/** What an identity pool that takes its roles from tokens goes by. */
function roleClaims(groups: readonly Group[]): Claims {
	const roles = rolesOf(groups);
	if (roles.length === 0) return {};
	const preferred = preferredRoleOf(groups);
	return { "cognito:roles": roles, ...(preferred === undefined ? {} : { "cognito:preferred_role": preferred }) };
}

/** The attributes that the client may read and its scopes show, in the types that the ID token gives them. */
function attributeClaims(client: AppClient, user: User, scopes: readonly string[] | undefined): Claims {
	const claims: Record<string, unknown> = {};
	for (const [name, value] of shownAttributes(client, user, scopes)) claims[name] = attributeClaim(name, value);
	return claims;
}

/** A JWS in compact form by RS256 (RFC 7515 §3.1, RFC 7518 §3.3). */
export function signToken(key: SigningKey, claims: Claims): Promise<string> {
	const input = `${key.header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
	return new Promise((resolve, reject) => {
		// With a callback the signature is made on the thread pool.
		sign("sha256", Buffer.from(input), key.privateKey, (error, signature) => {
			if (error) reject(error);
			else resolve(`${input}.${signature.toString("base64url")}`);
		});
	});
}

/**
 * No token of ours is longer. An access token grows with its user's groups (100 names of 128 UTF-16 units, of 3 bytes each at most, are
 * 53,000 characters in base64) and with what a function adds, 64 KiB at most, which are 87,400.
 */
const tokenCharactersMax = 163_840;
const jwsPattern = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

interface AccessClaims {
	readonly sub: string;
	readonly iss: string;
	readonly client_id: string;
	readonly origin_jti?: string;
	readonly event_id?: string;
	readonly token_use: string;
	/** Absent where a function took the last one. */
	readonly scope?: string;
	readonly exp: number;
}

/**
 * Who holds the access token: signature, kind, expiry and scope are checked before anything is read of the user; then user and
 * session come in one read. `scope` is the one that the token must have.
 * @throws NotAuthorizedException, UserNotFoundException where the user was deleted, PasswordResetRequiredException
 */
export async function checkAccessToken(call: Call, token: string, scope: string = selfServiceScope): Promise<TokenHolder> {
	const { pool, claims, scopes } = await verifyToken(call, token);
	if (!scopes.has(scope)) throw accessTokenLacksScope();
	const sessionId = claims.origin_jti ?? claims.event_id;
	const client = await call.caches.appClients.get(claims.client_id);
	if (client === undefined || client.userPoolId !== pool.id || sessionId === undefined) throw accessTokenRevoked();
	const { user, session } = await findSession(call, pool, claims.sub, sessionId);
	if (user === undefined) throw userNotFound();
	if (session === undefined || session.clientId !== client.id) throw accessTokenRevoked();
	statusAfter("access token", user);
	return { kind: "accessToken", pool, client, user, sessionId, scopes };
}

/** The scopes of a client's own access token; none where it is no such token of the pool, or its client is gone. */
export async function verifyClientToken(call: Call, pool: UserPool, token: string): Promise<ReadonlySet<string>> {
	try {
		const { pool: issuer, claims, scopes } = await verifyToken(call, token);
		const client = await call.caches.appClients.get(claims.client_id);
		const isOwn = issuer.id === pool.id && client?.userPoolId === pool.id && claims.sub === client.id;
		return isOwn ? scopes : new Set();
	} catch (error) {
		if (error instanceof AwsError) return new Set();
		throw error;
	}
}

interface VerifiedToken {
	readonly pool: UserPool;
	readonly claims: AccessClaims;
	readonly scopes: ReadonlySet<string>;
}

/** Signature, kind and expiry; nothing is read of whose it is. @throws NotAuthorizedException */
async function verifyToken(call: Call, token: string): Promise<VerifiedToken> {
	if (token.length > tokenCharactersMax) throw invalidAccessToken();
	const parts = jwsPattern.exec(token);
	const header = objectOf(parts?.[1]);
	const unproved = objectOf(parts?.[2]);
	if (parts === null || typeof header?.["kid"] !== "string" || header["alg"] !== "RS256" || typeof unproved?.["iss"] !== "string") {
		throw invalidAccessToken();
	}
	// The issuer only says whose keys to try: nothing is believed before the signature is verified.
	const pool = await findPoolOfIssuer(call, unproved["iss"]);
	const key = pool?.verifying.get(header["kid"]);
	if (pool === undefined || key === undefined) throw accessTokenUnsigned();
	const signed = Buffer.from(token.slice(0, token.lastIndexOf(".")));
	if (!verify("sha256", signed, key.publicKey, Buffer.from(parts[3] ?? "", "base64url"))) throw accessTokenUnsigned();
	const claims = unproved as unknown as AccessClaims;
	if (key.use !== "access" || claims.token_use !== "access") throw invalidAccessToken();
	if (claims.exp * 1000 <= call.now) throw accessTokenExpired();
	return { pool, claims, scopes: new Set(claims.scope?.split(" ")) };
}

/** Names that are looked up in an issuer: the pool's id may stand anywhere in GATEHOUSE_ISSUER. */
const issuerNamesMax = 4;

async function findPoolOfIssuer(call: Call, issuer: string): Promise<UserPool | undefined> {
	// Looked for where a name begins alone: strangers write long issuers, and from every character on it would take the square of the time.
	for (const id of (issuer.match(/(?<![\w-])[\w-]+_[0-9a-zA-Z]+/g) ?? []).slice(-issuerNamesMax)) {
		const pool = id.length <= 55 ? await call.caches.userPools.get(id) : undefined;
		if (pool?.issuer === issuer) return pool;
	}
	return undefined;
}

/** Whether the text is a JWT that one of the pool's keys signed: RevokeToken tells those from refresh tokens. */
export function isTokenOfPool(pool: UserPool, text: string): boolean {
	const parts = jwsPattern.exec(text);
	const kid = objectOf(parts?.[1])?.["kid"];
	const key = typeof kid === "string" ? pool.verifying.get(kid) : undefined;
	if (parts === null || key === undefined) return false;
	return verify("sha256", Buffer.from(text.slice(0, text.lastIndexOf("."))), key.publicKey, Buffer.from(parts[3] ?? "", "base64url"));
}

/** A part of a JWT. */
function objectOf(base64url: string | undefined): JsonObject | undefined {
	return base64url === undefined ? undefined : parseObject(Buffer.from(base64url, "base64url").toString());
}
