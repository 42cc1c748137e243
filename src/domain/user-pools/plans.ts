/**
 * Feature plans: what a pool's tier lets it use. A feature is checked where it is turned on, and those that are on where the tier is
 * lowered: "Some changes between plans require that you turn off active features."
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html ("Features by plan")
 * All that no row here names is in every plan.
 */
import type { AcrConfigurationType, UserPoolTierType } from "../../aws/model/cognito-idp.types.ts";
import { featuresNotInTier } from "../refusals.ts";
import type { AppClientSettings } from "./client-settings.ts";
import type { UserPoolSettings } from "./pool-settings.ts";

interface Feature<S> {
	/** The lowest plan that has it. */
	readonly plan: Exclude<UserPoolTierType, "LITE">;
	/** Whether it is on; a text says which version of it. */
	readonly isOn: (settings: S) => boolean | string;
}

const rank: Readonly<Record<UserPoolTierType, number>> = { LITE: 0, ESSENTIALS: 1, PLUS: 2 };
/** "The default plan selection for new user pools is Essentials." */
const planDefault: UserPoolTierType = "ESSENTIALS";

/** The names of the levels where none were given: they are in every plan. */
export const acrDefaults: AcrConfigurationType = Object.fromEntries(
	[1, 2, 3, 4].map((level) => [`Level${level}`, { AcrValue: `urn:cognito:loa:${level}` }]),
);

/** What pools turn on, as the service calls it where that was seen. */
const poolFeatures = {
	"Passwordless Sign-In": {
		plan: "ESSENTIALS",
		isOn: ({ Policies }) => (Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []).some((factor) => factor !== "PASSWORD"),
	},
	// Version two is in Lite for pools alone that had it before there were plans.
	"Token Customization with Pre-Token Generation Lambda": {
		plan: "ESSENTIALS",
		isOn: ({ LambdaConfig }) => {
			const version = LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? "V1_0";
			return version === "V1_0" ? false : version;
		},
	},
	// https://docs.aws.amazon.com/cognito/latest/developerguide/feature-plans-features-essentials.html ("Password reuse prevention")
	"Password Reuse Prevention": { plan: "ESSENTIALS", isOn: ({ Policies }) => Boolean(Policies?.PasswordPolicy?.PasswordHistorySize) },
	"Custom ACR Levels": {
		plan: "ESSENTIALS",
		isOn: ({ AcrConfiguration = {} }) => namesOf(AcrConfiguration) !== namesOf(acrDefaults),
	},
	"Dynamic Client Registration": { plan: "ESSENTIALS", isOn: ({ DcrConfiguration }) => DcrConfiguration?.EnableStatus === "Enabled" },
	"Email MFA": { plan: "ESSENTIALS", isOn: ({ MfaFactors }) => MfaFactors?.EmailMfaConfiguration !== undefined },
	Passkeys: { plan: "ESSENTIALS", isOn: ({ MfaFactors }) => MfaFactors?.WebAuthnConfiguration !== undefined },
	// "The user pool must be in the Essentials or Plus tier": API_SetUserPoolSessionConfiguration
	"User Session Tracking": {
		plan: "ESSENTIALS",
		isOn: ({ SessionConfiguration }) => SessionConfiguration?.UserSessionTracking === "ENABLED",
	},
	"Threat Protection": { plan: "PLUS", isOn: hasThreatProtection },
} satisfies Readonly<Record<string, Feature<UserPoolSettings>>>;

type ClientFeatureSettings = Pick<AppClientSettings, "ExplicitAuthFlows" | "RefreshTokenRotation">;

/** What app clients turn on. */
const clientFeatures = {
	// https://docs.aws.amazon.com/cognito/latest/developerguide/feature-plans-features-essentials.html ("Choice-based authentication")
	ALLOW_USER_AUTH: { plan: "ESSENTIALS", isOn: ({ ExplicitAuthFlows }) => ExplicitAuthFlows?.includes("ALLOW_USER_AUTH") ?? false },
	// AWS's announcement of April 2025: for "customers using the Essentials or Plus tiers".
	"Refresh Token Rotation": { plan: "ESSENTIALS", isOn: ({ RefreshTokenRotation }) => RefreshTokenRotation?.Feature === "ENABLED" },
} satisfies Readonly<Record<string, Feature<ClientFeatureSettings>>>;

const features = { ...poolFeatures, ...clientFeatures };

/** Checks what is on in a pool against its tier. @throws FeatureUnavailableInTierException */
export function checkPoolPlan(settings: UserPoolSettings): void {
	checkPlan(poolFeatures, settings.UserPoolTier, [settings]);
}

/** Checks what is on in clients against their pool's tier. @throws FeatureUnavailableInTierException */
export function checkClientPlan(tier: UserPoolTierType | undefined, ...clients: readonly ClientFeatureSettings[]): void {
	checkPlan(clientFeatures, tier, clients);
}

/** Checks that a tier has a feature. @throws FeatureUnavailableInTierException */
export function checkFeature(tier: UserPoolTierType | undefined, name: keyof typeof features): void {
	if (!isInPlan(tier, features[name].plan)) throw featuresNotInTier(tier ?? planDefault, [name]);
}

function checkPlan<S>(table: Readonly<Record<string, Feature<S>>>, tier: UserPoolTierType | undefined, all: readonly S[]): void {
	const refused = new Set<string>();
	for (const [name, { plan, isOn }] of Object.entries(table)) {
		if (isInPlan(tier, plan)) continue;
		for (const settings of all) {
			const on = isOn(settings);
			if (on !== false) refused.add(on === true ? name : `${name} ${on}`);
		}
	}
	if (refused.size > 0) throw featuresNotInTier(tier ?? planDefault, [...refused]);
}

/** Whether a pool's tier is that plan or a higher one: for what has an error of its own. */
export function isInPlan(tier: UserPoolTierType | undefined, plan: UserPoolTierType): boolean {
	return rank[tier ?? planDefault] >= rank[plan];
}

/** "If you set AdvancedSecurityMode to AUDIT or ENFORCED, your user pool tier must be PLUS and default to PLUS when not specified." */
export function hasThreatProtection({ UserPoolAddOns }: Pick<UserPoolSettings, "UserPoolAddOns">): boolean {
	return (UserPoolAddOns?.AdvancedSecurityMode ?? "OFF") !== "OFF";
}

function namesOf(configuration: AcrConfigurationType): string {
	return Object.entries(configuration)
		.map(([level, value]) => `${level}=${value?.AcrValue}`)
		.sort()
		.join();
}
