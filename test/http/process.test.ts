import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bareEnvironment } from "../support/command-line.ts";
import { freePort } from "../support/ports.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "gatehouse-process-"));
const children: ChildProcess[] = [];
after(() => {
	for (const child of children) child.kill("SIGKILL");
	rmSync(dataDir, { recursive: true, force: true });
});

interface Running {
	readonly child: ChildProcess;
	/** Resolves with what was written once standard output has `text`. */
	says(text: string): Promise<string>;
	readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function gatehouse(args: readonly string[], env: Record<string, string> = {}): Running {
	const child = spawn(process.execPath, [main, ...args], { env: { ...bareEnvironment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
	children.push(child);
	let stdout = "";
	let stderr = "";
	let look = () => {};
	child.stdout?.on("data", (chunk) => {
		stdout += chunk;
		look();
	});
	child.stderr?.on("data", (chunk) => {
		stderr += chunk;
	});
	const { promise: ended, resolve } = Promise.withResolvers<{ code: number | null; stdout: string; stderr: string }>();
	child.on("close", (code) => resolve({ code, stdout, stderr }));
	const says = (text: string) =>
		Promise.race([
			new Promise<string>((resolve) => {
				look = () => {
					if (stdout.includes(text)) resolve(stdout);
				};
				look();
			}),
			ended.then((end) => Promise.reject(new Error(`it ended: ${end.stderr}`))),
		]);
	return { child, says, ended };
}

test("it says when it is ready, answers, and exits 0 on SIGTERM; a second start finds its key again", async () => {
	const port = await freePort();
	for (const round of [1, 2]) {
		const running = gatehouse(["--port", String(port), "--data-dir", dataDir]);
		assert.equal(await running.says("ready"), `gatehouse ready at http://localhost:${port}\n`, `round ${round}`);
		assert.equal((await fetch(`http://127.0.0.1:${port}/_gatehouse/ready`)).status, 200);
		running.child.kill("SIGTERM");
		const { code, stderr } = await running.ended;
		assert.equal(code, 0, stderr);
		assert.match(stderr, /a copy of that folder is a copy of every secret/);
	}
	assert.ok(readdirSync(dataDir).includes("master-key"));
	for (const file of readdirSync(dataDir)) assert.equal(statSync(join(dataDir, file)).mode & 0o077, 0, file);
});

test("a taken port is one line and exit code 1", async () => {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const { code, stderr } = await gatehouse(["--port", String(port), "--data-dir", dataDir]).ended;
	server.close();
	assert.equal(code, 1);
	assert.match(stderr, new RegExp(`^gatehouse: port ${port} on 127\\.0\\.0\\.1 is taken`, "m"));
});

test("a bad configuration is one line and exit code 1", async () => {
	const [unknown, unsafe] = await Promise.all([
		gatehouse(["--prot", "1"]).ended,
		gatehouse([], { GATEHOUSE_HOST: "0.0.0.0", GATEHOUSE_DATA_DIR: dataDir }).ended,
	]);
	assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
	assert.match(unknown.stderr, /^gatehouse: Unknown option '--prot'; gatehouse --help lists what there is\.\n$/);
	assert.equal(unsafe.code, 1);
	assert.match(unsafe.stderr, /^gatehouse: this server listens on 0\.0\.0\.0, which is production, and production needs [^\n]+\n$/);
});

test("help, version and the development CA are printed", async () => {
	const [help, version, authority] = await Promise.all([
		gatehouse(["--help"]).ended,
		gatehouse(["--version"]).ended,
		gatehouse(["tls", "ca", "--data-dir", dataDir]).ended,
	]);
	assert.match(help.stdout, /--public-url URL/);
	assert.match(version.stdout, /^gatehouse \d+\.\d+\.\d+\n$/);
	assert.match(authority.stdout, /^-----BEGIN CERTIFICATE-----/);
	for (const { code } of [help, version, authority]) assert.equal(code, 0);
});
