import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	ListUsersCommand,
	type ListUsersCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterPrefix, parseFilter } from "../../src/domain/user-pools/list-users.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { attributeList, attributesOf, createPool, refuses } from "../support/user-pools.ts";

for (const engine of engines) {
	describe(`ListUsers on ${engine}`, () => {
		let gatehouse: Gatehouse;
		let pool = "";
		const subs = new Map<string, string>();

		before(async () => {
			gatehouse = await startGatehouse({ engine });
			pool = await createPool(gatehouse, { Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }] });
			const people: Record<string, Record<string, string>> = {
				ann: { email: "Ann@Example.com", name: 'Ann "A" \\ One', family_name: "Reddy", given_name: "Ann", preferred_username: "queen" },
				bob: { email: "bob@example.com", name: "Bob", family_name: "reddy", given_name: "Bob", phone_number: "+13125550001" },
				cat: { email: "cat@example.org", name: "Émile", family_name: "Reddyson", given_name: "Cat", phone_number: "+13125550002" },
				Dan: { email: "dan@example.org", name: "émilie", "custom:team": "red" },
				eve: { name: "\ud7ff\u{10ffff}x" },
			};
			for (const [Username, attributes] of Object.entries(people)) {
				const { User } = await gatehouse.client.send(
					new AdminCreateUserCommand({ UserPoolId: pool, Username, UserAttributes: attributeList(attributes), MessageAction: "SUPPRESS" }),
				);
				subs.set(Username, attributesOf(User)["sub"] ?? "");
			}
			await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "eve" }));
		});
		after(() => gatehouse.stop());

		const list = (input: Partial<ListUsersCommandInput> = {}) =>
			gatehouse.client.send(new ListUsersCommand({ UserPoolId: pool, ...input }));
		const names = async (Filter: string) => (await list({ Filter })).Users?.map((user) => user.Username);

		test("Without a filter, or with a blank one, everybody is listed, as AdminCreateUser shows them", async () => {
			for (const Filter of [undefined, "", " "]) {
				const { Users = [], PaginationToken } = await list({ Filter });
				assert.deepEqual(Users.map((user) => user.Username).sort(), ["Dan", "ann", "bob", "cat", "eve"]);
				assert.equal(PaginationToken, undefined);
				assert.deepEqual(
					Users.map((user) => attributesOf(user)["sub"]),
					[...subs.values()].sort(),
				);
			}
			const { Users = [] } = await list();
			assert.deepEqual(Object.keys(Users[0] ?? {}).sort(), [
				"Attributes",
				"Enabled",
				"UserCreateDate",
				"UserLastModifiedDate",
				"UserStatus",
				"Username",
			]);
			assert.deepEqual((await gatehouse.client.send(new ListUsersCommand({ UserPoolId: await createPool(gatehouse) }))).Users, []);
		});

		test("Every searchable attribute is found by its value and by a prefix, in ascending order", async () => {
			const cases: [string, string[]][] = [
				['email = "ann@example.COM"', ["ann"]],
				['"email" ^= "BOB@"', ["bob"]],
				['email = "ann"', []],
				['email ^= ""', ["ann", "bob", "cat", "Dan"]],
				['phone_number ^= "+1312"', ["bob", "cat"]],
				['phone_number="+13125550002"', ["cat"]],
				['  family_name   =  "REDDY"  ', ["ann", "bob"]],
				['family_name ^= "reddy"', ["ann", "bob", "cat"]],
				['given_name ^= "c"', ["cat"]],
				['name = "ann \\"A\\" \\\\ one"', ["ann"]],
				['name ^= "e\u0301mil"', ["cat", "Dan"]],
				['name ^= "\ud7ff"', ["eve"]],
				['name ^= "\ud7ff\u{10ffff}"', ["eve"]],
				['preferred_username = "Queen"', ["ann"]],
				['username = "Dan"', ["Dan"]],
				['username = "dan"', []],
				['username ^= "b"', ["bob"]],
				['cognito:user_status = "force_change_password"', ["ann", "bob", "cat", "Dan", "eve"]],
				['cognito:user_status = "CONFIRMED"', []],
				['status = "Enabled"', ["ann", "bob", "cat", "Dan"]],
				['status = "Disabled"', ["eve"]],
				['status = "disabled"', []],
				[`sub = "${subs.get("cat")}"`, ["cat"]],
				[`sub = "${subs.get("cat")?.toUpperCase()}"`, ["cat"]],
				[`sub ^= "${subs.get("cat")?.slice(0, 13)}"`, ["cat"]],
				['sub = "nobody"', []],
				['sub = ""', []],
			];
			for (const [filter, expected] of cases) {
				const found = await names(filter);
				// Equal values come in the order of the users' ids.
				const sameValue = /(family_name\s+=|status =)/.test(filter) || filter.includes("family_name ^=");
				assert.deepEqual(sameValue ? found?.toSorted() : found, sameValue ? expected.toSorted() : expected, filter);
			}
		});

		test("A filter that can't be read, or asks for what is not searchable, is refused", async () => {
			for (const filter of [
				"email",
				"email = ",
				"email = ann",
				'email == "a"',
				'email = "a',
				'email "a"',
				'= "a"',
				'email = "a" and name = "b"',
				'email = "a\\"',
			]) {
				await refuses(list({ Filter: filter }), "InvalidParameterException", "Error while parsing filter");
			}
			await refuses(list({ Filter: 'custom:team = "red"' }), "InvalidParameterException", "Invalid search attribute: custom:team");
			await refuses(list({ Filter: 'birthdate = "2000-01-01"' }), "InvalidParameterException", "Invalid search attribute: birthdate");
			const missing = gatehouse.client.send(new ListUsersCommand({ UserPoolId: "us-east-1_none" }));
			await refuses(missing, "ResourceNotFoundException", "User pool us-east-1_none does not exist.");
		});

		test("Pages have at most Limit users and join without gap or repetition; a token is of its list alone and lives an hour", async () => {
			for (const Filter of [undefined, 'family_name = "reddy"', 'family_name ^= "r"', 'cognito:user_status ^= "F"', 'sub ^= ""']) {
				const everybody = (await list({ Filter })).Users?.map((user) => user.Username);
				const paged: (string | undefined)[] = [];
				let token: string | undefined;
				do {
					const page = await list({ Filter, Limit: 1, PaginationToken: token });
					assert.ok((page.Users?.length ?? 0) <= 1);
					paged.push(...(page.Users ?? []).map((user) => user.Username));
					token = page.PaginationToken;
				} while (token !== undefined);
				assert.deepEqual(paged, everybody, Filter ?? "no filter");
			}
			const { PaginationToken } = await list({ Limit: 2 });
			assert.equal((await list({ Limit: 2, PaginationToken })).Users?.length, 2);
			await refuses(list({ Filter: 'email ^= "a"', PaginationToken }), "InvalidParameterException");
			await refuses(list({ UserPoolId: await createPool(gatehouse), PaginationToken }), "InvalidParameterException");
			await refuses(list({ PaginationToken: "made-up" }), "InvalidParameterException");
			await refuses(list({ Limit: 61 }), "InvalidParameterException");
			assert.equal((await list({ Limit: 0 })).Users?.length, 5);
			gatehouse.clock.advance(3_600_001);
			await refuses(list({ Limit: 2, PaginationToken }), "InvalidParameterException");
		});

		test("AttributesToGet gives those attributes alone, and is refused where a user found has no value for one", async () => {
			const { Users = [] } = await list({ Filter: 'email ^= ""', AttributesToGet: ["email", "sub"] });
			for (const user of Users) assert.deepEqual(Object.keys(attributesOf(user)), ["sub", "email"]);
			const text = "One or more requested attributes do not exist.";
			await refuses(list({ AttributesToGet: ["email"] }), "InvalidParameterException", text);
			await refuses(list({ AttributesToGet: ["custom:nothing"] }), "InvalidParameterException", text);
		});
	});
}

test("A filter's value is what stands between the quotes, escapes undone", () => {
	assert.deepEqual(parseFilter('name = "a\\\\\\"b\\c"'), { attribute: "name", match: "equal", value: 'a\\"bc' });
	assert.deepEqual(parseFilter('"status"^="E"'), { attribute: "status", match: "prefix", value: "E" });
});

test("The end of a prefix is the next text in the order of UTF-8", () => {
	assert.equal(afterPrefix("ab"), "ac");
	assert.equal(afterPrefix("a\u{10ffff}"), "b");
	assert.equal(afterPrefix("a\ud7ff"), "a\ue000");
	assert.equal(afterPrefix(""), undefined);
	assert.equal(afterPrefix("\u{10ffff}"), undefined);
});
