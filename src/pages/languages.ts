/**
 * The pages' texts. Each file of `languages/` is a language, under its BCP 47 tag, with exactly the keys of `en.json`: adding a language is
 * adding a file. What a file lacks is shown in English. A text may have `{placeholders}`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { html } from "hono/html";
import en from "./languages/en.json" with { type: "json" };
import type { Html } from "./look.ts";

export type TextKey = keyof typeof en;

export interface Language {
	/** BCP 47, such as `pt-BR`. */
	readonly code: string;
	readonly direction: "ltr" | "rtl";
	/** What the language calls itself. */
	readonly name: string;
	/** The text with its placeholders filled. It is plain text: a template escapes it. */
	text(key: TextKey, values?: Readonly<Record<string, string>>): string;
	/** The text as HTML, for placeholders that are links or stand out. Strings among the values are escaped and isolated from its direction. */
	html(key: TextKey, values: Readonly<Record<string, string | Html>>): Html;
}

const fallbackCode = "en";

/** Every language there is, by its own name's order in the file listing. */
export const languages: readonly Language[] = readLanguages(join(import.meta.dirname, "languages"));

const byTag: ReadonlyMap<string, Language> = new Map(languages.map((language) => [language.code.toLowerCase(), language]));
const fallback = byTag.get(fallbackCode) as Language;

function readLanguages(folder: string): Language[] {
	return readdirSync(folder)
		.filter((file) => file.endsWith(".json"))
		.sort()
		.map((file) => createLanguage(file.slice(0, -".json".length), { ...en, ...JSON.parse(readFileSync(join(folder, file), "utf8")) }));
}

function createLanguage(code: string, texts: Readonly<Record<TextKey, string>>): Language {
	const direction = texts["language.direction"] === "rtl" ? "rtl" : "ltr";
	// Values keep a direction of their own: without isolation an address or a number in Arabic text falls apart (Unicode TR9 §2.4).
	const isolate = (value: string) => (direction === "rtl" ? `\u2068${value}\u2069` : value);
	return {
		code,
		direction,
		name: texts["language.name"],
		text: (key, values = {}) =>
			texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? isolate(values[name] as string) : whole)),
		html(key, values) {
			const pieces = texts[key].split(/\{(\w+)\}/).map((piece, i) => {
				if (i % 2 === 0) return piece;
				const value = Object.hasOwn(values, piece) ? values[piece] : undefined;
				return typeof value === "string" ? html`<bdi>${value}</bdi>` : (value ?? "");
			});
			return html`${pieces}`;
		},
	};
}

/** Other names of languages that there are under another tag: scripts name the variety of Chinese, and some browsers leave the region out. */
const aliases: Readonly<Record<string, string>> = {
	"zh-hant": "zh-tw",
	"zh-hk": "zh-tw",
	"zh-mo": "zh-tw",
	"zh-hans": "zh-cn",
	"zh-sg": "zh-cn",
	zh: "zh-cn",
	pt: "pt-br",
	in: "id",
};

/** The language of a tag, or of what is left of it as its end is cut off (RFC 4647 §3.4); undefined for one that there is not. */
export function findLanguage(tag: string): Language | undefined {
	let range = tag.trim().toLowerCase().replaceAll("_", "-");
	if (range.length > tagCharactersMax) return undefined;
	while (range !== "") {
		const found = byTag.get(aliases[range] ?? range);
		if (found !== undefined) return found;
		// A single letter before the end says what the end means, and goes with it.
		range = range.includes("-") ? range.replace(/-[^-]*$/, "").replace(/-[a-z0-9]$/, "") : "";
	}
	return undefined;
}

const tagCharactersMax = 35;
const rangesMax = 20;

/** The language of a request: by the `lang` of its query, else its cookie, else what the browser asks for, else English. */
export function chooseLanguage(asked: {
	readonly query?: string | undefined;
	readonly cookie?: string | undefined;
	readonly acceptLanguage?: string | undefined;
}): Language {
	return findLanguage(asked.query ?? "") ?? findLanguage(asked.cookie ?? "") ?? findAccepted(asked.acceptLanguage ?? "") ?? fallback;
}

/** The first language there is of an `Accept-Language` header, by quality (RFC 9110 §12.5.4). */
function findAccepted(header: string): Language | undefined {
	const ranges = header
		.split(",", rangesMax)
		.map((part) => {
			const [tag = "", ...parameters] = part.split(";").map((piece) => piece.trim());
			const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
			return { tag, quality: quality === undefined ? 1 : Number(quality) };
		})
		.filter(({ quality }) => quality > 0)
		.sort((a, b) => b.quality - a.quality);
	for (const { tag } of ranges) {
		if (tag === "*") return fallback;
		const found = findLanguage(tag);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The same page in every language: `path` as the browser sees it, and its query with `lang` set. */
export function linksToLanguages(path: string, query: URLSearchParams): { code: string; label: string; href: string }[] {
	return languages.map(({ code, name }) => {
		const changed = new URLSearchParams(query);
		changed.set("lang", code);
		return { code, label: name, href: `${path}?${changed}` };
	});
}
