/** Access tokens of machines through the front door: GetClientToken. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AddUserPoolClientSecretCommand,
	type CognitoIdentityProviderClient,
	CreateResourceServerCommand,
	type CreateUserPoolClientCommandInput,
	DeleteResourceServerCommand,
	GetClientTokenCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	GlobalSignOutCommand,
	InitiateAuthCommand,
	ListUserSessionsCommand,
	RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, password, refusal } from "../support/people.ts";

/** The SDK does not know its name yet. */
const clientTokenFlow = "ALLOW_CLIENT_TOKEN_AUTH" as "ALLOW_USER_AUTH";

for (const engine of engines) {
	describe(`machine tokens (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			// The Lite plan has it too: "Machine-to-machine (M2M) with client credentials".
			({ UserPoolId } = await createPlace(gatehouse, { UserPoolTier: "LITE" }));
			await createServer("solar", "read", "write");
		});
		after(() => gatehouse.stop());

		const createServer = (Identifier: string, ...names: string[]) =>
			client.send(
				new CreateResourceServerCommand({
					UserPoolId,
					Identifier,
					Name: Identifier,
					Scopes: names.map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
				}),
			);
		const createMachine = async (settings: Partial<CreateUserPoolClientCommandInput> = {}) => {
			const machine = await createClient(gatehouse, UserPoolId, {
				GenerateSecret: true,
				ExplicitAuthFlows: [clientTokenFlow],
				AllowedOAuthScopes: ["solar/read", "solar/write"],
				...settings,
			});
			return { ClientId: machine.ClientId, Secret: machine.ClientSecret ?? "" };
		};
		const take = async (machine: { ClientId: string; Secret: string }, Scopes?: string[]) =>
			(await client.send(new GetClientTokenCommand({ ...machine, Scopes }))).ClientAuthenticationResult;

		test("a machine gets an access token of its own, and nothing else", async () => {
			const machine = await createMachine({ AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: "minutes" } });
			const result = await take(machine, ["solar/read"]);
			deepEqual(Object.keys(result ?? {}).sort(), ["AccessToken", "ExpiresIn", "TokenType"]);
			equal(result?.TokenType, "Bearer");
			equal(result?.ExpiresIn, 600);
			const keys = createLocalJWKSet((await (await fetch(`${gatehouse.url}/${UserPoolId}/.well-known/jwks.json`)).json()) as JSONWebKeySet);
			const { payload } = await jwtVerify(result?.AccessToken ?? "", keys, { currentDate: new Date(gatehouse.clock.now()) });
			const { iat = 0, jti, ...claims } = payload;
			deepEqual(claims, {
				sub: machine.ClientId,
				token_use: "access",
				scope: "solar/read",
				auth_time: iat,
				iss: `http://localhost:9400/${UserPoolId}`,
				exp: iat + 600,
				version: 2,
				client_id: machine.ClientId,
			});
			match(String(jti), /^[0-9a-f-]{36}$/);
			ok(jti !== claimsOf((await take(machine, ["solar/read"]))?.AccessToken ?? "")["jti"]);
		});

		test("without scopes it gets those of its client, but for what is gone", async () => {
			await createServer("lunar", "read");
			const machine = await createMachine({ AllowedOAuthScopes: ["solar/write", "lunar/read", "openid"] });
			const scopes = async (asked?: string[]) =>
				String(claimsOf((await take(machine, asked))?.AccessToken ?? "")["scope"])
					.split(" ")
					.sort();
			deepEqual(await scopes(), ["lunar/read", "solar/write"]);
			deepEqual(await scopes([]), ["lunar/read", "solar/write"]);
			deepEqual(await scopes(["lunar/read", "lunar/read"]), ["lunar/read"]);
			await client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: "lunar" }));
			deepEqual(await scopes(), ["solar/write"]);
			equal(await refusal(scopes(["lunar/read"])), "InvalidParameterException: Invalid scope requested: lunar/read");
		});

		test("it gets no scope that its client is not allowed, or that is nobody's", async () => {
			const machine = await createMachine({ AllowedOAuthScopes: ["solar/read", "openid", "aws.cognito.signin.user.admin"] });
			for (const scope of ["solar/write", "solar/fly", "openid", "aws.cognito.signin.user.admin", "mars/read"]) {
				equal(await refusal(take(machine, ["solar/read", scope])), `InvalidParameterException: Invalid scope requested: ${scope}`);
			}
			const none = await createMachine({ AllowedOAuthScopes: ["openid"] });
			const nothing = "InvalidParameterException: The app client has no custom scopes that an access token could authorize.";
			equal(await refusal(take(none)), nothing);
			equal(await refusal(take(await createMachine({ AllowedOAuthScopes: [] }))), nothing);
		});

		test("either secret of a client proves it, and nothing else does", async () => {
			const machine = await createMachine();
			const second = "a_second_secret_of_30_characters";
			await client.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId: machine.ClientId, ClientSecret: second }));
			gatehouse.clock.advance(1000);
			ok(await take({ ...machine, Secret: second }));
			ok(await take(machine));
			const wrong = `NotAuthorizedException: Unable to verify client secret for client ${machine.ClientId}`;
			equal(await refusal(take({ ...machine, Secret: `${machine.Secret.slice(1)}x` })), wrong);
			const other = await createMachine();
			equal(await refusal(take({ ...machine, Secret: other.Secret })), wrong);
			const missing = "nobodysclient";
			equal(
				await refusal(take({ ClientId: missing, Secret: machine.Secret })),
				`ResourceNotFoundException: User pool client ${missing} does not exist.`,
			);
		});

		test("a client of people gets none, and a machine's client signs nobody in", async () => {
			const off = "InvalidParameterException: CLIENT_TOKEN_AUTH flow not enabled for this client";
			const confidential = await createMachine({ ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] });
			equal(await refusal(take(confidential)), off);
			const open = await createClient(gatehouse, UserPoolId);
			match(
				await refusal(take({ ClientId: open.ClientId, Secret: confidential.Secret })),
				/^NotAuthorizedException: Unable to verify client secret/,
			);
			const machine = await createMachine();
			const AuthParameters = { USERNAME: "ada", PASSWORD: password };
			const start = new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: machine.ClientId, AuthParameters });
			equal(await refusal(client.send(start)), "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client");
		});

		test("its token does nothing that a user's does", async () => {
			const machine = await createMachine();
			const AccessToken = (await take(machine))?.AccessToken ?? "";
			const lacking = "NotAuthorizedException: Access Token does not have required scopes";
			for (const command of [GetUserCommand, GlobalSignOutCommand, ListUserSessionsCommand] as const) {
				equal(await refusal(client.send(new command({ AccessToken }) as GetUserCommand)), lacking);
			}
			const { ClientId, Secret: ClientSecret } = machine;
			match(
				await refusal(client.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret, RefreshToken: AccessToken }))),
				/^NotAuthorizedException: Invalid Refresh Token/,
			);
			match(
				await refusal(client.send(new RevokeTokenCommand({ ClientId, ClientSecret, Token: AccessToken }))),
				/^UnsupportedTokenTypeException/,
			);
		});

		test("the call needs no signature", async () => {
			const machine = await createMachine();
			const answer = await fetch(gatehouse.url, {
				method: "POST",
				headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.GetClientToken" },
				body: JSON.stringify({ ...machine, ClientMetadata: { purpose: "none" } }),
			});
			equal(answer.status, 200);
		});
	});
}
