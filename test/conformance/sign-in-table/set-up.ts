/** Makes what a row is about: the pool, once for all rows that want the same one, and a user of its own. */
import { randomUUID } from "node:crypto";
import {
	AdminCreateUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserMFAPreferenceCommand,
	AdminSetUserPasswordCommand,
	AssociateSoftwareTokenCommand,
	type AuthFactorType,
	CompleteWebAuthnRegistrationCommand,
	type CompleteWebAuthnRegistrationCommandInput,
	ConfirmDeviceCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	type ExplicitAuthFlowsType,
	InitiateAuthCommand,
	type NewDeviceMetadataType,
	SetUserPoolMfaConfigCommand,
	type SetUserPoolMfaConfigCommandInput,
	SignUpCommand,
	StartWebAuthnRegistrationCommand,
	UpdateDeviceStatusCommand,
	UpdateUserPoolCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Authenticator, type CreationOptions, createAuthenticator } from "../../support/authenticator.ts";
import type { Gatehouse } from "../../support/gatehouse.ts";
import { password } from "../../support/people.ts";
import { type ClientDevice, createDevice } from "../../support/srp-client.ts";
import { totpCode } from "../../support/totp.ts";
import { type Axis, axes, factorsOf, type Row } from "./axes.ts";

export const relyingPartyId = "example.com";

export interface Pool {
	readonly UserPoolId: string;
	readonly ClientId: string;
	/** Puts the pool into the mode of its rows: users are set up while MFA is optional. */
	readonly settle: () => Promise<void>;
}

export interface Person {
	readonly username: string;
	readonly email: string;
	readonly phone: string;
	/** Base32. */
	readonly totpSecret: string | undefined;
	readonly device: ClientDevice | undefined;
	readonly authenticator: Authenticator | undefined;
	/** What it signs in with. */
	readonly password: string;
}

/** Names the operation that refused, for rows that say which one does. */
export class SetUpRefused extends Error {
	override readonly name = "SetUpRefused";
}

/** Sends a command of the set-up. @throws SetUpRefused: `Operation: Code` */
async function send<Output>(gatehouse: Gatehouse, command: object): Promise<Output> {
	try {
		return (await gatehouse.client.send(command as InitiateAuthCommand)) as Output;
	} catch (error) {
		const operation = command.constructor.name.replace(/Command$/, "");
		throw new SetUpRefused(`${operation}: ${(error as Error).name}`, { cause: error });
	}
}

/** What of a row its pool depends on. */
export function poolKeyOf(row: Row): string {
	const tracking = row.device === "untracked" || row.device === "unchallenged" ? row.device : "tracked";
	const { recovery, offers, wrong } = row.also;
	const plan = row.plan === "LITE" ? [isPasskey(row), row.factors.includes("email"), isChoice(row)] : [];
	return JSON.stringify([row.plan, row.mode, tracking, recovery, offers, offers && row.factors, wrong, countsTwice(row), plan]);
}

const isPasskey = (row: Row) => row.factors.includes("passkey") || row.also.passkey;
const isChoice = ({ flow }: Row) => axes.flow.indexOf(flow) >= axes.flow.indexOf("PASSWORD");
const countsTwice = ({ factors, also }: Row) => factors === "totp+passkey" && also.wrong !== "single-factor-passkey";

const sms = {
	SnsCallerArn: "arn:aws:iam::000000000000:role/sns",
	ExternalId: "external",
};
const mail = { EmailSendingAccount: "DEVELOPER", SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/no-reply@example.com" } as const;

/** What the users of a pool may begin with while they are set up: plain passwords in the plan that has nothing else, unless the row is about what it refuses. */
function firstFactors(row: Row): AuthFactorType[] {
	if (row.plan === "LITE") return isPasskey(row) ? ["PASSWORD", "WEB_AUTHN"] : ["PASSWORD"];
	// "You can't add EMAIL_OTP or SMS_OTP to AllowedFirstAuthFactors when MFA is required in your user pool."
	if (row.mode === "ON" && row.also.wrong !== "otp-with-mfa") return ["PASSWORD", "WEB_AUTHN"];
	return ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];
}

/** "You can add WEB_AUTHN when FactorConfiguration is set to MULTI_FACTOR_WITH_USER_VERIFICATION": else passkeys are for nothing when MFA is required. */
const losesPasskeys = (row: Row) => row.mode === "ON" && row.plan !== "LITE" && !countsTwice(row) && row.also.wrong === undefined;

/** @throws SetUpRefused */
export async function createPool(gatehouse: Gatehouse, row: Row): Promise<Pool> {
	const { recovery, wrong } = row.also;
	const everything = row.plan === "LITE" && !row.factors.includes("email") ? ["sms", "totp"] : ["sms", "email", "totp"];
	const offers = row.also.offers ?? everything;
	// What a user has turned on can be taken from the pool afterwards, but for SMS: "you can't disable SMS messages as an available MFA factor".
	const first = new Set([...offers, ...factorsOf(row)]);
	const mechanisms = {
		phone: ["verified_phone_number", "verified_email"],
		admin: ["admin_only"],
	}[recovery ?? ""];
	const settings = {
		UserPoolTier: row.plan,
		...(wrong !== "default-mail" && { EmailConfiguration: mail }),
		...(first.has("sms") && { SmsConfiguration: sms }),
		...(mechanisms && {
			AccountRecoverySetting: {
				RecoveryMechanisms: mechanisms.map((Name, n) => ({ Name: Name as "verified_email", Priority: n + 1 })),
			},
		}),
		...(row.device !== "untracked" && {
			DeviceConfiguration: {
				ChallengeRequiredOnNewDevice: row.device !== "unchallenged",
				DeviceOnlyRememberedOnUserPrompt: row.device !== "unchallenged",
			},
		}),
	};
	const policies = (AllowedFirstAuthFactors: AuthFactorType[]) => ({ Policies: { SignInPolicy: { AllowedFirstAuthFactors } } });
	const created = await send<{ UserPool?: { Id?: string } }>(
		gatehouse,
		new CreateUserPoolCommand({ PoolName: "table", ...settings, ...policies(firstFactors(row)) }),
	);
	const UserPoolId = created.UserPool?.Id ?? "";
	const configure = (MfaConfiguration: Row["mode"], factors: ReadonlySet<string>) => {
		const input: SetUserPoolMfaConfigCommandInput = {
			UserPoolId,
			MfaConfiguration,
			...(MfaConfiguration !== "OFF" && {
				...(factors.has("sms") && { SmsMfaConfiguration: { SmsConfiguration: sms } }),
				...(factors.has("email") && { EmailMfaConfiguration: {} }),
				...(factors.has("totp") && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
			}),
			...(firstFactors(row).includes("WEB_AUTHN") && {
				WebAuthnConfiguration: {
					RelyingPartyId: relyingPartyId,
					UserVerification: "preferred",
					FactorConfiguration: countsTwice(row) ? "MULTI_FACTOR_WITH_USER_VERIFICATION" : "SINGLE_FACTOR",
				},
			}),
		};
		return send(gatehouse, new SetUserPoolMfaConfigCommand(input));
	};
	await configure("OPTIONAL", first);
	const flows: ExplicitAuthFlowsType[] = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"];
	if (row.plan !== "LITE" || isChoice(row)) flows.push("ALLOW_USER_AUTH");
	const { UserPoolClient } = await send<{ UserPoolClient?: { ClientId?: string } }>(
		gatehouse,
		new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ExplicitAuthFlows: flows }),
	);
	const settle = async () => {
		if (losesPasskeys(row)) {
			await send(
				gatehouse,
				new UpdateUserPoolCommand({ UserPoolId, ...settings, MfaConfiguration: "OPTIONAL", ...policies(["PASSWORD"]) }),
			);
		}
		if (row.mode !== "OPTIONAL" || row.also.offers) await configure(row.mode, new Set(offers));
	};
	return { UserPoolId, ClientId: UserPoolClient?.ClientId ?? "", settle };
}

let people = 0;

/** A user as the row has it, but for the pool's final mode. @throws SetUpRefused */
export async function createPerson(gatehouse: Gatehouse, { UserPoolId, ClientId }: Pool, row: Row): Promise<Person> {
	const n = ++people;
	const Username = `person-${n}`;
	const email = `${Username}@example.com`;
	const phone = `+1555${String(n).padStart(7, "0")}`;
	const factors = factorsOf(row);
	const attributes: Record<string, string> = {
		...((factors.includes("email") || row.also.email) && { email }),
		...((factors.includes("sms") || row.also.phone) && { phone_number: phone }),
	};
	if (row.status === "UNCONFIRMED") {
		await send(gatehouse, new SignUpCommand({ ClientId, Username, Password: password, UserAttributes: toList(attributes) }));
	} else {
		const verified = Object.keys(attributes).map((name) => ({ Name: `${name}_verified`, Value: "true" }));
		const UserAttributes = [...toList(attributes), ...verified];
		await send(
			gatehouse,
			new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, TemporaryPassword: password, MessageAction: "SUPPRESS" }),
		);
		await send(gatehouse, new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }));
	}
	const registered = needsSignIn(row) ? await register(gatehouse, ClientId, Username, row) : {};
	await prefer(gatehouse, UserPoolId, Username, row);
	if (row.status === "FORCE_CHANGE") {
		await send(gatehouse, new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: false }));
	}
	if (row.status === "RESET") await send(gatehouse, new AdminResetUserPasswordCommand({ UserPoolId, Username }));
	return { totpSecret: undefined, device: undefined, authenticator: undefined, ...registered, username: Username, email, phone, password };
}

const toList = (attributes: Readonly<Record<string, string>>) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

const needsSignIn = (row: Row) =>
	row.factors.includes("totp") || isPasskey(row) || ["confirmed", "remembered", "unchallenged"].includes(row.device);

/** What a user registers with an access token: an authenticator app, a passkey, a device. */
async function register(gatehouse: Gatehouse, ClientId: string, USERNAME: string, row: Row): Promise<Partial<Person>> {
	const { AuthenticationResult } = await send<{
		AuthenticationResult?: { AccessToken?: string; NewDeviceMetadata?: NewDeviceMetadataType };
	}>(gatehouse, new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD: password } }));
	const AccessToken = AuthenticationResult?.AccessToken;
	const registered: { -readonly [K in keyof Person]?: Person[K] } = {};
	if (row.factors.includes("totp")) {
		const { SecretCode = "" } = await send<{ SecretCode?: string }>(gatehouse, new AssociateSoftwareTokenCommand({ AccessToken }));
		const UserCode = totpCode(SecretCode, gatehouse.clock.now());
		await send(gatehouse, new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
		registered.totpSecret = SecretCode;
	}
	if (isPasskey(row)) {
		const authenticator = createAuthenticator({ origin: `https://${relyingPartyId}` });
		const { CredentialCreationOptions } = await send<{ CredentialCreationOptions: CreationOptions }>(
			gatehouse,
			new StartWebAuthnRegistrationCommand({ AccessToken }),
		);
		const Credential = authenticator.create(CredentialCreationOptions) as CompleteWebAuthnRegistrationCommandInput["Credential"];
		await send(gatehouse, new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));
		registered.authenticator = authenticator;
	}
	const keys = AuthenticationResult?.NewDeviceMetadata;
	if (row.device !== "untracked" && row.device !== "new") {
		if (keys === undefined) throw new SetUpRefused("no NewDeviceMetadata");
		const { device, config } = createDevice(keys);
		const DeviceKey = device.key;
		await send(
			gatehouse,
			new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceName: randomUUID(), DeviceSecretVerifierConfig: config }),
		);
		if (row.device === "remembered") {
			await send(gatehouse, new UpdateDeviceStatusCommand({ AccessToken, DeviceKey, DeviceRememberedStatus: "remembered" }));
		}
		registered.device = device;
	}
	return registered;
}

/** Turns on what the row has, and prefers what it prefers. */
async function prefer(gatehouse: Gatehouse, UserPoolId: string, Username: string, row: Row): Promise<void> {
	const factors = factorsOf(row);
	const settings = (factor: Axis | string) =>
		factors.includes(factor) || row.preference === factor ? { Enabled: true, PreferredMfa: row.preference === factor } : undefined;
	const passkey = row.factors === "totp+passkey" || row.also.wrong === "passkey-mfa-alone";
	if (factors.length === 0 && row.preference === "-") return;
	await send(
		gatehouse,
		new AdminSetUserMFAPreferenceCommand({
			...{ UserPoolId, Username },
			...{ SMSMfaSettings: settings("sms"), EmailMfaSettings: settings("email"), SoftwareTokenMfaSettings: settings("totp") },
			...(passkey && { WebAuthnMfaSettings: { Enabled: true } }),
		}),
	);
}
