/** Passkeys: registering, listing and deleting them, signing in with them, and what an attacker's own authenticator may say. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import {
	AdminDeleteUserCommand,
	CompleteWebAuthnRegistrationCommand,
	DeleteWebAuthnCredentialCommand,
	InitiateAuthCommand,
	type InitiateAuthResponse,
	ListWebAuthnCredentialsCommand,
	RespondToAuthChallengeCommand,
	SetUserMFAPreferenceCommand,
	SetUserPoolMfaConfigCommand,
	StartWebAuthnRegistrationCommand,
	type WebAuthnConfigurationType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { OutboundRequest } from "../../src/kernel/ports.ts";
import { type Authenticator, type CreationOptions, createAuthenticator, type Lies, type RequestOptions } from "../support/authenticator.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, refusal, signIn } from "../support/people.ts";

const relyingParty = "example.com";
const origin = "https://app.example.com";
const flows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;
const refused = "NotAuthorizedException: Incorrect passkey credential.";
const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const notFound = "WebAuthnChallengeNotFoundException: The challenge is unknown, used or expired.";
const malformed = "InvalidParameterException: The passkey credential is malformed.";

/** A pool with passkeys on. */
async function createPasskeyPlace(gatehouse: Gatehouse, webAuthn: WebAuthnConfigurationType = {}): Promise<Place> {
	const place = await createPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
		{ ExplicitAuthFlows: [...flows], PreventUserExistenceErrors: "ENABLED" },
	);
	await configure(place, { RelyingPartyId: relyingParty, ...webAuthn });
	return place;
}

const configure = ({ gatehouse, UserPoolId }: Place, WebAuthnConfiguration: WebAuthnConfigurationType) =>
	gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: "OFF", WebAuthnConfiguration }));

async function startRegistration({ gatehouse }: Place, AccessToken: string): Promise<CreationOptions> {
	const { CredentialCreationOptions } = await gatehouse.client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
	return CredentialCreationOptions as unknown as CreationOptions;
}

// biome-ignore lint/suspicious/noExplicitAny: the SDK's type of any JSON
const complete = ({ gatehouse }: Place, AccessToken: string, Credential: any) =>
	gatehouse.client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));

/** A user with a password and a passkey. */
async function createHolder(place: Place, name: string, options: Partial<Parameters<typeof createAuthenticator>[0]> = {}) {
	const sub = await createUser(place, name);
	const { AccessToken } = await signIn(place, name);
	const authenticator = await register(place, AccessToken, options);
	return { name, sub, AccessToken, authenticator };
}

async function register(place: Place, AccessToken: string, options: Partial<Parameters<typeof createAuthenticator>[0]> = {}) {
	const authenticator = createAuthenticator({ origin, ...options });
	await complete(place, AccessToken, authenticator.create(await startRegistration(place, AccessToken)));
	return authenticator;
}

const list = async ({ gatehouse }: Place, AccessToken: string) =>
	(await gatehouse.client.send(new ListWebAuthnCredentialsCommand({ AccessToken }))).Credentials ?? [];

const remove = ({ gatehouse }: Place, AccessToken: string, CredentialId: string) =>
	gatehouse.client.send(new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId }));

interface Asked {
	readonly options: RequestOptions;
	readonly Session: string;
}

async function ask({ gatehouse, ClientId }: Place, USERNAME: string): Promise<Asked> {
	const AuthParameters = { USERNAME, PREFERRED_CHALLENGE: "WEB_AUTHN" };
	const answer = await gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId, AuthParameters }));
	assert.equal(answer.ChallengeName, "WEB_AUTHN");
	const options = JSON.parse(answer.ChallengeParameters?.["CREDENTIAL_REQUEST_OPTIONS"] ?? "") as RequestOptions;
	return { options, Session: answer.Session ?? "" };
}

const respond = ({ gatehouse, ClientId }: Place, USERNAME: string, Session: string, credential: unknown): Promise<InitiateAuthResponse> =>
	gatehouse.client.send(
		new RespondToAuthChallengeCommand({
			ClientId,
			ChallengeName: "WEB_AUTHN",
			Session,
			ChallengeResponses: { USERNAME, CREDENTIAL: typeof credential === "string" ? credential : JSON.stringify(credential) },
		}),
	);

/** Names that nobody has and that are asked for a passkey all the same: not each is, since not everybody would have one. */
async function imaginedHolders({ gatehouse, ClientId }: Place, count: number): Promise<string[]> {
	const holders: string[] = [];
	for (let n = 0; holders.length < count; n++) {
		assert.ok(n < 100, "some names are imagined with a passkey");
		const AuthParameters = { USERNAME: `nobody-${n}`, PREFERRED_CHALLENGE: "WEB_AUTHN" };
		const answer = await gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId, AuthParameters }));
		if (answer.ChallengeName === "WEB_AUTHN") holders.push(`nobody-${n}`);
	}
	return holders;
}

/** Signs in with a passkey, honestly unless told otherwise. */
async function signInBy(place: Place, name: string, authenticator: Authenticator, lies?: Lies) {
	const { options, Session } = await ask(place, name);
	return respond(place, name, Session, authenticator.get(options, lies));
}

for (const engine of engines) {
	test(`passkeys (${engine})`, async (t) => {
		const fetched: OutboundRequest[] = [];
		let links = "[]";
		const outbound = {
			request: async (request: OutboundRequest) => {
				fetched.push(request);
				return { status: 200, headers: {}, body: Buffer.from(links), url: request.url };
			},
		};
		const gatehouse = await startGatehouse({ engine, ports: { outbound } });
		t.after(() => gatehouse.stop());
		const place = await createPasskeyPlace(gatehouse);

		await t.test("is made by options that browsers take, listed, and deleted", async () => {
			const sub = await createUser(place, "ada", { name: "Ada Lovelace" });
			const { AccessToken } = await signIn(place, "ada");
			assert.deepEqual(await list(place, AccessToken), []);
			const options = await startRegistration(place, AccessToken);
			const { challenge, ...rest } = options;
			assert.deepEqual(rest, {
				rp: { id: relyingParty, name: relyingParty },
				user: { id: Buffer.from(sub).toString("base64url"), name: "ada", displayName: "Ada Lovelace" },
				pubKeyCredParams: [
					{ type: "public-key", alg: -7 },
					{ type: "public-key", alg: -257 },
				],
				timeout: 300_000,
				excludeCredentials: [],
				authenticatorSelection: { requireResidentKey: true, residentKey: "required", userVerification: "preferred" },
				attestation: "none",
			});
			assert.match(challenge, /^[\w-]{100,400}$/);
			const first = createAuthenticator({ origin });
			await complete(place, AccessToken, first.create(options));
			gatehouse.clock.advance(1000);
			const second = await register(place, AccessToken);
			const descriptors = [first, second].map(({ id }) => ({ type: "public-key", id, transports: ["internal", "hybrid"] }));
			assert.deepEqual((await startRegistration(place, AccessToken)).excludeCredentials, descriptors);
			const [one, two, ...more] = await list(place, AccessToken);
			assert.deepEqual([one?.CredentialId, two?.CredentialId, more], [first.id, second.id, []]);
			const { CreatedAt, ...described } = one ?? {};
			assert.ok(CreatedAt instanceof Date);
			assert.deepEqual(described, {
				CredentialId: first.id,
				FriendlyCredentialName: "Passkey",
				RelyingPartyId: relyingParty,
				AuthenticatorAttachment: "platform",
				AuthenticatorTransports: ["internal", "hybrid"],
			});
			const page = await gatehouse.client.send(new ListWebAuthnCredentialsCommand({ AccessToken, MaxResults: 1 }));
			assert.deepEqual(
				page.Credentials?.map(({ CredentialId }) => CredentialId),
				[first.id],
			);
			const { NextToken } = page;
			const rest2 = await gatehouse.client.send(new ListWebAuthnCredentialsCommand({ AccessToken, MaxResults: 1, NextToken }));
			assert.deepEqual([rest2.Credentials?.[0]?.CredentialId, rest2.NextToken], [second.id, undefined]);
			await remove(place, AccessToken, first.id);
			assert.equal(await refusal(remove(place, AccessToken, first.id)), "ResourceNotFoundException: The passkey does not exist.");
			assert.equal(await refusal(remove(place, AccessToken, "*")), "ResourceNotFoundException: The passkey does not exist.");
			assert.deepEqual(
				(await list(place, AccessToken)).map(({ CredentialId }) => CredentialId),
				[second.id],
			);
		});

		await t.test("can't be registered where the pool has them off, or no relying party", async () => {
			const off = await createPlace(gatehouse);
			await createUser(off, "ada");
			const { AccessToken } = await signIn(off, "ada");
			const credential = createAuthenticator({ origin }).create({
				rp: { id: "x" },
				user: { id: "x" },
				challenge: "x",
				excludeCredentials: [],
			});
			const notEnabled = "WebAuthnNotEnabledException: Passkeys are not enabled for this user pool.";
			assert.equal(await refusal(startRegistration(off, AccessToken)), notEnabled);
			assert.equal(await refusal(complete(off, AccessToken, credential)), notEnabled);
			const bare = await createPlace(gatehouse, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } });
			await createUser(bare, "ada");
			const tokens = await signIn(bare, "ada");
			assert.match(await refusal(startRegistration(bare, tokens.AccessToken)), /^WebAuthnConfigurationMissingException: /);
			for (const RelyingPartyId of ["com", "Example.com", "https://example.com", "10.0.0.1", "example.com:443", "-a.example.com"]) {
				assert.match(await refusal(configure(bare, { RelyingPartyId })), /^InvalidParameterException: /, RelyingPartyId);
			}
			await configure(bare, { RelyingPartyId: "localhost" });
		});

		await t.test("is refused at its registration where the answer lies, each time with the error of its cause", async () => {
			await createUser(place, "bob");
			const { AccessToken } = await signIn(place, "bob");
			const lies: readonly (readonly [Lies, string])[] = [
				[{ origin: "https://example.com.evil.example" }, "WebAuthnOriginNotAllowedException"],
				[{ origin: "https://notexample.com" }, "WebAuthnOriginNotAllowedException"],
				[{ origin: "http://app.example.com" }, "WebAuthnOriginNotAllowedException"],
				[{ origin: "https://user@app.example.com" }, "WebAuthnOriginNotAllowedException"],
				[{ origin: "null" }, "WebAuthnOriginNotAllowedException"],
				[{ crossOrigin: true }, "WebAuthnOriginNotAllowedException"],
				[{ relyingPartyId: "evil.example" }, "WebAuthnRelyingPartyMismatchException"],
				[{ userPresent: false }, "WebAuthnCredentialNotSupportedException"],
				[{ algorithm: -8 }, "WebAuthnCredentialNotSupportedException"],
				[{ algorithm: -257 }, "WebAuthnCredentialNotSupportedException"],
				[{ type: "webauthn.get" }, "InvalidParameterException"],
				[{ id: createAuthenticator({ origin }).id }, "InvalidParameterException"],
				[{ challenge: Buffer.alloc(200).toString("base64url") }, "WebAuthnChallengeNotFoundException"],
			];
			const options = await startRegistration(place, AccessToken);
			for (const [lie, error] of lies) {
				const credential = createAuthenticator({ origin }).create(options, lie);
				assert.match(await refusal(complete(place, AccessToken, credential)), new RegExp(`^${error}: `), JSON.stringify(lie));
			}
			const { response, ...rest } = createAuthenticator({ origin }).create(options) as { response: Record<string, unknown> };
			const broken = [
				null,
				7,
				"text",
				[],
				{},
				{ ...rest },
				{ ...rest, response: {} },
				{ ...rest, response: [] },
				{ ...rest, response, id: 7 },
			];
			const deep = Buffer.from([..."\x81".repeat(20_000)].map((character) => character.charCodeAt(0))).toString("base64url");
			const objects = ["", "AA", "!", "oA", deep].map((attestationObject) => ({ ...rest, response: { ...response, attestationObject } }));
			const data = ["", "AA", "!", "e30"].map((clientDataJSON) => ({ ...rest, response: { ...response, clientDataJSON } }));
			for (const credential of [...broken, ...objects, ...data]) {
				const answer = await refusal(complete(place, AccessToken, credential));
				assert.match(answer, /^InvalidParameterException: /, JSON.stringify(credential)?.slice(0, 300));
			}
			// All of them left the challenge unused, and nothing registered.
			assert.deepEqual(await list(place, AccessToken), []);
			await complete(place, AccessToken, createAuthenticator({ origin }).create(options));
		});

		await t.test("is registered whatever its authenticator states of its make, and nothing is fetched for that", async () => {
			await createUser(place, "carl");
			const { AccessToken } = await signIn(place, "carl");
			for (const fmt of ["packed", "apple", "android-key", "tpm", "fido-u2f", "unheard-of"]) {
				const attStmt = new Map<string, unknown>([
					["alg", -7],
					["sig", new Uint8Array(70)],
					["x5c", [new Uint8Array(500)]],
				]);
				const credential = createAuthenticator({ origin }).create(await startRegistration(place, AccessToken), {
					statement: { fmt, attStmt },
				});
				await complete(place, AccessToken, credential);
			}
			assert.equal((await list(place, AccessToken)).length, 6);
			assert.deepEqual(fetched, []);
		});

		await t.test("takes a challenge once, for five minutes, from its user and app client", async () => {
			const [dora, emil] = await Promise.all(["dora", "emil"].map(async (name) => createHolder(place, name)));
			assert.ok(dora && emil);
			const options = await startRegistration(place, dora.AccessToken);
			assert.equal(await refusal(complete(place, emil.AccessToken, createAuthenticator({ origin }).create(options))), notFound);
			const other = { ...place, ...(await createClient(gatehouse, place.UserPoolId)) };
			const { AccessToken: ofOther } = await signIn(other, "dora");
			const stranger = await refusal(complete(place, ofOther, createAuthenticator({ origin }).create(options)));
			assert.match(stranger, /^WebAuthnClientMismatchException: /);
			const credentials = Array.from({ length: 5 }, () => createAuthenticator({ origin }).create(options));
			const outcomes = await Promise.all(credentials.map((credential) => refusal(complete(place, dora.AccessToken, credential))));
			assert.deepEqual(outcomes.sort(), [notFound, notFound, notFound, notFound, "not refused"].sort());
			assert.equal(await refusal(complete(place, dora.AccessToken, createAuthenticator({ origin }).create(options))), notFound);
			// The same credential once more, by a challenge of its own, and as another user's.
			for (const { AccessToken } of [dora, emil]) {
				const again = dora.authenticator.create(await startRegistration(place, AccessToken));
				const known = "InvalidParameterException: The passkey is registered already.";
				assert.equal(await refusal(complete(place, AccessToken, again)), known);
			}
			const late = await startRegistration(place, dora.AccessToken);
			gatehouse.clock.advance(300_000);
			assert.equal(await refusal(complete(place, dora.AccessToken, createAuthenticator({ origin }).create(late))), notFound);
			assert.equal((await list(place, dora.AccessToken)).length, 2);
		});

		await t.test("is one of twenty at most, in a race too", async () => {
			await createUser(place, "fred");
			const { AccessToken } = await signIn(place, "fred");
			for (let n = 0; n < 18; n++) await register(place, AccessToken);
			const started = await Promise.all(Array.from({ length: 4 }, () => startRegistration(place, AccessToken)));
			const attempts = started.map((options) => complete(place, AccessToken, createAuthenticator({ origin }).create(options)));
			const outcomes = await Promise.all(attempts.map(refusal));
			const limit = "LimitExceededException: Maximum number of passkeys of a user exceeded.";
			assert.deepEqual(outcomes.sort(), [limit, limit, "not refused", "not refused"].sort());
			assert.equal(await refusal(startRegistration(place, AccessToken)), limit);
			const all = await list(place, AccessToken);
			assert.equal(all.length, 20);
			await remove(place, AccessToken, all[0]?.CredentialId ?? "");
			await register(place, AccessToken);
		});

		await t.test("signs in, again and again, each of several", async () => {
			const { sub, AccessToken, authenticator } = await createHolder(place, "gina");
			const synced = await register(place, AccessToken, { key: "RS256", counts: false });
			const { options } = await ask(place, "gina");
			assert.equal(options.rpId, relyingParty);
			assert.equal(options.userVerification, "preferred");
			assert.deepEqual(
				options.allowCredentials.map(({ id }) => id),
				[authenticator.id, synced.id],
			);
			for (const passkey of [authenticator, authenticator, synced, synced]) {
				const { AuthenticationResult } = await signInBy(place, "gina", passkey);
				assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? "")["sub"], sub);
				assert.ok(AuthenticationResult?.RefreshToken);
			}
			// Without a user handle, and of a page below the relying party's domain on a port of its own.
			await signInBy(place, "gina", authenticator, { userHandle: null, origin: "https://deep.app.example.com:8443" });
			await signInBy(place, "gina", authenticator, { userVerified: false, origin: "https://example.com" });
		});

		await t.test("is refused where the answer lies, and the session can still be answered", async () => {
			const { authenticator } = await createHolder(place, "hugo");
			const other = await createHolder(place, "ines");
			const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
			const lies: readonly Lies[] = [
				{ origin: "https://evil.example" },
				{ origin: "http://app.example.com" },
				{ crossOrigin: true },
				{ relyingPartyId: "evil.example" },
				{ type: "webauthn.create" },
				{ challenge: (await ask(place, "hugo")).options.challenge },
				{ challenge: (await ask(place, "ines")).options.challenge },
				{ userPresent: false },
				{ signedBy: privateKey },
				{ id: other.authenticator.id },
				{ id: createAuthenticator({ origin }).id },
				{ userHandle: Buffer.from(other.sub).toString("base64url") },
			];
			for (const lie of lies) {
				assert.equal(await refusal(signInBy(place, "hugo", authenticator, lie)), refused, JSON.stringify(lie));
				// Tokens clear the count of failures.
				await signInBy(place, "hugo", authenticator);
			}
			const { options, Session } = await ask(place, "hugo");
			const good = authenticator.get(options) as { response: { signature: string; authenticatorData: string } };
			const flip = (text: string) => {
				const bytes = Buffer.from(text, "base64url");
				bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
				return bytes.toString("base64url");
			};
			for (const part of ["signature", "authenticatorData"] as const) {
				const credential = { ...good, response: { ...good.response, [part]: flip(good.response[part]) } };
				assert.equal(await refusal(respond(place, "hugo", Session, credential)), refused, part);
			}
			// Another user's passkey, whole and honest, for this user's challenge.
			for (const lies of [{}, { userHandle: null }]) {
				assert.equal(await refusal(respond(place, "hugo", Session, other.authenticator.get(options, lies))), refused);
			}
			const absent = "ResourceNotFoundException: The passkey does not exist.";
			assert.equal(await refusal(remove(place, other.AccessToken, authenticator.id)), absent);
			for (const text of ["{", "[]", "null", "{}", '{"id":"x","rawId":"x","type":"public-key","response":{}}']) {
				assert.equal(await refusal(respond(place, "hugo", Session, text)), malformed, text);
			}
			assert.ok((await respond(place, "hugo", Session, good)).AuthenticationResult);
		});

		await t.test("is refused once used, late, or in another session, and ten at once give one set of tokens", async () => {
			const { authenticator } = await createHolder(place, "jane");
			const { options, Session } = await ask(place, "jane");
			const credential = authenticator.get(options);
			const another = await ask(place, "jane");
			assert.equal(await refusal(respond(place, "jane", another.Session, credential)), refused);
			const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(respond(place, "jane", Session, credential))));
			assert.deepEqual(
				outcomes.filter((outcome) => outcome === "not refused"),
				["not refused"],
			);
			// Its counter stands where the first one left it. That it is sent again locks nobody out.
			assert.equal(await refusal(respond(place, "jane", Session, credential)), refused);
			assert.equal(await refusal(respond(place, "jane", Session, authenticator.get(options))), invalidSession);
			const late = await ask(place, "jane");
			gatehouse.clock.advance(3 * 60_000);
			const expired = "NotAuthorizedException: Invalid session for the user, session is expired.";
			assert.equal(await refusal(respond(place, "jane", late.Session, authenticator.get(late.options))), expired);
			assert.equal(await refusal(respond(place, "jane", Session.slice(1), credential)), invalidSession);
		});

		await t.test("is refused where its counter stands still or runs backwards, as a copy's does", async () => {
			const { authenticator } = await createHolder(place, "karl");
			await signInBy(place, "karl", authenticator, { counter: 9 });
			for (const counter of [9, 8, 1, 0]) assert.equal(await refusal(signInBy(place, "karl", authenticator, { counter })), refused);
			await signInBy(place, "karl", authenticator, { counter: 10 });
		});

		await t.test("locks the name after wrong answers, and gives a session five of them", async () => {
			const { authenticator } = await createHolder(place, "lena");
			const { options, Session } = await ask(place, "lena");
			for (let n = 0; n < 5; n++) {
				assert.equal(await refusal(respond(place, "lena", Session, authenticator.get(options, { userPresent: false }))), refused);
			}
			const right = () => respond(place, "lena", Session, authenticator.get(options));
			assert.equal(await refusal(right()), "NotAuthorizedException: Password attempts exceeded");
			gatehouse.clock.advance(60_000);
			assert.equal(await refusal(right()), invalidSession);
			await signInBy(place, "lena", authenticator);
		});

		await t.test("is asked of a name that nobody has, and refused, as of a known one", async () => {
			const [nobody = "", another = ""] = await imaginedHolders(place, 2);
			const [first, again, other] = [await ask(place, nobody), await ask(place, nobody), await ask(place, another)];
			assert.deepEqual(first.options.allowCredentials, again.options.allowCredentials);
			assert.notDeepEqual(first.options.allowCredentials, other.options.allowCredentials);
			assert.notEqual(first.options.challenge, again.options.challenge);
			const { authenticator } = await createHolder(place, "mona");
			const known = await ask(place, "mona");
			const shapeOf = (value: unknown): unknown =>
				Array.isArray(value) ? [] : typeof value === "object" && value !== null ? Object.keys(value).sort() : typeof value;
			assert.deepEqual(shapeOf(first.options), shapeOf(known.options));
			assert.deepEqual(Object.keys(first.options.allowCredentials[0] ?? {}), Object.keys(known.options.allowCredentials[0] ?? {}));
			assert.ok(Math.abs(first.Session.length - known.Session.length) <= 8);
			const id = first.options.allowCredentials[0]?.id ?? "";
			for (const lies of [{ id }, { id, userHandle: null }, {}]) {
				assert.equal(await refusal(respond(place, nobody, first.Session, authenticator.get(first.options, lies))), refused);
			}
			// What was made up is nobody's: a real session of another user does not take it.
			const mixed = await refusal(respond(place, "mona", first.Session, authenticator.get(first.options)));
			assert.equal(mixed, invalidSession);
		});

		await t.test("must have verified its user where the pool demands it", async () => {
			const strict = await createPasskeyPlace(gatehouse, { UserVerification: "required" });
			const { AccessToken, authenticator } = await createHolder(strict, "ada");
			const options = await startRegistration(strict, AccessToken);
			const unverified = createAuthenticator({ origin }).create(options, { userVerified: false });
			assert.match(await refusal(complete(strict, AccessToken, unverified)), /^WebAuthnCredentialNotSupportedException: /);
			assert.equal((await ask(strict, "ada")).options.userVerification, "required");
			const [nobody = ""] = await imaginedHolders(strict, 1);
			assert.equal((await ask(strict, nobody)).options.userVerification, "required");
			assert.equal(await refusal(signInBy(strict, "ada", authenticator, { userVerified: false })), refused);
			await signInBy(strict, "ada", authenticator);
		});

		await t.test(
			"counts as two factors where pool and user say so, with its user verified, and no longer once the last is deleted",
			async () => {
				const place = await createPasskeyPlace(gatehouse);
				const configured = new SetUserPoolMfaConfigCommand({
					UserPoolId: place.UserPoolId,
					MfaConfiguration: "OPTIONAL",
					SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } },
					WebAuthnConfiguration: { RelyingPartyId: relyingParty, FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" },
				});
				await gatehouse.client.send(configured);
				await createUser(place, "ada", { phone_number: "+15555550100" });
				const { AccessToken } = await signIn(place, "ada");
				const authenticator = await register(place, AccessToken);
				const preference = { SMSMfaSettings: { Enabled: true }, WebAuthnMfaSettings: { Enabled: true } };
				await gatehouse.client.send(new SetUserMFAPreferenceCommand({ AccessToken, ...preference }));
				assert.equal((await ask(place, "ada")).options.userVerification, "required");
				assert.equal(await refusal(signInBy(place, "ada", authenticator, { userVerified: false })), refused);
				assert.ok((await signInBy(place, "ada", authenticator)).AuthenticationResult);
				await remove(place, AccessToken, authenticator.id);
				await register(place, AccessToken);
				const AuthParameters = { USERNAME: "ada", PREFERRED_CHALLENGE: "WEB_AUTHN" };
				const { ClientId } = place;
				const answer = await gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId, AuthParameters }));
				assert.deepEqual([answer.ChallengeName, answer.AvailableChallenges], ["SELECT_CHALLENGE", ["PASSWORD", "PASSWORD_SRP"]]);
			},
		);

		await t.test("is not offered once the pool is another relying party's, and is offered again after", async () => {
			const moving = await createPasskeyPlace(gatehouse);
			const { AccessToken, authenticator } = await createHolder(moving, "ada");
			await configure(moving, { RelyingPartyId: "example.org" });
			const { options, Session } = await ask(moving, "ada");
			assert.ok(!options.allowCredentials.some(({ id }) => id === authenticator.id));
			const credential = authenticator.get(options, { origin: "https://example.org" });
			assert.equal(await refusal(respond(moving, "ada", Session, credential)), refused);
			assert.deepEqual((await startRegistration(moving, AccessToken)).excludeCredentials, []);
			assert.equal((await list(moving, AccessToken))[0]?.RelyingPartyId, relyingParty);
			await configure(moving, { RelyingPartyId: relyingParty });
			await signInBy(moving, "ada", authenticator);
		});

		await t.test("goes with its user, and its id may be another's then", async () => {
			const { authenticator } = await createHolder(place, "nora");
			await gatehouse.client.send(new AdminDeleteUserCommand({ UserPoolId: place.UserPoolId, Username: "nora" }));
			await createUser(place, "olga");
			const { AccessToken } = await signIn(place, "olga");
			await complete(place, AccessToken, authenticator.create(await startRegistration(place, AccessToken)));
		});

		await t.test("ends sessions of before its deletion", async () => {
			const { AccessToken, authenticator } = await createHolder(place, "paul");
			await register(place, AccessToken);
			const { options, Session } = await ask(place, "paul");
			await remove(place, AccessToken, authenticator.id);
			assert.equal(await refusal(respond(place, "paul", Session, authenticator.get(options))), invalidSession);
			assert.equal(await refusal(signInBy(place, "paul", authenticator)), refused);
		});

		await t.test("works in an Android application that the relying party's domain names, and in no other", async () => {
			const { authenticator } = await createHolder(place, "rosa");
			const fingerprint = Buffer.alloc(32, 0xab);
			const origin = `android:apk-key-hash:${fingerprint.toString("base64url")}`;
			const target = { namespace: "android_app", package_name: "x", sha256_cert_fingerprints: [Array(32).fill("AB").join(":")] };
			for (const text of [
				"no JSON",
				"{}",
				"[null]",
				'[{"relation":[]}]',
				JSON.stringify([{ relation: ["delegate_permission/common.handle_all_urls"], target }]),
			]) {
				links = text;
				assert.equal(await refusal(signInBy(place, "rosa", authenticator, { origin })), refused, text);
				await signInBy(place, "rosa", authenticator);
			}
			links = JSON.stringify([{ relation: ["delegate_permission/common.get_login_creds"], target }]);
			await signInBy(place, "rosa", authenticator, { origin });
			assert.equal(fetched.at(-1)?.url, "https://example.com/.well-known/assetlinks.json");
			// Who has no passkey makes nobody fetch anything.
			const before = fetched.length;
			await refusal(signInBy(place, "rosa", createAuthenticator({ origin }), { origin }));
			assert.equal(fetched.length, before);
		});
	});
}
