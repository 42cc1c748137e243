/** The log: one JSON object a line on standard error. Callers pass no secrets; what follows is the second line of defence. */
import pino, { type DestinationStream } from "pino";
import type { Log } from "../kernel/ports.ts";

const redacted = "[redacted]";
const depthMax = 6;
const itemsMax = 100;
const textCharactersMax = 4_096;
/** Names of facts whose value is never written, wherever they stand. */
const secretName =
	/pass(word|wd|phrase)|secret|token|^code$|confirmationcode|authorization|cookie|^session$|signature|private|credential|verifier|api_?key|master_?key|^(salt|seed|pin|otp)$/i;
/** Values that give themselves away: JWTs and sealed strings of that form, SigV4 headers, credentials in URLs. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
	[/\beyJ[\w-]{8,}(\.[\w-]*)+/g, redacted],
	[/\b(Bearer|Basic)\s+[\w+/=.~-]+/gi, `$1 ${redacted}`],
	[/(Signature=|X-Amz-Signature=|X-Amz-Security-Token=)[^\s&,"]+/gi, `$1${redacted}`],
	[/(:\/\/)[^\s/@"]*@/g, `$1${redacted}@`],
];

/** What every one of them has: most texts hold none of it, and one look is cheaper than four. */
const suspicious = /eyJ|bearer|basic|signature=|x-amz-security-token=|:\/\//i;

export interface ClosableLog extends Log {
	/** Writes what is still in memory. */
	flush(): void;
}

/** A line waits for others this long at most: a write a request would cost more than making the line. */
const flushMilliseconds = 100;
const flushBytes = 8_192;

/** `destination` is standard error unless told otherwise. Lines are written behind the event loop; `flush` before the process ends. */
export function createLog(
	options: { readonly destination?: DestinationStream; readonly level?: "debug" | "info" | "warn" | "error" } = {},
): ClosableLog {
	const own =
		options.destination === undefined
			? pino.destination({ dest: 2, sync: false, minLength: flushBytes, periodicFlush: flushMilliseconds })
			: undefined;
	const logger = pino({ level: options.level ?? "info", base: null, timestamp: pino.stdTimeFunctions.isoTime }, options.destination ?? own);
	const writer = (level: "debug" | "info" | "warn" | "error") => (facts: object, message: string) => {
		if (logger.isLevelEnabled(level)) logger[level](redact(facts, 0) as object, scrub(message));
	};
	return {
		debug: writer("debug"),
		info: writer("info"),
		warn: writer("warn"),
		error: writer("error"),
		flush: () => own?.flushSync(),
	};
}

/** A copy without secrets, bounded in depth and size. */
function redact(value: unknown, depth: number): unknown {
	if (typeof value === "string") return scrub(value);
	if (typeof value === "bigint") return value.toString();
	if (typeof value !== "object" || value === null) return value;
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
	if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
	if (depth >= depthMax) return "[…]";
	if (value instanceof Error) return describe(value, depth);
	if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => redact(item, depth + 1));
	const entries = Object.entries(value).slice(0, itemsMax);
	return Object.fromEntries(entries.map(([name, item]) => [name, isSecret(name, item) ? redacted : redact(item, depth + 1)]));
}

/** Only what an error always has: databases and mail servers hang rows, statements and addresses on theirs. */
function describe(error: Error, depth: number): Record<string, unknown> {
	return {
		type: error.name,
		message: scrub(error.message),
		...("code" in error && { errorCode: redact(error.code, depth + 1) }),
		stack: scrub(error.stack ?? ""),
		...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
	};
}

/** Counts and flags about secrets are none. */
function isSecret(name: string, value: unknown): boolean {
	return (
		secretName.test(name) &&
		value !== undefined &&
		value !== null &&
		typeof value !== "boolean" &&
		!(typeof value === "number" && name !== "code")
	);
}

function scrub(text: string): string {
	const bounded = text.length > textCharactersMax ? `${text.slice(0, textCharactersMax)}…` : text;
	if (!suspicious.test(bounded)) return bounded;
	return secretTexts.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), bounded);
}
