/** A web application of another origin: one script, bundled as applications bundle it, on a port of its own. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";

export interface Pages {
	/** Every host name that leads to this port has the application. */
	readonly port: number;
	stop(): Promise<void>;
}

/** Bundles the script `entry` for browsers and serves a page that runs it. */
export async function servePages(entry: string): Promise<Pages> {
	const { outputFiles } = await build({
		entryPoints: [entry],
		bundle: true,
		write: false,
		format: "iife",
		platform: "browser",
		target: "chrome120",
		// What older libraries expect of their bundler.
		define: { global: "globalThis" },
		// What its package.json names for browsers, without `.js`: other bundlers find it so, esbuild does not.
		alias: { "@aws-sdk/credential-providers": "@aws-sdk/credential-providers/dist-es/index.browser.js" },
		logLevel: "error",
	});
	const script = outputFiles[0]?.text ?? "";
	const server = createServer((incoming, outgoing) => {
		const [type, body] = incoming.url === "/app.js" ? ["text/javascript", script] : ["text/html", page];
		outgoing.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" }).end(body);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return {
		port: (server.address() as AddressInfo).port,
		async stop() {
			server.closeAllConnections();
			server.close();
		},
	};
}

const page =
	'<!doctype html><meta charset="utf-8"><title>application</title><link rel="icon" href="data:,"><script src="/app.js"></script>';
