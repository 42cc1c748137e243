/** PreTokenGeneration: what functions are told before tokens are made, and which of their changes the tokens have. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminAddUserToGroupCommand,
	AdminCreateUserCommand,
	AdminUpdateUserAttributesCommand,
	CreateGroupCommand,
	CreateResourceServerCommand,
	GetClientTokenCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	type PreTokenGenerationLambdaVersionType,
	RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { overrideAccessClaims, overrideIdClaims, readOverrides } from "../../src/domain/user-pools/pre-token-generation.ts";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";

describe("what a function may change in tokens", () => {
	const id = {
		sub: "u1",
		email: "ada@example.com",
		email_verified: false,
		"custom:team": "blue",
		"dev:custom:rank": "3",
		"cognito:groups": ["a"],
		"cognito:roles": ["arn:a"],
		"cognito:preferred_role": "arn:a",
		"cognito:username": "ada",
		aud: "c1",
		token_use: "id",
	};
	const access = { sub: "u1", "cognito:groups": ["a"], client_id: "c1", token_use: "access", scope: "one two", username: "ada" };
	const changeId = (details: object, version: "1" | "2" = "2") =>
		overrideIdClaims(
			id,
			readOverrides(
				version,
				version === "1" ? { claimsOverrideDetails: details } : { claimsAndScopeOverrideDetails: { idTokenGeneration: details } },
			),
		);
	const changeAccess = (details: object, groups?: unknown) =>
		overrideAccessClaims(
			access,
			readOverrides("2", {
				claimsAndScopeOverrideDetails: {
					accessTokenGeneration: details,
					...(groups === undefined ? {} : { groupOverrideDetails: groups }),
				},
			}),
			"c1",
		);
	const fixed = ["acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "cognito:groups", "cognito:preferred_role"].concat(
		["cognito:roles", "cognito:username", "cognito:x", "device_key", "event_id", "exp", "iat", "identities", "iss", "jti"],
		["nbf", "nonce", "origin_jti", "sub", "token_use", "username", "version"],
	);

	test("claims are added, replaced and suppressed; what is both is suppressed", () => {
		const { email: _, "custom:team": __, "dev:custom:rank": ___, ...rest } = id;
		assert.deepEqual(
			changeId({
				claimsToAddOrOverride: { given_name: "Ada", "custom:team": "red", email: "x@example.com", tenant: "t1" },
				claimsToSuppress: ["email", "custom:team", "dev:custom:rank", "absent"],
			}),
			{ ...rest, given_name: "Ada", tenant: "t1" },
		);
	});

	test("claims that Cognito keeps to itself stay as they are, in both tokens", () => {
		const claimsToAddOrOverride = Object.fromEntries([...fixed, "dev:custom:rank", "dev:custom:new"].map((name) => [name, "changed"]));
		const claimsToSuppress = fixed.filter((name) => name !== "cognito:groups");
		assert.deepEqual(changeId({ claimsToAddOrOverride, claimsToSuppress }), id);
		assert.deepEqual(
			changeAccess({ claimsToAddOrOverride: { ...claimsToAddOrOverride, scope: "all" }, claimsToSuppress: [...claimsToSuppress, "scope"] }),
			access,
		);
	});

	test("the access token may name its own client as audience, and nobody else", () => {
		assert.deepEqual(changeAccess({ claimsToAddOrOverride: { aud: "c1" } }), { ...access, aud: "c1" });
		for (const aud of ["c2", ["c1"], { c1: true }]) assert.deepEqual(changeAccess({ claimsToAddOrOverride: { aud } }), access);
	});

	test("version two takes every kind of JSON value, version one texts alone", () => {
		const values = { n: 7, half: 0.5, yes: true, list: ["a", 1, false], deep: { a: { b: ["c"] } }, text: "t" };
		assert.deepEqual(changeId({ claimsToAddOrOverride: { ...values, none: null } }), { ...id, ...values });
		assert.deepEqual(changeAccess({ claimsToAddOrOverride: values }), { ...access, ...values });
		for (const value of [7, true, ["a"], { a: 1 }]) {
			assert.throws(() => changeId({ claimsToAddOrOverride: { value } }, "1"), { code: "InvalidLambdaResponseException" });
		}
		assert.deepEqual(changeId({ claimsToAddOrOverride: { text: "t" }, claimsToSuppress: ["email"] }, "1")["text"], "t");
	});

	test("claims that have a type of their own get it from the text, and take nothing complex", () => {
		const { email_verified, updated_at, address } = changeId({
			claimsToAddOrOverride: { email_verified: "true", updated_at: "1700000000", address: "Main Street 1" },
		});
		assert.deepEqual(
			{ email_verified, updated_at, address },
			{ email_verified: true, updated_at: 1_700_000_000, address: { formatted: "Main Street 1" } },
		);
		assert.deepEqual(changeId({ claimsToAddOrOverride: { email_verified: { a: 1 }, address: ["x"], updated_at: {} } }), id);
		assert.deepEqual(changeId({ claimsToAddOrOverride: { updated_at: "yesterday" } }), id);
		assert.equal(changeId({ claimsToAddOrOverride: { email_verified: true } })["email_verified"], true);
	});

	test("scopes are added and suppressed; those with blanks and Cognito's own can't be added", () => {
		assert.equal(changeAccess({ scopesToAdd: ["three", "one"], scopesToSuppress: ["two"] })["scope"], "one three");
		assert.equal(changeAccess({ scopesToAdd: ["a b", "", "aws.cognito.signin.user.admin"] })["scope"], "one two");
		assert.ok(!("scope" in changeAccess({ scopesToSuppress: ["one", "two"] })));
	});

	test("groups are replaced in both tokens, roles in the ID token; an empty object takes them all, its absence leaves them", () => {
		const groups = { groupsToOverride: ["b", "c"], iamRolesToOverride: ["arn:b"], preferredRole: "arn:c" };
		const over = (details: unknown) =>
			overrideIdClaims(id, readOverrides("1", { claimsOverrideDetails: { groupOverrideDetails: details } }));
		assert.deepEqual(over(groups), {
			...id,
			"cognito:groups": ["b", "c"],
			"cognito:roles": ["arn:b"],
			"cognito:preferred_role": "arn:c",
		});
		const { "cognito:groups": _, "cognito:roles": __, "cognito:preferred_role": ___, ...without } = id;
		for (const none of [null, {}, { groupsToOverride: null, iamRolesToOverride: null, preferredRole: null }]) {
			assert.deepEqual(over(none), without);
		}
		assert.deepEqual(changeId({ claimsToSuppress: ["cognito:groups"] }), without);
		assert.deepEqual(changeAccess({}, groups)["cognito:groups"], ["b", "c"]);
		assert.ok(!("cognito:groups" in changeAccess({}, {})));
		assert.ok(!("cognito:groups" in changeAccess({ claimsToSuppress: ["cognito:groups"] })));
		assert.deepEqual(changeAccess({}), access);
	});

	test("names that mean something to JavaScript are names like others", () => {
		const claims = changeId(JSON.parse('{"claimsToAddOrOverride":{"__proto__":"x","constructor":"y"}}'));
		assert.equal(Object.getOwnPropertyDescriptor(claims, "__proto__")?.value, "x");
		assert.equal(claims["constructor"], "y");
	});

	test("what is of another type than it should be, or too much, is no answer", () => {
		const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`c${i}`, ""]));
		for (const details of [
			"text",
			["x"],
			{ idTokenGeneration: 7 },
			{ idTokenGeneration: { claimsToAddOrOverride: "x" } },
			{ idTokenGeneration: { claimsToSuppress: "email" } },
			{ idTokenGeneration: { claimsToSuppress: [1] } },
			{ accessTokenGeneration: { scopesToAdd: "x" } },
			{ groupOverrideDetails: { groupsToOverride: "a" } },
			{ groupOverrideDetails: { preferredRole: ["arn:a"] } },
			{ idTokenGeneration: { claimsToAddOrOverride: many } },
			{ idTokenGeneration: { claimsToAddOrOverride: { text: "x".repeat(70_000) } } },
		]) {
			const read = () => readOverrides("3", { claimsAndScopeOverrideDetails: details });
			assert.throws(read, { code: "InvalidLambdaResponseException" }, JSON.stringify(details).slice(0, 80));
		}
		// The guide's own event has an empty list where there is nothing.
		for (const nothing of [undefined, null, [], {}]) {
			assert.deepEqual(overrideIdClaims(id, readOverrides("2", { claimsAndScopeOverrideDetails: nothing })), id);
		}
	});
});

const functions = startFunctions("sign-in-functions");
after(() => functions.close());

for (const engine of engines) {
	describe(`PreTokenGeneration (${engine})`, () => {
		let gatehouse: Gatehouse;
		const places = new Map<string, Place>();
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
			for (const version of ["V1_0", "V2_0", "V3_0"] as const) places.set(version, await createTokensPlace(version));
			functions.take();
		});
		after(() => gatehouse.stop());

		const createTokensPlace = (LambdaVersion: PreTokenGenerationLambdaVersionType) =>
			createPlace(gatehouse, {
				LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion, LambdaArn: functionArn("Tokens") } },
			});
		const placeOf = (version: string) => places.get(version) as Place;
		const answer = (place: Place, Username: string, tokens: object | "refuse" | undefined) =>
			gatehouse.client.send(
				new AdminUpdateUserAttributesCommand({
					UserPoolId: place.UserPoolId,
					Username,
					UserAttributes: [
						{ Name: "profile", Value: typeof tokens === "string" ? tokens : tokens === undefined ? "" : JSON.stringify(tokens) },
					],
				}),
			);
		const namesOf = ({ UserPoolId: userPoolId, ClientId: clientId }: Place, sub = "no sub") => ({ userPoolId, clientId, sub });

		test("version one is told of the user and the groups, and changes the ID token and groups", async () => {
			const place = placeOf("V1_0");
			const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
			await signIn(place, "ada");
			const [event, ...others] = functions.take();
			assert.deepEqual(others, []);
			assertEvent("TokenGeneration_Authentication-1", event, namesOf(place, sub));
			await answer(place, "ada", {
				claimsOverrideDetails: {
					claimsToAddOrOverride: { tenant: "t1", sub: "somebody" },
					claimsToSuppress: ["email"],
					groupOverrideDetails: { groupsToOverride: ["made-up"], iamRolesToOverride: ["arn:aws:iam::1:role/x"] },
				},
			});
			const { IdToken, AccessToken } = await signIn(place, "ada");
			const id = claimsOf(IdToken);
			assert.equal(id["tenant"], "t1");
			assert.equal(id["sub"], sub);
			assert.ok(!("email" in id));
			assert.deepEqual(id["cognito:groups"], ["made-up"]);
			assert.deepEqual(id["cognito:roles"], ["arn:aws:iam::1:role/x"]);
			const access = claimsOf(AccessToken);
			assert.deepEqual(access["cognito:groups"], ["made-up"]);
			assert.ok(!("tenant" in access));
			functions.take();
		});

		test("version two is told of the scopes too, and changes both tokens", async () => {
			const place = placeOf("V2_0");
			const { UserPoolId } = place;
			const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
			for (const [index, GroupName] of ["first", "second"].entries()) {
				const RoleArn = `arn:aws:iam::000000000000:role/${GroupName}`;
				await gatehouse.client.send(new CreateGroupCommand({ UserPoolId, GroupName, Precedence: index, RoleArn }));
				await gatehouse.client.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username: "ada" }));
			}
			await signIn(place, "ada");
			assertEvent("TokenGeneration_Authentication-2", functions.take()[0], namesOf(place, sub));
			await answer(place, "ada", {
				claimsAndScopeOverrideDetails: {
					idTokenGeneration: { claimsToAddOrOverride: { plan: { seats: 3 } } },
					accessTokenGeneration: { claimsToAddOrOverride: { tier: 2 }, scopesToAdd: ["shop/buy"] },
				},
			});
			const { IdToken, AccessToken } = await signIn(place, "ada");
			assert.deepEqual(claimsOf(IdToken)["plan"], { seats: 3 });
			assert.deepEqual(claimsOf(IdToken)["cognito:groups"], ["first", "second"]);
			assert.equal(claimsOf(AccessToken)["tier"], 2);
			assert.equal(claimsOf(AccessToken)["scope"], "aws.cognito.signin.user.admin shop/buy");
			assert.equal((await gatehouse.client.send(new GetUserCommand({ AccessToken }))).Username, "ada");
			await answer(place, "ada", {
				claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToSuppress: ["aws.cognito.signin.user.admin"] } },
			});
			const bare = await signIn(place, "ada");
			assert.ok(!("scope" in claimsOf(bare.AccessToken)));
			assert.equal(
				await refusal(gatehouse.client.send(new GetUserCommand({ AccessToken: bare.AccessToken }))),
				"NotAuthorizedException: Access Token does not have required scopes",
			);
			functions.take();
		});

		test("a refresh asks again, with the metadata of GetTokensFromRefreshToken and none of InitiateAuth's", async () => {
			const place = placeOf("V3_0");
			const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
			const { RefreshToken } = await signIn(place, "ada");
			functions.take();
			const { ClientId } = place;
			const ClientMetadata = { from: "a refresh" };
			await gatehouse.client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken, ClientMetadata }));
			assertEvent("TokenGeneration_RefreshTokens-3", functions.take()[0], namesOf(place, sub));
			const AuthParameters = { REFRESH_TOKEN: RefreshToken };
			const tokens = JSON.stringify({
				claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { from: "metadata" } } },
			});
			const answered = await gatehouse.client.send(
				new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken, ClientMetadata: { tokens } }),
			);
			assert.equal(claimsOf(answered.AuthenticationResult?.IdToken ?? "")["from"], "metadata");
			functions.take();
			await gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters, ClientMetadata }));
			const [event, ...others] = functions.take();
			assert.deepEqual(others, []);
			assert.equal(event?.triggerSource, "TokenGeneration_RefreshTokens");
			assert.ok(!("clientMetadata" in event.request));
		});

		test("a function that refuses a refresh leaves the refresh token as it was, rotating or not", async () => {
			const { UserPoolId } = placeOf("V2_0");
			const rotating = await createClient(gatehouse, UserPoolId, {
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
				RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
			});
			for (const ClientId of [rotating.ClientId, placeOf("V2_0").ClientId]) {
				const place = { ...placeOf("V2_0"), ClientId };
				await answer(place, "ada", undefined);
				const { RefreshToken } = await signIn(place, "ada");
				const refresh = () => gatehouse.client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
				await answer(place, "ada", "refuse");
				assert.equal(await refusal(refresh()), "UserLambdaValidationException: PreTokenGeneration failed with error no tokens.");
				await answer(place, "ada", undefined);
				assert.ok((await refresh()).AuthenticationResult?.AccessToken);
			}
			functions.take();
		});

		test("who replaces a temporary password is NewPasswordChallenge", async () => {
			const place = placeOf("V2_0");
			const { UserPoolId, ClientId } = place;
			const { User } = await gatehouse.client.send(
				new AdminCreateUserCommand({ UserPoolId, Username: "eve", TemporaryPassword: password, MessageAction: "SUPPRESS" }),
			);
			const AuthParameters = { USERNAME: "eve", PASSWORD: password };
			const { Session } = await gatehouse.client.send(
				new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }),
			);
			assert.deepEqual(functions.take(), []);
			await gatehouse.client.send(
				new RespondToAuthChallengeCommand({
					ChallengeName: "NEW_PASSWORD_REQUIRED",
					ClientId,
					Session,
					ChallengeResponses: { USERNAME: "eve", NEW_PASSWORD: "Brand-New-Horse-8" },
					ClientMetadata: { from: "an answer" },
				}),
			);
			const sub = User?.Attributes?.find(({ Name }) => Name === "sub")?.Value;
			assertEvent("TokenGeneration_NewPasswordChallenge-2", functions.take()[0], namesOf(place, sub));
		});

		test("machines' tokens are for version three alone", async () => {
			for (const version of ["V1_0", "V2_0", "V3_0"]) {
				const place = placeOf(version);
				const { UserPoolId } = place;
				const Scopes = ["read", "write"].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
				await gatehouse.client.send(new CreateResourceServerCommand({ UserPoolId, Identifier: "solar", Name: "solar", Scopes }));
				const { ClientId, ClientSecret: Secret } = await createClient(gatehouse, UserPoolId, {
					GenerateSecret: true,
					ExplicitAuthFlows: ["ALLOW_CLIENT_TOKEN_AUTH" as "ALLOW_USER_AUTH"],
					AllowedOAuthScopes: ["solar/read", "solar/write"],
				});
				const take = async (ClientMetadata?: Record<string, string>) => {
					const { ClientAuthenticationResult } = await gatehouse.client.send(
						new GetClientTokenCommand({ ClientId, Secret, ClientMetadata }),
					);
					return claimsOf(ClientAuthenticationResult?.AccessToken ?? "");
				};
				const claims = await take({ from: "a machine" });
				assert.equal(claims["scope"], "solar/read solar/write");
				const events = functions.take();
				if (version !== "V3_0") {
					assert.deepEqual(events, []);
					continue;
				}
				assertEvent("TokenGeneration_ClientCredentials-3", events[0], namesOf({ ...place, ClientId }));
				const tokens = JSON.stringify({
					claimsAndScopeOverrideDetails: {
						idTokenGeneration: { claimsToAddOrOverride: { tenant: "no" } },
						accessTokenGeneration: {
							claimsToAddOrOverride: { tenant: "t1", sub: "somebody" },
							scopesToAdd: ["aws.cognito.signin.user.admin"],
							scopesToSuppress: ["solar/write"],
						},
						groupOverrideDetails: { groupsToOverride: ["machines"] },
					},
				});
				const changed = await take({ tokens });
				assert.equal(changed["tenant"], "t1");
				assert.equal(changed["sub"], ClientId);
				assert.equal(changed["scope"], "solar/read");
				assert.ok(!("cognito:groups" in changed));
				assert.equal(
					await refusal(take({ tokens: "refuse" })),
					"UserLambdaValidationException: PreTokenGeneration failed with error no tokens.",
				);
				functions.take();
			}
		});
	});
}
