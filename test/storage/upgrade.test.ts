import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import {
	AdminGetUserCommand,
	AdminListGroupsForUserCommand,
	type CognitoIdentityProviderClient,
	ConfirmSignUpCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUsersCommand,
	RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { createBackup } from "../../src/storage/backup.ts";
import { migrations } from "../../src/storage/migrations/index.ts";
import type { Database } from "../../src/storage/open.ts";
import { restoreBackup } from "../../src/storage/restore.ts";
import { type Engine, engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, refusal, signIn } from "../support/people.ts";
import { type Release, type ReleasePool, releases } from "../support/releases.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";
import { createDatabase, systemClock, systemRandom } from "../support/stores.ts";

const ports = { clock: systemClock, random: systemRandom };
const folder = mkdtempSync(join(tmpdir(), "gatehouse-upgrade-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** The release's data in a database of today's engine: as a file, or from a backup. */
async function place(t: TestContext, release: Release, from: Engine, into: Engine): Promise<Database> {
	const database = await createDatabase(t, into);
	if (from === "sqlite" && database.engine === "sqlite") {
		writeFileSync(database.path, release.sqliteFile);
		return database;
	}
	let backup = release.postgresBackup;
	if (from === "sqlite") {
		// Today's code backs up what it has not migrated.
		const old = { engine: "sqlite", path: join(folder, `${++files}.db`) } as const;
		writeFileSync(old.path, release.sqliteFile);
		backup = join(folder, `${files}.backup`);
		await createBackup(old, backup, ports);
	}
	await restoreBackup(database, backup, { ...ports, postgres: { acceptUnsafeCommits: true } });
	return database;
}

test("There is data of a release to open", () => {
	assert.ok(releases().some(({ version }) => version === "0.1.0"));
});

for (const release of releases()) {
	for (const from of engines) {
		for (const into of engines) {
			test(`The data of ${release.version} on ${from} serves on ${into} of today`, async (t) => {
				const database = await place(t, release, from, into);
				const gatehouse = await startGatehouse({ config: { database, masterKeys: [Buffer.from(release.masterKey, "base64")] } });
				t.after(() => gatehouse.stop());
				// Codes and access tokens of that day are long over.
				gatehouse.clock.advance(release.at - gatehouse.clock.now());
				const seen = await gatehouse.store.db.selectFrom("migrations").select("id").orderBy("id").execute();
				assert.deepEqual(
					seen.map(({ id }) => id),
					migrations.map(({ id }) => id),
				);
				await check(gatehouse, release.pools[from], release.at);
			});
		}
	}
}

/** All that the pool's people could do before, they can do now. */
async function check(gatehouse: Gatehouse, pool: ReleasePool, at: number): Promise<void> {
	const { client } = gatehouse;
	const { UserPoolId, ClientId, password } = pool;
	const here = { gatehouse, UserPoolId, ClientId, ClientSecret: undefined };

	const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId }));
	assert.deepEqual(Users.map(({ Username, UserStatus, Enabled }) => `${Username} ${UserStatus} ${Enabled}`).sort(), [
		"ada CONFIRMED true",
		"bob FORCE_CHANGE_PASSWORD true",
		"cleo UNCONFIRMED true",
		"dan CONFIRMED false",
	]);
	for (const Filter of ['email = "ADA@example.com"', 'name ^= "ada 名"', 'username = "ada"', 'sub ^= ""']) {
		const found = await client.send(new ListUsersCommand({ UserPoolId, Filter }));
		assert.ok(
			found.Users?.some(({ Username }) => Username === "ada"),
			Filter,
		);
	}
	// What came later is as if it had always been there.
	assert.deepEqual((await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "ada" }))).Groups, []);

	const keys = createLocalJWKSet((await (await fetch(`${gatehouse.url}/${UserPoolId}/.well-known/jwks.json`)).json()) as JSONWebKeySet);
	const currentDate = new Date(at);
	const sub = claimsOf(pool.kept.AccessToken)["sub"];
	for (const token of [pool.kept.AccessToken, pool.kept.IdToken]) await jwtVerify(token, keys, { currentDate });
	await client.send(new GetUserCommand({ AccessToken: pool.kept.AccessToken }));
	assert.match(await refusal(client.send(new GetUserCommand({ AccessToken: pool.revoked.AccessToken }))), /Access Token has been revoked/);
	const refresh = (REFRESH_TOKEN: string) =>
		client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } }));
	const { AuthenticationResult: refreshed } = await refresh(pool.kept.RefreshToken);
	assert.equal(claimsOf(refreshed?.AccessToken ?? "")["origin_jti"], claimsOf(pool.kept.AccessToken)["origin_jti"]);
	assert.match(await refusal(refresh(pool.revoked.RefreshToken)), /Refresh Token has been revoked/);
	const exchange = () => client.send(new GetTokensFromRefreshTokenCommand(pool.rotatingClient));
	assert.ok((await exchange()).AuthenticationResult?.RefreshToken);
	assert.match(await refusal(exchange()), /^RefreshTokenReuseException/);

	const signedIn = await signIn(here, "ada@example.com", password);
	assert.equal(claimsOf((await jwtVerify(signedIn.IdToken, keys, { currentDate })) ? signedIn.IdToken : "")["sub"], sub);
	assert.match(await refusal(signIn(here, "ada", `${password}x`)), /^NotAuthorizedException: Incorrect username or password/);
	assert.equal(claimsOf(await signInBySrp(client, pool, at))["sub"], sub);
	await signInWithSecret(client, pool);
	assert.equal(await refusal(signIn(here, "dan", password)), "NotAuthorizedException: User is disabled.");

	const AuthParameters = { USERNAME: "bob", PASSWORD: pool.temporaryPassword };
	const challenge = await client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
	assert.equal(challenge.ChallengeName, "NEW_PASSWORD_REQUIRED");
	const answered = await client.send(
		new RespondToAuthChallengeCommand({
			ClientId,
			ChallengeName: "NEW_PASSWORD_REQUIRED",
			Session: challenge.Session,
			ChallengeResponses: { USERNAME: "bob", NEW_PASSWORD: `${password}-new` },
		}),
	);
	assert.ok(answered.AuthenticationResult?.AccessToken);

	assert.match(await refusal(signIn(here, "cleo", password)), /^UserNotConfirmedException/);
	await client.send(new ConfirmSignUpCommand({ ClientId, Username: "cleo", ConfirmationCode: pool.confirmationCode }));
	assert.equal((await client.send(new AdminGetUserCommand({ UserPoolId, Username: "cleo@example.com" }))).UserStatus, "CONFIRMED");
	await signIn(here, "cleo", password);
}

async function signInBySrp(client: CognitoIdentityProviderClient, pool: ReleasePool, at: number): Promise<string> {
	const srp = startSrp();
	const { ClientId } = pool;
	const started = await client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME: "ada", SRP_A: srp.SRP_A } }),
	);
	const ChallengeResponses = answerSrp(srp, started.ChallengeParameters ?? {}, pool.UserPoolId, pool.password, new Date(at));
	const { AuthenticationResult } = await client.send(
		new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses }),
	);
	return AuthenticationResult?.AccessToken ?? "";
}

async function signInWithSecret(client: CognitoIdentityProviderClient, pool: ReleasePool): Promise<void> {
	const { ClientId, ClientSecret } = pool.secretClient;
	const signIn = (secret: string) => {
		const SECRET_HASH = createHmac("sha256", secret).update(`ada${ClientId}`).digest("base64");
		const AuthParameters = { USERNAME: "ada", PASSWORD: pool.password, SECRET_HASH };
		return client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
	};
	assert.ok((await signIn(ClientSecret)).AuthenticationResult);
	assert.match(await refusal(signIn(`${ClientSecret.slice(0, -1)}_`)), /^NotAuthorizedException/);
}
