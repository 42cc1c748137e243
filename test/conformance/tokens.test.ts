import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminUserGlobalSignOutCommand,
	DeleteUserPoolCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	GlobalSignOutCommand,
	InitiateAuthCommand,
	RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { eachEngine, engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";
import { startSrp } from "../support/srp-client.ts";

const revoked = "NotAuthorizedException: Refresh Token has been revoked";
const invalid = "NotAuthorizedException: Invalid Refresh Token.";
const accessRevoked = "NotAuthorizedException: Access Token has been revoked";

for (const engine of engines) {
	test(`tokens (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client, clock } = gatehouse;
		const place = await createPlace(gatehouse);
		await createUser(place, "ada", { email: "ada@example.com" });
		const refresh = (REFRESH_TOKEN: string, ClientId = place.ClientId) =>
			client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } }));
		const exchange = (RefreshToken: string, at: Pick<Place, "ClientId" | "ClientSecret"> = place) =>
			client.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId: at.ClientId, ClientSecret: at.ClientSecret }));
		const getUser = (AccessToken: string) => client.send(new GetUserCommand({ AccessToken }));

		await t.test("a refresh keeps auth_time, origin_jti and event_id, and gives no refresh token", async () => {
			const first = await signIn(place, "ada");
			clock.advance(60_000);
			for (const answer of [await refresh(first.RefreshToken), await exchange(first.RefreshToken)]) {
				const result = answer.AuthenticationResult ?? {};
				assert.deepEqual(Object.keys(result).sort(), ["AccessToken", "ExpiresIn", "IdToken", "TokenType"]);
				const [before, after] = [claimsOf(first.AccessToken), claimsOf(result.AccessToken ?? "")];
				assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
				for (const claim of ["auth_time", "origin_jti", "event_id", "sub", "client_id", "scope"]) assert.equal(after[claim], before[claim]);
				assert.notEqual(after["jti"], before["jti"]);
				assert.ok(Number(after["iat"]) >= Number(before["iat"]) + 60);
			}
		});

		await t.test("a refresh writes nothing and reads once; GetUser reads once", async () => {
			const { RefreshToken, AccessToken } = await signIn(place, "ada");
			await refresh(RefreshToken);
			await getUser(AccessToken);
			const cost = async (work: () => Promise<unknown>) => {
				const { statements, batches } = await gatehouse.cost(work);
				return { statements, batches };
			};
			assert.deepEqual(await cost(() => refresh(RefreshToken)), { statements: 1, batches: 0 });
			assert.deepEqual(await cost(() => getUser(AccessToken)), { statements: 1, batches: 0 });
			const signInCost = await cost(() => signIn(place, "ada"));
			assert.equal(signInCost.batches, 1);
			const garbage = await cost(() => refusal(refresh("garbage-that-nobody-sealed")));
			assert.deepEqual(garbage, { statements: 0, batches: 0 });
			const junk = await cost(() => refusal(getUser("aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl")));
			assert.deepEqual(junk, { statements: 0, batches: 0 });
		});

		await t.test(
			"a refresh token is refused to another client and another pool, when it is garbage, expired, or its user is gone",
			async () => {
				const { RefreshToken } = await signIn(place, "ada");
				const other = await createClient(gatehouse, place.UserPoolId);
				const elsewhere = await createPlace(gatehouse);
				assert.equal(await refusal(refresh(RefreshToken, other.ClientId)), invalid);
				assert.equal(await refusal(exchange(RefreshToken, { ...other })), invalid);
				assert.equal(await refusal(refresh(RefreshToken, elsewhere.ClientId)), invalid);
				assert.equal(await refusal(refresh("garbage")), invalid);
				const at = Math.floor(RefreshToken.length / 2);
				const changed = `${RefreshToken.slice(0, at)}${RefreshToken[at] === "A" ? "B" : "A"}${RefreshToken.slice(at + 1)}`;
				assert.equal(await refusal(refresh(changed)), invalid);
				const short = await createClient(gatehouse, place.UserPoolId, {
					RefreshTokenValidity: 1,
					TokenValidityUnits: { RefreshToken: "hours" },
				});
				const brief = await signIn({ ...place, ...short }, "ada");
				clock.advance(3600_000 + 1000);
				assert.equal(await refusal(refresh(brief.RefreshToken, short.ClientId)), "NotAuthorizedException: Refresh Token has expired");
				await createUser(place, "tmp");
				const gone = await signIn(place, "tmp");
				await client.send(new AdminDeleteUserCommand({ UserPoolId: place.UserPoolId, Username: "tmp" }));
				assert.equal(await refusal(refresh(gone.RefreshToken)), revoked);
				assert.equal(await refusal(getUser(gone.AccessToken)), "UserNotFoundException: User does not exist.");
			},
		);

		await t.test("GetUser refuses an expired token, an ID token, another pool's, one with a changed byte, and garbage", async () => {
			const { AccessToken, IdToken } = await signIn(place, "ada");
			const token = "NotAuthorizedException: Invalid Access Token";
			assert.equal(await refusal(getUser(IdToken)), token);
			assert.equal(await refusal(getUser("garbage")), token);
			const unsigned = "NotAuthorizedException: Could not verify signature for Access Token";
			const [header = "", payload = "", signature = ""] = AccessToken.split(".");
			const claims = { ...claimsOf(AccessToken), username: "root" };
			assert.equal(await refusal(getUser(`${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`)), unsigned);
			assert.equal(await refusal(getUser(`${header}.${payload}.${signature.replace(/^./, (c) => (c === "A" ? "B" : "A"))}`)), unsigned);
			const none = Buffer.from('{"alg":"none"}').toString("base64url");
			assert.equal(await refusal(getUser(`${none}.${payload}.`)), token);
			const elsewhere = await createPlace(gatehouse);
			await createUser(elsewhere, "ada");
			const foreign = await signIn(elsewhere, "ada");
			const forged = { ...claimsOf(foreign.AccessToken), iss: claimsOf(AccessToken)["iss"] };
			const [foreignHeader, , foreignSignature] = foreign.AccessToken.split(".");
			assert.equal(
				await refusal(getUser(`${foreignHeader}.${Buffer.from(JSON.stringify(forged)).toString("base64url")}.${foreignSignature}`)),
				unsigned,
			);
			clock.advance(3600_000 + 1000);
			assert.equal(await refusal(getUser(AccessToken)), "NotAuthorizedException: Access Token has expired");
			await client.send(new DeleteUserPoolCommand({ UserPoolId: elsewhere.UserPoolId }));
			assert.equal(await refusal(getUser(foreign.AccessToken)), unsigned);
		});

		await t.test("RevokeToken ends one session, first tokens included, and leaves the others", async () => {
			const [one, two] = [await signIn(place, "ada"), await signIn(place, "ada")];
			const refreshed = (await refresh(one.RefreshToken)).AuthenticationResult;
			const revoke = (Token: string, ClientId = place.ClientId) => client.send(new RevokeTokenCommand({ Token, ClientId }));
			const other = await createClient(gatehouse, place.UserPoolId);
			assert.match(await refusal(revoke(one.RefreshToken, other.ClientId)), /^UnauthorizedException/);
			assert.match(await refusal(revoke(one.AccessToken)), /^UnsupportedTokenTypeException/);
			await revoke(one.RefreshToken);
			await revoke(one.RefreshToken);
			await revoke("garbage");
			assert.equal(await refusal(refresh(one.RefreshToken)), revoked);
			assert.equal(await refusal(getUser(one.AccessToken)), accessRevoked);
			assert.equal(await refusal(getUser(refreshed?.AccessToken ?? "")), accessRevoked);
			await getUser(two.AccessToken);
			const off = await createClient(gatehouse, place.UserPoolId, { EnableTokenRevocation: false });
			const plain = await signIn({ ...place, ...off }, "ada");
			assert.ok(!("jti" in claimsOf(plain.AccessToken)) && !("origin_jti" in claimsOf(plain.IdToken)));
			assert.match(await refusal(revoke(plain.RefreshToken, off.ClientId)), /^UnsupportedOperationException/);
			await getUser(plain.AccessToken);
		});

		await t.test(
			"GlobalSignOut, AdminUserGlobalSignOut and AdminDisableUser end every session, and enabling brings none back",
			async () => {
				const User = { UserPoolId: place.UserPoolId, Username: "ada" };
				const ends: ((token: string) => Promise<unknown>)[] = [
					(AccessToken) => client.send(new GlobalSignOutCommand({ AccessToken })),
					() => client.send(new AdminUserGlobalSignOutCommand(User)),
					async () => {
						await client.send(new AdminDisableUserCommand(User));
						await client.send(new AdminEnableUserCommand(User));
					},
				];
				for (const end of ends) {
					const [one, two] = [await signIn(place, "ada"), await signIn(place, "ada")];
					await end(one.AccessToken);
					for (const { AccessToken, RefreshToken } of [one, two]) {
						assert.equal(await refusal(getUser(AccessToken)), accessRevoked);
						assert.equal(await refusal(refresh(RefreshToken)), revoked);
					}
					await getUser((await signIn(place, "ada")).AccessToken);
				}
			},
		);

		await t.test("rotation gives a new refresh token each time, the spent one again within the grace only the current", async () => {
			const rotating = {
				...place,
				...(await createClient(gatehouse, place.UserPoolId, {
					ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
					RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
				})),
			};
			const reused = "RefreshTokenReuseException: Refresh token has been invalidated";
			const { RefreshToken: first } = await signIn(rotating, "ada");
			assert.match(await refusal(refresh(first, rotating.ClientId)), /^InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled/);
			const second = (await exchange(first, rotating)).AuthenticationResult?.RefreshToken ?? "";
			assert.ok(second && second !== first);
			// Again within the grace: the current generation, no fork. What it gives leads to the same third.
			const again = (await exchange(first, rotating)).AuthenticationResult?.RefreshToken ?? "";
			const third = (await exchange(again, rotating)).AuthenticationResult?.RefreshToken ?? "";
			assert.equal(await refusal(exchange(first, rotating)), reused);
			clock.advance(10_001);
			assert.equal(await refusal(exchange(second, rotating)), reused);
			const racing = await Promise.allSettled(Array.from({ length: 8 }, () => exchange(third, rotating)));
			assert.ok(racing.every((result) => result.status === "fulfilled"));
			clock.advance(10_001);
			assert.equal(await refusal(exchange(third, rotating)), reused);
		});

		await t.test("without a grace one of many racing refreshes wins, and the rest are reuse", async () => {
			const rotating = {
				...place,
				...(await createClient(gatehouse, place.UserPoolId, {
					ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
					RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
				})),
			};
			const { RefreshToken } = await signIn(rotating, "ada");
			const outcomes = await Promise.all(Array.from({ length: 8 }, () => refusal(exchange(RefreshToken, rotating))));
			assert.equal(outcomes.filter((outcome) => outcome === "not refused").length, 1);
			const others = outcomes.filter((outcome) => outcome !== "not refused");
			assert.deepEqual(new Set(others), new Set(["RefreshTokenReuseException: Refresh token has been invalidated"]));
		});

		await t.test("a secret client proves its secret to GetTokensFromRefreshToken and RevokeToken", async () => {
			const secret = await createClient(gatehouse, place.UserPoolId, { GenerateSecret: true });
			const wrong = { ...secret, ClientSecret: "0123456789abcdefghijklmnopqrstuvwxyz" };
			assert.match(await refusal(exchange("x", { ...secret, ClientSecret: undefined })), /^NotAuthorizedException/);
			assert.match(await refusal(exchange("x", wrong)), /^NotAuthorizedException/);
			assert.equal(await refusal(exchange("x", secret)), invalid);
		});
	});
}

test("what one node revokes or changes the other refuses at once, or serves within a second", async (t) => {
	const one = await startGatehouse({ engine: "postgres" });
	t.after(() => one.stop());
	const two = await one.node();
	t.after(() => two.stop());
	const place = await createPlace(one);
	await createUser(place, "ada");
	const tokens = await signIn({ ...place, gatehouse: two }, "ada");
	await two.client.send(new GetUserCommand({ AccessToken: tokens.AccessToken }));
	await one.client.send(new RevokeTokenCommand({ Token: tokens.RefreshToken, ClientId: place.ClientId }));
	assert.equal(await refusal(two.client.send(new GetUserCommand({ AccessToken: tokens.AccessToken }))), accessRevoked);
	const more = await signIn({ ...place, gatehouse: two }, "ada");
	await one.client.send(new AdminDisableUserCommand({ UserPoolId: place.UserPoolId, Username: "ada" }));
	assert.equal(await refusal(two.client.send(new GetUserCommand({ AccessToken: more.AccessToken }))), accessRevoked);
	assert.equal(await refusal(signIn({ ...place, gatehouse: two }, "ada")), "NotAuthorizedException: User is disabled.");
});

eachEngine("tokens, their revocation and an unknown user's salt outlive a restart", async (engine) => {
	const before = await startGatehouse({ engine });
	const place = await createPlace(before, {}, { PreventUserExistenceErrors: "ENABLED" });
	await createUser(place, "ada");
	const saltOfNobody = async ({ client }: Gatehouse) => {
		const parameters = { USERNAME: "nobody", SRP_A: startSrp().SRP_A };
		const answer = await client.send(
			new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId: place.ClientId, AuthParameters: parameters }),
		);
		return answer.ChallengeParameters?.["SALT"];
	};
	const salt = await saltOfNobody(before);
	const [kept, ended] = [await signIn(place, "ada"), await signIn(place, "ada")];
	await before.client.send(new RevokeTokenCommand({ Token: ended.RefreshToken, ClientId: place.ClientId }));
	const after = await before.restart();
	try {
		await after.client.send(new GetUserCommand({ AccessToken: kept.AccessToken }));
		assert.equal(await refusal(after.client.send(new GetUserCommand({ AccessToken: ended.AccessToken }))), accessRevoked);
		assert.equal(await saltOfNobody(after), salt);
	} finally {
		await after.stop();
	}
});
