/** Remembered devices as the clients that applications use have them: both name themselves by `navigator`, which Node.js has. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminForgetDeviceCommand,
	AdminListDevicesCommand,
	type DeviceConfigurationType,
	SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
	AuthenticationDetails,
	CognitoRefreshToken,
	CognitoUser,
	CognitoUserPool,
	type CognitoUserSession,
} from "amazon-cognito-identity-js";
import { confirmSignIn, fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, signIn, signOut } from "aws-amplify/auth";
import { configureAmplify } from "../support/amplify.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password } from "../support/people.ts";

const phone = "+15550001234";
const optIn: DeviceConfigurationType = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };

/** A pool that asks everybody for a code by SMS, with one user. */
async function createGuarded(gatehouse: Gatehouse, DeviceConfiguration: DeviceConfigurationType): Promise<Place> {
	const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };
	const place = await createPlace(gatehouse, {
		DeviceConfiguration,
		SmsConfiguration,
		AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
	});
	const { UserPoolId } = place;
	const mfa = { MfaConfiguration: "ON", SmsMfaConfiguration: { SmsConfiguration } } as const;
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }));
	await createUser(place, "ada", { phone_number: phone, phone_number_verified: "true" });
	return place;
}

/** The keys of the devices that the pool has of its user. */
async function devicesOf({ gatehouse, UserPoolId }: Place): Promise<(string | undefined)[]> {
	const { Devices } = await gatehouse.client.send(new AdminListDevicesCommand({ UserPoolId, Username: "ada" }));
	return (Devices ?? []).map(({ DeviceKey }) => DeviceKey);
}

describe("amazon-cognito-identity-js", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	/** The library keeps what it knows of a device in a storage that all its users share. */
	const userOf = ({ UserPoolId, ClientId }: Place) =>
		new CognitoUser({ Username: "ada", Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint: gatehouse.url }) });

	/**
	 * Signs in; a code that is asked for is answered with the one that was sent. Says whether it was. By SRP only where that matters:
	 * the library's own arithmetic takes long.
	 */
	function authenticate(
		user: CognitoUser,
		flow: "USER_SRP_AUTH" | "USER_PASSWORD_AUTH" = "USER_PASSWORD_AUTH",
	): Promise<{ session: CognitoUserSession; codeWasAsked: boolean; mustAsk: boolean }> {
		const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof authenticate>>>();
		let codeWasAsked = false;
		user.setAuthenticationFlowType(flow);
		const callbacks = {
			onSuccess: (session: CognitoUserSession, mustAsk?: boolean) => resolve({ session, codeWasAsked, mustAsk: mustAsk === true }),
			onFailure: reject,
		};
		user.authenticateUser(new AuthenticationDetails({ Username: "ada", Password: password }), {
			...callbacks,
			mfaRequired() {
				codeWasAsked = true;
				user.sendMFACode(gatehouse.code(phone), callbacks);
			},
		});
		return promise;
	}

	const succeeded = (call: (callbacks: { onSuccess: (done: string) => void; onFailure: (error: Error) => void }) => void) => {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		call({ onSuccess: resolve, onFailure: reject });
		return promise;
	};

	const refresh = (user: CognitoUser, session: CognitoUserSession) => {
		const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
		const token = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() });
		user.refreshSession(token, (error, fresh) => (error ? reject(error) : resolve(fresh)));
		return promise;
	};

	test("a device that its user asks to be remembered signs in by its secret, until it is forgotten", async () => {
		const place = await createGuarded(gatehouse, optIn);
		const first = await authenticate(userOf(place));
		assert.deepEqual([first.codeWasAsked, first.mustAsk], [true, true]);
		const user = userOf(place);
		const second = await authenticate(user);
		assert.equal(second.codeWasAsked, true, "confirmed is not remembered");
		const [key = ""] = await devicesOf(place);
		assert.equal((await devicesOf(place)).length, 1, "the second sign-in named the device of the first");

		assert.equal(await succeeded((callbacks) => user.setDeviceStatusRemembered(callbacks)), "SUCCESS");
		const third = await authenticate(userOf(place), "USER_SRP_AUTH");
		assert.equal(third.codeWasAsked, false);
		assert.equal(third.session.getAccessToken().decodePayload()["device_key"], key);
		assert.ok((await refresh(userOf(place), third.session)).isValid());

		const listed = Promise.withResolvers<{ Devices: { DeviceKey: string }[] }>();
		user.listDevices(10, null, { onSuccess: listed.resolve, onFailure: listed.reject });
		assert.deepEqual(
			(await listed.promise).Devices.map(({ DeviceKey }) => DeviceKey),
			[key],
		);
		const shown = Promise.withResolvers<{ Device: { DeviceAttributes: { Name: string; Value: string }[] } }>();
		user.getDevice({ onSuccess: (device) => shown.resolve(device as never), onFailure: shown.reject });
		const name = (await shown.promise).Device.DeviceAttributes.find((attribute) => attribute.Name === "device_name");
		assert.equal(name?.Value, navigator.userAgent);

		assert.equal(await succeeded((callbacks) => user.setDeviceStatusNotRemembered(callbacks)), "SUCCESS");
		assert.equal((await authenticate(userOf(place))).codeWasAsked, true);

		// Forgotten elsewhere: the library, whose user named the device at the start too, goes on without it and confirms a new one.
		await gatehouse.client.send(new AdminForgetDeviceCommand({ UserPoolId: place.UserPoolId, Username: "ada", DeviceKey: key }));
		assert.equal((await authenticate(user, "USER_SRP_AUTH")).codeWasAsked, true);
		const [renewed] = await devicesOf(place);
		assert.ok(renewed !== undefined && renewed !== key);
		assert.equal(await succeeded((callbacks) => user.forgetDevice(callbacks)), "SUCCESS");
		assert.deepEqual(await devicesOf(place), []);
	});

	test("in a pool that always remembers devices the second sign-in asks for no code", async () => {
		const place = await createGuarded(gatehouse, { ...optIn, DeviceOnlyRememberedOnUserPrompt: false });
		const first = await authenticate(userOf(place));
		assert.deepEqual([first.codeWasAsked, first.mustAsk], [true, false]);
		assert.equal((await authenticate(userOf(place))).codeWasAsked, false);
	});
});

describe("aws-amplify", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	test("rememberDevice, fetchDevices and forgetDevice, and what sign-in asks for before and after", async () => {
		const place = await createGuarded(gatehouse, optIn);
		const { UserPoolId } = place;
		configureAmplify(place);
		const start = () => signIn({ username: "ada", password });
		const withCode = async () => {
			assert.equal((await start()).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
			assert.equal((await confirmSignIn({ challengeResponse: gatehouse.code(phone) })).isSignedIn, true);
		};
		await withCode();
		assert.deepEqual(await fetchDevices(), []);
		await rememberDevice();
		const [device] = await fetchDevices();
		assert.equal(device?.name, navigator.userAgent);
		assert.deepEqual(await devicesOf(place), [device?.id]);
		assert.equal(device?.attributes?.["device_status" as never], "valid");
		const refreshed = (await fetchAuthSession({ forceRefresh: true })).tokens;
		assert.equal(refreshed?.accessToken.payload["device_key"], device?.id);
		await signOut();

		// No code: the device proves itself, by either flow.
		assert.equal((await start()).isSignedIn, true);
		await signOut();
		assert.equal((await signIn({ username: "ada", password, options: { authFlowType: "USER_PASSWORD_AUTH" } })).isSignedIn, true);
		assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens?.accessToken.payload["device_key"], device?.id);
		await signOut();

		// Forgotten elsewhere: the library signs in without it.
		const DeviceKey = device?.id ?? "";
		await gatehouse.client.send(new AdminForgetDeviceCommand({ UserPoolId, Username: "ada", DeviceKey }));
		await withCode();
		await rememberDevice();
		await forgetDevice();
		assert.deepEqual(await fetchDevices(), []);
		await signOut();
		await withCode();
		await signOut();
	});
});
