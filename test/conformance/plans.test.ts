/** Feature plans through the front door: each feature in each tier, where it is turned on and where the tier is lowered. */
import { equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	CreateUserPoolDomainCommand,
	DescribeUserPoolCommand,
	SetUserPoolMfaConfigCommand,
	type SetUserPoolMfaConfigCommandInput,
	SetUserPoolSessionConfigurationCommand,
	UpdateUserPoolClientCommand,
	UpdateUserPoolCommand,
	UpdateUserPoolDomainCommand,
	type UserPoolTierType,
} from "@aws-sdk/client-cognito-identity-provider";
import { listClientSettings } from "../../src/domain/user-pools/app-clients.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";

/** The SDK does not know its name yet. */
const clientTokenFlow = "ALLOW_CLIENT_TOKEN_AUTH" as "ALLOW_USER_AUTH";
const tiers = ["LITE", "ESSENTIALS", "PLUS"] as const;
const guide = "https://docs.aws.amazon.com/cognito/latest/developerguide";
const byPlan = `${guide}/cognito-sign-in-feature-plans.html`;
const essentials = `${guide}/feature-plans-features-essentials.html`;

/** One way to turn a feature on. */
interface Row {
	readonly what: string;
	/** The lowest tier that has it, and what a lower one calls it. */
	readonly plan: UserPoolTierType;
	readonly name?: string;
	/** Where AWS says so. */
	readonly page: string;
	/** By CreateUserPool and UpdateUserPool; where `mfa` is set, what an update must repeat so that MFA stays. */
	readonly pool?: Partial<CreateUserPoolCommandInput>;
	readonly mfa?: Partial<SetUserPoolMfaConfigCommandInput>;
	readonly client?: Partial<CreateUserPoolClientCommandInput>;
	readonly tracksSessions?: boolean;
}

const mail = { EmailSendingAccount: "DEVELOPER", SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/gatehouse.example" } as const;
const sms = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };
const trigger = (LambdaVersion: "V1_0" | "V2_0" | "V3_0") => ({
	LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: "arn:aws:lambda:us-east-1:000000000000:function:claims", LambdaVersion } },
});
const first = (factor: "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN") => ({
	Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, factor] } },
});
const customization = "Token Customization with Pre-Token Generation Lambda";

const rows: readonly Row[] = [
	{
		what: "password sign-in",
		plan: "LITE",
		page: byPlan,
		client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"] },
	},
	{ what: "custom authentication", plan: "LITE", page: byPlan, client: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] } },
	{
		what: "machine to machine",
		plan: "LITE",
		page: byPlan,
		client: { ExplicitAuthFlows: [clientTokenFlow], GenerateSecret: true },
	},
	{ what: "customized ID tokens", plan: "LITE", page: byPlan, pool: trigger("V1_0") },
	{
		what: "codes of an authenticator app",
		plan: "LITE",
		page: byPlan,
		pool: { MfaConfiguration: "OPTIONAL" },
		mfa: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } },
	},
	{
		what: "codes by SMS as second factor",
		plan: "LITE",
		page: byPlan,
		pool: { MfaConfiguration: "OPTIONAL", SmsConfiguration: sms },
		mfa: { MfaConfiguration: "OPTIONAL", SmsMfaConfiguration: { SmsConfiguration: sms } },
	},
	{
		what: "remembered devices",
		plan: "LITE",
		page: `${guide}/amazon-cognito-user-pools-device-tracking.html`,
		pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } },
	},
	{ what: "a first code by e-mail", plan: "ESSENTIALS", name: "Passwordless Sign-In", page: byPlan, pool: first("EMAIL_OTP") },
	{ what: "a first code by SMS", plan: "ESSENTIALS", name: "Passwordless Sign-In", page: byPlan, pool: first("SMS_OTP") },
	{ what: "sign-in by passkey", plan: "ESSENTIALS", name: "Passwordless Sign-In", page: byPlan, pool: first("WEB_AUTHN") },
	{ what: "customized access tokens", plan: "ESSENTIALS", name: `${customization} V2_0`, page: byPlan, pool: trigger("V2_0") },
	{ what: "customized machine tokens", plan: "ESSENTIALS", name: `${customization} V3_0`, page: byPlan, pool: trigger("V3_0") },
	{
		what: "a password history",
		plan: "ESSENTIALS",
		name: "Password Reuse Prevention",
		page: essentials,
		pool: { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } } },
	},
	{
		what: "names of one's own for ACR levels",
		plan: "ESSENTIALS",
		name: "Custom ACR Levels",
		page: `${guide}/cognito-user-pools-step-up-authentication.html`,
		pool: { AcrConfiguration: { Level1: { AcrValue: "one" } } },
	},
	{
		what: "dynamic client registration",
		plan: "ESSENTIALS",
		name: "Dynamic Client Registration",
		page: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DcrConfigurationType.html",
		pool: { DcrConfiguration: { EnableStatus: "Enabled" } },
	},
	{
		what: "codes by e-mail as second factor",
		plan: "ESSENTIALS",
		name: "Email MFA",
		page: byPlan,
		pool: { MfaConfiguration: "OPTIONAL", EmailConfiguration: mail },
		mfa: { MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: { Subject: "Code", Message: "{####}" } },
	},
	{
		what: "passkeys",
		plan: "ESSENTIALS",
		name: "Passkeys",
		page: byPlan,
		mfa: { MfaConfiguration: "OFF", WebAuthnConfiguration: { UserVerification: "preferred" } },
	},
	{
		what: "choice-based sign-in",
		plan: "ESSENTIALS",
		name: "ALLOW_USER_AUTH",
		page: essentials,
		client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] },
	},
	{
		what: "rotation of refresh tokens",
		plan: "ESSENTIALS",
		name: "Refresh Token Rotation",
		page: "https://aws.amazon.com/about-aws/whats-new/2025/04/amazon-cognito-refresh-token-rotation/",
		client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"], RefreshTokenRotation: { Feature: "ENABLED" } },
	},
	{
		what: "session tracking",
		plan: "ESSENTIALS",
		name: "User Session Tracking",
		page: `${guide}/managing-user-sessions.html`,
		tracksSessions: true,
	},
	{
		what: "a watch over sign-ins",
		plan: "PLUS",
		name: "Threat Protection",
		page: byPlan,
		pool: { UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } },
	},
	{
		what: "protection of sign-ins",
		plan: "PLUS",
		name: "Threat Protection",
		page: byPlan,
		pool: { UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
	},
];

for (const engine of engines) {
	describe(`plans (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
		});
		after(() => gatehouse.stop());

		const has = (tier: UserPoolTierType, { plan }: Row) => tiers.indexOf(tier) >= tiers.indexOf(plan);
		const outcomeIn = (tier: UserPoolTierType, row: Row) =>
			has(tier, row)
				? "not refused"
				: `FeatureUnavailableInTierException: The following features need to be disabled for the ${tier} pricing tier configured: ${row.name}`;
		const createPool = async (UserPoolTier: UserPoolTierType, settings: Partial<CreateUserPoolCommandInput> = {}) =>
			(await client.send(new CreateUserPoolCommand({ PoolName: "planned", UserPoolTier, ...settings }))).UserPool?.Id ?? "";
		const update = (UserPoolId: string, settings: object) => client.send(new UpdateUserPoolCommand({ UserPoolId, ...settings }));
		/** What a pool needs besides the feature itself. */
		const base = ({ pool, mfa }: Row) => (mfa === undefined ? {} : { EmailConfiguration: pool?.EmailConfiguration });
		/** Turns the feature on in a pool, by the operation that it has. */
		const turnOn = async (UserPoolId: string, row: Row) => {
			if (row.mfa) await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...row.mfa }));
			else if (row.pool) await update(UserPoolId, row.pool);
			if (row.client) await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ...row.client }));
			if (row.tracksSessions) {
				const tracking = { UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 20 } } as const;
				await client.send(new SetUserPoolSessionConfigurationCommand({ UserPoolId, ...tracking }));
			}
		};

		for (const tier of tiers) {
			test(`what the ${tier} plan has can be turned on, and nothing else`, async () => {
				for (const row of rows) {
					const expected = outcomeIn(tier, row);
					equal(await refusal(turnOn(await createPool(tier, base(row)), row)), expected, row.what);
					if (row.pool && !row.mfa) equal(await refusal(createPool(tier, row.pool)), expected, row.what);
				}
			});
		}

		for (const tier of ["LITE", "ESSENTIALS"] as const) {
			test(`a pool goes over to the ${tier} plan when nothing is on that it lacks`, async () => {
				for (const row of rows) {
					const UserPoolId = await createPool("PLUS", base(row));
					await turnOn(UserPoolId, row);
					const kept = { ...row.pool, UserPoolTier: tier };
					equal(await refusal(update(UserPoolId, kept)), outcomeIn(tier, row), row.what);
					const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
					equal(UserPool?.UserPoolTier, has(tier, row) ? tier : "PLUS", row.what);
				}
			});
		}

		test("all that a lower plan lacks is named at once", async () => {
			const everything = { ...first("EMAIL_OTP"), ...trigger("V2_0"), UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" as const } };
			equal(
				await refusal(createPool("LITE", everything)),
				`FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In, ${customization} V2_0, Threat Protection`,
			);
		});

		test("an update of a client, too, turns on what the plan has alone", async () => {
			const UserPoolId = await createPool("LITE");
			const { UserPoolClient } = await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app" }));
			const ClientId = UserPoolClient?.ClientId ?? "";
			for (const row of rows.filter((each) => each.client && each.plan !== "LITE")) {
				const change = () => client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ...row.client }));
				equal(await refusal(change()), outcomeIn("LITE", row), row.what);
			}
		});

		test("a pool whose domain has managed login goes over to the LITE plan once the domain has the classic pages", async () => {
			// "Managed login requires that your user pool be configured for any feature plan other than Lite": API_UpdateUserPoolDomain
			const UserPoolId = await createPool("ESSENTIALS");
			const Domain = `planned-${engine}`;
			await client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 2 }));
			const goOver = () => update(UserPoolId, { UserPoolTier: "LITE" });
			const refused =
				"FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Managed Login";
			equal(await refusal(goOver()), refused);
			await client.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 1 }));
			await goOver();
			const back = () => client.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 2 }));
			equal(await refusal(back()), refused);
		});

		test("the plan is Essentials where none is named, and Plus where threat protection is on", async () => {
			const tierOf = async (settings: Partial<CreateUserPoolCommandInput>) =>
				(await client.send(new CreateUserPoolCommand({ PoolName: "planned", ...settings }))).UserPool?.UserPoolTier;
			equal(await tierOf({}), "ESSENTIALS");
			equal(await tierOf({ UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } }), "PLUS");
		});
	});
}

test("the statement about a pool's clients", (t) =>
	eachStore(t, "is an index search", async (store) => {
		const plan = await explain(store, listClientSettings);
		ok(plan.isIndexSearch, plan.text);
	}));

test("every row says where AWS says so", () => {
	for (const { page } of rows) ok(page.startsWith("https://docs.aws.amazon.com/") || page.startsWith("https://aws.amazon.com/"));
});
