/** Session management through the front door: configuration, lists, revocation, and the limit with its evictions. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminListUserSessionsCommand,
	AdminRevokeUserSessionCommand,
	AdminUserGlobalSignOutCommand,
	type CognitoIdentityProviderClient,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	GetUserPoolClientSessionConfigurationCommand,
	GetUserPoolSessionConfigurationCommand,
	InitiateAuthCommand,
	ListUserSessionsCommand,
	RevokeTokenCommand,
	RevokeUserSessionCommand,
	SetUserPoolClientSessionConfigurationCommand,
	SetUserPoolSessionConfigurationCommand,
	UpdateUserPoolClientCommand,
	UpdateUserPoolCommand,
	type UserSessionTrackingType,
} from "@aws-sdk/client-cognito-identity-provider";
import { deviceType } from "../../src/domain/user-pools/device-type.ts";
import { activityStatement, tokenSessionsStatement } from "../../src/domain/user-pools/session-management.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";

const metadata = ({ $metadata: _, ...answer }: { $metadata?: unknown }) => answer;
const minute = 60_000;
const notFound = "ResourceNotFoundException: Session does not exist.";
const accessRevoked = "NotAuthorizedException: Access Token has been revoked";
const refreshRevoked = "NotAuthorizedException: Refresh Token has been revoked";
const unknownSession = "tkn0123456789abcdefghijklmno";
const racers = 10;

for (const engine of engines) {
	describe(`session management (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
		});
		after(() => gatehouse.stop());

		const track = async (UserPoolId: string, MaxPerUser = 20, UserSessionTracking: UserSessionTrackingType = "ENABLED") =>
			metadata(
				await client.send(new SetUserPoolSessionConfigurationCommand({ UserPoolId, UserSessionTracking, TokenSession: { MaxPerUser } })),
			);
		/** A pool that tracks sessions, with ada in it. */
		const trackedPlace = async (MaxPerUser?: number) => {
			const place = await createPlace(gatehouse);
			await track(place.UserPoolId, MaxPerUser);
			await createUser(place, "ada");
			return place;
		};
		const list = async (AccessToken: string) => (await client.send(new ListUserSessionsCommand({ AccessToken }))).Sessions ?? [];
		const adminList = async ({ UserPoolId }: Place, Username: string) =>
			(await client.send(new AdminListUserSessionsCommand({ UserPoolId, Username }))).Sessions ?? [];
		const revoke = (AccessToken: string, SessionId: string) => client.send(new RevokeUserSessionCommand({ AccessToken, SessionId }));
		const adminRevoke = ({ UserPoolId }: Place, Username: string, SessionId: string) =>
			client.send(new AdminRevokeUserSessionCommand({ UserPoolId, Username, SessionId, RevokeAssociatedSessions: "LINKED" }));
		const refresh = ({ ClientId }: Place, REFRESH_TOKEN: string) =>
			client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } }));
		const getUser = (AccessToken: string) => client.send(new GetUserCommand({ AccessToken }));
		/** The id of a sign-in's session, as its own token lists it. */
		const ownId = async (AccessToken: string) => (await list(AccessToken)).find((each) => each.IsCurrentSession)?.SessionId ?? "";
		const rows = async (table: "token_sessions" | "tracked_sign_ins", pool: string) =>
			(await gatehouse.store.db.selectFrom(table).select("user_id").where("pool_id", "=", pool).execute()).length;

		test("a pool tracks no sessions until it is told to, and is shown as it was set", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			const get = async () => metadata(await client.send(new GetUserPoolSessionConfigurationCommand({ UserPoolId })));
			deepEqual(await get(), { UserPoolId, UserSessionTracking: "DISABLED", TokenSession: { MaxPerUser: 20 } });
			const on = { UserPoolId, UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 7 } };
			deepEqual(await track(UserPoolId, 7), on);
			deepEqual(await get(), on);
			await client.send(new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ["email"] }));
			deepEqual(await get(), on);
			const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
			ok(!Object.keys(UserPool ?? {}).includes("SessionConfiguration"));
			deepEqual(await track(UserPoolId, 100, "DISABLED"), { ...on, UserSessionTracking: "DISABLED", TokenSession: { MaxPerUser: 100 } });
		});

		test("a limit out of range, and a pool that is not there, are refused", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			for (const MaxPerUser of [0, 101])
				match(await refusal(track(UserPoolId, MaxPerUser)), /^InvalidParameterException: 1 validation error/);
			const missing = "ResourceNotFoundException: User pool us-east-1_nowhere00 does not exist.";
			equal(await refusal(track("us-east-1_nowhere00")), missing);
			const UserPoolIdOfNone = "us-east-1_nowhere00";
			equal(await refusal(client.send(new GetUserPoolSessionConfigurationCommand({ UserPoolId: UserPoolIdOfNone }))), missing);
		});

		test("a client's configuration can be set while tracking is on, lies dormant while it is off, and outlives updates", async () => {
			const { UserPoolId, ClientId } = await createPlace(gatehouse);
			const get = async (at = { UserPoolId, ClientId }) =>
				metadata(await client.send(new GetUserPoolClientSessionConfigurationCommand(at)));
			const set = async (MaxValidityMinutes: number, at = { UserPoolId, ClientId }) =>
				metadata(await client.send(new SetUserPoolClientSessionConfigurationCommand({ ...at, SSOSession: { MaxValidityMinutes } })));
			deepEqual(await get(), { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes: 60 } });
			const off = "InvalidParameterException: Session tracking is not enabled for the user pool.";
			equal(await refusal(set(10)), off);
			await track(UserPoolId);
			const ten = { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes: 10 } };
			deepEqual(await set(10), ten);
			await client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }));
			await track(UserPoolId, 20, "DISABLED");
			deepEqual(await get(), ten);
			equal(await refusal(set(20)), off);
			const { UserPoolClient } = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
			ok(!Object.keys(UserPoolClient ?? {}).includes("SSOSession"));
			await track(UserPoolId);
			match(await refusal(set(129_601)), /^InvalidParameterException: 1 validation error/);
			const elsewhere = await createPlace(gatehouse);
			const foreign = { UserPoolId, ClientId: elsewhere.ClientId };
			const missing = `ResourceNotFoundException: User pool client ${elsewhere.ClientId} does not exist.`;
			equal(await refusal(get(foreign)), missing);
			equal(await refusal(set(10, foreign)), missing);
		});

		test("with tracking off a sign-in reads once and writes one batch, a refresh reads once; with it on, each reads once more", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ada");
			const cost = async (work: () => Promise<unknown>) => {
				const { statements, batches } = await gatehouse.cost(work);
				return { statements, batches };
			};
			const { RefreshToken } = await signIn(place, "ada");
			// A batch is one statement on PostgreSQL, and on SQLite one for each verb: the name is not locked, and the session's row.
			const verbs = (count: number) => (engine === "postgres" ? 1 : count);
			deepEqual(await cost(() => signIn(place, "ada")), { statements: 1 + verbs(2), batches: 1 });
			deepEqual(await cost(() => refresh(place, RefreshToken)), { statements: 1, batches: 0 });
			await track(place.UserPoolId);
			const tracked = await signIn(place, "ada");
			deepEqual(await cost(() => signIn(place, "ada")), { statements: 2 + verbs(5), batches: 1 });
			deepEqual(await cost(() => refresh(place, tracked.RefreshToken)), { statements: 2, batches: 0 });
			deepEqual(await cost(() => getUser(tracked.AccessToken)), { statements: 1, batches: 0 });
		});

		test("a user's sessions are listed over all clients, the newest first, and the token's own is marked", async () => {
			const place = await trackedPlace();
			const other = { ...place, ...(await createClient(gatehouse, place.UserPoolId)) };
			await createUser(place, "eve");
			const first = await signIn(place, "ada");
			const signedInAt = gatehouse.clock.now();
			gatehouse.clock.advance(minute);
			const second = await signIn(other, "ada");
			await signIn(place, "eve");
			const sessions = await list(second.AccessToken);
			deepEqual(
				sessions.map(({ ClientId, IsCurrentSession, SessionType, OriginSessionId }) => [
					ClientId,
					IsCurrentSession,
					SessionType,
					OriginSessionId,
				]),
				[
					[other.ClientId, true, "TOKEN", undefined],
					[place.ClientId, false, "TOKEN", undefined],
				],
			);
			const older = sessions[1];
			match(older?.SessionId ?? "", /^tkn[a-z0-9]{25}$/);
			equal(older?.LastIPAddress, "127.0.0.1");
			match(older?.DeviceType ?? "", /^aws-sdk-js 3\./);
			ok(Math.abs(Number(older?.CreateDate) - signedInAt) < 5000);
			deepEqual(older?.LastActiveDate, older?.CreateDate);
			equal((await list(first.AccessToken)).find((each) => each.IsCurrentSession)?.SessionId, older?.SessionId);
			deepEqual(
				await adminList(place, "ada"),
				sessions.map((session) => ({ ...session, IsCurrentSession: false })),
			);
			equal(
				await refusal(client.send(new ListUserSessionsCommand({ AccessToken: first.AccessToken, NextToken: "a-token-of-nobody" }))),
				"InvalidParameterException: Invalid pagination token given.",
			);
			equal(await refusal(adminList(place, "ghost")), "UserNotFoundException: User does not exist.");
		});

		test("what began before tracking was on is not listed, and lives on; with tracking off nothing is listed", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ada");
			const before = await signIn(place, "ada");
			deepEqual(await list(before.AccessToken), []);
			await track(place.UserPoolId, 1);
			deepEqual(await list(before.AccessToken), []);
			const tracked = await signIn(place, "ada");
			const id = await ownId(tracked.AccessToken);
			deepEqual(
				(await list(before.AccessToken)).map(({ SessionId, IsCurrentSession }) => [SessionId, IsCurrentSession]),
				[[id, false]],
			);
			await refresh(place, before.RefreshToken);
			await getUser(before.AccessToken);
			await track(place.UserPoolId, 1, "DISABLED");
			deepEqual(await list(tracked.AccessToken), []);
			equal(await refusal(revoke(before.AccessToken, id)), notFound);
			await signIn(place, "ada");
			await getUser(tracked.AccessToken);
		});

		test("a refresh is activity, which is noted once a minute at most", async () => {
			const place = await trackedPlace();
			const rotating = await createClient(gatehouse, place.UserPoolId, {
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
				RefreshTokenRotation: { Feature: "ENABLED" },
			});
			const tokens = await signIn(place, "ada");
			const rotated = await signIn({ ...place, ...rotating }, "ada");
			const active = async (ClientId: string) =>
				Number((await adminList(place, "ada")).find((each) => each.ClientId === ClientId)?.LastActiveDate);
			const began = await active(place.ClientId);
			gatehouse.clock.advance(minute / 2);
			await refresh(place, tokens.RefreshToken);
			equal(await active(place.ClientId), began);
			gatehouse.clock.advance(minute);
			await refresh(place, tokens.RefreshToken);
			const then = await active(place.ClientId);
			ok(then >= began + 1.5 * minute);
			gatehouse.clock.advance(minute);
			await client.send(new GetTokensFromRefreshTokenCommand({ ClientId: rotating.ClientId, RefreshToken: rotated.RefreshToken }));
			ok((await active(rotating.ClientId)) >= began + 2.5 * minute);
			equal(await active(place.ClientId), then);
		});

		test("at the limit a sign-in evicts the session least recently used, and no other", async () => {
			const place = await trackedPlace(2);
			const [first, second] = [await signIn(place, "ada"), await signIn(place, "ada")];
			gatehouse.clock.advance(2 * minute);
			await refresh(place, first.RefreshToken);
			const third = await signIn(place, "ada");
			equal(await refusal(getUser(second.AccessToken)), accessRevoked);
			equal(await refusal(refresh(place, second.RefreshToken)), refreshRevoked);
			for (const { AccessToken, RefreshToken } of [first, third]) {
				await getUser(AccessToken);
				await refresh(place, RefreshToken);
			}
			equal((await list(third.AccessToken)).length, 2);
			// Each user has a limit of its own.
			await createUser(place, "eve");
			await signIn(place, "eve");
			equal((await list(third.AccessToken)).length, 2);
		});

		test("a lower limit evicts at the next sign-in", async () => {
			const place = await trackedPlace(5);
			const tokens = [];
			for (let n = 0; n < 5; n++) {
				tokens.push(await signIn(place, "ada"));
				gatehouse.clock.advance(1000);
			}
			await track(place.UserPoolId, 2);
			equal((await adminList(place, "ada")).length, 5);
			const last = await signIn(place, "ada");
			const alive = await Promise.all(
				[...tokens, last].map(async ({ AccessToken }) => (await refusal(getUser(AccessToken))) === "not refused"),
			);
			deepEqual(alive, [false, false, false, false, true, true]);
			equal((await list(last.AccessToken)).length, 2);
			equal(await rows("token_sessions", place.UserPoolId), 2);
		});

		test("ten sign-ins that race leave no more sessions than the limit", async () => {
			const place = await trackedPlace(3);
			const all = await Promise.all(Array.from({ length: racers }, () => signIn(place, "ada")));
			equal((await adminList(place, "ada")).length, 3);
			const refused = await Promise.all(all.map(({ RefreshToken }) => refusal(refresh(place, RefreshToken))));
			equal(refused.filter((each) => each === refreshRevoked).length, racers - 3);
			equal(refused.filter((each) => each === "not refused").length, 3);
			equal(await rows("token_sessions", place.UserPoolId), 3);
		});

		test("a revoked session is dead at once, and the others live", async () => {
			const place = await trackedPlace();
			const [mine, lost, kept] = [await signIn(place, "ada"), await signIn(place, "ada"), await signIn(place, "ada")];
			const id = await ownId(lost.AccessToken);
			await revoke(mine.AccessToken, id);
			equal(await refusal(getUser(lost.AccessToken)), accessRevoked);
			equal(await refusal(refresh(place, lost.RefreshToken)), refreshRevoked);
			for (const { AccessToken, RefreshToken } of [mine, kept]) {
				await getUser(AccessToken);
				await refresh(place, RefreshToken);
			}
			ok(!(await list(mine.AccessToken)).some(({ SessionId }) => SessionId === id));
			equal(await refusal(revoke(mine.AccessToken, id)), notFound);
			// Ten who revoke the same one: it is there for one of them.
			const another = await ownId(kept.AccessToken);
			const outcomes = await Promise.all(Array.from({ length: racers }, () => refusal(revoke(mine.AccessToken, another))));
			equal(outcomes.filter((outcome) => outcome === "not refused").length, 1);
			await getUser(mine.AccessToken);
		});

		test("nobody revokes another user's session, and nobody the one that the token is of", async () => {
			const place = await trackedPlace();
			await createUser(place, "eve");
			const [ada, eve] = [await signIn(place, "ada"), await signIn(place, "eve")];
			const id = await ownId(ada.AccessToken);
			equal(await refusal(revoke(eve.AccessToken, id)), notFound);
			equal(await refusal(adminRevoke(place, "eve", id)), notFound);
			equal(
				await refusal(revoke(ada.AccessToken, id)),
				"InvalidParameterException: The session of the access token itself cannot be revoked.",
			);
			for (const SessionId of [unknownSession, unknownSession.replace("tkn", "sso")]) {
				equal(await refusal(revoke(ada.AccessToken, SessionId)), notFound);
			}
			match(await refusal(revoke(ada.AccessToken, "tkn")), /^InvalidParameterException: /);
			equal(await refusal(adminRevoke(place, "ghost", id)), "UserNotFoundException: User does not exist.");
			const elsewhere = await trackedPlace();
			equal(await refusal(adminRevoke(elsewhere, "ada", id)), notFound);
			await getUser(ada.AccessToken);
			await adminRevoke(place, "ada", id);
			equal(await refusal(getUser(ada.AccessToken)), accessRevoked);
			await getUser(eve.AccessToken);
		});

		test("what ends a session otherwise takes it off the list and makes room", async () => {
			const place = await trackedPlace(3);
			const { UserPoolId, ClientId } = place;
			const kept = await signIn(place, "ada");
			const { RefreshToken } = await signIn(place, "ada");
			await client.send(new RevokeTokenCommand({ ClientId, Token: RefreshToken, RevokeAssociatedSessions: "LINKED" }));
			equal((await list(kept.AccessToken)).length, 1);
			await signIn(place, "ada");
			await signIn(place, "ada");
			await getUser(kept.AccessToken);
			await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: "ada" }));
			deepEqual(await adminList(place, "ada"), []);
			const brief = await createClient(gatehouse, UserPoolId, { RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: "hours" } });
			await signIn({ ...place, ...brief }, "ada");
			equal((await adminList(place, "ada")).length, 1);
			equal(await rows("token_sessions", UserPoolId), 1);
			gatehouse.clock.advance(60 * minute);
			deepEqual(await adminList(place, "ada"), []);
			await signIn(place, "ada");
			await client.send(new AdminDisableUserCommand({ UserPoolId, Username: "ada" }));
			deepEqual(await adminList(place, "ada"), []);
			await client.send(new AdminDeleteUserCommand({ UserPoolId, Username: "ada" }));
			equal(await rows("token_sessions", UserPoolId), 0);
			equal(await rows("tracked_sign_ins", UserPoolId), 0);
		});

		test("the Lite plan has no session tracking, and a pool that tracks cannot go back to it", async () => {
			const unavailable =
				"FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: User Session Tracking";
			const lite = await createPlace(gatehouse, { UserPoolTier: "LITE" });
			for (const tracking of ["ENABLED", "DISABLED"] as const) equal(await refusal(track(lite.UserPoolId, 20, tracking)), unavailable);
			equal(
				await refusal(
					client.send(new SetUserPoolClientSessionConfigurationCommand({ ...idsOf(lite), SSOSession: { MaxValidityMinutes: 5 } })),
				),
				unavailable,
			);
			const { UserPoolId } = await trackedPlace();
			const lower = () => client.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTier: "LITE" }));
			equal(await refusal(lower()), unavailable);
			await track(UserPoolId, 20, "DISABLED");
			await lower();
		});

		test("tokens of a tracked session say what others do", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ada");
			const claims = async () => Object.keys(claimsOf((await signIn(place, "ada")).AccessToken)).sort();
			const untracked = await claims();
			await track(place.UserPoolId);
			deepEqual(await claims(), untracked);
		});
	});
}

const idsOf = ({ UserPoolId, ClientId }: Place) => ({ UserPoolId, ClientId });

test("a device is called by its browser and system, or by its app", () => {
	const mozilla = "Mozilla/5.0";
	const chromium = "AppleWebKit/537.36 (KHTML, like Gecko)";
	const cases: readonly (readonly [string | undefined, string])[] = [
		[`${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${chromium} Chrome/125.0.0.0 Safari/537.36`, "Chrome 125 / macOS 10.15.7"],
		[`${mozilla} (Windows NT 10.0; Win64; x64) ${chromium} Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51`, "Edge 125 / Windows"],
		[`${mozilla} (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0`, "Firefox 126 / Linux"],
		[
			`${mozilla} (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`,
			"Safari 17 / iOS 17.5",
		],
		[`${mozilla} (Linux; Android 14; Pixel 8) ${chromium} Chrome/125.0.0.0 Mobile Safari/537.36`, "Chrome 125 / Android 14"],
		["okhttp/4.9.3", "okhttp 4.9.3"],
		["MyApp/2.1 CFNetwork/1494.0.7 Darwin/23.4.0", "MyApp 2.1"],
		[`${mozilla} (compatible)`, "unknown"],
		["", "unknown"],
		[undefined, "unknown"],
		["/".repeat(100_000), "unknown"],
	];
	for (const [userAgent, device] of cases) equal(deviceType(userAgent), device);
});

test("every statement about sessions on record", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [tokenSessionsStatement, activityStatement]) {
			const plan = await explain(store, each as typeof tokenSessionsStatement);
			ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
