/**
 * The CSS of classic UI customization: read into rules, of which each is for one class that Cognito documents. What the pages use is
 * written anew from these rules, so that nothing of an administrator's text reaches a page as it was written.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
 */
/// <reference path="./css-tree.d.ts" />
import generate from "css-tree/generator";
import parse, { type CssNode } from "css-tree/parser";
import { cssClassNotAllowed, cssInvalid } from "./refusals.ts";

/** A class of the guide's list, or one of its three states. */
export interface ClassicRule {
	readonly className: string;
	readonly state: "" | ":hover" | ":focus";
	/** `color:red` and the like. */
	readonly declarations: readonly string[];
}

const selectors = new Set([
	"background-customizable",
	"banner-customizable",
	"errorMessage-customizable",
	"idpButton-customizable",
	"idpButton-customizable:hover",
	"idpDescription-customizable",
	"inputField-customizable",
	"inputField-customizable:focus",
	"label-customizable",
	"legalText-customizable",
	"logo-customizable",
	"passwordCheck-valid-customizable",
	"passwordCheck-notValid-customizable",
	"redirect-customizable",
	"socialButton-customizable",
	"submitButton-customizable",
	"submitButton-customizable:hover",
	"textDescription-customizable",
]);

/**
 * What the pages take over: how an element and its text look, within its place. Others are left out ("Added CSS keys will not be
 * reflected in your UI"): what moves an element out of its place, lays it over others, or makes text.
 */
const properties = new RegExp(
	`^(?:${[
		"color",
		"opacity",
		"background(?:-color|-image|-position|-repeat|-size)?",
		"border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?",
		"border(?:-(?:top|bottom)-(?:left|right))?-radius",
		"outline(?:-color|-style|-width|-offset)?",
		"box-shadow",
		"box-sizing",
		"(?:margin|padding)(?:-(?:top|right|bottom|left))?",
		"(?:min-|max-)?(?:width|height)",
		"display",
		"overflow",
		"cursor",
		"font(?:-family|-size|-style|-variant|-weight)?",
		"letter-spacing",
		"line-height",
		"text-(?:align|decoration|shadow|transform)",
		"vertical-align",
		"white-space",
		"transition",
	].join("|")})$`,
);
const displays = new Set(["block", "inline", "inline-block", "flex", "none"]);
/** Functions of colours, sizes and gradients; `url` is a kind of node of its own. */
const functions =
	/^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|calc|min|max|clamp|(?:repeating-)?(?:linear|radial|conic)-gradient|cubic-bezier|steps)$/i;
/** Pictures that browsers only draw. An SVG among them is one too, as it is where an `img` shows it. */
const inlinePicture = /^data:image\/(?:png|jpeg|jpg|gif|webp|svg\+xml)[;,]/i;

/**
 * Reads the CSS. What is no plain rule of an allowed class is refused: other selectors, at-rules, nested rules, and what does not parse;
 * so are values that could fetch or run, and escapes, with which a word looks like another.
 * @throws InvalidParameterException
 */
export function parseClassicCss(css: string): ClassicRule[] {
	if (css.includes("\\")) throw cssInvalid("escapes are not allowed");
	if (/[<\0]/.test(css)) throw cssInvalid("< is not allowed");
	const rules: ClassicRule[] = [];
	for (const node of parse(css).children ?? []) {
		// Comments and a byte order mark say nothing.
		if (node.type === "Comment" || isBlank(node)) continue;
		if (node.type === "Atrule") throw cssInvalid(`@${node.name ?? ""} is not allowed`.slice(0, 128));
		if (node.type !== "Rule") throw cssInvalid("a rule is expected");
		const declarations = [...(node.block?.children ?? [])].flatMap(readDeclaration);
		for (const { className, state } of readSelectors(node.prelude)) rules.push({ className, state, declarations });
	}
	return rules;
}

function readSelectors(prelude: CssNode | null | undefined): Pick<ClassicRule, "className" | "state">[] {
	if (prelude?.type !== "SelectorList") throw cssClassNotAllowed(prelude == null ? "" : generate(prelude));
	return [...(prelude.children ?? [])].map((selector) => {
		const text = generate(selector);
		const plain = /^\.([\w-]+)(:[\w-]+)?$/.exec(text);
		const [, className = "", state = ""] = plain ?? [];
		if (plain === null || !selectors.has(`${className}${state}`)) throw cssClassNotAllowed(text);
		return { className, state: state as ClassicRule["state"] };
	});
}

/** The declaration as the pages use it; none where it is left out. */
function readDeclaration(node: CssNode): string[] {
	if (node.type === "Comment" || isBlank(node)) return [];
	if (node.type !== "Declaration" || node.property === undefined || typeof node.value !== "object")
		throw cssInvalid("a declaration is expected");
	const property = node.property.toLowerCase();
	const usable = checkValue(node.value);
	const text = generate(node.value);
	// A value that browsers of old understood, such as a filter of theirs, comes as raw text.
	if (/expression|javascript|vbscript|-moz-binding|behavior/i.test(`${property}:${text}`)) throw cssInvalid(`${property} is not allowed`);
	if (!usable || !properties.test(property) || (property === "display" && !displays.has(text.toLowerCase()))) return [];
	return [`${property}:${text}${node.important ? "!important" : ""}`];
}

/** Whether the pages can use a value. @throws InvalidParameterException for what fetches */
function checkValue(value: CssNode): boolean {
	switch (value.type) {
		case "Value":
		case "Parentheses":
			return [...(value.children ?? [])].map(checkValue).every(Boolean);
		case "Function":
			return [...(value.children ?? [])].map(checkValue).every(Boolean) && functions.test(value.name ?? "");
		case "Url": {
			if (!inlinePicture.test(typeof value.value === "string" ? value.value : "")) throw cssInvalid("url() may have a picture alone");
			return true;
		}
		case "Dimension":
		case "Percentage":
		case "Number":
			// Negative margins and the like lay an element over its neighbours.
			return typeof value.value === "string" && !value.value.startsWith("-");
		case "Identifier":
		case "Hash":
		case "Operator":
		case "String":
			return true;
		case "Raw":
			if (/url\s*\(/i.test(typeof value.value === "string" ? value.value : "")) throw cssInvalid("url() may have a picture alone");
			return false;
		default:
			return false;
	}
}

/** Stray white space and semicolons. */
function isBlank(node: CssNode): boolean {
	return node.type === "WhiteSpace" || (node.type === "Raw" && typeof node.value === "string" && /^[\s;\ufeff]*$/.test(node.value));
}
