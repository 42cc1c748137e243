/** The little XML that S3 speaks: elements and text. Documents with anything that could mean more than it shows are refused. */
import { malformedXml } from "./refusals.ts";

export interface XmlElement {
	/** Without its prefix. */
	readonly name: string;
	readonly children: readonly XmlElement[];
	readonly text: string;
}

const depthMax = 16;
/** Starts, ends, texts and comments: the longest document is DeleteObjects', of 1,000 objects with six elements each. */
const tokensMax = 50_000;
/** `&#1114111` */
const entityCharactersMax = 9;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** A declaration, a comment, an element's start with a few attributes, its end, or text. */
const token =
	/<\?xml[^<>]*\?>|<!--(?:(?!--)[\s\S])*-->|<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')){0,16})\s*(\/?)>|<\/([A-Za-z_][\w.:-]*)\s*>|([^<]+)/y;

interface Open {
	readonly written: string;
	readonly name: string;
	readonly children: XmlElement[];
	text: string;
}

/** The document's only element. @throws MalformedXML */
export function parseXml(bytes: Uint8Array): XmlElement {
	let source: string;
	try {
		source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw malformedXml();
	}
	const top: Open = { written: "", name: "", children: [], text: "" };
	const open: Open[] = [top];
	token.lastIndex = 0;
	for (let tokens = 0; token.lastIndex < source.length; tokens++) {
		if (tokens > tokensMax) throw malformedXml();
		const match = token.exec(source);
		if (match === null) throw malformedXml();
		const [, start, , isEmpty, end, text] = match;
		const current = open.at(-1) as Open;
		if (text !== undefined) current.text += resolveEntities(text);
		else if (start !== undefined) {
			const element: Open = { written: start, name: start.slice(start.indexOf(":") + 1), children: [], text: "" };
			current.children.push(element);
			if (isEmpty === "") open.push(element);
			if (open.length > depthMax) throw malformedXml();
		} else if (end !== undefined) {
			if (open.length < 2 || open.pop()?.written !== end) throw malformedXml();
		}
	}
	const [root, ...others] = top.children;
	if (open.length !== 1 || root === undefined || others.length > 0 || top.text.trim() !== "") throw malformedXml();
	return root;
}

function resolveEntities(text: string): string {
	let resolved = "";
	let from = 0;
	// Not by `replace`, which looks for all of them before the first is judged.
	for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", from)) {
		const end = text.indexOf(";", at);
		if (end === -1 || end - at > entityCharactersMax) throw malformedXml();
		resolved += text.slice(from, at) + characterOf(text.slice(at + 1, end));
		from = end + 1;
	}
	return resolved + text.slice(from);
}

/** What stands between `&` and `;`. */
function characterOf(name: string): string {
	const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
	const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined;
	const named = Object.hasOwn(entities, name) ? entities[name] : undefined;
	const value = code === undefined ? named : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
	if (value === undefined) throw malformedXml();
	return value;
}

/** The text of the child of that name, which there may be once. @throws MalformedXML */
export function childText(element: XmlElement, name: string): string | undefined {
	const found = element.children.filter((child) => child.name === name);
	if (found.length > 1 || found.some((child) => child.children.length > 0)) throw malformedXml();
	return found[0]?.text;
}
