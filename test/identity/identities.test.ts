import assert from "node:assert/strict";
import { test } from "node:test";
import {
	type CognitoIdentityClient,
	DeleteIdentitiesCommand,
	DeleteIdentityPoolCommand,
	DescribeIdentityCommand,
	GetOpenIdTokenCommand,
	GetOpenIdTokenForDeveloperIdentityCommand,
	type GetOpenIdTokenForDeveloperIdentityCommandInput,
	ListIdentitiesCommand,
	LookupDeveloperIdentityCommand,
	type LookupDeveloperIdentityCommandInput,
	MergeDeveloperIdentitiesCommand,
	UnlinkDeveloperIdentityCommand,
	UnlinkIdentityCommand,
	UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity";
import { findIdentityRow, findLoginOwner, listEnabledIdentityRows, listIdentityRows } from "../../src/domain/identity-pools/identities.ts";
import {
	findIdentityPoolRow,
	findIdentityPoolVersion,
	findLastIdentityPoolAllowed,
	listIdentityPoolRows,
} from "../../src/domain/identity-pools/pools.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { type Engine, eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { claimsOf, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";

const loginsDontMatch =
	"NotAuthorizedException: Logins don't match. Please include at least one valid login for this identity or identity pool.";
const forbidden = (id: string) => `NotAuthorizedException: Access to Identity '${id}' is forbidden.`;
const developer = "login.example.app";

/** Two user pools with a user of the same name each, and an identity pool that takes logins of both, guests and developers' users. */
async function start(engine: Engine) {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	const places = [await createPlace(gatehouse), await createPlace(gatehouse)] as const;
	const nameOf = ({ UserPoolId }: Place) => `cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
	const poolId = await createIdentityPool(client, {
		DeveloperProviderName: developer,
		CognitoIdentityProviders: places.map((place) => ({ ProviderName: nameOf(place), ClientId: place.ClientId })),
	});
	const login = async (place: Place, username: string) => {
		await createUser(place, username);
		return { [nameOf(place)]: (await signIn(place, username)).IdToken };
	};
	const [one, two] = places;
	return {
		gatehouse,
		client,
		poolId,
		names: [nameOf(one), nameOf(two)] as const,
		atOne: (username: string) => login(one, username),
		atTwo: (username: string) => login(two, username),
		describe: async (IdentityId: string) => client.send(new DescribeIdentityCommand({ IdentityId })),
		tokenOf: (IdentityId: string, Logins?: Record<string, string>) =>
			client.send(new GetOpenIdTokenCommand({ IdentityId, ...(Logins && { Logins }) })),
		forDeveloper: (user: string, more: Partial<GetOpenIdTokenForDeveloperIdentityCommandInput> = {}, logins: Record<string, string> = {}) =>
			client.send(
				new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins: { [developer]: user, ...logins }, ...more }),
			),
		listed: async (HideDisabled = false) =>
			((await client.send(new ListIdentitiesCommand({ IdentityPoolId: poolId, MaxResults: 60, HideDisabled }))).Identities ?? []).map(
				({ IdentityId }) => IdentityId,
			),
		unlink: (IdentityId: string, Logins: Record<string, string>, LoginsToRemove: string[]) =>
			client.send(new UnlinkIdentityCommand({ IdentityId, Logins, LoginsToRemove })),
	};
}

eachEngine("each guest is an identity of its own, known by nothing but its id", async (engine) => {
	const { gatehouse, client, poolId, describe, tokenOf, listed } = await start(engine);
	try {
		const [guest, other] = [await getId(client, poolId), await getId(client, poolId)];
		assert.notEqual(guest, other);
		assert.match(guest, /^us-east-1:[0-9a-f-]{36}$/);
		const description = await describe(guest);
		assert.deepEqual([description.IdentityId, description.Logins], [guest, []]);
		assert.ok(Math.abs((description.CreationDate?.getTime() ?? 0) - gatehouse.clock.now()) < 10_000);
		const { Token, IdentityId } = await tokenOf(guest);
		assert.equal(IdentityId, guest);
		const { amr, sub, aud } = claimsOf(Token ?? "");
		assert.deepEqual({ amr, sub, aud }, { amr: ["unauthenticated"], sub: guest, aud: poolId });
		assert.deepEqual(new Set(await listed()), new Set([guest, other]));
		// Guests are let in no more: those that are there neither.
		await client.send(
			new UpdateIdentityPoolCommand({
				IdentityPoolId: poolId,
				IdentityPoolName: "x",
				AllowUnauthenticatedIdentities: false,
				AllowClassicFlow: true,
			}),
		);
		const unsupported = "NotAuthorizedException: Unauthenticated access is not supported for this identity pool.";
		assert.equal(await refusal(getId(client, poolId)), unsupported);
		assert.equal(await refusal(tokenOf(guest)), unsupported);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("one login is one identity, however many ask for it at once", async (engine) => {
	const { gatehouse, client, poolId, atOne, describe, forDeveloper, names, listed } = await start(engine);
	try {
		const ada = await atOne("ada");
		// With their connections open already, so that all of them look before one has written.
		const atOnce = <R>(work: () => Promise<R>) => Promise.all(Array.from({ length: 20 }, work));
		await atOnce(() => listed());
		const ids = await atOnce(() => getId(client, poolId, ada));
		assert.equal(new Set(ids).size, 1);
		assert.equal((await listed()).length, 1);
		assert.deepEqual((await describe(ids[0] ?? "")).Logins, [names[0]]);
		assert.notEqual(await getId(client, poolId, await atOne("bob")), ids[0]);
		for (const user of ["carol", "dora", "eve"]) {
			const identities = await atOnce(() => forDeveloper(user));
			assert.equal(new Set(identities.map(({ IdentityId }) => IdentityId)).size, 1, user);
		}
		// In another identity pool the same user is somebody else.
		const elsewhere = await createIdentityPool(client, {
			CognitoIdentityProviders: [{ ProviderName: names[0], ClientId: claimsOf(Object.values(ada)[0] ?? "")["aud"] as string }],
		});
		assert.notEqual(await getId(client, elsewhere, ada), ids[0]);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("a guest who signs in keeps the identity, and one who has one already gets that back", async (engine) => {
	const { gatehouse, client, poolId, atOne, tokenOf, describe, names, listed } = await start(engine);
	try {
		const ada = await atOne("ada");
		const guest = await getId(client, poolId);
		assert.equal((await tokenOf(guest, ada)).IdentityId, guest);
		assert.deepEqual((await describe(guest)).Logins, [names[0]]);
		assert.equal(await getId(client, poolId, ada), guest);
		assert.equal(await refusal(tokenOf(guest)), forbidden(guest));

		// On another device: the guest of there is merged into the identity that ada has.
		const second = await getId(client, poolId);
		assert.equal((await tokenOf(second, ada)).IdentityId, guest);
		assert.equal(await refusal(tokenOf(second)), forbidden(second));
		assert.equal((await tokenOf(second, ada)).IdentityId, guest);
		assert.deepEqual(new Set(await listed()), new Set([guest, second]));
		assert.deepEqual(await listed(true), [guest]);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("nobody reaches another's identity by its id", async (engine) => {
	const { gatehouse, client, poolId, atOne, atTwo, tokenOf, unlink, describe, names } = await start(engine);
	try {
		const [ada, eve, evesOther] = [await atOne("ada"), await atOne("eve"), await atTwo("eve")];
		const adas = await getId(client, poolId, ada);
		assert.equal(await refusal(tokenOf(adas)), forbidden(adas));
		// A login that is nobody's, one of an identity of its own, and one of another provider.
		assert.equal(await refusal(tokenOf(adas, eve)), loginsDontMatch);
		await getId(client, poolId, eve);
		assert.equal(await refusal(tokenOf(adas, eve)), loginsDontMatch);
		assert.equal(await refusal(tokenOf(adas, evesOther)), loginsDontMatch);
		assert.equal(await refusal(unlink(adas, eve, [names[0]])), loginsDontMatch);
		assert.deepEqual((await describe(adas)).Logins, [names[0]]);
		// What is in another pool is not there.
		const elsewhere = await createIdentityPool(client);
		const guest = await getId(client, elsewhere);
		assert.match(await refusal(tokenOf(guest, ada)), /^NotAuthorizedException: Logins don't match/);
		const unknown = "us-east-1:00000000-0000-4000-8000-000000000000";
		assert.equal(await refusal(tokenOf(unknown)), `ResourceNotFoundException: Identity '${unknown}' not found.`);
		const odd = "us-east-1:ffffffffffffffffffffffffffffffffffffffffffff";
		assert.equal(await refusal(tokenOf(odd)), `ResourceNotFoundException: Identity '${odd}' not found.`);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("logins that come together are linked, or their identities merged; of one provider there is one login", async (engine) => {
	const { gatehouse, client, poolId, atOne, atTwo, tokenOf, describe, names, listed } = await start(engine);
	try {
		const [ada, adasOther, bob, bobsOther] = [await atOne("ada"), await atTwo("ada"), await atOne("bob"), await atTwo("bob")];
		const adas = await getId(client, poolId, ada);
		assert.equal((await tokenOf(adas, { ...ada, ...adasOther })).IdentityId, adas);
		assert.deepEqual(new Set((await describe(adas)).Logins), new Set(names));
		assert.equal(await getId(client, poolId, adasOther), adas);
		// Bob's at the one provider can't be linked to an identity that has ada's there.
		const conflict = /^ResourceConflictException/;
		assert.match(await refusal(tokenOf(adas, { ...bob, ...adasOther })), conflict);

		const bobs = await getId(client, poolId, bob);
		gatehouse.clock.advance(10);
		const bobsSecond = await getId(client, poolId, bobsOther);
		assert.match(await refusal(getId(client, poolId, { ...bob, ...adasOther })), conflict);
		// Both proved: the older one has both logins then, wherever they come from.
		const merged = await Promise.all([tokenOf(bobs, { ...bob, ...bobsOther }), getId(client, poolId, { ...bobsOther, ...bob })]);
		assert.deepEqual([merged[0].IdentityId, merged[1]], [bobs, bobs]);
		assert.equal(await getId(client, poolId, bobsOther), bobs);
		assert.deepEqual((await describe(bobsSecond)).Logins, []);
		assert.deepEqual(new Set(await listed(true)), new Set([adas, bobs]));
		assert.equal((await tokenOf(bobsSecond, bobsOther)).IdentityId, bobs);
		assert.equal(await refusal(tokenOf(bobsSecond, ada)), loginsDontMatch);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("whoever links and merges the same identities at once comes to the same end, and nobody is refused", async (engine) => {
	const { gatehouse, client, poolId, atOne, atTwo, tokenOf, listed } = await start(engine);
	try {
		const [one, two] = [await atOne("ada"), await atTwo("ada")];
		const atOnce = <R>(work: () => Promise<R>) => Promise.all(Array.from({ length: 12 }, work));
		await atOnce(() => listed());
		for (let round = 0; round < 3; round++) {
			const older = await getId(client, poolId, one);
			gatehouse.clock.advance(10);
			const ids = [older, await getId(client, poolId, two)];
			const merged = await atOnce(() => getId(client, poolId, { ...one, ...two }));
			assert.deepEqual(new Set(merged), new Set([older]));
			await client.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: ids }));
			// A guest who signs in, in an application that asks several times at once.
			const guest = await getId(client, poolId);
			const signedIn = await atOnce(() => tokenOf(guest, one));
			assert.deepEqual(new Set(signedIn.map(({ IdentityId }) => IdentityId)), new Set([guest]));
			await client.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: [guest] }));
		}
	} finally {
		await gatehouse.stop();
	}
});

eachEngine(
	"an unlinked login is refused where it was linked and makes a new identity; without its last one nobody reaches an identity",
	async (engine) => {
		const { gatehouse, client, poolId, atOne, atTwo, tokenOf, unlink, describe, names, listed } = await start(engine);
		try {
			const [ada, adasOther] = [await atOne("ada"), await atTwo("ada")];
			const adas = await getId(client, poolId, { ...ada, ...adasOther });
			await unlink(adas, adasOther, [names[0]]);
			assert.deepEqual((await describe(adas)).Logins, [names[1]]);
			assert.equal(await refusal(tokenOf(adas, ada)), loginsDontMatch);
			assert.equal(await refusal(unlink(adas, ada, [names[1]])), loginsDontMatch);
			assert.match(await refusal(unlink(adas, adasOther, [names[0]])), /^ResourceNotFoundException/);
			assert.match(await refusal(unlink(adas, {}, [names[1]])), /^InvalidParameterException/);
			assert.match(await refusal(unlink(adas, adasOther, [developer])), /^InvalidParameterException/);
			const fresh = await getId(client, poolId, ada);
			assert.notEqual(fresh, adas);

			// Two at once: one takes the last login, and the other finds that it is gone.
			const raced = await Promise.all([refusal(unlink(adas, adasOther, [names[1]])), refusal(unlink(adas, adasOther, [names[1]]))]);
			assert.deepEqual(raced.sort(), [loginsDontMatch, "not refused"]);
			assert.equal(await refusal(tokenOf(adas)), forbidden(adas));
			assert.equal(await refusal(tokenOf(adas, adasOther)), forbidden(adas));
			assert.deepEqual(await listed(true), [fresh]);
		} finally {
			await gatehouse.stop();
		}
	},
);

eachEngine("identities are deleted, with all that leads to them, and those of a deleted pool with it", async (engine) => {
	const { gatehouse, client, poolId, atOne, tokenOf, describe } = await start(engine);
	try {
		const ada = await atOne("ada");
		const [adas, guest] = [await getId(client, poolId, ada), await getId(client, poolId)];
		const unknown = "us-east-1:00000000-0000-4000-8000-000000000000";
		const { UnprocessedIdentityIds } = await client.send(
			new DeleteIdentitiesCommand({ IdentityIdsToDelete: [adas, guest, unknown, guest] }),
		);
		assert.deepEqual(UnprocessedIdentityIds, []);
		for (const id of [adas, guest]) assert.equal(await refusal(describe(id)), `ResourceNotFoundException: Identity '${id}' not found.`);
		assert.equal(await refusal(tokenOf(adas, ada)), `ResourceNotFoundException: Identity '${adas}' not found.`);
		const again = await getId(client, poolId, ada);
		assert.notEqual(again, adas);

		await client.send(new DeleteIdentityPoolCommand({ IdentityPoolId: poolId }));
		assert.equal(await refusal(tokenOf(again, ada)), `ResourceNotFoundException: Identity '${again}' not found.`);
		const sweep = createSweep(gatehouse.store, gatehouse.clock);
		while ((await sweep.step(gatehouse.clock.now() + 120_000)).more);
		for (const table of ["identities", "identity_logins", "deleted_pools"] as const) {
			assert.deepEqual(await gatehouse.store.db.selectFrom(table).selectAll().execute(), [], table);
		}
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("a developer's backend registers, links, looks up, merges and unlinks its own users", async (engine) => {
	const { gatehouse, client, poolId, atOne, atTwo, forDeveloper, tokenOf, describe, names } = await start(engine);
	const look = (input: Omit<LookupDeveloperIdentityCommandInput, "IdentityPoolId">) =>
		client.send(new LookupDeveloperIdentityCommand({ IdentityPoolId: poolId, ...input }));
	try {
		const registered = await Promise.all(Array.from({ length: 5 }, () => forDeveloper("ada")));
		const ids = new Set(registered.map(({ IdentityId }) => IdentityId));
		assert.equal(ids.size, 1);
		const [adas = ""] = ids as Set<string>;
		const { sub, aud, amr, exp, iat } = claimsOf(registered[0]?.Token ?? "") as Record<string, number>;
		assert.deepEqual({ sub, aud, amr }, { sub: adas, aud: poolId, amr: ["authenticated", developer, `${developer}:${poolId}:ada`] });
		assert.equal((exp ?? 0) - (iat ?? 0), 900);
		const long = claimsOf((await forDeveloper("ada", { TokenDuration: 86_400, PrincipalTags: { team: "red" } })).Token ?? "");
		assert.equal((long["exp"] as number) - (long["iat"] as number), 86_400);
		assert.deepEqual(long["https://aws.amazon.com/tags"], { principal_tags: { team: ["red"] } });
		assert.match(await refusal(forDeveloper("ada", { PrincipalTags: { "aws:x": "y" } })), /^InvalidParameterException/);
		assert.match(await refusal(forDeveloper("ada", { TokenDuration: 86_401 })), /^ValidationException/);

		// The backend's word is what its name stands for: no client can say the same unsigned.
		assert.match(
			await refusal(getId(client, poolId, { [developer]: "ada" })),
			/^InvalidParameterException: Please provide a valid public provider/,
		);
		assert.match(await refusal(tokenOf(adas, { [developer]: "ada" })), /^InvalidParameterException/);
		assert.match(await refusal(forDeveloper("", {}, {})), /^ValidationException/);
		const noDeveloper = new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins: await atTwo("x") });
		assert.match(await refusal(client.send(noDeveloper)), /^InvalidParameterException/);
		assert.match(await refusal(forDeveloper("ada", {}, { "cognito-identity.amazonaws.com": "x" })), /^NotAuthorizedException/);

		// Linked with a public login, it is opened by that too.
		const pub = await atOne("ada");
		assert.equal((await forDeveloper("ada", {}, pub)).IdentityId, adas);
		assert.equal(await getId(client, poolId, pub), adas);
		assert.deepEqual(new Set((await describe(adas)).Logins), new Set([developer, names[0]]));
		// A second user identifier, to an identity that is named: the backend needs no proof for it.
		assert.equal((await forDeveloper("ada2", { IdentityId: adas })).IdentityId, adas);
		const bobs = (await forDeveloper("bob")).IdentityId ?? "";
		assert.match(await refusal(forDeveloper("bob", { IdentityId: adas })), /^DeveloperUserAlreadyRegisteredException/);
		const guest = await getId(client, poolId);
		assert.equal((await forDeveloper("carol", { IdentityId: guest })).IdentityId, guest);
		const elsewhere = await getId(client, await createIdentityPool(client));
		assert.match(await refusal(forDeveloper("dora", { IdentityId: elsewhere })), /^ResourceNotFoundException/);

		assert.equal((await look({ DeveloperUserIdentifier: "ada2" })).IdentityId, adas);
		const page = await look({ IdentityId: adas, MaxResults: 1 });
		const rest = await look({ IdentityId: adas, MaxResults: 1, NextToken: page.NextToken });
		assert.deepEqual([...(page.DeveloperUserIdentifierList ?? []), ...(rest.DeveloperUserIdentifierList ?? [])], ["ada", "ada2"]);
		assert.equal(rest.NextToken, undefined);
		assert.equal((await look({ IdentityId: adas, DeveloperUserIdentifier: "ada" })).IdentityId, adas);
		assert.match(await refusal(look({ IdentityId: bobs, DeveloperUserIdentifier: "ada" })), /^ResourceConflictException/);
		assert.match(await refusal(look({ DeveloperUserIdentifier: "nobody" })), /^ResourceNotFoundException/);
		assert.match(await refusal(look({})), /^InvalidParameterException/);

		const merge = (SourceUserIdentifier: string, DestinationUserIdentifier: string) =>
			client.send(
				new MergeDeveloperIdentitiesCommand({
					IdentityPoolId: poolId,
					DeveloperProviderName: developer,
					SourceUserIdentifier,
					DestinationUserIdentifier,
				}),
			);
		assert.equal((await merge("bob", "ada")).IdentityId, adas);
		assert.equal((await forDeveloper("bob")).IdentityId, adas);
		assert.equal((await merge("bob", "ada")).IdentityId, adas);
		assert.match(await refusal(merge("nobody", "ada")), /^ResourceNotFoundException/);
		await forDeveloper("eve", {}, await atOne("eve"));
		assert.match(await refusal(merge("eve", "ada")), /^ResourceConflictException/);

		const unlink = (DeveloperUserIdentifier: string, IdentityId = adas) =>
			client.send(
				new UnlinkDeveloperIdentityCommand({
					IdentityPoolId: poolId,
					DeveloperProviderName: developer,
					DeveloperUserIdentifier,
					IdentityId,
				}),
			);
		await unlink("bob");
		assert.notEqual((await forDeveloper("bob")).IdentityId, adas);
		assert.match(await refusal(unlink("bob")), /^ResourceNotFoundException/);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("an identity has at most 20 logins, also where many are linked at once", async (engine) => {
	const { gatehouse, client, poolId, forDeveloper } = await start(engine);
	try {
		const { IdentityId = "" } = await forDeveloper("user 0");
		const linked: string[] = [];
		for (let i = 1; i < 18; i++) linked.push(await refusal(forDeveloper(`user ${i}`, { IdentityId })));
		linked.push(...(await Promise.all(Array.from({ length: 4 }, (_, i) => refusal(forDeveloper(`late ${i}`, { IdentityId }))))));
		assert.equal(linked.filter((outcome) => outcome === "not refused").length, 19);
		const refused = linked.filter((outcome) => outcome !== "not refused");
		assert.deepEqual(
			refused.map((outcome) => outcome.split(":")[0]),
			["ResourceConflictException", "ResourceConflictException"],
		);
		await countLogins(client, poolId, IdentityId, 20);
	} finally {
		await gatehouse.stop();
	}
});

test("every statement about identity pools and identities", (t) =>
	eachStore(t, "is an index search", async (store) => {
		const pools = [findIdentityPoolRow, findIdentityPoolVersion, listIdentityPoolRows, findLastIdentityPoolAllowed];
		const identities = [findIdentityRow, findLoginOwner, listIdentityRows, listEnabledIdentityRows];
		for (const each of [...pools, ...identities]) {
			const plan = await explain(store, each as typeof findIdentityRow);
			assert.ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));

async function countLogins(client: CognitoIdentityClient, IdentityPoolId: string, IdentityId: string, expected: number): Promise<void> {
	const { DeveloperUserIdentifierList } = await client.send(new LookupDeveloperIdentityCommand({ IdentityPoolId, IdentityId }));
	assert.equal(DeveloperUserIdentifierList?.length, expected);
}
