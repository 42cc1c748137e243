import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace } from "../support/people.ts";
import { createRawClient, type RawClient } from "../support/raw-client.ts";

/** Enough for dozens of pages. `npm run bench` has a hundred thousand and more. */
const residentsCount = 1_000;
const usersPerPageMax = 60;
const creationsAtOnce = 30;
const visitorsMax = 12;
const familyNames = ["Abel", "abelard", "Öz"] as const;

interface Listed {
	readonly Username: string;
	readonly Attributes: readonly { readonly Name: string; readonly Value: string }[];
	readonly UserStatus: string;
	readonly Enabled: boolean;
}

/** What a user of a number is like: values that many share, and values of its own. */
function attributesOf(number: number): Record<string, string> {
	const digits = String(number).padStart(6, "0");
	return {
		email: `${digits}@example.com`,
		phone_number: `+1555${digits}`,
		name: `Name ${digits}`,
		given_name: `Given ${number % 2}`,
		family_name: familyNames[number % familyNames.length] as string,
		preferred_username: `preferred ${digits}`,
	};
}

/** Every way to search, and which of the residents it finds; `order` is what the users come in the order of. */
const searches: readonly { filter: string; finds: (number: number) => boolean; order: string }[] = [
	{ filter: "", finds: () => true, order: "sub" },
	{ filter: 'sub ^= ""', finds: () => true, order: "sub" },
	{ filter: 'username ^= "resident"', finds: () => true, order: "username" },
	{ filter: 'username ^= "resident-0001"', finds: (n) => n >= 100 && n < 200, order: "username" },
	{ filter: 'email ^= ""', finds: () => true, order: "email" },
	{ filter: 'email ^= "0007"', finds: (n) => n >= 700 && n < 800, order: "email" },
	{ filter: 'phone_number ^= "+1555"', finds: () => true, order: "phone_number" },
	{ filter: 'name ^= "NAME 00"', finds: () => true, order: "name" },
	{ filter: 'given_name = "given 1"', finds: (n) => n % 2 === 1, order: "sub" },
	{ filter: 'given_name ^= "g"', finds: () => true, order: "given_name" },
	{ filter: 'family_name = "ABEL"', finds: (n) => n % 3 === 0, order: "sub" },
	{ filter: 'family_name ^= "abel"', finds: (n) => n % 3 < 2, order: "family_name" },
	{ filter: 'family_name ^= "ö"', finds: (n) => n % 3 === 2, order: "family_name" },
	{ filter: 'preferred_username ^= "preferred"', finds: () => true, order: "preferred_username" },
	{ filter: 'cognito:user_status = "force_change_password"', finds: () => true, order: "sub" },
	{ filter: 'status = "Enabled"', finds: () => true, order: "sub" },
];

for (const engine of engines) {
	describe(`ListUsers over ${residentsCount} users who stay and others who come and go (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: RawClient;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = createRawClient(gatehouse.url);
			UserPoolId = (await createPlace(gatehouse)).UserPoolId;
			await inTurns(residentsCount, (number) => create(usernameOf(number), number));
		});
		after(async () => {
			client.close();
			await gatehouse.stop();
		});

		const usernameOf = (number: number) => `resident-${String(number).padStart(6, "0")}`;

		async function ok(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
			const { outcome, body } = await client.call(operation, input);
			assert.equal(outcome, "ok", `${operation}: ${JSON.stringify(body)}`);
			return body;
		}

		async function create(Username: string, number: number): Promise<void> {
			const UserAttributes = Object.entries(attributesOf(number)).map(([Name, Value]) => ({ Name, Value }));
			await ok("AdminCreateUser", {
				UserPoolId,
				Username,
				UserAttributes,
				MessageAction: "SUPPRESS",
				TemporaryPassword: "Correct-Horse-7",
			});
		}

		/** All pages of a search, one after the other, and what happens meanwhile to each of them. */
		async function walk(Filter: string, meanwhile: () => Promise<void> = async () => {}): Promise<Listed[]> {
			const users: Listed[] = [];
			let PaginationToken: unknown;
			do {
				const [page] = await Promise.all([ok("ListUsers", { UserPoolId, Filter, Limit: usersPerPageMax, PaginationToken }), meanwhile()]);
				users.push(...(page["Users"] as Listed[]));
				PaginationToken = page["PaginationToken"];
			} while (PaginationToken !== undefined);
			return users;
		}

		/** One visitor comes, with values that lie among the residents', and one goes. */
		function visits(): () => Promise<void> {
			const present: string[] = [];
			let visit = 0;
			return async () => {
				const number = (visit++ * 37) % residentsCount;
				const arriving = `${usernameOf(number)}-visitor-${visit}`;
				const leaving = present.length >= visitorsMax ? present.shift() : undefined;
				await Promise.all([
					create(arriving, number),
					leaving === undefined ? undefined : ok("AdminDeleteUser", { UserPoolId, Username: leaving }),
				]);
				present.push(arriving);
			};
		}

		function valueIn(user: Listed, attribute: string): string {
			if (attribute === "username") return user.Username;
			return user.Attributes.find(({ Name }) => Name === attribute)?.Value.toLowerCase() ?? "";
		}

		test("Whatever is searched for, who is there all the time is listed once, nobody twice, and nobody who does not fit", async () => {
			const meanwhile = visits();
			let met = 0;
			for (const { filter, finds, order } of searches) {
				const users = await walk(filter, meanwhile);
				const residents = users.filter(({ Username }) => !Username.includes("visitor"));
				met += users.length - residents.length;
				const expected = Array.from({ length: residentsCount }, (_, number) => number).filter(finds);
				assert.deepEqual(residents.map(({ Username }) => Username).sort(), expected.map(usernameOf), filter);
				assert.equal(new Set(users.map((user) => valueIn(user, "sub"))).size, users.length, `${filter}: somebody is there twice`);
				for (const { Username } of users) assert.ok(finds(Number(/\d{6}/.exec(Username)?.[0])), `${filter}: ${Username}`);
				const values = users.map((user) => valueIn(user, order));
				assert.deepEqual(values, values.toSorted(), `${filter}: the order`);
			}
			assert.ok(met > searches.length, `${met} visitors were met`);
		});

		test("A single user is found by each of its values", async () => {
			const user = attributesOf(567);
			for (const [name, value] of Object.entries(user)) {
				const found = await walk(`${name} = "${value}"`);
				const residents = found.filter(({ Username }) => !Username.includes("visitor")).map(({ Username }) => Username);
				assert.ok(residents.includes(usernameOf(567)), name);
				if (!["given_name", "family_name"].includes(name)) assert.equal(residents.length, 1, name);
			}
			const [found] = await walk(`username = "${usernameOf(567)}"`);
			assert.deepEqual(await walk(`sub = "${valueIn(found as Listed, "sub")}"`), [found]);
		});

		test("A page goes on where its last user was, though that user is gone", async () => {
			const Filter = 'name ^= "Name 9"';
			for (let number = 900_000; number < 900_009; number++) await create(`passing-${number}`, number);
			const seen: string[] = [];
			let PaginationToken: unknown;
			do {
				const page = await ok("ListUsers", { UserPoolId, Filter, Limit: 3, PaginationToken });
				const names = (page["Users"] as Listed[]).map(({ Username }) => Username);
				seen.push(...names);
				PaginationToken = page["PaginationToken"];
				// Both neighbours of the gap between this page and the next.
				if (names.length > 0) await ok("AdminDeleteUser", { UserPoolId, Username: names.at(-1) });
				if (seen.length === 3) await ok("AdminDeleteUser", { UserPoolId, Username: "passing-900003" });
			} while (PaginationToken !== undefined);
			assert.deepEqual(
				seen,
				[0, 1, 2, 4, 5, 6, 7, 8].map((n) => `passing-${900_000 + n}`),
			);
		});

		test("The pool's EstimatedNumberOfUsers is right once all is quiet", async () => {
			const everybody = await walk("");
			const { UserPool } = (await ok("DescribeUserPool", { UserPoolId })) as { UserPool: { EstimatedNumberOfUsers: number } };
			assert.equal(UserPool.EstimatedNumberOfUsers, everybody.length);
		});
	});
}

/** Does something for each number below `count`, several at once. */
async function inTurns(count: number, run: (number: number) => Promise<void>): Promise<void> {
	let next = 0;
	await Promise.all(
		Array.from({ length: creationsAtOnce }, async () => {
			while (next < count) await run(next++);
		}),
	);
}
