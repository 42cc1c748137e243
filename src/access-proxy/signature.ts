/** Who signed a request to the access proxy. Each service has its own words for the same refusals. */
import type { KeyObject } from "node:crypto";
import type { AwsError } from "../aws/errors.ts";
import {
	findHeaderRefusal,
	findScopeRefusal,
	parseAuthorization,
	type RequestParts,
	type Signed,
	signingKey,
	verifyWithSigningKey,
} from "../crypto/sigv4.ts";
import { type ChunkVerifier, createChunkVerifier } from "../crypto/sigv4-chunks.ts";
import type { LastUses } from "../domain/access/last-uses.ts";
import { administrator, findAccessKey, type RootKey } from "../domain/access/principals.ts";
import type { Call, Principal } from "../domain/call.ts";
import type { RawRequest } from "../http/request.ts";

export interface SignatureChecks {
	readonly rootKey: RootKey | undefined;
	/** Verified against for unknown keys, so that they cost the same. Random, made at start. */
	readonly decoySecret: string;
	readonly lastUses: Pick<LastUses, "note">;
}

/** Why a request is not taken for signed. */
export type SignatureFault =
	| "missing"
	| "malformed"
	| "unknownKey"
	| "invalidToken"
	| "expiredToken"
	| "mismatch"
	| "skewed"
	| "urlExpired"
	| "unsignedHeaders"
	| "scope";

export interface SignatureRules {
	readonly service: "s3" | "dynamodb";
	readonly skewMilliseconds: number;
	/** Whether the signature may stand in the query. */
	readonly presigned: boolean;
	refuse(fault: SignatureFault, message: string): AwsError;
}

export interface Signer {
	readonly principal: Principal;
	/** False for development's administrator, whose signature is believed. */
	readonly isVerified: boolean;
	readonly region: string;
	readonly form: "header" | "query";
	/** Milliseconds since the epoch. */
	readonly signedAt: number;
	/** Verifies the chunks that follow; undefined where signatures are believed. */
	readonly chunks: ChunkVerifier | undefined;
}

/** A signature whose key and time are good, and which is still to be proved over the hash of the body. */
export interface ClaimedSignature {
	readonly parts: RequestParts;
	readonly form: "header" | "query";
	/** @throws what `refuse` makes */
	prove(payloadHash: string): Signer;
}

export async function findSigner(
	call: Pick<Call, "caches" | "vault" | "settings" | "now">,
	checks: SignatureChecks,
	raw: RawRequest,
	rules: SignatureRules,
): Promise<ClaimedSignature> {
	const { settings, now } = call;
	const signed = parseAuthorization({ method: raw.method, target: raw.target, headers: raw.headers, body: new Uint8Array() });
	if ("refused" in signed) {
		const { code, message } = signed.refused;
		throw rules.refuse(code === "MissingAuthenticationTokenException" ? "missing" : "malformed", message);
	}
	if (signed.form === "query" && !rules.presigned) throw rules.refuse("missing", "Missing Authentication Token");
	const key = await findAccessKey(call, checks.rootKey, signed.accessKeyId, signed.sessionToken);
	if (settings.mode === "development" && key === undefined) {
		const signer = { principal: administrator(settings, signed.accessKeyId), isVerified: false, chunks: undefined };
		return { parts: signed.parts, form: signed.form, prove: () => ({ ...signer, ...factsOf(signed) }) };
	}
	checkTime(signed, now, rules);
	const unsigned = findHeaderRefusal(signed);
	if (unsigned !== undefined) throw rules.refuse("unsignedHeaders", unsigned.message);
	const isServed = (region: string) => settings.mode === "development" || region === settings.defaultRegion;
	const misscoped = findScopeRefusal(signed, { now, services: [rules.service], region: isServed });
	if (misscoped !== undefined) throw rules.refuse("scope", misscoped.message);
	const known = key === "invalid" ? undefined : key;
	return {
		parts: signed.parts,
		form: signed.form,
		prove(payloadHash) {
			const derived: KeyObject = signingKey(known?.secretAccessKey ?? checks.decoySecret, signed);
			const verified = verifyWithSigningKey({ ...signed, parts: { ...signed.parts, payloadHash } }, derived);
			if (known === undefined)
				throw rules.refuse(key === "invalid" && signed.sessionToken !== undefined ? "invalidToken" : "unknownKey", "");
			if (!verified) throw rules.refuse("mismatch", "");
			if (known.expiresAt !== undefined && known.expiresAt <= now) throw rules.refuse("expiredToken", "");
			checks.lastUses.note(known.principal, rules.service, signed.region, now);
			const chunks = createChunkVerifier(signed, derived, signed.signature);
			return { principal: known.principal, isVerified: true, chunks, ...factsOf(signed) };
		},
	};
}

const factsOf = ({ region, form, signedAt }: Signed) => ({ region, form, signedAt });

function checkTime({ signedAt, expiresSeconds, timestamp }: Signed, now: number, rules: SignatureRules): void {
	const skew = rules.skewMilliseconds;
	if (signedAt > now + skew) throw rules.refuse("skewed", `Signature not yet current: ${timestamp} is later than the server's time.`);
	if (expiresSeconds !== undefined) {
		if (signedAt + expiresSeconds * 1000 <= now) throw rules.refuse("urlExpired", "");
	} else if (signedAt < now - skew)
		throw rules.refuse("skewed", `Signature expired: ${timestamp} is earlier than the server's time allows.`);
}
