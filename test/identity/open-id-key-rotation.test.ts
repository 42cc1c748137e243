/** Another key for the OpenID tokens of identity pools: who believes which tokens when. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { GetOpenIdTokenForDeveloperIdentityCommand } from "@aws-sdk/client-cognito-identity";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { keptMilliseconds, publishedMilliseconds } from "../../src/domain/key-succession.ts";
import { rotateOpenIdKey } from "../../src/domain/rotate-signing-keys.ts";
import { allow, directoryOf, refused, trusts } from "../support/access.ts";
import { type Engine, engines } from "../support/gatehouse.ts";
import { createIdentityPool, identityClient } from "../support/identity-pools.ts";
import { headerOf } from "../support/people.ts";
import { queryClient } from "../support/query-client.ts";
import { type Aging, keysAt, rotationOf, startAging, sweepAll } from "../support/signing-rotation.ts";

const minute = 60_000;

/** A server with a developer identity, and a role for it. */
async function startPlace(t: TestContext, engine: Engine) {
	const aging: Aging = await startAging(engine);
	const { gatehouse } = aging;
	const client = identityClient(gatehouse);
	t.after(async () => {
		client.destroy();
		await gatehouse.stop();
	});
	const IdentityPoolId = await createIdentityPool(client, { DeveloperProviderName: "login.example.app" });
	const Logins = { "login.example.app": "ada" };
	const TokenDuration = 86_400;
	const RoleArn = await directoryOf(gatehouse).role(
		"users",
		[
			trusts({ Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithWebIdentity", {
				StringEquals: { "cognito-identity.amazonaws.com:aud": IdentityPoolId },
			}),
		],
		[allow("s3:GetObject")],
	);
	const sts = queryClient("sts", gatehouse.url, undefined, () => gatehouse.clock.now());
	return {
		...aging,
		/** An OpenID token that lives as long as any. */
		token: async () =>
			(await client.send(new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId, Logins, TokenDuration }))).Token ?? "",
		/** What STS makes of it. */
		assume: (WebIdentityToken: string) => sts("AssumeRoleWithWebIdentity", { RoleArn, RoleSessionName: "ada", WebIdentityToken }),
		keys: () => keysAt(gatehouse, "/identity/.well-known/jwks_uri"),
		kids: async () => (await keysAt(gatehouse, "/identity/.well-known/jwks_uri")).map(({ kid }) => kid),
	};
}

const kidOf = (token: string) => headerOf(token)["kid"];

for (const engine of engines) {
	test(`A new key for OpenID tokens is published, then signs, and the one before stays until its last token has expired (${engine})`, async (t) => {
		const place = await startPlace(t, engine);
		const { gatehouse, age, token, assume, kids } = place;
		assert.deepEqual(await rotateOpenIdKey(rotationOf(gatehouse)), { done: "nothing" });
		const atFirst = await token();
		const [old] = await kids();
		const [one, other] = [await rotateOpenIdKey(rotationOf(gatehouse)), await rotateOpenIdKey(rotationOf(gatehouse))];
		assert.ok(one.done === "published" && other.done === "waiting");
		assert.equal(other.signsFrom, one.signsFrom);
		age();
		const published = await kids();
		assert.deepEqual([published.length, published[0]], [2, old]);
		assert.equal(kidOf(await token()), old);

		gatehouse.clock.advance(publishedMilliseconds - minute);
		age();
		const last = await token();
		assert.equal(kidOf(last), old);
		gatehouse.clock.advance(2 * minute);
		age();
		const next = await token();
		assert.equal(kidOf(next), published[1]);
		const set = createLocalJWKSet({ keys: await place.keys() } as unknown as JSONWebKeySet);
		for (const each of [atFirst, last, next]) {
			assert.ok((await assume(each)).Credentials);
			await jwtVerify(each, set, { currentDate: new Date(gatehouse.clock.now()) });
		}

		gatehouse.clock.advance(24 * 60 * minute - 3 * minute);
		age();
		assert.ok((await assume(last)).Credentials);
		gatehouse.clock.advance(keptMilliseconds - 24 * 60 * minute + 3 * minute);
		age();
		assert.deepEqual(await kids(), published.slice(1));
		assert.equal((await refused(assume(last)))[0], "InvalidIdentityToken");
		await sweepAll(gatehouse);
		const rows = await gatehouse.store.db.selectFrom("identity_token_keys").select(["number", "kid"]).execute();
		assert.deepEqual(rows, [{ number: 2, kid: published[1] }]);
		age();
		assert.equal(kidOf(await token()), published[1]);
	});

	test(`At once, OpenID tokens from before are believed no more (${engine})`, async (t) => {
		const place = await startPlace(t, engine);
		const { gatehouse, age, token, assume, kids } = place;
		const before = await token();
		assert.ok((await assume(before)).Credentials);
		await rotateOpenIdKey(rotationOf(gatehouse));
		assert.deepEqual(await rotateOpenIdKey(rotationOf(gatehouse, true)), { done: "replaced" });
		age();
		const after = await token();
		assert.deepEqual(await kids(), [kidOf(after)]);
		assert.equal((await refused(assume(before)))[0], "InvalidIdentityToken");
		assert.ok((await assume(after)).Credentials);
	});
}

test("Of runs at the same time one makes a key for OpenID tokens", async (t) => {
	const place = await startPlace(t, "postgres");
	await place.token();
	const made = await Promise.all(Array.from({ length: 4 }, () => rotateOpenIdKey(rotationOf(place.gatehouse))));
	assert.deepEqual(made.map(({ done }) => done).sort(), ["published", "waiting", "waiting", "waiting"]);
	place.age();
	assert.equal((await place.kids()).length, 2);
	const replaced = await Promise.all(Array.from({ length: 4 }, () => rotateOpenIdKey(rotationOf(place.gatehouse, true))));
	assert.deepEqual(
		replaced.map(({ done }) => done),
		Array.from({ length: 4 }, () => "replaced"),
	);
	place.age();
	assert.equal((await place.kids()).length, 1);
});
