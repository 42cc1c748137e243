/** The first step of a sign-in: InitiateAuth and AdminInitiateAuth. */
import { isValidClientPublic, serverPublic } from "../../../crypto/srp.ts";
import type { Call } from "../../call.ts";
import { adminFlowNotEnabled, authMethodNotSupported, flowNotEnabled, invalidParameter, srpNotEnabled } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import { schemeOf, verifyPassword } from "../passwords.ts";
import type { UserPool } from "../pools.ts";
import { sealSecretBlock } from "./challenge-session.ts";
import { readCredentials } from "./credentials.ts";
import type { AuthAnswer } from "./finish.ts";
import { checkMayTry, judge } from "./judge.ts";
import { type Parameters, required } from "./parameters.ts";
import { refreshBySignIn } from "./refresh.ts";

/** Which of the two operations the call came through. */
export type Door = "public" | "admin";

/** @throws NotAuthorizedException, UserNotFoundException, InvalidParameterException … as `refusals.ts` words them */
export function startSignIn(
	call: Call,
	door: Door,
	pool: UserPool,
	client: AppClient,
	flow: string,
	parameters: Parameters,
): Promise<AuthAnswer> {
	switch (flow) {
		case "USER_PASSWORD_AUTH":
			if (door === "admin") throw authMethodNotSupported();
			if (!client.flows.has("ALLOW_USER_PASSWORD_AUTH")) throw flowNotEnabled(flow);
			return byPassword(call, pool, client, parameters);
		case "ADMIN_USER_PASSWORD_AUTH":
		case "ADMIN_NO_SRP_AUTH":
			if (door === "public") throw authMethodNotSupported();
			if (!client.flows.has("ALLOW_ADMIN_USER_PASSWORD_AUTH")) throw adminFlowNotEnabled();
			return byPassword(call, pool, client, parameters);
		case "USER_SRP_AUTH":
			if (!client.flows.has("ALLOW_USER_SRP_AUTH")) throw srpNotEnabled();
			return bySrp(call, pool, client, parameters);
		case "REFRESH_TOKEN":
		case "REFRESH_TOKEN_AUTH":
			if (!client.flows.has("ALLOW_REFRESH_TOKEN_AUTH") || client.rotation !== undefined) throw flowNotEnabled("REFRESH_TOKEN_AUTH");
			return refreshBySignIn(call, pool, client, parameters);
		default:
			// CUSTOM_AUTH and USER_AUTH: docs/compatibility.md says so.
			throw invalidParameter(`Gatehouse does not have the ${flow} flow yet.`);
	}
}

async function byPassword(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const name = required(parameters, "USERNAME");
	const password = required(parameters, "PASSWORD");
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	const credentials = await readCredentials(call, pool, name);
	checkMayTry(call, client, credentials);
	const right = await verifyPassword(call, pool, credentials.username, password, credentials);
	return judge(call, pool, client, credentials, right, []);
}

async function bySrp(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const name = required(parameters, "USERNAME");
	const srpA = required(parameters, "SRP_A");
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	if (!isValidClientPublic(srpA)) throw invalidParameter("SRP_A is not a valid public value.");
	if (schemeOf(pool) !== "srp-6a") throw srpNotEnabled();
	const credentials = await readCredentials(call, pool, name);
	checkMayTry(call, client, credentials);
	const { userId, username, salt, verifier } = credentials;
	const serverPrivate = call.ports.random.bytes(serverPrivateBytes);
	const B = await serverPublic(call.ports.exponentiation.power, verifier, serverPrivate);
	const block = sealSecretBlock(call, pool, client, {
		name,
		userId,
		username,
		clientPublic: srpA,
		serverPublic: B,
		serverPrivate,
	});
	return {
		ChallengeName: "PASSWORD_VERIFIER",
		ChallengeParameters: {
			SALT: Buffer.from(salt).toString("hex"),
			SECRET_BLOCK: block,
			SRP_B: B.toString("hex"),
			USERNAME: username,
			USER_ID_FOR_SRP: username,
		},
	};
}

const serverPrivateBytes = 32;
