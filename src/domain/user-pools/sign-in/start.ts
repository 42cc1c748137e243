/** The first step of a sign-in: InitiateAuth and AdminInitiateAuth. */
import type { Call } from "../../call.ts";
import { adminFlowNotEnabled, authMethodNotSupported, flowNotEnabled, srpNotEnabled } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { begin } from "./begin.ts";
import { askPasswordVerifier, checkSrp, provePassword } from "./challenges/password.ts";
import { byFunctions } from "./custom-auth.ts";
import type { AuthAnswer } from "./finish.ts";
import { type Parameters, required } from "./parameters.ts";
import { refreshBySignIn } from "./refresh.ts";
import { byChoice } from "./user-auth.ts";

/** Which of the two operations the call came through. */
export type Door = "public" | "admin";

/**
 * `session` is that of a sign-up, for USER_AUTH.
 * @throws NotAuthorizedException, UserNotFoundException, InvalidParameterException … as `refusals.ts` words them
 */
export function startSignIn(
	call: Call,
	door: Door,
	pool: UserPool,
	client: AppClient,
	flow: string,
	parameters: Parameters,
	session: string | undefined,
): Promise<AuthAnswer> {
	const { clientMetadata } = call;
	if (clientMetadata === undefined) return startFlow(call, door, pool, client, flow, parameters, session);
	// The other functions of a sign-in get the metadata of its answers alone.
	return startFlow({ ...call, clientMetadata: undefined, validationData: clientMetadata }, door, pool, client, flow, parameters, session);
}

function startFlow(
	call: Call,
	door: Door,
	pool: UserPool,
	client: AppClient,
	flow: string,
	parameters: Parameters,
	session: string | undefined,
): Promise<AuthAnswer> {
	switch (flow) {
		case "USER_AUTH":
			return byChoice(call, pool, client, parameters, session);
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
		case "CUSTOM_AUTH":
			return byFunctions(call, pool, client, parameters);
		case "REFRESH_TOKEN":
		case "REFRESH_TOKEN_AUTH":
			if (!client.flows.has("ALLOW_REFRESH_TOKEN_AUTH") || client.rotation !== undefined) throw flowNotEnabled("REFRESH_TOKEN_AUTH");
			return refreshBySignIn(call, pool, client, parameters);
		default:
			throw authMethodNotSupported();
	}
}

async function byPassword(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const name = required(parameters, "USERNAME");
	const password = required(parameters, "PASSWORD");
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	const choice = await begin(call, pool, client, name, parameters["DEVICE_KEY"], password);
	return provePassword(call, pool, client, choice, password);
}

async function bySrp(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const name = required(parameters, "USERNAME");
	const srpA = required(parameters, "SRP_A");
	checkSrp(pool, srpA);
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	const choice = await begin(call, pool, client, name, parameters["DEVICE_KEY"]);
	return askPasswordVerifier(call, pool, client, choice, srpA, "without a session");
}
