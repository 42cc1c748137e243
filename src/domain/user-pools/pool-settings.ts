/**
 * A pool's settings: the defaults that DescribeUserPool shows, and the rules between members that the model can't say.
 * Where a rule's text is not in AWS's reference it is the one that the service was seen to send.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
 */
import type {
	AccountRecoverySettingType,
	AcrConfigurationType,
	CreateUserPoolRequest,
	DcrConfigurationType,
	EmailConfigurationType,
	EmailMfaConfigType,
	LambdaConfigType,
	PasswordPolicyType,
	SetUserPoolSessionConfigurationRequest,
	SmsConfigurationType,
	SoftwareTokenMfaConfigType,
	UpdateUserPoolRequest,
	UserPoolPolicyType,
	UserPoolTagsType,
	UserPoolType,
	WebAuthnConfigurationType,
} from "../../aws/model/cognito-idp.types.ts";
import {
	aliasOrUsernameAttributes,
	codesNotWithMfa,
	emailMfaNeedsOtherRecovery,
	fromAddressInvalid,
	invalidParameter,
	kmsKeyNeeded,
	mailOfYourOwnNeededForMfa,
	memberNotNull,
	mfaOnNotByUpdate,
	passkeyNotFactorWithMfa,
	passwordMustBeFirstFactor,
	preTokenGenerationDisagrees,
	recoveryAdminOnlyAlone,
	recoveryDuplicate,
	smsNeededForMfa,
	smsNeededForVerification,
	sourceArnNeeded,
	tagging,
	unusedAccountValidityGone,
	verifiedBeforeUpdateNeedsAutoVerified,
} from "../refusals.ts";
import { acrDefaults, checkPoolPlan, hasThreatProtection } from "./plans.ts";
import { createSchema } from "./schema.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** The document that is stored: what DescribeUserPool answers, less what has a column or is counted. Defaults are filled in. */
export type UserPoolSettings = Omit<
	UserPoolType,
	"Id" | "Name" | "Arn" | "CreationDate" | "LastModifiedDate" | "EstimatedNumberOfUsers" | "Status"
> & {
	readonly MfaFactors?: MfaFactors | undefined;
	/** As SetUserPoolSessionConfiguration sets it, which DescribeUserPool does not show either. */
	readonly SessionConfiguration?: Pick<SetUserPoolSessionConfigurationRequest, "UserSessionTracking" | "TokenSession"> | undefined;
	/** The pool of Amazon's that it was made from. */
	readonly UpstreamPool?: UpstreamPool | undefined;
};

/**
 * The factors as SetUserPoolMfaConfig sets them. DescribeUserPool does not show them. Codes by SMS are one more where there is
 * an SmsConfiguration, which is the pool's for verification too.
 */
export interface MfaFactors {
	readonly SoftwareTokenMfaConfiguration?: SoftwareTokenMfaConfigType | undefined;
	readonly EmailMfaConfiguration?: EmailMfaConfigType | undefined;
	/** Passkeys are no second factor of their own: they stay when MFA is turned off. */
	readonly WebAuthnConfiguration?: WebAuthnConfigurationType | undefined;
}

/** What is set when the pool is made, and never again. */
type FixedSettings = Pick<UserPoolSettings, "AliasAttributes" | "UsernameAttributes" | "UsernameConfiguration" | "SchemaAttributes">;
/** What CreateUserPool and UpdateUserPool both take: an update replaces all of it. */
type ReplaceableInput = Omit<UpdateUserPoolRequest, "UserPoolId" | "PoolName">;

const minimumLengthDefault = 8;
/** "Defaults to 7. If you submit a value of 0, Amazon Cognito treats it as a null value." */
const temporaryPasswordValidityDaysDefault = 7;
/** "Tag restrictions": https://docs.aws.amazon.com/cognito/latest/developerguide/tagging.html */
const tagsMax = 50;
const reservedTagPrefix = "aws:";

/**
 * The settings of a new pool.
 * @throws InvalidParameterException, FeatureUnavailableInTierException, UserPoolTaggingException
 */
export function createPoolSettings(region: string, input: CreateUserPoolRequest): UserPoolSettings {
	if (input.AliasAttributes?.length && input.UsernameAttributes?.length) throw aliasOrUsernameAttributes();
	const schema = createSchema(input.Schema);
	// "You can select preferred_username as required or as an alias, but not both."
	if (
		input.AliasAttributes?.includes("preferred_username") &&
		schema.some((attribute) => attribute.Name === "preferred_username" && attribute.Required)
	) {
		throw invalidParameter("preferred_username cannot be both a required attribute and an alias.");
	}
	const settings: UserPoolSettings = {
		AliasAttributes: input.AliasAttributes,
		UsernameAttributes: input.UsernameAttributes,
		UsernameConfiguration: input.UsernameConfiguration,
		SchemaAttributes: schema,
		...replaceableSettings(region, input, undefined),
	};
	checkPoolPlan(settings);
	return settings;
}

/**
 * The settings after an update: what it leaves out returns to its default, but for what can't change, the tags, the tier
 * ("With the exception of UserPoolTier, if you don't provide a value for an attribute, Amazon Cognito sets it to its default value"),
 * and dynamic client registration ("If you omit this parameter, Amazon Cognito keeps the existing configuration").
 * The reference is followed here, though Cognito itself was seen to keep `Policies` and `MfaConfiguration` in 2026 (go-to-k/cdkd#1982).
 * @throws InvalidParameterException, FeatureUnavailableInTierException, UserPoolTaggingException
 */
export function updatePoolSettings(region: string, current: UserPoolSettings, input: UpdateUserPoolRequest): UserPoolSettings {
	const fixed: FixedSettings = {
		AliasAttributes: current.AliasAttributes,
		UsernameAttributes: current.UsernameAttributes,
		UsernameConfiguration: current.UsernameConfiguration,
		SchemaAttributes: current.SchemaAttributes,
	};
	const replaced = replaceableSettings(
		region,
		{
			...input,
			UserPoolTags: input.UserPoolTags ?? current.UserPoolTags,
			UserPoolTier: input.UserPoolTier ?? current.UserPoolTier,
			DcrConfiguration: input.DcrConfiguration ?? current.DcrConfiguration,
		},
		current.MfaFactors,
	);
	const { SessionConfiguration, UpstreamPool, Domain, CustomDomain } = current;
	const settings: UserPoolSettings = { ...fixed, ...replaced, SessionConfiguration, UpstreamPool, Domain, CustomDomain };
	checkPoolPlan(settings);
	// That is for SetUserPoolMfaConfig, which tools call first: then MFA is on here already.
	if (replaced.MfaConfiguration === "ON" && current.MfaConfiguration !== "ON") throw mfaOnNotByUpdate();
	return settings;
}

function replaceableSettings(
	region: string,
	input: ReplaceableInput,
	factors: MfaFactors | undefined,
): Omit<UserPoolSettings, keyof FixedSettings> {
	const validityDays = temporaryPasswordValidityDays(input);
	const sms = smsConfiguration(region, input.SmsConfiguration);
	const mfa = input.MfaConfiguration ?? "OFF";
	if (mfa !== "OFF" && sms === undefined && !hasFactor(factors)) throw smsNeededForMfa();
	if (input.AutoVerifiedAttributes?.includes("phone_number") && sms === undefined) throw smsNeededForVerification();
	const beforeUpdate = input.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
	if (beforeUpdate.some((name) => !input.AutoVerifiedAttributes?.includes(name))) throw verifiedBeforeUpdateNeedsAutoVerified();
	const settings = {
		Policies: policies(input.Policies, validityDays),
		DeletionProtection: input.DeletionProtection ?? "INACTIVE",
		LambdaConfig: lambdaConfig(input.LambdaConfig),
		AutoVerifiedAttributes: input.AutoVerifiedAttributes,
		...verificationMessages(input),
		SmsAuthenticationMessage: input.SmsAuthenticationMessage,
		UserAttributeUpdateSettings: input.UserAttributeUpdateSettings,
		MfaConfiguration: mfa,
		DeviceConfiguration: input.DeviceConfiguration && {
			ChallengeRequiredOnNewDevice: input.DeviceConfiguration.ChallengeRequiredOnNewDevice ?? false,
			DeviceOnlyRememberedOnUserPrompt: input.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt ?? false,
		},
		EmailConfiguration: emailConfiguration(input.EmailConfiguration),
		SmsConfiguration: sms,
		UserPoolTags: tags(input.UserPoolTags),
		AdminCreateUserConfig: {
			AllowAdminCreateUserOnly: input.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
			InviteMessageTemplate: input.AdminCreateUserConfig?.InviteMessageTemplate,
			UnusedAccountValidityDays: validityDays,
		},
		UserPoolAddOns: input.UserPoolAddOns,
		AccountRecoverySetting: accountRecovery(input.AccountRecoverySetting),
		UserPoolTier: input.UserPoolTier ?? (hasThreatProtection(input) ? "PLUS" : "ESSENTIALS"),
		KeyConfiguration: input.KeyConfiguration,
		IssuerConfiguration: input.IssuerConfiguration,
		AcrConfiguration: acrConfiguration(input.AcrConfiguration),
		DcrConfiguration: dcrConfiguration(input.DcrConfiguration),
		MfaFactors: mfa === "OFF" ? factors && { WebAuthnConfiguration: factors.WebAuthnConfiguration } : factors,
	} satisfies Omit<UserPoolSettings, keyof FixedSettings>;
	checkFirstFactors(settings);
	checkEmailMfa(settings);
	return settings;
}

/**
 * The days that a temporary password lives. It has two names: PasswordPolicy.TemporaryPasswordValidityDays and, from before,
 * AdminCreateUserConfig.UnusedAccountValidityDays. DescribeUserPool shows both, so an update with what it showed must pass;
 * two that differ are refused.
 */
function temporaryPasswordValidityDays(input: ReplaceableInput): number {
	const days = input.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays || undefined;
	const legacy = input.AdminCreateUserConfig?.UnusedAccountValidityDays || undefined;
	if (days !== undefined && legacy !== undefined && days !== legacy) throw unusedAccountValidityGone();
	return days ?? legacy ?? temporaryPasswordValidityDaysDefault;
}

function policies(input: UserPoolPolicyType | undefined, validityDays: number): UserPoolPolicyType {
	return {
		PasswordPolicy: passwordPolicy(input?.PasswordPolicy, validityDays),
		SignInPolicy: { AllowedFirstAuthFactors: input?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"] },
	};
}

/** A policy that is given has its booleans off where they are left out; only a pool without one gets them all. */
function passwordPolicy(input: PasswordPolicyType | undefined, validityDays: number): PasswordPolicyType {
	const otherwise = input === undefined;
	return {
		MinimumLength: input?.MinimumLength ?? minimumLengthDefault,
		RequireUppercase: input?.RequireUppercase ?? otherwise,
		RequireLowercase: input?.RequireLowercase ?? otherwise,
		RequireNumbers: input?.RequireNumbers ?? otherwise,
		RequireSymbols: input?.RequireSymbols ?? otherwise,
		PasswordHistorySize: input?.PasswordHistorySize,
		TemporaryPasswordValidityDays: validityDays,
	};
}

/** Whether there is a second factor besides codes by SMS. */
export function hasFactor(factors: MfaFactors | undefined): boolean {
	return factors?.SoftwareTokenMfaConfiguration?.Enabled === true || factors?.EmailMfaConfiguration !== undefined;
}

/**
 * `passkeyNotWithMfa` says it in the words of the operation.
 * @throws InvalidParameterException
 */
export function checkFirstFactors(
	settings: Pick<UserPoolSettings, "Policies" | "MfaConfiguration" | "MfaFactors">,
	passkeyNotWithMfa: () => Error = passkeyNotFactorWithMfa,
): void {
	const factors = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
	if (!factors.includes("PASSWORD")) throw passwordMustBeFirstFactor();
	// "SOFTWARE_TOKEN is not currently supported as a first auth factor."
	if (factors.includes("SOFTWARE_TOKEN")) throw invalidParameter("SOFTWARE_TOKEN is not supported as a first auth factor.");
	if (settings.MfaConfiguration !== "ON") return;
	// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("Things to know about user pool MFA"): "You can't
	// add EMAIL_OTP or SMS_OTP … when MFA is required", and a passkey only where it counts as two factors.
	if (factors.includes("EMAIL_OTP") || factors.includes("SMS_OTP")) throw codesNotWithMfa();
	const passkeys = settings.MfaFactors?.WebAuthnConfiguration?.FactorConfiguration;
	if (factors.includes("WEB_AUTHN") && passkeys !== "MULTI_FACTOR_WITH_USER_VERIFICATION") throw passkeyNotWithMfa();
}

/**
 * "You can't enable email MFA and set the recovery option to Email only in the same user pool", and the messages are sent with SES
 * resources of one's own: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
 * @throws InvalidParameterException
 */
export function checkEmailMfa(settings: Pick<UserPoolSettings, "MfaFactors" | "EmailConfiguration" | "AccountRecoverySetting">): void {
	if (settings.MfaFactors?.EmailMfaConfiguration === undefined) return;
	if (settings.EmailConfiguration?.EmailSendingAccount !== "DEVELOPER") throw mailOfYourOwnNeededForMfa();
	const mechanisms = settings.AccountRecoverySetting?.RecoveryMechanisms ?? [];
	if (mechanisms.length > 0 && mechanisms.every(({ Name }) => Name === "verified_email")) throw emailMfaNeedsOtherRecovery();
}

/** PreTokenGeneration and the ARN of PreTokenGenerationConfig are one setting: either gives both. */
function lambdaConfig(input: LambdaConfigType | undefined): LambdaConfigType {
	if (input === undefined) return {};
	if ((input.CustomSMSSender !== undefined || input.CustomEmailSender !== undefined) && input.KMSKeyID === undefined) throw kmsKeyNeeded();
	const { PreTokenGeneration: legacy, PreTokenGenerationConfig: config } = input;
	if (legacy !== undefined && config !== undefined && legacy !== config.LambdaArn) throw preTokenGenerationDisagrees();
	const arn = config?.LambdaArn ?? legacy;
	if (arn === undefined) return input;
	return { ...input, PreTokenGeneration: arn, PreTokenGenerationConfig: config ?? { LambdaVersion: "V1_0", LambdaArn: arn } };
}

/** The members of before VerificationMessageTemplate and those of the template stand in for each other. */
function verificationMessages(
	input: ReplaceableInput,
): Pick<
	UserPoolSettings,
	"SmsVerificationMessage" | "EmailVerificationMessage" | "EmailVerificationSubject" | "VerificationMessageTemplate"
> {
	const template = input.VerificationMessageTemplate;
	return {
		SmsVerificationMessage: input.SmsVerificationMessage ?? template?.SmsMessage,
		EmailVerificationMessage: input.EmailVerificationMessage ?? template?.EmailMessage,
		EmailVerificationSubject: input.EmailVerificationSubject ?? template?.EmailSubject,
		VerificationMessageTemplate: {
			...template,
			SmsMessage: template?.SmsMessage ?? input.SmsVerificationMessage,
			EmailMessage: template?.EmailMessage ?? input.EmailVerificationMessage,
			EmailSubject: template?.EmailSubject ?? input.EmailVerificationSubject,
			DefaultEmailOption: template?.DefaultEmailOption ?? "CONFIRM_WITH_CODE",
		},
	};
}

function emailConfiguration(input: EmailConfigurationType | undefined): EmailConfigurationType {
	const account = input?.EmailSendingAccount ?? "COGNITO_DEFAULT";
	if (account === "DEVELOPER" && input?.SourceArn === undefined) throw sourceArnNeeded();
	if (input?.From !== undefined && !/^[^<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/.test(input.From)) throw fromAddressInvalid();
	return { ...input, EmailSendingAccount: account };
}

/** @throws InvalidParameterException */
export function smsConfiguration(region: string, input: SmsConfigurationType | undefined): SmsConfigurationType | undefined {
	if (input === undefined) return undefined;
	// An empty SnsCallerArn is how some clients leave it out.
	const { SnsCallerArn: caller, EumsSms: eums, ...rest } = input;
	if (caller && eums) throw invalidParameter("SmsConfiguration takes either SnsCallerArn or EumsSms, but not both.");
	if (eums) {
		// "Amazon Cognito uses the same Region as your user pool … rejects any other value with an InvalidParameterException."
		if (eums.Region !== undefined && eums.Region !== region) throw invalidParameter(`EumsSms.Region must be ${region}.`);
		return { ...rest, EumsSms: eums };
	}
	if (!caller) throw memberNotNull("smsConfiguration.snsCallerArn");
	return { ...rest, SnsCallerArn: caller, SnsRegion: input.SnsRegion ?? region };
}

function tags(input: UserPoolTagsType | undefined): UserPoolTagsType {
	return checkTags(input ?? {}, tagging);
}

/** Those tags, where a pool may have them; `refuse` makes the error of the operation. */
export function checkTags(tags: UserPoolTagsType, refuse: (message: string) => Error): UserPoolTagsType {
	const keys = Object.keys(tags);
	if (keys.length > tagsMax) throw refuse(`A user pool can have no more than ${tagsMax} tags.`);
	if (keys.some((key) => key.toLowerCase().startsWith(reservedTagPrefix))) throw refuse("Tag keys that begin with aws: are reserved.");
	return tags;
}

function accountRecovery(input: AccountRecoverySettingType | undefined): AccountRecoverySettingType {
	const mechanisms = input?.RecoveryMechanisms;
	if (mechanisms === undefined) {
		return {
			RecoveryMechanisms: [
				{ Priority: 1, Name: "verified_email" },
				{ Priority: 2, Name: "verified_phone_number" },
			],
		};
	}
	const distinct = (values: readonly unknown[]) => new Set(values).size === values.length;
	if (!distinct(mechanisms.map(({ Priority }) => Priority)) || !distinct(mechanisms.map(({ Name }) => Name))) throw recoveryDuplicate();
	if (mechanisms.length > 1 && mechanisms.some(({ Name }) => Name === "admin_only")) throw recoveryAdminOnlyAlone();
	return { RecoveryMechanisms: mechanisms };
}

/** "Amazon Cognito always returns the effective configuration, with default names merged in." */
function acrConfiguration(input: AcrConfigurationType | undefined): AcrConfigurationType {
	const merged: AcrConfigurationType = { ...acrDefaults, ...input };
	const names = Object.values(merged).map((level) => level?.AcrValue);
	if (new Set(names).size !== names.length) throw invalidParameter("ACR level names must be unique across all levels.");
	return merged;
}

/** "If you provide a dynamic client registration configuration without this value, Amazon Cognito turns dynamic client registration on." */
function dcrConfiguration(input: DcrConfigurationType | undefined): DcrConfigurationType | undefined {
	return input && { ...input, EnableStatus: input.EnableStatus ?? "Enabled", OpenDcrEnabled: input.OpenDcrEnabled ?? false };
}
