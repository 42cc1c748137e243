/**
 * The calls of Terraform's AWS provider, in its order, for each resource: create, read back, plan again, update, delete. A second plan
 * must find no difference. The sequences, what is read and what is compared come from the provider's sources,
 * https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/cognitoidp, a file named with each; those of
 * CloudFormation, which CDK uses, from the handlers of its public resource schema.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AddCustomAttributesCommand,
	AdminCreateUserCommand,
	AdminDeleteUserAttributesCommand,
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	type CognitoIdentityProviderClient,
	CreateGroupCommand,
	type CreateGroupCommandInput,
	CreateResourceServerCommand,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	DeleteGroupCommand,
	DeleteResourceServerCommand,
	DeleteUserPoolClientCommand,
	DeleteUserPoolCommand,
	DescribeResourceServerCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	GetGroupCommand,
	GetUserPoolMfaConfigCommand,
	ListTagsForResourceCommand,
	type ResourceServerScopeType,
	type SchemaAttributeType,
	SetUserPoolMfaConfigCommand,
	type SoftwareTokenMfaConfigType,
	TagResourceCommand,
	UntagResourceCommand,
	UpdateGroupCommand,
	type UpdateGroupCommandInput,
	UpdateResourceServerCommand,
	UpdateUserPoolClientCommand,
	UpdateUserPoolCommand,
	type UpdateUserPoolCommandInput,
	type UserPoolClientType,
	type UserPoolMfaType,
	type WebAuthnConfigurationType,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** The attributes of a resource that a plan compares. What is computed may be anything unless it is configured. */
interface Comparison {
	readonly computed: readonly string[];
	/** What an attribute is that is neither configured nor computed. */
	readonly defaults?: Attributes;
}

/** What a plan would change: the attributes in which configuration and state differ. Terraform keeps nothing, zero and false alike. */
function plan(config: Attributes, state: Attributes, { computed, defaults = {} }: Comparison): string[] {
	const names = new Set([...Object.keys(config), ...Object.keys(state)]);
	return [...names].filter((name) => {
		if (config[name] === undefined && computed.includes(name)) return false;
		return canonical(config[name] ?? defaults[name], state[name], computed) !== canonical(state[name], undefined, computed);
	});
}

/** A value as text, its lists as sets, without what is zero. Computed members that are left out are those of `other`. */
function canonical(value: unknown, other: unknown, computed: readonly string[]): string {
	if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map((each) => canonical(each, undefined, computed)).sort()}]`;
	if (typeof value !== "object" || value === null) return value ? String(value) : "";
	const given = value as Attributes;
	const there = (other ?? {}) as Attributes;
	return Object.keys({ ...given, ...there })
		.sort()
		.map((key) => [key, canonical(given[key] ?? (computed.includes(key) ? there[key] : undefined), there[key], computed)])
		.filter(([, text]) => text !== "")
		.map(([key, text]) => `${key}=${text}`)
		.join("&");
}

const isSame = (a: unknown, b: unknown) => canonical(a, undefined, []) === canonical(b, undefined, []);

/** The configuration of an aws_cognito_user_pool, in the API's words. */
type PoolConfig = Omit<CreateUserPoolCommandInput, "MfaConfiguration" | "Policies"> & {
	readonly PasswordPolicy?: NonNullable<CreateUserPoolCommandInput["Policies"]>["PasswordPolicy"];
	readonly SignInPolicy?: NonNullable<CreateUserPoolCommandInput["Policies"]>["SignInPolicy"];
	readonly MfaConfiguration?: UserPoolMfaType;
	readonly SoftwareTokenMfaConfiguration?: SoftwareTokenMfaConfigType;
	readonly WebAuthnConfiguration?: WebAuthnConfigurationType;
};

/** Optional and computed in the schema of user_pool.go; two blocks that are compared only where they are configured count as well. */
const poolComparison: Comparison = {
	computed: [
		"AccountRecoverySetting",
		"AdminCreateUserConfig",
		"EmailConfiguration",
		"EmailVerificationMessage",
		"EmailVerificationSubject",
		"PasswordPolicy",
		"TemporaryPasswordValidityDays",
		"SignInPolicy",
		"SmsConfiguration",
		"SnsRegion",
		"SmsVerificationMessage",
		"PreTokenGeneration",
		"PreTokenGenerationConfig",
		"UserPoolTier",
		"VerificationMessageTemplate",
		"EmailMessage",
		"EmailMessageByLink",
		"EmailSubject",
		"EmailSubjectByLink",
		"SmsMessage",
	],
	defaults: { MfaConfiguration: "OFF", DeletionProtection: "INACTIVE" },
};

const poolReads = [
	"AccountRecoverySetting",
	"AliasAttributes",
	"AutoVerifiedAttributes",
	"CustomDomain",
	"DeletionProtection",
	"DeviceConfiguration",
	"Domain",
	"EmailConfiguration",
	"EmailVerificationMessage",
	"EmailVerificationSubject",
	"LambdaConfig",
	"SmsAuthenticationMessage",
	"SmsConfiguration",
	"SmsVerificationMessage",
	"UserAttributeUpdateSettings",
	"UserPoolAddOns",
	"UserPoolTags",
	"UserPoolTier",
	"UsernameAttributes",
	"UsernameConfiguration",
	"VerificationMessageTemplate",
] as const;

const clientComparison: Comparison = {
	computed: [
		"AccessTokenValidity",
		"AllowedOAuthFlows",
		"AllowedOAuthFlowsUserPoolClient",
		"AllowedOAuthScopes",
		"AuthSessionValidity",
		"CallbackURLs",
		"ClientId",
		"ClientSecret",
		"DefaultRedirectURI",
		"EnablePropagateAdditionalUserContextData",
		"EnableTokenRevocation",
		"ExplicitAuthFlows",
		"IdTokenValidity",
		"LogoutURLs",
		"PreventUserExistenceErrors",
		"ReadAttributes",
		"RefreshTokenValidity",
		"SupportedIdentityProviders",
		"WriteAttributes",
		"RoleArn",
		"UserDataShared",
	],
};

const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "external" };
const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
/** The provider sends every member of an attribute, and no constraints only as an empty block. */
const attribute = (Name: string, more: Partial<SchemaAttributeType>): SchemaAttributeType => ({
	Name,
	DeveloperOnlyAttribute: false,
	Mutable: true,
	Required: false,
	...more,
});

const rich: PoolConfig = {
	PoolName: "rich",
	AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
	AdminCreateUserConfig: {
		AllowAdminCreateUserOnly: true,
		InviteMessageTemplate: { EmailMessage: "{username} {####}", EmailSubject: "Hello", SMSMessage: "{username} {####}" },
	},
	AliasAttributes: ["email", "preferred_username"],
	AutoVerifiedAttributes: ["email"],
	DeletionProtection: "INACTIVE",
	DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
	EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT", ReplyToEmailAddress: "reply@example.com" },
	LambdaConfig: {
		PreSignUp: lambda("PreSignUp"),
		PreTokenGenerationConfig: { LambdaArn: lambda("Tokens"), LambdaVersion: "V2_0" },
	},
	MfaConfiguration: "OPTIONAL",
	PasswordPolicy: { MinimumLength: 10, RequireNumbers: true, PasswordHistorySize: 0, TemporaryPasswordValidityDays: 3 },
	SignInPolicy: { AllowedFirstAuthFactors: ["WEB_AUTHN", "PASSWORD"] },
	Schema: [
		attribute("email", {
			AttributeDataType: "String",
			Required: true,
			StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
		}),
		attribute("plan", { AttributeDataType: "String", StringAttributeConstraints: { MinLength: "1", MaxLength: "20" } }),
		attribute("age", { AttributeDataType: "Number", Mutable: false, NumberAttributeConstraints: { MinValue: "0" } }),
		attribute("staff", { AttributeDataType: "Boolean", DeveloperOnlyAttribute: true }),
	],
	SmsAuthenticationMessage: "Sign in with {####}",
	SmsConfiguration: sms,
	SoftwareTokenMfaConfiguration: { Enabled: true },
	UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
	UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" },
	UserPoolTags: { team: "identity", stage: "test" },
	UserPoolTier: "PLUS",
	UsernameConfiguration: { CaseSensitive: false },
	VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE", EmailMessage: "Code {####}", EmailSubject: "Code" },
	WebAuthnConfiguration: { RelyingPartyId: "auth.example.com", UserVerification: "required" },
};

for (const engine of engines) {
	describe(`Terraform (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let standard: readonly SchemaAttributeType[];
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "standard" }));
			standard = UserPool?.SchemaAttributes ?? [];
		});
		after(() => gatehouse.stop());

		/** user_pool.go, resourceUserPoolRead: DescribeUserPool, then GetUserPoolMfaConfig. */
		const readPool = async (UserPoolId: string, config: PoolConfig): Promise<Attributes> => {
			const { UserPool = {} } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
			const mfa = await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
			// UnusedAccountValidityDays is none of the provider's any more.
			const { UnusedAccountValidityDays: _, ...admin } = UserPool.AdminCreateUserConfig ?? {};
			return {
				...Object.fromEntries(poolReads.map((name) => [name, UserPool[name]])),
				PoolName: UserPool.Name,
				AdminCreateUserConfig: admin,
				PasswordPolicy: UserPool.Policies?.PasswordPolicy,
				SignInPolicy: UserPool.Policies?.SignInPolicy,
				MfaConfiguration: mfa.MfaConfiguration,
				SoftwareTokenMfaConfiguration: mfa.SoftwareTokenMfaConfiguration,
				WebAuthnConfiguration: mfa.WebAuthnConfiguration,
				// flattenSchemaAttributeTypes: standard attributes show only where they differ from the standard or are configured so.
				Schema: UserPool.SchemaAttributes?.filter(
					(one) => config.Schema?.some((each) => isSame(each, one)) || !standard.some((each) => isSame(each, one)),
				).map((one) => ({ ...one, Name: one.Name?.replace(/^dev:/, "").replace(/^custom:/, "") })),
			};
		};

		/** user_pool.go, resourceUserPoolCreate. MFA is never part of CreateUserPool. */
		const createPool = async (config: PoolConfig): Promise<string> => {
			const {
				MfaConfiguration = "OFF",
				SoftwareTokenMfaConfiguration,
				WebAuthnConfiguration,
				PasswordPolicy,
				SignInPolicy,
				...input
			} = config;
			const Policies = PasswordPolicy || SignInPolicy ? { PasswordPolicy, SignInPolicy } : undefined;
			const { UserPool } = await client.send(new CreateUserPoolCommand({ ...input, Policies }));
			const UserPoolId = UserPool?.Id ?? "";
			if (MfaConfiguration !== "OFF" || WebAuthnConfiguration) {
				const { SmsConfiguration, SmsAuthenticationMessage } = config;
				await client.send(
					new SetUserPoolMfaConfigCommand({
						UserPoolId,
						...(MfaConfiguration !== "OFF" && { MfaConfiguration, SoftwareTokenMfaConfiguration }),
						WebAuthnConfiguration,
						...(SmsConfiguration && { SmsMfaConfiguration: { SmsConfiguration, SmsAuthenticationMessage } }),
					}),
				);
			}
			return UserPoolId;
		};

		/**
		 * user_pool.go, resourceUserPoolUpdate; tags before, by tags_gen.go. What is computed and not configured is sent as it was read.
		 */
		const updatePool = async (UserPoolId: string, old: PoolConfig, config: PoolConfig): Promise<void> => {
			const state = await readPool(UserPoolId, old);
			const changed = new Set(plan(config, state, poolComparison));
			const value = <N extends keyof PoolConfig>(name: N) =>
				(config[name] ?? (poolComparison.computed.includes(name) ? state[name] : undefined)) as PoolConfig[N];
			if (changed.has("UserPoolTags")) await updateTags(UserPoolId, old.UserPoolTags ?? {}, config.UserPoolTags ?? {});
			const MfaConfiguration = config.MfaConfiguration ?? "OFF";
			const mfa = [
				"MfaConfiguration",
				"SmsAuthenticationMessage",
				"SmsConfiguration",
				"SoftwareTokenMfaConfiguration",
				"WebAuthnConfiguration",
			];
			if (mfa.some((name) => changed.has(name))) {
				const SmsConfiguration = value("SmsConfiguration");
				await client.send(
					new SetUserPoolMfaConfigCommand({
						UserPoolId,
						MfaConfiguration,
						SoftwareTokenMfaConfiguration: config.SoftwareTokenMfaConfiguration,
						WebAuthnConfiguration: config.WebAuthnConfiguration,
						...(SmsConfiguration &&
							MfaConfiguration !== "OFF" && {
								SmsMfaConfiguration: { SmsConfiguration, SmsAuthenticationMessage: config.SmsAuthenticationMessage },
							}),
					}),
				);
			}
			const elsewhere = ["MfaConfiguration", "SoftwareTokenMfaConfiguration", "WebAuthnConfiguration", "UserPoolTags", "Schema"];
			if ([...changed].some((name) => !elsewhere.includes(name))) {
				const input: UpdateUserPoolCommandInput = {
					UserPoolId,
					AccountRecoverySetting: value("AccountRecoverySetting"),
					AdminCreateUserConfig: value("AdminCreateUserConfig"),
					AutoVerifiedAttributes: value("AutoVerifiedAttributes"),
					DeletionProtection: value("DeletionProtection") ?? "INACTIVE",
					DeviceConfiguration: value("DeviceConfiguration"),
					EmailConfiguration: value("EmailConfiguration"),
					EmailVerificationMessage: value("EmailVerificationMessage"),
					EmailVerificationSubject: value("EmailVerificationSubject"),
					LambdaConfig: value("LambdaConfig"),
					MfaConfiguration,
					Policies: { PasswordPolicy: value("PasswordPolicy"), SignInPolicy: value("SignInPolicy") },
					SmsAuthenticationMessage: value("SmsAuthenticationMessage"),
					SmsConfiguration: value("SmsConfiguration"),
					SmsVerificationMessage: value("SmsVerificationMessage"),
					UserAttributeUpdateSettings:
						value("UserAttributeUpdateSettings") ??
						(changed.has("UserAttributeUpdateSettings") ? { AttributesRequireVerificationBeforeUpdate: [] } : undefined),
					UserPoolAddOns: value("UserPoolAddOns"),
					UserPoolTier: value("UserPoolTier"),
					VerificationMessageTemplate: value("VerificationMessageTemplate"),
				};
				await client.send(new UpdateUserPoolCommand(input));
			}
			if (changed.has("Schema")) {
				const CustomAttributes = config.Schema?.filter((one) => !old.Schema?.some((each) => isSame(each, one)));
				await client.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes }));
			}
		};

		/** tags_gen.go, updateTags: what goes, then what is new or changed. */
		const updateTags = async (id: string, old: Record<string, string>, tags: Record<string, string>) => {
			const ResourceArn = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}`;
			const TagKeys = Object.keys(old).filter((key) => !(key in tags));
			if (TagKeys.length > 0) await client.send(new UntagResourceCommand({ ResourceArn, TagKeys }));
			const Tags = Object.fromEntries(Object.entries(tags).filter(([key, text]) => old[key] !== text));
			if (Object.keys(Tags).length > 0) await client.send(new TagResourceCommand({ ResourceArn, Tags }));
		};

		const differences = async (id: string, config: PoolConfig) => plan(config, await readPool(id, config), poolComparison);

		test("aws_cognito_user_pool: a second plan of a bare pool and of a full one finds no difference", async () => {
			for (const config of [{ PoolName: "bare" }, rich]) {
				const id = await createPool(config);
				deepEqual(await differences(id, config), [], String(config.PoolName));
				deepEqual(await readPool(id, config), await readPool(id, config));
			}
		});

		test("aws_cognito_user_pool: the bare pool has the defaults that the provider's acceptance test finds at AWS", async () => {
			// user_pool_test.go, TestAccCognitoIDPUserPool_basic
			const state = await readPool(await createPool({ PoolName: "bare" }), { PoolName: "bare" });
			equal(state["MfaConfiguration"], "OFF");
			for (const absent of ["SmsConfiguration", "SoftwareTokenMfaConfiguration", "WebAuthnConfiguration"])
				equal(state[absent], undefined, absent);
			for (const empty of ["LambdaConfig", "UserPoolTags"]) deepEqual(state[empty], {}, empty);
			deepEqual(state["AdminCreateUserConfig"], { AllowAdminCreateUserOnly: false });
			deepEqual(state["EmailConfiguration"], { EmailSendingAccount: "COGNITO_DEFAULT" });
			deepEqual(state["VerificationMessageTemplate"], { DefaultEmailOption: "CONFIRM_WITH_CODE" });
			deepEqual(state["PasswordPolicy"], {
				MinimumLength: 8,
				RequireLowercase: true,
				RequireNumbers: true,
				RequireSymbols: true,
				RequireUppercase: true,
				TemporaryPasswordValidityDays: 7,
			});
			deepEqual(state["SignInPolicy"], { AllowedFirstAuthFactors: ["PASSWORD"] });
			equal(state["DeletionProtection"], "INACTIVE");
			equal(state["UserPoolTier"], "ESSENTIALS");
		});

		test("aws_cognito_user_pool: each update in place is what the next plan finds", async () => {
			const { AliasAttributes, UsernameConfiguration, Schema, PoolName } = rich;
			const fixed = { AliasAttributes, UsernameConfiguration, Schema, PoolName };
			const steps: PoolConfig[] = [
				rich,
				{ ...rich, SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } },
				{ ...rich, MfaConfiguration: "ON", SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } },
				{ ...rich, SmsAuthenticationMessage: "{####} it is", SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } },
				rich,
				// As the provider has it by https://github.com/hashicorp/terraform-provider-aws/issues/50110.
				{
					...rich,
					MfaConfiguration: "ON",
					WebAuthnConfiguration: { ...rich.WebAuthnConfiguration, FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" },
				},
				{ ...rich, UserPoolTags: { stage: "live", owner: "us" } },
				{
					...rich,
					Schema: [...(Schema ?? []), attribute("nick", { AttributeDataType: "String", StringAttributeConstraints: { MaxLength: "9" } })],
				},
			];
			const extended = steps.at(-1)?.Schema;
			steps.push(
				{ ...rich, Schema: extended, UserAttributeUpdateSettings: undefined, AutoVerifiedAttributes: ["email", "phone_number"] },
				{
					...rich,
					Schema: extended,
					PasswordPolicy: { MinimumLength: 14, RequireSymbols: true },
					LambdaConfig: undefined,
					DeviceConfiguration: undefined,
				},
				// Blocks that are computed stay as they were when they are taken out of the configuration.
				{ ...fixed, Schema: extended },
				{ ...fixed, Schema: extended, DeletionProtection: "ACTIVE", UserPoolTags: rich.UserPoolTags },
				{ ...rich, Schema: extended },
			);
			let config = rich;
			const id = await createPool(config);
			for (const [index, next] of steps.entries()) {
				equal((await differences(id, next)).length > 0, index > 0);
				await updatePool(id, config, next);
				deepEqual(await differences(id, next), [], `step ${index}`);
				config = next;
			}
			deepEqual(
				(await client.send(new ListTagsForResourceCommand({ ResourceArn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}` })))
					.Tags,
				rich.UserPoolTags,
			);
		});

		test("aws_cognito_user_pool: passkeys and required MFA meet in an order that is refused, as at AWS", async () => {
			// The provider sets MFA first. Texts: the issue above, and https://github.com/go-to-k/cdkd/issues/2064.
			const id = await createPool(rich);
			const strict: PoolConfig = { ...rich, MfaConfiguration: "ON", SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } };
			equal(
				await refusal(updatePool(id, rich, strict)),
				"InvalidParameterException: Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
			);
			const passwords: PoolConfig = { ...strict, MfaConfiguration: "OPTIONAL" };
			await updatePool(id, rich, passwords);
			await updatePool(id, passwords, strict);
			equal(
				await refusal(updatePool(id, strict, { ...rich, MfaConfiguration: "ON" })),
				"InvalidParameterException: WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.",
			);
			deepEqual(await differences(id, strict), []);
		});

		test("aws_cognito_user_pool: MFA moves between its factors as in the provider's acceptance tests", async () => {
			// user_pool_test.go, TestAccCognitoIDPUserPool_MFA_*: SMS, TOTP, OFF
			const off: PoolConfig = { PoolName: "mfa" };
			const totp: PoolConfig = { ...off, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } };
			const texts: PoolConfig = { ...off, MfaConfiguration: "ON", SmsConfiguration: sms };
			for (const steps of [
				[totp, off, totp],
				[texts, totp, texts],
				[totp, texts],
				[off, totp, { ...totp, AutoVerifiedAttributes: ["email"] } satisfies PoolConfig],
			]) {
				let config = steps[0] as PoolConfig;
				const id = await createPool(config);
				for (const next of steps) {
					await updatePool(id, config, next);
					deepEqual(await differences(id, next), []);
					const state = await readPool(id, next);
					deepEqual(state["SoftwareTokenMfaConfiguration"], next.SoftwareTokenMfaConfiguration);
					config = next;
				}
			}
		});

		test("aws_cognito_resource_server and aws_cognito_user_pool_client: created in that order, updated in place, and gone in the other", async () => {
			const UserPoolId = await createPool({ PoolName: "apps" });
			// resource_server.go: Create and Update, each followed by DescribeResourceServer; the scopes are a set.
			const server = { UserPoolId, Identifier: "https://api.example.com", Name: "API" };
			const scopes = (...names: string[]): ResourceServerScopeType[] =>
				names.map((ScopeName) => ({ ScopeName, ScopeDescription: `${ScopeName} things` }));
			const readServer = async () => {
				const { Identifier } = server;
				return (await client.send(new DescribeResourceServerCommand({ UserPoolId, Identifier }))).ResourceServer as Attributes;
			};
			await client.send(new CreateResourceServerCommand(server));
			deepEqual(plan(server, await readServer(), { computed: [] }), []);
			for (const Scopes of [scopes("read", "write"), scopes("write", "read"), scopes("read")]) {
				await client.send(new UpdateResourceServerCommand({ ...server, Scopes }));
				deepEqual(plan({ ...server, Scopes }, await readServer(), { computed: [] }), []);
			}

			// user_pool_client.go: the state is what CreateUserPoolClient and UpdateUserPoolClient answer, and later what Describe does.
			type ClientConfig = Partial<CreateUserPoolClientCommandInput> & { ClientName: string };
			const stateOf = ({ CreationDate, LastModifiedDate, ClientType, ...state }: UserPoolClientType = {}): Attributes => state;
			const readClient = async (ClientId: string) =>
				stateOf((await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient);
			const configured = ({ GenerateSecret, ...config }: ClientConfig): Attributes => ({ UserPoolId, ...config });
			const bare: ClientConfig = { ClientName: "bare", ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"] };
			const full: ClientConfig = {
				ClientName: "full",
				GenerateSecret: true,
				AccessTokenValidity: 30,
				AllowedOAuthFlows: ["implicit", "code"],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthScopes: ["email", "openid", "https://api.example.com/read"],
				AuthSessionValidity: 5,
				CallbackURLs: ["https://app.example.com/back", "https://app.example.com/other"],
				DefaultRedirectURI: "https://app.example.com/back",
				EnableTokenRevocation: false,
				ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
				IdTokenValidity: 40,
				LogoutURLs: ["https://app.example.com/bye"],
				PreventUserExistenceErrors: "ENABLED",
				ReadAttributes: ["email", "name"],
				RefreshTokenValidity: 12,
				SupportedIdentityProviders: ["COGNITO"],
				TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "hours" },
				WriteAttributes: ["email"],
			};
			const ids: string[] = [];
			for (const config of [bare, full]) {
				const { UserPoolClient } = await client.send(new CreateUserPoolClientCommand({ UserPoolId, ...config }));
				const ClientId = UserPoolClient?.ClientId ?? "";
				ids.push(ClientId);
				const state = await readClient(ClientId);
				deepEqual(state, stateOf(UserPoolClient));
				deepEqual(plan(configured(config), state, clientComparison), [], config.ClientName);
				const steps: ClientConfig[] = [
					{ ...config, ClientName: "renamed" },
					{
						...config,
						AccessTokenValidity: 20,
						TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days" },
						RefreshTokenValidity: 30,
						IdTokenValidity: 20,
					},
					{
						...config,
						EnableTokenRevocation: true,
						PreventUserExistenceErrors: "LEGACY",
						TokenValidityUnits: { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" },
						AccessTokenValidity: 1,
						IdTokenValidity: 1,
					},
				];
				for (const next of steps) {
					// What is computed and not configured is sent as it was read.
					const { ClientSecret, ClientId: _, ...before } = await readClient(ClientId);
					const sent = { ...before, ...configured(next) } as Attributes;
					const { UserPoolClient: updated } = await client.send(new UpdateUserPoolClientCommand({ UserPoolId, ...sent, ClientId }));
					deepEqual(plan(configured(next), stateOf(updated), clientComparison), []);
					deepEqual(await readClient(ClientId), stateOf(updated));
					equal(updated?.ClientSecret, ClientSecret);
				}
			}
			// user_pool_client_test.go, TestAccCognitoIDPUserPoolClient_basic: what AWS leaves out of a client with nothing but its flows.
			const { UserPoolClient } = await client.send(new CreateUserPoolClientCommand({ UserPoolId, ...bare }));
			deepEqual(stateOf({ ...UserPoolClient, ClientId: undefined }), {
				UserPoolId,
				ClientId: undefined,
				ClientName: "bare",
				ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"],
				RefreshTokenValidity: 30,
				AllowedOAuthFlowsUserPoolClient: false,
				EnableTokenRevocation: true,
				EnablePropagateAdditionalUserContextData: false,
				AuthSessionValidity: 3,
			});

			// What refers to another goes before it; who finds that it is gone already is content with ResourceNotFoundException.
			const gone = async (remove: () => Promise<unknown>, code = "ResourceNotFoundException") => {
				await remove();
				ok((await refusal(remove())).startsWith(`${code}: `));
			};
			for (const ClientId of ids) await gone(() => client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId })));
			await gone(() => client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: server.Identifier })));
			await gone(() => client.send(new DeleteUserPoolCommand({ UserPoolId })));
		});

		test("aws_cognito_user_group: a second plan finds no difference, and an update sends what changed alone", async () => {
			// user_group.go: CreateGroup or UpdateGroup, then GetGroup
			const UserPoolId = await createPool({ PoolName: "groups" });
			type GroupConfig = Omit<CreateGroupCommandInput, "UserPoolId" | "GroupName">;
			const GroupName = "editors";
			const check = async (config: GroupConfig) => {
				const { Group: { Description, Precedence, RoleArn } = {} } = await client.send(new GetGroupCommand({ UserPoolId, GroupName }));
				deepEqual(plan({ ...config }, { Description, Precedence, RoleArn }, { computed: [] }), []);
			};
			await client.send(new CreateGroupCommand({ UserPoolId, GroupName }));
			await check({});
			const steps: GroupConfig[] = [
				{ Description: "They edit" },
				{ Description: "They edit", Precedence: 5, RoleArn: "arn:aws:iam::123456789012:role/editors" },
				{ Description: "They wrote", Precedence: 5, RoleArn: "arn:aws:iam::123456789012:role/editors" },
				{ Description: "They wrote", RoleArn: "arn:aws:iam::123456789012:role/authors" },
			];
			let config: GroupConfig = {};
			for (const next of steps) {
				const input: UpdateGroupCommandInput = { UserPoolId, GroupName };
				if (next.Description !== config.Description) input.Description = next.Description ?? "";
				if (next.Precedence !== config.Precedence) input.Precedence = next.Precedence ?? 0;
				if (next.RoleArn !== config.RoleArn) input.RoleArn = next.RoleArn ?? "";
				await client.send(new UpdateGroupCommand(input));
				await check(next);
				config = next;
			}
			const remove = () => client.send(new DeleteGroupCommand({ UserPoolId, GroupName }));
			await remove();
			ok((await refusal(remove())).startsWith("ResourceNotFoundException: "));
		});

		test("aws_cognito_user: a second plan finds no difference, and an update changes and deletes attributes, password and state", async () => {
			// user.go: AdminCreateUser, AdminDisableUser, AdminSetUserPassword, then AdminGetUser
			const Schema = [attribute("plan", { AttributeDataType: "String", StringAttributeConstraints: { MaxLength: "9" } })];
			const UserPoolId = await createPool({ PoolName: "users", Schema });
			const Username = "ada";
			const who = { UserPoolId, Username };
			const check = async (attributes: Record<string, string>, enabled: boolean, status: string) => {
				const user = await client.send(new AdminGetUserCommand(who));
				const found = Object.fromEntries(
					(user.UserAttributes ?? []).map(({ Name = "", Value }) => [Name.replace(/^(dev:)?custom:/, ""), Value]),
				);
				const { sub, ...others } = found;
				ok(sub);
				deepEqual(others, attributes);
				equal(user.Enabled, enabled);
				equal(user.UserStatus, status);
				equal(user.UserMFASettingList, undefined);
				equal(user.PreferredMfaSetting, undefined);
			};
			const list = (attributes: Record<string, string>) =>
				Object.entries(attributes).map(([name, Value]) => ({ Name: name === "plan" ? "custom:plan" : name, Value }));
			const first = { email: "ada@example.com", email_verified: "true", plan: "gold" };
			await client.send(new AdminCreateUserCommand({ ...who, UserAttributes: list(first), MessageAction: "SUPPRESS" }));
			await client.send(new AdminDisableUserCommand(who));
			await client.send(new AdminSetUserPasswordCommand({ ...who, Password: "Correct-Horse-7", Permanent: true }));
			await check(first, false, "CONFIRMED");
			await client.send(new AdminUpdateUserAttributesCommand({ ...who, UserAttributes: list({ plan: "blue", name: "Ada" }) }));
			await client.send(new AdminDeleteUserAttributesCommand({ ...who, UserAttributeNames: ["email_verified", "email"] }));
			await client.send(new AdminEnableUserCommand(who));
			await check({ plan: "blue", name: "Ada" }, true, "CONFIRMED");
			await client.send(new AdminSetUserPasswordCommand({ ...who, Password: "Correct-Horse-8", Permanent: false }));
			await check({ plan: "blue", name: "Ada" }, true, "FORCE_CHANGE_PASSWORD");
			const remove = () => client.send(new AdminDeleteUserCommand(who));
			await remove();
			ok((await refusal(remove())).startsWith("UserNotFoundException: "));
		});

		test("AWS::Cognito::UserPool: the calls that CloudFormation's handlers are permitted leave the pool as the template has it", async () => {
			// Resource schema of AWS::Cognito::UserPool, "handlers". Which calls they make is public; their order inside is not.
			const template = {
				AutoVerifiedAttributes: ["email"],
				LambdaConfig: { PreSignUp: lambda("PreSignUp") },
				Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } },
				DeletionProtection: "INACTIVE",
			} satisfies Omit<CreateUserPoolCommandInput, "PoolName">;
			const EnabledMfas = { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } } as const;
			const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "stack", ...template }));
			const UserPoolId = UserPool?.Id ?? "";
			const ResourceArn = UserPool?.Arn ?? "";
			await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...EnabledMfas }));
			await client.send(new TagResourceCommand({ ResourceArn, Tags: { stack: "one" } }));
			const check = async (expected: Attributes) => {
				const { UserPool: found = {} } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
				const { $metadata, ...mfa } = await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
				deepEqual(mfa, EnabledMfas);
				const computed = ["TemporaryPasswordValidityDays", "SignInPolicy"];
				const read = Object.fromEntries(Object.keys(expected).map((key) => [key, (found as Attributes)[key]]));
				deepEqual(plan(expected, read, { computed }), []);
			};
			await check({ ...template, MfaConfiguration: "ON", UserPoolTags: { stack: "one" } });

			const changed = { ...template, Policies: { PasswordPolicy: { MinimumLength: 9 } }, LambdaConfig: {} };
			await client.send(new UpdateUserPoolCommand({ UserPoolId, PoolName: "stack", ...changed, MfaConfiguration: "ON" }));
			deepEqual((await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags, { stack: "one" });
			await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["stack"] }));
			await client.send(new TagResourceCommand({ ResourceArn, Tags: { owner: "us" } }));
			await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...EnabledMfas }));
			await client.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [{ Name: "plan", AttributeDataType: "String" }] }));
			await check({ ...changed, MfaConfiguration: "ON", UserPoolTags: { owner: "us" } });
			await client.send(new DeleteUserPoolCommand({ UserPoolId }));
		});
	});
}
