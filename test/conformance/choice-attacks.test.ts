/** What an attacker, or a client in bad luck, does with sign-in by choice, its sessions and its codes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminSetUserMFAPreferenceCommand,
	AdminUpdateUserAttributesCommand,
	AssociateSoftwareTokenCommand,
	ConfirmSignUpCommand,
	ForgotPasswordCommand,
	InitiateAuthCommand,
	SetUserPoolMfaConfigCommand,
	type SetUserPoolMfaConfigCommandInput,
	SignUpCommand,
	UpdateUserPoolCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { respond } from "../support/mfa.ts";
import { createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";

/** "Session … Length Constraints: Minimum length of 20. Maximum length of 2048." */
const sessionCharactersMax = 2048;
const passwordless = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } } } as const;
const minute = 60_000;
const totpStep = 30_000;

/** A pool whose users sign in by choice, and may have an authenticator app; it hides who exists. */
async function createChoice(gatehouse: Gatehouse, mfa: Partial<SetUserPoolMfaConfigCommandInput>, pool: object = passwordless) {
	const place = await createPlace(gatehouse, pool, {
		ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
		PreventUserExistenceErrors: "ENABLED",
	});
	const SoftwareTokenMfaConfiguration = { Enabled: true };
	await gatehouse.client.send(
		new SetUserPoolMfaConfigCommand({
			UserPoolId: place.UserPoolId,
			MfaConfiguration: "OPTIONAL",
			SoftwareTokenMfaConfiguration,
			...mfa,
		}),
	);
	return place;
}

const choose = ({ gatehouse, ClientId }: Place, USERNAME: string, more: Record<string, string> = {}, Session?: string) =>
	gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId, AuthParameters: { USERNAME, ...more }, Session }));
/** Messages that nobody waits for take until the next turn of the loop. */
const delivered = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** Registers an authenticator app for a user, turns it on, and waits until its code is another. */
async function addApp(place: Place, Username: string): Promise<string> {
	const { gatehouse, UserPoolId } = place;
	const { AccessToken } = await signIn(place, Username);
	const { SecretCode = "" } = await gatehouse.client.send(new AssociateSoftwareTokenCommand({ AccessToken }));
	const UserCode = totpCode(SecretCode, gatehouse.clock.now());
	await gatehouse.client.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
	const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
	await gatehouse.client.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username, SoftwareTokenMfaSettings }));
	gatehouse.clock.advance(totpStep);
	return SecretCode;
}

for (const engine of engines) {
	test(`attacks on sign-in by choice (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client, clock } = gatehouse;
		const place = await createChoice(gatehouse, {});
		const longAddress = `${"a".repeat(2000)}@example.com`;

		await t.test("a session is no longer than the API lets it be, wherever its code went", async () => {
			await createUser(place, "amy", { email: longAddress });
			const { Session = "" } = await choose(place, "amy", { PREFERRED_CHALLENGE: "EMAIL_OTP" });
			assert.ok(Session.length <= sessionCharactersMax, String(Session.length));
			await delivered();
			const answer = { USERNAME: "amy", EMAIL_OTP_CODE: gatehouse.code(longAddress) };
			assert.equal(await refusal(respond(place, "EMAIL_OTP", Session, answer)), "not refused");
		});

		await t.test("nor whatever device the client says it is", async () => {
			const { Session = "" } = await choose(place, "amy", { DEVICE_KEY: "k".repeat(5000) });
			assert.ok(Session.length <= sessionCharactersMax, String(Session.length));
			const answer = { USERNAME: "amy", PASSWORD: password };
			assert.equal(await refusal(respond(place, "PASSWORD", Session, answer)), "not refused");
		});

		await t.test("nor whatever device an answer says it is that leads to another challenge", async () => {
			const DEVICE_KEY = "k".repeat(2000);
			const SourceArn = "arn:aws:ses:us-east-1:000000000000:identity/example.com";
			const setUp = await createChoice(
				gatehouse,
				{ EmailMfaConfiguration: {} },
				{
					EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn },
					AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
				},
			);
			const { UserPoolId, ClientId } = setUp;
			const begin = async (USERNAME: string) => {
				const AuthParameters = { USERNAME, PASSWORD: password };
				return client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
			};
			await createUser(setUp, "ann", { email: "ann@example.com", email_verified: "true" });
			const secret = await addApp(setUp, "ann");
			const both = { SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false }, EmailMfaSettings: { Enabled: true } };
			await client.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username: "ann", ...both }));
			const choice = await begin("ann");
			assert.equal(choice.ChallengeName, "SELECT_MFA_TYPE");
			const chosen = { USERNAME: "ann", ANSWER: "SOFTWARE_TOKEN_MFA", DEVICE_KEY };
			const { Session: toCode = "" } = await respond(setUp, "SELECT_MFA_TYPE", choice.Session ?? "", chosen);
			assert.ok(toCode.length <= sessionCharactersMax, String(toCode.length));
			const appCode = { USERNAME: "ann", SOFTWARE_TOKEN_MFA_CODE: totpCode(secret, clock.now()) };
			assert.equal(await refusal(respond(setUp, "SOFTWARE_TOKEN_MFA", toCode, appCode)), "not refused");

			await client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: "ON", EmailMfaConfiguration: {} }));
			clock.advance(minute);
			await createUser(setUp, "abe");
			const asked = await begin("abe");
			assert.equal(asked.ChallengeName, "MFA_SETUP");
			const address = { USERNAME: "abe", email: "abe@example.com", DEVICE_KEY };
			const { Session: toAddress = "" } = await respond(setUp, "MFA_SETUP", asked.Session ?? "", address);
			assert.ok(toAddress.length <= sessionCharactersMax, String(toAddress.length));
			const mailCode = { USERNAME: "abe", EMAIL_OTP_CODE: gatehouse.code("abe@example.com") };
			assert.equal(await refusal(respond(setUp, "EMAIL_OTP", toAddress, mailCode)), "not refused");
		});

		await t.test("nor is that of a sign-up, which signs in all the same, and with another address does not", async () => {
			const { ClientId, UserPoolId } = place;
			const join = async (Username: string, Value: string) => {
				const signedUp = await client.send(new SignUpCommand({ ClientId, Username, UserAttributes: [{ Name: "email", Value }] }));
				const ConfirmationCode = gatehouse.code(Value);
				const confirmed = await client.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode, Session: signedUp.Session }));
				return confirmed.Session ?? "";
			};
			const one = await join("bob", `b${longAddress}`);
			assert.ok(one.length <= sessionCharactersMax, String(one.length));
			assert.ok((await choose(place, "bob", {}, one)).AuthenticationResult);
			const other = await join("bea", "bea@example.com");
			const UserAttributes = [{ Name: "email", Value: "bee@example.com" }];
			await client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: "bea", UserAttributes }));
			assert.equal((await choose(place, "bea", {}, other)).ChallengeName, "SELECT_CHALLENGE");
		});

		await t.test("an address that a sign-in sets up as second factor is short enough for its session", async () => {
			const SourceArn = "arn:aws:ses:us-east-1:000000000000:identity/example.com";
			const setUp = await createChoice(
				gatehouse,
				{ MfaConfiguration: "ON", EmailMfaConfiguration: {} },
				{
					EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn },
					AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
				},
			);
			const name = "𝔠".repeat(64);
			await createUser(setUp, name);
			const AuthParameters = { USERNAME: name, PASSWORD: password };
			const { ClientId } = setUp;
			const begin = async () =>
				(await client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }))).Session ?? "";
			const tooLong = respond(setUp, "MFA_SETUP", await begin(), { USERNAME: name, email: longAddress });
			assert.equal(await refusal(tooLong), "InvalidParameterException: Invalid email address format.");
			const longest = `${"c".repeat(254 - "@example.com".length)}@example.com`;
			const { Session = "" } = await respond(setUp, "MFA_SETUP", await begin(), { USERNAME: name, email: longest });
			assert.ok(Session.length <= sessionCharactersMax, String(Session.length));
			const answer = { USERNAME: name, EMAIL_OTP_CODE: gatehouse.code(longest) };
			assert.equal(await refusal(respond(setUp, "EMAIL_OTP", Session, answer)), "not refused");
		});

		await t.test(
			"how long a session is tells nothing of its user: not whether there is one, and not to what address a code went",
			async () => {
				const { UserPoolId } = place;
				await createUser(place, "cid", { email: `${"cid".repeat(30)}@example.com` });
				for (let change = 0; change < 12; change++) {
					const UserAttributes = [{ Name: "nickname", Value: String(change) }];
					await client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: "cid", UserAttributes }));
				}
				// base64 shows one byte more in one of three lengths: a key of the client's own choice makes it any of them.
				for (const DEVICE_KEY of ["k_1", "k_12", "k_123"]) {
					const [known, unknown] = await Promise.all(["cid", "zed"].map((name) => choose(place, name, { DEVICE_KEY })));
					assert.equal(known?.Session?.length, unknown?.Session?.length);
				}
				const names = ["cid", ...Array.from({ length: 20 }, (_, n) => `n${n + 10}`)];
				const begun = await Promise.all(names.map((name) => choose(place, name, { PREFERRED_CHALLENGE: "EMAIL_OTP" })));
				const sent = begun.filter(({ ChallengeName }) => ChallengeName === "EMAIL_OTP").map(({ Session = "" }) => Session.length);
				assert.ok(sent.length > 5);
				assert.deepEqual([...new Set(sent)], [sent[0]]);
			},
		);

		await t.test("a name that nobody has may seem to have a second factor, and so fewer choices, as a known one may", async () => {
			await createUser(place, "dora@example.com", { email: "dora@example.com" });
			await addApp(place, "dora@example.com");
			const known = (await choose(place, "dora@example.com")).AvailableChallenges;
			assert.deepEqual(known, ["PASSWORD", "PASSWORD_SRP"]);
			const names = Array.from({ length: 60 }, (_, n) => `nobody${n}@example.com`);
			const seen = await Promise.all(names.map(async (name) => (await choose(place, name)).AvailableChallenges?.join()));
			assert.ok(seen.includes(known.join()));
			assert.ok(seen.some((challenges) => challenges?.includes("EMAIL_OTP")));
		});

		await t.test("where MFA is required too, a name that nobody has may seem to have a passkey", async () => {
			const WebAuthnConfiguration = { RelyingPartyId: "example.com", FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" } as const;
			const strict = await createChoice(gatehouse, {}, {});
			const { UserPoolId } = strict;
			const configuration = { UserPoolId, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } } as const;
			await client.send(new SetUserPoolMfaConfigCommand({ ...configuration, WebAuthnConfiguration }));
			await client.send(
				new UpdateUserPoolCommand({
					UserPoolId,
					MfaConfiguration: "ON",
					Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
				}),
			);
			clock.advance(minute);
			const names = Array.from({ length: 40 }, (_, n) => `nobody${n}`);
			const seen = await Promise.all(names.map(async (name) => (await choose(strict, name)).AvailableChallenges));
			assert.ok(seen.some((challenges) => challenges?.includes("WEB_AUTHN")));
			assert.ok(seen.some((challenges) => !challenges?.includes("WEB_AUTHN")));
		});

		await t.test("how a name is written does not tell from the address that is shown whether somebody has it", async () => {
			const folding = await createChoice(gatehouse, {}, { ...passwordless, UsernameConfiguration: { CaseSensitive: false } });
			await createUser(folding, "gil@example.com", { email: "gil@example.com", email_verified: "true" });
			const shown = async (name: string) => {
				const asked = await choose(folding, name, { PREFERRED_CHALLENGE: "EMAIL_OTP" });
				const { CodeDeliveryDetails } = await client.send(new ForgotPasswordCommand({ ClientId: folding.ClientId, Username: name }));
				return [asked.ChallengeParameters?.["CODE_DELIVERY_DESTINATION"], CodeDeliveryDetails?.Destination];
			};
			// Not all of them have a code for a choice: one in four seems to have a second factor.
			const unknown = await Promise.all(Array.from({ length: 15 }, (_, n) => shown(`G${n}@EXAMPLE.COM`)));
			const known = await shown("GIL@EXAMPLE.COM");
			assert.deepEqual(known, ["g***@e***", "g***@e***"]);
			assert.ok(unknown.some(([asked]) => asked !== undefined));
			for (const [asked, forgotten] of unknown) assert.deepEqual([asked ?? known[0], forgotten], known);
		});

		await t.test("a right code that is sent again and again is no wrong one: it locks nobody out", async () => {
			await createUser(place, "eli", { email: "eli@example.com" });
			const secret = await addApp(place, "eli");
			const begin = () =>
				client.send(
					new InitiateAuthCommand({
						...{ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId },
						AuthParameters: { USERNAME: "eli", PASSWORD: password },
					}),
				);
			// The very same each time, though the app may show the next one meanwhile.
			const once = totpCode(secret, clock.now());
			const answer = (Session: string, SOFTWARE_TOKEN_MFA_CODE = once) =>
				refusal(respond(place, "SOFTWARE_TOKEN_MFA", Session, { USERNAME: "eli", SOFTWARE_TOKEN_MFA_CODE }));
			const { Session = "" } = await begin();
			const racing = await Promise.all(Array.from({ length: 20 }, () => answer(Session)));
			assert.equal(racing.filter((outcome) => outcome === "not refused").length, 1, String(racing));
			for (let again = 0; again < 10; again++) assert.notEqual(await answer(Session), "not refused");
			const { Session: next = "" } = await begin();
			assert.match(await answer(next), /^ExpiredCodeException: /);
			clock.advance(totpStep);
			assert.equal(await answer(next, totpCode(secret, clock.now())), "not refused");
		});

		await t.test("a code that is on its way proves nothing once the pool takes no such codes", async () => {
			const before = await createChoice(gatehouse, { MfaConfiguration: "OFF", SoftwareTokenMfaConfiguration: undefined });
			await createUser(before, "hal", { email: "hal@example.com" });
			const { Session = "" } = await choose(before, "hal", { PREFERRED_CHALLENGE: "EMAIL_OTP" });
			await delivered();
			await client.send(new UpdateUserPoolCommand({ UserPoolId: before.UserPoolId }));
			clock.advance(0.1 * minute);
			const answer = respond(before, "EMAIL_OTP", Session, { USERNAME: "hal", EMAIL_OTP_CODE: gatehouse.code("hal@example.com") });
			assert.equal(await refusal(answer), "NotAuthorizedException: Invalid session for the user.");
		});

		await t.test("whoever chooses late has no more time than the session that the choice came with", async () => {
			await createUser(place, "fay", { email: "fay@example.com" });
			const { Session = "" } = await choose(place, "fay");
			clock.advance(2.9 * minute);
			const asked = await respond(place, "SELECT_CHALLENGE", Session, { USERNAME: "fay", ANSWER: "PASSWORD" });
			clock.advance(0.2 * minute);
			const late = respond(place, "PASSWORD", asked.Session ?? "", { USERNAME: "fay", PASSWORD: password });
			assert.equal(await refusal(late), "NotAuthorizedException: Invalid session for the user, session is expired.");
		});
	});
}
