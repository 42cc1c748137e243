/** What user pools have besides their settings: attributes added later, MFA configuration, a signing certificate, reads of what is not there yet, and ids that come back. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	AddCustomAttributesCommand,
	AdminCreateUserCommand,
	AdminGetUserCommand,
	type CognitoIdentityProviderClient,
	CreateResourceServerCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	DeleteUserPoolCommand,
	DescribeIdentityProviderCommand,
	DescribeUserPoolCommand,
	DescribeUserPoolDomainCommand,
	GetIdentityProviderByIdentifierCommand,
	GetSigningCertificateCommand,
	GetUserCommand,
	GetUserPoolMfaConfigCommand,
	ListIdentityProvidersCommand,
	ListResourceServersCommand,
	ListUsersCommand,
	type SchemaAttributeType,
	SetUserPoolMfaConfigCommand,
	type SetUserPoolMfaConfigCommandInput,
	UpdateUserPoolCommand,
	type UpdateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Call } from "../../src/domain/call.ts";
import { loadUserPool, type UserPool } from "../../src/domain/user-pools/pools.ts";
import { findSigningCertificate, getSigningCertificate } from "../../src/domain/user-pools/signing-certificate.ts";
import { insert, type Store } from "../../src/storage/store.ts";
import { removePoolRows } from "../../src/storage/sweep.ts";
import { createVault } from "../../src/storage/vault.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";
import { outcomes } from "../support/user-pools.ts";

const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/service-role/sms", ExternalId: "external", SnsRegion: "us-east-1" };
const mail = {
	EmailSendingAccount: "DEVELOPER",
	SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/support@example.com",
} satisfies CreateUserPoolCommandInput["EmailConfiguration"];
const message = { Message: "Code {####}", Subject: "Your code" };
const missing = (id: string) => `ResourceNotFoundException: User pool ${id} does not exist.`;
const nowhere = "us-east-1_nothing00";

for (const engine of engines) {
	describe(`what a pool has besides its settings (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
		});
		after(() => gatehouse.stop());

		const create = async (input: Partial<CreateUserPoolCommandInput> = {}) =>
			(await client.send(new CreateUserPoolCommand({ PoolName: "pool", ...input }))).UserPool?.Id ?? "";
		const read = async (UserPoolId: string) => (await client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool;
		const change = (UserPoolId: string, input: Partial<UpdateUserPoolCommandInput>) =>
			client.send(new UpdateUserPoolCommand({ UserPoolId, ...input }));
		const remove = (UserPoolId: string) => client.send(new DeleteUserPoolCommand({ UserPoolId }));

		describe("AddCustomAttributes", () => {
			const add = (UserPoolId: string, ...CustomAttributes: SchemaAttributeType[]) =>
				client.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes }));
			const text = (Name: string): SchemaAttributeType => ({ Name, AttributeDataType: "String" });

			test("adds them to the schema, where users and clients have them at once", async () => {
				const place = await createPlace(gatehouse, { Schema: [text("first")] });
				const before = (await read(place.UserPoolId))?.SchemaAttributes ?? [];
				await add(
					place.UserPoolId,
					{ ...text("plan"), Mutable: true, StringAttributeConstraints: { MinLength: "1", MaxLength: "9" } },
					{ Name: "age", AttributeDataType: "Number", DeveloperOnlyAttribute: true },
					text("email"),
				);
				const attribute = { DeveloperOnlyAttribute: false, Mutable: false, Required: false };
				deepEqual((await read(place.UserPoolId))?.SchemaAttributes, [
					...before,
					{
						...attribute,
						Name: "custom:plan",
						AttributeDataType: "String",
						Mutable: true,
						StringAttributeConstraints: { MinLength: "1", MaxLength: "9" },
					},
					{
						...attribute,
						Name: "dev:custom:age",
						AttributeDataType: "Number",
						DeveloperOnlyAttribute: true,
						NumberAttributeConstraints: {},
					},
					{ ...attribute, Name: "custom:email", AttributeDataType: "String", StringAttributeConstraints: {} },
				]);
				await createUser(place, "alice", { "custom:plan": "gold" });
				const { UserAttributes } = await client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: "alice" }));
				equal(UserAttributes?.find(({ Name }) => Name === "custom:plan")?.Value, "gold");
				ok((await refusal(createUser(place, "bob", { "custom:plan": "too long for it" }))).startsWith("InvalidParameterException: "));
				await createClient(gatehouse, place.UserPoolId, { ReadAttributes: ["custom:plan"] });
			});

			test("refuses names that are taken, required attributes, constraints that don't hold, and more than fifty", async () => {
				const pool = await create({ Schema: [text("banana")] });
				const cases: [SchemaAttributeType[], string][] = [
					[[text("banana")], "custom:banana: Existing attribute already has name custom:banana."],
					[[text("kiwi"), text("kiwi")], "Duplicate custom attribute names custom:kiwi are not allowed in a user pool schema."],
					[[{ ...text("kiwi"), Required: true }], "Required custom attributes are not supported currently."],
					[[{ Name: "kiwi" }], "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."],
					[
						[{ AttributeDataType: "String" }],
						"1 validation error detected: Value null at 'customAttributes.1.member.name' failed to satisfy constraint: Member must not be null",
					],
					[
						[{ ...text("kiwi"), StringAttributeConstraints: { MaxLength: "2049" } }],
						"user.custom:kiwi: String attributes cannot have a length of more than 2048",
					],
				];
				const before = await read(pool);
				for (const [attributes, expected] of cases) {
					equal(await refusal(add(pool, ...attributes)), `InvalidParameterException: ${expected}`);
				}
				deepEqual(await read(pool), before);
				await add(pool, ...Array.from({ length: 25 }, (_, i) => text(`a${i}`)));
				await add(pool, ...Array.from({ length: 24 }, (_, i) => text(`b${i}`)));
				equal(
					await refusal(add(pool, text("another"))),
					"InvalidParameterException: A user pool can have no more than 50 custom attributes.",
				);
				equal(await refusal(add(nowhere, text("kiwi"))), missing(nowhere));
			});

			test("adds an attribute once where calls race", async () => {
				const pool = await create();
				const outcome = await outcomes(Array.from({ length: 4 }, () => add(pool, text("raced"))));
				equal(outcome.filter((each) => each === "ok").length, 1);
				equal((await read(pool))?.SchemaAttributes?.filter(({ Name }) => Name === "custom:raced").length, 1);
			});
		});

		describe("the MFA configuration", () => {
			const get = async (UserPoolId: string) => {
				const { $metadata, ...config } = await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
				return config;
			};
			const set = async (UserPoolId: string, input: Partial<SetUserPoolMfaConfigCommandInput>) => {
				const { $metadata, ...config } = await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...input }));
				return config;
			};
			const totp = { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } } as const;

			test("of a fresh pool is OFF, and nothing else", async () => {
				deepEqual(await get(await create()), { MfaConfiguration: "OFF" });
				equal(await refusal(get(nowhere)), missing(nowhere));
			});

			test("is answered as it was set, and set again as it was answered it stays the same", async () => {
				const pool = await create({ EmailConfiguration: mail });
				const whole = {
					MfaConfiguration: "ON",
					SmsMfaConfiguration: { SmsConfiguration: sms, SmsAuthenticationMessage: "Sign in with {####}" },
					SoftwareTokenMfaConfiguration: { Enabled: true },
					EmailMfaConfiguration: message,
					WebAuthnConfiguration: {
						RelyingPartyId: "auth.example.com",
						UserVerification: "required",
						FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION",
					},
				} as const;
				for (const config of [whole, totp, { MfaConfiguration: "ON", EmailMfaConfiguration: {} } as const]) {
					deepEqual(await set(pool, config), { ...(config !== whole && { SmsMfaConfiguration: whole.SmsMfaConfiguration }), ...config });
					const answered = await get(pool);
					deepEqual(await set(pool, answered), answered);
					const described = await read(pool);
					equal(described?.MfaConfiguration, config.MfaConfiguration);
					deepEqual(described?.SmsConfiguration, sms);
					equal(described?.SmsAuthenticationMessage, "Sign in with {####}");
					ok(!("MfaFactors" in (described ?? {})));
				}
			});

			test("is replaced whole: what is left out is off, but for the pool's own SMS settings", async () => {
				const pool = await create({ SmsConfiguration: sms });
				await set(pool, { ...totp, WebAuthnConfiguration: { UserVerification: "preferred" } });
				deepEqual(await set(pool, { MfaConfiguration: "OFF" }), {
					MfaConfiguration: "OFF",
					SmsMfaConfiguration: { SmsConfiguration: sms },
				});
				await set(pool, totp);
				// Without a mode it is off.
				equal((await set(pool, { WebAuthnConfiguration: { RelyingPartyId: "auth.example.com" } })).MfaConfiguration, "OFF");
				deepEqual((await get(pool)).WebAuthnConfiguration, { RelyingPartyId: "auth.example.com" });
			});

			test("refuses modes and factors that don't go together", async () => {
				const pool = await create();
				const off = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
				const none = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
				const noSms = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
				const cases: [Partial<SetUserPoolMfaConfigCommandInput>, string][] = [
					[{ ...totp, MfaConfiguration: "OFF" }, off],
					[{ MfaConfiguration: "OFF", SmsMfaConfiguration: { SmsConfiguration: sms } }, off],
					[{ MfaConfiguration: "OFF", EmailMfaConfiguration: message }, off],
					[{ MfaConfiguration: "ON" }, none],
					[{ MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: false } }, none],
					[{ MfaConfiguration: "OPTIONAL", WebAuthnConfiguration: { UserVerification: "required" } }, none],
					[{ MfaConfiguration: "ON", SmsMfaConfiguration: {} }, noSms],
					[
						{ MfaConfiguration: "ON", EmailMfaConfiguration: message },
						"Email MFA needs an EmailConfiguration with the email sending account DEVELOPER.",
					],
				];
				for (const [input, expected] of cases) equal(await refusal(set(pool, input)), `InvalidParameterException: ${expected}`);
				deepEqual(await get(pool), { MfaConfiguration: "OFF" });
				const codes = await create({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } });
				ok((await refusal(set(codes, { ...totp, MfaConfiguration: "ON" }))).startsWith("InvalidParameterException: Only PASSWORD and"));
				equal(await refusal(set(nowhere, totp)), missing(nowhere));
			});

			test("knows what the Lite plan has", async () => {
				const pool = await create({ UserPoolTier: "LITE", EmailConfiguration: mail });
				const unavailable =
					"FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured:";
				equal(await refusal(set(pool, { MfaConfiguration: "ON", EmailMfaConfiguration: message })), `${unavailable} Email MFA`);
				equal(await refusal(set(pool, { WebAuthnConfiguration: {} })), `${unavailable} Passkeys`);
				await set(pool, totp);
				const better = await create();
				await set(better, { WebAuthnConfiguration: { UserVerification: "required" } });
				equal(await refusal(change(better, { UserPoolTier: "LITE" })), `${unavailable} Passkeys`);
			});

			test("is kept by UpdateUserPool where that says the same mode, which can turn MFA off but not on", async () => {
				const pool = await create();
				const on = await set(pool, { ...totp, MfaConfiguration: "ON" });
				// There is no SMS: the pool's other factor is enough.
				await change(pool, { MfaConfiguration: "ON", PoolName: "renamed" });
				deepEqual(await get(pool), on);
				await change(pool, { MfaConfiguration: "OPTIONAL" });
				deepEqual(await get(pool), { ...on, MfaConfiguration: "OPTIONAL" });
				equal(
					await refusal(change(pool, { MfaConfiguration: "ON" })),
					"InvalidParameterException: Cannot turn MFA functionality ON, once the user pool has been created.",
				);
				await set(pool, { ...totp, WebAuthnConfiguration: { UserVerification: "required" } });
				await change(pool, { MfaConfiguration: "OFF" });
				deepEqual(await get(pool), { MfaConfiguration: "OFF", WebAuthnConfiguration: { UserVerification: "required" } });
			});
		});

		describe("the signing certificate", () => {
			const get = async (UserPoolId: string) => (await client.send(new GetSigningCertificateCommand({ UserPoolId }))).Certificate ?? "";

			test("is the pool's own for ten years, and stays", async () => {
				const pool = await create();
				const certificates = await Promise.all([get(pool), get(pool), get(pool)]);
				equal(new Set(certificates).size, 1);
				const certificate = new X509Certificate(Buffer.from(certificates[0] ?? "", "base64"));
				equal(certificate.subject, `CN=${pool}`);
				equal(certificate.issuer, certificate.subject);
				ok(certificate.verify(certificate.publicKey));
				equal(certificate.ca, false);
				equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
				const now = gatehouse.clock.now();
				ok(Math.abs(certificate.validFromDate.getTime() - now) < 60_000);
				const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
				equal(Math.round(days), 3652);
				gatehouse.clock.advance(86_400_000);
				equal(await get(pool), certificates[0]);
				notEqual(await get(await create()), certificates[0]);
				equal(await refusal(get(nowhere)), missing(nowhere));
			});

			test("belongs to the key that the pool signs with, which is sealed", async () => {
				const pool = await create();
				const certificate = new X509Certificate(Buffer.from(await get(pool), "base64"));
				const row = await gatehouse.store.db
					.selectFrom("signing_certificates")
					.selectAll()
					.where("pool_id", "=", pool)
					.executeTakeFirstOrThrow();
				// The start of every RSA key in PKCS #8.
				ok(!Buffer.from(row.private_sealed).includes(Buffer.from("300d06092a864886f70d0101010500", "hex")));
				const vault = await createVault(gatehouse.store, [...gatehouse.config.masterKeys], { bytes: Buffer.alloc }, gatehouse.clock);
				const loaded = await loadUserPool(gatehouse.store, vault, { issuer: () => "" } as never, pool, gatehouse.clock.now());
				const key = (await getSigningCertificate({ store: gatehouse.store } as Call, loaded?.value as UserPool)).privateKey;
				ok(certificate.checkPrivateKey(key));
			});
		});

		test("reads of identity providers and domains answer that there are none", async () => {
			const UserPoolId = await create();
			deepEqual((await client.send(new ListIdentityProvidersCommand({ UserPoolId, MaxResults: 1 }))).Providers, []);
			equal(
				await refusal(client.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Google" }))),
				"ResourceNotFoundException: Identity provider Google does not exist.",
			);
			equal(
				await refusal(client.send(new GetIdentityProviderByIdentifierCommand({ UserPoolId, IdpIdentifier: "example.com" }))),
				"ResourceNotFoundException: Identity provider example.com does not exist.",
			);
			equal(await refusal(client.send(new ListIdentityProvidersCommand({ UserPoolId: nowhere }))), missing(nowhere));
			deepEqual((await client.send(new DescribeUserPoolDomainCommand({ Domain: "nobody" }))).DomainDescription, {});
		});

		describe("a fixed id", () => {
			const fixed = `us-east-1_fixed${engine}`;
			const build = async (): Promise<Place> => {
				await create({ UserPoolTags: { _custom_id_: fixed } });
				const { UserPoolClient } = await client.send(
					new CreateUserPoolClientCommand({
						UserPoolId: fixed,
						ClientName: `_custom_id_:fixed${engine}`,
						GenerateSecret: true,
						ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
					}),
				);
				equal(UserPoolClient?.ClientId, `fixed${engine}`);
				const place = { gatehouse, UserPoolId: fixed, ...(await createClient(gatehouse, fixed)) };
				await createUser(place, "alice");
				await client.send(new CreateResourceServerCommand({ UserPoolId: fixed, Identifier: "api", Name: "API" }));
				await client.send(new GetSigningCertificateCommand({ UserPoolId: fixed }));
				return place;
			};

			test("is free as soon as its pool is deleted, with nothing of the old pool in the new one", async () => {
				let token = "";
				for (let round = 0; round < 3; round++) {
					const place = await build();
					if (token !== "") {
						ok((await refusal(client.send(new GetUserCommand({ AccessToken: token })))).startsWith("NotAuthorizedException: "));
					}
					token = (await signIn(place, "alice")).AccessToken;
					for (let i = 0; i < 40; i++) {
						await client.send(new AdminCreateUserCommand({ UserPoolId: fixed, Username: `user${i}`, MessageAction: "SUPPRESS" }));
					}
					await remove(fixed);
					await create({ UserPoolTags: { _custom_id_: fixed } });
					equal((await read(fixed))?.EstimatedNumberOfUsers, 0);
					deepEqual((await client.send(new ListUsersCommand({ UserPoolId: fixed }))).Users, []);
					deepEqual((await client.send(new ListResourceServersCommand({ UserPoolId: fixed }))).ResourceServers, []);
					equal(await refusal(signIn(place, "alice")), `ResourceNotFoundException: User pool client ${place.ClientId} does not exist.`);
					await remove(fixed);
				}
				await build();
				await remove(fixed);
			});

			test("is given once where creations and the sweep race for it", async () => {
				const id = `${fixed}race`;
				for (let round = 0; round < 5; round++) {
					const place = {
						gatehouse,
						UserPoolId: await create({ UserPoolTags: { _custom_id_: id } }),
						ClientId: "",
						ClientSecret: undefined,
					};
					await createUser(place, "alice");
					await remove(id);
					const created = await outcomes([
						...Array.from({ length: 3 }, () => create({ UserPoolTags: { _custom_id_: id } })),
						...Array.from({ length: 3 }, () => removePoolRows(gatehouse.store, id)),
					]);
					equal(created.filter((outcome) => outcome === "InvalidParameterException").length, 2, created.join(" "));
					await createUser(place, "alice");
					await remove(id);
				}
			});

			test("keeps the rows of its new pool from a sweep of the old one that is late", async () => {
				const id = `${fixed}late`;
				const place = { gatehouse, UserPoolId: await create({ UserPoolTags: { _custom_id_: id } }), ClientId: "", ClientSecret: undefined };
				await createUser(place, "alice");
				await remove(id);
				const { store } = gatehouse;
				let counted = 0;
				// The real store, but that the pool is made anew between the sweep's reading and its deleting.
				const late: Store = Object.assign(Object.create(store) as Store, {
					write: async (batch: Parameters<Store["write"]>[0]) => {
						if (counted++ === 0) {
							await create({ UserPoolTags: { _custom_id_: id } });
							await store.write(Array.from({ length: 32 }, (_, shard) => insert("user_counts", { pool_id: id, shard, users: 1 })));
						}
						return store.write(batch);
					},
				});
				while ((await removePoolRows(late, id)) > 0);
				ok(counted > 0);
				equal((await read(id))?.EstimatedNumberOfUsers, 32);
			});

			test("stays taken while its pool is there", async () => {
				const id = `${fixed}kept`;
				await create({ UserPoolTags: { _custom_id_: id } });
				equal(await refusal(create({ UserPoolTags: { _custom_id_: id } })), `InvalidParameterException: The id ${id} is already taken.`);
				ok(await read(id));
			});
		});
	});
}

test("a pool's signing certificate", (t) =>
	eachStore(t, "is found by an index search", async (store) => {
		const plan = await explain(store, findSigningCertificate);
		ok(plan.isIndexSearch, plan.text);
	}));
