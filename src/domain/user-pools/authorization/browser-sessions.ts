/**
 * Who is signed in in a browser: what AWS calls an SSO session. A row by the hash of a random token, which is the cookie's value; valid
 * while the user is enabled, not signed out everywhere, and need not choose another password. Signing in makes a new one, always: a token that somebody planted is nobody's.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-user-sessions.html
 */
import { createHash } from "node:crypto";
import { randomText } from "../../../crypto/random-text.ts";
import { consume, insert, statement, type Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import { deviceType } from "../device-type.ts";
import type { UserPool } from "../pools.ts";
import { tracksSessions } from "../session-management.ts";
import { statusAllows } from "../status-machine.ts";
import { type User, userColumns, userFromRow } from "../users.ts";

export interface BrowserSession {
	/** What AWS calls SessionId: tokens that came through it name it. */
	readonly id: string;
	readonly poolId: string;
	readonly userId: string;
	/** The user as the row was read with it. */
	readonly user: User;
	readonly epoch: number;
	/** When the user signed in, milliseconds since the epoch. */
	readonly authTime: number;
	/** How long the cookie lives, milliseconds since the epoch; a client may want a younger sign-in. */
	readonly expiresAt: number;
}

const hour = 3600_000;
/** "The default is 60": what a client silently goes by, where it says nothing. */
const ssoMinutesDefault = 60;
/** "The maximum value is 129600 (90 days)": with session tracking a client may silently go by a sign-in of that age. */
const trackedMilliseconds = 90 * 24 * hour;
const tokenBytes = 32;
/** AWS's own form: three letters and 25 characters. */
const sessionIdPrefix = "sso";
const sessionIdCharacters = 28;
const lowerAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz";
/** The user's id comes before the secret part, so that the session is found by its key together with its user. */
const tokenPattern = /^([0-9a-f-]{36})\.([\w-]{43})$/;

export const browserSessionStatement = statement<{ pool: string; user: string; key: Uint8Array }>()("browserSession", (db, param) =>
	db
		.selectFrom("browser_sessions")
		.innerJoin("users", (join) =>
			join.onRef("users.pool_id", "=", "browser_sessions.pool_id").onRef("users.id", "=", "browser_sessions.user_id"),
		)
		.select(userColumns)
		.select([
			"browser_sessions.id as session_id",
			"browser_sessions.epoch as session_epoch",
			"browser_sessions.auth_time as session_auth_time",
			"browser_sessions.expires_at as session_expires_at",
		])
		.where("browser_sessions.pool_id", "=", param("pool"))
		.where("browser_sessions.user_id", "=", param("user"))
		.where("browser_sessions.key", "=", param("key")),
);

/** The session of a cookie's token, in one read; undefined where it never was one of this pool, or is over. */
export async function findBrowserSession(call: Call, pool: UserPool, token: string | undefined): Promise<BrowserSession | undefined> {
	const parts = token === undefined ? null : tokenPattern.exec(token);
	if (parts === null) return undefined;
	const [row] = await call.store.read(browserSessionStatement, { pool: pool.id, user: parts[1] ?? "", key: keyOf(parts[2] ?? "") });
	if (row === undefined || row.session_expires_at <= call.now) return undefined;
	const user = userFromRow(row);
	if (!user.enabled || user.epoch !== row.session_epoch || !statusAllows("silent sign-in", user)) return undefined;
	return {
		id: row.session_id,
		poolId: pool.id,
		userId: user.id,
		user,
		epoch: row.session_epoch,
		authTime: row.session_auth_time,
		expiresAt: row.session_expires_at,
	};
}

/**
 * How long after a sign-in the client silently goes by it, in milliseconds: "measured from the user's last fresh authentication. A value
 * of 0 means that this app client never silently reuses the SSO session".
 */
export function silentMilliseconds(pool: UserPool, client: AppClient): number {
	if (!tracksSessions(pool)) return hour;
	return (client.settings.SSOSession?.MaxValidityMinutes ?? ssoMinutesDefault) * 60_000;
}

/** A new session of a user who has just signed in at `client`, the token that it is found by, and the row that records it. */
export function startBrowserSession(
	call: Call,
	pool: UserPool,
	client: Pick<AppClient, "id">,
	user: User,
): { readonly token: string; readonly session: BrowserSession; readonly verb: Verb<never> } {
	const secret = Buffer.from(call.ports.random.bytes(tokenBytes)).toString("base64url");
	const session: BrowserSession = {
		id: `${sessionIdPrefix}${randomText(call.ports.random, lowerAlphanumerics, sessionIdCharacters - sessionIdPrefix.length)}`,
		poolId: pool.id,
		userId: user.id,
		user,
		epoch: user.epoch,
		authTime: call.now,
		expiresAt: call.now + (tracksSessions(pool) ? trackedMilliseconds : hour),
	};
	const verb = insert("browser_sessions", {
		pool_id: pool.id,
		user_id: user.id,
		key: keyOf(secret),
		id: session.id,
		client_id: client.id,
		epoch: session.epoch,
		auth_time: session.authTime,
		expires_at: session.expiresAt,
		device: deviceType(call.userAgent),
		address: call.sourceIp ?? null,
	});
	return { token: `${user.id}.${secret}`, session, verb };
}

/** Ends the session of a token; that there is none is no matter. */
export async function endBrowserSession(call: Call, pool: UserPool, token: string | undefined): Promise<void> {
	const parts = token === undefined ? null : tokenPattern.exec(token);
	if (parts === null) return;
	await call.store.write([consume("browser_sessions", { pool_id: pool.id, user_id: parts[1] ?? "", key: keyOf(parts[2] ?? "") })]);
}

const keyOf = (secret: string): Uint8Array => createHash("sha256").update(secret).digest();
