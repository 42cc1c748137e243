/**
 * What Gatehouse asks of the world outside: time, chance, key pairs, exponentiation, bcrypt, messages, functions, outbound HTTP, a log
 * and meters. The real ones are in `adapters/`. This folder (kernel) imports nothing of ours.
 */
import type { KeyObject } from "node:crypto";
import type { Readable, Writable } from "node:stream";

export interface Clock {
	/** Wall-clock time in milliseconds since the epoch. Tests and `/_gatehouse/clock` move it. */
	now(): number;
	/** Milliseconds on a clock that nobody moves: for measuring, and for how old a cache entry is. */
	monotonic(): number;
}

/** Waiting that ends. */
export interface Patience {
	/** What `work` resolves with, or undefined if that takes longer. Rejects as `work` does. */
	within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined>;
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

/** Verifies passwords by bcrypt hashes of other systems, off the event loop. */
export interface Bcrypt {
	/** Whether the hash (`$2b$…`, 60 characters) is the password's. @throws Overloaded */
	verify(password: string, hash: string): Promise<boolean>;
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
	/** Of letters, digits and dashes; the same each time that the message is tried. */
	readonly id: string;
	/** Overrides the configured sender (`EmailConfiguration.From`). */
	readonly from?: string;
	readonly replyTo?: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly about: MessageSubject;
	/** For Amazon's SES: the verified identity that sends, whose ARN names its region. */
	readonly ses?: { readonly identityArn: string; readonly configurationSet?: string } | undefined;
}

export interface SmsMessage {
	/** As a mail's. */
	readonly id: string;
	readonly to: string;
	readonly text: string;
	readonly about: MessageSubject;
	/** For Amazon's SNS. */
	readonly sns?: { readonly region: string } | undefined;
}

/**
 * Sends a message, or throws: `Undeliverable` where it would be no better another time, anything else where it may be.
 * `available` is false where nothing is configured to send with.
 */
export interface Messenger<M> {
	readonly available: boolean;
	send(message: M): Promise<void>;
}

/** Why a function could not be called, or gave no answer. */
export type FunctionUnavailable =
	/** There is no such function. */
	| "absent"
	/** No answer in time. */
	| "timeout"
	/** Its process ended before it answered: it exited, crashed or broke what it answers through. */
	| "ended"
	/** It took more memory than it may. */
	| "memory"
	/** It wrote more output than it may. */
	| "flooded"
	/** All that may run at once are running, and no more may wait. */
	| "busy"
	/** The Invoke API answered with an error; `errorCode` is its name. */
	| "refused"
	/** It could not even be asked. */
	| "unreachable";

/** What became of one try to call a function. */
export type FunctionOutcome =
	/** `payload` is the answer's JSON, parsed; undefined where the answer was no JSON. A function that returns nothing answers null. */
	| { readonly kind: "answered"; readonly payload: unknown }
	/** The event was taken; nobody waits for what becomes of it. */
	| { readonly kind: "accepted" }
	/** The function itself failed, in Lambda's words: it threw, or it could not be loaded. */
	| { readonly kind: "failed"; readonly errorType: string | undefined; readonly errorMessage: string }
	| { readonly kind: "unavailable"; readonly reason: FunctionUnavailable; readonly errorCode?: string };

/** Lambda functions: files that Gatehouse runs, or those behind a Lambda Invoke API. */
export interface Functions {
	/**
	 * Calls a function once; it is never tried again here, and the promise never rejects. With `wait` the outcome comes within 5 seconds, as
	 * Cognito waits for its triggers; without, the function gets the event asynchronously, and its failure is only logged.
	 * `event` must be what JSON can hold.
	 */
	invoke(arn: string, event: unknown, options: { readonly wait: boolean }): Promise<FunctionOutcome>;
}

/** A data key, in the clear and encrypted under the KMS key that `keyArn` names. */
export interface DataKey {
	readonly keyArn: string;
	readonly plaintext: Uint8Array;
	readonly ciphertext: Uint8Array;
}

/** AWS KMS, or another one that speaks its API. */
export interface KeyService {
	/** GenerateDataKey: `bytes` random bytes, bound to `context`. Rejects where there is no answer within some seconds. */
	generateDataKey(keyArn: string, context: Readonly<Record<string, string>>, bytes: number): Promise<DataKey>;
}

/** What a role session at another STS is asked for with. */
export interface WebIdentitySession {
	readonly region: string;
	readonly roleArn: string;
	readonly sessionName: string;
	/** The OpenID token that proves who asks. */
	readonly token: string;
	/** A session policy. */
	readonly policy: string | undefined;
	readonly seconds: number;
}

export type WebIdentityAnswer =
	| {
			readonly kind: "granted";
			readonly accessKeyId: string;
			readonly secretAccessKey: string;
			readonly sessionToken: string;
			/** Milliseconds since the epoch. */
			readonly expiration: number;
	  }
	/** `code` is the name of AWS's error. */
	| { readonly kind: "refused"; readonly code: string; readonly message: string }
	/** No answer, or none that decides anything. */
	| { readonly kind: "unavailable"; readonly reason: string };

/** AWS STS, or another one that speaks its API. */
export interface TokenService {
	/** AssumeRoleWithWebIdentity. Never rejects; what it answers with holds nothing of the token. */
	assumeRole(session: WebIdentitySession): Promise<WebIdentityAnswer>;
}

/** A user as a user pool of Amazon's has it. */
export interface UpstreamUser {
	readonly username: string;
	/** By name, `sub` included. */
	readonly attributes: Readonly<Record<string, string>>;
	/** Where the password is one that an administrator gave, to be changed at the first sign-in. */
	readonly hasTemporaryPassword?: true;
	/** The second factors that are on, in AWS's names, such as `SMS_MFA`. */
	readonly mfa: { readonly enabled: readonly string[]; readonly preferred: string | undefined };
}

/** What a user pool of Amazon's said to a name and a password. */
export type UpstreamAnswer =
	/** The password is right; a second factor that is asked for there was not proved. */
	| { readonly kind: "accepted"; readonly user: UpstreamUser }
	/** `code` is the name of AWS's error. */
	| { readonly kind: "refused"; readonly code: string; readonly message: string }
	/** No answer, or none that says anything of the password. */
	| { readonly kind: "unavailable"; readonly reason: string };

/** User pools of Amazon's that pools here were made from. */
export interface UpstreamUserPools {
	/** Tries a name and a password through one of the pool's app clients. Never rejects. */
	signIn(
		client: {
			readonly region: string;
			readonly endpoint: string | undefined;
			readonly userPoolId: string;
			readonly clientId: string;
			readonly clientSecret: string | undefined;
		},
		username: string,
		password: string,
	): Promise<UpstreamAnswer>;
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
/** A service behind the access proxy, which knows nothing of who asks: it is signed for with credentials of its own. */
export interface AccessUpstream {
	/** Begins a request; nothing is sent twice. */
	open(request: AccessUpstreamRequest): AccessUpstreamExchange;
}

export interface AccessUpstreamRequest {
	readonly method: string;
	/** Path and query, percent-encoded; sent as it stands. */
	readonly target: string;
	/** Names in lower case, each once; without Host and what signing adds. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	/** SHA-256 of the body in hexadecimal digits, or `UNSIGNED-PAYLOAD`; undefined sends the request unsigned. */
	readonly payloadHash: string | undefined;
}

export interface AccessUpstreamExchange {
	/** The request's body, to be ended even where it is empty. Its errors are those that `answer` rejects with. */
	readonly body: Writable;
	/** May come before the body's end. Rejects if there is none: connection refused, cut or silent. */
	readonly answer: Promise<AccessUpstreamAnswer>;
	/** Cuts the connection, so that the upstream sees no whole request. */
	abort(): void;
}

export interface AccessUpstreamAnswer {
	readonly status: number;
	readonly headers: readonly (readonly [name: string, value: string])[];
	readonly body: Readable;
}

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
	readonly patience: Patience;
	readonly random: Random;
	readonly keyPairs: KeyPairs;
	readonly exponentiation: Exponentiation;
	readonly bcrypt: Bcrypt;
	readonly mail: Messenger<MailMessage>;
	readonly sms: Messenger<SmsMessage>;
	/** Amazon's services, for pools that are to send through them. */
	readonly ses?: Messenger<MailMessage>;
	readonly sns?: Messenger<SmsMessage>;
	readonly functions: Functions;
	readonly upstream: UpstreamUserPools;
	/** Another KMS in the place of the built-in one. */
	readonly keyService?: KeyService;
	/** Another STS in the place of the built-in one, for identity pools. */
	readonly tokenService?: TokenService;
	readonly outbound: OutboundHttp;
	/** For URLs of the operator's own configuration, which may lead anywhere. */
	readonly operatorOutbound?: OutboundHttp;
	readonly log: Log;
	readonly meters: Meters;
}
