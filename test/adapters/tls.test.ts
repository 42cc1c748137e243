import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, type PeerCertificate } from "node:tls";
import { developmentMasterKey, prepareDataFolder } from "../../src/adapters/data-folder.ts";
import { createLog } from "../../src/adapters/log.ts";
import { type Certificates, createFolderCertificates, createRenewedCertificates } from "../../src/adapters/tls.ts";
import { developmentCertificate } from "../../src/adapters/tls-development.ts";
import { type Listening, listen } from "../../src/server.ts";

const folders: string[] = [];
function folder(): string {
	const made = mkdtempSync(join(tmpdir(), "gatehouse-tls-"));
	folders.push(made);
	return made;
}
const open: { close(): unknown }[] = [];
after(async () => {
	for (const each of open) await each.close();
	for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const lines: string[] = [];
const log = createLog({ destination: { write: (line: string) => void lines.push(line) } });

async function serve(certificates: Certificates): Promise<number> {
	const config = { mode: "development", hosts: ["127.0.0.1"], port: 0, tls: { port: 0, source: "dev" }, adminPort: 0 } as const;
	const listening: Listening = await listen({ config, fetch: (incoming) => new Response(incoming.url), log, certificates });
	open.push(certificates, { close: () => listening.close({ graceMilliseconds: 0 }) });
	return listening.tlsPort as number;
}

/** Shakes hands as a client that trusts `ca` alone; rejects as the client would. */
function handshake(port: number, options: { ca: string; servername?: string; maxVersion?: "TLSv1.1" }): Promise<PeerCertificate> {
	const { promise, resolve, reject } = Promise.withResolvers<PeerCertificate>();
	const old = options.maxVersion === undefined ? {} : { minVersion: "TLSv1" as const, ciphers: "DEFAULT@SECLEVEL=0" };
	const socket = connect({ port, host: "127.0.0.1", ...options, ...old }, () => {
		resolve(socket.getPeerCertificate());
		socket.destroy();
	});
	socket.on("error", reject);
	return promise;
}

function get(port: number, ca: string, host: string): Promise<string> {
	const { promise, resolve, reject } = Promise.withResolvers<string>();
	const outgoing = request(
		{ port, host: "127.0.0.1", servername: host, ca, headers: { host }, path: "/path", agent: false },
		(incoming) => {
			let text = "";
			incoming.on("data", (chunk) => {
				text += chunk;
			});
			incoming.on("end", () => resolve(text));
		},
	);
	outgoing.on("error", reject);
	outgoing.end();
	return promise;
}

const dataDir = folder();
const made = await developmentCertificate({ dataDir, domainSuffix: "auth.localhost" });

test("clients that trust the development CA reach localhost, the loopback address, the suffix and names below it", async () => {
	const port = await serve(
		await createRenewedCertificates(() => developmentCertificate({ dataDir, domainSuffix: "auth.localhost" }), {
			log,
			lookMilliseconds: 60_000,
		}),
	);
	for (const servername of ["localhost", "auth.localhost", "shop.auth.localhost"])
		assert.ok(await handshake(port, { ca: made.authority, servername }), servername);
	assert.ok(await handshake(port, { ca: made.authority }));
	assert.equal(await get(port, made.authority, "localhost"), "https://localhost/path");
	await assert.rejects(handshake(port, { ca: made.authority, servername: "evil.com" }), /does not match/);
	await assert.rejects(
		handshake(port, {
			ca: (await developmentCertificate({ dataDir: folder(), domainSuffix: "auth.localhost" })).authority,
			servername: "localhost",
		}),
	);
});

test("TLS 1.1 is refused", async () => {
	const port = await serve(await createRenewedCertificates(async () => made, { log, lookMilliseconds: 60_000 }));
	await assert.rejects(handshake(port, { ca: made.authority, servername: "localhost", maxVersion: "TLSv1.1" }));
});

test("certificate and keys stay over restarts, for their owner's eyes alone", async () => {
	const again = await developmentCertificate({ dataDir, domainSuffix: "auth.localhost" });
	assert.deepEqual(again, made);
	assert.deepEqual(readdirSync(dataDir).sort(), ["tls-ca.crt", "tls-ca.key", "tls.crt", "tls.key"]);
	for (const file of readdirSync(dataDir)) assert.equal(statSync(join(dataDir, file)).mode & 0o077, 0, file);
});

test("a certificate about to expire is renewed under the same CA, and the running server uses it", async () => {
	const own = folder();
	let now = Date.now();
	const load = () => developmentCertificate({ dataDir: own, domainSuffix: "auth.localhost", now: () => now });
	const first = await load();
	const certificates = await createRenewedCertificates(load, { log, lookMilliseconds: 60_000 });
	const port = await serve(certificates);
	assert.equal(await certificates.reload(), false);
	now += 59 * 24 * 3600 * 1000;
	assert.equal(await certificates.reload(), false);
	now += 2 * 24 * 3600 * 1000;
	assert.equal(await certificates.reload(), true);
	const second = await load();
	assert.equal(second.authority, first.authority);
	assert.notEqual(second.certificate, first.certificate);
	const serial = new X509Certificate(second.certificate).serialNumber;
	// The new one is valid from a day before it was made, which here is in the future: only its identity is looked at.
	for (const servername of ["localhost", undefined]) assert.equal(await servedSerial(port, servername), serial);
});

function servedSerial(port: number, servername: string | undefined): Promise<string> {
	const { promise, resolve, reject } = Promise.withResolvers<string>();
	const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...(servername !== undefined && { servername }) }, () => {
		resolve(socket.getPeerCertificate().serialNumber);
		socket.destroy();
	});
	socket.on("error", reject);
	return promise;
}

test("another suffix gets another certificate, and another CA only where the old one may not sign it", async () => {
	const own = folder();
	const first = await developmentCertificate({ dataDir: own, domainSuffix: "auth.localhost" });
	const local = await developmentCertificate({ dataDir: own, domainSuffix: "id.localhost" });
	assert.equal(local.authority, first.authority);
	assert.match(new X509Certificate(local.certificate).subjectAltName ?? "", /DNS:\*\.id\.localhost/);
	const elsewhere = await developmentCertificate({ dataDir: own, domainSuffix: "auth.example.com" });
	assert.notEqual(elsewhere.authority, first.authority);
	const port = await serve(await createRenewedCertificates(async () => elsewhere, { log, lookMilliseconds: 60_000 }));
	assert.ok(await handshake(port, { ca: elsewhere.authority, servername: "shop.auth.example.com" }));
});

test("the CA may sign for local names only", async () => {
	const own = folder();
	const { authority } = await developmentCertificate({ dataDir: own, domainSuffix: "auth.localhost" });
	// What a thief of the key would do: a certificate for another name, under the same CA.
	const {
		X509CertificateGenerator,
		SubjectAlternativeNameExtension,
		PemConverter,
		X509Certificate: Parsed,
	} = await import("@peculiar/x509");
	const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
	const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
	const signingKey = await crypto.subtle.importKey(
		"pkcs8",
		PemConverter.decodeFirst(readFileSync(join(own, "tls-ca.key"), "utf8")),
		algorithm,
		false,
		["sign"],
	);
	const stolen = await X509CertificateGenerator.create({
		subject: "CN=bank.example",
		issuer: new Parsed(authority).subject,
		publicKey: keys.publicKey,
		signingKey,
		signingAlgorithm: algorithm,
		extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: "bank.example" }])],
	});
	const privateKey = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
	const port = await serve(
		await createRenewedCertificates(async () => ({ certificate: stolen.toString("pem"), privateKey }), { log, lookMilliseconds: 60_000 }),
	);
	await assert.rejects(handshake(port, { ca: authority, servername: "bank.example" }), /permitted subtree violation/);
});

test("damaged files are made anew", async () => {
	const own = folder();
	const first = await developmentCertificate({ dataDir: own, domainSuffix: "auth.localhost" });
	writeFileSync(join(own, "tls.key"), "nonsense");
	const second = await developmentCertificate({ dataDir: own, domainSuffix: "auth.localhost" });
	assert.equal(second.authority, first.authority);
	assert.notEqual(second.certificate, first.certificate);
});

/** A pair for `*.suffix`, `suffix` and localhost, by its own CA. */
async function pairFor(suffix: string) {
	return developmentCertificate({ dataDir: folder(), domainSuffix: suffix });
}
const one = await pairFor("one.example");
const two = await pairFor("two.example");

test("a folder's certificates are chosen by the name that is asked for: exact, wildcard, else the host's own", async () => {
	const own = folder();
	writeFileSync(join(own, "a.crt"), one.certificate);
	writeFileSync(join(own, "a.key"), one.privateKey);
	writeFileSync(join(own, "b.pem"), `${two.certificate}${two.privateKey}`);
	const certificates = createFolderCertificates(own, { host: "two.example", log });
	const port = await serve(certificates);
	assert.ok(await handshake(port, { ca: one.authority, servername: "one.example" }));
	assert.ok(await handshake(port, { ca: one.authority, servername: "Shop.One.example" }));
	assert.ok(await handshake(port, { ca: two.authority, servername: "shop.two.example" }));
	const serial = new X509Certificate(two.certificate).serialNumber;
	assert.equal(await servedSerial(port, undefined), serial);
	assert.equal(await servedSerial(port, "deep.shop.one.example"), serial);
	assert.equal(await servedSerial(port, "unknown"), serial);
});

test("a folder is read again when it changes; broken files leave the old certificate in place", async () => {
	const own = folder();
	writeFileSync(join(own, "a.crt"), one.certificate);
	writeFileSync(join(own, "a.key"), one.privateKey);
	const other = await pairFor("other.example");
	writeFileSync(join(own, "b.pem"), other.certificate + other.privateKey);
	const certificates = createFolderCertificates(own, { host: "one.example", log });
	const port = await serve(certificates);
	const serials = [one, two].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
	assert.equal(await servedSerial(port, undefined), serials[0]);
	// A key that does not belong to its certificate, then no certificate at all.
	writeFileSync(join(own, "a.crt"), two.certificate);
	await certificates.reload();
	assert.equal(await servedSerial(port, undefined), serials[0]);
	writeFileSync(join(own, "a.crt"), "nonsense");
	await certificates.reload();
	assert.equal(await servedSerial(port, "one.example"), serials[0]);
	assert.ok(lines.some((line) => line.includes("the old one stays")));
	assert.ok(!lines.some((line) => line.includes("PRIVATE KEY")));
	const changed = new Promise<void>((resolve) => certificates.onChange(resolve));
	writeFileSync(join(own, "a.key"), two.privateKey);
	writeFileSync(join(own, "a.crt"), two.certificate);
	// The watcher alone has to see it.
	await changed;
	rmSync(join(own, "b.pem"));
	await certificates.reload();
	assert.equal(await servedSerial(port, undefined), serials[1]);
	assert.equal(await servedSerial(port, "two.example"), serials[1]);
});

test("a folder without a usable certificate is refused", () => {
	assert.throws(() => createFolderCertificates(folder(), { host: "x", log }), /no usable certificate/);
	assert.throws(() => createFolderCertificates(join(folder(), "absent"), { host: "x", log }), /ENOENT/);
});

test("the development master key is made once, for its owner's eyes alone", () => {
	const own = join(folder(), "data");
	assert.equal(prepareDataFolder(own).openToOthers, false);
	assert.equal(statSync(own).mode & 0o777, 0o700);
	const first = developmentMasterKey(own);
	const second = developmentMasterKey(own);
	assert.equal(first.made, true);
	assert.equal(second.made, false);
	assert.equal(first.key.length, 32);
	assert.deepEqual(first.key, second.key);
	assert.deepEqual(readdirSync(own), ["master-key"]);
	assert.equal(statSync(join(own, "master-key")).mode & 0o777, 0o600);
	writeFileSync(join(own, "master-key"), "short");
	assert.throws(() => developmentMasterKey(own), /does not hold a key of 32 bytes/);
});

test("a data folder that is there already keeps its mode, and is said to be open to others", () => {
	const own = folder();
	assert.equal(prepareDataFolder(own).openToOthers, false);
	chmodSync(own, 0o755);
	assert.equal(prepareDataFolder(own).openToOthers, true);
	assert.equal(statSync(own).mode & 0o777, 0o755);
});
