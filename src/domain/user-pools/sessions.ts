/**
 * Sign-ins and their revocation. A sign-in is one row, never an update of the user's: valid while the user is enabled, the row's
 * epoch is the user's, and the row is not revoked. The refresh token is a sealed { user, session, generation, client, expiry }:
 * garbage costs no query.
 */
import { randomUuid } from "../../crypto/random-text.ts";
import { insert, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { refreshTokenReused, refreshTokenRevoked } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { UserPool } from "./pools.ts";
import { type User, userColumns, userFromRow } from "./users.ts";

export interface Session {
	readonly id: string;
	readonly clientId: string;
	readonly eventId: string;
	readonly generation: number;
	readonly rotatedAt: number;
	/** Milliseconds since the epoch. */
	readonly authTime: number;
	readonly expiresAt: number;
	/** The device that it was offered or came from; empty for none. */
	readonly deviceKey: string;
	/** Whether that device is confirmed: it alone refreshes the session then, and without a key nobody does. */
	readonly deviceIsConfirmed: boolean;
	/** What an authorization granted; undefined for a sign-in of the API. */
	readonly scopes: readonly string[] | undefined;
	/** The resource that access tokens are bound to. */
	readonly audience: string | undefined;
}

export interface SessionDevice {
	readonly key: string;
	readonly isConfirmed: boolean;
}

/** What the tokens of an authorization come from: the id that its code was given, and what was granted. */
export interface Grant {
	readonly id: string;
	/** When the user signed in, milliseconds since the epoch. */
	readonly authTime: number;
	readonly scopes: readonly string[];
	readonly audience: string | undefined;
	/** How long it stands; as long as a refresh token if left out. */
	readonly lifetimeSeconds?: number;
}

/** A new sign-in of `user` at `client`, and the row that records it: `taken` where the grant's code was redeemed before. */
export function startSession(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	{ device, grant }: { readonly device?: SessionDevice | undefined; readonly grant?: Grant } = {},
): { session: Session; verb: Verb<"taken"> } {
	const id = grant?.id ?? randomUuid(call.ports.random);
	const session: Session = {
		id,
		clientId: client.id,
		// Tokens without origin_jti (revocation off) still name their session: by the event's id.
		eventId: carriesOrigin(client) ? randomUuid(call.ports.random) : id,
		generation: 0,
		rotatedAt: call.now,
		authTime: grant?.authTime ?? call.now,
		expiresAt: call.now + (grant?.lifetimeSeconds ?? client.lifetimes.refresh) * 1000,
		deviceKey: device?.key ?? "",
		deviceIsConfirmed: device?.isConfirmed === true,
		scopes: grant?.scopes,
		audience: grant?.audience,
	};
	const row: Tables["sessions"] = {
		pool_id: pool.id,
		user_id: user.id,
		id,
		client_id: client.id,
		epoch: user.epoch,
		generation: 0,
		rotated_at: session.rotatedAt,
		revoked: 0,
		event_id: session.eventId,
		auth_time: session.authTime,
		expires_at: session.expiresAt,
		device_key: session.deviceKey,
		device_confirmed: session.deviceIsConfirmed ? 1 : 0,
		scopes: session.scopes?.join(" ") ?? "",
		audience: session.audience ?? "",
	};
	return { session, verb: insert("sessions", row, "taken") };
}

/** Whether the client's tokens carry `jti` and `origin_jti`: with revocation on, or with refresh-token rotation. */
export function carriesOrigin(client: AppClient): boolean {
	return client.settings.EnableTokenRevocation !== false || client.rotation !== undefined;
}

/** A session with its user, in one read: every token check is this one. */
export const sessionStatement = statement<{ pool: string; user: string; session: string }>()("session", (db, param) =>
	db
		.selectFrom("users")
		.leftJoin("sessions", (join) =>
			join
				.onRef("sessions.pool_id", "=", "users.pool_id")
				.onRef("sessions.user_id", "=", "users.id")
				.on("sessions.id", "=", param("session")),
		)
		.select(userColumns)
		.select([
			"sessions.id as session_id",
			"sessions.client_id as session_client_id",
			"sessions.epoch as session_epoch",
			"sessions.generation as session_generation",
			"sessions.rotated_at as session_rotated_at",
			"sessions.revoked as session_revoked",
			"sessions.event_id as session_event_id",
			"sessions.auth_time as session_auth_time",
			"sessions.expires_at as session_expires_at",
			"sessions.device_key as session_device_key",
			"sessions.device_confirmed as session_device_confirmed",
			"sessions.scopes as session_scopes",
			"sessions.audience as session_audience",
		])
		.where("users.pool_id", "=", param("pool"))
		.where("users.id", "=", param("user")),
);

/** The user and, where it still stands, the session: undefined user where it is deleted, undefined session where it is revoked, gone or of an earlier epoch. */
export async function findSession(
	call: Call,
	pool: UserPool,
	userId: string,
	sessionId: string,
): Promise<{ user: User | undefined; session: Session | undefined }> {
	const [row] = await call.store.read(sessionStatement, { pool: pool.id, user: userId, session: sessionId });
	if (row === undefined) return { user: undefined, session: undefined };
	const user = userFromRow(row);
	const stands = row.session_id !== null && row.session_revoked === 0 && row.session_epoch === user.epoch && user.enabled;
	if (!stands) return { user, session: undefined };
	return {
		user,
		session: {
			id: row.session_id ?? "",
			clientId: row.session_client_id ?? "",
			eventId: row.session_event_id ?? "",
			generation: row.session_generation ?? 0,
			rotatedAt: row.session_rotated_at ?? 0,
			authTime: row.session_auth_time ?? 0,
			expiresAt: row.session_expires_at ?? 0,
			deviceKey: row.session_device_key ?? "",
			deviceIsConfirmed: row.session_device_confirmed === 1,
			scopes: row.session_scopes ? row.session_scopes.split(" ") : undefined,
			audience: row.session_audience || undefined,
		},
	};
}

export const sessionUserStatement = statement<{ pool: string; user: string }>()("sessionUser", (db, param) =>
	db.selectFrom("users").select(userColumns).where("users.pool_id", "=", param("pool")).where("users.id", "=", param("user")),
);

/** The user that a session is to begin for; undefined where it is deleted. */
export async function findSessionUser(call: Call, pool: UserPool, userId: string): Promise<User | undefined> {
	const [row] = await call.store.read(sessionUserStatement, { pool: pool.id, user: userId });
	return row && userFromRow(row);
}

export interface RefreshToken {
	readonly userId: string;
	readonly sessionId: string;
	readonly generation: number;
	readonly clientId: string;
	/** Milliseconds since the epoch: the whole session's end, which rotation keeps. */
	readonly expiresAt: number;
}

const refreshContext = (pool: UserPool) => ["refresh-token", pool.id] as const;

export function sealRefreshToken(pool: UserPool, token: RefreshToken): string {
	const plain = JSON.stringify([token.userId, token.sessionId, token.generation, token.clientId, token.expiresAt]);
	return pool.keyrings.session.seal(refreshContext(pool), Buffer.from(plain)).toString("base64url");
}

/** What the token says; undefined where the pool did not seal it. */
export function openRefreshToken(pool: UserPool, text: string): RefreshToken | undefined {
	if (!/^[\w-]+$/.test(text)) return undefined;
	const plain = pool.keyrings.session.open(refreshContext(pool), Buffer.from(text, "base64url"));
	if (plain === undefined) return undefined;
	const [userId, sessionId, generation, clientId, expiresAt] = JSON.parse(plain.toString()) as [string, string, number, string, number];
	return { userId, sessionId, generation, clientId, expiresAt };
}

export function refreshTokenOf(pool: UserPool, user: User, session: Session): string {
	const { id: sessionId, generation, clientId, expiresAt } = session;
	return sealRefreshToken(pool, { userId: user.id, sessionId, generation, clientId, expiresAt });
}

/**
 * Spends one generation of a rotating refresh token and gives the session at its next one. Within the grace period the token
 * that was just spent gives the generation that is current, never a fork; later it is reuse.
 * @throws RefreshTokenReuseException, or NotAuthorizedException where the session ended meanwhile
 */
export async function rotate(
	call: Call,
	pool: UserPool,
	user: User,
	session: Session,
	presented: number,
	graceSeconds: number,
): Promise<Session> {
	if (presented === session.generation) {
		const next = { ...session, generation: session.generation + 1, rotatedAt: call.now };
		const outcome = await call.store.write([
			update(
				"sessions",
				{ pool_id: pool.id, user_id: user.id, id: session.id, generation: presented, revoked: 0 },
				{ generation: { add: 1 }, rotated_at: call.now },
				"raced",
			),
		]);
		if (outcome === "done") return next;
		const now = await findSession(call, pool, user.id, session.id);
		if (now.session === undefined) throw refreshTokenRevoked();
		return withinGrace(call, now.session, presented, graceSeconds);
	}
	return withinGrace(call, session, presented, graceSeconds);
}

function withinGrace(call: Call, session: Session, presented: number, graceSeconds: number): Session {
	// A racer may have begun before the rotation that it lost to: without a grace that is reuse too.
	const inTime = graceSeconds > 0 && call.now - session.rotatedAt < graceSeconds * 1000;
	if (presented === session.generation - 1 && inTime) return session;
	throw refreshTokenReused();
}

/** Ends one session: its refresh token and every token with its origin. */
export function revokeSession(pool: UserPool, userId: string, sessionId: string): Verb<never> {
	return update("sessions", { pool_id: pool.id, user_id: userId, id: sessionId }, { revoked: 1 });
}

/** Ends every session of a user, those that are being made at this moment included. */
export function revokeAllSessions(pool: UserPool, userId: string): Verb<never> {
	return update("users", { pool_id: pool.id, id: userId }, { epoch: { add: 1 } });
}
