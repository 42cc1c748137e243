/** App clients through the front door: defaults, round trips, rules between members, secrets, lists. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	DeleteUserPoolClientCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolClientCommand,
	GetTokensFromRefreshTokenCommand,
	InitiateAuthCommand,
	ListUserPoolClientsCommand,
	UpdateUserPoolClientCommand,
	type UpdateUserPoolClientCommandInput,
	type UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Call } from "../../src/domain/call.ts";
import { updateAppClient } from "../../src/domain/user-pools/app-clients.ts";
import { flowsOf, lifetimesOf, permittedAttributes, rotationOf } from "../../src/domain/user-pools/client-settings.ts";
import type { UserPool } from "../../src/domain/user-pools/pools.ts";
import { insert, type Store } from "../../src/storage/store.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";

type Made = UserPoolClientType & { ClientId: string };

const oauth = {
	AllowedOAuthFlowsUserPoolClient: true,
	AllowedOAuthFlows: ["code"],
	AllowedOAuthScopes: ["openid"],
	CallbackURLs: ["https://app.example.com/back"],
} satisfies Partial<CreateUserPoolClientCommandInput>;

/** Everything set to something else than its default. */
const rich = {
	...oauth,
	AccessTokenValidity: 30,
	IdTokenValidity: 2,
	RefreshTokenValidity: 90,
	TokenValidityUnits: { AccessToken: "minutes" },
	AllowedOAuthFlows: ["code", "implicit"],
	AllowedOAuthScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
	AnalyticsConfiguration: {
		ApplicationId: "d70b2ba36a8c4dc5a04a0451a31a1e12",
		RoleArn: "arn:aws:iam::123456789012:role/pinpoint",
		ExternalId: "x",
	},
	AuthSessionValidity: 15,
	CallbackURLs: ["https://app.example.com/back", "http://localhost:3000", "http://127.0.0.1/", "http://[::1]:8080/x", "myapp://example"],
	DefaultRedirectURI: "myapp://example",
	EnablePropagateAdditionalUserContextData: true,
	EnableTokenRevocation: false,
	ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"],
	LogoutURLs: ["https://app.example.com/bye#now"],
	PreventUserExistenceErrors: "ENABLED",
	ReadAttributes: ["email", "custom:plan", "email_verified"],
	WriteAttributes: ["oidc:profile", "custom:plan"],
	RefreshTokenRotation: { Feature: "ENABLED" },
	SupportedIdentityProviders: ["COGNITO"],
} satisfies Partial<CreateUserPoolClientCommandInput>;

for (const engine of engines) {
	describe(`app clients (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			UserPoolId = await createPool();
		});
		after(() => gatehouse.stop());

		const createPool = async (input: Partial<CreateUserPoolCommandInput> = {}): Promise<string> => {
			const { UserPool } = await client.send(
				new CreateUserPoolCommand({ PoolName: "pool", Schema: [{ Name: "plan", AttributeDataType: "String" }], ...input }),
			);
			return UserPool?.Id ?? "";
		};
		const create = async (input: Partial<CreateUserPoolClientCommandInput> = {}): Promise<Made> =>
			(await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ...input }))).UserPoolClient as Made;
		const read = async (ClientId: string, pool = UserPoolId): Promise<UserPoolClientType> =>
			(await client.send(new DescribeUserPoolClientCommand({ UserPoolId: pool, ClientId }))).UserPoolClient as UserPoolClientType;
		const change = async (ClientId: string, input: Partial<UpdateUserPoolClientCommandInput> = {}): Promise<UserPoolClientType> =>
			(await client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ...input }))).UserPoolClient as UserPoolClientType;

		test("a client made with a name alone has exactly the defaults that DescribeUserPoolClient shows", async () => {
			const made = await create();
			const { ClientId, CreationDate, LastModifiedDate, ...rest } = made;
			ok(/^[0-9a-z]{26}$/.test(ClientId), ClientId);
			deepEqual(CreationDate, LastModifiedDate);
			deepEqual(rest, {
				UserPoolId,
				ClientName: "app",
				RefreshTokenValidity: 30,
				AllowedOAuthFlowsUserPoolClient: false,
				EnableTokenRevocation: true,
				EnablePropagateAdditionalUserContextData: false,
				AuthSessionValidity: 3,
				ClientType: "REGULAR",
			});
			deepEqual(await read(ClientId), made);
		});

		test("what DescribeUserPoolClient answers, sent to UpdateUserPoolClient, changes nothing", async () => {
			for (const input of [{}, { GenerateSecret: true, ...rich }]) {
				const { ClientId } = await create(input);
				const described = await read(ClientId);
				gatehouse.clock.advance(1000);
				const { CreationDate, LastModifiedDate, ClientSecret, ClientType, ...updatable } = described;
				const updated = await change(ClientId, updatable);
				ok((updated.LastModifiedDate?.getTime() ?? 0) > (LastModifiedDate?.getTime() ?? 0));
				deepEqual({ ...updated, LastModifiedDate: null }, { ...described, LastModifiedDate: null });
				deepEqual(await read(ClientId), updated);
			}
		});

		test("UpdateUserPoolClient returns what it leaves out to its default and keeps the secret", async () => {
			const made = await create({ GenerateSecret: true, ...rich });
			const updated = await change(made.ClientId);
			const plain = await create();
			deepEqual(
				{ ...updated, LastModifiedDate: null, CreationDate: null },
				{ ...plain, ClientId: made.ClientId, ClientSecret: made.ClientSecret, LastModifiedDate: null, CreationDate: null },
			);
			equal((await change(made.ClientId, { ClientName: "renamed" })).ClientName, "renamed");
		});

		test("a client keeps what it was given and fills in what that implies", async () => {
			const made = await create({ GenerateSecret: true, ...rich });
			deepEqual(made.TokenValidityUnits, { AccessToken: "minutes", IdToken: "hours", RefreshToken: "days" });
			deepEqual(made.RefreshTokenRotation, { Feature: "ENABLED", RetryGracePeriodSeconds: 0 });
			equal(made.AnalyticsConfiguration?.UserDataShared, false);
			deepEqual(made.ReadAttributes, ["email", "custom:plan", "email_verified"]);
			deepEqual(made.WriteAttributes, ["oidc:profile", "custom:plan"]);
		});

		test("a refresh token that is not given a lifetime, or zero, lives 30 days in any unit", async () => {
			equal((await create({ RefreshTokenValidity: 0 })).RefreshTokenValidity, 30);
			equal((await create({ TokenValidityUnits: { RefreshToken: "hours" } })).RefreshTokenValidity, 720);
			equal((await create({ RefreshTokenValidity: 0, TokenValidityUnits: { RefreshToken: "seconds" } })).RefreshTokenValidity, 2_592_000);
		});

		test("a secret is made, or taken as given, and is sealed at rest", async () => {
			const made = await create({ GenerateSecret: true });
			ok(/^[0-9a-z]{51}$/.test(made.ClientSecret ?? ""));
			equal((await read(made.ClientId)).ClientSecret, made.ClientSecret);
			const own = "My_own_secret+of_24_letters";
			const given = await create({ ClientSecret: own });
			equal(given.ClientSecret, own);
			const rows = await gatehouse.store.db.selectFrom("client_secrets").selectAll().where("client_id", "=", given.ClientId).execute();
			equal(rows.length, 1);
			ok(!Buffer.from(rows[0]?.sealed ?? []).includes(own));
			equal(
				await refusal(create({ GenerateSecret: true, ClientSecret: own })),
				"InvalidParameterException: You cannot specify both GenerateSecret as true and provide a ClientSecret value.",
			);
		});

		test("SECRET_HASH must prove the secret, and only where there is one", async () => {
			const flows = {
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
			} satisfies Partial<CreateUserPoolClientCommandInput>;
			const secret = await create({ GenerateSecret: true, ...flows });
			const open = await create(flows);
			const signIn = ({ ClientId }: Made, hash?: string) =>
				refusal(
					client.send(
						new InitiateAuthCommand({
							ClientId,
							AuthFlow: "USER_PASSWORD_AUTH",
							AuthParameters: { USERNAME: "nobody", PASSWORD: "wrong", ...(hash === undefined ? {} : { SECRET_HASH: hash }) },
						}),
					),
				);
			const hashOf = (key: string, message: string) => createHmac("sha256", key).update(message).digest("base64");
			const right = hashOf(secret.ClientSecret ?? "", `nobody${secret.ClientId}`);
			equal(await signIn(secret, right), "UserNotFoundException: User does not exist.");
			equal(
				await signIn(secret),
				`NotAuthorizedException: Client ${secret.ClientId} is configured with secret but SECRET_HASH was not received`,
			);
			const wrong = `NotAuthorizedException: Unable to verify secret hash for client ${secret.ClientId}`;
			equal(await signIn(secret, hashOf(secret.ClientSecret ?? "", "nobody")), wrong);
			equal(await signIn(secret, "short"), wrong);
			equal(await signIn(secret, `${right.startsWith("A") ? "B" : "A"}${right.slice(1)}`), wrong);
			equal(
				await signIn(open, right),
				`NotAuthorizedException: Client ${open.ClientId} is not configured for secret but secret hash was received`,
			);
			const refresh = (ClientSecret?: string) =>
				refusal(client.send(new GetTokensFromRefreshTokenCommand({ ClientId: secret.ClientId, RefreshToken: "x", ClientSecret })));
			for (const text of [undefined, "a".repeat(51)]) {
				equal(await refresh(text), `NotAuthorizedException: Unable to verify client secret for client ${secret.ClientId}`);
			}
			equal(await refresh(secret.ClientSecret), "NotAuthorizedException: Invalid Refresh Token.");
		});

		test("rules between members are refused with Cognito's words", async () => {
			const cases: [Partial<CreateUserPoolClientCommandInput>, string][] = [
				[
					{ ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
					"InvalidParameterException: Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
				],
				[
					{ AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: "minutes" } },
					"InvalidParameterException: Invalid range for token validity.",
				],
				[{ IdTokenValidity: 25 }, "InvalidParameterException: Invalid range for token validity."],
				[
					{ RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: "minutes" } },
					"InvalidParameterException: Invalid range for token validity.",
				],
				[{ RefreshTokenValidity: 3651 }, "InvalidParameterException: Invalid range for token validity."],
				[
					{ AccessTokenValidity: 2, RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: "hours" } },
					"InvalidParameterException: Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
				],
				[{ ReadAttributes: ["banana"] }, "InvalidParameterException: Invalid read attributes specified while creating a client"],
				[{ WriteAttributes: ["custom:banana"] }, "InvalidParameterException: Invalid write attributes specified while creating a client"],
				[{ WriteAttributes: ["email_verified"] }, "InvalidParameterException: Invalid write attributes specified while creating a client"],
				[
					{ AllowedOAuthFlowsUserPoolClient: true },
					"InvalidParameterException: AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
				],
				[
					{ ...oauth, CallbackURLs: [] },
					"InvalidOAuthFlowException: CallbackUrls can not be empty when code flow or implicit flow is selected",
				],
				[
					{ ...oauth, GenerateSecret: true, AllowedOAuthFlows: ["code", "client_credentials"] },
					"InvalidOAuthFlowException: client_credentials flow can not be selected along with code flow or implicit flow.",
				],
				[
					{ ...oauth, AllowedOAuthFlows: ["client_credentials"] },
					"InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a client secret.",
				],
				[
					{ ...oauth, GenerateSecret: true, AllowedOAuthFlows: ["client_credentials"] },
					"InvalidOAuthFlowException: openid is not supported with client_credentials flow",
				],
				[{ ...oauth, AllowedOAuthScopes: ["openid", "Cognito"] }, "ScopeDoesNotExistException: Invalid scope requested: Cognito"],
				[{ CallbackURLs: ["http://app.example.com"] }, "InvalidParameterException: http://app.example.com cannot use the HTTP protocol."],
				[
					{ LogoutURLs: ["http://localhost.example.com"] },
					"InvalidParameterException: http://localhost.example.com cannot use the HTTP protocol.",
				],
				[{ CallbackURLs: ["https://app.example.com/#x"] }, "InvalidParameterException: https://app.example.com/#x cannot use fragment"],
				[
					{ CallbackURLs: ["https://a.example.com"], DefaultRedirectURI: "https://b.example.com" },
					"InvalidParameterException: The default redirect URI https://b.example.com is not in the callback URIs list.",
				],
				[
					{ SupportedIdentityProviders: ["COGNITO", "Google"] },
					`InvalidParameterException: The provider Google does not exist for User Pool ${UserPoolId}.`,
				],
				[
					{ AnalyticsConfiguration: { ApplicationId: "abc" } },
					"InvalidParameterException: Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid",
				],
				[
					{ EnablePropagateAdditionalUserContextData: true },
					"InvalidParameterException: Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
				],
			];
			for (const [input, expected] of cases) equal(await refusal(create(input)), expected);
			for (const input of [
				{ RefreshTokenRotation: { Feature: "ENABLED" }, ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] },
				{ ExplicitAuthFlows: ["ALLOW_CLIENT_TOKEN_AUTH" as "ALLOW_USER_AUTH"] },
				{ GenerateSecret: true, ExplicitAuthFlows: ["ALLOW_CLIENT_TOKEN_AUTH" as "ALLOW_USER_AUTH", "ALLOW_USER_AUTH"] },
				{ CallbackURLs: ["/relative"] },
			] satisfies Partial<CreateUserPoolClientCommandInput>[]) {
				ok((await refusal(create(input))).startsWith("InvalidParameterException: "), JSON.stringify(input));
			}
			const { ClientId } = await create();
			equal(
				await refusal(change(ClientId, { WriteAttributes: ["sub"] })),
				"InvalidParameterException: Invalid write attributes specified while updating a client",
			);
		});

		test("a client must be able to write what its pool requires", async () => {
			const pool = await createPool({ Schema: [{ Name: "email", Required: true }] });
			equal(
				await refusal(create({ UserPoolId: pool, WriteAttributes: ["given_name"] })),
				"InvalidParameterException: Invalid write attributes specified while creating a client",
			);
			await create({ UserPoolId: pool, WriteAttributes: ["given_name", "email"] });
		});

		test("choice-based sign-in is not in the Lite plan", async () => {
			const pool = await createPool({ UserPoolTier: "LITE" });
			ok(
				(await refusal(create({ UserPoolId: pool, ExplicitAuthFlows: ["ALLOW_USER_AUTH"] }))).startsWith(
					"FeatureUnavailableInTierException: ",
				),
			);
		});

		test("a client is known in its own pool only, and is gone when it is deleted", async () => {
			const { ClientId } = await create({ GenerateSecret: true });
			const missing = `ResourceNotFoundException: User pool client ${ClientId} does not exist.`;
			const other = await createPool();
			equal(await refusal(read(ClientId, other)), missing);
			equal(await refusal(client.send(new DeleteUserPoolClientCommand({ UserPoolId: other, ClientId }))), missing);
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
			equal(await refusal(read(ClientId)), missing);
			equal(await refusal(change(ClientId)), missing);
			equal(
				await refusal(
					client.send(
						new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "a", PASSWORD: "b" } }),
					),
				),
				missing,
			);
			deepEqual(await gatehouse.store.db.selectFrom("client_secrets").selectAll().where("client_id", "=", ClientId).execute(), []);
		});

		test("a client of a pool that does not exist is refused", async () => {
			const pool = await createPool();
			await client.send(new DeleteUserPoolCommand({ UserPoolId: pool }));
			equal(await refusal(create({ UserPoolId: pool })), `ResourceNotFoundException: User pool ${pool} does not exist.`);
		});

		test("ListUserPoolClients pages through a pool's clients without skipping or repeating one", async () => {
			const pool = await createPool();
			const made = new Map<string, string>();
			for (let i = 0; i < 7; i++) {
				const { ClientId, ClientName = "" } = await create({ UserPoolId: pool, ClientName: `listed ${i}` });
				made.set(ClientId, ClientName);
			}
			await create();
			const seen: string[] = [];
			let NextToken: string | undefined;
			let first: string | undefined;
			do {
				const page = await client.send(new ListUserPoolClientsCommand({ UserPoolId: pool, MaxResults: 2, NextToken }));
				for (const listed of page.UserPoolClients ?? []) {
					deepEqual(listed, { ClientId: listed.ClientId, UserPoolId: pool, ClientName: made.get(listed.ClientId ?? "") });
					seen.push(listed.ClientId ?? "");
				}
				NextToken = page.NextToken;
				first ??= NextToken;
			} while (NextToken);
			deepEqual(seen, [...made.keys()].sort());
			equal((await client.send(new ListUserPoolClientsCommand({ UserPoolId: pool }))).UserPoolClients?.length, 7);
			equal((await client.send(new ListUserPoolClientsCommand({ UserPoolId: pool, ClientType: "REGULAR" }))).UserPoolClients?.length, 7);
			deepEqual((await client.send(new ListUserPoolClientsCommand({ UserPoolId: pool, ClientType: "DCR" }))).UserPoolClients, []);
			equal(
				await refusal(client.send(new ListUserPoolClientsCommand({ UserPoolId, NextToken: first }))),
				"InvalidParameterException: Invalid pagination token given.",
			);
		});

		test("of updates that race each is made or refused with ConcurrentModificationException", async () => {
			const { ClientId } = await create();
			const names = Array.from({ length: 8 }, (_, i) => `racer ${i}`);
			const outcomes = await Promise.all(names.map((ClientName) => refusal(change(ClientId, { ClientName }))));
			const winners = names.filter((_, i) => outcomes[i] === "not refused");
			ok(winners.length >= 1);
			for (const outcome of outcomes) ok(outcome === "not refused" || outcome.startsWith("ConcurrentModificationException: "), outcome);
			ok(winners.includes((await read(ClientId)).ClientName ?? ""));
		});

		test("an update of what another has changed since is refused with ConcurrentModificationException", async () => {
			const { ClientId } = await create();
			const { store } = gatehouse;
			// The real store, but that another update comes in between reading and writing.
			const late: Store = Object.assign(Object.create(store) as Store, {
				write: async (batch: Parameters<Store["write"]>[0]) => {
					await change(ClientId, { ClientName: "first" });
					return store.write(batch);
				},
			});
			const call = { store: late, now: 0, caches: { appClients: { forget() {} } } } as unknown as Call;
			const pool = { id: UserPoolId, schema: new Map(), settings: {} } as unknown as UserPool;
			equal(
				await refusal(updateAppClient(call, pool, { UserPoolId, ClientId, ClientName: "second" })),
				"AwsError: The request failed because the resource was changed at the same time.",
			);
			equal((await read(ClientId)).ClientName, "first");
		});

		test("a ClientName of _custom_id_:ID gives a client that id, once", async () => {
			const made = await create({ ClientName: "_custom_id_:fixedclient" });
			equal(made.ClientId, "fixedclient");
			equal(
				await refusal(create({ ClientName: "_custom_id_:fixedclient" })),
				"InvalidParameterException: The id fixedclient is already taken.",
			);
			notEqual(await refusal(create({ ClientName: "_custom_id_:not an id" })), "not refused");
			// When its pool goes, the id is free, and the secret it had is forgotten.
			const pool = await createPool();
			const ClientName = "_custom_id_:moved";
			const first = await create({ UserPoolId: pool, ClientName, GenerateSecret: true });
			equal((await change(first.ClientId, { UserPoolId: pool, ClientName })).ClientName, ClientName);
			await client.send(new DeleteUserPoolCommand({ UserPoolId: pool }));
			const second = await create({ ClientName, GenerateSecret: true });
			equal((await read("moved")).ClientSecret, second.ClientSecret);
			notEqual(second.ClientSecret, first.ClientSecret);
		});

		test("a pool holds a thousand clients", async () => {
			const pool = await createPool();
			const { ClientId } = await create({ UserPoolId: pool });
			const row = await gatehouse.store.db.selectFrom("app_clients").selectAll().where("id", "=", ClientId).executeTakeFirstOrThrow();
			await gatehouse.store.write(
				Array.from({ length: 999 }, (_, i) => insert<"app_clients">("app_clients", { ...row, id: `full${engine}${i}` })),
			);
			equal(await refusal(create({ UserPoolId: pool })), "LimitExceededException: Maximum number of app clients exceeded.");
		});
	});
}

describe("what the domain reads out of a client's settings", () => {
	test("flows are those of today's names, with the old names translated", () => {
		const flows = (...ExplicitAuthFlows: NonNullable<Parameters<typeof flowsOf>[0]["ExplicitAuthFlows"]>[number][]) =>
			[...flowsOf({ ExplicitAuthFlows })]
				.map((flow) => flow.replace(/^ALLOW_|_AUTH$/g, ""))
				.sort()
				.join(" ");
		equal(flows(), "CUSTOM REFRESH_TOKEN USER_SRP");
		equal(flows("ALLOW_USER_PASSWORD_AUTH"), "USER_PASSWORD");
		equal(flows("ADMIN_NO_SRP_AUTH"), "ADMIN_USER_PASSWORD CUSTOM REFRESH_TOKEN USER_SRP");
		equal(flows("USER_PASSWORD_AUTH"), "CUSTOM REFRESH_TOKEN USER_PASSWORD USER_SRP");
		equal(flows("CUSTOM_AUTH_FLOW_ONLY"), "CUSTOM REFRESH_TOKEN");
	});

	test("rotation closes the refresh flow and has a grace of its own", () => {
		const settings = { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 } } as const;
		equal(flowsOf(settings).has("ALLOW_REFRESH_TOKEN_AUTH"), false);
		deepEqual(rotationOf(settings), { graceSeconds: 10 });
		equal(rotationOf({ RefreshTokenRotation: { Feature: "DISABLED" } }), undefined);
		equal(rotationOf({}), undefined);
	});

	test("lifetimes apply their units and defaults", () => {
		deepEqual(lifetimesOf({}), { access: 3600, id: 3600, refresh: 2_592_000, authSession: 180 });
		deepEqual(
			lifetimesOf({
				AccessTokenValidity: 10,
				IdTokenValidity: 1,
				RefreshTokenValidity: 2,
				TokenValidityUnits: { AccessToken: "minutes", IdToken: "days", RefreshToken: "hours" },
				AuthSessionValidity: 5,
			}),
			{ access: 600, id: 86_400, refresh: 7200, authSession: 300 },
		);
	});

	test("oidc:profile stands for the attributes of that scope", () => {
		equal(permittedAttributes(undefined), undefined);
		const permitted = permittedAttributes(["oidc:profile", "email"]);
		equal(permitted?.size, 14);
		ok(permitted.has("birthdate") && permitted.has("email") && !permitted.has("address") && !permitted.has("oidc:profile"));
	});
});
