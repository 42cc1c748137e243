/**
 * Authorization codes. A code is sealed, so that giving one writes nothing: it names the session that its tokens will be, and redeeming
 * it inserts that session's row. The second redemption finds the row there.
 */
import { hash } from "node:crypto";
import { randomUuid } from "../../../crypto/random-text.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../pools.ts";
import type { BrowserSession } from "./browser-sessions.ts";
import type { AuthorizationRequest } from "./requests.ts";

/** "The authorization code is valid for five minutes." */
const codeMilliseconds = 5 * 60_000;
/** A nonce, a resource and fifty scopes at their longest, sealed and in base64. */
const codeCharactersMax = 48 * 1024;

export interface AuthorizationCode {
	/** Of the session that it becomes. */
	readonly id: string;
	readonly clientId: string;
	readonly userId: string;
	/** The user's epoch: a sign-out everywhere ends codes too. */
	readonly epoch: number;
	readonly browserSessionId: string;
	/** SHA-256 of the redirect_uri. */
	readonly redirectHash: string;
	readonly scopes: readonly string[];
	readonly nonce: string | undefined;
	readonly codeChallenge: string | undefined;
	readonly resource: string | undefined;
	readonly authTime: number;
	readonly expiresAt: number;
}

const contextOf = (pool: UserPool) => ["authorization-code", pool.id] as const;

export function hashOf(text: string): string {
	return hash("sha256", text, "base64url");
}

/** A code for what the request asks and the user of the session. */
export function makeCode(call: Call, pool: UserPool, request: AuthorizationRequest, session: BrowserSession): string {
	const code: Required<AuthorizationCode> = {
		id: randomUuid(call.ports.random),
		clientId: request.client.id,
		userId: session.userId,
		epoch: session.epoch,
		browserSessionId: session.id,
		redirectHash: hashOf(request.redirectUri),
		scopes: request.scopes,
		nonce: request.nonce,
		codeChallenge: request.codeChallenge,
		resource: request.resource,
		authTime: session.authTime,
		expiresAt: call.now + codeMilliseconds,
	};
	return pool.keyrings.session.seal(contextOf(pool), Buffer.from(JSON.stringify(code))).toString("base64url");
}

/** What the code says; undefined where the pool did not seal it. Whether it is over is the caller's question. */
export function openCode(pool: UserPool, text: string): AuthorizationCode | undefined {
	if (text.length > codeCharactersMax || !/^[\w-]+$/.test(text)) return undefined;
	const plain = pool.keyrings.session.open(contextOf(pool), Buffer.from(text, "base64url"));
	return plain && (JSON.parse(plain.toString()) as AuthorizationCode);
}
