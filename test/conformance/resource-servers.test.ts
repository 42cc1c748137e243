/** Resource servers and their scopes through the front door, and what becomes of scopes that clients have. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateResourceServerCommand,
	type CreateResourceServerCommandInput,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DeleteResourceServerCommand,
	DeleteUserPoolCommand,
	DescribeResourceServerCommand,
	DescribeUserPoolClientCommand,
	ListResourceServersCommand,
	type ResourceServerType,
	UpdateResourceServerCommand,
	UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Call } from "../../src/domain/call.ts";
import type { UserPool } from "../../src/domain/user-pools/pools.ts";
import { findResourceServer, listActiveScopes, listResourceServerRows } from "../../src/domain/user-pools/resource-servers.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";
import { outcomes } from "../support/user-pools.ts";

const scope = (ScopeName: string) => ({ ScopeName, ScopeDescription: `May ${ScopeName}` });

for (const engine of engines) {
	describe(`resource servers (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			UserPoolId = await createPool();
		});
		after(() => gatehouse.stop());

		const createPool = async () => (await client.send(new CreateUserPoolCommand({ PoolName: "apis" }))).UserPool?.Id ?? "";
		const create = async (Identifier: string, more: Partial<CreateResourceServerCommandInput> = {}) =>
			(await client.send(new CreateResourceServerCommand({ UserPoolId, Identifier, Name: "API", ...more })))
				.ResourceServer as ResourceServerType;
		const read = async (Identifier: string, pool = UserPoolId) =>
			(await client.send(new DescribeResourceServerCommand({ UserPoolId: pool, Identifier }))).ResourceServer;
		const change = (Identifier: string, Scopes?: CreateResourceServerCommandInput["Scopes"]) =>
			client.send(new UpdateResourceServerCommand({ UserPoolId, Identifier, Name: "API", Scopes }));
		const allow = (AllowedOAuthScopes: string[], GenerateSecret = false) =>
			client.send(
				new CreateUserPoolClientCommand({
					UserPoolId,
					ClientName: "app",
					GenerateSecret,
					AllowedOAuthFlowsUserPoolClient: true,
					AllowedOAuthFlows: [GenerateSecret ? "client_credentials" : "code"],
					CallbackURLs: ["https://app.example.com/back"],
					AllowedOAuthScopes,
				}),
			);
		const active = () => listActiveScopes({ store: gatehouse.store } as Call, { id: UserPoolId } as UserPool);

		test("what is created is described, and sent to UpdateResourceServer as described it stays the same", async () => {
			const made = await create("https://photos.example.com", { Name: "Photos", Scopes: [scope("read"), scope("albums:write")] });
			deepEqual(made, {
				UserPoolId,
				Identifier: "https://photos.example.com",
				Name: "Photos",
				Scopes: [scope("read"), scope("albums:write")],
			});
			deepEqual(await read("https://photos.example.com"), made);
			const { UserPoolId: pool, Identifier, Name, Scopes } = made;
			const updated = await client.send(new UpdateResourceServerCommand({ UserPoolId: pool, Identifier, Name, Scopes }));
			deepEqual(updated.ResourceServer, made);
			deepEqual(await read("https://photos.example.com"), made);
		});

		test("UpdateResourceServer without scopes takes them all away", async () => {
			await create("emptied", { Scopes: [scope("read")] });
			deepEqual((await change("emptied")).ResourceServer?.Scopes, []);
			deepEqual((await read("emptied"))?.Scopes, []);
		});

		test("an identifier is taken once in a pool, and free again when its server is deleted", async () => {
			await create("taken");
			equal(await refusal(create("taken")), `InvalidParameterException: taken already exists in user pool ${UserPoolId}.`);
			const other = await createPool();
			await create("taken", { UserPoolId: other });
			await client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: "taken" }));
			await create("taken");
			const raced = await outcomes(Array.from({ length: 6 }, () => create("raced")));
			deepEqual(raced, [...Array(5).fill("InvalidParameterException"), "ok"]);
		});

		test("what is not there is not found", async () => {
			const missing = "ResourceNotFoundException: Resource server nothing does not exist.";
			equal(await refusal(read("nothing")), missing);
			equal(await refusal(change("nothing")), missing);
			equal(await refusal(client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: "nothing" }))), missing);
			await create("here");
			const other = await createPool();
			equal(await refusal(read("here", other)), "ResourceNotFoundException: Resource server here does not exist.");
			await client.send(new DeleteUserPoolCommand({ UserPoolId: other }));
			const gone = `ResourceNotFoundException: User pool ${other} does not exist.`;
			equal(await refusal(create("here", { UserPoolId: other })), gone);
			equal(await refusal(client.send(new ListResourceServersCommand({ UserPoolId: other }))), gone);
		});

		test("two scopes of a server can't have one name, and a scope's name has no slash", async () => {
			const twice = [scope("read"), scope("read")];
			equal(
				await refusal(create("twice", { Scopes: twice })),
				"InvalidParameterException: Duplicate scope name read in a resource server.",
			);
			await create("twice");
			equal(await refusal(change("twice", twice)), "InvalidParameterException: Duplicate scope name read in a resource server.");
			ok((await refusal(create("slash", { Scopes: [scope("a/b")] }))).startsWith("InvalidParameterException: 1 validation error detected"));
			const many = Array.from({ length: 101 }, (_, i) => scope(`s${i}`));
			ok((await refusal(create("many", { Scopes: many }))).startsWith("InvalidParameterException: 1 validation error detected"));
			equal((await create("many", { Scopes: many.slice(1) })).Scopes?.length, 100);
		});

		test("a pool has no more than 25 of them, and ListResourceServers pages through all", async () => {
			const pool = await createPool();
			const list = async (MaxResults?: number, NextToken?: string) =>
				client.send(new ListResourceServersCommand({ UserPoolId: pool, MaxResults, NextToken }));
			deepEqual((await list()).ResourceServers, []);
			for (let i = 0; i < 25; i++) await create(`api${i}`, { UserPoolId: pool, Scopes: [scope("read")] });
			equal(await refusal(create("api25", { UserPoolId: pool })), "LimitExceededException: Maximum number of resource servers exceeded.");
			const seen: string[] = [];
			let token: string | undefined;
			do {
				const page = await list(7, token);
				ok((page.ResourceServers?.length ?? 0) <= 7);
				for (const server of page.ResourceServers ?? []) {
					deepEqual(server, { UserPoolId: pool, Identifier: server.Identifier, Name: "API", Scopes: [scope("read")] });
					seen.push(server.Identifier ?? "");
				}
				token = page.NextToken;
			} while (token);
			deepEqual(seen, Array.from({ length: 25 }, (_, i) => `api${i}`).sort());
			equal((await list()).ResourceServers?.length, 25);
			const first = (await list(1)).NextToken;
			equal(
				await refusal(client.send(new ListResourceServersCommand({ UserPoolId, NextToken: first }))),
				"InvalidParameterException: Invalid pagination token given.",
			);
		});

		test("a client can be allowed the custom scopes that there are, and no others", async () => {
			await create("https://orders.example.com/v1", { Scopes: [scope("read"), scope("write")] });
			const { UserPoolClient } = await allow(["openid", "https://orders.example.com/v1/read"]);
			deepEqual(UserPoolClient?.AllowedOAuthScopes, ["openid", "https://orders.example.com/v1/read"]);
			await allow(["https://orders.example.com/v1/read", "https://orders.example.com/v1/write"], true);
			for (const unknown of ["https://orders.example.com/v1/delete", "https://orders.example.com/read", "read", "no-such-api/read"]) {
				equal(await refusal(allow(["openid", unknown])), `ScopeDoesNotExistException: Invalid scope requested: ${unknown}`);
			}
			const ClientId = UserPoolClient?.ClientId ?? "";
			equal(
				await refusal(client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, AllowedOAuthScopes: ["no-such-api/read"] }))),
				"ScopeDoesNotExistException: Invalid scope requested: no-such-api/read",
			);
		});

		test("a scope that is deleted stays with its clients, inactive, until it is there again", async () => {
			await create("library", { Scopes: [scope("borrow"), scope("return")] });
			const { UserPoolClient } = await allow(["library/borrow", "library/return"]);
			const ClientId = UserPoolClient?.ClientId ?? "";
			const scopesOfClient = async () =>
				(await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient?.AllowedOAuthScopes;
			await change("library", [scope("return")]);
			deepEqual(await scopesOfClient(), ["library/borrow", "library/return"]);
			equal((await active()).has("library/borrow"), false);
			equal((await active()).has("library/return"), true);
			equal(await refusal(allow(["library/borrow"])), "ScopeDoesNotExistException: Invalid scope requested: library/borrow");
			await client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: "library" }));
			equal((await active()).has("library/return"), false);
			await create("library", { Scopes: [scope("borrow")] });
			equal((await active()).has("library/borrow"), true);
			deepEqual(await scopesOfClient(), ["library/borrow", "library/return"]);
		});
	});
}

test("every statement about resource servers", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [findResourceServer, listResourceServerRows]) {
			const plan = await explain(store, each as typeof findResourceServer);
			ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
