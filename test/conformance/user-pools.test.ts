/** User pools through the front door: defaults, round trips, rules between members, lists, deletion, races. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	DeleteUserPoolCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	InitiateAuthCommand,
	ListUserPoolsCommand,
	type SchemaAttributeType,
	UpdateUserPoolCommand,
	type UpdateUserPoolCommandInput,
	type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRandom } from "../../src/adapters/random.ts";
import type { Call } from "../../src/domain/call.ts";
import { countUser, deleteUserPool, updateUserPool } from "../../src/domain/user-pools/pools.ts";
import { insert, type Store } from "../../src/storage/store.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";

const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const role = "arn:aws:iam::123456789012:role/service-role/sms";

/** What UpdateUserPool takes of what DescribeUserPool answers. */
const updatable = [
	"AccountRecoverySetting",
	"AcrConfiguration",
	"AdminCreateUserConfig",
	"AutoVerifiedAttributes",
	"DcrConfiguration",
	"DeletionProtection",
	"DeviceConfiguration",
	"EmailConfiguration",
	"EmailVerificationMessage",
	"EmailVerificationSubject",
	"IssuerConfiguration",
	"KeyConfiguration",
	"LambdaConfig",
	"MfaConfiguration",
	"Policies",
	"SmsAuthenticationMessage",
	"SmsConfiguration",
	"SmsVerificationMessage",
	"UserAttributeUpdateSettings",
	"UserPoolAddOns",
	"UserPoolTags",
	"UserPoolTier",
	"VerificationMessageTemplate",
] as const;

const standardNames =
	"sub name given_name family_name middle_name nickname preferred_username profile picture website email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at";

/** Everything set to something else than its default. */
const rich = {
	AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
	AcrConfiguration: { Level2: { AcrValue: "urn:example:two" } },
	AdminCreateUserConfig: {
		AllowAdminCreateUserOnly: true,
		InviteMessageTemplate: { EmailMessage: "{username} {####}", EmailSubject: "Welcome", SMSMessage: "{username} {####}" },
	},
	AliasAttributes: ["email"],
	AutoVerifiedAttributes: ["email", "phone_number"],
	DcrConfiguration: { AuthenticatedGrantTypes: ["code"] },
	DeletionProtection: "ACTIVE",
	DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
	EmailConfiguration: {
		EmailSendingAccount: "DEVELOPER",
		From: "Support <support@example.com>",
		SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/support@example.com",
	},
	IssuerConfiguration: { Type: "ORIGINAL" },
	KeyConfiguration: { KeyType: "AWS_OWNED_KEY" },
	LambdaConfig: {
		PreSignUp: lambda("PreSignUp"),
		PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: lambda("Tokens") },
		CustomEmailSender: { LambdaVersion: "V1_0", LambdaArn: lambda("Mail") },
		KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/a6c4f8e2-0c45-47db-925f-87854bc9e357",
	},
	MfaConfiguration: "OPTIONAL",
	Policies: {
		PasswordPolicy: { MinimumLength: 12, RequireNumbers: true, PasswordHistorySize: 3, TemporaryPasswordValidityDays: 14 },
		SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] },
	},
	Schema: [
		{ Name: "email", Required: true, AttributeDataType: "String", StringAttributeConstraints: { MinLength: "7" } },
		{ Name: "mydev", AttributeDataType: "Number", DeveloperOnlyAttribute: true, NumberAttributeConstraints: { MinValue: "1" } },
		{ Name: "plan", AttributeDataType: "String", Mutable: true },
	],
	SmsAuthenticationMessage: "Sign in with {####}",
	SmsConfiguration: { ExternalId: "external", SnsCallerArn: role },
	SmsVerificationMessage: "Verify with {####}",
	UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
	UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" },
	UserPoolTags: { team: "identity" },
	UsernameConfiguration: { CaseSensitive: false },
	VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE", EmailMessage: "Code {####}", EmailSubject: "Your code" },
} satisfies Omit<CreateUserPoolCommandInput, "PoolName">;

for (const engine of engines) {
	describe(`user pools (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
		});
		after(() => gatehouse.stop());

		const create = async (input: Partial<CreateUserPoolCommandInput> = {}): Promise<UserPoolType & { Id: string }> => {
			const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "pool", ...input }));
			return UserPool as UserPoolType & { Id: string };
		};
		const read = async (UserPoolId: string, by = client): Promise<UserPoolType> =>
			(await by.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool as UserPoolType;
		const change = (UserPoolId: string, input: Partial<UpdateUserPoolCommandInput> = {}) =>
			client.send(new UpdateUserPoolCommand({ UserPoolId, ...input }));

		test("a pool made with a name alone has exactly the defaults that DescribeUserPool shows", async () => {
			const { Id, CreationDate, LastModifiedDate, SchemaAttributes, ...rest } = await create({ PoolName: "fresh" });
			ok(/^us-east-1_[0-9A-Za-z]{9}$/.test(Id), Id);
			deepEqual(CreationDate, LastModifiedDate);
			ok(Math.abs((CreationDate?.getTime() ?? 0) - gatehouse.clock.now()) < 60_000);
			deepEqual(rest, {
				Name: "fresh",
				Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${Id}`,
				EstimatedNumberOfUsers: 0,
				Policies: {
					PasswordPolicy: {
						MinimumLength: 8,
						RequireUppercase: true,
						RequireLowercase: true,
						RequireNumbers: true,
						RequireSymbols: true,
						TemporaryPasswordValidityDays: 7,
					},
					SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
				},
				DeletionProtection: "INACTIVE",
				LambdaConfig: {},
				VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
				MfaConfiguration: "OFF",
				EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
				UserPoolTags: {},
				AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
				AccountRecoverySetting: {
					RecoveryMechanisms: [
						{ Priority: 1, Name: "verified_email" },
						{ Priority: 2, Name: "verified_phone_number" },
					],
				},
				UserPoolTier: "ESSENTIALS",
				AcrConfiguration: {
					Level1: { AcrValue: "urn:cognito:loa:1" },
					Level2: { AcrValue: "urn:cognito:loa:2" },
					Level3: { AcrValue: "urn:cognito:loa:3" },
					Level4: { AcrValue: "urn:cognito:loa:4" },
				},
			});
			equal(SchemaAttributes?.map((attribute) => attribute.Name).join(" "), standardNames);
			deepEqual(named(SchemaAttributes, "sub"), {
				...text("sub"),
				Required: true,
				Mutable: false,
				StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
			});
			deepEqual(named(SchemaAttributes, "birthdate"), {
				...text("birthdate"),
				StringAttributeConstraints: { MinLength: "10", MaxLength: "10" },
			});
			deepEqual(named(SchemaAttributes, "email_verified"), {
				Name: "email_verified",
				AttributeDataType: "Boolean",
				DeveloperOnlyAttribute: false,
				Mutable: true,
				Required: false,
			});
			deepEqual(named(SchemaAttributes, "updated_at")?.NumberAttributeConstraints, { MinValue: "0" });
			deepEqual((await read(Id)).SchemaAttributes, SchemaAttributes);
		});

		test("what DescribeUserPool answers, sent to UpdateUserPool, changes nothing", async () => {
			for (const input of [{}, rich]) {
				const made = await create(input);
				const described = await read(made.Id);
				deepEqual(described, made);
				gatehouse.clock.advance(1000);
				await change(made.Id, {
					PoolName: described.Name,
					...Object.fromEntries(updatable.map((key) => [key, described[key as keyof UserPoolType]])),
				});
				const again = await read(made.Id);
				ok((again.LastModifiedDate?.getTime() ?? 0) > (described.LastModifiedDate?.getTime() ?? 0));
				deepEqual({ ...again, LastModifiedDate: null }, { ...described, LastModifiedDate: null });
			}
		});

		test("a pool keeps what it was given and fills in what that implies", async () => {
			const pool = await create(rich);
			deepEqual(pool.Policies?.PasswordPolicy, {
				MinimumLength: 12,
				RequireUppercase: false,
				RequireLowercase: false,
				RequireNumbers: true,
				RequireSymbols: false,
				PasswordHistorySize: 3,
				TemporaryPasswordValidityDays: 14,
			});
			equal(pool.AdminCreateUserConfig?.UnusedAccountValidityDays, 14);
			equal(pool.LambdaConfig?.PreTokenGeneration, lambda("Tokens"));
			equal(pool.SmsConfiguration?.SnsRegion, "us-east-1");
			deepEqual(pool.DeviceConfiguration, { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false });
			// Threat protection is on, and the tier was left out.
			equal(pool.UserPoolTier, "PLUS");
			equal(pool.AcrConfiguration?.["Level2"]?.AcrValue, "urn:example:two");
			equal(pool.AcrConfiguration?.["Level1"]?.AcrValue, "urn:cognito:loa:1");
			deepEqual(pool.DcrConfiguration, { EnableStatus: "Enabled", OpenDcrEnabled: false, AuthenticatedGrantTypes: ["code"] });
			// The members of before the template, and the template, say the same.
			equal(pool.EmailVerificationMessage, "Code {####}");
			equal(pool.EmailVerificationSubject, "Your code");
			equal(pool.VerificationMessageTemplate?.SmsMessage, "Verify with {####}");
			equal(pool.SchemaAttributes?.map((attribute) => attribute.Name).join(" "), `${standardNames} dev:custom:mydev custom:plan`);
			deepEqual(named(pool.SchemaAttributes, "email"), {
				...text("email"),
				Required: true,
				StringAttributeConstraints: { MinLength: "7", MaxLength: "2048" },
			});
			deepEqual(named(pool.SchemaAttributes, "dev:custom:mydev"), {
				Name: "dev:custom:mydev",
				AttributeDataType: "Number",
				DeveloperOnlyAttribute: true,
				Mutable: false,
				Required: false,
				NumberAttributeConstraints: { MinValue: "1" },
			});
		});

		test("a legacy PreTokenGeneration trigger is a version 1 configuration too", async () => {
			const { LambdaConfig } = await create({ LambdaConfig: { PreTokenGeneration: lambda("Old") } });
			deepEqual(LambdaConfig, {
				PreTokenGeneration: lambda("Old"),
				PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: lambda("Old") },
			});
		});

		test("UpdateUserPool returns what it leaves out to its default, and leaves alone what can't change", async () => {
			const pool = await create(rich);
			await change(pool.Id);
			const plain = await create();
			const after = await read(pool.Id);
			deepEqual(
				{ ...after, LastModifiedDate: null, CreationDate: null },
				{
					...plain,
					Id: pool.Id,
					Arn: pool.Arn,
					LastModifiedDate: null,
					CreationDate: null,
					AliasAttributes: ["email"],
					SchemaAttributes: pool.SchemaAttributes,
					UsernameConfiguration: { CaseSensitive: false },
					UserPoolTags: { team: "identity" },
					UserPoolTier: "PLUS",
					DcrConfiguration: pool.DcrConfiguration,
				},
			);
			await change(pool.Id, { PoolName: "renamed", UserPoolTags: {} });
			const renamed = await read(pool.Id);
			equal(renamed.Name, "renamed");
			deepEqual(renamed.UserPoolTags, {});
		});

		test("rules between members are refused with Cognito's words", async () => {
			const string = (Name: string, MinLength: string, MaxLength: string): SchemaAttributeType => ({
				Name,
				AttributeDataType: "String",
				StringAttributeConstraints: { MinLength, MaxLength },
			});
			const cases: [Partial<CreateUserPoolCommandInput>, string][] = [
				[
					{ AliasAttributes: ["email"], UsernameAttributes: ["email"] },
					"InvalidParameterException: Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
				],
				[
					{ MfaConfiguration: "ON" },
					"InvalidParameterException: SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
				],
				[
					{ AutoVerifiedAttributes: ["phone_number"] },
					"InvalidParameterException: SMS configuration is required when phone_number is selected for auto verification",
				],
				[
					{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["WEB_AUTHN"] } } },
					"InvalidParameterException: Password should be configured as one of the allowed first auth factors.",
				],
				[
					{
						Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
						AdminCreateUserConfig: { UnusedAccountValidityDays: 5 },
					},
					"InvalidParameterException: Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
				],
				[
					{
						AccountRecoverySetting: {
							RecoveryMechanisms: [
								{ Name: "verified_email", Priority: 1 },
								{ Name: "verified_phone_number", Priority: 1 },
							],
						},
					},
					"InvalidParameterException: Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
				],
				[
					{
						AccountRecoverySetting: {
							RecoveryMechanisms: [
								{ Name: "admin_only", Priority: 1 },
								{ Name: "verified_email", Priority: 2 },
							],
						},
					},
					"InvalidParameterException: Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
				],
				[
					{ UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] } },
					"InvalidParameterException: All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
				],
				[
					{ EmailConfiguration: { EmailSendingAccount: "DEVELOPER" } },
					"InvalidParameterException: Source ARN is required to use DEVELOPER email sending owner",
				],
				[{ EmailConfiguration: { From: "nobody" } }, "InvalidParameterException: Provided From email address is invalid"],
				[
					{
						LambdaConfig: {
							PreTokenGeneration: lambda("A"),
							PreTokenGenerationConfig: { LambdaArn: lambda("B"), LambdaVersion: "V1_0" },
						},
					},
					"InvalidParameterException: Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
				],
				[
					{ LambdaConfig: { CustomSMSSender: { LambdaArn: lambda("Sms"), LambdaVersion: "V1_0" } } },
					"InvalidParameterException: KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
				],
				[
					{ UserPoolTier: "LITE", Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
					"FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In",
				],
				[
					{
						UserPoolTier: "LITE",
						LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: lambda("A"), LambdaVersion: "V2_0" } },
					},
					"FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Token Customization with Pre-Token Generation Lambda V2_0",
				],
				[
					{ UserPoolTier: "ESSENTIALS", UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
					"FeatureUnavailableInTierException: The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
				],
				[
					{ Schema: [{ Name: "banana", AttributeDataType: "String", Required: true }] },
					"InvalidParameterException: Required custom attributes are not supported currently.",
				],
				[
					{ Schema: [{ Name: "email", AttributeDataType: "Number" }] },
					"InvalidParameterException: You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
				],
				[
					{ Schema: [{ Name: "email", DeveloperOnlyAttribute: true }] },
					"InvalidParameterException: You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
				],
				[
					{ Schema: [{ Name: "banana" }] },
					"InvalidParameterException: Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
				],
				[
					{ Schema: [string("banana", "many", "10")] },
					"InvalidParameterException: Invalid StringAttributeConstraints for schema attribute custom:banana",
				],
				[
					{ Schema: [string("banana", "0", "2049")] },
					"InvalidParameterException: user.custom:banana: String attributes cannot have a length of more than 2048",
				],
				[
					{ Schema: [string("banana", "9", "8")] },
					"InvalidParameterException: Attribute custom:banana cannot have a max length shorter than it's min length",
				],
				[
					{
						Schema: [{ Name: "age", AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "2", MaxValue: "1" } }],
					},
					"InvalidParameterException: Attribute custom:age cannot have a max value smaller than it's min value",
				],
				[
					{ Schema: [{ Name: "age", AttributeDataType: "Number", NumberAttributeConstraints: { MaxValue: "1e3" } }] },
					"InvalidParameterException: Invalid NumberAttributeConstraints for schema attribute custom:age",
				],
				[
					{ Schema: [string("banana", "0", "1"), string("banana", "0", "2")] },
					"InvalidParameterException: Duplicate custom attribute names custom:banana are not allowed in a user pool schema.",
				],
				[
					{ Schema: [{ AttributeDataType: "String" }] },
					"InvalidParameterException: 1 validation error detected: Value null at 'schema.1.member.name' failed to satisfy constraint: Member must not be null",
				],
			];
			for (const [input, expected] of cases) equal(await refusal(create(input)), expected);
		});

		test("further combinations that the reference rules out are refused", async () => {
			const sms = { SnsCallerArn: role };
			const eums = { CallerArn: role };
			const refused: Partial<CreateUserPoolCommandInput>[] = [
				{ AliasAttributes: ["preferred_username"], Schema: [{ Name: "preferred_username", Required: true }] },
				{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "SOFTWARE_TOKEN" as "PASSWORD"] } } },
				{
					MfaConfiguration: "ON",
					SmsConfiguration: sms,
					Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
				},
				{ SmsConfiguration: { SnsCallerArn: "" } },
				{ SmsConfiguration: { ...sms, EumsSms: eums } },
				{ SmsConfiguration: { EumsSms: { ...eums, Region: "eu-west-1" } } },
				{ AcrConfiguration: { Level1: { AcrValue: "urn:cognito:loa:2" } } },
				{ Schema: [{ Name: "email" }, { Name: "email" }] },
			];
			for (const input of refused) ok((await refusal(create(input))).startsWith("InvalidParameterException: "), JSON.stringify(input));
			const tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`tag${i}`, ""]));
			for (const UserPoolTags of [tags, { "aws:made": "by me" }]) {
				ok((await refusal(create({ UserPoolTags }))).startsWith("UserPoolTaggingException: "));
			}
			for (const input of [{ AcrConfiguration: { Level1: { AcrValue: "one" } } }, { DcrConfiguration: {} }]) {
				ok((await refusal(create({ ...input, UserPoolTier: "LITE" }))).startsWith("FeatureUnavailableInTierException: "));
			}
			// What Describe shows of a LITE pool may be sent back, default names included.
			const lite = await create({ UserPoolTier: "LITE" });
			await change(lite.Id, { UserPoolTier: "LITE", AcrConfiguration: lite.AcrConfiguration });
		});

		test("rules hold for UpdateUserPool too, and a refused update changes nothing", async () => {
			const pool = await create();
			equal(
				await refusal(change(pool.Id, { PoolName: "other", MfaConfiguration: "ON" })),
				"InvalidParameterException: SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
			);
			deepEqual(await read(pool.Id), pool);
		});

		test("zero days of a temporary password are the default of seven", async () => {
			const pool = await create({ Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 0 } } });
			equal(pool.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays, 7);
			const legacy = await create({ AdminCreateUserConfig: { UnusedAccountValidityDays: 30 } });
			equal(legacy.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays, 30);
		});

		test("a pool is known in its own region only", async () => {
			const pool = await create();
			const elsewhere = gatehouse.clientOf({ region: "eu-west-1" });
			equal(await refusal(read(pool.Id, elsewhere)), `ResourceNotFoundException: User pool ${pool.Id} does not exist.`);
			const { UserPool: abroad } = await elsewhere.send(new CreateUserPoolCommand({ PoolName: "abroad" }));
			const abroadId = abroad?.Id ?? "";
			ok(abroadId.startsWith("eu-west-1_"));
			equal(abroad?.Arn, `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${abroadId}`);
			equal(await refusal(read(abroadId)), `ResourceNotFoundException: User pool ${abroadId} does not exist.`);
			equal(await refusal(read("us-east-1_nothing00")), "ResourceNotFoundException: User pool us-east-1_nothing00 does not exist.");
		});

		test("ListUserPools pages through a region's pools without skipping or repeating one", async () => {
			const region = gatehouse.clientOf({ region: "ap-south-1" });
			const made = new Map<string, string>();
			for (let i = 0; i < 7; i++) {
				const { UserPool } = await region.send(
					new CreateUserPoolCommand({ PoolName: `listed ${i}`, LambdaConfig: { PreSignUp: lambda("L") } }),
				);
				made.set(UserPool?.Id ?? "", UserPool?.Name ?? "");
			}
			const seen: string[] = [];
			let NextToken: string | undefined;
			let first: string | undefined;
			do {
				const page = await region.send(new ListUserPoolsCommand({ MaxResults: 3, NextToken }));
				for (const pool of page.UserPools ?? []) {
					equal(pool.Name, made.get(pool.Id ?? ""));
					deepEqual(Object.keys(pool).sort(), ["CreationDate", "Id", "LambdaConfig", "LastModifiedDate", "Name"]);
					seen.push(pool.Id ?? "");
				}
				NextToken = page.NextToken;
				first ??= NextToken;
			} while (NextToken);
			deepEqual(seen, [...made.keys()].sort());
			// A full last page is the last one.
			const exact = await region.send(new ListUserPoolsCommand({ MaxResults: 7 }));
			equal(exact.UserPools?.length, 7);
			equal(exact.NextToken, undefined);
			const refused = "InvalidParameterException: Invalid pagination token given.";
			equal(await refusal(region.send(new ListUserPoolsCommand({ MaxResults: 3, NextToken: "garbage" }))), refused);
			equal(await refusal(client.send(new ListUserPoolsCommand({ MaxResults: 3, NextToken: first }))), refused);
		});

		test("deletion protection holds until it is turned off", async () => {
			const pool = await create({ DeletionProtection: "ACTIVE" });
			equal(
				await refusal(client.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id }))),
				"InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
			);
			await change(pool.Id, { DeletionProtection: "INACTIVE" });
			await client.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id }));
			const gone = `ResourceNotFoundException: User pool ${pool.Id} does not exist.`;
			equal(await refusal(read(pool.Id)), gone);
			equal(await refusal(change(pool.Id)), gone);
			equal(await refusal(client.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id }))), gone);
		});

		test("a deleted pool takes its keys and its clients with it at once", async () => {
			const pool = await create();
			const { UserPoolClient } = await client.send(
				new CreateUserPoolClientCommand({ UserPoolId: pool.Id, ClientName: "app", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }),
			);
			const ClientId = UserPoolClient?.ClientId ?? "";
			const signIn = () =>
				refusal(
					client.send(
						new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "x", PASSWORD: "y" } }),
					),
				);
			notEqual(await signIn(), `ResourceNotFoundException: User pool client ${ClientId} does not exist.`);
			await client.send(new DeleteUserPoolCommand({ UserPoolId: pool.Id }));
			equal(await signIn(), `ResourceNotFoundException: User pool client ${ClientId} does not exist.`);
			equal(
				await refusal(client.send(new DescribeUserPoolClientCommand({ UserPoolId: pool.Id, ClientId }))),
				`ResourceNotFoundException: User pool ${pool.Id} does not exist.`,
			);
			const { db } = gatehouse.store;
			deepEqual(await db.selectFrom("signing_keys").selectAll().where("pool_id", "=", pool.Id).execute(), []);
			deepEqual(await db.selectFrom("app_clients").selectAll().where("pool_id", "=", pool.Id).execute(), []);
			deepEqual(await db.selectFrom("data_keys").selectAll().where("scope", "=", pool.Id).execute(), []);
		});

		test("of updates that race each is made or refused with ConcurrentModificationException", async () => {
			const pool = await create();
			const version = async () =>
				(await gatehouse.store.db.selectFrom("user_pools").select("version").where("id", "=", pool.Id).executeTakeFirstOrThrow()).version;
			const atFirst = await version();
			const names = Array.from({ length: 8 }, (_, i) => `racer ${i}`);
			const outcomes = await Promise.all(names.map((PoolName) => refusal(change(pool.Id, { PoolName }))));
			const winners = names.filter((_, i) => outcomes[i] === "not refused");
			ok(winners.length >= 1);
			for (const outcome of outcomes) ok(outcome === "not refused" || outcome.startsWith("ConcurrentModificationException: "), outcome);
			ok(winners.includes((await read(pool.Id)).Name ?? ""));
			equal((await version()) - atFirst, winners.length);
		});

		test("an update of what another has changed since is refused with ConcurrentModificationException", async () => {
			const pool = await create();
			const { store } = gatehouse;
			// The real store, but that another update comes in between reading and writing.
			const late: Store = Object.assign(Object.create(store) as Store, {
				write: async (batch: Parameters<Store["write"]>[0]) => {
					await change(pool.Id, { PoolName: "first" });
					return store.write(batch);
				},
			});
			const call = { store: late, region: "us-east-1", now: 0, caches: { userPools: { forget() {} } } } as unknown as Call;
			equal(
				await refusal(updateUserPool(call, { UserPoolId: pool.Id, PoolName: "second" })),
				"AwsError: The request failed because the resource was changed at the same time.",
			);
			equal((await read(pool.Id)).Name, "first");
			equal(await refusal(deleteUserPool(call, pool.Id)), "AwsError: Too many requests");
			equal((await read(pool.Id)).Name, "first");
		});

		test("a pool that is protected while it is being deleted stays", async () => {
			const pool = await create();
			const { store } = gatehouse;
			const late: Store = Object.assign(Object.create(store) as Store, {
				write: async (batch: Parameters<Store["write"]>[0]) => {
					await change(pool.Id, { DeletionProtection: "ACTIVE" });
					return store.write(batch);
				},
			});
			const call = { store: late, region: "us-east-1", now: 0, caches: { userPools: { forget() {} } } } as unknown as Call;
			ok((await refusal(deleteUserPool(call, pool.Id))).includes("deletion protection is activated"));
			equal((await read(pool.Id)).DeletionProtection, "ACTIVE");
		});

		test("the tag _custom_id_ gives a pool its id, once and in its own region", async () => {
			const Id = "us-east-1_fixed";
			const tagged = (id: string) => create({ UserPoolTags: { _custom_id_: id } });
			equal((await tagged(Id)).Id, Id);
			equal(await refusal(tagged(Id)), `InvalidParameterException: The id ${Id} is already taken.`);
			for (const id of ["eu-west-1_fixed", "us-east-1_", "us-east-1_a-b", "fixed", `us-east-1_${"a".repeat(50)}`]) {
				equal(await refusal(tagged(id)), `InvalidParameterException: The id ${id} is not valid here.`);
			}
		});

		test("a region holds a thousand pools", async () => {
			const region = gatehouse.clientOf({ region: "sa-east-1" });
			const { UserPool } = await region.send(new CreateUserPoolCommand({ PoolName: "first" }));
			const row = await gatehouse.store.db
				.selectFrom("user_pools")
				.selectAll()
				.where("id", "=", UserPool?.Id ?? "")
				.executeTakeFirstOrThrow();
			await gatehouse.store.write(
				Array.from({ length: 999 }, (_, i) => insert<"user_pools">("user_pools", { ...row, id: `sa-east-1_full${i}` })),
			);
			equal(
				await refusal(region.send(new CreateUserPoolCommand({ PoolName: "one too many" }))),
				"LimitExceededException: Maximum number of user pools exceeded.",
			);
			await region.send(new DeleteUserPoolCommand({ UserPoolId: UserPool?.Id }));
			await region.send(new CreateUserPoolCommand({ PoolName: "in its place" }));
		});

		test("the number of users is the sum over its shards", async () => {
			const pool = await create();
			const random = createRandom();
			for (const by of [1, 1, 1, 1, 1, -1] as const) await gatehouse.store.write([countUser({ id: pool.Id }, random, by)]);
			equal((await read(pool.Id)).EstimatedNumberOfUsers, 4);
		});

		test("a pool has one key for each use, with its private half sealed", async () => {
			const pool = await create();
			const keys = await gatehouse.store.db.selectFrom("signing_keys").selectAll().where("pool_id", "=", pool.Id).execute();
			deepEqual(keys.map((key) => key.use).sort(), ["access", "id"]);
			for (const key of keys) {
				ok(/^[A-Za-z0-9+/]{43}=$/.test(key.kid), key.kid);
				// PKCS#8 DER of an RSA key holds the OID of rsaEncryption.
				ok(!Buffer.from(key.private_sealed).includes(Buffer.from("2a864886f70d010101", "hex")));
			}
		});
	});
}

function named(schema: SchemaAttributeType[] | undefined, name: string): SchemaAttributeType | undefined {
	return schema?.find((attribute) => attribute.Name === name);
}

function text(Name: string): SchemaAttributeType {
	return {
		Name,
		AttributeDataType: "String",
		DeveloperOnlyAttribute: false,
		Mutable: true,
		Required: false,
		StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
	};
}
