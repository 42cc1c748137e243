/**
 * A password as first factor: given as it is (PASSWORD) or proved by SRP (PASSWORD_SRP, whose second half is `password-verifier.ts`).
 * USER_PASSWORD_AUTH and USER_SRP_AUTH are these two by other names.
 */
import { isValidClientPublic, serverPrivateBytes, serverPublic } from "../../../../crypto/srp.ts";
import type { Call } from "../../../call.ts";
import { invalidParameter, srpNotEnabled } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import { schemeOf, upgradePassword, verifyPassword } from "../../passwords.ts";
import type { UserPool } from "../../pools.ts";
import { sealSecretBlock, spend } from "../challenge-session.ts";
import type { AuthAnswer } from "../finish.ts";
import { type Choice, sealUnproved } from "../first-factors.ts";
import { checkMayTry, judge } from "../judge.ts";

/** Asks for the password, or for SRP_A, of somebody who chose it and did not give it at once. */
export function askPassword(
	call: Call,
	pool: UserPool,
	client: AppClient,
	choice: Choice,
	challenge: "PASSWORD" | "PASSWORD_SRP",
): AuthAnswer {
	return { ChallengeName: challenge, Session: sealUnproved(call, pool, client, choice, challenge), ChallengeParameters: {} };
}

/** @throws NotAuthorizedException, and what else `nextStep` refuses with */
export async function provePassword(
	call: Call,
	pool: UserPool,
	client: AppClient,
	{ name, credentials, deviceKey, session }: Choice,
	password: string,
): Promise<AuthAnswer> {
	checkMayTry(call, client, credentials);
	const right = await verifyPassword(call, pool, credentials.username, password, credentials);
	const named = { name, deviceKey, earlierDeviceKey: session?.deviceKey };
	const upgrade = right && credentials.hasPassword ? await upgradePassword(call, pool, credentials, password, credentials) : [];
	return judge(call, pool, client, credentials, right, named, [...(session ? [spend(pool, session)] : []), ...upgrade]);
}

/** SRP_A, whatever the user is. @throws InvalidParameterException */
export function checkSrp(pool: UserPool, srpA: string): void {
	if (!isValidClientPublic(srpA)) throw invalidParameter("SRP_A is not a valid public value.");
	if (schemeOf(pool) !== "srp-6a") throw srpNotEnabled();
}

/**
 * The server's half of SRP. A sign-in by choice, or by the pool's functions, gets a session with it, which the answer may bring. What the
 * proof is worth is said in the block, since the answer may come without the session.
 */
export async function askPasswordVerifier(
	call: Call,
	pool: UserPool,
	client: AppClient,
	choice: Choice,
	srpA: string,
	form: "with a session" | "without a session" | "for functions",
): Promise<AuthAnswer> {
	checkSrp(pool, srpA);
	const { name, credentials, deviceKey } = choice;
	checkMayTry(call, client, credentials);
	const { userId, username, salt, srpVerifier: verifier } = credentials;
	const serverPrivate = call.ports.random.bytes(serverPrivateBytes);
	const B = await serverPublic(call.ports.exponentiation.power, verifier, serverPrivate);
	const srp = { clientPublic: srpA, serverPublic: B, serverPrivate };
	const block = sealSecretBlock(call, pool, client, {
		name,
		userId,
		username,
		deviceKey,
		isForFunctions: form === "for functions",
		...srp,
	});
	return {
		ChallengeName: "PASSWORD_VERIFIER",
		...(form !== "without a session" && { Session: sealUnproved(call, pool, client, choice, "PASSWORD_VERIFIER") }),
		ChallengeParameters: {
			SALT: Buffer.from(salt).toString("hex"),
			SECRET_BLOCK: block,
			SRP_B: B.toString("hex"),
			USERNAME: username,
			USER_ID_FOR_SRP: username,
		},
	};
}
