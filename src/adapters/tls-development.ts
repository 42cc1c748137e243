/**
 * Development's certificate authority and the certificate it signs, kept in the data folder. The authority is limited to local names by
 * name constraints, so that who trusts it in a browser trusts it for nothing else.
 */
import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { findFile, writeSecretFile } from "./data-folder.ts";
import type { CertificateFiles } from "./tls.ts";

const dayMilliseconds = 24 * 3600 * 1000;
const authorityDays = 3650;
const leafDays = 90;
/** A leaf with fewer days left is replaced. */
const renewDays = 30;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export interface DevelopmentCertificate extends CertificateFiles {
	/** The authority's certificate, PEM: what browsers and clients trust. */
	readonly authority: string;
}

/**
 * The certificate for localhost, 127.0.0.1, ::1, the domain suffix and the names below it. Made where there is none, where it is about to expire or where
 * the suffix changed; the authority stays unless the suffix leaves what it is limited to. `now` is the real time: clients check by theirs.
 */
export async function developmentCertificate(options: {
	readonly dataDir: string;
	readonly domainSuffix: string;
	readonly now?: () => number;
}): Promise<DevelopmentCertificate> {
	const now = options.now?.() ?? Date.now();
	const suffix = options.domainSuffix;
	const names = [...new Set(["localhost", suffix, `*.${suffix}`])];
	const authority = await keepAuthority(options.dataDir, suffix, now);
	const files = { certificate: join(options.dataDir, "tls.crt"), privateKey: join(options.dataDir, "tls.key") };
	const certificate = findFile(files.certificate);
	const privateKey = findFile(files.privateKey);
	const there = pair(certificate, privateKey);
	if (there !== undefined && isCurrent(there.parsed, authority.certificate, names, now))
		return { ...there.files, authority: authority.certificate };
	const made = await makeLeaf(authority, names, now);
	writeSecretFile(files.privateKey, made.privateKey);
	writeSecretFile(files.certificate, made.certificate);
	return { ...made, authority: authority.certificate };
}

async function keepAuthority(dataDir: string, suffix: string, now: number): Promise<CertificateFiles> {
	const files = { certificate: join(dataDir, "tls-ca.crt"), privateKey: join(dataDir, "tls-ca.key") };
	const certificate = findFile(files.certificate);
	const privateKey = findFile(files.privateKey);
	const there = pair(certificate, privateKey);
	if (there?.parsed.subject === `CN=${authorityName(suffix)}` && daysLeft(there.parsed, now) > leafDays) return there.files;
	const made = await makeAuthority(suffix, now);
	writeSecretFile(files.privateKey, made.privateKey);
	writeSecretFile(files.certificate, made.certificate);
	return made;
}

/** The names that the authority is limited to, in its own name: when they change it is another authority. */
function authorityName(suffix: string): string {
	return `Gatehouse development CA for ${permittedNames(suffix).join(" and ")}`;
}

function permittedNames(suffix: string): string[] {
	return suffix === "localhost" || suffix.endsWith(".localhost") ? ["localhost"] : ["localhost", suffix];
}

/** A certificate with the key that belongs to it; undefined where either is missing, damaged, or another's. */
function pair(
	certificate: string | undefined,
	privateKey: string | undefined,
): { readonly files: CertificateFiles; readonly parsed: X509Certificate } | undefined {
	if (certificate === undefined || privateKey === undefined) return undefined;
	try {
		const parsed = new X509Certificate(certificate);
		return parsed.checkPrivateKey(createPrivateKey(privateKey)) ? { files: { certificate, privateKey }, parsed } : undefined;
	} catch {
		return undefined;
	}
}

function isCurrent(leaf: X509Certificate, authority: string, names: readonly string[], now: number): boolean {
	const alternatives = (leaf.subjectAltName ?? "").split(", ");
	return (
		daysLeft(leaf, now) > renewDays &&
		names.every((name) => alternatives.includes(`DNS:${name}`)) &&
		leaf.verify(new X509Certificate(authority).publicKey)
	);
}

function daysLeft(certificate: X509Certificate, now: number): number {
	return (Date.parse(certificate.validTo) - now) / dayMilliseconds;
}

/** The library is loaded only where certificates are made. */
async function library() {
	await import("reflect-metadata");
	return import("@peculiar/x509");
}

async function makeAuthority(suffix: string, now: number): Promise<CertificateFiles> {
	const x509 = await library();
	const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: `CN=${authorityName(suffix)}`,
		notBefore: new Date(now - dayMilliseconds),
		notAfter: new Date(now + authorityDays * dayMilliseconds),
		signingAlgorithm: algorithm,
		keys,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
			new x509.Extension(nameConstraints, true, encodeNameConstraints(permittedNames(suffix))),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return { certificate: pem(certificate.toString("pem")), privateKey: await privateKeyPem(keys.privateKey) };
}

async function makeLeaf(authority: CertificateFiles, names: readonly string[], now: number): Promise<CertificateFiles> {
	const x509 = await library();
	const issuer = new x509.X509Certificate(authority.certificate);
	const der = x509.PemConverter.decodeFirst(authority.privateKey);
	const signingKey = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
	const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
	const certificate = await x509.X509CertificateGenerator.create({
		serialNumber: serialNumber(),
		subject: "CN=localhost",
		issuer: issuer.subject,
		notBefore: new Date(now - dayMilliseconds),
		notAfter: new Date(now + leafDays * dayMilliseconds),
		signingAlgorithm: algorithm,
		publicKey: keys.publicKey,
		signingKey,
		extensions: [
			new x509.BasicConstraintsExtension(false, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
			new x509.SubjectAlternativeNameExtension([
				...names.map((value) => ({ type: "dns" as const, value })),
				{ type: "ip", value: "127.0.0.1" },
				{ type: "ip", value: "::1" },
			]),
			await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return { certificate: pem(certificate.toString("pem")), privateKey: await privateKeyPem(keys.privateKey) };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 bytes. */
function serialNumber(): string {
	const bytes = randomBytes(16);
	bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
	return bytes.toString("hex");
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
	const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
	return `-----BEGIN PRIVATE KEY-----\n${(der.toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END PRIVATE KEY-----\n`;
}

function pem(text: string): string {
	return text.endsWith("\n") ? text : `${text}\n`;
}

const nameConstraints = "2.5.29.30";

/** RFC 5280 §4.2.1.10: NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }. A DNS name permits those below it. */
function encodeNameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
	const subtrees = [
		...names.map((name) => der(0x82, Buffer.from(name, "ascii"))),
		// iPAddress: address and mask. 127.0.0.0/8 and ::1/128.
		der(0x87, Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])),
		der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 0xff)])),
	].map((base) => der(0x30, base));
	return new Uint8Array(der(0x30, der(0xa0, Buffer.concat(subtrees))));
}

/** A DER value of up to 65,535 bytes. */
function der(tag: number, content: Uint8Array): Buffer {
	const { length } = content;
	const prefix = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from(prefix), content]);
}
