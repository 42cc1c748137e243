/** Self-signed X.509 certificates (RFC 5280) that say no more than whose a key is. */
import { type KeyObject, webcrypto } from "node:crypto";

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

export interface CertificateFacts {
	readonly keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
	/** CN of subject and issuer: characters that need no escaping in a distinguished name. */
	readonly commonName: string;
	/** At most 20 bytes; made positive here. */
	readonly serial: Uint8Array;
	/** Milliseconds since the epoch; certificates count in seconds. */
	readonly notBefore: number;
	readonly notAfter: number;
}

/** A certificate for an RSA key for signatures, signed by itself with SHA-256, as DER. */
export async function issueSelfSigned(facts: CertificateFacts): Promise<Buffer> {
	// Loaded at first need: it is large, and most processes never make one.
	await import("reflect-metadata");
	const x509 = await import("@peculiar/x509");
	const certificate = await x509.X509CertificateGenerator.createSelfSigned(
		{
			serialNumber: positive(facts.serial),
			name: `CN=${facts.commonName}`,
			notBefore: new Date(facts.notBefore),
			notAfter: new Date(facts.notAfter),
			signingAlgorithm: algorithm,
			// Node's type of the same class has a name of its own.
			keys: {
				privateKey: facts.keys.privateKey.toCryptoKey(algorithm, true, ["sign"]) as CryptoKey,
				publicKey: facts.keys.publicKey.toCryptoKey(algorithm, true, ["verify"]) as CryptoKey,
			},
			extensions: [
				new x509.BasicConstraintsExtension(false, undefined, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			],
		},
		webcrypto as Crypto,
	);
	return Buffer.from(certificate.rawData);
}

/** RFC 5280 §4.1.2.2: positive, and here without a leading zero. */
function positive(serial: Uint8Array): string {
	const bytes = Buffer.from(serial);
	bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
	return bytes.toString("hex");
}
