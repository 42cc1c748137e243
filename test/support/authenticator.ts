/**
 * An authenticator in software, with the browser in front of it: it answers the options of a ceremony as JSON, honestly unless it is
 * told what to lie about.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** What either ceremony may do otherwise than it should. */
export interface Lies {
	readonly origin?: string;
	readonly crossOrigin?: boolean;
	/** What the client data says it is about, such as webauthn.get. */
	readonly type?: string;
	/** base64url */
	readonly challenge?: string;
	readonly relyingPartyId?: string;
	readonly userVerified?: boolean;
	readonly userPresent?: boolean;
	readonly counter?: number;
	/** Signs with another key. */
	readonly signedBy?: KeyObject;
	/** The credential that the answer names, base64url. */
	readonly id?: string;
	readonly userHandle?: string | null;
	/** A statement of the authenticator's make, instead of none. */
	readonly statement?: { readonly fmt: string; readonly attStmt: ReadonlyMap<string, unknown> };
	/** The COSE number that the new key says it has. */
	readonly algorithm?: number;
}

export interface CreationOptions {
	readonly rp: { readonly id: string };
	readonly user: { readonly id: string };
	readonly challenge: string;
	readonly excludeCredentials: readonly { readonly id: string }[];
}

export interface RequestOptions {
	readonly rpId: string;
	readonly challenge: string;
	readonly userVerification: string;
	readonly allowCredentials: readonly { readonly id: string; readonly transports: readonly string[] }[];
}

/** One credential in an authenticator of its own. */
export interface Authenticator {
	/** base64url */
	readonly id: string;
	readonly privateKey: KeyObject;
	/** How often it was used. */
	counter: number;
	/** A RegistrationResponseJSON. `options` are a CreationOptions, which the SDK does not type. */
	create(options: unknown, lies?: Lies): Record<string, unknown>;
	/** An AuthenticationResponseJSON. */
	get(options: RequestOptions, lies?: Lies): Record<string, unknown>;
}

interface AuthenticatorOptions {
	/** The page that it is used on; the relying party's own unless told otherwise. */
	readonly origin?: string;
	readonly key?: "ES256" | "RS256";
	/** Passkeys that are copied between devices have no counter. */
	readonly counts?: boolean;
}

const hash = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
const flagBits = { userPresent: 1, userVerified: 4, attested: 64 };

export function createAuthenticator({ origin, key = "ES256", counts = true }: AuthenticatorOptions = {}): Authenticator {
	const { publicKey, privateKey } =
		key === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
	const id = randomBytes(32);
	let userHandle: string | undefined;

	function clientData(type: string, challenge: string, relyingPartyId: string, lies: Lies): Buffer {
		return Buffer.from(
			JSON.stringify({
				type: lies.type ?? type,
				challenge: lies.challenge ?? challenge,
				origin: lies.origin ?? origin ?? `https://${relyingPartyId}`,
				crossOrigin: lies.crossOrigin ?? false,
			}),
		);
	}

	function authenticatorData(relyingPartyId: string, lies: Lies, attested?: Buffer): Buffer {
		const { userPresent = true, userVerified = true } = lies;
		const flags =
			(userPresent ? flagBits.userPresent : 0) | (userVerified ? flagBits.userVerified : 0) | (attested ? flagBits.attested : 0);
		const counter = Buffer.alloc(4);
		counter.writeUInt32BE(lies.counter ?? authenticator.counter);
		return Buffer.concat([hash(lies.relyingPartyId ?? relyingPartyId), Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)]);
	}

	const authenticator: Authenticator = {
		id: id.toString("base64url"),
		privateKey,
		counter: 0,
		create(given, lies = {}) {
			const options = given as CreationOptions;
			userHandle = options.user.id;
			const length = Buffer.alloc(2);
			length.writeUInt16BE(id.length);
			const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey, lies.algorithm)]);
			const authData = new Uint8Array(authenticatorData(options.rp.id, lies, attested));
			const { fmt, attStmt } = lies.statement ?? { fmt: "none", attStmt: new Map<string, unknown>() };
			const attestationObject = isoCBOR.encode(
				new Map<string, unknown>([
					["fmt", fmt],
					["attStmt", attStmt],
					["authData", authData],
				]) as Parameters<typeof isoCBOR.encode>[0],
			);
			return {
				id: lies.id ?? authenticator.id,
				rawId: lies.id ?? authenticator.id,
				type: "public-key",
				authenticatorAttachment: "platform",
				clientExtensionResults: { credProps: { rk: true } },
				response: {
					clientDataJSON: clientData("webauthn.create", options.challenge, options.rp.id, lies).toString("base64url"),
					attestationObject: Buffer.from(attestationObject).toString("base64url"),
					transports: ["internal", "hybrid"],
				},
			};
		},
		get(options, lies = {}) {
			if (counts) authenticator.counter++;
			const data = clientData("webauthn.get", options.challenge, options.rpId, lies);
			const authData = authenticatorData(options.rpId, lies);
			const signature = sign("sha256", Buffer.concat([authData, hash(data)]), lies.signedBy ?? privateKey);
			const handle = lies.userHandle === undefined ? userHandle : lies.userHandle;
			return {
				id: lies.id ?? authenticator.id,
				rawId: lies.id ?? authenticator.id,
				type: "public-key",
				authenticatorAttachment: "platform",
				clientExtensionResults: {},
				response: {
					clientDataJSON: data.toString("base64url"),
					authenticatorData: authData.toString("base64url"),
					signature: signature.toString("base64url"),
					...(handle !== undefined && { userHandle: handle }),
				},
			};
		},
	};
	return authenticator;
}

/** RFC 9053: key type, algorithm, and the key's own parameters. */
function coseKey(publicKey: KeyObject, algorithm?: number): Uint8Array {
	const { kty, x = "", y = "", n = "", e = "" } = publicKey.export({ format: "jwk" });
	const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
	const parameters: [number, number | Uint8Array][] =
		kty === "EC"
			? [
					[1, 2],
					[3, algorithm ?? -7],
					[-1, 1],
					[-2, bytes(x)],
					[-3, bytes(y)],
				]
			: [
					[1, 3],
					[3, algorithm ?? -257],
					[-1, bytes(n)],
					[-2, bytes(e)],
				];
	return isoCBOR.encode(new Map(parameters));
}
