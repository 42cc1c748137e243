/** What people and programs notice when the master key and the data keys are changed under a server: nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity";
import { AdminGetUserCommand, AdminSetUserPasswordCommand, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { createRandom } from "../../src/adapters/random.ts";
import type { MailMessage } from "../../src/kernel/ports.ts";
import { keyIdOf } from "../../src/storage/master-keys.ts";
import { definedTables } from "../../src/storage/migrations/index.ts";
import { keysStatus, makeDataKeys } from "../../src/storage/reseal.ts";
import { rewrap } from "../../src/storage/rewrap.ts";
import { sealedColumns } from "../../src/storage/sealed-columns.ts";
import type { Value } from "../../src/storage/store.ts";
import { allow, credentialsOf, policy } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { createJob, csvOf, headerOf, person, runImports, startJob, upload } from "../support/imports.ts";
import { answersOf, createInhabited, type Inhabited } from "../support/inhabited-pool.ts";
import { createPlace, createUser, type Place, password, signIn } from "../support/people.ts";
import { createDatabase } from "../support/stores.ts";

const random = createRandom();
const minute = 60_000;
const day = 1440 * minute;

/** A mail server that can be away, and keeps what it takes. */
function createSink() {
	const sink = {
		isAway: false,
		taken: [] as MailMessage[],
		mail: {
			available: true,
			async send(message: MailMessage) {
				if (sink.isAway) throw new Error("connect ECONNREFUSED");
				sink.taken.push(message);
			},
		},
	};
	return sink;
}

/** The clock of `gatehouse`, once there is one, whose monotonic side can be moved too: what is cached grows old by that one. */
function createAgeing(gatehouse: () => Gatehouse | undefined) {
	let offset = 0;
	return {
		clock: { now: () => gatehouse()?.clock.now() ?? Date.now(), monotonic: () => performance.now() + offset },
		/** A bit more than the second that caches go by. */
		age() {
			offset += 1001;
		},
	};
}

/** The boxes under the first data keys, wherever they are: by what a box begins with, its version and the id of its key. */
async function firstBoxes({ store }: Gatehouse): Promise<Map<string, number>> {
	const found = new Map<string, number>();
	for (const [table, { columns }] of definedTables()) {
		const bytes = Object.keys(columns).filter((column) => columns[column]?.startsWith("bytes"));
		if (bytes.length === 0) continue;
		for (const row of (await store.db.selectFrom(table).selectAll().execute()) as unknown as Record<string, Value>[]) {
			for (const column of bytes) {
				const box = row[column];
				if (box instanceof Uint8Array && box[0] === 1 && keyIdOf(box) === 1)
					found.set(`${table}.${column}`, (found.get(`${table}.${column}`) ?? 0) + 1);
			}
		}
	}
	return found;
}

async function resealAll({ resealer }: Gatehouse): Promise<void> {
	while ((await resealer.step()).more);
}

/** What a server seals beside its pools, and what was begun before the keys changed. */
async function begin(gatehouse: Gatehouse, pool: Inhabited) {
	const options = {
		endpoint: gatehouse.url,
		region: "us-east-1",
		credentials: { accessKeyId: "any", secretAccessKey: "any" },
		maxAttempts: 1,
	};
	const [kms, iam] = [new KMSClient(options), new IAMClient(options)];
	const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
	const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from("code") }));
	await iam.send(new CreateUserCommand({ UserName: "robot" }));
	await iam.send(new PutUserPolicyCommand({ UserName: "robot", PolicyName: "all", PolicyDocument: policy(allow("*")) }));
	const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "robot" }));
	const robot = credentialsOf(AccessKey);
	const sts = new STSClient({ ...options, credentials: robot });
	const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
	const identities = identityClient(gatehouse);
	const IdentityId = await getId(identities, await createIdentityPool(identities));
	await identities.send(new GetOpenIdTokenCommand({ IdentityId }));
	const columns = await headerOf(gatehouse, pool.UserPoolId);
	const { JobId, url } = await createJob(gatehouse, pool.UserPoolId);
	assert.equal(await upload(url, csvOf(columns, [person("imported", { "cognito:mfa_enabled": "false" })])), "200");
	for (const client of [kms, iam, sts, identities]) client.destroy();
	return { CiphertextBlob, robot, temporary: credentialsOf(Credentials), IdentityId, JobId };
}

/** And what becomes of it. */
async function goOn(gatehouse: Gatehouse, pool: Inhabited, begun: Awaited<ReturnType<typeof begin>>): Promise<void> {
	const options = {
		endpoint: gatehouse.url,
		region: "us-east-1",
		maxAttempts: 1,
		credentials: { accessKeyId: "any", secretAccessKey: "any" },
	};
	const kms = new KMSClient(options);
	const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: begun.CiphertextBlob }));
	assert.equal(Buffer.from(Plaintext ?? []).toString(), "code");
	kms.destroy();
	for (const credentials of [begun.robot, begun.temporary]) {
		const systemClockOffset = gatehouse.clock.now() - Date.now();
		const sts = new STSClient({ ...options, credentials, systemClockOffset });
		assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, "arn:aws:iam::000000000000:user/robot");
		sts.destroy();
	}
	const identities = identityClient(gatehouse);
	assert.ok((await identities.send(new GetOpenIdTokenCommand({ IdentityId: begun.IdentityId }))).Token);
	identities.destroy();
	await startJob(gatehouse, pool.UserPoolId, begun.JobId);
	await runImports(gatehouse);
	const { UserStatus } = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: pool.UserPoolId, Username: "imported" }));
	assert.equal(UserStatus, "RESET_REQUIRED");
}

/** People who change their passwords and sign in while rows are being sealed anew; answers the passwords that they have in the end. */
async function live(place: Place, names: readonly string[]): Promise<Map<string, string>> {
	const { gatehouse, UserPoolId } = place;
	const passwords = new Map<string, string>();
	const change = async (Username: string) => {
		for (let n = 1; n <= 3; n++) {
			const Password = `${password}-${n}`;
			await gatehouse.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
			passwords.set(Username, Password);
			await signIn(place, Username, Password);
		}
	};
	await Promise.all(names.map(change));
	return passwords;
}

for (const engine of engines) {
	test(`After a change of the master key and of all data keys, with the old master key gone, every call answers as before (${engine})`, async (t) => {
		const [old, fresh] = [random.bytes(32), random.bytes(32)];
		const database = await createDatabase(t, engine);
		const sink = createSink();
		let started: Gatehouse | undefined;
		const { clock: ageing, age } = createAgeing(() => started);
		const start = async (...masterKeys: Buffer[]) => {
			started = await startGatehouse({ config: { database, masterKeys }, ports: { mail: sink.mail, clock: ageing } });
			t.after(started.stop);
			return started;
		};
		const first = await start(old);
		sink.isAway = true;
		const pool = await createInhabited(first);
		const begun = await begin(first, pool);
		const place = await createPlace(first);
		const names = ["uma", "ugo", "ute"];
		for (const name of names) await createUser(place, name);
		const answers = await answersOf(first, pool);
		await first.stop();

		const between = await start(fresh, old);
		const { rewrapped, keys, left } = await rewrap(database, [fresh, old], random);
		assert.deepEqual({ rewrapped, left }, { rewrapped: keys, left: [] });
		await between.client.send(new AdminGetUserCommand({ UserPoolId: pool.UserPoolId, Username: "anna" }));
		await between.stop();

		const gatehouse = await start(fresh);
		const { clock } = gatehouse;
		const boxes = await firstBoxes(gatehouse);
		const covered = Object.entries(sealedColumns).flatMap(([table, columns]) => Object.keys(columns).map((column) => `${table}.${column}`));
		// Both pass within minutes, and tests on the store alone have them: a TOTP secret that waits, and what is too long for a session.
		assert.deepEqual(
			[...boxes.keys()].sort(),
			covered.filter((each) => !["software_tokens.pending_sealed", "custom_challenges.sealed"].includes(each)).sort(),
		);
		await signIn({ ...place, gatehouse }, "uma");

		const made = await makeDataKeys(database, [fresh], { random, clock });
		assert.equal(made.pools, 2);
		age();
		await resealAll(gatehouse);
		clock.advance(2 * minute);
		const [passwords] = await Promise.all([live({ ...place, gatehouse }, names), resealAll(gatehouse)]);
		clock.advance(minute);
		await resealAll(gatehouse);
		assert.deepEqual(await firstBoxes(gatehouse), new Map());
		const { left: unsealed, replaced } = await keysStatus(database);
		assert.deepEqual({ unsealed, replaced }, { unsealed: 0, replaced: 0 });
		assert.deepEqual(
			gatehouse.logged.filter((line) => line.includes("can't be")),
			[],
		);
		for (const [name, last] of passwords) await signIn({ ...place, gatehouse }, name, last);

		assert.deepEqual(await answersOf(gatehouse, pool), answers);
		await gatehouse.stop();

		// As a node that has seen nothing of it.
		const again = await start(fresh);
		again.clock.advance(5 * minute);
		assert.deepEqual(await answersOf(again, pool), answers);
		await goOn(again, pool, begun);
		sink.isAway = false;
		while ((await again.outbox.step()).more);
		assert.ok(sink.taken.some(({ to }) => to === "una@example.com"));
		// The keys of before go, and what clients hold outlives all but those that it is sealed under.
		again.clock.advance(3 * day);
		await resealAll(again);
		age();
		const { kept, left: none } = await keysStatus(database);
		assert.deepEqual({ kept, none }, { kept: 2, none: 0 });
		const refreshed = new InitiateAuthCommand({
			AuthFlow: "REFRESH_TOKEN_AUTH",
			ClientId: pool.ClientId,
			AuthParameters: { REFRESH_TOKEN: pool.tokens.RefreshToken },
		});
		assert.ok((await again.client.send(refreshed)).AuthenticationResult?.AccessToken);
		for (const [name, last] of passwords) await signIn({ ...place, gatehouse: again }, name, last);
	});
}

test("Nodes seal under a new key only once the others know it, and each opens what another has sealed", async (t) => {
	const database = await createDatabase(t, "postgres");
	const masterKeys = [random.bytes(32)];
	const { clock, age } = createAgeing(() => one);
	const one: Gatehouse = await startGatehouse({ config: { database, masterKeys }, ports: { clock } });
	t.after(() => one.stop());
	const other = await one.node();
	t.after(() => other.stop());
	const place = await createPlace(one, {}, { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
	const nodes = [place, { ...place, gatehouse: other }];
	await createUser(place, "ada");
	for (const node of nodes) await signIn(node, "ada");
	await makeDataKeys(database, masterKeys, { random, clock: one.clock });
	age();
	for (const node of [one, other]) await resealAll(node);
	// The clock is one, the memories are two.
	one.clock.advance(minute);
	const signedIn = await Promise.all(nodes.map((node) => signIn(node, "ada")));
	for (const { gatehouse, ClientId } of nodes)
		for (const { RefreshToken } of signedIn)
			await gatehouse.client.send(
				new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN: RefreshToken } }),
			);
	one.clock.advance(minute);
	await Promise.all([one, other].map(resealAll));
	one.clock.advance(2 * minute);
	await Promise.all([one, other].map(resealAll));
	assert.equal((await keysStatus(database)).left, 0);
	for (const node of nodes) await signIn(node, "ada");
});
