/**
 * Signed tokens of others, in JWS compact form (RFC 7515 §3.1), by RSA alone: `none`, HMAC and whatever else a header may name is no
 * signature here. Nothing that a token says is to be believed before its signature is verified.
 */
import { type KeyObject, verify } from "node:crypto";
import { type JsonObject, parseObject } from "../kernel/json.ts";

/** RFC 7518 §3.3. */
const digests = { RS256: "sha256", RS384: "sha384", RS512: "sha512" } as const;
export type RsaAlgorithm = keyof typeof digests;

export interface Jws {
	readonly algorithm: RsaAlgorithm;
	readonly kid: string | undefined;
	/** Unproved. */
	readonly claims: JsonObject;
	readonly signed: Buffer;
	readonly signature: Buffer;
}

const pattern = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** The parts of a token; undefined where it is none, or is not signed by RSA. */
export function parseJws(token: string, charactersMax: number): Jws | undefined {
	if (token.length > charactersMax) return undefined;
	const parts = pattern.exec(token);
	const [header, claims] = [objectOf(parts?.[1]), objectOf(parts?.[2])];
	if (parts === null || header === undefined || claims === undefined) return undefined;
	const { alg, kid, crit } = header;
	// RFC 7515 §4.1.11: extensions that must be understood are not.
	if (typeof alg !== "string" || !Object.hasOwn(digests, alg) || crit !== undefined) return undefined;
	return {
		algorithm: alg as RsaAlgorithm,
		kid: typeof kid === "string" ? kid : undefined,
		claims,
		signed: Buffer.from(token.slice(0, token.lastIndexOf("."))),
		signature: Buffer.from(parts[3] ?? "", "base64url"),
	};
}

/** Whether the key's owner signed it. */
export function verifyJws(jws: Jws, key: KeyObject): boolean {
	return key.asymmetricKeyType === "rsa" && verify(digests[jws.algorithm], jws.signed, key, jws.signature);
}

function objectOf(base64url: string | undefined): JsonObject | undefined {
	return base64url === undefined ? undefined : parseObject(Buffer.from(base64url, "base64url").toString());
}
