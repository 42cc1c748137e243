/** `gatehouse migrate-from-cognito`, with another Gatehouse in the place of Amazon's Cognito. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	AdminGetUserCommand,
	AdminListGroupsForUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	GetUserPoolMfaConfigCommand,
	InitiateAuthCommand,
	ListGroupsCommand,
	ListResourceServersCommand,
	ListUserPoolsCommand,
	ListUsersCommand,
	RespondToAuthChallengeCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createAmazonCognito } from "../../src/adapters/amazon-cognito.ts";
import { createCaches, settingsOf } from "../../src/app.ts";
import { checkUpstreamPassword, type UpstreamOutcome, upstreamOf } from "../../src/domain/user-pools/upstream-pool.ts";
import type { UpstreamUser } from "../../src/kernel/ports.ts";
import { createVault } from "../../src/storage/vault.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createInhabited, type Inhabited } from "../support/inhabited-pool.ts";
import { createMoves, move, refusedMove } from "../support/moves.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";
import { systemClock, systemRandom } from "../support/stores.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-migrating-"));
const { newInstallation } = createMoves(folder, () => assert.fail("SQLite is enough here"));
const credentials = { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any", AWS_EC2_METADATA_DISABLED: "true" };
/** It stands for Amazon's. */
let amazon: Gatehouse;
let original: Inhabited;
before(async () => {
	Object.assign(process.env, credentials);
	amazon = await startGatehouse();
	original = await createInhabited(amazon);
	await amazon.client.send(
		new UpdateUserPoolCommand({
			UserPoolId: original.UserPoolId,
			Policies: { PasswordPolicy: { MinimumLength: 12 } },
			MfaConfiguration: "OPTIONAL",
			AutoVerifiedAttributes: ["email"],
			EmailVerificationSubject: "Welcome",
			LambdaConfig: { PostConfirmation: "arn:aws:lambda:us-east-1:000000000000:function:greet" },
			AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
		}),
	);
});
after(async () => {
	await amazon.stop();
	rmSync(folder, { recursive: true, force: true });
});

const migrating = (more: readonly string[] = []) => [
	"migrate-from-cognito",
	"--pool-id",
	original.UserPoolId,
	"--endpoint",
	amazon.url,
	...more,
];

/** Without what is of one pool alone. */
function common(answer: object): object {
	const own = ["$metadata", "Id", "Arn", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "UserPoolId"];
	return Object.fromEntries(
		Object.entries(answer)
			.filter(([name]) => !own.includes(name))
			.map(([name, value]) => [name, Array.isArray(value) ? value.map((each) => (typeof each === "object" ? common(each) : each)) : value]),
	);
}

/** The configuration of a pool, as the API shows it. */
async function configurationOf({ client }: Gatehouse, UserPoolId: string): Promise<object> {
	const describe = async (ClientId: string) =>
		common((await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient ?? {});
	return {
		pool: common((await client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool ?? {}),
		mfa: common(await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))),
		clients: [await describe(original.ClientId), await describe(original.confidential.ClientId)],
		servers: common(await client.send(new ListResourceServersCommand({ UserPoolId, MaxResults: 50 }))),
		groups: common(await client.send(new ListGroupsCommand({ UserPoolId }))),
	};
}

test("The configuration comes over, app clients with their ids and secrets; the pool's id is new, and tells nobody where it came from", async (t) => {
	const target = await newInstallation("sqlite");
	const answer = await move(migrating(), target, credentials);
	const [, id = ""] =
		/^(us-east-1_\w{9}) is made like us-east-1_\w{9}: 2 app clients, 1 resource server, 2 groups, 0 users$/m.exec(answer) ?? [];
	assert.match(answer, /^its functions are where they were: PostConfirmation; /m);
	const gatehouse = await startGatehouse({ config: target });
	t.after(() => gatehouse.stop());
	assert.ok(id !== original.UserPoolId);
	assert.deepEqual(await configurationOf(gatehouse, id), await configurationOf(amazon, original.UserPoolId));
	const described = (await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: id }))).UserPool ?? {};
	assert.ok(!("UpstreamPool" in described));

	// It is a pool like any other: users sign in through the client that the application knows.
	const { ClientId, secrets } = original.confidential;
	await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId: id, Username: "new", MessageAction: "SUPPRESS" }));
	const Password = `${password}-long`;
	await gatehouse.client.send(new AdminSetUserPasswordCommand({ UserPoolId: id, Username: "new", Password, Permanent: true }));
	// The newest of its secrets is the one that DescribeUserPoolClient shows.
	const SECRET_HASH = createHmac("sha256", secrets[1] ?? "")
		.update(`new${ClientId}`)
		.digest("base64");
	const AuthParameters = { USERNAME: "new", PASSWORD: Password, SECRET_HASH };
	const { AuthenticationResult } = await gatehouse.client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }),
	);
	assert.equal(claimsOf(AuthenticationResult?.IdToken ?? "")["aud"], ClientId);
	assert.deepEqual(
		(await gatehouse.client.send(new ListUsersCommand({ UserPoolId: id }))).Users?.map(({ Username }) => Username),
		["new"],
	);
});

test("With --users and --keep-id users come with sub, names, groups and status, without passwords, and a second run is refused", async (t) => {
	const target = await newInstallation("sqlite");
	const { UserPoolId } = original;
	const answer = await move(migrating(["--keep-id", "--users"]), target, credentials);
	assert.match(answer, new RegExp(`^${UserPoolId} is made like ${UserPoolId}: 2 app clients, 1 resource server, 2 groups, 6 users$`, "m"));
	assert.match(answer, /^5 users came without their password and are RESET_REQUIRED$/m);
	assert.match(answer, /^1 users? must register their authenticator app anew$/m);
	assert.equal(await refusedMove(migrating(["--keep-id"]), target, credentials), `the user pool ${UserPoolId} is there already.`);

	const gatehouse = await startGatehouse({ config: target });
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;
	for (const Username of ["anna", "tom", "dan", "una", "anna@example.com"]) {
		const [here, there] = await Promise.all(
			[client, amazon.client].map((each) => each.send(new AdminGetUserCommand({ UserPoolId, Username }))),
		);
		assert.equal(here?.UserStatus, Username === "una" ? "UNCONFIRMED" : "RESET_REQUIRED");
		for (const member of ["Username", "UserAttributes", "Enabled", "UserCreateDate", "UserLastModifiedDate"] as const)
			assert.deepEqual(here?.[member], there?.[member], `${Username}'s ${member}`);
	}
	const groups = await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "anna" }));
	assert.deepEqual(
		groups.Groups?.map(({ GroupName }) => GroupName),
		["admins", "staff"],
	);
	assert.equal((await client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool?.EstimatedNumberOfUsers, 6);
});

test("What can't be read or made is refused with a sentence, and nothing is written", async (t) => {
	const target = await newInstallation("sqlite");
	const missing = ["migrate-from-cognito", "--pool-id", "us-east-1_Nobody001", "--endpoint", amazon.url];
	const anonymous = { AWS_EC2_METADATA_DISABLED: "true" };
	for (const [args, env, sentence] of [
		[missing, credentials, /^the pool can't be read: ResourceNotFoundException: User pool us-east-1_Nobody001 does not exist\.$/],
		[migrating(), anonymous, /^the pool can't be read: CredentialsProviderError: /],
		[["migrate-from-cognito", "--pool-id", "nonsense"], credentials, /^nonsense can't be the id of a user pool; /],
	] as const)
		assert.match(await refusedMove(args, target, env), sentence);
	const gatehouse = await startGatehouse({ config: target });
	t.after(() => gatehouse.stop());
	assert.deepEqual((await gatehouse.client.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools, []);
	assert.ok(target.database.engine === "sqlite" && existsSync(target.database.path));
});

test("The pool that one was made from tells whether a password is right, and whose it is", async (t) => {
	const target = await newInstallation("sqlite");
	const [, id = ""] = /^(\S+) is made/m.exec(await move(migrating(), target, credentials)) ?? [];
	const gatehouse = await startGatehouse({ config: target });
	t.after(() => gatehouse.stop());
	const { store } = gatehouse;
	const vault = await createVault(store, target.masterKeys, systemRandom, systemClock);
	const caches = createCaches(store, vault, settingsOf(gatehouse.config), systemClock);
	const pool = await caches.userPools.get(id);
	const [open, closed] = [await caches.appClients.get(original.ClientId), await caches.appClients.get(original.confidential.ClientId)];
	assert.ok(pool && open && closed);
	assert.deepEqual(upstreamOf(pool), { UserPoolId: original.UserPoolId, Region: "us-east-1", Endpoint: amazon.url });
	// What the API sets leaves it as it is.
	await gatehouse.client.send(new UpdateUserPoolCommand({ UserPoolId: id, MfaConfiguration: "OPTIONAL" }));
	const updated = await createCaches(store, vault, settingsOf(gatehouse.config), systemClock).userPools.get(id);
	assert.deepEqual(updated && upstreamOf(updated), upstreamOf(pool));
	const upstreams = createAmazonCognito();
	t.after(() => upstreams.close());
	const check = (username: string, given: string, client = open) => checkUpstreamPassword(upstreams, pool, client, username, given);
	const kind = async (outcome: Promise<UpstreamOutcome | undefined>) => (await outcome)?.kind;

	const anna = await check("anna@example.com", `${password}-x`, closed);
	assert.deepEqual(anna, {
		kind: "match",
		sub: original.subs["anna"],
		username: "anna",
		attributes: { email: "anna@example.com", email_verified: "true", "custom:plan": "gold", name: "Ms anna" },
		mfa: { enabled: [], preferred: undefined },
	});
	// A second factor is asked for only once the password is right.
	const tom = await check("tom", password);
	assert.ok(tom?.kind === "match");
	assert.deepEqual(tom.mfa, { enabled: ["SOFTWARE_TOKEN_MFA"], preferred: "SOFTWARE_TOKEN_MFA" });
	assert.equal(await kind(check("ned", original.temporaryPassword)), "match");
	assert.equal(await kind(check("anna", "Wrong-horse-7")), "mismatch");
	assert.equal(await kind(check("tom", "Wrong-horse-7")), "mismatch");
	assert.equal(await kind(check("dan", password)), "mismatch");
	assert.equal(await kind(check("una", password)), "not confirmed");
	assert.equal(await kind(check("nobody", password)), "mismatch");
	assert.equal(await kind(check("nobody", password, closed)), "absent");
	await amazon.client.send(new AdminResetUserPasswordCommand({ UserPoolId: original.UserPoolId, Username: "pia" }));
	assert.equal(await kind(check("pia", password)), "reset required");

	// Where the flow for passwords is off, the one for servers is tried, with the operator's credentials.
	const UserPoolId = original.UserPoolId;
	const forServers = await createClient(amazon, UserPoolId, {
		ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
	});
	assert.equal(await kind(check("anna", `${password}-x`, { ...open, id: forServers.ClientId })), "match");
	const forNobody = await createClient(amazon, UserPoolId, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] });
	assert.deepEqual(await check("anna", `${password}-x`, { ...open, id: forNobody.ClientId }), {
		kind: "unavailable",
		reason: "InvalidParameterException",
	});
	assert.deepEqual(await check("anna", `${password}-x`, { ...closed, secrets: ["another"] }), {
		kind: "unavailable",
		reason: "NotAuthorizedException",
	});
	assert.deepEqual(await check("anna", `${password}-x`, { ...open, id: "nobody" }), {
		kind: "unavailable",
		reason: "ResourceNotFoundException",
	});
	const refusing = (code: string) => ({ signIn: async () => ({ kind: "refused", code, message: "" }) as const });
	for (const [code, expected] of [
		["UserLambdaValidationException", "not let in"],
		["TooManyRequestsException", "unavailable"],
	] as const)
		assert.equal((await checkUpstreamPassword(refusing(code), pool, open, "anna", password))?.kind, expected);
	const nowhere = {
		...pool,
		settings: { ...pool.settings, UpstreamPool: { UserPoolId, Region: "us-east-1", Endpoint: "http://127.0.0.1:9" } },
	};
	assert.equal((await checkUpstreamPassword(upstreams, nowhere, open, "anna", password))?.kind, "unavailable");
	const place = await createPlace(gatehouse);
	await createUser(place, "own");
	const own = await caches.userPools.get(place.UserPoolId);
	assert.ok(own);
	assert.equal(await checkUpstreamPassword(upstreams, own, open, "own", password), undefined);
});

/** A server of a pool like `UserPoolId` of `there`, which asks the one there, and hears of its users what `told` makes of them. */
async function startLike(
	t: TestContext,
	there: Gatehouse,
	UserPoolId: string,
	told: (user: UpstreamUser) => UpstreamUser = (user) => user,
	more: readonly string[] = [],
) {
	const target = await newInstallation("sqlite");
	const args = ["migrate-from-cognito", "--pool-id", UserPoolId, "--endpoint", there.url, ...more];
	const [, id = ""] = /^(\S+) is made/m.exec(await move(args, target, credentials)) ?? [];
	const amazonCognito = createAmazonCognito();
	const upstream = {
		async signIn(...place: Parameters<typeof amazonCognito.signIn>) {
			const answer = await amazonCognito.signIn(...place);
			return answer.kind === "accepted" ? { ...answer, user: told(answer.user) } : answer;
		},
		close: () => amazonCognito.close(),
	};
	const gatehouse = await startGatehouse({ config: target, ports: { upstream } });
	t.after(async () => {
		upstream.close();
		await gatehouse.stop();
	});
	const { client } = gatehouse;
	return {
		gatehouse,
		place: (ClientId: string): Place => ({ gatehouse, UserPoolId: id, ClientId, ClientSecret: undefined }),
		names: async () => (await client.send(new ListUsersCommand({ UserPoolId: id }))).Users?.map(({ Username }) => Username).sort(),
		get: (Username: string) => client.send(new AdminGetUserCommand({ UserPoolId: id, Username })),
	};
}

const incorrect = "NotAuthorizedException: Incorrect username or password.";

test("The first sign-in with a password makes the user; from then on the pool that it was made from is not needed", async (t) => {
	const there = await startGatehouse();
	let isStopped = false;
	const stop = async () => {
		if (!isStopped) await there.stop();
		isStopped = true;
	};
	t.after(stop);
	const origin = await createPlace(there, {}, { PreventUserExistenceErrors: "LEGACY" });
	const hiding = await createClient(there, origin.UserPoolId, { PreventUserExistenceErrors: "ENABLED" });
	const attributes = { email: "amy@example.com", email_verified: "true" };
	const sub = await createUser(origin, "amy", attributes);
	for (const name of ["ben", "cleo", "dora"]) await createUser(origin, name);
	const faySub = await createUser(origin, "fay");
	const here = await startLike(t, there, origin.UserPoolId);
	const { gatehouse } = here;
	const [telling, hidden] = [here.place(origin.ClientId), here.place(hiding.ClientId)];

	// A wrong password makes nobody, and counts.
	for (const place of [telling, hidden]) assert.equal(await refusal(signIn(place, "amy", "Wrong-horse-7")), incorrect);
	assert.match(await refusal(signIn(telling, "nobody")), /^UserNotFoundException: /);
	assert.equal(await refusal(signIn(hidden, "nobody")), incorrect);
	for (const place of [telling, hidden]) {
		const name = place === telling ? "cleo" : "dora";
		for (let i = 0; i < 5; i++) assert.equal(await refusal(signIn(place, name, "Wrong-horse-7")), incorrect);
		assert.equal(await refusal(signIn(place, name)), "NotAuthorizedException: Password attempts exceeded");
	}
	assert.deepEqual(await here.names(), []);

	assert.ok((await signIn(hidden, "amy")).AccessToken);
	const amy = await here.get("amy");
	assert.equal(amy.UserStatus, "CONFIRMED");
	const stored = Object.fromEntries((amy.UserAttributes ?? []).map(({ Name = "", Value }) => [Name, Value]));
	assert.deepEqual(stored, { ...attributes, sub });
	const racing = await Promise.all([signIn(telling, "ben"), signIn(hidden, "ben")]);
	assert.equal(new Set(racing.map(({ AccessToken }) => claimsOf(AccessToken)["sub"])).size, 1);
	assert.deepEqual(await here.names(), ["amy", "ben"]);
	// A sub there is a name there, and here.
	assert.equal(claimsOf((await signIn(hidden, faySub)).AccessToken)["username"], "fay");
	assert.deepEqual(await here.names(), ["amy", "ben", "fay"]);

	await stop();
	assert.ok((await signIn(telling, "amy")).AccessToken);
	assert.equal(await refusal(signIn(telling, "amy", "Wrong-horse-7")), incorrect);
	const srp = startSrp();
	const { ClientId, UserPoolId } = telling;
	const AuthParameters = { USERNAME: "amy", SRP_A: srp.SRP_A };
	const asked = await gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters }));
	const proved = await gatehouse.client.send(
		new RespondToAuthChallengeCommand({
			...{ ClientId, ChallengeName: asked.ChallengeName, Session: asked.Session },
			ChallengeResponses: answerSrp(srp, asked.ChallengeParameters ?? {}, UserPoolId, password, new Date(gatehouse.clock.now())),
		}),
	);
	assert.ok(proved.AuthenticationResult?.AccessToken);

	// Nobody can be asked: said to the client that tells who exists, and to the log.
	for (const name of ["zoe", "nobody-else"]) {
		assert.match(await refusal(signIn(telling, name)), /^InternalErrorException: /);
		assert.equal(await refusal(signIn(hidden, name)), incorrect);
	}
	const lines = gatehouse.logged.filter((line) => line.includes("can't be asked"));
	assert.equal(lines.length, 4);
	assert.ok(lines.every((line) => line.includes('"level":"error"') && line.includes("ECONNREFUSED") && !line.includes(password)));
	assert.deepEqual(await here.names(), ["amy", "ben", "fay"]);
});

test("Who comes along by a sign-in gets past nothing that the pool there asks for", async (t) => {
	const here = await startLike(t, amazon, original.UserPoolId);
	const place = here.place(original.ClientId);
	const start = (USERNAME: string, PASSWORD: string) =>
		here.gatehouse.client.send(
			new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, AuthParameters: { USERNAME, PASSWORD } }),
		);
	assert.equal(claimsOf((await signIn(place, "anna@example.com", `${password}-x`)).AccessToken)["username"], "anna");
	// An authenticator app stays behind: the password alone is not enough.
	for (let i = 0; i < 2; i++) assert.match(await refusal(start("tom", password)), /^PasswordResetRequiredException: /);
	assert.equal((await here.get("tom")).UserStatus, "RESET_REQUIRED");
	assert.equal((await start("ned", original.temporaryPassword)).ChallengeName, "NEW_PASSWORD_REQUIRED");
	assert.equal((await here.get("ned")).UserStatus, "FORCE_CHANGE_PASSWORD");
	for (const name of ["una", "dan"]) assert.equal(await refusal(start(name, password)), incorrect);
	assert.deepEqual(await here.names(), ["anna", "ned", "tom"]);

	// The password of before is right there, but the user who is here by another name has a newer one.
	const { UserPoolId } = place;
	const UserAttributes = [
		{ Name: "email", Value: "new@example.com" },
		{ Name: "email_verified", Value: "true" },
	];
	await here.gatehouse.client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: "anna", UserAttributes }));
	assert.equal(await refusal(start("anna@example.com", `${password}-x`)), incorrect);
	assert.deepEqual(await here.names(), ["anna", "ned", "tom"]);
});

test("Where an address is the username, the user comes under its sub and the address, once", async (t) => {
	const there = await startGatehouse();
	t.after(() => there.stop());
	const origin = await createPlace(there, { UsernameAttributes: ["email"], UsernameConfiguration: { CaseSensitive: false } });
	const sub = await createUser(origin, "Eve@example.com", { email_verified: "true" });
	const here = await startLike(t, there, origin.UserPoolId);
	const place = here.place(origin.ClientId);
	for (const name of ["eve@example.com", "EVE@example.com"]) {
		const claims = claimsOf((await signIn(place, name)).AccessToken);
		assert.deepEqual([claims["sub"], claims["username"]], [sub, sub]);
	}
	assert.deepEqual(await here.names(), [sub]);
	// By the address of before the pool there still knows the user, who has another here.
	const UserAttributes = [
		{ Name: "email", Value: "new@example.com" },
		{ Name: "email_verified", Value: "true" },
	];
	await here.gatehouse.client.send(new AdminUpdateUserAttributesCommand({ UserPoolId: place.UserPoolId, Username: sub, UserAttributes }));
	assert.match(await refusal(signIn(place, "eve@example.com")), /^UserNotFoundException: /);
	assert.deepEqual(await here.names(), [sub]);
	assert.ok(here.gatehouse.logged.some((line) => line.includes("the user is here by other names")));
});

test("A sub that can't be kept is replaced, and the log says so", async (t) => {
	const there = await startGatehouse();
	t.after(() => there.stop());
	const origin = await createPlace(there);
	const [annSub, bobSub] = [await createUser(origin, "ann"), await createUser(origin, "bob")];
	const here = await startLike(t, there, origin.UserPoolId, (user) =>
		user.username === "bob" ? { ...user, attributes: { ...user.attributes, sub: "not-a-sub" } } : user,
	);
	const place = here.place(origin.ClientId);
	// Somebody goes by it: as a name it would mean two.
	await createUser(place, annSub);
	for (const [name, sub, reason] of [
		["ann", annSub, "somebody has it as username"],
		["bob", bobSub, "it has not the form of one"],
	] as const) {
		const claims = claimsOf((await signIn(place, name)).AccessToken);
		assert.equal(claims["username"], name);
		assert.ok(![sub, "not-a-sub"].includes(String(claims["sub"])));
		assert.ok(here.gatehouse.logged.some((line) => line.includes("gets a new sub") && line.includes(reason)));
	}
});

test("Who came by --users brings the password at the first sign-in, but for whom an administrator has taken it from", async (t) => {
	const there = await startGatehouse();
	let isStopped = false;
	const stop = async () => {
		if (!isStopped) await there.stop();
		isStopped = true;
	};
	t.after(stop);
	const origin = await createPlace(
		there,
		{ AliasAttributes: ["email"] },
		{
			PreventUserExistenceErrors: "LEGACY",
			ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
		},
	);
	const hiding = await createClient(there, origin.UserPoolId, { PreventUserExistenceErrors: "ENABLED" });
	const subs: Record<string, string> = {};
	for (const name of ["ann", "bob", "cal", "dan", "eve", "fay", "gil"]) {
		subs[name] = await createUser(origin, name, { email: `${name}@example.com`, email_verified: "true" });
	}
	await there.client.send(new AdminSetUserPasswordCommand({ UserPoolId: origin.UserPoolId, Username: "cal", Password: password }));
	const here = await startLike(t, there, origin.UserPoolId, undefined, ["--users"]);
	const { client } = here.gatehouse;
	const [telling, hidden] = [here.place(origin.ClientId), here.place(hiding.ClientId)];
	const { UserPoolId } = telling;
	const everybody = await here.names();
	assert.equal(everybody?.length, 7);
	const status = async (name: string) => (await here.get(name)).UserStatus;
	const reset = /^PasswordResetRequiredException: /;

	// A wrong password changes nothing, and counts.
	for (const place of [telling, hidden]) {
		const name = place === telling ? "eve" : "fay";
		for (let i = 0; i < 5; i++) assert.equal(await refusal(signIn(place, name, "Wrong-horse-7")), incorrect);
		assert.equal(await refusal(signIn(place, name)), "NotAuthorizedException: Password attempts exceeded");
		assert.equal(await status(name), "RESET_REQUIRED");
	}

	const [first, second] = await Promise.all([signIn(telling, "ann"), signIn(hidden, "ann@example.com")]);
	for (const { AccessToken } of [first, second]) assert.equal(claimsOf(AccessToken)["sub"], subs["ann"]);
	assert.equal(await status("ann"), "CONFIRMED");
	assert.ok((await signIn(hidden, "bob")).AccessToken);
	const { ClientId } = telling;
	const choice = await client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId, AuthParameters: { USERNAME: "gil" } }));
	const chosen = await client.send(
		new RespondToAuthChallengeCommand({
			...{ ClientId, ChallengeName: choice.ChallengeName, Session: choice.Session },
			ChallengeResponses: { USERNAME: "gil", ANSWER: "PASSWORD", PASSWORD: password },
		}),
	);
	assert.equal(claimsOf(chosen.AuthenticationResult?.AccessToken ?? "")["sub"], subs["gil"]);
	const AuthParameters = { USERNAME: "cal", PASSWORD: password };
	const asked = await client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
	assert.equal(asked.ChallengeName, "NEW_PASSWORD_REQUIRED");
	assert.equal(await status("cal"), "FORCE_CHANGE_PASSWORD");
	assert.deepEqual(await here.names(), everybody);

	// What was right there is not asked for again once it was reset here.
	await client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "ann" }));
	assert.match(await refusal(signIn(telling, "ann")), reset);
	assert.equal(await status("ann"), "RESET_REQUIRED");

	// Somebody else of that name there is nobody here.
	await there.client.send(new AdminDeleteUserCommand({ UserPoolId: origin.UserPoolId, Username: "dan" }));
	await createUser(origin, "dan");
	assert.match(await refusal(signIn(telling, "dan")), reset);
	assert.equal(await refusal(signIn(hidden, "dan")), incorrect);
	assert.equal(await status("dan"), "RESET_REQUIRED");

	await stop();
	assert.ok((await signIn(telling, "bob")).AccessToken);
	assert.match(await refusal(signIn(telling, "dan")), reset);
	assert.equal(await refusal(signIn(hidden, "dan")), incorrect);
});
