/** Authenticator apps as `amazon-cognito-identity-js` and `aws-amplify` v6 set them up and ask for their codes, against a real server. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AdminCreateUserCommand, SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider";
import {
	AuthenticationDetails,
	CognitoUser,
	CognitoUserPool,
	type CognitoUserSession,
	type NodeCallback,
	type UserData,
} from "amazon-cognito-identity-js";
import {
	confirmSignIn,
	fetchAuthSession,
	fetchMFAPreference,
	setUpTOTP,
	signIn as signInByAmplify,
	signOut,
	updateMFAPreference,
	verifyTOTPSetup,
} from "aws-amplify/auth";
import { configureAmplify } from "../support/amplify.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";

const newPassword = "Brand-New-Horse-8";
const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } };

async function createMfaPlace(gatehouse: Gatehouse, MfaConfiguration: "OPTIONAL" | "ON"): Promise<Place> {
	const place = await createPlace(gatehouse, sms);
	await gatehouse.client.send(
		new SetUserPoolMfaConfigCommand({
			UserPoolId: place.UserPoolId,
			MfaConfiguration,
			SmsMfaConfiguration: sms,
			SoftwareTokenMfaConfiguration: { Enabled: true },
		}),
	);
	return place;
}

/** The code that the app shows next: each is taken once. */
function nextCode(gatehouse: Gatehouse, secret: string): string {
	gatehouse.clock.advance(30_000);
	return totpCode(secret, gatehouse.clock.now());
}

// The engines differ below what a client sees, and the libraries' arithmetic takes long: conformance/mfa.test.ts runs on both.
describe("amazon-cognito-identity-js with an authenticator app", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	const userOf = ({ UserPoolId, ClientId }: Place, Username: string) =>
		new CognitoUser({ Username, Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint: gatehouse.url }) });

	/** What a sign-in by SRP comes to: a session, or what it asks for. */
	type Step = { readonly session?: CognitoUserSession; readonly asks?: string; readonly parameters?: Record<string, string> };

	function authenticate(user: CognitoUser, Password = password): Promise<Step> {
		const { promise, resolve, reject } = Promise.withResolvers<Step>();
		const asks = (asked: string) => (_: unknown, parameters: Record<string, string>) => resolve({ asks: asked, parameters });
		user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password }), {
			onSuccess: (session) => resolve({ session }),
			onFailure: reject,
			newPasswordRequired: () => resolve({ asks: "NEW_PASSWORD_REQUIRED" }),
			mfaSetup: asks("MFA_SETUP"),
			totpRequired: asks("SOFTWARE_TOKEN_MFA"),
			mfaRequired: asks("SMS_MFA"),
			selectMFAType: asks("SELECT_MFA_TYPE"),
		});
		return promise;
	}

	function completePassword(user: CognitoUser): Promise<Step> {
		const { promise, resolve, reject } = Promise.withResolvers<Step>();
		user.completeNewPasswordChallenge(newPassword, {}, {
			onSuccess: (session: CognitoUserSession) => resolve({ session }),
			onFailure: reject,
			mfaSetup: (_: unknown, parameters: Record<string, string>) => resolve({ asks: "MFA_SETUP", parameters }),
		} as never);
		return promise;
	}

	function associate(user: CognitoUser): Promise<string> {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject });
		return promise;
	}

	function verify(user: CognitoUser, code: string): Promise<CognitoUserSession> {
		const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
		user.verifySoftwareToken(code, "My phone", { onSuccess: resolve, onFailure: reject });
		return promise;
	}

	function sendCode(user: CognitoUser, code: string, type = "SOFTWARE_TOKEN_MFA"): Promise<CognitoUserSession> {
		const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
		user.sendMFACode(code, { onSuccess: resolve, onFailure: reject }, type);
		return promise;
	}

	function select(user: CognitoUser, type: string): Promise<string> {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		const asked = (name: string) => resolve(name);
		user.sendMFASelectionAnswer(type, {
			onSuccess: () => resolve("tokens"),
			onFailure: reject,
			mfaRequired: asked,
			totpRequired: asked,
		} as never);
		return promise;
	}

	const answered = <T>(call: (callback: NodeCallback<Error, T>) => void) => {
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		call((error, result) => (error ? reject(error) : resolve(result as T)));
		return promise;
	};

	test("a signed-in user sets an app up, prefers it, and signs in with its codes", async () => {
		const place = await createMfaPlace(gatehouse, "OPTIONAL");
		await createUser(place, "ada", { phone_number: "+15550000001" });
		const user = userOf(place, "ada");
		assert.ok((await authenticate(user)).session?.isValid());
		const secret = await associate(user);
		assert.equal(
			await refusal(verify(user, "000000")),
			"EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
		);
		await verify(user, nextCode(gatehouse, secret));
		const settings = { Enabled: true, PreferredMfa: true };
		const setting = answered<string>((callback) => user.setUserMfaPreference({ Enabled: false, PreferredMfa: false }, settings, callback));
		assert.equal(await setting, "SUCCESS");
		const { PreferredMfaSetting, UserMFASettingList } = await answered<UserData>((callback) =>
			user.getUserData(callback, { bypassCache: true }),
		);
		assert.deepEqual([PreferredMfaSetting, UserMFASettingList], ["SOFTWARE_TOKEN_MFA", ["SOFTWARE_TOKEN_MFA"]]);

		const again = userOf(place, "ada");
		const asked = await authenticate(again);
		assert.equal(asked.asks, "SOFTWARE_TOKEN_MFA");
		assert.equal(asked.parameters?.["FRIENDLY_DEVICE_NAME"], "My phone");
		assert.equal(await refusal(sendCode(again, "000000")), "CodeMismatchException: Invalid code or auth state for the user.");
		assert.ok((await sendCode(again, nextCode(gatehouse, secret))).isValid());

		// Two factors and no preference: the user selects one.
		const both = { Enabled: true, PreferredMfa: false };
		await answered<string>((callback) => again.setUserMfaPreference(both, both, callback));
		const third = userOf(place, "ada");
		assert.equal((await authenticate(third)).asks, "SELECT_MFA_TYPE");
		assert.equal(await select(third, "SMS_MFA"), "SMS_MFA");
		assert.ok((await sendCode(third, gatehouse.code("+15550000001"), "SMS_MFA")).isValid());
	});

	test("SRP, a new password and the set-up of an app lead an invited user in", async () => {
		const place = await createMfaPlace(gatehouse, "ON");
		await gatehouse.client.send(
			new AdminCreateUserCommand({
				UserPoolId: place.UserPoolId,
				Username: "ben",
				TemporaryPassword: password,
				MessageAction: "SUPPRESS",
			}),
		);
		const user = userOf(place, "ben");
		assert.equal((await authenticate(user)).asks, "NEW_PASSWORD_REQUIRED");
		const setup = await completePassword(user);
		assert.equal(setup.asks, "MFA_SETUP");
		assert.ok(JSON.parse(setup.parameters?.["MFAS_CAN_SETUP"] ?? "").includes("SOFTWARE_TOKEN_MFA"));
		const secret = await associate(user);
		assert.equal(
			await refusal(verify(user, "000000")),
			"EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
		);
		assert.ok((await verify(user, nextCode(gatehouse, secret))).isValid());

		const again = userOf(place, "ben");
		assert.equal((await authenticate(again, newPassword)).asks, "SOFTWARE_TOKEN_MFA");
		assert.ok((await sendCode(again, nextCode(gatehouse, secret))).isValid());
	});
});

describe("aws-amplify with an authenticator app", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	test("setUpTOTP, verifyTOTPSetup and updateMFAPreference, then confirmSignIn", async () => {
		const place = await createMfaPlace(gatehouse, "OPTIONAL");
		configureAmplify(place);
		await createUser(place, "cyd", { phone_number: "+15550000002" });
		assert.equal((await signInByAmplify({ username: "cyd", password })).isSignedIn, true);
		const { sharedSecret, getSetupUri } = await setUpTOTP();
		assert.match(getSetupUri("App").href, new RegExp(`^otpauth://totp/.*secret=${sharedSecret}`));
		assert.match(await refusal(verifyTOTPSetup({ code: "000000" })), /^EnableSoftwareTokenMFAException: Code mismatch/);
		await verifyTOTPSetup({ code: nextCode(gatehouse, sharedSecret) });
		await updateMFAPreference({ totp: "PREFERRED", sms: "DISABLED", email: "DISABLED" });
		assert.deepEqual(await fetchMFAPreference(), { enabled: ["TOTP"], preferred: "TOTP" });
		await updateMFAPreference({ sms: "ENABLED" });
		assert.deepEqual(await fetchMFAPreference(), { enabled: ["TOTP", "SMS"], preferred: "TOTP" });
		await signOut();

		const { nextStep } = await signInByAmplify({ username: "cyd", password });
		assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
		assert.match(await refusal(confirmSignIn({ challengeResponse: "000000" })), /^CodeMismatchException: /);
		assert.equal((await confirmSignIn({ challengeResponse: nextCode(gatehouse, sharedSecret) })).isSignedIn, true);
		assert.ok((await fetchAuthSession()).tokens?.accessToken);

		await updateMFAPreference({ totp: "NOT_PREFERRED" });
		await signOut();
		const selection = (await signInByAmplify({ username: "cyd", password })).nextStep;
		assert.ok(selection.signInStep === "CONTINUE_SIGN_IN_WITH_MFA_SELECTION");
		assert.deepEqual([...(selection.allowedMFATypes ?? [])].sort(), ["SMS", "TOTP"]);
		const chosen = (await confirmSignIn({ challengeResponse: "SMS" })).nextStep;
		assert.equal(chosen.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
		assert.equal((await confirmSignIn({ challengeResponse: gatehouse.code("+15550000002") })).isSignedIn, true);
		await signOut();
	});

	test("a pool that requires MFA has the app set up during the sign-in", async () => {
		const place = await createMfaPlace(gatehouse, "ON");
		configureAmplify(place);
		await createUser(place, "dan");
		const { nextStep } = await signInByAmplify({ username: "dan", password });
		assert.ok(nextStep.signInStep === "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
		const { sharedSecret } = nextStep.totpSetupDetails;
		assert.match(await refusal(confirmSignIn({ challengeResponse: "000000" })), /^EnableSoftwareTokenMFAException: Code mismatch/);
		assert.equal((await confirmSignIn({ challengeResponse: nextCode(gatehouse, sharedSecret) })).isSignedIn, true);
		await signOut();
		assert.equal((await signInByAmplify({ username: "dan", password })).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
		assert.equal((await confirmSignIn({ challengeResponse: nextCode(gatehouse, sharedSecret) })).isSignedIn, true);
		await signOut();
	});
});
