/**
 * A passkey before any name: the browser shows the passkeys that it has for the domain, and the answer says whose the chosen one is. The
 * API has no such step; the login pages do (conditional mediation). What the answer proves is judged as WEB_AUTHN's.
 * https://www.w3.org/TR/webauthn-3/#GetAssertion-conditional-mediation
 */
import { readAssertion } from "../../../crypto/web-authn.ts";
import type { Call } from "../../call.ts";
import { challengeNotAvailable, malformedPasskey, passkeyRefused, webAuthnNotConfigured } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { relyingPartyOf, requiresUserVerification } from "../passkeys.ts";
import type { UserPool } from "../pools.ts";
import { begin } from "./begin.ts";
import { newSessionId, openSession, resealSession } from "./challenge-session.ts";
import { answerWebAuthn } from "./challenges/web-authn.ts";
import type { AuthAnswer } from "./finish.ts";
import { availableTo } from "./first-factors.ts";
import { checkMayStart } from "./judge.ts";

const challengeBytes = 32;
/** The form may stand open while somebody looks for the right device. */
const askedMilliseconds = 600_000;

/** What a browser is asked by (PublicKeyCredentialRequestOptionsJSON), and the session that its answer comes with. */
export function askAnyPasskey(call: Call, pool: UserPool, client: AppClient) {
	const rpId = relyingPartyOf(pool);
	if (rpId === undefined) throw webAuthnNotConfigured();
	const challenge = call.ports.random.bytes(challengeBytes).toString("base64url");
	const id = newSessionId(call);
	const expiresAt = call.now + askedMilliseconds;
	const session = resealSession(pool, client, {
		id,
		step: "WEB_AUTHN",
		name: nobody,
		userId: nobody,
		epoch: 0,
		version: 0,
		proved: undefined,
		challenge,
		expiresAt,
	});
	const userVerification = requiresUserVerification(pool) ? "required" : "preferred";
	return { options: { challenge, timeout: askedMilliseconds, rpId, allowCredentials: [], userVerification }, session };
}

/** No user's name and no user's id. */
const nobody = "";

/**
 * The sign-in of whom the passkey is, who is called by the id that the passkey was made for.
 * @throws NotAuthorizedException, InvalidParameterException
 */
export async function answerDiscovered(
	call: Call,
	pool: UserPool,
	client: AppClient,
	credential: string,
	sealed: string,
): Promise<{ readonly answer: AuthAnswer; readonly username: string }> {
	const asked = openSession(call, pool, client, sealed, ["WEB_AUTHN"]);
	if (asked.userId !== nobody) throw passkeyRefused();
	const handle = readAssertion(parseJson(credential))?.response.userHandle;
	if (handle === undefined) throw malformedPasskey();
	const name = Buffer.from(handle, "base64url").toString();
	// What is no id is nobody's: no name of a user is looked up by what an authenticator says.
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) throw passkeyRefused();
	const choice = await begin(call, pool, client, name, undefined);
	checkMayStart(call, client, choice.credentials);
	const { user, userId, username } = choice.credentials;
	if (user !== undefined && user.id !== name) throw passkeyRefused();
	if (!availableTo(pool, choice).includes("WEB_AUTHN")) throw challengeNotAvailable();
	const { epoch, version } = user ?? { epoch: 0, version: 0 };
	// Of the same id: the challenge is spent once, whoever answers it.
	const session = resealSession(pool, client, { ...asked, name, userId, epoch, version });
	return { answer: await answerWebAuthn(call, pool, client, { USERNAME: name, CREDENTIAL: credential }, session), username };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
