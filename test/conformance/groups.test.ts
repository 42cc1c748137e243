/** Groups through the front door: what they are, who is in them, what tokens say of them, and their quotas. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminAddUserToGroupCommand,
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminListGroupsForUserCommand,
	AdminRemoveUserFromGroupCommand,
	CreateGroupCommand,
	type CreateGroupCommandInput,
	DeleteGroupCommand,
	DeleteUserPoolCommand,
	GetGroupCommand,
	GetUserCommand,
	type GroupType,
	InitiateAuthCommand,
	ListGroupsCommand,
	ListUsersInGroupCommand,
	UpdateGroupCommand,
	type UpdateGroupCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Call } from "../../src/domain/call.ts";
import { addUserToGroup, listMemberRows, listMembersLeft, sweepDeletedGroup } from "../../src/domain/user-pools/group-members.ts";
import { findGroupRow, findGroupVersion, findLastGroupAllowed, listGroupRows } from "../../src/domain/user-pools/groups.ts";
import type { UserPool } from "../../src/domain/user-pools/pools.ts";
import { insert, type Store } from "../../src/storage/store.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";
import { outcomes } from "../support/user-pools.ts";

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const notFound = "ResourceNotFoundException: Group not found.";
const exists = "GroupExistsException: A group with the name already exists.";

for (const engine of engines) {
	describe(`Groups on ${engine}`, () => {
		let gatehouse: Gatehouse;
		let place: Place;

		before(async () => {
			gatehouse = await startGatehouse({ engine });
			place = await createPlace(gatehouse);
		});
		after(() => gatehouse.stop());

		const send: Gatehouse["client"]["send"] = ((command: never) => gatehouse.client.send(command)) as never;
		const create = async (GroupName: string, more: Partial<CreateGroupCommandInput> = {}) =>
			(await send(new CreateGroupCommand({ UserPoolId: place.UserPoolId, GroupName, ...more }))).Group as GroupType;
		const get = async (GroupName: string) =>
			(await send(new GetGroupCommand({ UserPoolId: place.UserPoolId, GroupName }))).Group as GroupType;
		const change = async (GroupName: string, changes: Partial<UpdateGroupCommandInput>) =>
			(await send(new UpdateGroupCommand({ UserPoolId: place.UserPoolId, GroupName, ...changes }))).Group as GroupType;
		const remove = (GroupName: string) => send(new DeleteGroupCommand({ UserPoolId: place.UserPoolId, GroupName }));
		const add = (Username: string, GroupName: string) =>
			send(new AdminAddUserToGroupCommand({ UserPoolId: place.UserPoolId, Username, GroupName }));
		const takeOut = (Username: string, GroupName: string) =>
			send(new AdminRemoveUserFromGroupCommand({ UserPoolId: place.UserPoolId, Username, GroupName }));
		const groupsFor = async (Username: string) =>
			(await send(new AdminListGroupsForUserCommand({ UserPoolId: place.UserPoolId, Username }))).Groups?.map((group) => group.GroupName);
		const usersIn = async (GroupName: string) =>
			(await send(new ListUsersInGroupCommand({ UserPoolId: place.UserPoolId, GroupName }))).Users?.map((user) => user.Username).sort();
		const sweep = async () => {
			const { store, clock } = gatehouse;
			const steps = createSweep(store, clock, [() => sweepDeletedGroup(store)]);
			while ((await steps.step(clock.now())).more);
		};
		/** The claims about groups of both tokens of a new sign-in. */
		const claims = async (username: string) => {
			const { IdToken, AccessToken } = await signIn(place, username);
			const of = (token: string) =>
				Object.fromEntries(
					["groups", "roles", "preferred_role"].flatMap((name) => {
						const claim = claimsOf(token)[`cognito:${name}`];
						return claim === undefined ? [] : [[name, claim]];
					}),
				);
			return { id: of(IdToken), access: of(AccessToken) };
		};

		test("A group is what it was made as, and shows only what is configured", async () => {
			const bare = await create("bare");
			assert.deepEqual(Object.keys(bare).sort(), ["CreationDate", "GroupName", "LastModifiedDate", "UserPoolId"]);
			assert.equal(bare.UserPoolId, place.UserPoolId);
			const full = await create("full", { Description: "All of it", Precedence: 0, RoleArn: role("a") });
			assert.deepEqual(
				{ ...full, CreationDate: 0, LastModifiedDate: 0 },
				{
					GroupName: "full",
					UserPoolId: place.UserPoolId,
					Description: "All of it",
					Precedence: 0,
					RoleArn: role("a"),
					CreationDate: 0,
					LastModifiedDate: 0,
				},
			);
			assert.deepEqual(full.CreationDate, full.LastModifiedDate);
			assert.deepEqual(await get("full"), full);
			assert.deepEqual(await get("bare"), bare);
			assert.equal((await create("blank", { Description: "" })).Description, undefined);
			assert.equal((await create("last", { Precedence: 2 ** 31 - 1 })).Precedence, 2 ** 31 - 1);
			for (const name of ["bare", "full", "blank", "last"]) await remove(name);
		});

		test("UpdateGroup changes what it names, leaves the rest, and with what GetGroup gave changes nothing but the date", async () => {
			const made = await create("changing", { Description: "one", Precedence: 5, RoleArn: role("a") });
			gatehouse.clock.advance(1000);
			const precedence = await change("changing", { Precedence: 0 });
			assert.deepEqual({ ...precedence, LastModifiedDate: 0 }, { ...made, Precedence: 0, LastModifiedDate: 0 });
			assert.ok((precedence.LastModifiedDate ?? 0) > (made.LastModifiedDate ?? 0));
			assert.deepEqual(await get("changing"), precedence);
			const others = await change("changing", { Description: "two", RoleArn: role("b") });
			assert.deepEqual([others.Description, others.RoleArn, others.Precedence], ["two", role("b"), 0]);
			assert.equal((await change("changing", { Description: "" })).Description, undefined);
			const { LastModifiedDate: _, CreationDate: __, ...given } = await get("changing");
			const again = await change("changing", given as Partial<UpdateGroupCommandInput>);
			assert.deepEqual({ ...again, LastModifiedDate: 0 }, { ...given, CreationDate: made.CreationDate, LastModifiedDate: 0 });
			// Racing changes of different properties are all kept.
			await Promise.all([
				change("changing", { Description: "three" }),
				change("changing", { Precedence: 7 }),
				change("changing", { RoleArn: role("c") }),
			]);
			const { Description, Precedence, RoleArn } = await get("changing");
			assert.deepEqual([Description, Precedence, RoleArn], ["three", 7, role("c")]);
			await remove("changing");
		});

		test("A name is taken once, also by many at the same moment, and free again after DeleteGroup", async () => {
			const made = await outcomes(Array.from({ length: 6 }, () => create("once")));
			assert.deepEqual(made, [...Array(5).fill("GroupExistsException"), "ok"]);
			assert.equal(await refusal(create("once")), exists);
			await remove("once");
			await create("once");
			await remove("once");
		});

		test("Names differ by case only where the pool is case sensitive", async () => {
			await create("Admins");
			await create("ADMINS");
			assert.equal((await get("ADMINS")).GroupName, "ADMINS");
			assert.equal(await refusal(get("admins")), notFound);
			for (const name of ["Admins", "ADMINS"]) await remove(name);
			const { UserPoolId } = await createPlace(gatehouse, { UsernameConfiguration: { CaseSensitive: false } });
			await create("Admins", { UserPoolId });
			assert.equal(await refusal(create("ADMINS", { UserPoolId })), exists);
			assert.equal((await send(new GetGroupCommand({ UserPoolId, GroupName: "admins" }))).Group?.GroupName, "Admins");
			await send(new DeleteUserPoolCommand({ UserPoolId }));
			assert.match(await refusal(create("late", { UserPoolId })), /^ResourceNotFoundException: User pool .* does not exist\.$/);
		});

		test("What does not exist is not found, and what the constraints exclude is refused", async () => {
			await createUser(place, "known");
			await create("known-group");
			const refusals = async (calls: readonly Promise<unknown>[]) => [...new Set(await Promise.all(calls.map(refusal)))];
			assert.deepEqual(
				await refusals([
					get("none"),
					change("none", { Precedence: 1 }),
					remove("none"),
					usersIn("none"),
					add("known", "none"),
					takeOut("known", "none"),
				]),
				[notFound],
			);
			assert.deepEqual(await refusals([add("nobody", "known-group"), takeOut("nobody", "known-group"), groupsFor("nobody")]), [
				"UserNotFoundException: User does not exist.",
			]);
			const nowhere = { UserPoolId: "us-east-1_Nowhere" };
			assert.deepEqual(await refusals([create("a", nowhere), send(new ListGroupsCommand(nowhere))]), [
				"ResourceNotFoundException: User pool us-east-1_Nowhere does not exist.",
			]);
			for (const [input, member] of [
				[{ GroupName: "with space" }, "groupName"],
				[{ GroupName: "x".repeat(129) }, "groupName"],
				[{ Description: "x".repeat(2049) }, "description"],
				[{ Precedence: -1 }, "precedence"],
				[{ RoleArn: "arn:aws:iam::123456789012:role/not one" }, "roleArn"],
				[{ RoleArn: "arn:aws:iam::me" }, "roleArn"],
				[{ RoleArn: "" }, "roleArn"],
			] as const) {
				const text = await refusal(create("x", input));
				assert.match(text, /^InvalidParameterException: \d validation errors? detected: /);
				assert.ok(text.includes(` at '${member}' failed to satisfy constraint`), text);
				if (!("GroupName" in input)) assert.equal(await refusal(change("known-group", input)), text);
			}
			await remove("known-group");
		});

		test("ListGroups pages through the pool's groups by name; a token is of its pool alone", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			const names = ["Z", "a", "b", "ä", "名", "us-east-1_EXAMPLE_Facebook", "c", "d"];
			for (const name of names) await create(name, { UserPoolId, Precedence: 1 });
			const paged: (GroupType | undefined)[] = [];
			let NextToken: string | undefined;
			let pages = 0;
			do {
				const page = await send(new ListGroupsCommand({ UserPoolId, Limit: 3, ...(NextToken && { NextToken }) }));
				assert.ok((page.Groups?.length ?? 0) <= 3);
				paged.push(...(page.Groups ?? []));
				NextToken = page.NextToken;
				pages++;
			} while (NextToken !== undefined);
			assert.equal(pages, 3);
			assert.deepEqual(
				paged.map((group) => group?.GroupName),
				["Z", "a", "b", "c", "d", "us-east-1_EXAMPLE_Facebook", "ä", "名"],
			);
			assert.deepEqual(paged[1], (await send(new GetGroupCommand({ UserPoolId, GroupName: "a" }))).Group);
			for (const Limit of [0, 60, undefined]) {
				const all = await send(new ListGroupsCommand({ UserPoolId, ...(Limit !== undefined && { Limit }) }));
				assert.deepEqual([all.Groups?.length, all.NextToken], [8, undefined]);
			}
			const { NextToken: token } = await send(new ListGroupsCommand({ UserPoolId, Limit: 3 }));
			for (const call of [
				new ListGroupsCommand({ UserPoolId: place.UserPoolId, NextToken: token }),
				new ListGroupsCommand({ UserPoolId, NextToken: "made-up" }),
				new ListGroupsCommand({ UserPoolId, Limit: 61 }),
			]) {
				assert.match(await refusal(send(call)), /^InvalidParameterException/);
			}
			await send(new DeleteUserPoolCommand({ UserPoolId }));
		});

		test("A user joins and leaves, by any of its names, and doing so twice is no error", async () => {
			const sub = await createUser(place, "joiner");
			for (const name of ["b", "a", "c"]) await create(name, { Precedence: name === "c" ? 0 : 3 });
			assert.deepEqual(await groupsFor("joiner"), []);
			assert.deepEqual(await usersIn("a"), []);
			const { UserLastModifiedDate } = await send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: "joiner" }));
			for (const name of ["c", "b", "b", "a"]) assert.deepEqual(Object.keys(await add("joiner", name)), ["$metadata"]);
			await add(sub, "a");
			// By name, as in the API reference's example: the precedence is none of its business.
			assert.deepEqual(await groupsFor("joiner"), ["a", "b", "c"]);
			assert.deepEqual(await groupsFor(sub), ["a", "b", "c"]);
			assert.deepEqual(await usersIn("a"), ["joiner"]);
			await takeOut(sub, "b");
			await takeOut("joiner", "b");
			assert.deepEqual(await groupsFor("joiner"), ["a", "c"]);
			assert.deepEqual(await usersIn("b"), []);
			const { Users } = await send(new ListUsersInGroupCommand({ UserPoolId: place.UserPoolId, GroupName: "a" }));
			const user = await send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: "joiner" }));
			assert.deepEqual(Users, [
				{
					Username: "joiner",
					Attributes: user.UserAttributes,
					UserCreateDate: user.UserCreateDate,
					UserLastModifiedDate,
					Enabled: true,
					UserStatus: "CONFIRMED",
				},
			]);
			// Other changes of the user leave its groups alone.
			const who = { UserPoolId: place.UserPoolId, Username: "joiner" };
			await send(new AdminDisableUserCommand(who));
			await send(new AdminEnableUserCommand(who));
			assert.deepEqual(await groupsFor("joiner"), ["a", "c"]);
			for (const name of ["a", "b", "c"]) await remove(name);
		});

		test("AdminListGroupsForUser has pages, whose token is of that user alone", async () => {
			for (const name of ["p1", "p2", "p3"]) await create(name, { Description: name });
			for (const user of ["paged", "other"]) await createUser(place, user);
			for (const name of ["p3", "p1", "p2"]) await add("paged", name);
			const list = (Username: string, Limit?: number, NextToken?: string) =>
				send(
					new AdminListGroupsForUserCommand({
						UserPoolId: place.UserPoolId,
						Username,
						...(Limit !== undefined && { Limit }),
						...(NextToken && { NextToken }),
					}),
				);
			const first = await list("paged", 2);
			assert.deepEqual(
				first.Groups?.map((group) => group.Description),
				["p1", "p2"],
			);
			// What comes and goes in between neither shifts nor repeats the rest.
			await takeOut("paged", "p1");
			const second = await list("paged", 2, first.NextToken);
			assert.deepEqual([second.Groups?.map((group) => group.GroupName), second.NextToken], [["p3"], undefined]);
			assert.match(await refusal(list("other", 2, first.NextToken)), /^InvalidParameterException/);
			assert.equal((await list("paged", 0)).Groups?.length, 2);
			for (const name of ["p1", "p2", "p3"]) await remove(name);
		});

		test("Both tokens name the groups, the best precedence first, and the ID token their roles", async () => {
			await createUser(place, "worker");
			assert.deepEqual(await claims("worker"), { id: {}, access: {} });
			await create("none-b");
			await create("none-a");
			await create("ten", { Precedence: 10 });
			await create("two", { Precedence: 2 });
			for (const name of ["none-b", "ten", "none-a", "two"]) await add("worker", name);
			const groups = ["two", "ten", "none-a", "none-b"];
			assert.deepEqual(await claims("worker"), { id: { groups }, access: { groups } });
			await change("ten", { RoleArn: role("ten") });
			await change("none-a", { RoleArn: role("shared") });
			await change("none-b", { RoleArn: role("shared") });
			// A group without a role has none to prefer: the next one's is.
			const roles = [role("ten"), role("shared")];
			assert.deepEqual(await claims("worker"), { id: { groups, roles, preferred_role: role("ten") }, access: { groups } });
			await change("two", { RoleArn: role("two") });
			assert.equal((await claims("worker")).id["preferred_role"], role("two"));
			await change("two", { Precedence: 0 });
			assert.equal((await claims("worker")).id["preferred_role"], role("two"));
			// Equally good: only where the role is the same one.
			await change("ten", { Precedence: 0 });
			assert.deepEqual((await claims("worker")).id, {
				groups: ["ten", "two", "none-a", "none-b"],
				roles: [role("ten"), role("two"), role("shared")],
			});
			await change("two", { RoleArn: role("ten") });
			assert.equal((await claims("worker")).id["preferred_role"], role("ten"));
			// Without a precedence too.
			for (const name of ["ten", "two"]) await takeOut("worker", name);
			assert.deepEqual((await claims("worker")).id, {
				groups: ["none-a", "none-b"],
				roles: [role("shared")],
				preferred_role: role("shared"),
			});
			await change("none-b", { RoleArn: role("other") });
			assert.deepEqual((await claims("worker")).id, { groups: ["none-a", "none-b"], roles: [role("shared"), role("other")] });
			for (const name of groups) await remove(name);
		});

		test("A refresh reads the groups again, and with groups as without costs one read; so does GetUser", async () => {
			await createUser(place, "loner");
			await createUser(place, "refresher");
			for (const name of ["r1", "r2"]) await create(name);
			const tokens = await signIn(place, "refresher");
			const refresh = async ({ RefreshToken }: { RefreshToken: string }) => {
				const { AuthenticationResult } = await send(
					new InitiateAuthCommand({
						AuthFlow: "REFRESH_TOKEN_AUTH",
						ClientId: place.ClientId,
						AuthParameters: { REFRESH_TOKEN: RefreshToken },
					}),
				);
				return claimsOf(AuthenticationResult?.AccessToken ?? "")["cognito:groups"];
			};
			assert.equal(await refresh(tokens), undefined);
			for (const name of ["r1", "r2"]) await add("refresher", name);
			assert.deepEqual(await refresh(tokens), ["r1", "r2"]);
			await takeOut("refresher", "r1");
			assert.deepEqual(await refresh(tokens), ["r2"]);
			const cost = async (work: () => Promise<unknown>) => {
				// Once before, so that what is cached is in the cache.
				await work();
				return (await gatehouse.cost(work)).statements;
			};
			const lone = await signIn(place, "loner");
			assert.equal(await cost(() => refresh(lone)), 1);
			assert.equal(await cost(() => refresh(tokens)), 1);
			assert.equal(await cost(() => send(new GetUserCommand({ AccessToken: tokens.AccessToken }))), 1);
			assert.equal(await cost(() => signIn(place, "refresher")), await cost(() => signIn(place, "loner")));
			for (const name of ["r1", "r2"]) await remove(name);
		});

		test("With a deleted group every membership is over at once, and a new group of its name revives none", async () => {
			const { store } = gatehouse;
			const members = Array.from({ length: 40 }, (_, i) => `member${i}`);
			for (const Username of members) {
				await send(new AdminCreateUserCommand({ UserPoolId: place.UserPoolId, Username, MessageAction: "SUPPRESS" }));
			}
			await createUser(place, "left");
			await create("fleeting");
			await create("lasting");
			await Promise.all([...members, "left"].map((member) => add(member, "fleeting")));
			for (const member of ["left", "member1"]) await add(member, "lasting");
			assert.equal((await usersIn("fleeting"))?.length, 41);
			const batches = store.counts.batches;
			await remove("fleeting");
			assert.equal(store.counts.batches - batches, 1);
			assert.deepEqual(await groupsFor("left"), ["lasting"]);
			assert.deepEqual((await claims("left")).access, { groups: ["lasting"] });
			assert.equal(await refusal(usersIn("fleeting")), notFound);
			await create("fleeting");
			assert.deepEqual(await usersIn("fleeting"), []);
			assert.deepEqual(await groupsFor("left"), ["lasting"]);
			assert.deepEqual((await claims("left")).access, { groups: ["lasting"] });
			// Who joins the new one while the old one's traces are there stays in it; one of the old members is deleted.
			await add("member0", "fleeting");
			await add("member1", "fleeting");
			await send(new AdminDeleteUserCommand({ UserPoolId: place.UserPoolId, Username: "member2" }));
			await sweep();
			assert.deepEqual(await usersIn("fleeting"), ["member0", "member1"]);
			assert.deepEqual(await groupsFor("member0"), ["fleeting"]);
			assert.deepEqual(await groupsFor("member1"), ["fleeting", "lasting"]);
			assert.deepEqual(await store.db.selectFrom("deleted_groups").selectAll().execute(), []);
			const rows = await store.db.selectFrom("group_members").selectAll().where("pool_id", "=", place.UserPoolId).execute();
			assert.equal(rows.length, 4);
			const users = await store.db.selectFrom("users").select("groups").where("pool_id", "=", place.UserPoolId).execute();
			assert.equal(users.flatMap(({ groups }) => JSON.parse(groups) as unknown[]).length, 4);
			for (const name of ["fleeting", "lasting"]) await remove(name);
			await sweep();
		});

		test("A deleted user is in no group any more", async () => {
			const { store } = gatehouse;
			await create("left-behind");
			await create("left-too");
			for (const user of ["goes", "stays"]) {
				await createUser(place, user);
				for (const name of ["left-behind", "left-too"]) await add(user, name);
			}
			await send(new AdminDeleteUserCommand({ UserPoolId: place.UserPoolId, Username: "goes" }));
			for (const name of ["left-behind", "left-too"]) assert.deepEqual(await usersIn(name), ["stays"]);
			const rows = await store.db.selectFrom("group_members").selectAll().where("pool_id", "=", place.UserPoolId).execute();
			assert.equal(rows.length, 2);
			await createUser(place, "goes");
			assert.deepEqual(await groupsFor("goes"), []);
			for (const name of ["left-behind", "left-too"]) await remove(name);
			await sweep();
			assert.deepEqual(await store.db.selectFrom("group_members").selectAll().where("pool_id", "=", place.UserPoolId).execute(), []);
		});

		test("ListUsersInGroup gives everybody who was there all along exactly once, while others come and go", async () => {
			await create("crowd");
			const people = Array.from({ length: 30 }, (_, i) => `c${i}`);
			for (const Username of people) {
				await send(new AdminCreateUserCommand({ UserPoolId: place.UserPoolId, Username, MessageAction: "SUPPRESS" }));
			}
			const [permanent, passing] = [people.slice(0, 15), people.slice(15)];
			await Promise.all(permanent.map((user) => add(user, "crowd")));
			const seen: string[] = [];
			let NextToken: string | undefined;
			for (let page = 0; ; page++) {
				const answer = await send(
					new ListUsersInGroupCommand({ UserPoolId: place.UserPoolId, GroupName: "crowd", Limit: 2, ...(NextToken && { NextToken }) }),
				);
				assert.ok((answer.Users?.length ?? 0) <= 2);
				seen.push(...(answer.Users ?? []).map((user) => user.Username ?? ""));
				NextToken = answer.NextToken;
				if (NextToken === undefined) break;
				assert.ok(page < people.length, "the pages end");
				const change = page % 2 === 0 ? add : takeOut;
				await Promise.all(passing.slice(0, 8 + (page % 7)).map((user) => change(user, "crowd")));
			}
			assert.equal(new Set(seen).size, seen.length, "nobody is listed twice");
			assert.deepEqual(seen.filter((user) => permanent.includes(user)).sort(), permanent.toSorted());
			const { NextToken: token } = await send(new ListUsersInGroupCommand({ UserPoolId: place.UserPoolId, GroupName: "crowd", Limit: 1 }));
			await remove("crowd");
			await create("crowd");
			const stale = send(new ListUsersInGroupCommand({ UserPoolId: place.UserPoolId, GroupName: "crowd", NextToken: token }));
			assert.match(await refusal(stale), /^InvalidParameterException/);
			await remove("crowd");
			await sweep();
		});

		test("Nobody's membership is lost or left over in a race: of joins, of leaves, with changes of the user, with DeleteGroup", async () => {
			const { store } = gatehouse;
			await createUser(place, "racer");
			const names = Array.from({ length: 16 }, (_, i) => `race${String(i).padStart(2, "0")}`);
			await Promise.all(names.map((name) => create(name)));
			const who = { UserPoolId: place.UserPoolId, Username: "racer" };
			await Promise.all(names.map((name) => add("racer", name)));
			assert.deepEqual(await groupsFor("racer"), names);
			await Promise.all([
				...names.slice(8).map((name) => takeOut("racer", name)),
				send(new AdminDisableUserCommand(who)),
				add("racer", names[0] ?? ""),
			]);
			assert.deepEqual(await groupsFor("racer"), names.slice(0, 8));
			for (const name of names.slice(0, 8)) assert.deepEqual(await usersIn(name), ["racer"]);
			for (const name of names.slice(8)) assert.deepEqual(await usersIn(name), []);
			const [, ...joins] = await Promise.all([
				Promise.all(names.slice(8).map((name) => remove(name))),
				...names.slice(8).map((name) => refusal(add("racer", name))),
			]);
			assert.ok(joins.every((outcome) => outcome === "not refused" || outcome === notFound));
			assert.deepEqual(await groupsFor("racer"), names.slice(0, 8));
			// The user goes while it joins: either it never did, or it has left.
			const late = await Promise.all([
				refusal(add("racer", names[0] ?? "")),
				takeOut("racer", names[1] ?? "").catch(() => undefined),
				send(new AdminDeleteUserCommand(who)),
			]);
			assert.ok(["not refused", "UserNotFoundException: User does not exist."].includes(late[0]));
			for (const name of names.slice(0, 8)) await remove(name);
			await sweep();
			assert.deepEqual(await store.db.selectFrom("group_members").selectAll().where("pool_id", "=", place.UserPoolId).execute(), []);
			const rows = await store.db.selectFrom("users").select("groups").where("pool_id", "=", place.UserPoolId).execute();
			assert.ok(rows.every(({ groups }) => groups === "[]"));
		});

		test("Nobody joins a group that is deleted between reading and writing, and joining its successor is tried again", async () => {
			const { store } = gatehouse;
			await createUser(place, "latecomer");
			for (const successor of [false, true]) {
				await create("closing");
				let first = true;
				// The real store, but that the group goes, traces and all, before the first write.
				const late: Store = Object.assign(Object.create(store) as Store, {
					write: async (batch: Parameters<Store["write"]>[0]) => {
						if (first) {
							first = false;
							await remove("closing");
							await sweep();
							if (successor) await create("closing");
						}
						return store.write(batch);
					},
				});
				const pool = { id: place.UserPoolId, caseSensitive: true } as unknown as UserPool;
				const outcome = await refusal(addUserToGroup({ store: late } as unknown as Call, pool, "latecomer", "closing"));
				assert.equal(outcome, successor ? "not refused" : "AwsError: Group not found.");
				const members = await store.db.selectFrom("group_members").selectAll().where("pool_id", "=", place.UserPoolId).execute();
				assert.equal(members.length, successor ? 1 : 0);
				assert.deepEqual(await groupsFor("latecomer"), successor ? ["closing"] : []);
			}
			await remove("closing");
			await sweep();
		});

		test("A user is in a hundred groups and no more, and with the longest names its tokens are still good", async () => {
			await createUser(place, "joins-all");
			const names = Array.from({ length: 103 }, (_, i) => `${"名".repeat(125)}${String(i).padStart(3, "0")}`);
			await Promise.all(names.map((name) => create(name)));
			for (const name of names.slice(0, 99)) await add("joins-all", name);
			const racing = await Promise.all(names.slice(99).map((name) => refusal(add("joins-all", name))));
			assert.deepEqual(racing.sort(), [
				...Array(3).fill("LimitExceededException: Maximum number of groups per user exceeded."),
				"not refused",
			]);
			const mine = await send(new AdminListGroupsForUserCommand({ UserPoolId: place.UserPoolId, Username: "joins-all" }));
			assert.equal(mine.Groups?.length, 60);
			const { AccessToken } = await signIn(place, "joins-all");
			assert.equal((claimsOf(AccessToken)["cognito:groups"] as string[]).length, 100);
			assert.equal((await send(new GetUserCommand({ AccessToken }))).Username, "joins-all");
			// What is deleted makes room at once.
			await remove(names[0] ?? "");
			const outside = names.slice(99).filter((name) => !(claimsOf(AccessToken)["cognito:groups"] as string[]).includes(name));
			await add("joins-all", outside[0] ?? "");
			assert.match(await refusal(add("joins-all", outside[1] ?? "")), /^LimitExceededException/);
			await Promise.all(names.slice(1).map((name) => remove(name)));
			await sweep();
		});

		test("A pool has ten thousand groups and no more", async () => {
			const { UserPoolId } = await createPlace(gatehouse);
			await create("first", { UserPoolId });
			const row = await gatehouse.store.db.selectFrom("groups").selectAll().where("pool_id", "=", UserPoolId).executeTakeFirstOrThrow();
			for (let from = 0; from < 9_998; from += 2_000) {
				const length = Math.min(2_000, 9_998 - from);
				await gatehouse.store.write(
					Array.from({ length }, (_, i) => insert<"groups">("groups", { ...row, folded: `g${from + i}`, name: `g${from + i}` })),
				);
			}
			await create("last", { UserPoolId });
			assert.equal(await refusal(create("more", { UserPoolId })), "LimitExceededException: Maximum number of groups exceeded.");
			await send(new DeleteGroupCommand({ UserPoolId, GroupName: "g5000" }));
			await create("more", { UserPoolId });
		});
	});
}

test("what one node changes of a group the other's tokens say within a second, and its lists at once", async (t) => {
	const one = await startGatehouse({ engine: "postgres" });
	t.after(() => one.stop());
	const two = await one.node();
	t.after(() => two.stop());
	const place = await createPlace(one);
	const there = { ...place, gatehouse: two };
	const { UserPoolId } = place;
	await createUser(place, "ada");
	const group = { UserPoolId, GroupName: "team" };
	await one.client.send(new CreateGroupCommand({ ...group, RoleArn: role("a") }));
	await one.client.send(new AdminAddUserToGroupCommand({ ...group, Username: "ada" }));
	const rolesThere = async () => claimsOf((await signIn(there, "ada")).IdToken)["cognito:roles"];
	/** Until it is so, at most a second after `since`. */
	const becomes = async (since: number, expected: unknown) => {
		for (;;) {
			const asked = performance.now();
			const found = await rolesThere();
			if (JSON.stringify(found) === JSON.stringify(expected)) return;
			assert.ok(asked - since <= 1000, `${JSON.stringify(found)} is more than a second old`);
		}
	};
	assert.deepEqual(await rolesThere(), [role("a")]);
	await one.client.send(new UpdateGroupCommand({ ...group, RoleArn: role("b") }));
	assert.equal((await two.client.send(new GetGroupCommand(group))).Group?.RoleArn, role("b"));
	await becomes(performance.now(), [role("b")]);
	await one.client.send(new DeleteGroupCommand(group));
	assert.equal(await refusal(two.client.send(new GetGroupCommand(group))), notFound);
	assert.deepEqual((await two.client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "ada" }))).Groups, []);
	await becomes(performance.now(), undefined);
	await one.client.send(new CreateGroupCommand({ ...group, RoleArn: role("c") }));
	assert.equal(await rolesThere(), undefined);
	// A membership is the user's own, which no node keeps.
	await one.client.send(new AdminAddUserToGroupCommand({ ...group, Username: "ada" }));
	await becomes(performance.now(), [role("c")]);
	await one.client.send(new AdminRemoveUserFromGroupCommand({ ...group, Username: "ada" }));
	assert.equal(await rolesThere(), undefined);
});

test("every statement about groups", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const statement of [findGroupRow, findGroupVersion, listGroupRows, findLastGroupAllowed, listMemberRows, listMembersLeft]) {
			const plan = await explain(store, statement as typeof findGroupRow);
			assert.ok(plan.isIndexSearch, `${statement.name}: ${plan.text}`);
		}
	}));
