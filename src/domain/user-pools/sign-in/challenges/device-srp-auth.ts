/** DEVICE_SRP_AUTH: a remembered device begins to prove itself, in place of a second factor. */
import { isValidClientPublic, serverPrivateBytes, serverPublic } from "../../../../crypto/srp.ts";
import { present } from "../../../../kernel/assert.ts";
import type { Call } from "../../../call.ts";
import { deviceNotFound, invalidParameter, invalidSession } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import { type Device, findDevice, openDeviceVerifier } from "../../devices.ts";
import { poolFactors } from "../../factors.ts";
import type { UserPool } from "../../pools.ts";
import { type ChallengeSession, resealSession, sealSession, sessionOf } from "../challenge-session.ts";
import type { AuthAnswer, SignIn } from "../finish.ts";
import { type Parameters, required } from "../parameters.ts";
import { knownUser, openStep } from "../step.ts";

export function askDeviceSrp(call: Call, pool: UserPool, client: AppClient, signIn: SignIn): AuthAnswer {
	return {
		ChallengeName: "DEVICE_SRP_AUTH",
		Session: sealSession(call, pool, client, sessionOf(signIn, "DEVICE_SRP_AUTH")),
		ChallengeParameters: { USERNAME: signIn.user.username },
	};
}

/**
 * SRP's first half. The SECRET_BLOCK is the session again, with what SRP must remember of it: its id and its end stay, so that all
 * blocks of one session have their tries together, and one of them gives tokens. Nothing is written.
 * @throws NotAuthorizedException, InvalidParameterException; ResourceNotFoundException where the device was forgotten
 */
export async function answerDeviceSrp(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, "DEVICE_SRP_AUTH");
	const user = knownUser(step);
	const clientPublic = required(responses, "SRP_A");
	if (!isValidClientPublic(clientPublic)) throw invalidParameter("SRP_A is not a valid public value.");
	const { device, verifier } = await getServingDevice(call, pool, step.session, responses);
	const serverPrivate = call.ports.random.bytes(serverPrivateBytes);
	const B = await serverPublic(call.ports.exponentiation.power, verifier, serverPrivate);
	const srp = { clientPublic, serverPublic: B.toString("base64"), serverPrivate: serverPrivate.toString("base64") };
	const block = resealSession(pool, client, { ...step.session, step: "DEVICE_PASSWORD_VERIFIER", srp });
	return {
		ChallengeName: "DEVICE_PASSWORD_VERIFIER",
		// Not the block, which is longer than a Session may be.
		...(sealed !== undefined && { Session: sealed }),
		ChallengeParameters: {
			SALT: Buffer.from(device.salt).toString("hex"),
			SECRET_BLOCK: Buffer.from(block, "base64url").toString("base64"),
			SRP_B: B.toString("hex"),
			DEVICE_KEY: device.key,
			USERNAME: user.username,
		},
	};
}

/**
 * The device of a session, read anew, while it may stand in for a second factor.
 * @throws NotAuthorizedException where the answer names another one, or it is not remembered any more; ResourceNotFoundException
 * where it was forgotten
 */
export async function getServingDevice(
	call: Call,
	pool: UserPool,
	{ userId, deviceKey }: ChallengeSession,
	responses: Parameters,
): Promise<{ readonly device: Device; readonly verifier: Buffer }> {
	const key = required(responses, "DEVICE_KEY");
	if (key !== deviceKey || !poolFactors(pool).devicesSkipMfa) throw invalidSession();
	const device = await findDevice(call, pool, userId, key);
	if (device === undefined) throw deviceNotFound();
	if (!device.isRemembered) throw invalidSession();
	return { device, verifier: present(openDeviceVerifier(pool, userId, device), "a device's verifier opens") };
}
