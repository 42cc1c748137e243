/** The disk that the benchmarks run on: it must be one, and how long it takes to sync. */
import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** File systems in memory (statfs(2)): tmpfs and ramfs. */
const inMemory = new Set([0x01021994, 0x858458f6]);
const syncs = 200;
const blockBytes = 4096;

/** Refuses a folder whose files are in memory, where a sync means nothing. */
export function checkDisk(folder: string): void {
	mkdirSync(folder, { recursive: true });
	if (inMemory.has(statfsSync(folder).type)) throw new Error(`${folder} is in memory; give a folder on a disk with --dir`);
}

/** Median milliseconds of appending 4 KiB to a file and syncing it. */
export function syncMilliseconds(folder: string): number {
	const place = mkdtempSync(join(folder, "sync-"));
	try {
		const file = openSync(join(place, "file"), "a");
		const block = Buffer.alloc(blockBytes, 1);
		const times = Array.from({ length: syncs }, () => {
			const startedAt = performance.now();
			writeSync(file, block);
			fdatasyncSync(file);
			return performance.now() - startedAt;
		});
		closeSync(file);
		return times.sort((a, b) => a - b)[syncs / 2] as number;
	} finally {
		rmSync(place, { recursive: true, force: true });
	}
}
