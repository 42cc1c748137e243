/**
 * Writes what this version leaves in a database of each engine into test/fixtures/releases/VERSION, for the test that later versions
 * open it (test/storage/upgrade.test.ts). Run once for each release, at its commit: npm run node -- scripts/make-release-fixture.ts
 */
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	InitiateAuthCommand,
	RevokeTokenCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createBackup } from "../src/storage/backup.ts";
import { type Engine, engines, type Gatehouse, startGatehouse } from "../test/support/gatehouse.ts";
import { createClient, createPlace, createUser, password, signIn } from "../test/support/people.ts";
import type { ReleaseFacts, ReleasePool } from "../test/support/releases.ts";
import { systemClock, systemRandom } from "../test/support/stores.ts";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const folder = join(root, "test/fixtures/releases", version);
if (existsSync(folder)) throw new Error(`${folder} is there: a release's data never changes`);

const pools = Object.fromEntries(await Promise.all(engines.map(async (engine) => [engine, await make(engine)] as const)));
const masterKey = Buffer.alloc(32, 7).toString("base64");
const facts: ReleaseFacts = { version, at: Date.now(), masterKey, pools: pools as ReleaseFacts["pools"] };
writeFileSync(join(folder, "facts.json"), `${JSON.stringify(facts, null, "\t")}\n`);
process.exit(0);

async function make(engine: Engine): Promise<ReleasePool> {
	const gatehouse = await startGatehouse({ engine });
	try {
		const pool = await fill(gatehouse);
		mkdirSync(folder, { recursive: true });
		const { database } = gatehouse.config;
		if (database.engine === "sqlite") writeFileSync(join(folder, "sqlite.db.gz"), gzipSync(copyOf(database.path), { level: 9 }));
		else await createBackup(database, join(folder, "postgres.backup"), { clock: systemClock, random: systemRandom });
		return pool;
	} finally {
		await gatehouse.stop();
	}
}

/** One file with all that is committed. */
function copyOf(path: string): Buffer {
	const temporary = mkdtempSync(join(tmpdir(), "gatehouse-release-"));
	const copy = join(temporary, "copy.db");
	const database = new DatabaseSync(path);
	database.exec(`vacuum into '${copy}'`);
	database.close();
	const bytes = readFileSync(copy);
	rmSync(temporary, { recursive: true });
	return bytes;
}

/** A pool with somebody in every state, made through the front door. */
async function fill(gatehouse: Gatehouse): Promise<ReleasePool> {
	const { client } = gatehouse;
	const years = { RefreshTokenValidity: 3650, TokenValidityUnits: { RefreshToken: "days" } } as const;
	const place = await createPlace(gatehouse, { AliasAttributes: ["email"] }, years);
	const { UserPoolId, ClientId } = place;
	await createUser(place, "ada", { email: "ada@example.com", email_verified: "true", name: 'Ada 名 "quoted"' });
	await createUser(place, "dan", { email: "dan@example.com" });
	await client.send(new AdminDisableUserCommand({ UserPoolId, Username: "dan" }));
	const TemporaryPassword = `${password}-temporary`;
	await client.send(new AdminCreateUserCommand({ UserPoolId, Username: "bob", TemporaryPassword, MessageAction: "SUPPRESS" }));
	const UserAttributes = [{ Name: "email", Value: "cleo@example.com" }];
	await client.send(new SignUpCommand({ ClientId, Username: "cleo", Password: password, UserAttributes }));
	const [kept, revoked] = [await signIn(place, "ada"), await signIn(place, "ada")];
	await client.send(new RevokeTokenCommand({ Token: revoked.RefreshToken, ClientId }));
	const secret = await createClient(gatehouse, UserPoolId, { ...years, GenerateSecret: true });
	const rotating = await createClient(gatehouse, UserPoolId, {
		...years,
		ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
		RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
	});
	const rotated = await signIn({ ...place, ClientId: rotating.ClientId }, "ada");
	const ClientSecret = secret.ClientSecret ?? "";
	const SECRET_HASH = createHmac("sha256", ClientSecret).update(`ada${secret.ClientId}`).digest("base64");
	const AuthParameters = { USERNAME: "ada", PASSWORD: password, SECRET_HASH };
	await client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: secret.ClientId, AuthParameters }));
	return {
		UserPoolId,
		ClientId,
		secretClient: { ClientId: secret.ClientId, ClientSecret },
		rotatingClient: { ClientId: rotating.ClientId, RefreshToken: rotated.RefreshToken },
		password,
		temporaryPassword: TemporaryPassword,
		confirmationCode: gatehouse.code("cleo@example.com"),
		kept: { AccessToken: kept.AccessToken, IdToken: kept.IdToken, RefreshToken: kept.RefreshToken },
		revoked: { AccessToken: revoked.AccessToken, IdToken: revoked.IdToken, RefreshToken: revoked.RefreshToken },
	};
}
