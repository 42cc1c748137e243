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
import { administrator, findAccessKey } from "../domain/access/principals.ts";
import type { Principal, Settings } from "../domain/call.ts";

export interface SignatureChecks {
	readonly settings: Settings;
	readonly rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
	/** Verified against for unknown keys, so that they cost the same. Random, made at start. */
	readonly decoySecret: string;
}

export interface Signer {
	readonly principal: Principal;
	/** The region of the credential scope. */
	readonly region: string;
}

/** Global services sign for this region whatever the endpoint's. */
const globalRegion = "us-east-1";

/**
 * @throws MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException, UnrecognizedClientException
 */
export function authorise(checks: SignatureChecks, service: string, request: ReceivedRequest, now: number): Signer {
	const { settings } = checks;
	const signed = parseAuthorization(request);
	if ("refused" in signed) throw refused(service, signed.refused);
	const key = findAccessKey(settings, checks.rootKey, signed.accessKeyId);
	if (settings.mode === "development" && key === undefined) {
		return { principal: administrator(settings, signed.accessKeyId), region: regionOf(service, signed, settings) };
	}
	const allowed = (region: string) =>
		settings.mode === "development" || region === settings.defaultRegion || (isGlobal(service) && region === globalRegion);
	const refusal = findRefusal(signed, { now, services: [service], region: allowed });
	if (refusal !== undefined) throw refused(service, refusal);
	const verified = verifySignature(signed, key?.secretAccessKey ?? checks.decoySecret);
	// A session token belongs to temporary credentials, which no key here is yet.
	if (key === undefined || signed.sessionToken !== undefined) {
		throw refused(service, { code: "UnrecognizedClientException", message: "The security token included in the request is invalid." });
	}
	if (!verified) throw refused(service, signatureMismatch());
	return { principal: key.principal, region: regionOf(service, signed, settings) };
}

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
const queryCodes: Readonly<Record<Refusal["code"] | "UnrecognizedClientException", string>> = {
	MissingAuthenticationTokenException: "MissingAuthenticationToken",
	IncompleteSignatureException: "IncompleteSignature",
	InvalidSignatureException: "SignatureDoesNotMatch",
	UnrecognizedClientException: "InvalidClientTokenId",
};

function refused(service: string, { code, message }: { code: keyof typeof queryCodes; message: string }): AwsError {
	if (!isGlobal(service)) return new AwsError(code, message);
	return new AwsError(queryCodes[code], message, { status: code === "IncompleteSignatureException" ? 400 : 403 });
}
