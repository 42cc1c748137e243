/**
 * A pool's configuration of multi-factor authentication and passkeys, as GetUserPoolMfaConfig and SetUserPoolMfaConfig have it.
 * It is set here and shown here; what a sign-in makes of it is not this file's matter.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
 * Where the reference is silent, the rules are those that the service was seen to hold: https://github.com/go-to-k/cdkd/issues/1923
 */
import type { GetUserPoolMfaConfigResponse, SetUserPoolMfaConfigRequest } from "../../aws/model/cognito-idp.types.ts";
import type { Call } from "../call.ts";
import { concurrentModification, mfaFactorNeeded, mfaNotWithPasskeys, mfaOffWithFactors, smsNeededForMfa } from "../refusals.ts";
import { checkRelyingPartyId } from "./passkey-origins.ts";
import { checkPoolPlan } from "./plans.ts";
import { checkEmailMfa, checkFirstFactors, smsConfiguration } from "./pool-settings.ts";
import { attemptPoolChange, getPoolSettings, type UserPoolSettings } from "./pools.ts";

/** @throws ResourceNotFoundException */
export async function getMfaConfig(call: Call, poolId: string): Promise<GetUserPoolMfaConfigResponse> {
	return describe(await getPoolSettings(call, poolId));
}

/**
 * Replaces the configuration: a factor that is left out is off, and so is MFA without MfaConfiguration.
 * @throws ResourceNotFoundException, ConcurrentModificationException, InvalidParameterException, FeatureUnavailableInTierException
 */
export async function setMfaConfig(call: Call, input: SetUserPoolMfaConfigRequest): Promise<GetUserPoolMfaConfigResponse> {
	const relyingPartyId = input.WebAuthnConfiguration?.RelyingPartyId;
	if (relyingPartyId !== undefined) checkRelyingPartyId(call.settings, relyingPartyId);
	const settings = await attemptPoolChange(call, input.UserPoolId, (current, region) => withMfaConfig(current, region, input));
	if (settings === "stale") throw concurrentModification();
	return describe(settings);
}

function withMfaConfig(current: UserPoolSettings, region: string, input: SetUserPoolMfaConfigRequest): UserPoolSettings {
	const { SmsMfaConfiguration: sms, SoftwareTokenMfaConfiguration: token, EmailMfaConfiguration: mail } = input;
	const configures = sms !== undefined || token?.Enabled === true || mail !== undefined;
	if (input.MfaConfiguration === "OFF" && configures) throw mfaOffWithFactors();
	const mode = input.MfaConfiguration ?? "OFF";
	if (mode !== "OFF" && !configures) throw mfaFactorNeeded();
	const changed: UserPoolSettings = {
		...current,
		...(mode !== "OFF" && sms !== undefined && smsSettings(current, region, sms)),
		MfaConfiguration: mode,
		MfaFactors: {
			...(mode !== "OFF" && { SoftwareTokenMfaConfiguration: token, EmailMfaConfiguration: mail }),
			WebAuthnConfiguration: input.WebAuthnConfiguration,
		},
	};
	checkEmailMfa(changed);
	checkFirstFactors(changed, mfaNotWithPasskeys);
	checkPoolPlan(changed);
	return changed;
}

/** The configuration of SMS is the pool's: it stays where it is left out. A message that is left out is the default one. */
function smsSettings(
	current: UserPoolSettings,
	region: string,
	sms: NonNullable<SetUserPoolMfaConfigRequest["SmsMfaConfiguration"]>,
): Pick<UserPoolSettings, "SmsConfiguration" | "SmsAuthenticationMessage"> {
	const configuration = smsConfiguration(region, sms.SmsConfiguration ?? current.SmsConfiguration);
	if (configuration === undefined) throw smsNeededForMfa();
	return { SmsConfiguration: configuration, SmsAuthenticationMessage: sms.SmsAuthenticationMessage };
}

/** A pool that was given nothing answers its mode alone. */
function describe(settings: UserPoolSettings): GetUserPoolMfaConfigResponse {
	const { SmsConfiguration: sms, SmsAuthenticationMessage: message } = settings;
	return {
		MfaConfiguration: settings.MfaConfiguration,
		...(sms && { SmsMfaConfiguration: { SmsAuthenticationMessage: message, SmsConfiguration: sms } }),
		...settings.MfaFactors,
	};
}
