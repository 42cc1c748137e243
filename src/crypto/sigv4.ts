/**
 * AWS Signature Version 4, verified over the facts of a request as it was received: its raw target and its list of headers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * `parseAuthorization` reads who claims to have signed what, `findRefusal` holds it against the clock, the endpoint and the body, and
 * `verifySignature` proves it. Development mode stops after the first: it knows whom a request names, and believes it.
 */
import { hash, type KeyObject } from "node:crypto";
import { equalBytes } from "./equal-bytes.ts";
import {
	algorithm,
	basicInstant,
	firstHeader,
	namedPayloadHash,
	partsOf,
	queryValue,
	type ReceivedRequest,
	type RequestParts,
	type SignatureClaim,
	sha256,
	signatureOf,
	signingKey,
	splitAt,
	terminator,
	unsignedPayload,
} from "./sigv4-canonical.ts";

export { createSigningKeys, type ReceivedRequest, type RequestParts, signingKey } from "./sigv4-canonical.ts";

const minute = 60_000;

export const signatureLimits = {
	/** How far a signer's clock may be from ours. */
	clockSkewMilliseconds: 5 * minute,
	/** The longest X-Amz-Expires: seven days. */
	presignedSecondsMax: 7 * 24 * 60 * 60,
	/** Headers that one signature may name. */
	signedHeadersMax: 100,
} as const;

/** A signature that a request carries. */
export interface Signed extends SignatureClaim {
	readonly accessKeyId: string;
	readonly terminator: string;
	readonly signature: string;
	/** When it was signed: milliseconds since the epoch. */
	readonly signedAt: number;
	/** X-Amz-Expires of a presigned URL, in seconds. */
	readonly expiresSeconds: number | undefined;
	readonly sessionToken: string | undefined;
}

/** What AWS answers, as a value: this folder does not know AWS's error classes. */
export interface Refusal {
	readonly code: "MissingAuthenticationTokenException" | "IncompleteSignatureException" | "InvalidSignatureException";
	readonly message: string;
}

const missing = (): Refusal => ({ code: "MissingAuthenticationTokenException", message: "Missing Authentication Token" });
const incomplete = (message: string): Refusal => ({ code: "IncompleteSignatureException", message });
const invalid = (message: string): Refusal => ({ code: "InvalidSignatureException", message });

/** The refusal of a signature that does not verify. An unknown key has its own error, `UnrecognizedClientException`, which is the caller's. */
export const signatureMismatch = (): Refusal =>
	invalid(
		"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
	);

/** The signature that a request carries, not yet verified; or why it is none. */
export function parseAuthorization(request: ReceivedRequest): Signed | { readonly refused: Refusal } {
	const parts = partsOf(request);
	const authorization = parts.headers.get("authorization") ?? [];
	const inQuery = parts.query.some(([name]) => queryMarks.has(name));
	if (authorization.length === 0 && !inQuery) return { refused: missing() };
	if (authorization.length > 0 && inQuery) {
		return { refused: invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.") };
	}
	for (const name of ["authorization", "host", "x-amz-date", "date", "x-amz-security-token", "x-amz-content-sha256"]) {
		if ((parts.headers.get(name)?.length ?? 0) > 1) return { refused: incomplete(`Found more than one '${name}' header.`) };
	}
	return inQuery ? parseQueryForm(parts) : parseHeaderForm(parts, authorization[0] as string);
}

function parseHeaderForm(parts: RequestParts, authorization: string): Signed | { readonly refused: Refusal } {
	const [scheme = "", rest = ""] = splitAt(authorization.trim(), " ");
	if (!scheme.startsWith("AWS4-")) return { refused: missing() };
	// Its SHA-256 stands in for the header, which may hold a secret that was sent by mistake.
	const hashed = hash("sha256", authorization, "base64");
	const fields = new Map<string, string>();
	for (const pair of rest.split(",")) {
		const [name, value] = splitAt(pair.trim(), "=");
		if (value === undefined && name !== "") {
			return {
				refused: incomplete(
					`Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed}'.`,
				),
			};
		}
		if (fields.has(name)) return { refused: incomplete(`Found more than one '${name}' in the Authorization header.`) };
		fields.set(name, value ?? "");
	}
	const timestamp = firstHeader(parts, "x-amz-date") ?? firstHeader(parts, "date");
	const lacking = ["Credential", "Signature", "SignedHeaders"].filter((name) => !fields.get(name));
	if (lacking.length > 0 || !timestamp) {
		const faults = lacking.map((name) => `Authorization header requires '${name}' parameter. `);
		if (!timestamp) faults.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
		return { refused: incomplete(`${faults.join("")}(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`) };
	}
	if (queryValue(parts, "X-Amz-Security-Token") !== undefined) {
		return { refused: incomplete("'X-Amz-Security-Token' must be an HTTP header where the signature is in the Authorization header.") };
	}
	return parseClaim(parts, {
		form: "header",
		algorithm: scheme,
		credential: fields.get("Credential") as string,
		signedHeaders: fields.get("SignedHeaders") as string,
		signature: fields.get("Signature") as string,
		timestamp,
		expires: undefined,
		sessionToken: firstHeader(parts, "x-amz-security-token"),
	});
}

const queryRequired = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"] as const;
const queryMarks: ReadonlySet<string> = new Set(["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"]);

function parseQueryForm(parts: RequestParts): Signed | { readonly refused: Refusal } {
	const fields = new Map<string, string>();
	for (const [name, value] of parts.query) {
		if (!/^x-amz-/i.test(name)) continue;
		if (fields.has(name)) return { refused: incomplete(`Found more than one '${name}' query-string parameter.`) };
		fields.set(name, value);
	}
	const lacking = queryRequired.filter((name) => !fields.get(name));
	if (lacking.length > 0) {
		const faults = lacking.map((name) => `AWS query-string parameters must include '${name}'. `);
		return { refused: incomplete(`${faults.join("")}Re-examine the query-string parameters.`) };
	}
	const tokenInHeader = firstHeader(parts, "x-amz-security-token");
	const tokenInQuery = fields.get("X-Amz-Security-Token");
	if (tokenInHeader !== undefined && tokenInQuery !== undefined) {
		return { refused: incomplete("Found 'X-Amz-Security-Token' both as a query-string param and as HTTP header.") };
	}
	return parseClaim(parts, {
		form: "query",
		algorithm: fields.get("X-Amz-Algorithm") as string,
		credential: fields.get("X-Amz-Credential") as string,
		signedHeaders: fields.get("X-Amz-SignedHeaders") as string,
		signature: fields.get("X-Amz-Signature") as string,
		timestamp: fields.get("X-Amz-Date") as string,
		expires: fields.get("X-Amz-Expires"),
		sessionToken: tokenInQuery ?? tokenInHeader,
	});
}

/** What both forms have in common. */
function parseClaim(
	parts: RequestParts,
	claim: {
		readonly form: "header" | "query";
		readonly algorithm: string;
		readonly credential: string;
		readonly signedHeaders: string;
		readonly signature: string;
		readonly timestamp: string;
		readonly expires: string | undefined;
		readonly sessionToken: string | undefined;
	},
): Signed | { readonly refused: Refusal } {
	const signedAt = parseInstant(claim.timestamp);
	if (signedAt === undefined) {
		return {
			refused: incomplete(`Date must be in ISO-8601 'basic format'. Got '${claim.timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`),
		};
	}
	if (claim.algorithm !== algorithm) {
		return { refused: incomplete(`Unsupported AWS 'algorithm': '${claim.algorithm}' (only AWS4-HMAC-SHA256 for now). `) };
	}
	const scope = claim.credential.split("/");
	if (scope.length !== 5 || scope[0] === "") {
		return {
			refused: incomplete(
				`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${claim.credential}'`,
			),
		};
	}
	const [accessKeyId, date, region, service, end] = scope as [string, string, string, string, string];
	const signedHeaders = claim.signedHeaders.toLowerCase().split(";");
	if (signedHeaders.length > signatureLimits.signedHeadersMax || new Set(signedHeaders).size !== signedHeaders.length) {
		return { refused: incomplete("'SignedHeaders' must name each header once.") };
	}
	if (claim.expires !== undefined && !/^\d{1,6}$/.test(claim.expires)) {
		return { refused: incomplete("X-Amz-Expires should be a number") };
	}
	const expiresSeconds = claim.expires === undefined ? undefined : Number(claim.expires);
	if (expiresSeconds !== undefined && expiresSeconds > signatureLimits.presignedSecondsMax) {
		return {
			refused: incomplete(
				"X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
			),
		};
	}
	return {
		parts,
		form: claim.form,
		accessKeyId,
		date,
		region,
		service,
		terminator: end,
		signedHeaders,
		signature: claim.signature,
		signedAt,
		timestamp: basicInstant(signedAt),
		expiresSeconds,
		sessionToken: claim.sessionToken,
	};
}

export interface SignatureRules {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Names that the endpoint and operation are signed for; the first is named in the refusal. */
	readonly services: readonly string[];
	/** Whether requests of this region are served. */
	region(name: string): boolean;
}

/** Why a signature that may well be genuine is refused: its time, its scope, what it leaves unsigned, or the body that it names. */
export function findRefusal(signed: Signed, rules: SignatureRules): Refusal | undefined {
	return findTimeRefusal(signed, rules.now) ?? findHeaderRefusal(signed) ?? findScopeRefusal(signed, rules) ?? findBodyRefusal(signed);
}

function findTimeRefusal({ signedAt, timestamp, expiresSeconds }: Signed, now: number): Refusal | undefined {
	const skew = signatureLimits.clockSkewMilliseconds;
	const validFor = expiresSeconds === undefined ? skew : expiresSeconds * 1000;
	const span = (milliseconds: number) => (milliseconds % minute === 0 ? `${milliseconds / minute} min.` : `${milliseconds / 1000} sec.`);
	if (signedAt < now - validFor) {
		const limit = basicInstant(now - validFor);
		return invalid(`Signature expired: ${timestamp} is now earlier than ${limit} (${basicInstant(now)} - ${span(validFor)})`);
	}
	if (signedAt > now + skew) {
		const limit = basicInstant(now + skew);
		return invalid(`Signature not yet current: ${timestamp} is still later than ${limit} (${basicInstant(now)} + ${span(skew)})`);
	}
	return undefined;
}

/** Host, the date that counts, and every x-amz-* header must be signed, so that none of them can be changed or added on the way. */
export function findHeaderRefusal({ parts, form, signedHeaders }: Signed): Refusal | undefined {
	if (!signedHeaders.includes("host")) return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	const dated = form === "header" && !parts.headers.has("x-amz-date");
	for (const name of parts.headers.keys()) {
		if ((name.startsWith("x-amz-") || (dated && name === "date")) && !signedHeaders.includes(name)) {
			return invalid(`'${wireName(name)}' must be a 'SignedHeader' in the AWS Authorization.`);
		}
	}
	for (const name of signedHeaders) {
		if (!parts.headers.has(name)) return signatureMismatch();
	}
	return undefined;
}

export function findScopeRefusal(
	{ date, region, service, terminator: end, timestamp }: Signed,
	rules: SignatureRules,
): Refusal | undefined {
	const faults: string[] = [];
	if (!rules.region(region)) faults.push("Credential should be scoped to a valid region. ");
	if (!rules.services.includes(service)) faults.push(`Credential should be scoped to correct service: '${rules.services[0]}'. `);
	if (end !== terminator) faults.push(`Credential should be scoped with a valid terminator: '${terminator}', not '${end}'. `);
	const day = timestamp.slice(0, 8);
	if (date !== day) {
		faults.push(
			`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${timestamp}'.`,
		);
	}
	return faults.length > 0 ? invalid(faults.join("")) : undefined;
}

/** The body's hash is always ours; one that the request names must agree with it. */
function findBodyRefusal(signed: Signed): Refusal | undefined {
	const named = namedPayloadHash(signed.parts);
	if (named === undefined || named === sha256(signed.parts.body)) return undefined;
	if (named === unsignedPayload && signed.form === "query" && signed.service === "s3") return undefined;
	return signatureMismatch();
}

/** Whether the request was signed with this secret. For an unknown key pass any secret: the cost is the same. */
export function verifySignature(signed: Signed, secretAccessKey: string): boolean {
	return verifyWithSigningKey(signed, signingKey(secretAccessKey, signed));
}

/** As `verifySignature`, with a key of `signingKey` or `createSigningKeys`. */
export function verifyWithSigningKey(signed: Signed, key: KeyObject): boolean {
	return equalBytes(Buffer.from(signatureOf(signed, key)), Buffer.from(signed.signature));
}

/** `x-amz-target` as it is written: X-Amz-Target. */
const wireName = (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

/** 20150830T123600Z, or the forms of HTTP's Date header (RFC 9110 §5.6.7), as milliseconds; undefined for anything else. */
function parseInstant(text: string): number | undefined {
	const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(text) ?? [];
	if (date !== undefined && time !== undefined) {
		const at = Date.parse(`${date.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`);
		return Number.isNaN(at) || basicInstant(at) !== text ? undefined : at;
	}
	const at = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(at) ? undefined : at;
}
