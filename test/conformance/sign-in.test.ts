import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type TestContext, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminInitiateAuthCommand,
	AdminRespondToAuthChallengeCommand,
	AdminSetUserPasswordCommand,
	type AuthFlowType,
	GetUserCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	SetUserPoolMfaConfigCommand,
	SignUpCommand,
	UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, headerOf, type Place, password, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";

for (const engine of engines) {
	test(`sign-in (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client } = gatehouse;
		const place = await createPlace(gatehouse);
		const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
		const start = (AuthFlow: AuthFlowType, AuthParameters: Record<string, string>, ClientId = place.ClientId) =>
			client.send(new InitiateAuthCommand({ AuthFlow, ClientId, AuthParameters }));

		await t.test("USER_PASSWORD_AUTH gives tokens with exactly the claims that Cognito gives", async () => {
			const answer = await start("USER_PASSWORD_AUTH", { USERNAME: "ada", PASSWORD: password });
			assert.deepEqual(Object.keys(answer).sort(), ["$metadata", "AuthenticationResult", "ChallengeParameters"]);
			assert.deepEqual(answer.ChallengeParameters, {});
			const { AccessToken = "", IdToken = "", RefreshToken = "", ...rest } = answer.AuthenticationResult ?? {};
			assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: "Bearer" });
			assert.ok(RefreshToken.length > 50);
			const id = claimsOf(IdToken);
			assert.deepEqual(Object.keys(id).sort(), [
				...["aud", "auth_time", "cognito:username", "email", "email_verified", "event_id", "exp", "iat", "iss", "jti", "origin_jti"],
				...["sub", "token_use"],
			]);
			const access = claimsOf(AccessToken);
			assert.deepEqual(Object.keys(access).sort(), [
				...["auth_time", "client_id", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username"],
			]);
			assert.equal(id["sub"], sub);
			assert.equal(id["aud"], place.ClientId);
			assert.equal(id["iss"], `http://localhost:9400/${place.UserPoolId}`);
			assert.equal(id["token_use"], "id");
			assert.strictEqual(id["email_verified"], true);
			assert.equal(id["cognito:username"], "ada");
			assert.equal(access["token_use"], "access");
			assert.equal(access["scope"], "aws.cognito.signin.user.admin");
			assert.equal(access["username"], "ada");
			assert.equal(access["client_id"], place.ClientId);
			assert.equal(access["origin_jti"], id["origin_jti"]);
			assert.equal(access["event_id"], id["event_id"]);
			assert.notEqual(access["jti"], id["jti"]);
			assert.equal(Number(access["exp"]) - Number(access["iat"]), 3600);
			assert.equal(access["auth_time"], access["iat"]);
			assert.deepEqual(Object.keys(headerOf(IdToken)), ["kid", "alg"]);
			assert.equal(headerOf(IdToken)["alg"], "RS256");
			assert.notEqual(headerOf(IdToken)["kid"], headerOf(AccessToken)["kid"]);
			assert.match(String(headerOf(IdToken)["kid"]), /^[A-Za-z0-9+/]{43}=$/);
		});

		await t.test("USER_SRP_AUTH gives a challenge without a session, and tokens for its answer", async () => {
			const srp = startSrp();
			const challenge = await start("USER_SRP_AUTH", { USERNAME: "ada", SRP_A: srp.SRP_A });
			assert.equal(challenge.ChallengeName, "PASSWORD_VERIFIER");
			assert.equal(challenge.Session, undefined);
			const parameters = challenge.ChallengeParameters ?? {};
			assert.deepEqual(Object.keys(parameters).sort(), ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"]);
			assert.equal(parameters["USER_ID_FOR_SRP"], "ada");
			const ChallengeResponses = answerSrp(srp, parameters, place.UserPoolId, password);
			const answer = await client.send(
				new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId: place.ClientId, ChallengeResponses }),
			);
			assert.equal(claimsOf(answer.AuthenticationResult?.IdToken ?? "")["sub"], sub);
		});

		await t.test("ADMIN_USER_PASSWORD_AUTH signs in with AWS credentials", async () => {
			const answer = await client.send(
				new AdminInitiateAuthCommand({
					...{ UserPoolId: place.UserPoolId, ClientId: place.ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" },
					AuthParameters: { USERNAME: "ada", PASSWORD: password },
				}),
			);
			assert.equal(claimsOf(answer.AuthenticationResult?.AccessToken ?? "")["sub"], sub);
		});

		await t.test("a wrong password is refused, by password and by SRP", async () => {
			const wrong = "NotAuthorizedException: Incorrect username or password.";
			assert.equal(await refusal(start("USER_PASSWORD_AUTH", { USERNAME: "ada", PASSWORD: "Wrong-Horse-7" })), wrong);
			const srp = startSrp();
			const { ChallengeParameters } = await start("USER_SRP_AUTH", { USERNAME: "ada", SRP_A: srp.SRP_A });
			const ChallengeResponses = answerSrp(srp, ChallengeParameters ?? {}, place.UserPoolId, "Wrong-Horse-7");
			const respond = new RespondToAuthChallengeCommand({
				ChallengeName: "PASSWORD_VERIFIER",
				ClientId: place.ClientId,
				ChallengeResponses,
			});
			assert.equal(await refusal(client.send(respond)), wrong);
			await signIn(place, "ada"); // clears the failures
		});

		await t.test("flows, parameters and clients that are not right are refused in Cognito's words", async () => {
			const none = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] });
			const both = { USERNAME: "ada", PASSWORD: password };
			const table: [() => Promise<unknown>, string][] = [
				[() => start("USER_PASSWORD_AUTH", { PASSWORD: "x" }), "InvalidParameterException: Missing required parameter USERNAME"],
				[() => start("USER_PASSWORD_AUTH", { USERNAME: "ada" }), "InvalidParameterException: Missing required parameter PASSWORD"],
				[() => start("REFRESH_TOKEN_AUTH", {}), "InvalidParameterException: Missing required parameter REFRESH_TOKEN"],
				[() => start("USER_SRP_AUTH", { USERNAME: "ada" }), "InvalidParameterException: Missing required parameter SRP_A"],
				[() => start("ADMIN_USER_PASSWORD_AUTH", both), "InvalidParameterException: Initiate Auth method not supported"],
				[
					() => start("USER_PASSWORD_AUTH", both, none.ClientId),
					"InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
				],
				[
					() => start("USER_SRP_AUTH", { USERNAME: "ada", SRP_A: "1f" }, none.ClientId),
					"InvalidParameterException: USER_SRP_AUTH is not enabled for the client.",
				],
				[
					() => start("USER_PASSWORD_AUTH", both, "0123456789abcdefghijklmnop"),
					"ResourceNotFoundException: User pool client 0123456789abcdefghijklmnop does not exist.",
				],
				[
					() => start("USER_PASSWORD_AUTH", { ...both, SECRET_HASH: "aGFzaA==" }),
					`NotAuthorizedException: Client ${place.ClientId} is not configured for secret but secret hash was received`,
				],
				[
					() =>
						client.send(
							new AdminInitiateAuthCommand({
								...{ UserPoolId: place.UserPoolId, ClientId: none.ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: both },
							}),
						),
					"InvalidParameterException: Auth flow not enabled for this client",
				],
			];
			for (const [call, expected] of table) assert.equal(await refusal(call()), expected);
			for (const SRP_A of ["0", "00", "zz", "-1", "f".repeat(2000)]) {
				assert.match(await refusal(start("USER_SRP_AUTH", { USERNAME: "ada", SRP_A })), /^InvalidParameterException/);
			}
		});

		await t.test("a client with a secret demands its hash", async () => {
			const secret = await createClient(gatehouse, place.UserPoolId, { GenerateSecret: true });
			const hash = (username: string) =>
				createHmac("sha256", secret.ClientSecret ?? "")
					.update(`${username}${secret.ClientId}`)
					.digest("base64");
			const both = { USERNAME: "ada", PASSWORD: password };
			assert.equal(
				await refusal(start("USER_PASSWORD_AUTH", both, secret.ClientId)),
				`NotAuthorizedException: Client ${secret.ClientId} is configured with secret but SECRET_HASH was not received`,
			);
			assert.equal(
				await refusal(start("USER_PASSWORD_AUTH", { ...both, SECRET_HASH: hash("bob") }, secret.ClientId)),
				`NotAuthorizedException: Unable to verify secret hash for client ${secret.ClientId}`,
			);
			const { AuthenticationResult } = await start("USER_PASSWORD_AUTH", { ...both, SECRET_HASH: hash("ada") }, secret.ClientId);
			const REFRESH_TOKEN = AuthenticationResult?.RefreshToken ?? "";
			for (const name of ["ada", sub]) {
				const refreshed = await start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN, SECRET_HASH: hash(name) }, secret.ClientId);
				assert.ok(refreshed.AuthenticationResult?.AccessToken);
			}
			assert.equal(
				await refusal(start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN, SECRET_HASH: hash("bob") }, secret.ClientId)),
				`NotAuthorizedException: Unable to verify secret hash for client ${secret.ClientId}`,
			);
		});

		await t.test("an unconfirmed user with the right password is told so, with a wrong one not", async () => {
			await client.send(new SignUpCommand({ ClientId: place.ClientId, Username: "new", Password: password, UserAttributes: [] }));
			assert.equal(
				await refusal(start("USER_PASSWORD_AUTH", { USERNAME: "new", PASSWORD: password })),
				"UserNotConfirmedException: User is not confirmed.",
			);
			assert.equal(
				await refusal(start("USER_PASSWORD_AUTH", { USERNAME: "new", PASSWORD: "Wrong-Horse-7" })),
				"NotAuthorizedException: Incorrect username or password.",
			);
		});

		await t.test("a pool that requires MFA gives no tokens for a password alone", async () => {
			const guarded = await createPlace(gatehouse);
			await createUser(guarded, "ada");
			const { RefreshToken } = await signIn(guarded, "ada");
			const { UserPoolId } = guarded;
			await client.send(
				new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } }),
			);
			const asked = await start("USER_PASSWORD_AUTH", { USERNAME: "ada", PASSWORD: password }, guarded.ClientId);
			assert.deepEqual([asked.ChallengeName, asked.AuthenticationResult], ["MFA_SETUP", undefined]);
			assert.equal(await refusal(signIn(guarded, "ada", "Wrong-Horse-7")), "NotAuthorizedException: Incorrect username or password.");
			await start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken }, guarded.ClientId);
		});

		await t.test("a disabled user is refused", async () => {
			await createUser(place, "dis");
			await client.send(new AdminDisableUserCommand({ UserPoolId: place.UserPoolId, Username: "dis" }));
			assert.equal(
				await refusal(start("USER_PASSWORD_AUTH", { USERNAME: "dis", PASSWORD: password })),
				"NotAuthorizedException: User is disabled.",
			);
		});

		await unknownUsers(t, gatehouse, place);
		await newPassword(t, gatehouse, place);
		await secretBlocks(t, gatehouse, place);
		await lockout(t, gatehouse, place);
	});
}

async function unknownUsers(t: TestContext, gatehouse: Gatehouse, place: Place): Promise<void> {
	const { client } = gatehouse;
	const hiding = await createClient(gatehouse, place.UserPoolId, { PreventUserExistenceErrors: "ENABLED" });
	const send = (ClientId: string, AuthFlow: AuthFlowType, AuthParameters: Record<string, string>) =>
		client.send(new InitiateAuthCommand({ AuthFlow, ClientId, AuthParameters }));

	await t.test("an unknown user is named by a LEGACY client and hidden by an ENABLED one", async () => {
		const nobody = { USERNAME: "nobody", PASSWORD: password };
		assert.equal(await refusal(send(place.ClientId, "USER_PASSWORD_AUTH", nobody)), "UserNotFoundException: User does not exist.");
		assert.equal(
			await refusal(send(hiding.ClientId, "USER_PASSWORD_AUTH", nobody)),
			"NotAuthorizedException: Incorrect username or password.",
		);
		assert.equal(
			await refusal(send(place.ClientId, "USER_SRP_AUTH", { USERNAME: "nobody", SRP_A: startSrp().SRP_A })),
			"UserNotFoundException: User does not exist.",
		);
	});

	await t.test("known and unknown users take the same statements, commits and exponentiations, and answer the same keys", async () => {
		const cost = async (work: () => Promise<unknown>) => {
			let result: unknown;
			const spent = await gatehouse.cost(async () => {
				result = await work();
			});
			return { ...spent, result };
		};
		const costsOf = async (USERNAME: string) => {
			const srp = startSrp();
			let parameters: Record<string, string> = {};
			const costs = [
				await cost(async () => {
					const answer = await send(hiding.ClientId, "USER_SRP_AUTH", { USERNAME, SRP_A: srp.SRP_A });
					parameters = answer.ChallengeParameters ?? {};
					return [answer.ChallengeName, Object.keys(answer).sort(), Object.keys(parameters).sort(), parameters["SALT"]?.length];
				}),
				await cost(() => {
					const ChallengeResponses = answerSrp(srp, parameters, place.UserPoolId, "Wrong-Horse-7");
					return refusal(
						client.send(
							new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId: hiding.ClientId, ChallengeResponses }),
						),
					);
				}),
			];
			gatehouse.clock.advance(15 * 60 * 1000); // forgets the failures
			const wrong = { USERNAME, PASSWORD: "Wrong-Horse-7" };
			return [...costs, await cost(() => refusal(send(hiding.ClientId, "USER_PASSWORD_AUTH", wrong)))];
		};
		const known = await costsOf("ada");
		assert.deepEqual(await costsOf("ghost"), known);
		assert.deepEqual(
			known.map(({ statements, batches, exponentiations }) => ({ statements, batches, exponentiations })),
			[
				{ statements: 1, batches: 0, exponentiations: 1 },
				{ statements: 2, batches: 1, exponentiations: 2 },
				{ statements: 2, batches: 1, exponentiations: 1 },
			],
		);
		gatehouse.clock.advance(15 * 60 * 1000);
	});

	await t.test("an unknown user's SALT and USER_ID_FOR_SRP are the same every time, and another name's are others", async () => {
		const challenge = async (USERNAME: string) => {
			const answer = await send(hiding.ClientId, "USER_SRP_AUTH", { USERNAME, SRP_A: startSrp().SRP_A });
			const { SALT, USER_ID_FOR_SRP, SECRET_BLOCK } = answer.ChallengeParameters ?? {};
			return { SALT, USER_ID_FOR_SRP, SECRET_BLOCK };
		};
		const [first, second, other] = [await challenge("ghost"), await challenge("ghost"), await challenge("spirit")];
		assert.deepEqual([first.SALT, first.USER_ID_FOR_SRP], [second.SALT, second.USER_ID_FOR_SRP]);
		assert.notEqual(first.SECRET_BLOCK, second.SECRET_BLOCK);
		assert.notEqual(first.SALT, other.SALT);
	});
}

async function newPassword(t: TestContext, gatehouse: Gatehouse, place: Place): Promise<void> {
	const { client } = gatehouse;
	const temporary = "Temporary-1";
	const invite = (Username: string) =>
		client.send(
			new AdminCreateUserCommand({
				...{ UserPoolId: place.UserPoolId, Username, TemporaryPassword: temporary, MessageAction: "SUPPRESS" },
			}),
		);
	const begin = (USERNAME: string) =>
		client.send(
			new InitiateAuthCommand({
				...{ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, AuthParameters: { USERNAME, PASSWORD: temporary } },
			}),
		);
	const answer = (Session: string | undefined, ChallengeResponses: Record<string, string>, ClientId = place.ClientId) =>
		client.send(new RespondToAuthChallengeCommand({ ChallengeName: "NEW_PASSWORD_REQUIRED", ClientId, Session, ChallengeResponses }));

	await t.test("a temporary password leads to NEW_PASSWORD_REQUIRED, and its answer to tokens", async () => {
		await invite("bea");
		const challenge = await begin("bea");
		assert.equal(challenge.ChallengeName, "NEW_PASSWORD_REQUIRED");
		assert.deepEqual(Object.keys(challenge.ChallengeParameters ?? {}).sort(), ["USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"]);
		assert.equal(challenge.ChallengeParameters?.["requiredAttributes"], "[]");
		assert.match(
			await refusal(answer(challenge.Session, { USERNAME: "bea", NEW_PASSWORD: "short" })),
			/^InvalidPasswordException: Password did not conform with policy: Password not long enough/,
		);
		const other = await createClient(gatehouse, place.UserPoolId);
		const session = "NotAuthorizedException: Invalid session for the user.";
		const response = { USERNAME: "bea", NEW_PASSWORD: "Brand-New-77" };
		assert.equal(await refusal(answer(challenge.Session, response, other.ClientId)), session);
		assert.equal(await refusal(answer(challenge.Session, { ...response, USERNAME: "ada" })), session);
		const [first = ""] = [challenge.Session];
		const middle = Math.floor(first.length / 2);
		const changed = `${first.slice(0, middle)}${first[middle] === "A" ? "B" : "A"}${first.slice(middle + 1)}`;
		const broken = await gatehouse.cost(async () => assert.equal(await refusal(answer(changed, response)), session));
		assert.equal(broken.statements, 0, "a broken seal costs no query");
		const results = await Promise.allSettled(Array.from({ length: 10 }, () => answer(challenge.Session, response)));
		assert.equal(results.filter((result) => result.status === "fulfilled").length, 1, "ten racers get one set of tokens");
		assert.equal(await refusal(answer(challenge.Session, response)), session);
		await signIn(place, "bea", "Brand-New-77");
	});

	await t.test("a NEW_PASSWORD_REQUIRED session ends with its validity, and a temporary password with its own", async () => {
		await invite("cyd");
		const challenge = await begin("cyd");
		gatehouse.clock.advance(3 * 60 * 1000 + 1000);
		assert.equal(
			await refusal(answer(challenge.Session, { USERNAME: "cyd", NEW_PASSWORD: "Brand-New-77" })),
			"NotAuthorizedException: Invalid session for the user, session is expired.",
		);
		gatehouse.clock.advance(7 * 24 * 3600 * 1000);
		assert.equal(
			await refusal(begin("cyd")),
			"NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
		);
	});

	await t.test("AdminRespondToAuthChallenge sets the required attributes that are missing, and no others that are set", async () => {
		const strict = await createPlace(gatehouse, {
			Schema: [
				{ Name: "email", Required: true, Mutable: true },
				{ Name: "name", Required: true, Mutable: true },
			],
		});
		await client.send(
			new AdminCreateUserCommand({
				...{ UserPoolId: strict.UserPoolId, Username: "dot", TemporaryPassword: temporary, MessageAction: "SUPPRESS" },
				UserAttributes: [{ Name: "email", Value: "dot@example.com" }],
			}),
		);
		const ids = { UserPoolId: strict.UserPoolId, ClientId: strict.ClientId };
		const challenge = await client.send(
			new AdminInitiateAuthCommand({
				...{ ...ids, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "dot", PASSWORD: temporary } },
			}),
		);
		assert.deepEqual(JSON.parse(challenge.ChallengeParameters?.["requiredAttributes"] ?? ""), ["userAttributes.name"]);
		const respond = (more: Record<string, string>) =>
			client.send(
				new AdminRespondToAuthChallengeCommand({
					...{ ...ids, ChallengeName: "NEW_PASSWORD_REQUIRED", Session: challenge.Session },
					ChallengeResponses: { USERNAME: "dot", NEW_PASSWORD: "Brand-New-77", ...more },
				}),
			);
		assert.equal(await refusal(respond({})), "InvalidParameterException: Invalid attributes given, name is missing");
		for (const email of ["x@example.com", "dot@example.com"]) {
			assert.equal(
				await refusal(respond({ "userAttributes.name": "Dot", "userAttributes.email": email })),
				"NotAuthorizedException: Cannot modify an already provided email",
			);
		}
		assert.equal(
			await refusal(respond({ "userAttributes.name": "Dot", "userAttributes.email_verified": "true" })),
			"InvalidParameterException: Cannot modify the non-mutable attribute email_verified",
		);
		const { AuthenticationResult } = await respond({ "userAttributes.name": "Dot" });
		const { UserAttributes } = await client.send(new GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken }));
		assert.equal(UserAttributes?.find((attribute) => attribute.Name === "name")?.Value, "Dot");
	});
}

async function secretBlocks(t: TestContext, gatehouse: Gatehouse, place: Place): Promise<void> {
	const { client } = gatehouse;
	const begin = async (ClientId = place.ClientId) => {
		const srp = startSrp();
		const { ChallengeParameters = {} } = await client.send(
			new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME: "ada", SRP_A: srp.SRP_A } }),
		);
		return answerSrp(srp, ChallengeParameters, place.UserPoolId, password);
	};
	const respond = (ChallengeResponses: Record<string, string>, ClientId = place.ClientId) =>
		client.send(new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId, ChallengeResponses }));
	const session = "NotAuthorizedException: Invalid session for the user.";

	await t.test("a SECRET_BLOCK is good once, for its client, unchanged and for its time", async () => {
		const answer = await begin();
		const results = await Promise.allSettled(Array.from({ length: 10 }, () => respond(answer)));
		assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
		assert.equal(await refusal(respond(answer)), session);
		const other = await createClient(gatehouse, place.UserPoolId);
		assert.equal(await refusal(respond(await begin(), other.ClientId)), session);
		const late = await begin();
		gatehouse.clock.advance(3 * 60 * 1000 + 1000);
		assert.match(await refusal(respond(late)), /session is expired/);
		const block = Buffer.from((await begin())["PASSWORD_CLAIM_SECRET_BLOCK"] ?? "", "base64");
		for (const at of [0, 5, 40, Math.floor(block.length / 2), block.length - 1]) {
			const changed = Buffer.from(block);
			changed[at] = (changed[at] ?? 0) ^ 1;
			assert.equal(await refusal(respond({ ...answer, PASSWORD_CLAIM_SECRET_BLOCK: changed.toString("base64") })), session);
		}
	});

	await t.test("a TIMESTAMP of another form, or other than the signed one, is refused", async () => {
		const answer = await begin();
		assert.match(await refusal(respond({ ...answer, TIMESTAMP: "yesterday" })), /^InvalidParameterException: TIMESTAMP format/);
		assert.equal(
			await refusal(respond({ ...answer, TIMESTAMP: "Tue May 7 00:09:40 UTC 2024" })),
			"NotAuthorizedException: Incorrect username or password.",
		);
		await signIn(place, "ada");
	});
}

async function lockout(t: TestContext, gatehouse: Gatehouse, place: Place): Promise<void> {
	const { client } = gatehouse;
	const hiding = await createClient(gatehouse, place.UserPoolId, { PreventUserExistenceErrors: "ENABLED" });
	const attempt = (USERNAME: string, PASSWORD: string) =>
		refusal(
			client.send(
				new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: hiding.ClientId, AuthParameters: { USERNAME, PASSWORD } }),
			),
		);
	const incorrect = "NotAuthorizedException: Incorrect username or password.";
	const exceeded = "NotAuthorizedException: Password attempts exceeded";

	await t.test("five failures lock a name, known or not, for a second, and each further one for twice as long", async () => {
		await createUser(place, "eve");
		for (const name of ["eve", "phantom"]) {
			for (let n = 0; n < 5; n++) assert.equal(await attempt(name, "Wrong-Horse-7"), incorrect);
			assert.equal(await attempt(name, password), exceeded, "the right password too");
			gatehouse.clock.advance(1001);
			assert.equal(await attempt(name, "Wrong-Horse-7"), incorrect);
			gatehouse.clock.advance(1001);
			assert.equal(await attempt(name, password), exceeded);
			gatehouse.clock.advance(1000);
			assert.equal(await attempt(name, password), name === "eve" ? "not refused" : incorrect);
		}
		for (let n = 0; n < 4; n++) assert.equal(await attempt("eve", "Wrong-Horse-7"), incorrect);
		assert.equal(await attempt("eve", password), "not refused", "a success had set the count to nothing");
	});

	await t.test("fifteen quiet minutes forget failures", async () => {
		for (let n = 0; n < 5; n++) assert.equal(await attempt("eve", "Wrong-Horse-7"), incorrect);
		gatehouse.clock.advance(15 * 60 * 1000);
		for (let n = 0; n < 4; n++) assert.equal(await attempt("eve", "Wrong-Horse-7"), incorrect);
		assert.equal(await attempt("eve", password), "not refused");
	});

	await t.test("a burst of parallel guesses does not get past the lock", async () => {
		await createUser(place, "fay");
		const guesses = Array.from({ length: 40 }, (_, n) => attempt("fay", `Wrong-Horse-${n}`));
		await Promise.race(guesses);
		assert.equal(await attempt("fay", password), exceeded);
		await Promise.all(guesses);
	});

	await t.test("a password that an administrator sets ends the old one, and the wrong pool's client does not sign in", async () => {
		await createUser(place, "gil");
		await client.send(
			new AdminSetUserPasswordCommand({ UserPoolId: place.UserPoolId, Username: "gil", Password: "Other-Horse-8", Permanent: true }),
		);
		assert.equal(await attempt("gil", password), incorrect);
		assert.equal(await attempt("gil", "Other-Horse-8"), "not refused");
		const elsewhere = await createPlace(gatehouse);
		await client.send(
			new UpdateUserPoolClientCommand({
				...{ UserPoolId: elsewhere.UserPoolId, ClientId: elsewhere.ClientId, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
			}),
		);
		assert.equal(await refusal(signIn(elsewhere, "gil", "Other-Horse-8")), "UserNotFoundException: User does not exist.");
		assert.equal(
			await refusal(
				client.send(
					new AdminInitiateAuthCommand({
						...{ UserPoolId: place.UserPoolId, ClientId: elsewhere.ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" },
						AuthParameters: { USERNAME: "gil", PASSWORD: "Other-Horse-8" },
					}),
				),
			),
			`ResourceNotFoundException: User pool client ${elsewhere.ClientId} does not exist.`,
		);
	});
}
