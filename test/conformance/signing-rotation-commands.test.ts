/** `gatehouse keys rotate-signing` as an operator runs it, beside a server; and what exports and backups make of several keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity";
import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { publishedMilliseconds } from "../../src/domain/key-succession.ts";
import { engines, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { move, refusedMove, setUpMoves } from "../support/moves.ts";
import { createPlace, createUser, headerOf, signIn } from "../support/people.ts";
import { kidsOf } from "../support/signing-rotation.ts";

const { newInstallation, newFile } = setUpMoves();
const rotate = ["keys", "rotate-signing"];

for (const engine of engines) {
	test(`Two runs at once make one set of keys, which moves with the pool and is in backups (${engine})`, async (t) => {
		const installation = await newInstallation(engine);
		const gatehouse = await startGatehouse({ config: installation });
		t.after(() => gatehouse.stop());
		const place = await createPlace(gatehouse);
		const { UserPoolId } = place;
		await createUser(place, "ada");
		const { AccessToken } = await signIn(place, "ada");
		const identities = identityClient(gatehouse);
		const IdentityId = await getId(identities, await createIdentityPool(identities));
		await identities.send(new GetOpenIdTokenCommand({ IdentityId }));
		identities.destroy();

		const said = (await Promise.all([move([...rotate, "--all"], installation), move([...rotate, "--all"], installation)])).join("");
		for (const owner of [UserPoolId, "identity pools"]) {
			const lines = said.split("\n").filter((line) => line.startsWith(`${owner}: `));
			assert.equal(lines.length, 2, said);
			const made = /: new keys are published and sign from (\S+Z) on; those before are believed until \S+Z$/;
			const [signsFrom] = lines.flatMap((line) => made.exec(line)?.[1] ?? []);
			assert.ok(lines.includes(`${owner}: new keys are published already and sign from ${signsFrom} on`), said);
		}
		assert.equal(said.split("\n").length, 5);
		const rows = await gatehouse.store.db.selectFrom("signing_keys").selectAll().orderBy("kid").execute();
		assert.equal(rows.length, 4);

		// From SQLite by an export, from PostgreSQL by a backup: each into the other.
		const file = newFile();
		const target = await newInstallation(engine === "sqlite" ? "postgres" : "sqlite");
		const config = engine === "sqlite" ? target : { ...target, masterKeys: installation.masterKeys };
		await move([engine === "sqlite" ? "export" : "backup", file], installation);
		await move([engine === "sqlite" ? "import" : "restore", file], config);
		const there = await startGatehouse({ config });
		t.after(() => there.stop());
		const found = await there.store.db.selectFrom("signing_keys").selectAll().orderBy("kid").execute();
		assert.deepEqual(
			found.map(({ private_sealed: _, ...row }) => row),
			rows.map(({ private_sealed: _, ...row }) => row),
		);
		const tokenKeys = (of: typeof there) =>
			of.store.db.selectFrom("identity_token_keys").select(["number", "kid", "signs_from"]).orderBy("number").execute();
		assert.equal((await tokenKeys(gatehouse)).length, 2);
		// The installation's, not a pool's: no export has them.
		assert.deepEqual(await tokenKeys(there), engine === "sqlite" ? [] : await tokenKeys(gatehouse));
		await there.client.send(new GetUserCommand({ AccessToken }));
		there.clock.advance(publishedMilliseconds + 60_000);
		const next = await there.restart();
		t.after(() => next.stop());
		const kids = await kidsOf(next, UserPoolId);
		assert.equal(kids.length, 4);
		const kid = headerOf((await signIn({ ...place, gatehouse: next }, "ada")).AccessToken)["kid"] as string;
		assert.ok(kids.slice(2).includes(kid));
	});
}

test("What the command is told must make sense, and nothing is done before it does", async (t) => {
	const installation = await newInstallation("sqlite");
	const gatehouse = await startGatehouse({ config: installation });
	t.after(() => gatehouse.stop());
	const [one, other] = [(await createPlace(gatehouse)).UserPoolId, (await createPlace(gatehouse)).UserPoolId];
	const usage = "keys rotate-signing needs --pool ID or --identity-pools, or --all for every one of them.";
	const refusals: [string[], string | RegExp][] = [
		[[], usage],
		[["--now"], usage],
		[["--all", "--pool", one], usage],
		[["--pool", one, "--pool", "us-east-1_Nowhere00"], "there is no user pool us-east-1_Nowhere00."],
		[[one], `there is no command "keys rotate-signing ${one}"; gatehouse --help lists them.`],
	];
	await Promise.all(
		refusals.map(async ([words, sentence]) => assert.equal(await refusedMove([...rotate, ...words], installation), sentence)),
	);
	const wrong = { ...installation, masterKeys: [new Uint8Array(32).fill(1)] };
	assert.match(await refusedMove([...rotate, "--all"], wrong), /^the database holds secrets under master key \w{8}, which GATEHOUSE/);
	const kids = async () => (await gatehouse.store.db.selectFrom("signing_keys").select(["pool_id", "kid"]).execute()).map(({ kid }) => kid);
	const before = await kids();
	assert.equal(before.length, 4);

	const said = await move([...rotate, "--pool", one, "--identity-pools", "--now"], installation);
	assert.equal(said, `${one}: new keys sign, and no token from before is believed any more\nidentity pools: there are no keys\n`);
	const after = await kids();
	assert.equal(after.length, 4);
	assert.equal(after.filter((kid) => before.includes(kid)).length, 2);
	assert.equal((await kidsOf(gatehouse, other)).filter((kid) => before.includes(kid)).length, 2);
});
