/** Other signing keys for a user pool: who believes which tokens when, on both engines, several nodes, and over moves. */
import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import { test } from "node:test";
import { SetIdentityPoolRolesCommand } from "@aws-sdk/client-cognito-identity";
import { GetUserCommand, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { keptMilliseconds, publishedMilliseconds } from "../../src/domain/key-succession.ts";
import { type Rotation, rotatePoolKeys } from "../../src/domain/rotate-signing-keys.ts";
import { engines } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient, makeToken } from "../support/identity-pools.ts";
import { nextKeyPair } from "../support/made-once.ts";
import { claimsOf, createPlace, createUser, headerOf, type Place, refusal, signIn, type Tokens } from "../support/people.ts";
import { keysAt, kidsOf, rotationOf, startAging, sweepAll } from "../support/signing-rotation.ts";

const minute = 60_000;
/** Of tests whose tokens live as long as any. */
const dayLong = { AccessTokenValidity: 24, IdTokenValidity: 24 };
const unsigned = "NotAuthorizedException: Could not verify signature for Access Token";

const kidOf = (token: string) => headerOf(token)["kid"] as string;
const kidsOfTokens = ({ IdToken, AccessToken }: Tokens) => [kidOf(IdToken), kidOf(AccessToken)];
const getUser = ({ gatehouse }: Pick<Place, "gatehouse">, AccessToken: string) =>
	gatehouse.client.send(new GetUserCommand({ AccessToken }));

/** Verifies as an application does, by what is published at this moment. */
async function verifyOutside({ gatehouse, UserPoolId }: Place, token: string): Promise<void> {
	const keys = await keysAt(gatehouse, `/${UserPoolId}/.well-known/jwks.json`);
	const set = createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
	await jwtVerify(token, set, { issuer: claimsOf(token)["iss"] as string, currentDate: new Date(gatehouse.clock.now()) });
}

/** The private key of a published one: those of tests are a few, in turns. */
async function privateKeyOf({ gatehouse, UserPoolId }: Place, kid: string): Promise<KeyObject> {
	const published = (await keysAt(gatehouse, `/${UserPoolId}/.well-known/jwks.json`)).find((key) => key.kid === kid);
	for (let turns = 0; turns < 8; turns++) {
		const { privateKey, publicKey } = nextKeyPair();
		if (publicKey.export({ format: "jwk" }).n === published?.n) return privateKey;
	}
	throw new Error("the key is none of the tests'");
}

for (const engine of engines) {
	test(`New keys are published, then sign, and those before stay until their last token has expired (${engine})`, async (t) => {
		const { gatehouse, age } = await startAging(engine);
		t.after(() => gatehouse.stop());
		const { clock } = gatehouse;
		const place = await createPlace(gatehouse, {}, dayLong);
		const { UserPoolId } = place;
		await createUser(place, "ada");
		const provider = `cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
		const identities = identityClient(gatehouse);
		t.after(() => identities.destroy());
		const identityPool = await createIdentityPool(identities, {
			CognitoIdentityProviders: [{ ProviderName: provider, ClientId: place.ClientId }],
		});
		await identities.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: identityPool, Roles: {} }));
		const believed = async ({ IdToken, AccessToken }: Tokens) => {
			assert.equal((await getUser(place, AccessToken)).Username, "ada");
			await Promise.all([verifyOutside(place, IdToken), verifyOutside(place, AccessToken)]);
			assert.ok(await getId(identities, identityPool, { [provider]: IdToken }));
		};

		const atFirst = await signIn(place, "ada");
		const old = await kidsOf(gatehouse, UserPoolId);
		assert.deepEqual(kidsOfTokens(atFirst).sort(), [...old].sort());
		const oldPrivateKey = await privateKeyOf(place, kidOf(atFirst.AccessToken));
		const forged = () =>
			makeToken(oldPrivateKey, { kid: kidOf(atFirst.AccessToken) }, { ...claimsOf(atFirst.AccessToken), exp: 4_000_000_000 });

		const before = clock.now();
		const made = await rotatePoolKeys(rotationOf(gatehouse), UserPoolId);
		assert.ok(made.done === "published");
		assert.ok(made.signsFrom >= before + publishedMilliseconds && made.signsFrom <= clock.now() + publishedMilliseconds);
		assert.equal(made.previousUntil, made.signsFrom + keptMilliseconds);
		assert.deepEqual(await rotatePoolKeys(rotationOf(gatehouse), UserPoolId), { done: "waiting", signsFrom: made.signsFrom });
		age();
		const published = await kidsOf(gatehouse, UserPoolId);
		assert.equal(published.length, 4);
		assert.deepEqual(published.slice(0, 2), old);
		assert.deepEqual(kidsOfTokens(await signIn(place, "ada")), kidsOfTokens(atFirst));

		// A verifier may still have the document from before.
		clock.advance(publishedMilliseconds - minute);
		age();
		const last = await signIn(place, "ada");
		assert.deepEqual(kidsOfTokens(last), kidsOfTokens(atFirst));
		await believed(atFirst);
		clock.advance(2 * minute);
		age();
		const next = await signIn(place, "ada");
		assert.deepEqual(kidsOfTokens(next).sort(), published.slice(2).sort());
		await Promise.all([believed(last), believed(next)]);
		const refreshed = await gatehouse.client.send(
			new InitiateAuthCommand({
				AuthFlow: "REFRESH_TOKEN_AUTH",
				ClientId: place.ClientId,
				AuthParameters: { REFRESH_TOKEN: last.RefreshToken },
			}),
		);
		assert.deepEqual(
			[refreshed.AuthenticationResult?.IdToken ?? "", refreshed.AuthenticationResult?.AccessToken ?? ""].map(kidOf),
			kidsOfTokens(next),
		);

		// The last moment of the last token of the old keys.
		clock.advance(24 * 60 * minute - 3 * minute);
		age();
		await believed(last);
		await getUser(place, forged());
		clock.advance(minute + (keptMilliseconds - 24 * 60 * minute) + 2 * minute);
		age();
		assert.deepEqual(await kidsOf(gatehouse, UserPoolId), published.slice(2));
		for (const token of [last.AccessToken, forged()]) assert.equal(await refusal(getUser(place, token)), unsigned);
		await assert.rejects(verifyOutside(place, forged()), /no applicable key/);
		await believed(await signIn(place, "ada"));

		const rows = () => gatehouse.store.db.selectFrom("signing_keys").select("kid").where("pool_id", "=", UserPoolId).execute();
		assert.equal((await rows()).length, 4);
		await sweepAll(gatehouse);
		assert.deepEqual((await rows()).map(({ kid }) => kid).sort(), published.slice(2).sort());
		// And once more.
		assert.equal((await rotatePoolKeys(rotationOf(gatehouse), UserPoolId)).done, "published");
	});

	test(`At once, nothing that the keys before have signed is believed any more, and refresh tokens give new tokens (${engine})`, async (t) => {
		const { gatehouse, age } = await startAging(engine);
		t.after(() => gatehouse.stop());
		const [place, other] = [await createPlace(gatehouse), await createPlace(gatehouse)];
		await Promise.all([createUser(place, "ada"), createUser(other, "bob")]);
		const [tokens, others] = [await signIn(place, "ada"), await signIn(other, "bob")];
		const old = await kidsOf(gatehouse, place.UserPoolId);
		// Also where others are published and wait: they may be in the same hands.
		assert.equal((await rotatePoolKeys(rotationOf(gatehouse), place.UserPoolId)).done, "published");
		age();
		const waiting = await kidsOf(gatehouse, place.UserPoolId);
		assert.equal(waiting.length, 4);

		assert.deepEqual(await rotatePoolKeys(rotationOf(gatehouse, true), place.UserPoolId), { done: "replaced" });
		age();
		const kids = await kidsOf(gatehouse, place.UserPoolId);
		assert.equal(kids.length, 2);
		assert.ok(kids.every((kid) => !old.includes(kid) && !waiting.includes(kid)));
		assert.equal(await refusal(getUser(place, tokens.AccessToken)), unsigned);
		const { AuthenticationResult } = await gatehouse.client.send(
			new InitiateAuthCommand({
				AuthFlow: "REFRESH_TOKEN_AUTH",
				ClientId: place.ClientId,
				AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
			}),
		);
		const AccessToken = AuthenticationResult?.AccessToken ?? "";
		assert.ok(kids.includes(kidOf(AccessToken)));
		await Promise.all([getUser(place, AccessToken), verifyOutside(place, AccessToken), getUser(other, others.AccessToken)]);
		const nowhere: Rotation = await rotatePoolKeys(rotationOf(gatehouse, true), "us-east-1_Nowhere00");
		assert.deepEqual(nowhere, { done: "nothing" });
	});
}

test("Of runs at the same time one makes keys, and every node signs with them from the same moment on", async (t) => {
	const { gatehouse, age } = await startAging("postgres");
	t.after(() => gatehouse.stop());
	const second = await gatehouse.node();
	t.after(() => second.stop());
	const place = await createPlace(gatehouse, {}, dayLong);
	const there = { ...place, gatehouse: second };
	await createUser(place, "ada");
	const old = await signIn(there, "ada");
	const made = await Promise.all(Array.from({ length: 4 }, () => rotatePoolKeys(rotationOf(gatehouse), place.UserPoolId)));
	assert.deepEqual(made.map(({ done }) => done).sort(), ["published", "waiting", "waiting", "waiting"]);
	age();
	const kids = await kidsOf(second, place.UserPoolId);
	assert.equal(kids.length, 4);
	assert.deepEqual(await kidsOf(gatehouse, place.UserPoolId), kids);

	gatehouse.clock.advance(publishedMilliseconds + minute);
	age();
	const [here, elsewhere] = [await signIn(place, "ada"), await signIn(there, "ada")];
	assert.deepEqual(kidsOfTokens(here), kidsOfTokens(elsewhere));
	assert.deepEqual(kidsOfTokens(here).sort(), kids.slice(2).sort());
	await Promise.all([getUser(there, here.AccessToken), getUser(place, elsewhere.AccessToken), getUser(place, old.AccessToken)]);

	// Of those that replace all at once each leaves one pair.
	await Promise.all(Array.from({ length: 4 }, () => rotatePoolKeys(rotationOf(gatehouse, true), place.UserPoolId)));
	age();
	const left = await kidsOf(gatehouse, place.UserPoolId);
	assert.equal(left.length, 2);
	assert.deepEqual(await kidsOf(second, place.UserPoolId), left);
	assert.equal(await refusal(getUser(there, here.AccessToken)), unsigned);
});
