/**
 * What an SVG file may have to be a picture of the login pages: the elements that the developer guide lists, and nothing that runs or that
 * fetches. The pages use SVG files as images alone, where browsers run and fetch nothing, and serve them with a policy that forbids it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-brandingeditor.html ("Image assets")
 */
import { assetContentInvalid, svgRefused } from "./refusals.ts";

/** In lower case, as they are compared. */
const elements = new Set(
	(
		"svg a altglyph altglyphdef altglyphitem animatecolor animatemotion animatetransform audio canvas circle clippath defs desc ellipse " +
		"filter font g glyph glyphref hkern image line lineargradient marker mask metadata mpath path pattern polygon polyline radialgradient " +
		"rect stop style switch symbol text textpath title tref tspan video view vkern feblend fecolormatrix fecomponenttransfer fecomposite " +
		"feconvolvematrix fediffuselighting fedisplacementmap fedistantlight feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge " +
		"femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence"
	).split(" "),
);
/** Not in the guide's list, and in nearly every file of a drawing program: pieces used again, and a program's own notes. */
const harmless = new Set(["use"]);
/** A tag with its attributes; values in quotes may have any character. */
const tag = /<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/y;
const attribute = /([^\s"'=/<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g;
/** What stands between tags and is none: comments, the declaration, CDATA, a document type without definitions of its own. */
const aside = /<!--[\s\S]*?-->|<\?xml\s[^>]*\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE\s[^[<>]*>/y;

/** @throws InvalidParameterException */
export function checkSvg(category: string, bytes: Uint8Array): void {
	let source: string;
	try {
		source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw assetContentInvalid(category, "SVG");
	}
	let root: string | undefined;
	for (let at = source.indexOf("<"); at !== -1; at = source.indexOf("<", at)) {
		aside.lastIndex = at;
		if (aside.test(source)) {
			at = aside.lastIndex;
			continue;
		}
		tag.lastIndex = at;
		const found = tag.exec(source);
		if (found === null) throw assetContentInvalid(category, "SVG");
		at = tag.lastIndex;
		const [, closing, name = "", attributes = ""] = found;
		root ??= closing === "" ? name.toLowerCase() : "";
		checkElement(name.toLowerCase());
		if (closing === "") checkAttributes(attributes);
	}
	if (root !== "svg") throw assetContentInvalid(category, "SVG");
}

function checkElement(name: string): void {
	// Names with a prefix are a drawing program's own: browsers draw nothing for them, unless the prefix stands for SVG or HTML.
	const plain = name.replace(/^.*:/, "");
	if (!elements.has(plain) && !harmless.has(plain) && (plain === name || plain === "script" || plain === "foreignobject"))
		throw svgRefused(`the element ${plain.slice(0, 64)}`);
}

function checkAttributes(attributes: string): void {
	for (const [, name = "", quoted = ""] of attributes.matchAll(attribute)) {
		const plain = name.toLowerCase();
		if (plain.startsWith("on")) throw svgRefused(`the attribute ${plain.slice(0, 64)}`);
		const value = quoted.replace(/^["']|["']$/g, "").trim();
		if (/^(?:.*:)?href$/.test(plain) && !/^(?:#|data:image\/(?:png|jpeg|gif|webp);)/.test(value))
			throw svgRefused("references to other files");
		if (plain.startsWith("xmlns") && /xhtml/i.test(value)) throw svgRefused("HTML");
	}
}
