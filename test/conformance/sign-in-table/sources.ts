/** The pages that the table's rows cite, and the section of each. */
const guide = "https://docs.aws.amazon.com/cognito/latest/developerguide";
const reference = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference";

export const sources = {
	"mfa-things": [`${guide}/user-pool-settings-mfa.html#user-pool-settings-mfa-prerequisites`, "Things to know about user pool MFA"],
	"mfa-preferences": [
		`${guide}/user-pool-settings-mfa.html#user-pool-settings-mfa-preferences-configure`,
		"Configure MFA preferences for users",
	],
	"mfa-logic": [`${guide}/user-pool-settings-mfa.html#user-pool-settings-mfa-user-outcomes`, "Details of MFA logic at user runtime"],
	"mfa-message": [`${guide}/user-pool-settings-mfa-sms-email-message.html`, "Considerations for SMS and email message MFA"],
	"mfa-totp": [`${guide}/user-pool-settings-mfa-totp.html`, "TOTP software token MFA"],
	"mfa-config-api": [`${reference}/API_SetUserPoolMfaConfig.html`, "Request Parameters"],
	"mfa-preference-api": [`${reference}/API_AdminSetUserMFAPreference.html`, "Request Parameters"],
	"passkey-mfa-api": [`${reference}/API_WebAuthnMfaSettingsType.html`, "Enabled"],
	password: [
		`${guide}/amazon-cognito-user-pools-authentication-flow-methods.html#amazon-cognito-user-pools-authentication-flow-methods-password`,
		"Sign-in with persistent passwords",
	],
	srp: [
		`${guide}/amazon-cognito-user-pools-authentication-flow-methods.html#amazon-cognito-user-pools-authentication-flow-methods-srp`,
		"Sign-in with persistent passwords and secure payload",
	],
	otp: [
		`${guide}/amazon-cognito-user-pools-authentication-flow-methods.html#amazon-cognito-user-pools-authentication-flow-methods-passwordless`,
		"Passwordless sign-in with one-time passwords",
	],
	passkey: [
		`${guide}/amazon-cognito-user-pools-authentication-flow-methods.html#amazon-cognito-user-pools-authentication-flow-methods-passkey`,
		"Passwordless sign-in with WebAuthn passkeys",
	],
	choice: [`${guide}/authentication-flows-selection-sdk.html#authentication-flows-selection-choice`, "Choice-based authentication"],
	"device-key": [
		`${guide}/amazon-cognito-user-pools-device-tracking.html#user-pools-remembered-devices-getting-a-device-key`,
		"Getting a device key",
	],
	"device-sign-in": [
		`${guide}/amazon-cognito-user-pools-device-tracking.html#user-pools-remembered-devices-signing-in-with-a-device`,
		"Signing in with a device",
	],
	"device-settings": [`${reference}/API_DeviceConfigurationType.html`, "ChallengeRequiredOnNewDevice"],
	confirmation: [`${guide}/signing-up-users-in-your-app.html`, "Overview of user account confirmation"],
	"temporary-password": [`${reference}/API_AdminSetUserPassword.html`, "The password can be temporary or permanent"],
	reset: [`${reference}/API_AdminResetUserPassword.html`, "If a user tries to sign in after the API is called"],
	plans: [`${guide}/cognito-sign-in-feature-plans.html#cognito-sign-in-feature-plans-list`, "Features by plan"],
	"client-api": [`${reference}/API_CreateUserPoolClient.html`, "ExplicitAuthFlows"],
} as const satisfies Record<string, readonly [url: string, section: string]>;

export type Source = keyof typeof sources;
