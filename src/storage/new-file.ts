/** A file that is whole or not there: written under another name beside its place, and given its own once all of it is on the disk. */
import { createWriteStream, existsSync } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import type { Random } from "../kernel/ports.ts";
import { DataRefusal } from "./data-refusal.ts";

/** A file system that has no hard links says one of these; Linux's FAT, SMB and FUSE differ. */
const noLinksCodes: readonly (string | undefined)[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL"];

/**
 * Refuses a name that is taken and a folder that is not there: both would be noticed at the end too, and here that costs nothing.
 * `kind` is what the file is to be, such as `backup`.
 */
export function checkNewFile(path: string, kind: string): void {
	if (existsSync(path)) throw nameTaken(path, kind);
	if (!existsSync(dirname(path))) throw new DataRefusal(`there is no folder ${dirname(path)}.`);
}

/**
 * Writes a file that only its owner may read; `fill` writes all of it and ends the stream.
 * @throws DataRefusal where the name is taken by then
 */
export async function writeNewFile(path: string, kind: string, random: Random, fill: (file: Writable) => Promise<void>): Promise<void> {
	const temporary = `${path}.${random.bytes(6).toString("hex")}.partial`;
	try {
		await fill(createWriteStream(temporary, { flags: "wx", mode: 0o600, flush: true }));
		await giveName(temporary, path);
		await syncFolder(dirname(path));
	} catch (error) {
		await rm(temporary, { force: true });
		if ((error as NodeJS.ErrnoException).code === "EEXIST") throw nameTaken(path, kind);
		throw error;
	}
}

function nameTaken(path: string, kind: string): DataRefusal {
	return new DataRefusal(`${path} is there already; give the ${kind} a name of its own.`);
}

/** Gives the file its name and ends the other one. Fails with EEXIST where somebody has taken the name: renaming would replace what is there. */
async function giveName(temporary: string, path: string): Promise<void> {
	try {
		await link(temporary, path);
	} catch (error) {
		if (!noLinksCodes.includes((error as NodeJS.ErrnoException).code)) throw error;
		// The name is taken first, so that what is replaced is our own empty file.
		await (await open(path, "wx", 0o600)).close();
		return await rename(temporary, path);
	}
	await rm(temporary);
}

/** A new name is on the disk once its folder is. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
