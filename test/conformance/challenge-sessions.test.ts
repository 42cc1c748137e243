/**
 * The sealed strings between the steps of a sign-in, Session and SECRET_BLOCK, of every challenge: they are good for their own client,
 * pool, user and step, for their time, unchanged and once; and what happens to the user in between ends them.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminSetUserPasswordCommand,
	AdminUserGlobalSignOutCommand,
	CreateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";
import { type Row, readTable } from "./sign-in-table/axes.ts";
import { createPerson, createPool, type Person, type Pool } from "./sign-in-table/set-up.ts";
import { type Answer, answer, respond, type SignIn, start } from "./sign-in-table/walk.ts";

/** How to get to each challenge, as a row of the table of sign-ins, and what to choose there. */
const ways = readTable(`
# NEW_PASSWORD_REQUIRED
OPTIONAL | none     | - | USER_PASSWORD_AUTH | untracked  | FORCE_CHANGE | PLUS | -     | NEW_PASSWORD_REQUIRED | temporary-password
OPTIONAL | sms      | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | -     | SMS_MFA | mfa-logic
OPTIONAL | email    | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | -     | EMAIL_OTP | mfa-logic
OPTIONAL | none     | - | EMAIL_OTP          | untracked  | CONFIRMED    | PLUS | email | EMAIL_OTP | otp
OPTIONAL | none     | - | SMS_OTP            | untracked  | CONFIRMED    | PLUS | phone | SMS_OTP | otp
OPTIONAL | totp     | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | -     | SOFTWARE_TOKEN_MFA | mfa-logic
OPTIONAL | sms+totp | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | -     | SELECT_MFA_TYPE[]=SMS_MFA | mfa-preferences
ON       | none     | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | -     | MFA_SETUP[]=SOFTWARE_TOKEN_MFA | mfa-logic
ON       | none     | - | USER_PASSWORD_AUTH | untracked  | CONFIRMED    | PLUS | recovery=phone | MFA_SETUP[]=EMAIL_OTP | mfa-logic
OPTIONAL | none     | - | choice             | untracked  | CONFIRMED    | PLUS | email | SELECT_CHALLENGE[]=EMAIL_OTP | choice
OPTIONAL | none     | - | choice             | untracked  | CONFIRMED    | PLUS | email | SELECT_CHALLENGE[]=PASSWORD | choice
OPTIONAL | passkey  | - | WEB_AUTHN          | untracked  | CONFIRMED    | PLUS | -     | WEB_AUTHN | passkey
OPTIONAL | totp     | - | USER_PASSWORD_AUTH | remembered | CONFIRMED    | PLUS | -     | DEVICE_SRP_AUTH | device-sign-in
OPTIONAL | totp     | - | USER_PASSWORD_AUTH | remembered | CONFIRMED    | PLUS | -     | DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER | device-sign-in
OPTIONAL | none     | - | PASSWORD_SRP       | untracked  | CONFIRMED    | PLUS | -     | PASSWORD_VERIFIER | srp
OPTIONAL | none     | - | USER_SRP_AUTH      | untracked  | CONFIRMED    | PLUS | -     | PASSWORD_VERIFIER | srp
`);

const invalid = "NotAuthorizedException: Invalid session for the user.";
const expired = "NotAuthorizedException: Invalid session for the user, session is expired.";
/** What a second use is refused with: a code of an app and a passkey's counter are good once by themselves. */
const used =
	/^(NotAuthorizedException: (Invalid session for the user|Incorrect passkey credential|Password attempts exceeded)|ExpiredCodeException: Your software token has already been used once)/;
const defaultValidityMilliseconds = 3 * 60_000;
const longestValidityMinutes = 15;
const racers = 10;

/** The state that a row leads to, of a user of its own. */
interface Reached {
	readonly row: Row;
	readonly signIn: SignIn;
	readonly state: Answer;
	readonly choice: string | undefined;
}

/** The responses to a challenge, and the session to send with them. */
type Right = Awaited<ReturnType<typeof answer>>;

class World {
	readonly gatehouse: Gatehouse;
	readonly #pools = new Map<string, Pool>();
	readonly #people = new Map<Row, Person[]>();

	constructor(gatehouse: Gatehouse) {
		this.gatehouse = gatehouse;
	}

	/** Pools, and `each` users for each row, as long as MFA is optional; then the pools get their own mode. */
	async prepare(each: number): Promise<void> {
		for (const row of ways) {
			const key = [row.mode, row.device, row.also.recovery].join();
			const pool = this.#pools.get(key) ?? (await createPool(this.gatehouse, row));
			this.#pools.set(key, pool);
			const people = await Promise.all(Array.from({ length: each }, () => createPerson(this.gatehouse, pool, row)));
			this.#people.set(row, people);
		}
		for (const pool of this.#pools.values()) await pool.settle();
	}

	poolOf(row: Row): Pool {
		return this.#pools.get([row.mode, row.device, row.also.recovery].join()) as Pool;
	}

	/** Another pool than the row's. */
	otherPool(row: Row): Pool {
		return [...this.#pools.values()].find((pool) => pool !== this.poolOf(row)) as Pool;
	}

	/** A user of the row's who has not been here yet goes as far as the row says. */
	async reach(row: Row, ClientId = this.poolOf(row).ClientId): Promise<Reached> {
		const person = this.#people.get(row)?.pop();
		if (person === undefined) throw new Error(`too few users for ${row.line}`);
		const { UserPoolId } = this.poolOf(row);
		const signIn = { gatehouse: this.gatehouse, pool: { UserPoolId, ClientId }, person, admin: false };
		let state = await start(signIn, row.flow);
		for (const [n, step] of row.leadsTo.entries()) {
			const [name, choice] = step.split(/\[.*\]=/);
			assert.equal(state.ChallengeName, name, row.line);
			if (n === row.leadsTo.length - 1) return { row, signIn, state, choice };
			const { responses, session } = await answer(signIn, state, choice);
			state = await respond(signIn, state.ChallengeName, responses, session);
		}
		throw new Error(row.line);
	}

	async reachAll(): Promise<Reached[]> {
		return Promise.all(ways.map((row) => this.reach(row)));
	}
}

const send = ({ signIn, state }: Reached, { responses, session }: Right) => respond(signIn, state.ChallengeName, responses, session);

/** Answers rightly, and gives `tokens`, the next challenge, or the refusal. */
async function outcomeOf(reached: Reached, right?: Right): Promise<string> {
	const outcome: { answer?: Answer } = {};
	const attempt = async () => {
		outcome.answer = await send(reached, right ?? (await answer(reached.signIn, reached.state, reached.choice)));
	};
	const refused = await refusal(attempt());
	if (outcome.answer === undefined) return refused;
	return outcome.answer.AuthenticationResult ? "tokens" : String(outcome.answer.ChallengeName);
}

/** What the answers to a row's challenge lead to. */
function after(row: Row): string {
	const last = row.leadsTo.at(-1) ?? "";
	if (last === "DEVICE_SRP_AUTH") return "DEVICE_PASSWORD_VERIFIER";
	if (last.startsWith("SELECT_CHALLENGE")) return last.endsWith("PASSWORD") ? "tokens" : "EMAIL_OTP";
	if (last.startsWith("SELECT_MFA_TYPE")) return "SMS_MFA";
	return last === "MFA_SETUP[]=EMAIL_OTP" ? "EMAIL_OTP" : "tokens";
}

/** The answer with its sealed string changed: the block where there is one, else the session. Each is given as what stands for it in base64. */
function withSealed(right: Right, change: (sealed: string) => string): Right {
	const block = right.responses["PASSWORD_CLAIM_SECRET_BLOCK"];
	if (block === undefined) return { ...right, session: change(right.session ?? "") };
	const changed = Buffer.from(change(Buffer.from(block, "base64").toString("base64url")), "base64url");
	return { ...right, responses: { ...right.responses, PASSWORD_CLAIM_SECRET_BLOCK: changed.toString("base64") } };
}

/** Another character in the place of one, which stands for other bits. */
function changedAt(text: string, at: number): string {
	const other = text[at] === "A" ? "Q" : "A";
	return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

const changes: readonly ((sealed: string) => string)[] = [
	...[0, 1, 5, 16, 40].map((at) => (sealed: string) => changedAt(sealed, at)),
	(sealed) => changedAt(sealed, Math.floor(sealed.length / 2)),
	(sealed) => changedAt(sealed, sealed.length - 5),
	(sealed) => sealed.slice(4),
	(sealed) => sealed.slice(0, -4),
	(sealed) => `${sealed}AAAA`,
	(sealed) => "A".repeat(sealed.length),
];

/** The statements of a call, once pool and client are in the cache. */
async function statementsOf(gatehouse: Gatehouse, run: () => Promise<unknown>): Promise<number> {
	await run();
	return (await gatehouse.cost(run)).statements;
}

for (const engine of engines) {
	test(`challenge sessions (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const world = new World(gatehouse);
		await world.prepare(9);
		gatehouse.clock.advance(60_000); // past the codes that registered authenticator apps
		for (const row of ways) await ownAndOnce(t, world, row);
		await t.test("a session with any one character changed is refused, without a query", () => everyCharacter(world, ways[1] as Row));
		await validity(t, world);
		await endings(t, world);
	});
}

async function ownAndOnce(t: TestContext, world: World, row: Row): Promise<void> {
	const { gatehouse } = world;
	const way = [row.mode, row.flow, ...row.leadsTo].join(" > ");
	const reached = await world.reach(row);
	const { signIn, state } = reached;
	const right = await answer(signIn, state, reached.choice);
	await t.test(`${way}: refused for another client, pool or step, and changed, without a query`, async () => {
		const { UserPoolId, ClientId } = signIn.pool;
		const { UserPoolClient } = await gatehouse.client.send(
			new CreateUserPoolClientCommand({
				UserPoolId,
				ClientName: "other",
				ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
			}),
		);
		const other = { UserPoolId, ClientId: UserPoolClient?.ClientId ?? "" };
		assert.notEqual(other.ClientId, ClientId);
		const step = state.ChallengeName === "SMS_MFA" ? "SOFTWARE_TOKEN_MFA" : "SMS_MFA";
		const code = { SMS_MFA_CODE: "123456", SOFTWARE_TOKEN_MFA_CODE: "123456" };
		const block = right.responses["PASSWORD_CLAIM_SECRET_BLOCK"];
		const attempts: readonly (() => Promise<string>)[] = [
			...[other, world.otherPool(row)].map((pool) => () => outcomeOf({ ...reached, signIn: { ...signIn, pool } }, right)),
			...changes.map((change) => () => outcomeOf(reached, withSealed(right, change))),
			() =>
				outcomeOf(
					{ ...reached, state: { ...state, ChallengeName: step } },
					{ session: right.session ?? block, responses: { ...right.responses, ...code } },
				),
		];
		for (const [n, attempt] of attempts.entries()) {
			const spent = await statementsOf(gatehouse, async () => assert.equal(await attempt(), invalid, `attempt ${n}`));
			assert.equal(spent, 0, `attempt ${n}`);
		}
	});

	await t.test(`${way}: refused for another user`, async () => {
		const { person } = await world.reach(row).then((another) => another.signIn);
		assert.match(
			await outcomeOf(reached, { ...right, responses: { ...right.responses, USERNAME: person.username } }),
			/^NotAuthorizedException: (Invalid session for the user|Incorrect username or password)\.$/,
		);
	});

	await t.test(`${way}: ten racing right answers have one outcome, and a second use none`, async () => {
		const results = await Promise.all(
			Array.from({ length: racers }, () =>
				send(reached, right).then(
					(value) => value,
					(error: Error) => error,
				),
			),
		);
		const given = results.filter((result) => !(result instanceof Error)) as Answer[];
		for (const result of results) if (result instanceof Error) assert.match(`${result.name}: ${result.message}`, used);
		if (row.leadsTo.at(-1) === "DEVICE_SRP_AUTH") {
			// Nothing is given yet, so each gets a block; all blocks together are worth one set of tokens.
			const proofs = given.map(async (block) => outcomeOf({ ...reached, state: block, choice: undefined }));
			assert.equal((await Promise.all(proofs)).filter((outcome) => outcome === "tokens").length, 1);
		} else {
			assert.deepEqual(
				given.map((result) => (result.AuthenticationResult ? "tokens" : result.ChallengeName)),
				[after(row)],
			);
			assert.match(await outcomeOf(reached, right), used);
		}
	});
}

async function everyCharacter(world: World, row: Row): Promise<void> {
	const reached = await world.reach(row);
	const right = await answer(reached.signIn, reached.state, reached.choice);
	const length = right.session?.length ?? 0;
	const { statements } = await world.gatehouse.cost(async () => {
		const outcomes = await Promise.all(
			Array.from({ length }, (_, at) =>
				outcomeOf(
					reached,
					withSealed(right, (text) => changedAt(text, at)),
				),
			),
		);
		assert.deepEqual([...new Set(outcomes)], [invalid]);
	});
	assert.equal(statements, 0);
	assert.equal(await outcomeOf(reached, right), after(row));
}

async function validity(t: TestContext, world: World): Promise<void> {
	const { clock, client } = world.gatehouse;
	await t.test("sessions end after three minutes, and no sooner", async () => {
		const [early, late] = [await world.reachAll(), await world.reachAll()];
		clock.advance(defaultValidityMilliseconds - 30_000);
		for (const reached of early) assert.equal(await outcomeOf(reached), after(reached.row), reached.row.line);
		clock.advance(30_001);
		for (const reached of late) assert.equal(await outcomeOf(reached), expired, reached.row.line);
	});

	await t.test("AuthSessionValidity of fifteen minutes is kept", async () => {
		const rows = ways.filter(({ device, mode }) => device === "untracked" && mode === "OPTIONAL");
		const { UserPoolId } = world.poolOf(rows[0] as Row);
		const { UserPoolClient } = await client.send(
			new CreateUserPoolClientCommand({
				...{ UserPoolId, ClientName: "patient", AuthSessionValidity: longestValidityMinutes },
				ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
			}),
		);
		const patient = UserPoolClient?.ClientId ?? "";
		const reached = await Promise.all(rows.map((row) => world.reach(row, patient)));
		clock.advance(longestValidityMinutes * 60_000 - 30_000);
		const [first, ...rest] = reached;
		for (const one of rest) assert.equal(await outcomeOf(one), after(one.row), one.row.line);
		clock.advance(30_001);
		assert.equal(await outcomeOf(first as Reached), expired);
	});
}

async function endings(t: TestContext, world: World): Promise<void> {
	const { client } = world.gatehouse;
	type Place = { readonly UserPoolId: string; readonly Username: string };
	const events: readonly [string, (place: Place) => Promise<unknown>][] = [
		["a sign-out everywhere", (place) => client.send(new AdminUserGlobalSignOutCommand(place))],
		[
			"that the user was disabled, even if not for long,",
			async (place) => {
				await client.send(new AdminDisableUserCommand(place));
				await client.send(new AdminEnableUserCommand(place));
			},
		],
		["a new password", (place) => client.send(new AdminSetUserPasswordCommand({ ...place, Password: "Another-Horse-9", Permanent: true }))],
	];
	for (const [what, event] of events) {
		await t.test(`${what} ends a sign-in that is on its way`, async () => {
			for (const reached of await world.reachAll()) {
				const { row, signIn } = reached;
				// SRP's first half without a session proves nothing, and carries nothing of the user but its name: the password decides.
				const isBare = row.flow === "USER_SRP_AUTH" && what !== "a new password";
				await event({ UserPoolId: signIn.pool.UserPoolId, Username: signIn.person.username });
				const outcome = await outcomeOf(reached);
				if (isBare) assert.equal(outcome, "tokens", row.line);
				else assert.match(outcome, /^NotAuthorizedException: (Invalid session for the user|Incorrect username or password)\.$/, row.line);
			}
		});
	}
}
