/**
 * Ends function processes that outlive Gatehouse. A process ends by itself when its channel closes, but not while its function loops:
 * then it reads nothing. So a shell of its own, of about a megabyte, holds a pipe that ends with Gatehouse, however that ends, and the
 * process groups to kill then.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Log } from "../../kernel/ports.ts";

/** Each line on standard input is the whole list; the last one counts. */
const script = `pids=
while read -r line; do pids=$line; done
for pid in $pids; do kill -s KILL -- "-$pid"; done 2>/dev/null`;

export interface OrphanGuard {
	/** The process groups that are alive now. */
	watch(pids: readonly number[]): void;
	close(): void;
}

export function createOrphanGuard(log: Log): OrphanGuard {
	let shell: ChildProcess | undefined;
	let unavailable = process.platform === "win32";

	function start(): ChildProcess {
		// Its own group, so that a Ctrl-C at Gatehouse's terminal does not end it.
		const child = spawn("/bin/sh", ["-c", script], { detached: true, env: {}, cwd: "/", stdio: ["pipe", "ignore", "ignore"] });
		child.once("error", (error) => {
			unavailable = true;
			log.warn({ error }, "without /bin/sh a function that loops while this server is killed is not ended with it");
		});
		child.once("exit", () => {
			if (shell === child) shell = undefined;
		});
		// Its end is seen by "exit".
		child.stdin?.on("error", () => {});
		child.unref();
		return child;
	}

	return {
		watch(pids) {
			if (unavailable || (shell === undefined && pids.length === 0)) return;
			shell ??= start();
			shell.stdin?.write(`${pids.join(" ")}\n`);
		},
		close() {
			shell?.stdin?.end("\n");
			shell = undefined;
		},
	};
}
