/**
 * The sealed strings that a client carries from one step of a sign-in to the next: `Session`, and SRP's SECRET_BLOCK.
 * Making and opening one writes nothing. The step that succeeds inserts its id into `spent`, in the batch of what it gives:
 * ten racers get one outcome.
 */
import { randomUuid } from "../../../crypto/random-text.ts";
import { insert, type Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { invalidSession, sessionExpired } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { isDeviceKey } from "../devices.ts";
import type { MfaFactor } from "../factors.ts";
import type { ContactAttribute } from "../names.ts";
import type { UserPool } from "../pools.ts";
import type { SignIn } from "./finish.ts";
import type { FirstChallenge, Proved } from "./next-step.ts";

/** The challenges that a session may be answered with. SIGN_UP and SIGNED_UP are those of SignUp and ConfirmSignUp. */
export type Step =
	| "NEW_PASSWORD_REQUIRED"
	| MfaFactor
	| "SELECT_MFA_TYPE"
	| "MFA_SETUP"
	| "SELECT_CHALLENGE"
	| FirstChallenge
	| "PASSWORD_VERIFIER"
	| "DEVICE_SRP_AUTH"
	| "DEVICE_PASSWORD_VERIFIER"
	| "CUSTOM_CHALLENGE"
	| "SIGN_UP"
	| "SIGNED_UP";

/** What is proved so far, and of whom. */
export interface ChallengeSession {
	readonly id: string;
	/** The challenge that may answer it. */
	readonly step: Step;
	/** The name as it was typed. */
	readonly name: string;
	readonly userId: string;
	/** The user's epoch when it began: a sign-out everywhere ends it. */
	readonly epoch: number;
	/** The version of the user's row when it began, 0 where nobody has the name: whatever changes the user ends it. */
	readonly version: number;
	/** Undefined while the first factor is still to be proved. */
	readonly proved: Proved | undefined;
	/** The key of the device that the client says it is. */
	readonly deviceKey?: string | undefined;
	/** What the user may choose among, or set up. */
	readonly among?: readonly string[] | undefined;
	/** A code that was sent: which address it went to, and its HMAC (base64), bound to this session and the address itself. */
	readonly code?: { readonly attribute: ContactAttribute; readonly mac: string } | undefined;
	/** The code's address where the user does not have it yet: with the right code it becomes the user's, and its second factor. */
	readonly newAddress?: string | undefined;
	/** The address that the code of a sign-up went to, which ConfirmSignUp took: an HMAC of it (base64). */
	readonly confirmed?: { readonly attribute: ContactAttribute; readonly mac: string } | undefined;
	/** Random bytes that an authenticator must have signed (base64url). */
	readonly challenge?: string | undefined;
	/** A device's SRP: SRP_A in hex, and the server's two values in base64. */
	readonly srp?: { readonly clientPublic: string; readonly serverPublic: string; readonly serverPrivate: string } | undefined;
	/** What a custom challenge is judged by, as JSON; where it is too long it is in a row of `custom_challenges`. */
	readonly posed?: string | undefined;
	/** Milliseconds since the epoch. */
	readonly expiresAt: number;
}

/** SRP's first half: what the server must remember of it. */
export interface SecretBlock {
	readonly id: string;
	/** The name as it was typed. */
	readonly name: string;
	readonly userId: string;
	readonly username: string;
	/** SRP_A, as hex digits. */
	readonly clientPublic: string;
	readonly serverPublic: Buffer;
	readonly serverPrivate: Buffer;
	/** The key of the device that the client says it is. */
	readonly deviceKey?: string | undefined;
	/** Whether the pool's functions decide what the proof is worth: who has it must not get tokens without them. */
	readonly isForFunctions?: boolean | undefined;
	readonly expiresAt: number;
}

const sessionContext = (pool: UserPool, client: AppClient) => ["challenge-session", pool.id, client.id] as const;
const blockContext = (pool: UserPool, client: AppClient) => ["secret-block", pool.id, client.id] as const;
const sessionCharactersMax = 4096;

export type NewSession = Omit<ChallengeSession, "id" | "expiresAt">;

/** A session's id: made before the session where a code's HMAC is bound to it. */
export function newSessionId(call: Call): string {
	return randomUuid(call.ports.random);
}

/** The session of a step that asks for more of a sign-in on its way. */
export function sessionOf({ user, name, proved, deviceKey }: SignIn, step: Step): NewSession {
	return { step, name, userId: user.id, epoch: user.epoch, version: user.version, proved, deviceKey };
}

export function sealSession(call: Call, pool: UserPool, client: AppClient, session: NewSession, id = newSessionId(call)): string {
	return resealSession(pool, client, { ...session, id, expiresAt: call.now + client.lifetimes.authSession * 1000 });
}

/** The most digits that two safe integers have. */
const countersDigitsMax = 32;

/** A further step of a session that was opened, under its id and until its end. */
export function resealSession(pool: UserPool, client: AppClient, { deviceKey, ...session }: ChallengeSession): string {
	// What does not look like a device's key is none, and could make a session longer than the API lets it be.
	const kept = deviceKey !== undefined && isDeviceKey(deviceKey) ? { ...session, deviceKey } : session;
	// As long for a user who was changed often as for a name that nobody has: JSON may end with spaces.
	const digits = `${session.epoch}${session.version}`.length;
	const plain = `${JSON.stringify(kept)}${" ".repeat(Math.max(0, countersDigitsMax - digits))}`;
	return pool.keyrings.session.seal(sessionContext(pool, client), Buffer.from(plain)).toString("base64url");
}

/** @throws NotAuthorizedException where it is not ours, of another client or step, or expired; no query is made */
export function openSession(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string | undefined,
	steps: readonly Step[],
): ChallengeSession {
	if (text === undefined || text.length > sessionCharactersMax || !/^[\w-]+$/.test(text)) throw invalidSession();
	const plain = pool.keyrings.session.open(sessionContext(pool, client), Buffer.from(text, "base64url"));
	if (plain === undefined) throw invalidSession();
	const session = JSON.parse(plain.toString()) as ChallengeSession;
	if (!steps.includes(session.step)) throw invalidSession();
	if (session.expiresAt <= call.now) throw sessionExpired();
	return session;
}

export function sealSecretBlock(call: Call, pool: UserPool, client: AppClient, block: Omit<SecretBlock, "id" | "expiresAt">): string {
	const plain = JSON.stringify([
		randomUuid(call.ports.random),
		block.name,
		block.userId,
		block.username,
		Buffer.from(block.clientPublic.length % 2 === 0 ? block.clientPublic : `0${block.clientPublic}`, "hex").toString("base64"),
		block.serverPublic.toString("base64"),
		block.serverPrivate.toString("base64"),
		call.now + client.lifetimes.authSession * 1000,
		block.deviceKey,
		block.isForFunctions === true ? 1 : 0,
	]);
	return pool.keyrings.session.seal(blockContext(pool, client), Buffer.from(plain)).toString("base64");
}

/** @throws NotAuthorizedException where it is not ours, of another client, or expired; no query is made */
export function openSecretBlock(call: Call, pool: UserPool, client: AppClient, block: Uint8Array): SecretBlock {
	const plain = pool.keyrings.session.open(blockContext(pool, client), block);
	if (plain === undefined) throw invalidSession();
	const [id, name, userId, username, a, B, b, expiresAt, deviceKey, isForFunctions] = JSON.parse(plain.toString()) as [
		string,
		string,
		string,
		string,
		string,
		string,
		string,
		number,
		string | null,
		0 | 1,
	];
	if (expiresAt <= call.now) throw sessionExpired();
	const bytes = (text: string) => Buffer.from(text, "base64");
	return {
		id,
		name,
		userId,
		username,
		clientPublic: bytes(a).toString("hex"),
		serverPublic: bytes(B),
		serverPrivate: bytes(b),
		deviceKey: deviceKey ?? undefined,
		isForFunctions: isForFunctions === 1,
		expiresAt,
	};
}

/** Spends the sealed string: the second one to try ends its batch with `spent`. */
export function spend(pool: UserPool, sealed: { readonly id: string; readonly expiresAt: number }): Verb<"spent"> {
	return insert("spent", { pool_id: pool.id, id: sealed.id, expires_at: sealed.expiresAt }, "spent");
}
