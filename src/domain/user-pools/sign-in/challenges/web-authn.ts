/** WEB_AUTHN: a passkey as first factor of a sign-in by choice, and as both where its authenticator verified the user. */
import { readAssertion, verifyAssertion } from "../../../../crypto/web-authn.ts";
import { parseJson } from "../../../../kernel/json.ts";
import { update } from "../../../../storage/store.ts";
import type { Call } from "../../../call.ts";
import { malformedPasskey, passkeyRefused, webAuthnNotConfigured } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import { poolFactors } from "../../factors.ts";
import { isAllowedOrigin } from "../../passkey-origins.ts";
import {
	descriptorOf,
	findPasskey,
	listPasskeys,
	type PasskeyDescriptor,
	relyingPartyOf,
	requiresUserVerification,
	userHandle,
} from "../../passkeys.ts";
import type { UserPool } from "../../pools.ts";
import type { User } from "../../users.ts";
import { sealSession, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish } from "../finish.ts";
import { type Parameters, required } from "../parameters.ts";
import { admitPasswordless } from "../passwordless.ts";
import { checkMayBeginWith, continued, countAnswer, countWrongAnswer, openStep } from "../step.ts";

const challengeBytes = 32;

/** Who is asked. Its user is undefined where nobody has the name: the id and the username are then made up. */
export interface PasskeySubject {
	readonly user: User | undefined;
	readonly userId: string;
	readonly username: string;
	/** The name as it was typed. */
	readonly name: string;
	readonly deviceKey?: string | undefined;
}

/**
 * Asks for a passkey. Somebody who has none, and a name that nobody has, are asked for ones that do not exist.
 * @throws InvalidParameterException where the pool has no relying party
 */
export async function askWebAuthn(call: Call, pool: UserPool, client: AppClient, subject: PasskeySubject): Promise<AuthAnswer> {
	const { user, userId, name, deviceKey } = subject;
	const relyingPartyId = relyingPartyOf(pool);
	if (relyingPartyId === undefined) throw webAuthnNotConfigured();
	const challenge = call.ports.random.bytes(challengeBytes).toString("base64url");
	const own = (await listPasskeys(call, pool, userId)).filter((passkey) => passkey.relyingPartyId === relyingPartyId);
	const standIn = standInFor(pool, userId);
	const options = {
		challenge,
		timeout: client.lifetimes.authSession * 1000,
		rpId: relyingPartyId,
		allowCredentials: own.length === 0 ? [standIn.descriptor] : own.map(descriptorOf),
		userVerification: mustBeVerified(pool, user, standIn) ? "required" : "preferred",
	};
	return {
		ChallengeName: "WEB_AUTHN",
		Session: sealSession(call, pool, client, {
			step: "WEB_AUTHN",
			name,
			userId,
			epoch: user?.epoch ?? 0,
			version: user?.version ?? 0,
			proved: undefined,
			deviceKey,
			challenge,
		}),
		ChallengeParameters: { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) },
	};
}

/** Whether the user's authenticator must verify it: "passkey authentication requires user verification" with WebAuthnMfaSettings. */
function mustBeVerified(pool: UserPool, user: User | undefined, standIn: StandIn): boolean {
	if (requiresUserVerification(pool)) return true;
	return user === undefined ? standIn.mustBeVerified : user.factors.passkeyMfa && poolFactors(pool).passkeyMfa;
}

/** Lengths of credential ids and transports that widespread authenticators have. */
const makes: readonly { readonly idBytes: number; readonly transports: readonly string[] }[] = [
	{ idBytes: 20, transports: ["internal", "hybrid"] },
	{ idBytes: 16, transports: ["internal", "hybrid"] },
	{ idBytes: 32, transports: ["internal"] },
];

/** A passkey that nobody has, and whether its user must be verified. */
interface StandIn {
	readonly descriptor: PasskeyDescriptor;
	readonly mustBeVerified: boolean;
}

/** Always the same for the same id. */
function standInFor(pool: UserPool, userId: string): StandIn {
	const id = pool.keyrings.mac.mac("passkey stand-in id", userId);
	const chance = pool.keyrings.mac.mac("passkey stand-in", userId);
	const make = makes[chance.readUInt32BE() % makes.length];
	const { mfa, passkeyMfa } = poolFactors(pool);
	return {
		descriptor: {
			type: "public-key",
			id: id.subarray(0, make?.idBytes).toString("base64url"),
			transports: make?.transports ?? [],
		},
		// Where everybody needs a second factor, who signs in with a passkey has turned that on.
		mustBeVerified: passkeyMfa && (mfa === "ON" || chance.readUInt32BE(4) % 2 === 0),
	};
}

/** A key on P-256, as COSE, whose private half was thrown away: it makes an unknown passkey take as long to refuse as a known one. */
const standInPublicKey = Buffer.concat([
	Buffer.from("a5010203262001215820", "hex"),
	Buffer.from("RwFoOVr8q7wxt--CrPVakFDXCET8YRGyc5n5HTCqcMw", "base64url"),
	Buffer.from("225820", "hex"),
	Buffer.from("cUQz9I3CRpgQh0IsRJwgKoMKtpXuhwUas6efFVUJ2Yg", "base64url"),
]);

/**
 * The answer with a passkey. A wrong one leaves the session usable, a few times.
 * @throws NotAuthorizedException, InvalidParameterException for what is no answer of an authenticator
 */
export async function answerWebAuthn(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, "WEB_AUTHN");
	const { session, credentials } = step;
	const { user } = credentials;
	checkMayBeginWith(pool, "WEB_AUTHN");
	const assertion = readAssertion(parseJson(required(responses, "CREDENTIAL")));
	if (assertion === undefined) throw malformedPasskey();
	const relyingPartyId = relyingPartyOf(pool);
	if (relyingPartyId === undefined) throw webAuthnNotConfigured();
	const found = await findPasskey(call, pool, credentials.userId, assertion.id);
	const passkey = found?.relyingPartyId === relyingPartyId ? found : undefined;
	const verified = await verifyAssertion(assertion, passkey?.publicKey ?? standInPublicKey, {
		challenge: session.challenge ?? "",
		relyingPartyId,
		requiresUserVerification: mustBeVerified(pool, user, standInFor(pool, credentials.userId)),
	});
	const { clientData, response } = assertion;
	const isRight =
		verified !== undefined &&
		!clientData.crossOrigin &&
		(response.userHandle === undefined || response.userHandle === userHandle(credentials.userId)) &&
		(await isAllowedOrigin(call, relyingPartyId, clientData.origin));
	if (user === undefined || passkey === undefined || !isRight) {
		await countWrongAnswer(call, pool, step);
		throw passkeyRefused();
	}
	// Nobody guesses here: it is a copy of the key, or the same answer sent twice.
	if (!counterGrew(passkey.counter, verified.counter)) throw passkeyRefused();
	const key = { pool_id: pool.id, id: passkey.id, user_id: user.id };
	const { after, verbs } = await admitPasswordless(call, pool, user);
	return finish(
		call,
		pool,
		client,
		continued(step, after, { first: "WEB_AUTHN", second: undefined, userVerified: verified.userVerified }, responses),
		[
			spend(pool, session),
			countAnswer(pool, session),
			// The one that was read: of two answers of one authenticator and its copy at the same time, one is refused.
			update(
				"passkeys",
				{ ...key, counter: passkey.counter },
				{ counter: verified.counter, backed_up: verified.backedUp ? 1 : 0 },
				"stale",
			),
			...verbs,
		],
	);
}

/** A counter that stands still or runs backwards is a copy's; authenticators that have none say 0. https://www.w3.org/TR/webauthn-3/#sctn-sign-counter */
function counterGrew(before: number, now: number): boolean {
	return now > before || (now === 0 && before === 0);
}
