/**
 * Temporary credentials. All that a session is stands sealed in its session token: no row is kept, and nothing is read to know whose it
 * is. A session ends with its time, and with the role or user that it was made from; before that a policy of the role can deny it by
 * `aws:TokenIssueTime`, as IAM's AWSRevokeOlderSessions does.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Vault } from "../../storage/vault.ts";
import type { AccessCall } from "./entities.ts";
import { createKeyId, createSecret } from "./key-ids.ts";
import { findCompiledPolicy } from "./managed-policies.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/compile.ts";
import { parsePolicy } from "./policies/document.ts";
import { policyCharacters, policyCharactersMax } from "./policies/limits.ts";
import { packedPolicyTooLarge, packedTagsTooLarge, sessionPolicyNotFound, tooManySessionPolicies } from "./refusals.ts";

/** What a session was made from, and how. */
export interface SessionFacts {
	/** `root`: GetSessionToken of the root user. */
	readonly kind: "role" | "user" | "federatedUser" | "root";
	/** AROA… or AIDA…; undefined for the root user's. */
	readonly entityId?: string;
	/** RoleSessionName, or the federated user's Name. */
	readonly name?: string;
	/** Session policies, as they were passed, and ARNs of managed ones. Undefined: none were. */
	readonly policies?: readonly string[];
	readonly policyArns?: readonly string[];
	readonly tags?: Readonly<Record<string, string>>;
	/** Keys of the tags that go on to sessions made from this one. */
	readonly transitive?: readonly string[];
	readonly sourceIdentity?: string;
	/** Of web identities: the provider, and the condition keys that its token gives to later requests. */
	readonly provider?: string;
	readonly claims?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Session extends SessionFacts {
	readonly secret: string;
	/** Milliseconds since the epoch. */
	readonly issuedAt: number;
	readonly expiresAt: number;
}

export interface TemporaryCredentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken: string;
	/** Milliseconds since the epoch. */
	readonly expiration: number;
}

/** "You can pass up to 10 managed policy ARNs." */
const policyArnsMax = 10;
/** Bytes of a compressed session, so that its token fits into a header. AWS's own limit is not published. */
const packedBytesMax = 4096;
/** Characters of the longest token that is issued: a box of the packed facts, in base64. */
const tokenCharactersMax = 8192;
/** Bytes of a session that is not compressed, which takes ten times as long as sealing it. */
const plainBytesMax = 1536;
/** Sessions that a process keeps open. */
const openedMax = 10_000;
/** No session unpacks to more: nothing else was sealed. */
const unpackedBytesMax = 256 * 1024;

const contextOf = (accessKeyId: string): readonly string[] => ["sts", "session token", accessKeyId];

/** Credentials for a session of so many seconds, and how much of the space for policies and tags they take, in percent. @throws PackedPolicyTooLarge */
export function issueCredentials(
	call: AccessCall,
	facts: SessionFacts,
	seconds: number,
): { readonly credentials: TemporaryCredentials; readonly packedPercent: number | undefined } {
	const accessKeyId = createKeyId(call, "ASIA");
	const secretAccessKey = createSecret(call.ports.random);
	// AWS tells times of whole seconds.
	const issuedAt = Math.floor(call.now / 1000) * 1000;
	const expiration = issuedAt + seconds * 1000;
	const session: Session = { ...facts, secret: secretAccessKey, issuedAt, expiresAt: expiration };
	const packed = pack(session);
	const { policies = [], policyArns = [], tags = {} } = facts;
	const plain = policies.reduce((sum, text) => sum + policyCharacters(text), 0) + policyArns.join("").length;
	const percent = Math.max(
		Math.ceil((packed.length * 100) / packedBytesMax),
		// "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters."
		Math.ceil((plain * 100) / policyCharactersMax.session),
	);
	if (percent > 100) throw policies.length + policyArns.length > 0 ? packedPolicyTooLarge(percent) : packedTagsTooLarge(percent);
	const sessionToken = call.vault.server.session.seal(contextOf(accessKeyId), packed).toString("base64");
	const isPacked = policies.length + policyArns.length + Object.keys(tags).length > 0;
	return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration }, packedPercent: isPacked ? percent : undefined };
}

function pack(session: Session): Buffer {
	const plain = Buffer.from(JSON.stringify(session));
	const isLong = plain.length > plainBytesMax;
	return Buffer.concat([Buffer.from([isLong ? 1 : 0]), isLong ? deflateRawSync(plain) : plain]);
}

function unpack(packed: Buffer): Session {
	const body = packed.subarray(1);
	const plain = packed[0] === 1 ? inflateRawSync(body, { maxOutputLength: unpackedBytesMax }) : body;
	return JSON.parse(plain.toString()) as Session;
}

/** Sessions that were opened lately, by key and token: opening is the dearest part of a small request. All were issued here. */
const opened = new WeakMap<Vault, Map<string, Session>>();

/** The session of a token that was issued with this key; undefined for any other text. Whether it is over is for the caller to see. */
export function openSession(vault: Vault, accessKeyId: string, sessionToken: string): Session | undefined {
	if (sessionToken.length > tokenCharactersMax) return undefined;
	let known = opened.get(vault);
	if (known === undefined) {
		known = new Map();
		opened.set(vault, known);
	}
	const id = `${accessKeyId} ${sessionToken}`;
	const session = known.get(id);
	if (session !== undefined) return session;
	const packed = vault.server.session.open(contextOf(accessKeyId), Buffer.from(sessionToken, "base64"));
	if (packed === undefined) return undefined;
	const read = unpack(packed);
	known.set(id, read);
	if (known.size > openedMax) known.delete(known.keys().next().value as string);
	return read;
}

/** What a session policy may be. @throws MalformedPolicyDocument, ValidationError */
export async function checkSessionPolicies(call: AccessCall, policies: readonly string[], policyArns: readonly string[]): Promise<void> {
	for (const text of policies) parsePolicy(text, "session");
	if (policyArns.length > policyArnsMax) throw tooManySessionPolicies(policyArnsMax);
	for (const arn of policyArns) if ((await findCompiledPolicy(call, arn)) === undefined) throw sessionPolicyNotFound(arn);
}

/** Session policies that are kept compiled, which takes up to 36 times the text. */
const compiledMax = 500;
/** By what they are called and their text: guests all have the same one, and whoever asks for a session may write another. */
const compiled = new Map<string, CompiledPolicy>();

function compiledPolicy(text: string, number: number): CompiledPolicy {
	const id = `session-policy-${number}`;
	const key = `${id} ${text}`;
	let policy = compiled.get(key);
	if (policy === undefined) {
		policy = compilePolicy(id, parsePolicy(text, "session"));
		compiled.set(key, policy);
		if (compiled.size > compiledMax) compiled.delete(compiled.keys().next().value as string);
	}
	return policy;
}

/** The session's policies; undefined where none were passed. A managed one that is gone allows nothing. */
export async function sessionPolicies(call: Pick<AccessCall, "caches">, session: Session): Promise<readonly CompiledPolicy[] | undefined> {
	const { policies, policyArns } = session;
	if (policies === undefined && policyArns === undefined) return undefined;
	const managed = await Promise.all((policyArns ?? []).map((arn) => findCompiledPolicy(call, arn)));
	const inline = (policies ?? []).map((text, at) => compiledPolicy(text, at + 1));
	return [...inline, ...managed.filter((policy) => policy !== undefined)];
}
