/**
 * What Gatehouse asks of the world outside: time, chance, key pairs, exponentiation, messages, outbound HTTP, a log and meters.
 * The real ones are in `adapters/`. This folder (kernel) imports nothing of ours.
 */
import type { KeyObject } from "node:crypto";

export interface Clock {
	/** Wall-clock time in milliseconds since the epoch. Tests and `/_gatehouse/clock` move it. */
	now(): number;
	/** Milliseconds on a clock that nobody moves: for measuring, and for how old a cache entry is. */
	monotonic(): number;
}

export interface Random {
	/** `length` bytes from a cryptographic source. */
	bytes(length: number): Buffer;
}

export interface RsaKeyPair {
	readonly privateKey: KeyObject;
	readonly publicKey: KeyObject;
}

/** A stock of RSA-2048 key pairs, filled in the background so that nobody waits for one. */
export interface KeyPairs {
	take(): Promise<RsaKeyPair>;
}

/** Modular exponentiation in the 3072-bit group of RFC 3526 §5 (generator 2), off the event loop. */
export interface Exponentiation {
	/** base^exponent mod N. Big-endian in and out; the answer is 384 bytes. */
	power(base: Uint8Array, exponent: Uint8Array): Promise<Uint8Array>;
}

/** What a message is about: the inbox shows it, the log never holds `code`. */
export interface MessageSubject {
	readonly userPoolId: string;
	readonly username: string;
	/** The trigger source that names the occasion, such as `CustomMessage_SignUp`. */
	readonly trigger: string;
	readonly code?: string;
}

export interface MailMessage {
	/** Overrides the configured sender (`EmailConfiguration.From`). */
	readonly from?: string;
	readonly replyTo?: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly about: MessageSubject;
}

export interface SmsMessage {
	readonly to: string;
	readonly text: string;
	readonly about: MessageSubject;
}

/** Sends a message or throws. `available` is false where nothing is configured to send with. */
export interface Messenger<M> {
	readonly available: boolean;
	send(message: M): Promise<void>;
}

export interface OutboundRequest {
	readonly url: string;
	readonly method?: "GET" | "POST" | "PUT" | "DELETE";
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	readonly timeoutMilliseconds?: number;
	readonly responseBytesMax?: number;
	readonly redirectsMax?: number;
}

export interface OutboundResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	/** The URL that answered, after redirects. */
	readonly url: string;
}

/** Outbound HTTP to addresses that came through an API: private, link-local and metadata addresses are refused. */
export interface OutboundHttp {
	request(request: OutboundRequest): Promise<OutboundResponse>;
}

/** A structured log. Callers pass facts, never bodies, tokens, codes or passwords. */
export interface Log {
	debug(facts: object, message: string): void;
	info(facts: object, message: string): void;
	warn(facts: object, message: string): void;
	error(facts: object, message: string): void;
}

export interface Meters {
	/** One answered operation of an AWS API; `outcome` is `ok` or the error's code. */
	operation(service: string, operation: string, outcome: string, seconds: number): void;
	/** Adds to a named counter, such as `sign_in_lockouts`. */
	count(name: string, by?: number): void;
}

export interface Ports {
	readonly clock: Clock;
	readonly random: Random;
	readonly keyPairs: KeyPairs;
	readonly exponentiation: Exponentiation;
	readonly mail: Messenger<MailMessage>;
	readonly sms: Messenger<SmsMessage>;
	readonly outbound: OutboundHttp;
	readonly log: Log;
	readonly meters: Meters;
}
