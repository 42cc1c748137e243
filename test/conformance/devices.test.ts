import assert from "node:assert/strict";
import { getDiffieHellman } from "node:crypto";
import { test } from "node:test";
import {
	AdminDeleteUserCommand,
	AdminForgetDeviceCommand,
	AdminGetDeviceCommand,
	AdminListDevicesCommand,
	AdminUpdateDeviceStatusCommand,
	type AttributeType,
	type AuthenticationResultType,
	type ChallengeNameType,
	ConfirmDeviceCommand,
	type DeviceConfigurationType,
	ForgetDeviceCommand,
	GetDeviceCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	ListDevicesCommand,
	RespondToAuthChallengeCommand,
	SetUserPoolMfaConfigCommand,
	UpdateDeviceStatusCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { deviceStatement, listDeviceRows } from "../../src/domain/user-pools/devices.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, password, refusal } from "../support/people.ts";
import { answerDeviceSrp, answerSrp, type ClientDevice, createDevice, startSrp } from "../support/srp-client.ts";
import { eachStore, explain } from "../support/stores.ts";

const notFound = "ResourceNotFoundException: Device does not exist.";
const invalidKey = "InvalidParameterException: Invalid device key given.";
const invalidSecret = "InvalidParameterException: Invalid device secret verifier configuration given.";
const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const wrong = "NotAuthorizedException: Incorrect username or password.";
const invalidRefresh = "NotAuthorizedException: Invalid Refresh Token.";

const always: DeviceConfigurationType = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const optIn: DeviceConfigurationType = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };
const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };

/** A pool that tracks devices and asks everybody for a code by SMS. */
async function createTracking(
	gatehouse: Gatehouse,
	DeviceConfiguration: DeviceConfigurationType,
	mfa: "ON" | "OFF" = "ON",
): Promise<Place> {
	const place = await createPlace(gatehouse, {
		DeviceConfiguration,
		SmsConfiguration,
		AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
	});
	const sms = mfa === "ON" ? { SmsMfaConfiguration: { SmsConfiguration } } : {};
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: place.UserPoolId, MfaConfiguration: mfa, ...sms }));
	return place;
}

type Answer = Pick<InitiateAuthCommandOutput, "ChallengeName" | "ChallengeParameters" | "Session" | "AuthenticationResult">;

/** What a person's client does, step by step. */
function clientOf(place: Place, username: string, phone: string) {
	const { client } = place.gatehouse;
	const { ClientId } = place;
	const start = (deviceKey?: string, more: Record<string, string> = {}): Promise<Answer> =>
		client.send(
			new InitiateAuthCommand({
				AuthFlow: "USER_PASSWORD_AUTH",
				ClientId,
				AuthParameters: { USERNAME: username, PASSWORD: password, ...(deviceKey !== undefined && { DEVICE_KEY: deviceKey }), ...more },
			}),
		);
	const respond = (ChallengeName: ChallengeNameType, ChallengeResponses: Record<string, string>, Session?: string): Promise<Answer> =>
		client.send(
			new RespondToAuthChallengeCommand({
				ClientId,
				ChallengeName,
				ChallengeResponses: { USERNAME: username, ...ChallengeResponses },
				Session,
			}),
		);
	const withCode = async (answer: Answer, deviceKey?: string) => {
		assert.equal(answer.ChallengeName, "SMS_MFA");
		const SMS_MFA_CODE = place.gatehouse.code(phone);
		return respond("SMS_MFA", { SMS_MFA_CODE, ...(deviceKey !== undefined && { DEVICE_KEY: deviceKey }) }, answer.Session);
	};
	const signIn = async (deviceKey?: string): Promise<AuthenticationResultType> => {
		const answer = await start(deviceKey);
		return (answer.AuthenticationResult ?? (await withCode(answer)).AuthenticationResult) as AuthenticationResultType;
	};
	const confirm = (AccessToken: string | undefined, DeviceKey: string, DeviceSecretVerifierConfig?: object) =>
		client.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceSecretVerifierConfig, DeviceName: "a telephone" }));
	/** Signs in with a code and confirms the device that is offered. */
	const enrol = async (): Promise<{ device: ClientDevice; tokens: AuthenticationResultType; mustAsk: boolean }> => {
		const tokens = await signIn();
		assert.ok(tokens.NewDeviceMetadata);
		const { device, config } = createDevice(tokens.NewDeviceMetadata);
		const { UserConfirmationNecessary } = await confirm(tokens.AccessToken, device.key, config);
		return { device, tokens, mustAsk: UserConfirmationNecessary === true };
	};
	/** From a DEVICE_SRP_AUTH challenge to the answer of its last step, not sent yet. */
	const proofOf = async (answer: Answer, device: ClientDevice) => {
		assert.equal(answer.ChallengeName, "DEVICE_SRP_AUTH");
		const srp = startSrp();
		const { SRP_A } = srp;
		const verifier = await respond("DEVICE_SRP_AUTH", { DEVICE_KEY: device.key, SRP_A }, answer.Session);
		assert.equal(verifier.ChallengeName, "DEVICE_PASSWORD_VERIFIER");
		return { proof: answerDeviceSrp(srp, verifier.ChallengeParameters ?? {}, device, new Date(place.gatehouse.clock.now())), verifier };
	};
	const verify = (proof: Record<string, string>, Session?: string) => respond("DEVICE_PASSWORD_VERIFIER", proof, Session);
	const signInByDevice = async (device: ClientDevice): Promise<AuthenticationResultType> => {
		const { proof } = await proofOf(await start(device.key), device);
		return (await verify(proof)).AuthenticationResult as AuthenticationResultType;
	};
	const remember = (AccessToken: string | undefined, DeviceKey: string, DeviceRememberedStatus?: "remembered" | "not_remembered") =>
		client.send(new UpdateDeviceStatusCommand({ AccessToken, DeviceKey, DeviceRememberedStatus }));
	const refresh = (tokens: AuthenticationResultType, deviceKey?: string) =>
		client.send(
			new InitiateAuthCommand({
				AuthFlow: "REFRESH_TOKEN_AUTH",
				ClientId,
				AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken ?? "", ...(deviceKey !== undefined && { DEVICE_KEY: deviceKey }) },
			}),
		);
	const forget = (AccessToken: string | undefined, DeviceKey: string) => client.send(new ForgetDeviceCommand({ AccessToken, DeviceKey }));
	return { start, respond, withCode, signIn, confirm, enrol, proofOf, verify, signInByDevice, remember, refresh, forget };
}

test("every statement about devices", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const statement of [deviceStatement, listDeviceRows]) {
			const plan = await explain(store, statement as typeof deviceStatement);
			assert.ok(plan.isIndexSearch, `${statement.name}: ${plan.text}`);
		}
	}));

const attributes = (list: readonly AttributeType[] | undefined) => Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value]));

for (const engine of engines) {
	test(`devices (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client } = gatehouse;
		let people = 0;
		/** A person with a telephone in a pool. */
		const person = async (place: Place) => {
			const username = `person${++people}`;
			const phone = `+1555${String(people).padStart(7, "0")}`;
			await createUser(place, username, { phone_number: phone, phone_number_verified: "true" });
			return { username, phone, ...clientOf(place, username, phone) };
		};
		const place = await createTracking(gatehouse, always);

		await t.test("a sign-in from an unknown device is offered a device key, which its access token names", async () => {
			const ada = await person(place);
			const tokens = await ada.signIn();
			const { DeviceKey = "", DeviceGroupKey = "" } = tokens.NewDeviceMetadata ?? {};
			assert.match(DeviceKey, /^us-east-1_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
			assert.match(DeviceGroupKey, /^-[0-9A-Za-z]{8}$/);
			assert.equal(claimsOf(tokens.AccessToken ?? "")["device_key"], DeviceKey);
			const again = await ada.signIn();
			assert.notEqual(again.NewDeviceMetadata?.DeviceKey, DeviceKey);
			assert.equal((await ada.refresh(tokens)).AuthenticationResult?.NewDeviceMetadata, undefined);
			const untracked = await createPlace(gatehouse);
			await createUser(untracked, "ada");
			const plain = await clientOf(untracked, "ada", "").signIn(DeviceKey);
			assert.equal(plain.NewDeviceMetadata, undefined);
			assert.equal(claimsOf(plain.AccessToken ?? "")["device_key"], undefined);
		});

		await t.test("ConfirmDevice takes the key that the token's sign-in was offered, once, with a verifier that is one", async () => {
			const ben = await person(place);
			const tokens = await ben.signIn();
			const other = await ben.signIn();
			const { device, config } = createDevice(tokens.NewDeviceMetadata ?? {});
			const { AccessToken } = tokens;
			assert.equal(await refusal(ben.confirm(other.AccessToken, device.key, config)), invalidKey);
			assert.equal(await refusal(ben.confirm(AccessToken, "us-east-1_0", config)), invalidKey);
			const cid = await (await person(place)).signIn();
			assert.equal(await refusal(ben.confirm(cid.AccessToken, device.key, config)), invalidKey);
			const prime = getDiffieHellman("modp15").getPrime();
			const good = Buffer.from(config.PasswordVerifier, "base64");
			for (const PasswordVerifier of [
				...["", "?", "AAA", Buffer.alloc(384).toString("base64"), prime.toString("base64")],
				...[Buffer.concat([Buffer.alloc(2), good]).toString("base64"), Buffer.alloc(386, 1).toString("base64"), undefined],
			]) {
				assert.equal(await refusal(ben.confirm(AccessToken, device.key, { ...config, PasswordVerifier })), invalidSecret);
			}
			assert.equal(await refusal(ben.confirm(AccessToken, device.key, { ...config, Salt: undefined })), invalidSecret);
			assert.equal(await refusal(ben.confirm(AccessToken, device.key)), invalidSecret);
			const unsigned = "NotAuthorizedException: Could not verify signature for Access Token";
			assert.equal(await refusal(ben.confirm(`${AccessToken}x`, device.key, config)), unsigned);

			assert.deepEqual((await ben.confirm(AccessToken, device.key, config)).UserConfirmationNecessary, false);
			assert.equal(
				await refusal(ben.confirm(AccessToken, device.key, config)),
				"DeviceKeyExistsException: A device with this key already exists.",
			);
			// The verifier is sealed, and its secret is nowhere.
			const rows = await gatehouse.store.db.selectFrom("devices").selectAll().where("device_key", "=", device.key).execute();
			assert.equal(rows.length, 1);
			assert.ok(!Buffer.from(rows[0]?.verifier ?? []).includes(good.subarray(1)));
		});

		await t.test("a remembered device proves its secret in place of the code, by each way of naming it", async () => {
			const dot = await person(place);
			const { device, tokens } = await dot.enrol();
			assert.equal((await dot.start()).ChallengeName, "SMS_MFA");
			gatehouse.clock.advance(60_000);
			const result = await dot.signInByDevice(device);
			assert.equal(result.NewDeviceMetadata, undefined);
			assert.equal(claimsOf(result.AccessToken ?? "")["device_key"], device.key);
			await client.send(new GetUserCommand({ AccessToken: result.AccessToken }));
			const { Device } = await client.send(new GetDeviceCommand({ AccessToken: tokens.AccessToken, DeviceKey: device.key }));
			const { DeviceCreateDate, DeviceLastAuthenticatedDate, DeviceLastModifiedDate } = Device ?? {};
			assert.ok(Number(DeviceLastAuthenticatedDate) - Number(DeviceCreateDate) >= 60_000);
			assert.ok(Number(DeviceLastModifiedDate) >= Number(DeviceLastAuthenticatedDate));

			// By SRP: named at the start, or with the password's proof.
			for (const at of ["start", "proof"] as const) {
				const srp = startSrp();
				const named = { DEVICE_KEY: device.key };
				const first = await client.send(
					new InitiateAuthCommand({
						AuthFlow: "USER_SRP_AUTH",
						ClientId: place.ClientId,
						AuthParameters: { USERNAME: dot.username, SRP_A: srp.SRP_A, ...(at === "start" && named) },
					}),
				);
				const answer = answerSrp(srp, first.ChallengeParameters ?? {}, place.UserPoolId, password, new Date(gatehouse.clock.now()));
				const next = await dot.respond("PASSWORD_VERIFIER", { ...answer, ...(at === "proof" && named) });
				const { proof } = await dot.proofOf(next, device);
				assert.ok((await dot.verify(proof)).AuthenticationResult?.AccessToken, at);
			}
			gatehouse.clock.reset();
		});

		await t.test("what DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER answer", async () => {
			const eve = await person(place);
			const { device } = await eve.enrol();
			const asked = await eve.start(device.key);
			assert.deepEqual(asked.ChallengeParameters, { USERNAME: eve.username });
			const { verifier } = await eve.proofOf(asked, device);
			const { SALT = "", SECRET_BLOCK = "", SRP_B = "", ...rest } = verifier.ChallengeParameters ?? {};
			assert.deepEqual(rest, { DEVICE_KEY: device.key, USERNAME: eve.username });
			assert.match(SALT, /^[0-9a-f]+$/);
			assert.match(SRP_B, /^[0-9a-f]{768}$/);
			assert.match(SECRET_BLOCK, /^[0-9A-Za-z+/]+=*$/);
			assert.equal(verifier.Session, asked.Session);
			const bad = (responses: Record<string, string>) => refusal(eve.respond("DEVICE_SRP_AUTH", responses, asked.Session));
			assert.equal(await bad({ DEVICE_KEY: device.key }), "InvalidParameterException: Missing required parameter SRP_A");
			assert.equal(await bad({ SRP_A: "2" }), "InvalidParameterException: Missing required parameter DEVICE_KEY");
			assert.equal(await bad({ DEVICE_KEY: device.key, SRP_A: "0" }), "InvalidParameterException: SRP_A is not a valid public value.");
			assert.equal(await bad({ DEVICE_KEY: "us-east-1_0", SRP_A: "2" }), invalidSession);
			assert.equal(await refusal(eve.respond("DEVICE_SRP_AUTH", { DEVICE_KEY: device.key, SRP_A: "2" })), invalidSession);
		});

		await t.test("opt-in: a confirmed device is not remembered until the user says so, and not after the user takes it back", async () => {
			const opting = await createTracking(gatehouse, optIn);
			const fay = await person(opting);
			const { device, tokens, mustAsk } = await fay.enrol();
			assert.equal(mustAsk, true);
			const known = (await fay.withCode(await fay.start(device.key))).AuthenticationResult;
			assert.equal(known?.NewDeviceMetadata, undefined, "the device is known");
			const { Devices } = await client.send(new ListDevicesCommand({ AccessToken: tokens.AccessToken }));
			assert.deepEqual(Devices, [], "users list what is remembered");
			await fay.remember(tokens.AccessToken, device.key, "remembered");
			assert.ok((await fay.signInByDevice(device)).AccessToken);
			await fay.remember(tokens.AccessToken, device.key);
			const begun = await fay.proofOf(await fay.start(device.key), device);
			const asked = await fay.start(device.key);
			await fay.remember(tokens.AccessToken, device.key, "not_remembered");
			assert.equal(await refusal(fay.verify(begun.proof)), invalidSession);
			assert.equal(await refusal(fay.proofOf(asked, device)), invalidSession);
			assert.equal((await fay.start(device.key)).ChallengeName, "SMS_MFA");
			assert.equal(await refusal(fay.remember(tokens.AccessToken, "us-east-1_0", "remembered")), notFound);
			assert.equal(await refusal(fay.remember(tokens.AccessToken, "us-east-1_0")), notFound);
		});

		await t.test("a remembered device skips nothing where the pool does not say so, or no longer", async () => {
			const lenient = await createTracking(gatehouse, { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false });
			const gus = await person(lenient);
			const { device } = await gus.enrol();
			assert.equal((await gus.start(device.key)).ChallengeName, "SMS_MFA");
			const changing = await createTracking(gatehouse, always);
			const hal = await person(changing);
			const { device: second, tokens } = await hal.enrol();
			const begun = await hal.proofOf(await hal.start(second.key), second);
			assert.equal(await refusal(hal.refresh(tokens)), invalidRefresh);
			const { UserPoolId } = changing;
			await client.send(new UpdateUserPoolCommand({ UserPoolId, MfaConfiguration: "ON", SmsConfiguration }));
			gatehouse.clock.advance(2000);
			assert.equal(await refusal(hal.verify(begun.proof)), invalidSession);
			const answer = await hal.start(second.key);
			assert.equal(answer.ChallengeName, "SMS_MFA");
			assert.equal((await hal.withCode(answer)).AuthenticationResult?.NewDeviceMetadata, undefined);
			await hal.refresh(tokens);
			gatehouse.clock.reset();
		});

		await t.test("without MFA a device is tracked all the same, and no proof is asked for", async () => {
			const open = await createTracking(gatehouse, always, "OFF");
			const ida = await person(open);
			const { device } = await ida.enrol();
			const { AuthenticationResult } = await ida.start(device.key);
			assert.ok(AuthenticationResult?.AccessToken);
			assert.equal(AuthenticationResult.NewDeviceMetadata, undefined);
			assert.equal(await refusal(ida.refresh(AuthenticationResult)), invalidRefresh);
			await ida.refresh(AuthenticationResult, device.key);
		});

		await t.test("an unknown, forgotten or foreign device key is refused, and the same step goes on without it", async () => {
			const jon = await person(place);
			const kim = await person(place);
			const { device, tokens } = await jon.enrol();
			assert.equal(await refusal(kim.start(device.key)), notFound);
			assert.equal(await refusal(jon.start("us-east-1_0")), notFound);
			assert.equal(await refusal(jon.start("nonsense")), notFound);
			assert.equal((await jon.start("")).ChallengeName, "SMS_MFA");
			// Nobody learns of devices without the password.
			assert.equal(await refusal(jon.start("us-east-1_0", { PASSWORD: "Wrong-Horse-7" })), wrong);

			// A code that is answered with an unknown key is still good.
			const asked = await jon.start();
			assert.equal(await refusal(jon.withCode(asked, "us-east-1_0")), notFound);
			assert.ok((await jon.withCode(asked)).AuthenticationResult);
			// But each answer counts, so that this is no way to try codes without end.
			const tried = await jon.start();
			for (let i = 0; i < 5; i++) assert.equal(await refusal(jon.withCode(tried, "us-east-1_0")), notFound);
			assert.equal(await refusal(jon.withCode(tried, "us-east-1_0")), invalidSession);

			const byDevice = await jon.proofOf(await jon.start(device.key), device);
			const early = await jon.start(device.key);
			const srp = startSrp();
			const AuthParameters = { USERNAME: jon.username, SRP_A: srp.SRP_A, DEVICE_KEY: device.key };
			const first = await client.send(new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId: place.ClientId, AuthParameters }));
			await jon.forget(tokens.AccessToken, device.key);
			assert.equal(await refusal(jon.start(device.key)), notFound);
			assert.equal(await refusal(jon.proofOf(early, device)), notFound);
			assert.equal(await refusal(jon.verify(byDevice.proof)), notFound);
			assert.equal(await refusal(jon.forget(tokens.AccessToken, device.key)), notFound);
			assert.equal(await refusal(jon.confirm(tokens.AccessToken, device.key, createDevice({}).config)), invalidKey);
			// identity-js sends the same answer once more without the key, which it had named at the start too.
			const answer = answerSrp(srp, first.ChallengeParameters ?? {}, place.UserPoolId, password);
			assert.equal(await refusal(jon.respond("PASSWORD_VERIFIER", { ...answer, DEVICE_KEY: device.key })), notFound);
			const next = await jon.respond("PASSWORD_VERIFIER", answer);
			assert.ok((await jon.withCode(next)).AuthenticationResult?.NewDeviceMetadata);
		});

		await t.test("a device that was forgotten while the code was on its way is offered a key anew", async () => {
			const opting = await createTracking(gatehouse, optIn);
			const lea = await person(opting);
			const { device, tokens } = await lea.enrol();
			const asked = await lea.start(device.key);
			await lea.forget(tokens.AccessToken, device.key);
			assert.ok((await lea.withCode(asked)).AuthenticationResult?.NewDeviceMetadata);
		});

		await t.test("a wrong secret is refused, can be corrected, and counts: against its session and against the name", async () => {
			const max = await person(place);
			const { device } = await max.enrol();
			const { proof, verifier } = await max.proofOf(await max.start(device.key), device);
			const forged = { ...device, secret: "guessed" };
			const guess = answerDeviceSrp(startSrp(), verifier.ChallengeParameters ?? {}, forged);
			assert.equal(await refusal(max.verify(guess)), wrong);
			assert.ok((await max.verify(proof)).AuthenticationResult);
			const count = async () => {
				const rows = await gatehouse.store.db.selectFrom("sign_in_failures").select("failures").execute();
				return rows.reduce((sum, { failures }) => sum + failures, 0);
			};
			const asked = await max.start(device.key);
			const one = await max.proofOf(asked, device);
			const two = await max.proofOf(asked, device);
			const before = await count();
			for (let i = 0; i < 5; i++) assert.equal(await refusal(max.verify({ ...one.proof, PASSWORD_CLAIM_SIGNATURE: "AAAA" })), wrong);
			assert.equal((await count()) - before, 5);
			gatehouse.clock.advance(2_000);
			// All blocks of a session have their tries together.
			assert.equal(await refusal(max.verify(two.proof)), invalidSession);
			assert.equal(await refusal(max.verify({ ...two.proof, PASSWORD_CLAIM_SIGNATURE: "AAAA" })), invalidSession);
			assert.equal(await refusal(max.start(device.key)), "NotAuthorizedException: Password attempts exceeded");
			assert.equal(await refusal(max.verify(two.proof)), "NotAuthorizedException: Password attempts exceeded");
			gatehouse.clock.reset();
		});

		await t.test("a block is good once, for its own client, user, device and step, whole and in time", async () => {
			const nan = await person(place);
			const ole = await person(place);
			const { device, tokens } = await nan.enrol();
			const asked = await nan.start(device.key);
			const { proof } = await nan.proofOf(asked, device);
			const twin = await nan.proofOf(asked, device);

			const sibling = { ...place, ...(await createClient(gatehouse, place.UserPoolId)) };
			assert.equal(await refusal(clientOf(sibling, nan.username, nan.phone).verify(proof)), invalidSession);
			assert.equal(await refusal(ole.verify({ ...proof, USERNAME: ole.username })), invalidSession);
			assert.equal(await refusal(nan.verify({ ...proof, DEVICE_KEY: "us-east-1_0" })), invalidSession);
			assert.equal(
				await refusal(nan.verify({ ...proof, TIMESTAMP: "now" })).then((text) => text.slice(0, 43)),
				"InvalidParameterException: TIMESTAMP format",
			);
			const block = Buffer.from(proof["PASSWORD_CLAIM_SECRET_BLOCK"] ?? "", "base64");
			const broken = await gatehouse.cost(async () => {
				for (const at of [0, 5, 40, block.length >> 1, block.length - 1]) {
					const changed = Buffer.from(block);
					changed[at] = (changed[at] ?? 0) ^ 1;
					assert.equal(await refusal(nan.verify({ ...proof, PASSWORD_CLAIM_SECRET_BLOCK: changed.toString("base64") })), invalidSession);
				}
			});
			assert.equal(broken.statements, 0, "a broken seal costs no query");
			// A block is no session of the step before it, and the other way round.
			const { SRP_A } = startSrp();
			const blockAsSession = nan.respond("DEVICE_SRP_AUTH", { DEVICE_KEY: device.key, SRP_A }, block.toString("base64url"));
			assert.match(await refusal(blockAsSession), /^InvalidParameterException: 1 validation error detected: Value at 'session'/);
			const sessionAsBlock = Buffer.from(asked.Session ?? "", "base64url").toString("base64");
			assert.equal(await refusal(nan.verify({ ...proof, PASSWORD_CLAIM_SECRET_BLOCK: sessionAsBlock })), invalidSession);
			// Nor of another challenge: a code is not to be had instead.
			assert.equal(await refusal(nan.respond("SMS_MFA", { SMS_MFA_CODE: "123456" }, asked.Session)), invalidSession);

			// Where a session comes with it, it is the one that led to the block.
			const unrelated = await nan.start(device.key);
			assert.equal(await refusal(nan.verify(proof, unrelated.Session)), invalidSession);
			assert.equal(await refusal(nan.verify(proof, "unrelated-to-anything")), invalidSession);
			assert.ok((await nan.verify(proof, asked.Session)).AuthenticationResult);
			assert.equal(await refusal(nan.verify(proof)), invalidSession);
			assert.equal(await refusal(nan.verify(twin.proof)), invalidSession);
			const late = await nan.proofOf(asked, device);
			assert.equal(await refusal(nan.verify(late.proof)), invalidSession, "the session is spent with its blocks");

			// A block has what its session has left.
			const slow = await nan.start(device.key);
			gatehouse.clock.advance(100_000);
			const last = await nan.proofOf(slow, device);
			gatehouse.clock.advance(81_000);
			assert.equal(await refusal(nan.verify(last.proof)), "NotAuthorizedException: Invalid session for the user, session is expired.");
			gatehouse.clock.reset();

			// Another device of the same user does not serve either.
			const second = await nan.enrol();
			const mixed = await nan.proofOf(await nan.start(device.key), device);
			assert.equal(await refusal(nan.verify({ ...mixed.proof, DEVICE_KEY: second.device.key })), invalidSession);
			await nan.forget(tokens.AccessToken, second.device.key);
		});

		await t.test("ten racing right proofs give one set of tokens", async () => {
			const pat = await person(place);
			const { device } = await pat.enrol();
			const asked = await pat.start(device.key);
			const { proof } = await pat.proofOf(asked, device);
			const { proof: other } = await pat.proofOf(asked, device);
			const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => pat.verify(i % 2 ? proof : other)));
			assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
			for (const answer of answers) if (answer.status === "rejected") assert.equal(String(answer.reason), invalidSession);
		});

		await t.test(
			"a device that is forgotten while it proves itself gives tokens or is gone, and never leaves a session that refreshes",
			async () => {
				const quy = await person(place);
				for (let i = 0; i < 3; i++) {
					const { device, tokens } = await quy.enrol();
					const { proof } = await quy.proofOf(await quy.start(device.key), device);
					const [answer] = await Promise.allSettled([quy.verify(proof), quy.forget(tokens.AccessToken, device.key)]);
					if (answer.status === "rejected") assert.equal(String(answer.reason), notFound);
					else assert.equal(await refusal(quy.refresh(answer.value.AuthenticationResult ?? {}, device.key)), invalidRefresh);
				}
			},
		);

		await t.test(
			"a session of a confirmed device is refreshed with its key alone, and not at all once the device is forgotten",
			async () => {
				const ray = await person(place);
				const offered = await ray.signIn();
				assert.ok((await ray.refresh(offered)).AuthenticationResult, "an offered key that was not confirmed is not asked for");
				const { device, tokens } = await ray.enrol();
				const other = await ray.enrol();
				const byDevice = await ray.signInByDevice(device);
				for (const session of [tokens, byDevice]) {
					assert.equal(await refusal(ray.refresh(session)), invalidRefresh);
					assert.equal(await refusal(ray.refresh(session, "")), invalidRefresh);
					assert.equal(await refusal(ray.refresh(session, other.device.key)), invalidRefresh);
					const { AuthenticationResult } = await ray.refresh(session, device.key);
					assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? "")["device_key"], device.key);
					const byOperation = (DeviceKey?: string) =>
						client.send(new GetTokensFromRefreshTokenCommand({ ClientId: place.ClientId, RefreshToken: session.RefreshToken, DeviceKey }));
					assert.equal(await refusal(byOperation()), invalidRefresh);
					assert.equal(await refusal(byOperation(other.device.key)), invalidRefresh);
					assert.ok((await byOperation(device.key)).AuthenticationResult?.AccessToken);
				}
				await ray.forget(tokens.AccessToken, device.key);
				for (const session of [tokens, byDevice]) {
					for (const key of [device.key, "", undefined]) assert.equal(await refusal(ray.refresh(session, key)), invalidRefresh);
				}
				// What was issued is good until it expires, and other devices are not concerned.
				await client.send(new GetUserCommand({ AccessToken: byDevice.AccessToken }));
				assert.ok((await ray.refresh(other.tokens, other.device.key)).AuthenticationResult);
				assert.ok((await ray.refresh(offered)).AuthenticationResult);
			},
		);

		await t.test("devices are shown to their user, page by page, and to administrators with more about them", async () => {
			const sue = await person(place);
			const tim = await person(place);
			const { device, tokens } = await sue.enrol();
			const { AccessToken } = tokens;
			const keys = [device.key];
			for (let i = 0; i < 2; i++) keys.push((await sue.enrol()).device.key);
			keys.sort();
			const get = (DeviceKey: string, token = AccessToken) => client.send(new GetDeviceCommand({ AccessToken: token, DeviceKey }));
			const { Device } = await get(device.key);
			assert.equal(Device?.DeviceKey, device.key);
			assert.deepEqual(attributes(Device?.DeviceAttributes), {
				device_status: "valid",
				device_name: "a telephone",
				last_ip_used: "127.0.0.1",
			});
			assert.deepEqual([Device?.DeviceCreateDate, Device?.DeviceLastModifiedDate], Array(2).fill(Device?.DeviceLastAuthenticatedDate));
			assert.equal(await refusal(get("us-east-1_0")), notFound);
			assert.equal(await refusal(get(device.key, (await tim.signIn()).AccessToken)), notFound);
			const anonymous = (command: GetDeviceCommand | ForgetDeviceCommand) => refusal(client.send(command as GetDeviceCommand));
			assert.equal(await anonymous(new GetDeviceCommand({ DeviceKey: device.key })), "NotAuthorizedException: Invalid Access Token");
			assert.equal(await anonymous(new ForgetDeviceCommand({ DeviceKey: device.key })), "NotAuthorizedException: Invalid Access Token");

			const listed: (string | undefined)[] = [];
			let PaginationToken: string | undefined;
			do {
				const page = await client.send(new ListDevicesCommand({ AccessToken, Limit: 2, PaginationToken }));
				listed.push(...(page.Devices ?? []).map(({ DeviceKey }) => DeviceKey));
				PaginationToken = page.PaginationToken;
				assert.ok((page.Devices?.length ?? 0) <= 2);
				if (PaginationToken !== undefined) {
					const elsewhere = client.send(
						new AdminListDevicesCommand({ UserPoolId: place.UserPoolId, Username: sue.username, PaginationToken }),
					);
					assert.equal(await refusal(elsewhere), "InvalidParameterException: Invalid pagination token given.");
				}
			} while (PaginationToken !== undefined);
			assert.deepEqual(listed, keys);

			const who = { UserPoolId: place.UserPoolId, Username: sue.username };
			const one = { ...who, DeviceKey: device.key };
			const shown = attributes((await client.send(new AdminGetDeviceCommand(one))).Device?.DeviceAttributes);
			assert.deepEqual(shown, {
				device_status: "valid",
				device_name: "a telephone",
				"dev:device_arn": `arn:aws:cognito-idp:us-east-1:000000000000:owner/${sue.username}.${place.UserPoolId}/device/${device.key}`,
				"dev:device_owner": `${sue.username}.${place.UserPoolId}`,
				last_ip_used: "127.0.0.1",
				"dev:device_remembered_status": "remembered",
			});
			await client.send(new AdminUpdateDeviceStatusCommand({ ...one, DeviceRememberedStatus: "not_remembered" }));
			assert.equal((await sue.start(device.key)).ChallengeName, "SMS_MFA");
			const mine = await client.send(new ListDevicesCommand({ AccessToken }));
			assert.deepEqual(
				mine.Devices?.map(({ DeviceKey }) => DeviceKey),
				keys.filter((key) => key !== device.key),
			);
			const all = await client.send(new AdminListDevicesCommand(who));
			assert.deepEqual(
				all.Devices?.map(({ DeviceKey }) => DeviceKey),
				keys,
			);
			await client.send(new AdminForgetDeviceCommand(one));
			assert.equal(await refusal(sue.start(device.key)), notFound);
			assert.equal(await refusal(sue.refresh(tokens, device.key)), invalidRefresh);
			for (const command of [
				() => client.send(new AdminGetDeviceCommand(one)),
				() => client.send(new AdminForgetDeviceCommand(one)),
				() => client.send(new AdminUpdateDeviceStatusCommand({ ...one, DeviceRememberedStatus: "remembered" })),
				() => client.send(new AdminUpdateDeviceStatusCommand(one)),
			]) {
				assert.equal(await refusal(command()), notFound);
			}
			const nobody = { ...one, Username: "nobody" };
			for (const command of [
				() => client.send(new AdminGetDeviceCommand(nobody)),
				() => client.send(new AdminListDevicesCommand(nobody)),
				() => client.send(new AdminForgetDeviceCommand(nobody)),
				() => client.send(new AdminUpdateDeviceStatusCommand(nobody)),
			]) {
				assert.equal(await refusal(command()), "UserNotFoundException: User does not exist.");
			}
		});

		await t.test("a user's devices go with the user", async () => {
			const una = await person(place);
			const { device } = await una.enrol();
			await client.send(new AdminDeleteUserCommand({ UserPoolId: place.UserPoolId, Username: una.username }));
			const left = await gatehouse.store.db.selectFrom("devices").select("device_key").where("device_key", "=", device.key).execute();
			assert.deepEqual(left, []);
		});

		await t.test("devices cost one read of a sign-in that names one, and none of the others or of a refresh", async () => {
			const open = await createTracking(gatehouse, always, "OFF");
			const vic = await person(open);
			const { device, tokens } = await vic.enrol();
			const cost = async (run: () => Promise<unknown>) => {
				await run();
				const { statements, batches } = await gatehouse.cost(run);
				return { statements, batches };
			};
			const plain = await createPlace(gatehouse);
			const username = "plain";
			await createUser(plain, username);
			const elsewhere = await cost(() => clientOf(plain, username, "").start(device.key));
			const unnamed = await cost(() => vic.start());
			const named = await cost(() => vic.start(device.key));
			assert.deepEqual(unnamed, elsewhere);
			assert.equal(named.batches, 1);
			// The device's own row is read, and written, which is a statement of its own in SQLite.
			assert.equal(named.statements - unnamed.statements, engine === "sqlite" ? 2 : 1);
			assert.deepEqual(await cost(() => vic.refresh(tokens, device.key)), { statements: 1, batches: 0 });
		});
	});
}
