/** Second factors, passkeys and tracked sessions against who has a password alone, a device too many, or an odd answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	AdminGetUserCommand,
	AdminListUserSessionsCommand,
	AdminUserGlobalSignOutCommand,
	AssociateSoftwareTokenCommand,
	CompleteWebAuthnRegistrationCommand,
	ForgotPasswordCommand,
	InitiateAuthCommand,
	SetUserPoolMfaConfigCommand,
	SetUserPoolSessionConfigurationCommand,
	StartWebAuthnRegistrationCommand,
	UpdateUserPoolCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createAuthenticator } from "../support/authenticator.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { configureMfa, mail, on, prefer, preferred, respond, sms, start } from "../support/mfa.ts";
import { createPlace, createUser, type Place, password, refusal, signIn, type Tokens } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";

const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const wrongCode = "CodeMismatchException: Invalid code or auth state for the user.";
const recoveryBy = (...names: readonly ("verified_email" | "verified_phone_number")[]) => ({
	AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, n) => ({ Name, Priority: n + 1 })) },
});

const userOf = async ({ gatehouse, UserPoolId }: Place, Username: string) => {
	const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
	const attributes = Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]));
	return { attributes, enabled: user.UserMFASettingList };
};

const internalErrors = ({ logged }: Gatehouse) => logged.filter((line) => line.includes('"level":"error"'));

for (const engine of engines) {
	test(`attacks on factors (${engine})`, async (t) => {
		let links = "[]";
		const outbound = {
			request: async ({ url }: { readonly url: string }) => ({ status: 200, headers: {}, body: Buffer.from(links), url }),
		};
		const gatehouse = await startGatehouse({ engine, ports: { outbound } });
		t.after(() => gatehouse.stop());
		const { client } = gatehouse;

		await t.test("a factor that a user turned on is asked for once the pool requires MFA: a password alone sets up no other", async () => {
			const place = await createPlace(gatehouse, { SmsConfiguration: sms, ...recoveryBy("verified_phone_number", "verified_email") });
			await configureMfa(place, "OPTIONAL", ["sms", "totp"]);
			await createUser(place, "ada", { phone_number: "+15550001001", phone_number_verified: "true" });
			await prefer(place, "ada", { SMSMfaSettings: on });
			assert.equal((await start(place, "ada")).ChallengeName, "SMS_MFA");
			await configureMfa(place, "ON", ["sms", "totp"]);
			assert.equal((await start(place, "ada")).ChallengeName, "SMS_MFA");
		});

		await t.test("who has an authenticator app is not asked for an address instead where the pool no longer has apps", async () => {
			const place = await createPlace(gatehouse, {
				EmailConfiguration: mail,
				SmsConfiguration: sms,
				...recoveryBy("verified_phone_number"),
			});
			await configureMfa(place, "OPTIONAL", ["totp"]);
			await createUser(place, "fay");
			const { AccessToken } = await signIn(place, "fay");
			const { SecretCode = "" } = await client.send(new AssociateSoftwareTokenCommand({ AccessToken }));
			await client.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totpCode(SecretCode, gatehouse.clock.now()) }));
			await prefer(place, "fay", { SoftwareTokenMfaSettings: on });
			await configureMfa(place, "ON", ["email"]);
			assert.match(await refusal(start(place, "fay")), /^NotAuthorizedException: /);
		});

		await t.test("a recovery code never goes where the next sign-in sends its own, whatever was preferred before", async () => {
			const place = await createPlace(gatehouse, {
				EmailConfiguration: mail,
				SmsConfiguration: sms,
				...recoveryBy("verified_phone_number", "verified_email"),
			});
			await configureMfa(place, "OPTIONAL", ["sms", "email"]);
			const email = "ben@example.com";
			await createUser(place, "ben", { email, email_verified: "true", phone_number: "+15550001002" });
			await prefer(place, "ben", { EmailMfaSettings: on, SMSMfaSettings: preferred });
			// Codes by SMS are given up: what is left is e-mail.
			await client.send(
				new UpdateUserPoolCommand({
					...{ UserPoolId: place.UserPoolId, EmailConfiguration: mail },
					...recoveryBy("verified_phone_number", "verified_email"),
				}),
			);
			await configureMfa(place, "OPTIONAL", ["email"]);
			assert.equal((await start(place, "ben")).ChallengeName, "EMAIL_OTP");
			const { ClientId } = place;
			assert.match(await refusal(client.send(new ForgotPasswordCommand({ ClientId, Username: "ben" }))), /^InvalidParameterException: /);
		});

		await t.test("who has a temporary password does not choose where the second factor's codes go", async () => {
			const place = await createPlace(gatehouse, { SmsConfiguration: sms });
			await configureMfa(place, "OPTIONAL", ["sms"]);
			const { UserPoolId } = place;
			const phone = "+15550001003";
			await client.send(
				new AdminCreateUserCommand({
					...{ UserPoolId, Username: "cyd", TemporaryPassword: password, MessageAction: "SUPPRESS" },
					UserAttributes: [{ Name: "phone_number", Value: phone }],
				}),
			);
			await prefer(place, "cyd", { SMSMfaSettings: preferred });
			const { Session } = await start(place, "cyd");
			const answer = (attributes: Record<string, string>) =>
				respond(place, "NEW_PASSWORD_REQUIRED", Session, { USERNAME: "cyd", NEW_PASSWORD: "Another-Horse-8", ...attributes });
			const refused = "NotAuthorizedException: Cannot modify an already provided phone_number";
			for (const value of ["+15550001999", ""]) {
				assert.equal(await refusal(answer({ "userAttributes.phone_number": value })), refused);
			}
			const next = await answer({ "userAttributes.phone_number": phone, "userAttributes.name": "Cyd" });
			assert.equal(next.ChallengeName, "SMS_MFA");
			assert.match(next.ChallengeParameters?.["CODE_DELIVERY_DESTINATION"] ?? "", /1003$/);
			const done = await respond(place, "SMS_MFA", next.Session, { USERNAME: "cyd", SMS_MFA_CODE: gatehouse.code(phone) });
			assert.ok(done.AuthenticationResult);
		});

		await t.test("nor does who has a temporary password add an address that the pool would send codes to", async () => {
			const place = await createPlace(gatehouse, {
				EmailConfiguration: mail,
				SmsConfiguration: sms,
				...recoveryBy("verified_phone_number"),
			});
			await configureMfa(place, "ON", ["sms", "email"]);
			const { UserPoolId } = place;
			const answer = async (Username: string, attributes: Record<string, string>) => {
				const { Session } = await start(place, Username);
				return respond(place, "NEW_PASSWORD_REQUIRED", Session, { USERNAME: Username, NEW_PASSWORD: "Another-Horse-8", ...attributes });
			};
			const invited = { UserPoolId, TemporaryPassword: password, MessageAction: "SUPPRESS" } as const;
			const UserAttributes = [{ Name: "phone_number", Value: "+15550001004" }];
			await client.send(new AdminCreateUserCommand({ ...invited, Username: "hal", UserAttributes }));
			await prefer(place, "hal", { SMSMfaSettings: on });
			const mine = { "userAttributes.email": "mallory@example.com" };
			assert.equal(await refusal(answer("hal", mine)), "NotAuthorizedException: A client attempted to write unauthorized attribute");
			assert.equal((await answer("hal", {})).ChallengeName, "SMS_MFA");
			// Who has nothing yet sets up what there is in any case.
			await client.send(new AdminCreateUserCommand({ ...invited, Username: "ida" }));
			assert.equal((await answer("ida", { "userAttributes.email": "ida@example.com" })).ChallengeName, "EMAIL_OTP");
		});

		await t.test("an address that a sign-in sets up is the user's with the right code, and not before", async () => {
			const place = await createPlace(gatehouse, {
				EmailConfiguration: mail,
				SmsConfiguration: sms,
				...recoveryBy("verified_phone_number"),
			});
			await configureMfa(place, "ON", ["email"]);
			await createUser(place, "dan");
			const setUp = async (email: string) => {
				const { ChallengeName, Session } = await start(place, "dan");
				assert.equal(ChallengeName, "MFA_SETUP");
				return respond(place, "MFA_SETUP", Session, { USERNAME: "dan", email });
			};
			const mistyped = await setUp("dna@example.com");
			assert.equal(mistyped.ChallengeName, "EMAIL_OTP");
			assert.deepEqual(await userOf(place, "dan"), {
				attributes: { sub: (await userOf(place, "dan")).attributes["sub"] },
				enabled: undefined,
			});
			const [one, two] = [await setUp("dan@example.com"), await setUp("dan@example.org")];
			const answer = (Session: string | undefined, code: string) =>
				respond(place, "EMAIL_OTP", Session, { USERNAME: "dan", EMAIL_OTP_CODE: code });
			assert.equal(await refusal(answer(one.Session, gatehouse.code("dan@example.org"))), wrongCode);
			const code = gatehouse.code("dan@example.com");
			const racers = await Promise.all(Array.from({ length: 10 }, () => refusal(answer(one.Session, code))));
			assert.deepEqual(
				racers.filter((outcome) => outcome !== invalidSession),
				["not refused"],
			);
			const { attributes, enabled } = await userOf(place, "dan");
			assert.deepEqual([attributes["email"], attributes["email_verified"], enabled], ["dan@example.com", "true", ["EMAIL_OTP"]]);
			// The factor is there now: whoever has the password and a session from before sets up no other.
			assert.equal(await refusal(answer(two.Session, gatehouse.code("dan@example.org"))), invalidSession);
			assert.equal(await refusal(answer(mistyped.Session, gatehouse.code("dna@example.com"))), invalidSession);
			assert.equal((await start(place, "dan")).ChallengeName, "EMAIL_OTP");
		});

		await t.test("no association file of a relying party makes an internal error", async () => {
			const place = await createPlace(gatehouse, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } });
			const WebAuthnConfiguration = { RelyingPartyId: "example.com" };
			await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: place.UserPoolId, MfaConfiguration: "OFF", WebAuthnConfiguration }));
			await createUser(place, "eve");
			const { AccessToken } = await signIn(place, "eve");
			const origin = `android:apk-key-hash:${"A".repeat(43)}`;
			const relation = '"relation":["delegate_permission/common.get_login_creds"]';
			const statement = (fingerprints: string) =>
				`[{${relation},"target":{"namespace":"android_app","sha256_cert_fingerprints":${fingerprints}}}]`;
			const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
			for (const text of [
				"[null,1,{}]",
				nested,
				statement('[{"toString":1,"valueOf":1}]'),
				statement(`[${nested}]`),
				`[{${relation},"target":7}]`,
			]) {
				links = text;
				const { CredentialCreationOptions } = await client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
				// biome-ignore lint/suspicious/noExplicitAny: the SDK's type of any JSON
				const Credential = createAuthenticator({ origin }).create(CredentialCreationOptions) as any;
				const refused = await refusal(client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential })));
				assert.match(refused, /^WebAuthnOriginNotAllowedException: /, text.slice(0, 200));
			}
		});

		await t.test("sign-ins that race with a sign-out everywhere or a deletion stay on record while they stand, and no longer", async () => {
			const place = await createPlace(gatehouse);
			const { UserPoolId, ClientId } = place;
			const tracking = { UserPoolId, UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 100 } } as const;
			await client.send(new SetUserPoolSessionConfigurationCommand(tracking));
			await createUser(place, "gus");
			const gus = { UserPoolId, Username: "gus" };
			const signOut = () => client.send(new AdminUserGlobalSignOutCommand(gus));
			const stands = async (REFRESH_TOKEN: string) => {
				const refresh = new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } });
				return (await refusal(client.send(refresh))) === "not refused";
			};
			for (let round = 0; round < 8; round++) {
				const starts: Promise<Tokens>[] = [];
				const begin = () => starts.push(signIn(place, "gus"));
				for (let n = 0; n < 5; n++) begin();
				const after = Array.from({ length: 3 }, () => signOut().then(() => [begin(), begin()]));
				for (let n = 0; n < 3; n++) begin();
				await Promise.all(after);
				const alive = await Promise.all((await Promise.all(starts)).map(({ RefreshToken }) => stands(RefreshToken)));
				const { Sessions = [] } = await client.send(new AdminListUserSessionsCommand(gus));
				assert.equal(Sessions.length, alive.filter(Boolean).length);
				await signOut();
			}
			const racing = Array.from({ length: 6 }, () => signIn(place, "gus"));
			const deletion = client.send(new AdminDeleteUserCommand(gus));
			await Promise.allSettled([...racing, deletion, signIn(place, "gus")]);
			await deletion;
			for (const table of ["sessions", "token_sessions", "tracked_sign_ins"] as const) {
				const left = await gatehouse.store.db.selectFrom(table).select("user_id").where("pool_id", "=", UserPoolId).execute();
				assert.equal(left.length, 0, table);
			}
		});

		assert.deepEqual(internalErrors(gatehouse), []);
	});
}
