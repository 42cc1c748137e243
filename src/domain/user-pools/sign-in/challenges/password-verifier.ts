/** SRP's second half: PASSWORD_VERIFIER. */
import { equalBytes } from "../../../../crypto/equal-bytes.ts";
import { claimSignature, parseTimestamp, serverKey } from "../../../../crypto/srp.ts";
import type { Call } from "../../../call.ts";
import { incorrectUsernameOrPassword, invalidSession, timestampInvalid } from "../../../refusals.ts";
import { type AppClient, checkSecretHash } from "../../app-clients.ts";
import { foldName } from "../../names.ts";
import type { UserPool } from "../../pools.ts";
import { openSecretBlock, openSession, spend } from "../challenge-session.ts";
import { readCredentials } from "../credentials.ts";
import type { AuthAnswer } from "../finish.ts";
import { checkMayTry, judge } from "../judge.ts";
import { type Parameters, required } from "../parameters.ts";
import { stands } from "../step.ts";

/**
 * The block alone is proof of the first half, as USER_SRP_AUTH gives no session; one that comes along must be right, and is spent too.
 * @throws NotAuthorizedException for a wrong password, and for a block or session that is another's, expired or used
 */
export async function answerPasswordVerifier(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const name = required(responses, "USERNAME");
	const secretBlock = Buffer.from(required(responses, "PASSWORD_CLAIM_SECRET_BLOCK"), "base64");
	const signature = Buffer.from(required(responses, "PASSWORD_CLAIM_SIGNATURE"), "base64");
	const timestamp = required(responses, "TIMESTAMP");
	checkSecretHash(client, name, responses["SECRET_HASH"]);
	if (parseTimestamp(timestamp) === undefined) throw timestampInvalid();
	const block = openSecretBlock(call, pool, client, secretBlock);
	const session = sealed === undefined ? undefined : openSession(call, pool, client, sealed, ["PASSWORD_VERIFIER"]);
	const folded = foldName(pool, name);
	if (![block.name, block.username, block.userId].some((known) => foldName(pool, known) === folded)) throw incorrectUsernameOrPassword();
	const credentials = await readCredentials(call, pool, block.name);
	if (session !== undefined && !stands(session, credentials)) throw invalidSession();
	checkMayTry(call, client, credentials);
	const key = await serverKey(call.ports.exponentiation.power, {
		A: block.clientPublic,
		B: block.serverPublic,
		b: block.serverPrivate,
		verifier: credentials.srpVerifier,
	});
	const expected = claimSignature(key, pool.shortId, block.username, secretBlock, timestamp);
	if (credentials.isBeyondSrp) {
		// Nobody has guessed anything: clients that know SRP alone would lock their users out with the right password.
		call.ports.meters.count("sign_in_srp_impossible");
		throw incorrectUsernameOrPassword();
	}
	// A name that has become another user's since the first half proves nothing.
	const right = equalBytes(expected, signature) && credentials.userId === block.userId;
	const device = { deviceKey: responses["DEVICE_KEY"], earlierDeviceKey: session?.deviceKey ?? block.deviceKey };
	// "A new session containing challengeName: PASSWORD_VERIFIER and challengeResult: true".
	const custom = block.isForFunctions ? { results: ["SRP_A", "PASSWORD_VERIFIER"].map((name) => ({ name, result: true })) } : undefined;
	const spent = [spend(pool, block), ...(session ? [spend(pool, session)] : [])];
	return judge(call, pool, client, credentials, right, { name: block.name, ...device, custom }, spent);
}
