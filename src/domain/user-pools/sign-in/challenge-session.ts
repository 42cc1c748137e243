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
import type { UserPool } from "../pools.ts";

/** What is proved so far, and of whom. */
export interface ChallengeSession {
	readonly id: string;
	/** The challenge that may answer it. */
	readonly step: "NEW_PASSWORD_REQUIRED";
	readonly userId: string;
	/** The user's epoch when it began: a sign-out everywhere ends it. */
	readonly epoch: number;
	/** The version of the user's row when it began: a new temporary password ends it. */
	readonly version: number;
	readonly proved: readonly "password"[];
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
	readonly expiresAt: number;
}

const sessionContext = (pool: UserPool, client: AppClient) => ["challenge-session", pool.id, client.id] as const;
const blockContext = (pool: UserPool, client: AppClient) => ["secret-block", pool.id, client.id] as const;
const sessionCharactersMax = 4096;

export function sealSession(call: Call, pool: UserPool, client: AppClient, session: Omit<ChallengeSession, "id" | "expiresAt">): string {
	const whole: ChallengeSession = {
		...session,
		id: randomUuid(call.ports.random),
		expiresAt: call.now + client.lifetimes.authSession * 1000,
	};
	return pool.keyrings.session.seal(sessionContext(pool, client), Buffer.from(JSON.stringify(whole))).toString("base64url");
}

/** @throws NotAuthorizedException where it is not ours, of another client or step, or expired; no query is made */
export function openSession(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string | undefined,
	step: ChallengeSession["step"],
): ChallengeSession {
	if (text === undefined || text.length > sessionCharactersMax || !/^[\w-]+$/.test(text)) throw invalidSession();
	const plain = pool.keyrings.session.open(sessionContext(pool, client), Buffer.from(text, "base64url"));
	if (plain === undefined) throw invalidSession();
	const session = JSON.parse(plain.toString()) as ChallengeSession;
	if (session.step !== step) throw invalidSession();
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
	]);
	return pool.keyrings.session.seal(blockContext(pool, client), Buffer.from(plain)).toString("base64");
}

/** @throws NotAuthorizedException where it is not ours, of another client, or expired; no query is made */
export function openSecretBlock(call: Call, pool: UserPool, client: AppClient, block: Uint8Array): SecretBlock {
	const plain = pool.keyrings.session.open(blockContext(pool, client), block);
	if (plain === undefined) throw invalidSession();
	const [id, name, userId, username, a, B, b, expiresAt] = JSON.parse(plain.toString()) as [
		string,
		string,
		string,
		string,
		string,
		string,
		string,
		number,
	];
	if (expiresAt <= call.now) throw sessionExpired();
	const bytes = (text: string) => Buffer.from(text, "base64");
	return { id, name, userId, username, clientPublic: bytes(a).toString("hex"), serverPublic: bytes(B), serverPrivate: bytes(b), expiresAt };
}

/** Spends the sealed string: the second one to try ends its batch with `spent`. */
export function spend(pool: UserPool, sealed: { readonly id: string; readonly expiresAt: number }): Verb<"spent"> {
	return insert("spent", { pool_id: pool.id, id: sealed.id, expires_at: sealed.expiresAt }, "spent");
}
