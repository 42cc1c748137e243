/**
 * The certificates of the HTTPS port: development's own, or a folder of an operator's. Each connection gets the one that fits the name it
 * asks for (SNI), and files that change are read again while the server runs; broken ones leave the old in place.
 */
import { X509Certificate } from "node:crypto";
import { type FSWatcher, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Log } from "../kernel/ports.ts";

/** A change often comes as several events, and the key after the certificate. */
const settleMilliseconds = 200;
/** Watching misses what network folders and swapped links do, so the files are also looked at from time to time. */
const lookMilliseconds = 60_000;

export interface CertificateFiles {
	/** PEM, the leaf first. */
	readonly certificate: string;
	/** PEM. */
	readonly privateKey: string;
}

export interface Certificates {
	/** The context for a name that a client asks for, or for none. */
	find(servername: string | undefined): SecureContext;
	/** Certificate and key for clients that ask for no name: what the server starts with. */
	readonly fallback: CertificateFiles;
	/** Called after each change. */
	onChange(listener: () => void): void;
	/** Looks for changes now; true if there were any. */
	reload(): Promise<boolean>;
	close(): void;
}

interface Loaded {
	readonly name: string;
	readonly files: CertificateFiles;
	readonly context: SecureContext;
	/** Lower-case DNS names of the certificate. */
	readonly names: readonly string[];
}

/** One pair that is renewed by its maker: `load` gives the current one. */
export async function createRenewedCertificates(
	load: () => Promise<CertificateFiles>,
	options: { readonly log: Log; readonly lookMilliseconds: number },
): Promise<Certificates> {
	let current = parse("development", await load());
	const listeners: (() => void)[] = [];
	async function reload(): Promise<boolean> {
		const files = await load();
		if (files.certificate === current.files.certificate) return false;
		current = parse("development", files);
		for (const listener of listeners) listener();
		return true;
	}
	const timer = setInterval(() => {
		reload().catch((error: unknown) => options.log.error({ error }, "the development certificate could not be renewed"));
	}, options.lookMilliseconds).unref();
	return {
		find: () => current.context,
		get fallback() {
			return current.files;
		},
		onChange: (listener) => void listeners.push(listener),
		reload,
		close: () => clearInterval(timer),
	};
}

/**
 * A folder of `NAME.crt` and `NAME.key`, or `NAME.pem` with both. The names that count are those in the certificates: the exact one wins over a
 * wildcard. Clients that ask for another name, or none, get the certificate of `host`, else the first by file name.
 */
export function createFolderCertificates(folder: string, options: { readonly host: string; readonly log: Log }): Certificates {
	let loaded = new Map<string, Loaded>();
	const listeners: (() => void)[] = [];

	function read(): boolean {
		const next = new Map<string, Loaded>();
		let changed = false;
		for (const { name, read } of listPairs(folder)) {
			const before = loaded.get(name);
			try {
				const files = read();
				const same = before !== undefined && before.files.certificate === files.certificate && before.files.privateKey === files.privateKey;
				next.set(name, same ? before : parse(name, files));
				changed ||= !same;
			} catch (error) {
				const code = error instanceof Error && "code" in error ? error.code : undefined;
				options.log.error(
					{ folder, certificate: name, errorCode: code },
					before === undefined ? "a certificate can't be used" : "a changed certificate can't be used; the old one stays",
				);
				if (before !== undefined) next.set(name, before);
			}
		}
		if (next.size === 0) {
			if (loaded.size > 0) options.log.error({ folder }, "the certificate folder is empty; the old ones stay");
			return false;
		}
		changed ||= next.size !== loaded.size;
		loaded = next;
		return changed;
	}

	async function reload(): Promise<boolean> {
		let changed = false;
		try {
			changed = read();
		} catch (error) {
			options.log.error({ folder, error }, "the certificate folder can't be read; the old ones stay");
		}
		if (changed) {
			options.log.info({ folder, certificates: [...loaded.keys()] }, "certificates were read again");
			for (const listener of listeners) listener();
		}
		return changed;
	}

	const byName = (servername: string) => {
		const name = servername.toLowerCase();
		const wildcard = `*${name.slice(name.indexOf("."))}`;
		const all = [...loaded.values()];
		// RFC 6125 §6.4.3: a wildcard stands for exactly one label.
		return (
			all.find((each) => each.names.includes(name)) ?? (name.includes(".") ? all.find((each) => each.names.includes(wildcard)) : undefined)
		);
	};
	const fallback = () => byName(options.host) ?? ([...loaded.values()][0] as Loaded);

	read();
	if (loaded.size === 0)
		throw new Error(`the folder ${folder} has no usable certificate; it needs NAME.crt and NAME.key, or NAME.pem with both`);
	let settling: NodeJS.Timeout | undefined;
	const look = () => {
		clearTimeout(settling);
		settling = setTimeout(() => void reload(), settleMilliseconds).unref();
	};
	const watcher = watchFolder(folder, look);
	const timer = setInterval(look, lookMilliseconds).unref();

	return {
		find: (servername) => (byName(servername ?? "") ?? fallback()).context,
		get fallback() {
			return fallback().files;
		},
		onChange: (listener) => void listeners.push(listener),
		reload,
		close() {
			clearInterval(timer);
			clearTimeout(settling);
			watcher?.close();
		},
	};
}

/** File systems without events are looked at by the timer alone. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
	try {
		return watch(folder, { persistent: false }, onEvent).on("error", () => {});
	} catch {
		return undefined;
	}
}

/** The pairs of a folder by name, sorted; reading each may throw. */
function listPairs(folder: string): { readonly name: string; readonly read: () => CertificateFiles }[] {
	const files = readdirSync(folder).sort();
	const text = (file: string) => readFileSync(join(folder, file), "utf8");
	return files.flatMap((file) => {
		const name = file.replace(/\.(crt|pem)$/, "");
		if (file.endsWith(".crt")) return [{ name, read: () => ({ certificate: text(file), privateKey: text(`${name}.key`) }) }];
		if (!file.endsWith(".pem") || files.includes(`${name}.crt`)) return [];
		const keyFile = files.includes(`${name}.key`) ? `${name}.key` : file;
		return [{ name, read: () => ({ certificate: text(file), privateKey: text(keyFile) }) }];
	});
}

/** Checks that certificate and key belong together and reads the names; throws for anything else. */
function parse(name: string, files: CertificateFiles): Loaded {
	// TLS 1.0 and 1.1 are deprecated (RFC 8996).
	const context = createSecureContext({ cert: files.certificate, key: files.privateKey, minVersion: "TLSv1.2" });
	const { subjectAltName = "" } = new X509Certificate(files.certificate);
	const names = [...subjectAltName.matchAll(/DNS:([^,\s"]+)/g)].map((match) => (match[1] as string).toLowerCase());
	return { name, files, context, names };
}
