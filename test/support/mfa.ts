/** Second factors: pools that have them, whose users prefer which, and the calls that ask for them and answer. */
import {
	AdminSetUserMFAPreferenceCommand,
	type ChallengeNameType,
	type CreateUserPoolCommandInput,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Gatehouse } from "./gatehouse.ts";
import { createPlace, type Place, password } from "./people.ts";

/** What a pool must have to send codes by SMS, and by e-mail. */
export const sms = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };
export const mail = {
	EmailSendingAccount: "DEVELOPER",
	SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/a@example.com",
} as const;
export const on = { Enabled: true };
export const preferred = { Enabled: true, PreferredMfa: true };

export type Offer = "sms" | "email" | "totp";
export const everything: readonly Offer[] = ["sms", "email", "totp"];

/** A pool with MFA, and one client. */
export async function createMfaPlace(
	gatehouse: Gatehouse,
	MfaConfiguration: "OPTIONAL" | "ON",
	offers: readonly Offer[] = everything,
	pool: Partial<CreateUserPoolCommandInput> = {},
): Promise<Place> {
	const place = await createPlace(gatehouse, {
		EmailConfiguration: mail,
		...(offers.includes("sms") && { SmsConfiguration: sms }),
		...pool,
	});
	await configureMfa(place, MfaConfiguration, offers);
	return place;
}

/** Sets what the pool offers as second factor. */
export const configureMfa = ({ gatehouse, UserPoolId }: Place, MfaConfiguration: "OPTIONAL" | "ON", offers: readonly Offer[]) =>
	gatehouse.client.send(
		new SetUserPoolMfaConfigCommand({
			UserPoolId,
			MfaConfiguration,
			...(offers.includes("sms") && { SmsMfaConfiguration: { SmsConfiguration: sms } }),
			...(offers.includes("email") && { EmailMfaConfiguration: {} }),
			...(offers.includes("totp") && { SoftwareTokenMfaConfiguration: on }),
		}),
	);

export type Preference = Omit<ConstructorParameters<typeof AdminSetUserMFAPreferenceCommand>[0], "UserPoolId" | "Username">;

export const prefer = ({ gatehouse, UserPoolId }: Place, Username: string, preference: Preference) =>
	gatehouse.client.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username, ...preference }));

/** Begins a sign-in by USER_PASSWORD_AUTH, whatever comes next. */
export const start = ({ gatehouse, ClientId }: Place, USERNAME: string, PASSWORD = password) =>
	gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD } }));

export const respond = (
	{ gatehouse, ClientId }: Place,
	ChallengeName: ChallengeNameType,
	Session: string | undefined,
	ChallengeResponses: Record<string, string>,
) => gatehouse.client.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses }));
