/**
 * WebAuthn: what an authenticator answers, read and verified by @simplewebauthn/server, which no other file knows. Pure: challenges,
 * times and keys are given. Which origin is right and who a credential belongs to is not its matter.
 * https://www.w3.org/TR/webauthn-3/#sctn-rp-operations
 */
import { createHash } from "node:crypto";
import { isObject, parseObject } from "../kernel/json.ts";

/** Loaded with the first passkey: it takes longer than the rest of a start. */
const library = () => import("@simplewebauthn/server");
const helpers = () => import("@simplewebauthn/server/helpers");

/** ES256 and RS256, by their COSE numbers: "Amazon Cognito recognizes passkeys created using either of two … algorithms". */
export const algorithms: readonly number[] = [-7, -257];

/** "A credential ID … at most 1023 bytes": https://www.w3.org/TR/webauthn-3/#credential-id */
export const credentialIdBytesMax = 1023;
/** A key of RSA-4096 is 525 bytes long as COSE. */
const publicKeyBytesMax = 1024;

/** What the browser says it did: CollectedClientData. */
export interface ClientData {
	readonly type: string;
	/** base64url */
	readonly challenge: string;
	readonly origin: string;
	/** Whether a page of another origin had the page in a frame. */
	readonly crossOrigin: boolean;
}

interface Answer<R> {
	/** The credential's id, base64url. */
	readonly id: string;
	readonly clientData: ClientData;
	/** platform or cross-platform, if the browser says so. */
	readonly attachment: string | undefined;
	readonly response: R;
}

/** The answer to a request to create a credential (RegistrationResponseJSON), not verified. */
export type Attestation = Answer<{
	readonly clientDataJSON: string;
	readonly attestationObject: string;
	readonly transports: readonly string[];
}>;

/** The answer to a request to use one (AuthenticationResponseJSON), not verified. */
export type Assertion = Answer<{
	readonly clientDataJSON: string;
	readonly authenticatorData: string;
	readonly signature: string;
	/** base64url */
	readonly userHandle: string | undefined;
}>;

/** The values of AuthenticatorTransport that specifications have so far. */
const transportPattern = /^[a-z-]{1,32}$/;
const transportsMax = 8;

/** Undefined for anything of another form. */
export function readAttestation(value: unknown): Attestation | undefined {
	const answer = readAnswer(value);
	const attestationObject = answer?.response["attestationObject"];
	if (answer === undefined || typeof attestationObject !== "string") return undefined;
	const listed = answer.response["transports"];
	const transports = (Array.isArray(listed) ? listed : []).filter((item) => typeof item === "string" && transportPattern.test(item));
	const { clientDataJSON } = answer;
	return { ...answer, response: { clientDataJSON, attestationObject, transports: [...new Set(transports)].slice(0, transportsMax) } };
}

/** Undefined for anything of another form. */
export function readAssertion(value: unknown): Assertion | undefined {
	const answer = readAnswer(value);
	if (answer === undefined) return undefined;
	const { clientDataJSON } = answer;
	const { authenticatorData, signature, userHandle } = answer.response;
	if (typeof authenticatorData !== "string" || typeof signature !== "string") return undefined;
	// Native clients write null where browsers write nothing.
	if (userHandle !== undefined && userHandle !== null && typeof userHandle !== "string") return undefined;
	return { ...answer, response: { clientDataJSON, authenticatorData, signature, userHandle: userHandle ?? undefined } };
}

function readAnswer(value: unknown) {
	if (!isObject(value)) return undefined;
	const { id, rawId, type, authenticatorAttachment, response } = value;
	if (typeof id !== "string" || !isBase64Url(id) || rawId !== id || type !== "public-key" || !isObject(response)) return undefined;
	const { clientDataJSON } = response;
	const clientData = typeof clientDataJSON === "string" ? readClientData(clientDataJSON) : undefined;
	if (typeof clientDataJSON !== "string" || clientData === undefined) return undefined;
	const attachment = authenticatorAttachment === "platform" || authenticatorAttachment === "cross-platform";
	return { id, clientData, clientDataJSON, attachment: attachment ? authenticatorAttachment : undefined, response };
}

function readClientData(clientDataJSON: string): ClientData | undefined {
	if (!isBase64Url(clientDataJSON)) return undefined;
	const data = parseObject(Buffer.from(clientDataJSON, "base64url").toString());
	if (data === undefined) return undefined;
	const { type, challenge, origin, crossOrigin } = data;
	if (typeof type !== "string" || typeof challenge !== "string" || typeof origin !== "string") return undefined;
	return { type, challenge, origin, crossOrigin: crossOrigin === true || data["topOrigin"] !== undefined };
}

const isBase64Url = (text: string) => /^[\w-]+$/.test(text);

/** What must be true of either answer. The origin is not in it: who reads the client data decides on it. */
export interface Expected {
	/** base64url */
	readonly challenge: string;
	readonly relyingPartyId: string;
	readonly requiresUserVerification: boolean;
}

export interface NewCredential {
	/** base64url */
	readonly id: string;
	/** A COSE key. */
	readonly publicKey: Uint8Array;
	readonly counter: number;
	/** Which make of authenticator it is, as a UUID; zeros where it does not say. */
	readonly aaguid: string;
	readonly userVerified: boolean;
	/** Whether it is copied to other devices now. */
	readonly backedUp: boolean;
}

/** Why a registration is refused: of another relying party, by an authenticator that is not taken, or not what it says it is. */
export type AttestationFault = "relying party" | "not supported" | "malformed";

/**
 * Verifies a registration. What an authenticator states of its make is left out, as Cognito does ("doesn't currently support
 * attestation enforcement"): verifying it would fetch lists of revoked certificates from wherever the statement says.
 */
export async function verifyAttestation(attestation: Attestation, expected: Expected): Promise<NewCredential | AttestationFault> {
	const { cose, decodeAttestationObject, decodeCredentialPublicKey, isoCBOR, parseAuthenticatorData } = await helpers();
	const { verifyRegistrationResponse } = await library();
	const { clientDataJSON, attestationObject } = attestation.response;
	try {
		const authData = decodeAttestationObject(bytes(attestationObject)).get("authData");
		const { rpIdHash, flags, credentialID, credentialPublicKey } = parseAuthenticatorData(authData);
		if (credentialID === undefined || credentialPublicKey === undefined) return "malformed";
		if (!createHash("sha256").update(expected.relyingPartyId).digest().equals(rpIdHash)) return "relying party";
		if (!flags.up || (expected.requiresUserVerification && !flags.uv)) return "not supported";
		const key = decodeCredentialPublicKey(credentialPublicKey);
		// Each algorithm has one kind of key: https://www.w3.org/TR/webauthn-3/#sctn-alg-identifier
		const isEs256 = cose.isCOSEPublicKeyEC2(key) && key.get(cose.COSEKEYS.alg) === -7 && key.get(cose.COSEKEYS.crv) === cose.COSECRV.P256;
		const isRs256 = cose.isCOSEPublicKeyRSA(key) && key.get(cose.COSEKEYS.alg) === -257;
		if (!isEs256 && !isRs256) return "not supported";
		if (credentialID.length > credentialIdBytesMax || credentialPublicKey.length > publicKeyBytesMax) return "not supported";
		const withoutStatement = new Map<string, string | Map<string, never> | Uint8Array>([
			["fmt", "none"],
			["attStmt", new Map<string, never>()],
			["authData", authData],
		]);
		const { verified, registrationInfo } = await verifyRegistrationResponse({
			response: {
				id: attestation.id,
				rawId: attestation.id,
				type: "public-key",
				clientExtensionResults: {},
				response: { clientDataJSON, attestationObject: Buffer.from(isoCBOR.encode(withoutStatement)).toString("base64url") },
			},
			expectedChallenge: expected.challenge,
			expectedOrigin: attestation.clientData.origin,
			expectedRPID: expected.relyingPartyId,
			requireUserVerification: expected.requiresUserVerification,
			supportedAlgorithmIDs: [...algorithms],
		});
		if (!verified || registrationInfo === undefined || registrationInfo.credential.id !== attestation.id) return "malformed";
		const { credential, aaguid, userVerified, credentialBackedUp } = registrationInfo;
		return { ...credential, aaguid, userVerified, backedUp: credentialBackedUp };
	} catch {
		// The package says so of whatever it can't read or does not take.
		return "malformed";
	}
}

export interface VerifiedAssertion {
	readonly counter: number;
	readonly userVerified: boolean;
	readonly backedUp: boolean;
}

/**
 * What an assertion proves; undefined where it is not by `publicKey`, or not for what is expected. Whether its counter grew is left to
 * the caller, so that a refusal for it takes as long as one for a wrong signature.
 */
export async function verifyAssertion(
	assertion: Assertion,
	publicKey: Uint8Array,
	expected: Expected,
): Promise<VerifiedAssertion | undefined> {
	const { verifyAuthenticationResponse } = await library();
	const { clientDataJSON, authenticatorData, signature } = assertion.response;
	try {
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response: {
				id: assertion.id,
				rawId: assertion.id,
				type: "public-key",
				clientExtensionResults: {},
				response: { clientDataJSON, authenticatorData, signature },
			},
			expectedChallenge: expected.challenge,
			expectedOrigin: assertion.clientData.origin,
			expectedRPID: expected.relyingPartyId,
			requireUserVerification: expected.requiresUserVerification,
			credential: { id: assertion.id, publicKey: new Uint8Array(publicKey), counter: 0 },
		});
		const { newCounter, userVerified, credentialBackedUp } = authenticationInfo;
		return verified ? { counter: newCounter, userVerified, backedUp: credentialBackedUp } : undefined;
	} catch {
		// The package says so of whatever it can't read or does not take.
		return undefined;
	}
}

const bytes = (base64url: string) => new Uint8Array(Buffer.from(base64url, "base64url"));
