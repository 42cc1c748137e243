/** DEVICE_PASSWORD_VERIFIER: a remembered device proves its secret, SRP's second half. */
import { equalBytes } from "../../../../crypto/equal-bytes.ts";
import { claimSignature, parseTimestamp, serverKey } from "../../../../crypto/srp.ts";
import type { Call } from "../../../call.ts";
import { incorrectUsernameOrPassword, invalidSession, timestampInvalid } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import type { UserPool } from "../../pools.ts";
import { openSession, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish } from "../finish.ts";
import { type Parameters, required } from "../parameters.ts";
import { continued, countAnswer, countWrongAnswer, knownUser, openStep, provedIn } from "../step.ts";
import { getServingDevice } from "./device-srp-auth.ts";

/**
 * The block alone tells where the sign-in is; a session that comes along must be the one that led to it.
 * @throws NotAuthorizedException for a wrong proof, which leaves the block usable a few times, and for a block that is another's,
 * expired or used; ResourceNotFoundException where the device was forgotten
 */
export async function answerDevicePasswordVerifier(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const secretBlock = Buffer.from(required(responses, "PASSWORD_CLAIM_SECRET_BLOCK"), "base64");
	const signature = Buffer.from(required(responses, "PASSWORD_CLAIM_SIGNATURE"), "base64");
	const timestamp = required(responses, "TIMESTAMP");
	if (parseTimestamp(timestamp) === undefined) throw timestampInvalid();
	const step = await openStep(call, pool, client, responses, secretBlock.toString("base64url"), "DEVICE_PASSWORD_VERIFIER");
	const { session } = step;
	const user = knownUser(step);
	const began = sealed === undefined ? session : openSession(call, pool, client, sealed, ["DEVICE_SRP_AUTH"]);
	if (session.srp === undefined || began.id !== session.id) throw invalidSession();
	const { device, verifier } = await getServingDevice(call, pool, session, responses);
	const key = await serverKey(call.ports.exponentiation.power, {
		A: session.srp.clientPublic,
		B: Buffer.from(session.srp.serverPublic, "base64"),
		b: Buffer.from(session.srp.serverPrivate, "base64"),
		verifier,
	});
	if (!equalBytes(claimSignature(key, device.groupKey, device.key, secretBlock, timestamp), signature)) {
		await countWrongAnswer(call, pool, step);
		throw incorrectUsernameOrPassword();
	}
	const proved = { ...provedIn(step), second: "DEVICE" } as const;
	const signIn = { ...continued(step, user, proved, responses), device };
	return finish(call, pool, client, signIn, [spend(pool, session), countAnswer(pool, session)]);
}
