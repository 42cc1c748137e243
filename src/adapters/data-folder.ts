/** The data folder and the small secret files in it. */
import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes the folder, for its owner alone. Of one that is there already, says whether others may read it. */
export function prepareDataFolder(folder: string): { readonly openToOthers: boolean } {
	const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
	if (made !== undefined) chmodSync(folder, 0o700);
	return { openToOthers: process.platform !== "win32" && (statSync(folder).mode & 0o077) !== 0 };
}

/** The text of a file, or undefined if there is none. */
export function findFile(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw error;
	}
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writeSecretFile(path: string, text: string): void {
	const temporary = temporaryFile(path, text);
	renameSync(temporary, path);
}

/** Development's master key (32 bytes): made at the first start and kept beside the database, so a copy of the folder is a copy of every secret. */
export function developmentMasterKey(folder: string): { readonly key: Uint8Array; readonly made: boolean } {
	const path = join(folder, "master-key");
	const there = findFile(path);
	if (there !== undefined) return { key: decodeKey(there, path), made: false };
	const temporary = temporaryFile(path, `${randomBytes(32).toString("base64")}\n`);
	try {
		// A link, unlike a rename, never replaces: of two servers that start at once both get the first one's key.
		linkSync(temporary, path);
	} catch (error) {
		if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
	} finally {
		rmSync(temporary, { force: true });
	}
	return { key: decodeKey(readFileSync(path, "utf8"), path), made: true };
}

function temporaryFile(path: string, text: string): string {
	const temporary = `${path}.${randomBytes(6).toString("hex")}`;
	writeFileSync(temporary, text, { mode: 0o600, flag: "wx", flush: true });
	return temporary;
}

function decodeKey(text: string, path: string): Uint8Array {
	const key = Buffer.from(text.trim(), "base64");
	if (key.length !== 32)
		throw new Error(`${path} does not hold a key of 32 bytes; put it back from a backup, or remove the whole data folder`);
	return key;
}
