/**
 * Authenticator apps (TOTP): a user's secret, the one that waits to be verified, and which codes were taken. Secrets are sealed under
 * the pool's keys for factors. What a sign-in makes of it, and who may register one, is not this file's matter, but for users who are
 * signed in.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
 */
import { base32, findTotpStep, totpSecretBytes } from "../../crypto/totp.ts";
import { consume, insert, require, statement, update, type Verb } from "../../storage/store.ts";
import type { Call, TokenHolder } from "../call.ts";
import { softwareTokenMismatch, softwareTokenNotFound, softwareTokensOff } from "../refusals.ts";
import { poolFactors, type UserFactors, withoutFactors } from "./factors.ts";
import type { UserPool } from "./pools.ts";
import { asCaller } from "./profile.ts";
import { changedUser, getUser, type User, type UserOutcome, untilSettled, updateUser } from "./users.ts";

/** A user's authenticator app as it is stored. */
export interface SoftwareToken {
	/** Sealed; undefined while none was verified. */
	readonly secret: Uint8Array | undefined;
	/** Sealed: the secret that waits for its first code. */
	readonly pending: Uint8Array | undefined;
	readonly name: string;
	/** The time step of the last code that was taken. */
	readonly lastStep: number;
}

export const softwareTokenStatement = statement<{ pool: string; user: string }>()("softwareToken", (db, param) =>
	db
		.selectFrom("software_tokens")
		.select(["secret_sealed", "pending_sealed", "name", "last_step"])
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user")),
);

export async function findSoftwareToken(call: Call, pool: UserPool, userId: string): Promise<SoftwareToken | undefined> {
	const [row] = await call.store.read(softwareTokenStatement, { pool: pool.id, user: userId });
	return (
		row && { secret: row.secret_sealed ?? undefined, pending: row.pending_sealed ?? undefined, name: row.name, lastStep: row.last_step }
	);
}

type SecretColumn = "secret_sealed" | "pending_sealed";
const context = (pool: UserPool, userId: string, column: SecretColumn) => ["software_tokens", column, pool.id, userId] as const;
const place = (pool: UserPool, userId: string) => ({ pool_id: pool.id, user_id: userId }) as const;

/** The secret itself; undefined where there is none, or where the box does not open, which only damage or tampering explains. */
function openSecret(pool: UserPool, userId: string, column: SecretColumn, box: Uint8Array | undefined): Buffer | undefined {
	return box && pool.keyrings.factor.open(context(pool, userId, column), box);
}

/** @throws SoftwareTokenMFANotFoundException where the pool does not have authenticator apps */
export function checkSoftwareTokensOn(pool: UserPool): void {
	if (!poolFactors(pool).offered.has("SOFTWARE_TOKEN_MFA")) throw softwareTokensOff();
}

/** A new secret, in base32, and what makes it the one that waits: the token that is in use stays so until this one is verified. */
export async function newSoftwareToken(
	call: Call,
	pool: UserPool,
	userId: string,
): Promise<{ readonly secretCode: string; readonly verbs: Verb<"stale">[] }> {
	const secret = call.ports.random.bytes(totpSecretBytes);
	const box = pool.keyrings.factor.seal(context(pool, userId, "pending_sealed"), secret);
	const there = await findSoftwareToken(call, pool, userId);
	const verb =
		there === undefined
			? insert("software_tokens", { ...place(pool, userId), secret_sealed: null, pending_sealed: box, name: "", last_step: 0 }, "stale")
			: update("software_tokens", place(pool, userId), { pending_sealed: box }, "stale");
	// Nothing is left behind for a user that is deleted meanwhile.
	return { secretCode: base32(secret), verbs: [require("users", { pool_id: pool.id, id: userId }, "some", "stale"), verb] };
}

/**
 * What makes the secret that waits the one in use, by a code of it; undefined where the code is another. The code is taken with that:
 * it signs nobody in.
 * @throws SoftwareTokenMFANotFoundException where none waits
 */
export async function verifyPending(
	call: Call,
	pool: UserPool,
	userId: string,
	code: string,
	name: string | undefined,
): Promise<Verb<"stale"> | undefined> {
	const token = await findSoftwareToken(call, pool, userId);
	const secret = openSecret(pool, userId, "pending_sealed", token?.pending);
	if (token?.pending === undefined || secret === undefined) throw softwareTokenNotFound();
	const step = findTotpStep(secret, code, call.now);
	if (step === undefined) return undefined;
	return update(
		"software_tokens",
		{ ...place(pool, userId), pending_sealed: token.pending },
		{
			secret_sealed: pool.keyrings.factor.seal(context(pool, userId, "secret_sealed"), secret),
			pending_sealed: null,
			name: name ?? "",
			last_step: step,
		},
		"stale",
	);
}

/** A registered app: whether it is asked for at sign-in is another matter. */
export function withSoftwareToken(factors: UserFactors): UserFactors {
	return { ...factors, hasSoftwareToken: true };
}

/**
 * What a sign-in makes of a code: the verb that takes it, which racing answers settle between them, or why it is none.
 * @throws SoftwareTokenMFANotFoundException where there is no token (any more)
 */
export async function judgeCode(call: Call, pool: UserPool, userId: string, code: string): Promise<Verb<"code used"> | "wrong" | "used"> {
	const token = await findSoftwareToken(call, pool, userId);
	const secret = openSecret(pool, userId, "secret_sealed", token?.secret);
	if (token?.secret === undefined || secret === undefined) throw softwareTokenNotFound();
	const step = findTotpStep(secret, code, call.now);
	if (step === undefined) return "wrong";
	// RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP".
	if (step <= token.lastStep) return "used";
	return update(
		"software_tokens",
		{ ...place(pool, userId), secret_sealed: token.secret, last_step: { below: step } },
		{ last_step: step },
		"code used",
	);
}

/** Gives the caller a new secret for an authenticator app. @throws SoftwareTokenMFANotFoundException */
export async function associateSoftwareToken(call: Call, caller: TokenHolder): Promise<string> {
	const { pool } = caller;
	checkSoftwareTokensOn(pool);
	return asCaller(call, caller, async (user) => {
		const { secretCode, verbs } = await newSoftwareToken(call, pool, user.id);
		return (await call.store.write(verbs)) === "done" ? secretCode : "stale";
	});
}

/**
 * Registers the caller's authenticator app by a code of it. Where MFA is optional, sign-ins ask for it once the user has turned it on.
 * @throws SoftwareTokenMFANotFoundException, EnableSoftwareTokenMFAException for a wrong code
 */
export async function verifySoftwareToken(call: Call, caller: TokenHolder, code: string, name: string | undefined): Promise<void> {
	const { pool } = caller;
	checkSoftwareTokensOn(pool);
	await asCaller(call, caller, async (user) => {
		const verb = await verifyPending(call, pool, user.id, code, name);
		if (verb === undefined) throw softwareTokenMismatch();
		const after = changedUser(call, user, { factors: withSoftwareToken(user.factors) });
		const outcome = await call.store.write<UserOutcome>([...updateUser(pool, user, after), verb]);
		return outcome === "done" ? undefined : "stale";
	});
}

/**
 * Takes a user's authenticator app away, with its preference; other factors stay as they are.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html
 * @throws UserNotFoundException
 */
export async function adminDeleteSoftwareToken(call: Call, pool: UserPool, username: string): Promise<void> {
	await untilSettled(async () => {
		const user: User = await getUser(call, pool, username);
		const factors = { ...withoutFactors(user.factors, (factor) => factor === "SOFTWARE_TOKEN_MFA"), hasSoftwareToken: false };
		const after = changedUser(call, user, { factors });
		const outcome = await call.store.write<UserOutcome>([
			...updateUser(pool, user, after),
			consume("software_tokens", place(pool, user.id)),
		]);
		return outcome === "done" ? undefined : "stale";
	});
}
