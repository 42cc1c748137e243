import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, password, signIn } from "../support/people.ts";
import { createRawClient, type RawAnswer, type RawClient } from "../support/raw-client.ts";

/** How often each race is run. `GATEHOUSE_TEST_RACES=1000` for the long run. */
const rounds = Number(process.env["GATEHOUSE_TEST_RACES"] ?? 200);
/** Rounds that are under way at once. */
const lanes = 20;

for (const engine of engines) {
	describe(`Of two who race, on ${engine}, ${rounds} times`, () => {
		let gatehouse: Gatehouse;
		/** On PostgreSQL the racers are clients of two nodes, which share nothing but the database. */
		let other: Gatehouse | undefined;
		let one: RawClient;
		let two: RawClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			other = engine === "postgres" ? await gatehouse.node() : undefined;
			one = createRawClient(gatehouse.url);
			two = createRawClient((other ?? gatehouse).url);
		});
		after(async () => {
			one.close();
			two.close();
			await other?.stop();
			await gatehouse.stop();
		});

		/** Sends both, and in every other round the second first. */
		async function race(round: number, first: [string, object], second: [string, object]): Promise<[RawAnswer, RawAnswer]> {
			if (round % 2 === 0) return await Promise.all([one.call(...first), two.call(...second)]);
			const [late, early] = await Promise.all([two.call(...second), one.call(...first)]);
			return [early, late];
		}

		/** The one that won; the other must have been refused with `refused`. */
		function winnerOf([a, b]: readonly [RawAnswer, RawAnswer], refused: string): 0 | 1 {
			assert.deepEqual([a.outcome, b.outcome].sort(), [refused, "ok"].sort(), `${JSON.stringify(a.body)} ${JSON.stringify(b.body)}`);
			return a.outcome === "ok" ? 0 : 1;
		}

		const ok = ({ outcome, body }: RawAnswer) => {
			assert.equal(outcome, "ok", JSON.stringify(body));
			return body;
		};

		/** What a pool's rows say, by username. */
		async function usersOf(UserPoolId: string) {
			const { db } = gatehouse.store;
			const of = <R extends { user_id: string }>(rows: R[]) => Map.groupBy(rows, (row) => row.user_id);
			const users = await db.selectFrom("users").selectAll().where("pool_id", "=", UserPoolId).execute();
			const names = of(await db.selectFrom("user_names").selectAll().where("pool_id", "=", UserPoolId).execute());
			const search = of(await db.selectFrom("user_search").selectAll().where("pool_id", "=", UserPoolId).execute());
			const passwords = of(await db.selectFrom("passwords").selectAll().where("pool_id", "=", UserPoolId).execute());
			const counts = await db.selectFrom("user_counts").select("users").where("pool_id", "=", UserPoolId).execute();
			assert.equal(
				counts.reduce((sum, row) => sum + row.users, 0),
				users.length,
			);
			for (const rows of [names, search, passwords]) assert.equal(rows.size, users.length, "no row is of a user that lost");
			return new Map(
				users.map((user) => [
					user.username,
					{
						email: (JSON.parse(user.attributes) as { email?: string }).email,
						status: user.status,
						kinds: names
							.get(user.id)
							?.map(({ kind }) => kind)
							.sort(),
						emails: search
							.get(user.id)
							?.filter(({ attribute }) => attribute === "email")
							.map(({ folded }) => folded),
						passwords: passwords.get(user.id)?.length,
					},
				]),
			);
		}

		test("SignUp of one name makes one user, all of it the winner's", async () => {
			const { UserPoolId, ClientId } = await createPlace(gatehouse, { AutoVerifiedAttributes: [] });
			const winners: string[] = [];
			await inLanes(async (round) => {
				const input = (email: string) => ({
					ClientId,
					Username: `user-${round}`,
					Password: password,
					UserAttributes: [{ Name: "email", Value: email }],
				});
				const emails = [`a-${round}@example.com`, `b-${round}@example.com`] as const;
				const raced = await race(round, ["SignUp", input(emails[0])], ["SignUp", input(emails[1])]);
				winners[round] = emails[winnerOf(raced, "UsernameExistsException")];
			});
			const users = await usersOf(UserPoolId);
			assert.equal(users.size, rounds);
			for (const [round, email] of winners.entries()) {
				const kinds = ["sub", "username"];
				assert.deepEqual(users.get(`user-${round}`), { email, status: "UNCONFIRMED", kinds, emails: [email], passwords: 1 });
			}
		});

		test("AdminCreateUser of one name makes one user", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			const winners: string[] = [];
			await inLanes(async (round) => {
				const input = (email: string) => ({
					UserPoolId,
					Username: `user-${round}`,
					MessageAction: "SUPPRESS",
					TemporaryPassword: password,
					UserAttributes: [{ Name: "email", Value: email }],
				});
				const emails = [`a-${round}@example.com`, `b-${round}@example.com`] as const;
				const raced = await race(round, ["AdminCreateUser", input(emails[0])], ["AdminCreateUser", input(emails[1])]);
				winners[round] = emails[winnerOf(raced, "UsernameExistsException")];
			});
			const users = await usersOf(UserPoolId);
			assert.equal(users.size, rounds);
			for (const [round, email] of winners.entries()) assert.equal(users.get(`user-${round}`)?.email, email);
		});

		test("ConfirmSignUp of one e-mail alias gives it to one of them", async () => {
			const { UserPoolId, ClientId } = await createPlace(gatehouse, { AliasAttributes: ["email"] });
			const owners: string[] = [];
			await inLanes(async (round) => {
				const email = `both-${round}@example.com`;
				const names = [`a-${round}`, `b-${round}`] as const;
				const confirmations: [string, object][] = [];
				for (const Username of names) {
					const UserAttributes = [{ Name: "email", Value: email }];
					ok(await one.call("SignUp", { ClientId, Username, Password: password, UserAttributes }));
					confirmations.push(["ConfirmSignUp", { ClientId, Username, ConfirmationCode: gatehouse.code(email) }]);
				}
				const raced = await race(round, confirmations[0] as [string, object], confirmations[1] as [string, object]);
				owners[round] = names[winnerOf(raced, "AliasExistsException")];
			});
			const users = await usersOf(UserPoolId);
			assert.equal(users.size, rounds * 2);
			for (const [round, owner] of owners.entries()) {
				for (const name of [`a-${round}`, `b-${round}`]) {
					const { status, kinds } = users.get(name) ?? {};
					const expected =
						name === owner
							? { status: "CONFIRMED", kinds: ["email", "sub", "username"] }
							: { status: "UNCONFIRMED", kinds: ["sub", "username"] };
					assert.deepEqual({ status, kinds }, expected, name);
				}
			}
		});

		test("refreshes of one rotating token without a grace give one next token, and the other is reuse", async () => {
			const rotation = {
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH" as const],
				RefreshTokenRotation: { Feature: "ENABLED" as const, RetryGracePeriodSeconds: 0 },
			};
			const place = await createPlace(gatehouse, {}, rotation);
			const { ClientId } = place;
			await createUser(place, "ada");
			const tokens = await Promise.all(Array.from({ length: lanes }, async () => (await signIn(place, "ada")).RefreshToken));
			await inLanes(async (round, lane) => {
				const refresh: [string, object] = ["GetTokensFromRefreshToken", { ClientId, RefreshToken: tokens[lane] }];
				const raced = await race(round, refresh, refresh);
				const { AuthenticationResult } = raced[winnerOf(raced, "RefreshTokenReuseException")].body;
				const next = (AuthenticationResult as { RefreshToken: string }).RefreshToken;
				assert.notEqual(next, tokens[lane]);
				tokens[lane] = next;
			});
			const sessions = await gatehouse.store.db
				.selectFrom("sessions")
				.select("generation")
				.where("pool_id", "=", place.UserPoolId)
				.execute();
			assert.equal(
				sessions.reduce((sum, { generation }) => sum + generation, 0),
				rounds,
			);
		});

		test("AddUserPoolClientSecret adds one second secret, and DeleteUserPoolClientSecret leaves one", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			const create = async () => {
				const body = ok(await one.call("CreateUserPoolClient", { UserPoolId, ClientName: "app", GenerateSecret: true }));
				return (body["UserPoolClient"] as { ClientId: string }).ClientId;
			};
			const clients = await Promise.all(Array.from({ length: lanes }, create));
			const secretsOf = async (ClientId: string) => {
				const body = ok(await two.call("ListUserPoolClientSecrets", { UserPoolId, ClientId }));
				return (body["ClientSecrets"] as { ClientSecretId: string }[]).map(({ ClientSecretId }) => ClientSecretId);
			};
			await inLanes(async (round, lane) => {
				const ClientId = clients[lane] as string;
				const add: [string, object] = ["AddUserPoolClientSecret", { UserPoolId, ClientId }];
				winnerOf(await race(round, add, add), "LimitExceededException");
				const [a, b, ...more] = await secretsOf(ClientId);
				assert.deepEqual([typeof a, typeof b, more.length], ["string", "string", 0]);
				const remove = (ClientSecretId: string | undefined): [string, object] => [
					"DeleteUserPoolClientSecret",
					{ UserPoolId, ClientId, ClientSecretId },
				];
				const winner = winnerOf(await race(round, remove(a), remove(b)), "InvalidParameterException");
				assert.deepEqual(await secretsOf(ClientId), [winner === 0 ? b : a]);
			});
		});
	});
}

/** Runs every round, as many at once as there are lanes. */
async function inLanes(run: (round: number, lane: number) => Promise<void>): Promise<void> {
	let next = 0;
	await Promise.all(
		Array.from({ length: lanes }, async (_, lane) => {
			while (next < rounds) await run(next++, lane);
		}),
	);
}
