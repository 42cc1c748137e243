/** CPU time and memory of processes, read from Linux's /proc (proc(5)). */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second, in which /proc counts CPU time. */
const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** A process and all its descendants. */
export function processTree(root: number): number[] {
	const children = new Map<number, number[]>();
	for (const entry of readdirSync("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		const parent = statOf(`/proc/${entry}`)?.parent;
		if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
	}
	const tree = [root];
	for (const pid of tree) tree.push(...(children.get(pid) ?? []));
	return tree;
}

/** User and system time of a process tree in seconds, children that have ended and were waited for included. */
export function cpuSeconds(root: number): number {
	let seconds = 0;
	for (const pid of processTree(root)) {
		const stat = statOf(`/proc/${pid}`);
		if (stat !== undefined) seconds += stat.own + stat.endedChildren;
	}
	return seconds;
}

/** User and system time of each thread of a process in seconds, summed by what the thread is for. */
export function cpuSecondsByThread(pid: number): Map<string, number> {
	const byName = new Map<string, number>();
	for (const thread of readdirSync(`/proc/${pid}/task`)) {
		const stat = statOf(`/proc/${pid}/task/${thread}`);
		if (stat === undefined) continue;
		const name = Number(thread) === pid ? mainThread : stat.name;
		byName.set(name, (byName.get(name) ?? 0) + stat.own);
	}
	return byName;
}

export const mainThread = "main";

/** Memory of a process in MB (10⁶ bytes) that is its alone or shared: what `ps` calls RSS. */
export function memoryMegabytes(pid: number): number {
	const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
	return (Number(kibibytes) * 1024) / 1e6;
}

interface Stat {
	readonly name: string;
	readonly parent: number;
	/** Seconds. */
	readonly own: number;
	readonly endedChildren: number;
}

/** Undefined where the process or thread has ended meanwhile. */
function statOf(folder: string): Stat | undefined {
	let text: string;
	try {
		text = readFileSync(`${folder}/stat`, "utf8");
	} catch {
		return undefined;
	}
	// The name is in parentheses and may hold anything; what follows has fixed places.
	const nameEnd = text.lastIndexOf(")");
	const fields = text.slice(nameEnd + 2).split(" ");
	const ticks = (index: number) => Number(fields[index]) / ticksPerSecond;
	return {
		name: text.slice(text.indexOf("(") + 1, nameEnd),
		parent: Number(fields[1]),
		own: ticks(11) + ticks(12),
		endedChildren: ticks(13) + ticks(14),
	};
}
