/**
 * MFA_SETUP: a pool requires a second factor of a user that has none. An authenticator app is registered on the way, by
 * AssociateSoftwareToken and VerifySoftwareToken with the session; an e-mail address is given in the answer.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("Details of MFA logic at user runtime", 6 and 8)
 */
import type { Call } from "../../../call.ts";
import {
	invalidEmailAddress,
	invalidSession,
	softwareTokenMismatch,
	softwareTokenNotVerified,
	softwareTokenThere,
} from "../../../refusals.ts";
import { type AppClient, getAppClient } from "../../app-clients.ts";
import { checkAttributeChanges } from "../../attributes.ts";
import { type MfaFactor, withFactorSetUp } from "../../factors.ts";
import { getUserPool, type UserPool } from "../../pools.ts";
import { checkSoftwareTokensOn, newSoftwareToken, verifyPending, withSoftwareToken } from "../../software-tokens.ts";
import { changedUser, type User, updateUser } from "../../users.ts";
import { type NewSession, sealSession, sessionOf, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish, type SignIn, writeStep } from "../finish.ts";
import { askMfaCode } from "../one-time-code.ts";
import type { Parameters } from "../parameters.ts";
import { askedOn, continued, countWrongAnswer, knownUser, type OpenStep, openBareStep, openStep, provedIn } from "../step.ts";

const challenge = "MFA_SETUP";

export async function askMfaSetup(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: SignIn,
	among: readonly MfaFactor[],
): Promise<AuthAnswer> {
	return {
		ChallengeName: challenge,
		Session: sealSetup(call, pool, client, { ...sessionOf(signIn, challenge), among }),
		ChallengeParameters: { MFAS_CAN_SETUP: JSON.stringify(among), USER_ID_FOR_SRP: signIn.user.username },
	};
}

/** RFC 5321 §4.5.3.1.3, less the brackets. The session carries the address, and has no room for more. */
const mailAddressOctetsMax = 254;

const clientContext = ["mfa-setup-client"] as const;

/**
 * A session of this challenge says whose client's it is, sealed under the server's own key: AssociateSoftwareToken and
 * VerifySoftwareToken name neither client nor pool, whose key the rest is sealed under.
 */
function sealSetup(call: Call, pool: UserPool, client: AppClient, session: NewSession): string {
	const sealed = call.vault.server.session.seal(clientContext, Buffer.from(client.id)).toString("base64url");
	return `${sealed}.${sealSession(call, pool, client, session)}`;
}

interface SetupSession {
	readonly clientId: string;
	/** As `sealSession` made it. */
	readonly session: string;
}

/** @throws NotAuthorizedException where it is no session of this challenge; no query is made */
function openSetup(call: Call, text: string): SetupSession {
	const [sealed = "", session = "", ...rest] = text.split(".", 3);
	if (rest.length > 0 || !/^[\w-]+$/.test(sealed)) throw invalidSession();
	const clientId = call.vault.server.session.open(clientContext, Buffer.from(sealed, "base64url"));
	if (clientId === undefined) throw invalidSession();
	return { clientId: clientId.toString(), session };
}

interface SetupStep {
	readonly pool: UserPool;
	readonly client: AppClient;
	readonly step: OpenStep;
	readonly user: User;
}

/** The step of a session alone that may register an authenticator app. @throws NotAuthorizedException, SoftwareTokenMFANotFoundException */
async function openTokenSetup(call: Call, text: string): Promise<SetupStep> {
	const { clientId, session } = openSetup(call, text);
	const client = await getAppClient(call, clientId);
	const pool = await getUserPool(call, client.userPoolId);
	const step = await openBareStep(call, pool, client, session, challenge);
	const user = knownUser(step);
	// With a first factor alone nobody may replace the second one of a user who has it.
	if (user.factors.hasSoftwareToken) throw softwareTokenThere();
	if (step.session.among?.includes("SOFTWARE_TOKEN_MFA") !== true) throw invalidSession();
	checkSoftwareTokensOn(pool);
	return { pool, client, step, user };
}

/** Gives a user on the way through this challenge a secret for an authenticator app, and the session to go on with. */
export async function associateInSetup(call: Call, text: string): Promise<{ readonly secretCode: string; readonly session: string }> {
	const { pool, client, step, user } = await openTokenSetup(call, text);
	const { secretCode, verbs } = await newSoftwareToken(call, pool, user.id);
	await writeStep(call, [spend(pool, step.session), ...verbs]);
	return { secretCode, session: sealSetup(call, pool, client, step.session) };
}

/**
 * Registers the authenticator app by a code of it. The session that this gives is worth tokens: the code proved the second factor. (The
 * developer guide would have another SOFTWARE_TOKEN_MFA; the service was seen to give tokens, and its clients count on that.)
 * @throws EnableSoftwareTokenMFAException for a wrong code: the session stays usable, a few times
 */
export async function verifyInSetup(call: Call, text: string, code: string, name: string | undefined): Promise<string> {
	const { pool, client, step, user } = await openTokenSetup(call, text);
	const verb = await verifyPending(call, pool, user.id, code, name);
	if (verb === undefined) {
		await countWrongAnswer(call, pool, step);
		throw softwareTokenMismatch();
	}
	const after = changedUser(call, user, { factors: withSoftwareToken(withFactorSetUp(user.factors, "SOFTWARE_TOKEN_MFA")) });
	await writeStep(call, [spend(pool, step.session), ...updateUser(pool, user, after), verb]);
	const { among: _, ...session } = step.session;
	const proved = { ...provedIn(step), second: "SOFTWARE_TOKEN_MFA" } as const;
	return sealSetup(call, pool, client, { ...session, version: after.version, proved });
}

/**
 * The answer: with the session of VerifySoftwareToken it ends the sign-in, with an address it sends a code there.
 * @throws InvalidParameterException where nothing was set up, NotAuthorizedException
 */
export async function answerMfaSetup(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	text: string | undefined,
): Promise<AuthAnswer> {
	const { session } = openSetup(call, text ?? "");
	const step = await openStep(call, pool, client, responses, session, challenge);
	const user = knownUser(step);
	const proved = provedIn(step);
	if (proved.second !== undefined) return finish(call, pool, client, continued(step, user, proved, responses), [spend(pool, step.session)]);
	// The guide writes `email`, Amplify sends EMAIL.
	const email = responses["email"] ?? responses["EMAIL"];
	if (email === undefined || email === "" || step.session.among?.includes("EMAIL_OTP") !== true) throw softwareTokenNotVerified();
	// It is the user's with the right code and not before: else a slip of the pen would lock the user out.
	const wanted = checkAttributeChanges(pool, user, [{ Name: "email", Value: email }], { by: "user", client });
	if (Buffer.byteLength(email) > mailAddressOctetsMax) throw invalidEmailAddress();
	await writeStep(call, [spend(pool, step.session)]);
	return askMfaCode(call, pool, client, askedOn(continued(step, user, proved, responses)), "EMAIL_OTP", wanted["email"]);
}
