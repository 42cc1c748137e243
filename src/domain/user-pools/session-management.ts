/**
 * Session tracking, which a pool turns on: its users' sign-ins are listed, revoked one by one and held within a limit.
 * A sign-in without it costs nothing here; with it, one read, and what is evicted goes in the sign-in's own batch.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-user-sessions.html
 */
import type {
	ClientSSOSessionConfigType,
	GetUserPoolClientSessionConfigurationResponse,
	GetUserPoolSessionConfigurationResponse,
	SessionDescriptionType,
	SetUserPoolClientSessionConfigurationRequest,
	SetUserPoolSessionConfigurationRequest,
} from "../../aws/model/cognito-idp.types.ts";
import { randomText } from "../../crypto/random-text.ts";
import { consume, insert, put, require, statement, update, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import {
	concurrentModification,
	currentSessionNotRevocable,
	invalidPaginationToken,
	sessionNotFound,
	sessionTrackingOff,
	tooManyRequests,
} from "../refusals.ts";
import { changeClientSettings, getClientSettings } from "./app-clients.ts";
import { deviceType } from "./device-type.ts";
import { checkFeature } from "./plans.ts";
import { attemptPoolChange, getPoolSettings, type UserPool, type UserPoolSettings } from "./pools.ts";
import { revokeSession, type Session } from "./sessions.ts";
import type { User } from "./users.ts";

/** "The default is 20." */
const tokenSessionsPerUserDefault = 20;
/** "This operation returns the default SSO session maximum validity of 60 minutes." */
const ssoSessionMinutesDefault = 60;
/** How old the last activity on record may be: refreshes within a minute of one another write nothing. */
const activityMilliseconds = 60_000;
/** How often a sign-in decides anew because another of its user came first. */
const roundsMax = 32;
/** "This is a 28-character string of lowercase letters and digits, prefixed with tkn for a token session." */
const tokenSessionPrefix = "tkn";
const sessionIdCharacters = 28;
const lowerAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A user's sessions on record, those that are over among them. None without the row of `tracked_sign_ins`. */
export const tokenSessionsStatement = statement<{ pool: string; user: string }>()("tokenSessions", (db, param) =>
	db
		.selectFrom("tracked_sign_ins")
		.leftJoin("token_sessions", (join) =>
			join
				.onRef("token_sessions.pool_id", "=", "tracked_sign_ins.pool_id")
				.onRef("token_sessions.user_id", "=", "tracked_sign_ins.user_id"),
		)
		.leftJoin("sessions", (join) =>
			join
				.onRef("sessions.pool_id", "=", "token_sessions.pool_id")
				.onRef("sessions.user_id", "=", "token_sessions.user_id")
				.onRef("sessions.id", "=", "token_sessions.session_id"),
		)
		.select([
			"tracked_sign_ins.sign_ins",
			"token_sessions.session_id",
			"token_sessions.id",
			"token_sessions.client_id",
			"token_sessions.created_at",
			"token_sessions.active_at",
			"token_sessions.expires_at",
			"token_sessions.device",
			"token_sessions.address",
			"token_sessions.sso_id",
			"sessions.epoch",
			"sessions.revoked",
		])
		.where("tracked_sign_ins.pool_id", "=", param("pool"))
		.where("tracked_sign_ins.user_id", "=", param("user")),
);

export const activityStatement = statement<{ pool: string; user: string; session: string }>()("activity", (db, param) =>
	db
		.selectFrom("token_sessions")
		.select(["active_at", "sso_id"])
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user"))
		.where("session_id", "=", param("session")),
);

export const browserSessionsOfUser = statement<{ pool: string; user: string }>()("browserSessionsOfUser", (db, param) =>
	db
		.selectFrom("browser_sessions")
		.select(["id", "client_id", "epoch", "auth_time", "expires_at", "device", "address"])
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user")),
);

interface TokenSession {
	/** The row of `sessions`. */
	readonly sessionId: string;
	/** What AWS calls SessionId. */
	readonly id: string;
	readonly clientId: string;
	readonly createdAt: number;
	readonly activeAt: number;
	readonly expiresAt: number;
	readonly device: string;
	readonly address: string | undefined;
	readonly ssoId: string | undefined;
}

/** The limit of a pool that tracks sessions; undefined where it does not. */
function limitOf(pool: UserPool): number | undefined {
	const configuration = configurationOf(pool.settings);
	return configuration.UserSessionTracking === "ENABLED" ? configuration.TokenSession.MaxPerUser : undefined;
}

/** Whether the pool keeps track of its users' sessions. */
export function tracksSessions(pool: UserPool): boolean {
	return limitOf(pool) !== undefined;
}

/** The user's sessions, last active first: those that stand, and those on record that are over. */
async function readSessions(
	call: Call,
	pool: UserPool,
	user: User,
): Promise<{ signIns: number; standing: TokenSession[]; over: TokenSession[] }> {
	const standing: TokenSession[] = [];
	const over: TokenSession[] = [];
	const rows = await call.store.read(tokenSessionsStatement, { pool: pool.id, user: user.id });
	for (const row of rows) {
		if (row.session_id === null) continue;
		const session: TokenSession = {
			sessionId: row.session_id,
			id: row.id ?? "",
			clientId: row.client_id ?? "",
			createdAt: row.created_at ?? 0,
			activeAt: row.active_at ?? 0,
			expiresAt: row.expires_at ?? 0,
			device: row.device ?? "",
			address: row.address ?? undefined,
			ssoId: row.sso_id ?? undefined,
		};
		// One of a later epoch began after a sign-out that `user` was read before: it must not be taken for one that is over.
		const stands = row.revoked === 0 && (row.epoch ?? 0) >= user.epoch && session.expiresAt > call.now;
		(stands ? standing : over).push(session);
	}
	standing.sort((a, b) => b.activeAt - a.activeAt || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
	return { signIns: rows[0]?.sign_ins ?? 0, standing, over };
}

/**
 * Writes a sign-in: `verbs` begin `session`, which may have come through the browser's session `ssoId`. Where the pool tracks sessions it is put on record in the same batch, and what the
 * limit leaves no room for is evicted, least recently used first. Of sign-ins that race, one decides and the others decide anew.
 * @throws TooManyRequestsException where others came first again and again
 */
export async function writeSignIn<L extends string>(
	call: Call,
	pool: UserPool,
	user: User,
	session: Session,
	verbs: readonly Verb<L>[],
	ssoId?: string,
): Promise<"done" | L | "stale"> {
	const limit = limitOf(pool);
	if (limit === undefined) return call.store.write(verbs);
	// Nothing stays on record of a user that is deleted meanwhile. What changes the user demands that by itself.
	const changesUser = verbs.some(({ table }) => table === "users");
	const demanded = changesUser ? [] : [require("users", { pool_id: pool.id, id: user.id }, "some", "stale")];
	for (let round = 0; round < roundsMax; round++) {
		const recorded = await record(call, pool, user, session, limit, ssoId);
		const outcome = await call.store.write<L | "raced" | "stale">([...demanded, ...verbs, ...recorded]);
		if (outcome !== "raced") return outcome as "done" | L | "stale";
	}
	throw tooManyRequests();
}

async function record(
	call: Call,
	pool: UserPool,
	user: User,
	session: Session,
	limit: number,
	ssoId: string | undefined,
): Promise<Verb<"raced">[]> {
	const { signIns, standing, over } = await readSessions(call, pool, user);
	const kept = standing.slice(0, limit - 1);
	const evicted = standing.slice(limit - 1);
	const owner = { pool_id: pool.id, user_id: user.id };
	// As long as any session that it counts.
	const expiresAt = Math.max(session.expiresAt, ...kept.map((each) => each.expiresAt));
	return [
		put(
			"tracked_sign_ins",
			["pool_id", "user_id"],
			{ ...owner, sign_ins: { add: 1 }, expires_at: expiresAt },
			{ sign_ins: signIns },
			"raced",
		),
		...evicted.map(({ sessionId }) => revokeSession(pool, user.id, sessionId)),
		// Their tokens are over already: what is left of them goes with it, so that there are never more rows than the limit.
		...[...evicted, ...over].map(({ sessionId }) => consume("token_sessions", { ...owner, session_id: sessionId })),
		insert("token_sessions", {
			...owner,
			session_id: session.id,
			id: `${tokenSessionPrefix}${randomText(call.ports.random, lowerAlphanumerics, sessionIdCharacters - tokenSessionPrefix.length)}`,
			client_id: session.clientId,
			created_at: call.now,
			active_at: call.now,
			expires_at: session.expiresAt,
			device: deviceType(call.userAgent),
			address: call.sourceIp ?? null,
			// No sign-in of the API comes through a browser's session.
			sso_id: ssoId ?? null,
		}),
	];
}

/** Notes that a session was refreshed, and from where, where the pool tracks sessions: "the most recent token refresh or rotation". */
export async function recordActivity(call: Call, pool: UserPool, user: User, session: Session): Promise<void> {
	if (limitOf(pool) === undefined) return;
	const [row] = await call.store.read(activityStatement, { pool: pool.id, user: user.id, session: session.id });
	// A session from before tracking was on is not on record, and does not get there.
	if (row === undefined || call.now - row.active_at < activityMilliseconds) return;
	await call.store.write([
		update(
			"token_sessions",
			{ pool_id: pool.id, user_id: user.id, session_id: session.id, active_at: { below: call.now } },
			{ active_at: call.now, device: deviceType(call.userAgent), address: call.sourceIp ?? null },
		),
	]);
}

/**
 * The user's active sessions, last active first. "All of a user's sessions in a single page of up to 125 sessions": more than there
 * can be, so no token for a further page was ever given. `current` is the session of the calling access token.
 * @throws InvalidParameterException for a pagination token
 */
export async function listSessions(
	call: Call,
	pool: UserPool,
	user: User,
	nextToken: string | undefined,
	current?: string,
): Promise<SessionDescriptionType[]> {
	if (nextToken !== undefined) throw invalidPaginationToken();
	// "When session tracking is off, Amazon Cognito does not store server-side session records": there is nothing to list.
	if (limitOf(pool) === undefined || !user.enabled) return [];
	const [{ standing }, browsers] = await Promise.all([readSessions(call, pool, user), readBrowserSessions(call, pool, user)]);
	const tokens = standing.map(
		(session): SessionDescriptionType => ({
			SessionId: session.id,
			SessionType: "TOKEN",
			ClientId: session.clientId,
			CreateDate: session.createdAt,
			LastActiveDate: session.activeAt,
			DeviceType: session.device,
			LastIPAddress: session.address,
			OriginSessionId: session.ssoId,
			IsCurrentSession: session.sessionId === current,
		}),
	);
	const signedIn = browsers.map(
		(row): SessionDescriptionType => ({
			SessionId: row.id,
			SessionType: "SSO",
			ClientId: row.client_id,
			CreateDate: row.auth_time,
			// "For an SSO session, this is the most recent authentication": each one makes a session of its own.
			LastActiveDate: row.auth_time,
			DeviceType: row.device,
			LastIPAddress: row.address ?? undefined,
			IsCurrentSession: false,
		}),
	);
	return [...tokens, ...signedIn].sort((a, b) => (b.LastActiveDate ?? 0) - (a.LastActiveDate ?? 0));
}

/** The user's sessions in browsers that stand. */
async function readBrowserSessions(call: Call, pool: UserPool, user: User) {
	const rows = await call.store.read(browserSessionsOfUser, { pool: pool.id, user: user.id });
	return rows.filter((row) => row.epoch >= user.epoch && row.expires_at > call.now);
}

/**
 * Revokes one of the user's sessions: of tokens, with all of them, or of a browser. With `linked` also the browser's session that tokens
 * came through, or the tokens that came through the browser's. `current` is the session of the calling access token, which is not to be
 * revoked so, and which is left where it is only linked.
 * @throws ResourceNotFoundException for another user's session too, InvalidParameterException
 */
export async function revokeTrackedSession(
	call: Call,
	pool: UserPool,
	user: User,
	{ id, linked, current }: { readonly id: string; readonly linked: boolean; readonly current?: string },
): Promise<void> {
	if (limitOf(pool) === undefined) throw sessionNotFound();
	const [{ standing }, browsers] = await Promise.all([readSessions(call, pool, user), readBrowserSessions(call, pool, user)]);
	const owner = { pool_id: pool.id, user_id: user.id };
	const endTokens = ({ sessionId }: TokenSession) => [
		consume("token_sessions", { ...owner, session_id: sessionId }),
		revokeSession(pool, user.id, sessionId),
	];
	const session = standing.find((each) => each.id === id);
	if (session === undefined) {
		if (!browsers.some((each) => each.id === id)) throw sessionNotFound();
		const through = linked ? standing.filter(({ ssoId, sessionId }) => ssoId === id && sessionId !== current) : [];
		await call.store.write([consume("browser_sessions", { ...owner, id }), ...through.flatMap(endTokens)]);
		return;
	}
	if (session.sessionId === current) throw currentSessionNotRevocable();
	const through = linked && session.ssoId !== undefined ? [consume("browser_sessions", { ...owner, id: session.ssoId })] : [];
	const outcome = await call.store.write([
		consume("token_sessions", { ...owner, session_id: session.sessionId }, "gone"),
		revokeSession(pool, user.id, session.sessionId),
		...through,
	]);
	if (outcome === "gone") throw sessionNotFound();
}

/** What ends the browser's session that a session's tokens came through, where the pool tracks sessions and there was one. */
export async function endLinkedBrowserSession(call: Call, pool: UserPool, userId: string, sessionId: string): Promise<Verb<never>[]> {
	if (limitOf(pool) === undefined) return [];
	const [row] = await call.store.read(activityStatement, { pool: pool.id, user: userId, session: sessionId });
	return row?.sso_id ? [consume("browser_sessions", { pool_id: pool.id, user_id: userId, id: row.sso_id })] : [];
}

/** What a pool is set to; tracking is off until it is turned on. */
function configurationOf(settings: UserPoolSettings): NonNullable<UserPoolSettings["SessionConfiguration"]> {
	return settings.SessionConfiguration ?? { UserSessionTracking: "DISABLED", TokenSession: { MaxPerUser: tokenSessionsPerUserDefault } };
}

/** @throws ResourceNotFoundException */
export async function getSessionConfiguration(call: Call, poolId: string): Promise<GetUserPoolSessionConfigurationResponse> {
	return { UserPoolId: poolId, ...configurationOf(await getPoolSettings(call, poolId)) };
}

/**
 * Replaces the pool's configuration. A lower limit evicts at the next sign-in of each user.
 * @throws ResourceNotFoundException, FeatureUnavailableInTierException whichever way it is set, ConcurrentModificationException
 */
export async function setSessionConfiguration(
	call: Call,
	{ UserPoolId, UserSessionTracking, TokenSession }: SetUserPoolSessionConfigurationRequest,
): Promise<GetUserPoolSessionConfigurationResponse> {
	const settings = await attemptPoolChange(call, UserPoolId, (current) => {
		checkFeature(current.UserPoolTier, "User Session Tracking");
		return { ...current, SessionConfiguration: { UserSessionTracking, TokenSession } };
	});
	if (settings === "stale") throw concurrentModification();
	return { UserPoolId, ...configurationOf(settings) };
}

/** @throws ResourceNotFoundException */
export async function getClientSessionConfiguration(
	call: Call,
	pool: UserPool,
	clientId: string,
): Promise<GetUserPoolClientSessionConfigurationResponse> {
	const { SSOSession } = await getClientSettings(call, pool, clientId);
	return describeClient(pool, clientId, SSOSession ?? { MaxValidityMinutes: ssoSessionMinutesDefault });
}

/**
 * Replaces the client's configuration, which is for sign-ins through managed login.
 * @throws ResourceNotFoundException, FeatureUnavailableInTierException, InvalidParameterException, ConcurrentModificationException
 */
export async function setClientSessionConfiguration(
	call: Call,
	pool: UserPool,
	{ ClientId, SSOSession }: SetUserPoolClientSessionConfigurationRequest,
): Promise<GetUserPoolClientSessionConfigurationResponse> {
	const settings = await getPoolSettings(call, pool.id);
	checkFeature(settings.UserPoolTier, "User Session Tracking");
	// "Session tracking must be enabled for the user pool."
	if (configurationOf(settings).UserSessionTracking !== "ENABLED") throw sessionTrackingOff();
	await changeClientSettings(call, pool, ClientId, (current) => ({ ...current, SSOSession }));
	return describeClient(pool, ClientId, SSOSession);
}

function describeClient(
	pool: UserPool,
	ClientId: string,
	SSOSession: ClientSSOSessionConfigType,
): GetUserPoolClientSessionConfigurationResponse {
	return { UserPoolId: pool.id, ClientId, SSOSession };
}
