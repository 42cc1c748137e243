/** Ways to somebody else's identity, or to a role of somebody else's, that were tried, and what stops each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	DeleteIdentitiesCommand,
	GetCredentialsForIdentityCommand,
	GetOpenIdTokenCommand,
	GetOpenIdTokenForDeveloperIdentityCommand,
	SetIdentityPoolRolesCommand,
	UnlinkIdentityCommand,
} from "@aws-sdk/client-cognito-identity";
import { createClock } from "../../src/adapters/clock.ts";
import { createOutbound } from "../../src/adapters/outbound.ts";
import type { Ports } from "../../src/kernel/ports.ts";
import { directoryOf, trusts } from "../support/access.ts";
import { type Engine, eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient, makeToken, startProvider, strangersKey } from "../support/identity-pools.ts";
import { refusal } from "../support/people.ts";
import { queryClient } from "../support/query-client.ts";

const developer = "login.my.app";
const minute = 60_000;

/** Two providers, each known to IAM and to the pool, and roles for guests and others. */
async function start(engine: Engine = "sqlite", ports: Partial<Ports> = {}) {
	const providers = await Promise.all([startProvider(), startProvider()]);
	const [home, work] = providers;
	const { url } = home;
	const config = { publicProviderUrls: { facebook: url, google: url, amazon: url, apple: url } };
	const operatorOutbound = createOutbound({ mayConnect: () => true });
	const gatehouse = await startGatehouse({ engine, config, ports: { operatorOutbound, ...ports } });
	const client = identityClient(gatehouse);
	const { iam, role } = directoryOf(gatehouse);
	for (const provider of providers) await iam("CreateOpenIDConnectProvider", { Url: provider.url, ClientIDList: ["app"] });
	const arnOf = (name: string) => `arn:aws:iam::000000000000:oidc-provider/${name}`;
	const poolId = await createIdentityPool(client, {
		OpenIdConnectProviderARNs: providers.map(({ name }) => arnOf(name)),
		SupportedLoginProviders: { "graph.facebook.com": "fb" },
		DeveloperProviderName: developer,
	});
	const trust = trusts({ Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithWebIdentity", {
		StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
	});
	const [guest, user, admin] = await Promise.all(["guest", "user", "admin"].map((name) => role(name, [trust])));
	const roles = { unauthenticated: guest ?? "", authenticated: user ?? "" };
	await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: roles }));
	return {
		gatehouse,
		client,
		home,
		work,
		poolId,
		roles,
		admin: admin ?? "",
		arnOf,
		token: (sub: string, more: object = {}, provider = home) => provider.token(gatehouse.clock.now(), { sub, aud: "app", ...more }),
		get: (IdentityId: string, Logins?: Record<string, string>, CustomRoleArn?: string) =>
			client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins, CustomRoleArn })).then((answer) => answer.IdentityId ?? ""),
		open: (IdentityId: string, Logins?: Record<string, string>) =>
			client.send(new GetOpenIdTokenCommand({ IdentityId, Logins })).then((answer) => answer.Token ?? ""),
		vouch: (user: string, more: object = {}) =>
			client.send(new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins: { [developer]: user, ...more } })),
		/** The other half of the basic flow. */
		assume: (WebIdentityToken: string) =>
			queryClient("sts", gatehouse.url)("AssumeRoleWithWebIdentity", { RoleArn: user ?? "", RoleSessionName: "basic", WebIdentityToken }),
		raw: async (operation: string, body: string) => {
			const headers = { "x-amz-target": `AWSCognitoIdentityService.${operation}`, "content-type": "application/x-amz-json-1.1" };
			const answer = await fetch(gatehouse.url, { method: "POST", headers, body });
			return { status: answer.status, text: await answer.text() };
		},
		stop: async () => {
			client.destroy();
			await gatehouse.stop();
			for (const provider of providers) await provider.stop();
		},
	};
}

test("who knows an identity's id, and has a login of its own, gets at nobody else's identity", async () => {
	const { client, home, work, poolId, get, open, vouch, token, stop } = await start();
	try {
		const ada = { [home.name]: token("ada") };
		const eve = { [home.name]: token("eve") };
		const adas = await getId(client, poolId, ada);
		const eves = await getId(client, poolId, eve);
		// With a login that has an identity, with one that has none yet, with none, and with the pool's own token.
		const fresh = { [work.name]: token("eve", {}, work) };
		const own = { "cognito-identity.amazonaws.com": await open(eves, eve) };
		const forbidden = /^NotAuthorizedException: (Logins don't match|Access to Identity)/;
		for (const logins of [eve, fresh, { ...eve, ...fresh }, undefined, own]) {
			assert.match(await refusal(get(adas, logins)), forbidden);
			if (logins !== own) assert.match(await refusal(open(adas, logins)), forbidden);
		}
		assert.match(await refusal(get(eves, { ...own, ...ada })), forbidden);
		const unlink = new UnlinkIdentityCommand({ IdentityId: adas, Logins: eve, LoginsToRemove: [home.name] });
		assert.match(await refusal(client.send(unlink)), forbidden);
		// A developer's user is no login that anybody may name.
		const { IdentityId: bobs = "" } = await vouch("bob");
		assert.match(await refusal(getId(client, poolId, { [developer]: "bob" })), /^InvalidParameterException/);
		assert.match(await refusal(get(bobs, { [developer]: "bob" })), /^InvalidParameterException/);
		assert.match(await refusal(get(bobs, eve)), forbidden);
		// Nothing of it has changed anything.
		assert.equal(await getId(client, poolId, ada), adas);
		assert.equal(await getId(client, poolId, eve), eves);
		assert.equal(await get(adas, ada), adas);
	} finally {
		await stop();
	}
});

eachEngine("of many who claim one guest, or one login, at once, one gets it and the others what is theirs", async (engine) => {
	const { client, home, poolId, get, token, stop } = await start(engine);
	try {
		const guest = await getId(client, poolId);
		const people = ["p", "q", "r", "s", "t"];
		const claims = await Promise.allSettled(people.map((name) => get(guest, { [home.name]: token(name) })));
		const winners = people.filter((_, at) => claims[at]?.status === "fulfilled" && claims[at].value === guest);
		assert.equal(winners.length, 1);
		const ids = await Promise.all(people.map((name) => getId(client, poolId, { [home.name]: token(name) })));
		assert.equal(new Set(ids).size, people.length);
		for (const [at, name] of people.entries()) assert.equal(ids[at] === guest, winners.includes(name));
		// One login that is brought to several guests at once.
		const guests = await Promise.all(people.map(() => getId(client, poolId)));
		const merged = await Promise.allSettled(guests.map((id) => get(id, { [home.name]: token("zoe") })));
		const zoes = await getId(client, poolId, { [home.name]: token("zoe") });
		for (const each of merged) if (each.status === "fulfilled") assert.equal(each.value, zoes);
		assert.equal(await getId(client, poolId, { [home.name]: token("zoe") }), zoes);
	} finally {
		await stop();
	}
});

test("what was unlinked, merged away or upgraded is opened neither by old tokens nor as a guest", async () => {
	const { client, home, poolId, get, open, vouch, token, assume, stop } = await start();
	try {
		const changed = /^InvalidIdentityToken: The identity of the token is gone, or its logins are no longer those that proved it\.$/;
		const ownOf = (Token: string) => ({ "cognito-identity.amazonaws.com": Token });
		const forbidden = /^NotAuthorizedException: (Logins don't match|Access to Identity)/;
		const guest = await getId(client, poolId);
		const guestToken = await open(guest);
		const ada = { [home.name]: token("ada") };
		assert.equal(await get(guest, ada), guest);
		const adaToken = await open(guest, ada);
		assert.match(await refusal(get(guest, ownOf(guestToken))), forbidden);
		assert.match(await refusal(assume(guestToken)), changed);
		assert.equal(await get(guest, ownOf(adaToken)), guest);
		await assume(adaToken);
		await client.send(new UnlinkIdentityCommand({ IdentityId: guest, Logins: ada, LoginsToRemove: [home.name] }));
		for (const logins of [ada, ownOf(adaToken), ownOf(guestToken), undefined]) assert.match(await refusal(get(guest, logins)), forbidden);
		assert.match(await refusal(assume(adaToken)), changed);
		assert.notEqual(await getId(client, poolId, ada), guest);
		// Of who is deleted.
		const carl = await vouch("carl");
		await assume(carl.Token ?? "");
		await client.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: [carl.IdentityId ?? ""] }));
		assert.match(await refusal(assume(carl.Token ?? "")), changed);
		// Of a developer's user, who is merged into the identity of a login.
		const before = await vouch("bob");
		const eve = { [home.name]: token("eve") };
		const eves = await getId(client, poolId, eve);
		const after = await vouch("bob", eve);
		const [kept, gone] = after.IdentityId === eves ? [eves, before.IdentityId ?? ""] : [before.IdentityId ?? "", eves];
		assert.equal(await getId(client, poolId, eve), kept);
		if (gone === before.IdentityId) assert.match(await refusal(get(gone, ownOf(before.Token ?? ""))), forbidden);
		assert.match(await refusal(get(gone)), forbidden);
	} finally {
		await stop();
	}
});

test("a role that nobody was given is not had by asking for it", async () => {
	const { client, home, work, poolId, roles, admin, get, vouch, token, stop } = await start();
	try {
		const guest = await getId(client, poolId);
		const custom = /^NotAuthorizedException: The identity may not have the role/;
		const ada = { [home.name]: token("ada") };
		const adas = await getId(client, poolId, ada);
		for (const [id, logins] of [
			[guest, undefined],
			[adas, ada],
		] as const) {
			for (const arn of [admin, "arn:aws:iam::000000000000:role/*", `${roles.authenticated}/../admin`]) {
				assert.match(await refusal(get(id, logins, arn)), custom);
			}
		}
		assert.match(await refusal(get(guest, undefined, roles.authenticated)), custom);
		const bob = await vouch("bob");
		assert.match(await refusal(get(bob.IdentityId ?? "", { "cognito-identity.amazonaws.com": bob.Token ?? "" }, admin)), custom);
		// Rules of one provider are not met by another's claims, nor by names that every object has, nor by lists in lists.
		const rule = (Claim: string, MatchType: "Equals" | "NotEqual" | "Contains", Value: string) => ({
			Claim,
			MatchType,
			Value,
			RoleARN: admin,
		});
		const rules = [rule("isAdmin", "Equals", "true"), rule("constructor", "NotEqual", "x"), rule("deep", "Contains", "root")];
		const mapping = { Type: "Rules" as const, AmbiguousRoleResolution: "Deny" as const, RulesConfiguration: { Rules: rules } };
		await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: roles, RoleMappings: { [home.name]: mapping } }));
		const denied = "NotAuthorizedException: The identity pool's role mapping gives the identity no role.";
		const loud = token("ada", { isAdmin: true }, work);
		assert.equal(await refusal(get(adas, { ...ada, [work.name]: loud })), denied);
		assert.match(await refusal(get(adas, { ...ada, [work.name]: loud }, admin)), custom);
		let deep: unknown = "root";
		for (let i = 0; i < 4000; i++) deep = [deep];
		assert.equal(await refusal(get(adas, { [home.name]: token("ada", { deep, isAdmin: [["true"]] }) })), denied);
		await get(adas, { [home.name]: token("ada", { isAdmin: true }) }, admin);
	} finally {
		await stop();
	}
});

test("keys that a provider no longer vouches for are not believed for ever while it can't be asked", async () => {
	let passed = 0;
	const clock = createClock();
	const { client, home, poolId, token, stop } = await start("sqlite", { clock: { ...clock, monotonic: () => clock.monotonic() + passed } });
	try {
		const login = () => getId(client, poolId, { [home.name]: token("ada") });
		const adas = await login();
		home.isDown = true;
		passed += 9 * minute;
		// Somebody's made-up key has it asked, and it does not answer.
		const made = makeToken(strangersKey(), { kid: "made up" }, { iss: home.url, sub: "ada", aud: "app", exp: 9e9 });
		assert.match(await refusal(getId(client, poolId, { [home.name]: made })), /Couldn't verify signed token/);
		assert.equal(await login(), adas);
		passed += 2 * minute;
		assert.match(await refusal(login()), /^ExternalServiceException/);
		passed += 5 * minute;
		assert.match(await refusal(login()), /^ExternalServiceException/);
		home.isDown = false;
		passed += minute;
		assert.equal(await login(), adas);
	} finally {
		await stop();
	}
});

eachEngine("odd requests of anybody are refused, and none is an error of the server's", async (engine) => {
	const { client, home, poolId, arnOf, raw, token, stop } = await start(engine);
	try {
		const id = await getId(client, poolId);
		const logins = [
			`{"graph.facebook.com":"\\ud800"}`,
			`{"graph.facebook.com":"&access_token=x#"}`,
			`{"__proto__":"x"}`,
			`{"constructor":"x","toString":"y"}`,
			`{"${home.name}":"a.b.c","${home.name}/":"a.b.c"}`,
			`{"${arnOf(home.name)}":"${token("a\u0000b").slice(0, -4)}AAAA"}`,
			`{"www.amazon.com":"x","api.twitter.com":"y","www.digits.com":"z"}`,
			`{"cognito-identity.amazonaws.com":"x.y.z"}`,
			`{"cognito-idp.us-east-1.amazonaws.com/us-east-1_aaaaaaaaa":"x.y.z"}`,
			`{"${"_a".repeat(60)}":"x"}`,
			`{${Array.from({ length: 11 }, (_, i) => `"p${i}":"x"`).join(",")}}`,
			"[]",
			"7",
			'{"a":{}}',
		];
		for (const each of logins) {
			const bodies: [string, string][] = [
				["GetId", `{"IdentityPoolId":"${poolId}","Logins":${each}}`],
				["GetOpenIdToken", `{"IdentityId":"${id}","Logins":${each}}`],
				["GetCredentialsForIdentity", `{"IdentityId":"${id}","Logins":${each}}`],
				["UnlinkIdentity", `{"IdentityId":"${id}","Logins":${each},"LoginsToRemove":["__proto__","\\u0000"]}`],
			];
			for (const [operation, body] of bodies) {
				const { status, text } = await raw(operation, body);
				assert.ok(status >= 400 && status < 500, `${operation} ${body}: ${status} ${text}`);
			}
		}
		for (const bad of ["us-east-1:\\u0000", "__proto__:0", `${poolId}'--`, "us-east-1:%2e%2e", "constructor"]) {
			for (const [operation, member] of [
				["GetId", "IdentityPoolId"],
				["GetCredentialsForIdentity", "IdentityId"],
			] as const) {
				const { status, text } = await raw(operation, `{"${member}":"${bad}"}`);
				assert.equal(status, 400, text);
			}
		}
		// What a provider itself says of a user may be odd too.
		for (const sub of ["a\u0000b", "\ud800", "__proto__", "a:b:c", "ü".repeat(1000)]) {
			const Logins = { [home.name]: token(sub) };
			const own = await getId(client, poolId, Logins);
			assert.equal(await getId(client, poolId, Logins), own);
			const opened = await raw("GetCredentialsForIdentity", JSON.stringify({ IdentityId: own, Logins }));
			assert.ok(opened.status < 500, `${sub}: ${opened.text}`);
		}
		// The developer's provider can't be called as another one is, whose logins would be its own.
		const twice = createIdentityPool(client, { DeveloperProviderName: "idp.example", OpenIdConnectProviderARNs: [arnOf("idp.example")] });
		assert.match(await refusal(twice), /^InvalidParameterException: idp\.example cannot be the name of a developer provider/);
	} finally {
		await stop();
	}
});
