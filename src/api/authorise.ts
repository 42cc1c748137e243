/** Who signed a request: the signature is proved here, or in development believed. */
import { AwsError } from "../aws/errors.ts";
import {
	findRefusal,
	parseAuthorization,
	type ReceivedRequest,
	type Refusal,
	type Signed,
	signatureMismatch,
	verifySignature,
} from "../crypto/sigv4.ts";
import type { LastUses } from "../domain/access/last-uses.ts";
import { administrator, findAccessKey, type RootKey } from "../domain/access/principals.ts";
import type { Call, Principal, Settings } from "../domain/call.ts";

export interface SignatureChecks {
	readonly rootKey: RootKey | undefined;
	/** Verified against for unknown keys, so that they cost the same. Random, made at start. */
	readonly decoySecret: string;
	readonly lastUses: Pick<LastUses, "note">;
}

export interface Signer {
	readonly principal: Principal;
	/** The region of the credential scope. */
	readonly region: string;
}

/** Global services sign for this region whatever the endpoint's. */
const globalRegion = "us-east-1";

/**
 * @throws MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException, UnrecognizedClientException,
 * ExpiredTokenException
 */
export async function authorise(
	call: Pick<Call, "caches" | "vault" | "settings" | "now">,
	checks: SignatureChecks,
	service: string,
	request: ReceivedRequest,
): Promise<Signer> {
	const { settings, now } = call;
	const signed = parseAuthorization(request);
	if ("refused" in signed) throw refused(service, signed.refused);
	const key = await findAccessKey(call, checks.rootKey, signed.accessKeyId, signed.sessionToken);
	if (settings.mode === "development" && key === undefined) {
		return { principal: administrator(settings, signed.accessKeyId), region: regionOf(service, signed, settings) };
	}
	const allowed = (region: string) =>
		settings.mode === "development" || region === settings.defaultRegion || (isGlobal(service) && region === globalRegion);
	const refusal = findRefusal(signed, { now, services: [service], region: allowed });
	if (refusal !== undefined) throw refused(service, refusal);
	const known = key === "invalid" ? undefined : key;
	const verified = verifySignature(signed, known?.secretAccessKey ?? checks.decoySecret);
	if (known === undefined) throw refused(service, invalidToken);
	if (!verified) throw refused(service, signatureMismatch());
	if (known.expiresAt !== undefined && known.expiresAt <= now) throw refused(service, expiredToken);
	const region = regionOf(service, signed, settings);
	checks.lastUses.note(known.principal, service, signed.region, now);
	return { principal: known.principal, region };
}

const invalidToken = { code: "UnrecognizedClientException", message: "The security token included in the request is invalid." } as const;
const expiredToken = { code: "ExpiredTokenException", message: "The security token included in the request is expired" } as const;

const isGlobal = (service: string) => service === "sts" || service === "iam";

const regionPattern = /^[a-z0-9-]{1,32}$/;

/** Ids begin with the region: one that could not stand in an id is none. */
function regionOf(service: string, signed: Signed, settings: Settings): string {
	if (isGlobal(service)) return settings.defaultRegion;
	if (!regionPattern.test(signed.region)) {
		throw refused(service, { code: "InvalidSignatureException", message: "Credential should be scoped to a valid region. " });
	}
	return signed.region;
}

/** What the Query services call these errors, all but one answered with 403. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const queryCodes: Readonly<Record<Refusal["code"] | "UnrecognizedClientException" | "ExpiredTokenException", string>> = {
	MissingAuthenticationTokenException: "MissingAuthenticationToken",
	IncompleteSignatureException: "IncompleteSignature",
	InvalidSignatureException: "SignatureDoesNotMatch",
	UnrecognizedClientException: "InvalidClientTokenId",
	ExpiredTokenException: "ExpiredToken",
};

function refused(service: string, { code, message }: { code: keyof typeof queryCodes; message: string }): AwsError {
	if (!isGlobal(service)) return new AwsError(code, message);
	return new AwsError(queryCodes[code], message, { status: code === "IncompleteSignatureException" ? 400 : 403 });
}
