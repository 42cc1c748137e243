/**
 * Sign-ins as a table over MFA mode, factors, preference, flow, device, status and plan: what AWS's guide says each leads to, and that
 * it does, through the SDK. The rows are in `sign-in-table/`.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { isRefused, type Row, readTable } from "./sign-in-table/axes.ts";
import { mfaOff } from "./sign-in-table/mfa-off.ts";
import { mfaOn } from "./sign-in-table/mfa-on.ts";
import { mfaOptional } from "./sign-in-table/mfa-optional.ts";
import { checkPairs } from "./sign-in-table/pairs.ts";
import { refused } from "./sign-in-table/refused.ts";
import { createPerson, createPool, type Person, type Pool, poolKeyOf, SetUpRefused } from "./sign-in-table/set-up.ts";
import { sources } from "./sign-in-table/sources.ts";
import { tryOthers, walk } from "./sign-in-table/walk.ts";

const rows = [mfaOff, mfaOptional, mfaOn, refused].flatMap(readTable);
const rowsMin = 150;

test(`the table has ${rows.length} rows, each different, and each cites AWS`, () => {
	assert.ok(rows.length >= rowsMin);
	assert.equal(new Set(rows.map(({ line }) => line)).size, rows.length);
	for (const row of rows) assert.ok(row.sources.length > 0, row.line);
	assert.deepEqual(new Set(rows.flatMap((row) => row.sources)), new Set(Object.keys(sources)));
});

test("every pair of values occurs in a row, but those that nobody can set up", () => {
	assert.deepEqual(checkPairs(rows), { missing: [], excluded: [] });
	// A generator that finds nothing missing anywhere would prove nothing.
	const without = checkPairs(rows.filter(({ flow, device }) => !(flow === "SMS_OTP" && device === "remembered")));
	assert.ok(without.missing.includes("flow SMS_OTP with device remembered"));
	const first = rows.find(({ status }) => status === "UNCONFIRMED") as Row;
	assert.ok(
		checkPairs([...rows, { ...first, factors: "passkey" }]).excluded.includes(
			"factors passkey with status UNCONFIRMED is said to be impossible",
		),
	);
});

for (const engine of engines) {
	test(`every row of the table leads where it says (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		await refusedRows(t, gatehouse);
		await runningRows(t, gatehouse);
	});
}

async function refusedRows(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	await t.test("what AWS does not let anybody set up is refused with its error", async () => {
		const differing = await eachRow(rows.filter(isRefused), async (row) => {
			try {
				const pool = await createPool(gatehouse, row);
				await createPerson(gatehouse, pool, row);
				await pool.settle();
			} catch (error) {
				if (error instanceof SetUpRefused) return error.message;
				throw error;
			}
			return "not refused";
		});
		assert.equal(differing.join("\n"), "");
	});
}

interface Prepared {
	readonly row: Row;
	readonly pool: Pool;
	readonly person: Person;
}

async function runningRows(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const prepared = await prepare(
		gatehouse,
		rows.filter((row) => !isRefused(row)),
	);
	// Past the codes that registered authenticator apps: each is good once.
	gatehouse.clock.advance(60_000);
	const tried = new Set<string>();
	const notRefused: string[] = [];
	await t.test("sign-ins ask what the table says, in its order", async () => {
		const differing = await eachRow(
			prepared.map(({ row }) => row),
			async (row) => {
				const { pool, person } = prepared.find((one) => one.row === row) as Prepared;
				const signIn = { gatehouse, pool, person, admin: row.flow === "ADMIN" };
				return walk(signIn, row, async (state, before) => {
					// Each way to each state once: the table has many rows that come the same way.
					const way = [signIn.admin, ...before.map((step) => step.split("[")[0]), state.ChallengeName].join(" > ");
					if (tried.has(way)) return;
					tried.add(way);
					notRefused.push(...(await tryOthers(signIn, state)));
				});
			},
		);
		assert.equal(differing.join("\n"), "");
	});
	await t.test("every transition that the table lacks is refused, and the state can still be answered", () => {
		assert.equal(notRefused.join("\n"), "");
		assert.ok(tried.size >= 30, `${tried.size} ways to a state`);
	});
}

/** Pools side by side, and in each its users; a pool gets its final mode when they are there. */
async function prepare(gatehouse: Gatehouse, some: readonly Row[]): Promise<Prepared[]> {
	const prepared: Prepared[] = [];
	await inParallel([...Map.groupBy(some, poolKeyOf).values()], async (alike) => {
		const [first] = alike;
		if (first === undefined) return;
		const pool = await createPool(gatehouse, first);
		for (const row of alike) prepared.push({ row, pool, person: await createPerson(gatehouse, pool, row) });
		await pool.settle();
	});
	return prepared;
}

/** Runs all rows, and gives those that lead elsewhere. */
async function eachRow(some: readonly Row[], run: (row: Row) => Promise<string>): Promise<string[]> {
	const differing: string[] = [];
	await inParallel(some, async (row) => {
		const led = await run(row);
		if (led !== row.leadsTo.join(" > ")) differing.push(`${row.line}\n     led to: ${led}`);
	});
	return differing;
}

const atOnceMax = 12;

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const waiting = [...items];
	await Promise.all(
		Array.from({ length: atOnceMax }, async () => {
			for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
		}),
	);
}
