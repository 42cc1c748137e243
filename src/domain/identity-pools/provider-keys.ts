/**
 * The keys of OpenID providers: found by their discovery document (OpenID Connect Discovery 1.0 §4), fetched and kept by this process for
 * some minutes. A key that is not among them is asked for anew, but not more often than once in a while: anybody can make up a key's id.
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { isObject, parseObject } from "../../kernel/json.ts";
import type { Clock, OutboundHttp } from "../../kernel/ports.ts";

/** "If you encounter this error, wait about ten minutes for your identity pool to refresh the signing key." */
const keptMilliseconds = 10 * 60_000;
/** The keys are not fetched again before, whether or not they could be. */
const restMilliseconds = 30_000;
const providersMax = 500;
const documentBytesMax = 256 * 1024;
const timeoutMilliseconds = 5_000;
const keysMax = 50;
/** Shorter ones are unsafe (RFC 7518 §3.3), much longer ones take long to verify by. */
const [modulusBitsMin, modulusBitsMax] = [2048, 8192];

export interface ProviderKeys {
	/** As its discovery document says. */
	readonly issuer: string;
	readonly byKid: ReadonlyMap<string, KeyObject>;
}

interface Entry {
	keys: ProviderKeys | undefined;
	/** When the fetch of these keys began, and when the last one did, on the monotonic clock. */
	fetchedAt: number;
	askedAt: number;
	flight: Promise<void> | undefined;
}

/** By the port that fetches, and by the provider's base URL. */
const known = new WeakMap<OutboundHttp, Map<string, Entry>>();

/** The provider's key of that id; undefined where it has none. `baseUrl` is what its discovery document is found below. @throws where the provider can't be asked */
export async function findProviderKey(
	{ outbound, clock }: { readonly outbound: OutboundHttp; readonly clock: Clock },
	baseUrl: string,
	kid: string,
): Promise<{ readonly issuer: string; readonly key: KeyObject | undefined }> {
	const entry = entryOf(outbound, baseUrl);
	const age = () => clock.monotonic() - entry.fetchedAt;
	const isStale = entry.keys === undefined || age() > keptMilliseconds || !entry.keys.byKid.has(kid);
	if (isStale && (entry.flight !== undefined || clock.monotonic() - entry.askedAt > restMilliseconds)) {
		entry.flight ??= refresh(outbound, clock, baseUrl, entry);
		await entry.flight;
	}
	if (entry.keys === undefined || age() > keptMilliseconds) throw new Error("the provider's keys can't be had");
	return { issuer: entry.keys.issuer, key: entry.keys.byKid.get(kid) };
}

function entryOf(outbound: OutboundHttp, baseUrl: string): Entry {
	let entries = known.get(outbound);
	if (entries === undefined) {
		entries = new Map();
		known.set(outbound, entries);
	}
	let entry = entries.get(baseUrl);
	if (entry === undefined) {
		entry = { keys: undefined, fetchedAt: Number.NEGATIVE_INFINITY, askedAt: Number.NEGATIVE_INFINITY, flight: undefined };
		if (entries.size >= providersMax) entries.delete(entries.keys().next().value as string);
		entries.set(baseUrl, entry);
	}
	return entry;
}

/** What can't be had now leaves the keys as they are: they are used until they are too old. */
async function refresh(outbound: OutboundHttp, clock: Clock, baseUrl: string, entry: Entry): Promise<void> {
	entry.askedAt = clock.monotonic();
	try {
		entry.keys = await fetchKeys(outbound, baseUrl);
		entry.fetchedAt = entry.askedAt;
	} catch {
		// The caller sees that they are missing, or too old.
	} finally {
		entry.flight = undefined;
	}
}

async function fetchKeys(outbound: OutboundHttp, baseUrl: string): Promise<ProviderKeys> {
	const { issuer, jwks_uri: keysUrl } = await fetchObject(outbound, `${baseUrl}/.well-known/openid-configuration`);
	if (typeof issuer !== "string" || typeof keysUrl !== "string") throw new Error("the discovery document lacks issuer or jwks_uri");
	if (baseUrl.startsWith("https:") && !keysUrl.startsWith("https:")) throw new Error("the keys are not served by https");
	const { keys } = await fetchObject(outbound, keysUrl);
	if (!Array.isArray(keys)) throw new Error("the key set has no keys");
	return { issuer, byKid: new Map(keys.slice(0, keysMax).flatMap(readKey)) };
}

async function fetchObject(outbound: OutboundHttp, url: string) {
	const response = await outbound.request({
		url,
		headers: { accept: "application/json" },
		timeoutMilliseconds,
		responseBytesMax: documentBytesMax,
		redirectsMax: 0,
	});
	const document = response.status === 200 ? parseObject(response.body.toString()) : undefined;
	if (document === undefined) throw new Error("the answer is no JSON document");
	return document;
}

/** RSA keys for signatures (RFC 7517 §4): others are passed over. */
function readKey(jwk: unknown): [string, KeyObject][] {
	if (!isObject(jwk) || jwk["kty"] !== "RSA" || typeof jwk["kid"] !== "string" || (jwk["use"] ?? "sig") !== "sig") return [];
	const { kid, n, e } = jwk;
	if (typeof n !== "string" || typeof e !== "string") return [];
	try {
		const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
		const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
		return bits >= modulusBitsMin && bits <= modulusBitsMax ? [[kid, key]] : [];
	} catch {
		return [];
	}
}
