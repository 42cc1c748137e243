/**
 * Serves what a client's look is made of: its stylesheet and its pictures. Their names have the hash of their content, so that browsers
 * keep them for good; a picture that is opened by itself may run nothing.
 */
import { Hono } from "hono";
import type { Call } from "../domain/call.ts";
import { findAppClient } from "../domain/user-pools/app-clients.ts";
import { findClientBranding } from "../domain/user-pools/branding/client-branding.ts";
import { readImage } from "../domain/user-pools/branding/images.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { type BrandingKind, compile } from "./branding.ts";

const keepSeconds = 31_536_000;
/** Pictures that each process keeps in memory. */
const keptBytesMax = 32 * 1024 * 1024;

const types: Readonly<Record<string, string>> = {
	png: "image/png",
	jpeg: "image/jpeg",
	webp: "image/webp",
	ico: "image/x-icon",
	svg: "image/svg+xml",
};

type Base = Pick<Call, "store" | "caches">;

export function createBrandingFiles(base: Base): Hono<DomainEnv> {
	const app = new Hono<DomainEnv>();
	const kept = createKept();
	app.get("/branding/:kind{classic|managed}/:client/:file", async (c) => {
		const kind = c.req.param("kind") as BrandingKind;
		const clientId = c.req.param("client");
		const { pool } = c.get("domain");
		const [, hash = "", extension = ""] = /^([0-9a-f]{32})\.([a-z]{3,4})$/.exec(c.req.param("file")) ?? [];
		if (hash === "" || !/^[\w+]{1,128}$/.test(clientId)) return c.notFound();
		if (extension === "css") return (await findStylesheet(pool, kind, clientId, hash)) ?? c.notFound();
		const type = types[extension];
		if (type === undefined) return c.notFound();
		const key = `${pool.id}/${kind}/${clientId}/${hash}`;
		const bytes = kept.find(key) ?? (await readImage(base.store, pool.id, { clientId, kind }, hash));
		if (bytes === undefined) return c.notFound();
		kept.keep(key, bytes);
		return new Response(new Uint8Array(bytes), { headers: headersOf(type, hash, true) });
	});
	return app;

	async function findStylesheet(pool: UserPool, kind: BrandingKind, clientId: string, hash: string): Promise<Response | undefined> {
		const client = await findAppClient(base as Call, clientId);
		if (client === undefined || client.userPoolId !== pool.id) return undefined;
		const compiled = compile(await findClientBranding(base, pool, client), client.id, kind);
		// A page from before a change gets today's stylesheet, which is not kept under that name.
		return compiled && new Response(compiled.css, { headers: headersOf("text/css; charset=utf-8", compiled.hash, compiled.hash === hash) });
	}
}

function headersOf(type: string, hash: string, isCurrent: boolean): Record<string, string> {
	return {
		"content-type": type,
		"cache-control": isCurrent ? `public, max-age=${keepSeconds}, immutable` : "no-store",
		etag: `"${hash}"`,
		"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
		"x-content-type-options": "nosniff",
		"x-frame-options": "DENY",
	};
}

/** The files that were asked for last, as many as fit. A name with a hash never stands for other content. */
function createKept() {
	const files = new Map<string, Buffer>();
	let bytes = 0;
	return {
		find: (key: string): Buffer | undefined => files.get(key),
		keep(key: string, file: Buffer): void {
			if (files.delete(key)) bytes -= file.length;
			files.set(key, file);
			bytes += file.length;
			for (const [oldest, { length }] of files) {
				if (bytes <= keptBytesMax) break;
				files.delete(oldest);
				bytes -= length;
			}
		},
	};
}
