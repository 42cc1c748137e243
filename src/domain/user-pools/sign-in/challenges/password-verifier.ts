/** SRP's second half: PASSWORD_VERIFIER. */
import { equalBytes } from "../../../../crypto/equal-bytes.ts";
import { claimSignature, parseTimestamp, serverKey } from "../../../../crypto/srp.ts";
import type { Call } from "../../../call.ts";
import { incorrectUsernameOrPassword, invalidParameter } from "../../../refusals.ts";
import { type AppClient, checkSecretHash } from "../../app-clients.ts";
import { foldName } from "../../names.ts";
import type { UserPool } from "../../pools.ts";
import { openSecretBlock, spend } from "../challenge-session.ts";
import { readCredentials } from "../credentials.ts";
import type { AuthAnswer } from "../finish.ts";
import { checkMayTry, judge } from "../judge.ts";
import { type Parameters, required } from "../parameters.ts";

/** @throws NotAuthorizedException for a wrong password, and for a block that is another's, expired or used */
export async function answerPasswordVerifier(call: Call, pool: UserPool, client: AppClient, responses: Parameters): Promise<AuthAnswer> {
	const name = required(responses, "USERNAME");
	const secretBlock = Buffer.from(required(responses, "PASSWORD_CLAIM_SECRET_BLOCK"), "base64");
	const signature = Buffer.from(required(responses, "PASSWORD_CLAIM_SIGNATURE"), "base64");
	const timestamp = required(responses, "TIMESTAMP");
	checkSecretHash(client, name, responses["SECRET_HASH"]);
	if (parseTimestamp(timestamp) === undefined) throw invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
	const block = openSecretBlock(call, pool, client, secretBlock);
	const folded = foldName(pool, name);
	if (![block.name, block.username, block.userId].some((known) => foldName(pool, known) === folded)) throw incorrectUsernameOrPassword();
	const credentials = await readCredentials(call, pool, block.name);
	checkMayTry(call, client, credentials);
	const key = await serverKey(call.ports.exponentiation.power, {
		A: block.clientPublic,
		B: block.serverPublic,
		b: block.serverPrivate,
		verifier: credentials.verifier,
	});
	const expected = claimSignature(key, pool.shortId, block.username, secretBlock, timestamp);
	// A name that has become another user's since the first half proves nothing.
	const right = equalBytes(expected, signature) && credentials.userId === block.userId;
	return judge(call, pool, client, credentials, right, [spend(pool, block)]);
}
