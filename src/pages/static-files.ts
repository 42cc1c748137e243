/**
 * The pages' stylesheets and scripts: read once at the start, compressed when first asked for, and served under names that have the hash of
 * the content, so that a browser may keep them for good.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

interface StaticFile {
	/** With the hash: `pages.0123456789abcdef.css`. */
	readonly servedName: string;
	readonly type: string;
	readonly etag: string;
	body(encoding: Encoding): Uint8Array<ArrayBuffer>;
}

type Encoding = "br" | "gzip" | "identity";

const encoders: Readonly<Record<Encoding, (content: string) => Buffer>> = {
	br: (content) => brotliCompressSync(content),
	gzip: (content) => gzipSync(content, { level: 9 }),
	identity: (content) => Buffer.from(content),
};

const types: Readonly<Record<string, string>> = { ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8" };
const keepSeconds = 31_536_000;

/** One request is faster than seven: the parts of the stylesheet that every page has, in their order. */
const pageStyles = ["light.css", "page.css", "fields.css", "buttons.css", "messages.css", "bars.css", "surroundings.css"];

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), "utf8");
const scripts = readdirSync(join(import.meta.dirname, "scripts")).filter((name) => name.endsWith(".js"));
const files: readonly (readonly [name: string, file: StaticFile])[] = [
	["pages.css", createStaticFile("pages.css", pageStyles.map((name) => read("styles", name)).join(""))],
	["dark.css", createStaticFile("dark.css", read("styles", "dark.css"))],
	...scripts.map((name) => [name, createStaticFile(name, read("scripts", name))] as const),
];
const byName: ReadonlyMap<string, StaticFile> = new Map(files);
const byServedName: ReadonlyMap<string, StaticFile> = new Map(files.map(([, file]) => [file.servedName, file]));

function createStaticFile(name: string, source: string): StaticFile {
	const content = withoutComments(source, extname(name));
	const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
	const extension = extname(name);
	const bodies: Partial<Record<Encoding, Uint8Array<ArrayBuffer>>> = {};
	return {
		servedName: `${name.slice(0, -extension.length)}.${hash}${extension}`,
		type: types[extension] as string,
		etag: `"${hash}"`,
		body(encoding) {
			bodies[encoding] ??= new Uint8Array(encoders[encoding](content));
			return bodies[encoding];
		},
	};
}

/** Comments are for those who read the source. A script's are left where they follow code, so that no string is mistaken for one. */
function withoutComments(text: string, extension: string): string {
	if (extension === ".css") return text.replace(/\/\*[\s\S]*?\*\/\s*/g, "").replace(/^\s+/gm, "");
	return text
		.replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")
		.replace(/^\s*\/\/.*\n/gm, "")
		.replace(/^\s+/gm, "");
}

/** The path of a file of `styles/` or `scripts/` below the domain's base path: `/assets/pages.HASH.css`. */
export function assetPath(name: string): string {
	const file = byName.get(name);
	if (file === undefined) throw new Error(`no stylesheet or script is named ${name}`);
	return `/assets/${file.servedName}`;
}

/** Answers a request for a file by the name it is served under; undefined where there is none. */
export function findAsset(servedName: string, headers: Headers): Response | undefined {
	const file = byServedName.get(servedName);
	if (file === undefined) return undefined;
	const kept: Record<string, string> = {
		"cache-control": `public, max-age=${keepSeconds}, immutable`,
		etag: file.etag,
		vary: "accept-encoding",
		"x-content-type-options": "nosniff",
		// A page of another origin has no use for them.
		"cross-origin-resource-policy": "same-origin",
	};
	if (headers.get("if-none-match")?.includes(file.etag)) return new Response(null, { status: 304, headers: kept });
	const encoding = chooseEncoding(headers.get("accept-encoding") ?? "");
	return new Response(file.body(encoding), {
		headers: { ...kept, "content-type": file.type, ...(encoding !== "identity" && { "content-encoding": encoding }) },
	});
}

/** The smallest body that the browser says it takes (RFC 9110 §12.5.3). */
function chooseEncoding(accepted: string): Encoding {
	const takes = (name: string) =>
		accepted.split(",").some((part) => {
			const [coding = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
			return coding === name && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
		});
	return takes("br") ? "br" : takes("gzip") ? "gzip" : "identity";
}
