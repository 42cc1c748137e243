/**
 * CUSTOM_CHALLENGE: CreateAuthChallenge makes it, VerifyAuthChallengeResponse judges its answer. What only the second may know travels in
 * the sealed session, and in a sealed row where that would be longer than a session may be.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-create-auth-challenge.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-verify-auth-challenge-response.html
 */
import { isObject } from "../../../../kernel/json.ts";
import { consume, insert, statement } from "../../../../storage/store.ts";
import type { Call } from "../../../call.ts";
import { incorrectUsernameOrPassword, invalidLambdaResponse, invalidSession } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import { demandUnlocked } from "../../lockout.ts";
import type { UserPool } from "../../pools.ts";
import { fire, flagOf, textOf } from "../../triggers.ts";
import { type ChallengeSession, newSessionId, sealSession, spend } from "../challenge-session.ts";
import { type CustomSignIn, checkConfigured, defineNext, eventSession, readAfterFunctions, requestOf, subjectOf } from "../custom-auth.ts";
import { type AuthAnswer, writeStep } from "../finish.ts";
import type { ChallengeResult } from "../next-step.ts";
import { type Parameters, required } from "../parameters.ts";
import { openStep, provedIn } from "../step.ts";

const challenge = "CUSTOM_CHALLENGE";
/** As the model says of SessionType. */
const sessionCharactersMax = 2_048;
/** Of what is kept in a row: private parameters and the results so far, as JSON. */
const keptBytesMax = 64 * 1024;
/** Answers that one sign-in may give before it has to begin anew. */
const resultsMax = 32;

/** What the answer will be judged by. */
interface Posed {
	readonly results: readonly ChallengeResult[];
	/** CreateAuthChallenge's name for the challenge. */
	readonly metadata: string | undefined;
	readonly secrets: Readonly<Record<string, string>>;
}

export const customChallengeStatement = statement<{ pool: string; id: string }>()("customChallenge", (db, param) =>
	db.selectFrom("custom_challenges").select("sealed").where("pool_id", "=", param("pool")).where("id", "=", param("id")),
);

/** @throws InvalidParameterException where the pool has no CreateAuthChallenge, InvalidLambdaResponseException */
export async function askCustomChallenge(call: Call, pool: UserPool, client: AppClient, signIn: CustomSignIn): Promise<AuthAnswer> {
	checkConfigured(pool, "CreateAuthChallenge");
	const { results, name, proved, deviceKey } = signIn;
	const request = { ...requestOf(call, client, signIn), challengeName: challenge, session: eventSession(results) };
	const empty = { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null };
	const subject = subjectOf(client, signIn);
	const response = (await fire(call, pool, "CreateAuthChallenge", "CreateAuthChallenge_Authentication", subject, request, empty)) ?? {};
	const shown = textsOf(response["publicChallengeParameters"]);
	const posed: Posed = {
		results,
		metadata: textOf(response, "challengeMetadata"),
		secrets: textsOf(response["privateChallengeParameters"]),
	};
	const { user, userId, username } = await readAfterFunctions(call, pool, signIn);
	const { epoch, version } = user ?? { epoch: 0, version: 0 };
	const session = { step: challenge, name, userId, epoch, version, proved, deviceKey } as const;
	let sealed = sealSession(call, pool, client, { ...session, posed: JSON.stringify(posed) });
	if (sealed.length > sessionCharactersMax) {
		const id = newSessionId(call);
		await keep(call, pool, client, id, posed);
		sealed = sealSession(call, pool, client, session, id);
	}
	return { ChallengeName: challenge, Session: sealed, ChallengeParameters: { ...shown, USERNAME: username } };
}

const keptContext = (pool: UserPool, id: string) => ["custom_challenges", "sealed", pool.id, id] as const;

async function keep(call: Call, pool: UserPool, client: AppClient, id: string, posed: Posed): Promise<void> {
	const plain = Buffer.from(JSON.stringify(posed));
	if (plain.length > keptBytesMax) throw invalidLambdaResponse();
	const expiresAt = call.now + client.lifetimes.authSession * 1000;
	const sealed = pool.keyrings.session.seal(keptContext(pool, id), plain);
	await call.store.write([insert("custom_challenges", { pool_id: pool.id, id, sealed, expires_at: expiresAt })]);
}

/** @throws NotAuthorizedException where it was answered already */
async function findPosed(call: Call, pool: UserPool, { id, posed }: ChallengeSession): Promise<Posed> {
	if (posed !== undefined) return JSON.parse(posed) as Posed;
	const [row] = await call.store.read(customChallengeStatement, { pool: pool.id, id });
	const plain = row && pool.keyrings.session.open(keptContext(pool, id), row.sealed);
	if (plain === undefined) throw invalidSession();
	return JSON.parse(plain.toString()) as Posed;
}

/**
 * An answer, right or wrong, spends the session before any function sees it: each challenge is answered once, also by those who race.
 * Which answers end the sign-in is DefineAuthChallenge's to say.
 * @throws NotAuthorizedException; what the functions refuse with
 */
export async function answerCustomChallenge(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, challenge);
	const { session, credentials } = step;
	const proved = provedIn(step);
	const answer = required(responses, "ANSWER");
	checkConfigured(pool, "VerifyAuthChallengeResponse");
	const posed = await findPosed(call, pool, session);
	const kept = session.posed === undefined ? [consume("custom_challenges", { pool_id: pool.id, id: session.id })] : [];
	await writeStep(call, [spend(pool, session), ...kept, demandUnlocked(call.now, pool, credentials.failures)]);
	if (posed.results.length >= resultsMax) throw incorrectUsernameOrPassword();
	const deviceKey = responses["DEVICE_KEY"] ?? session.deviceKey;
	const signIn: CustomSignIn = { name: session.name, credentials, results: posed.results, proved, deviceKey };
	const result = { name: challenge, result: await verify(call, pool, client, signIn, posed.secrets, answer), metadata: posed.metadata };
	return defineNext(call, pool, client, { ...signIn, results: [...posed.results, result] });
}

async function verify(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: CustomSignIn,
	secrets: Posed["secrets"],
	answer: string,
): Promise<boolean> {
	const request = { ...requestOf(call, client, signIn), privateChallengeParameters: secrets, challengeAnswer: answer };
	const source = "VerifyAuthChallengeResponse_Authentication";
	const subject = subjectOf(client, signIn);
	const empty = { answerCorrect: null };
	const response = (await fire(call, pool, "VerifyAuthChallengeResponse", source, subject, request, empty)) ?? {};
	return flagOf(response, "answerCorrect");
}

/** A map of an answer: its values are texts, or what a text can be made of. @throws InvalidLambdaResponseException */
function textsOf(value: unknown): Record<string, string> {
	if (value === undefined || value === null) return {};
	if (!isObject(value)) throw invalidLambdaResponse();
	const entries = Object.entries(value).filter(([, each]) => each !== null);
	if (entries.some(([, each]) => typeof each === "object")) throw invalidLambdaResponse();
	return Object.fromEntries(entries.map(([name, each]) => [name, String(each)]));
}
