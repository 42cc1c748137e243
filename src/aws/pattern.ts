/** The models' patterns are Java's: here they become JavaScript's, in forms whose time is bounded. */
import { assert } from "../kernel/assert.ts";

const patterns = new Map<string, RegExp>();

/** The expression that matches a whole string as Java's `Pattern.matches` does with this pattern. Compiled once. */
export function compilePattern(pattern: string): RegExp {
	let compiled = patterns.get(pattern);
	if (!compiled) {
		compiled = new RegExp(
			`^(?:${searchInsteadOfBacktracking(pattern) ?? translatePattern(pattern)})$`,
			pattern.startsWith("(?s)") ? "vs" : "v",
		);
		patterns.set(pattern, compiled);
	}
	return compiled;
}

/**
 * Patterns such as `C*\{##C*##\}C*`, where the class C holds the texts between too, take cubic time as they stand (a minute for
 * 20,000 characters). They mean: only characters of C, and the texts in this order. Undefined for patterns of another form.
 */
function searchInsteadOfBacktracking(pattern: string): string | undefined {
	const characters = /^\[[^\]]+\]/.exec(pattern)?.[0];
	if (characters === undefined) return undefined;
	const [before, ...parts] = pattern.split(characters);
	if (
		before !== "" ||
		parts.length < 2 ||
		!parts.every((part, at) => /^[*+](?:\\?[#{}@])*$/.test(part) && part.length > 1 === at < parts.length - 1)
	)
		return undefined;
	const held = translatePattern(characters);
	for (const character of new Set(parts.join("").replaceAll(/[*+\\]/g, "")))
		assert(new RegExp(held, "v").test(character), `${pattern}: ${character}`);
	const every = parts.every((part) => part.startsWith("*")) ? "*" : "+";
	return `(?=${held}${every}$)${parts.map((part, at) => `[^]${part.charAt(0)}${at < parts.length - 1 ? "?" : ""}${translatePattern(part.slice(1))}`).join("")}`;
}

/** Java's whitespace is ASCII, JavaScript's is not: U+3000 in a password satisfies Java's `\S`. */
const javaClasses: Readonly<Record<string, string>> = {
	"\\s": "[\\t\\n\\x0B\\f\\r ]",
	"\\S": "[^\\t\\n\\x0B\\f\\r ]",
};

const patternToken = /\\[pP]\{[^}]*\}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|./gsu;

/** Java's pattern in the syntax of JavaScript's `v` flag, which asks for an escape before punctuation that Java takes as it is. */
function translatePattern(pattern: string): string {
	const tokens = pattern.replace(/^\(\?s\)/, "").match(patternToken) ?? [];
	let translated = "";
	for (let at = 0; at < tokens.length; at++) {
		const token = tokens[at] ?? "";
		if (token !== "[") {
			translated += isSet(token) || token.length === 1 ? (javaClasses[token] ?? token) : literal(token);
			continue;
		}
		translated += token;
		if (tokens[at + 1] === "^") translated += tokens[++at];
		while (tokens[++at] !== "]") {
			const from = tokens[at] ?? "";
			const to = tokens[at + 2] ?? "";
			assert(from !== "" && from !== "[" && !from.startsWith("&&"), `unsupported class in the pattern ${pattern}`);
			// A hyphen makes a range only between two single characters: not in [\w-], [a-z-9] or [-a].
			if (tokens[at + 1] === "-" && to !== "]" && !isSet(from) && !isSet(to)) {
				translated += `${literal(from)}-${literal(to)}`;
				at += 2;
			} else {
				translated += isSet(from) ? (javaClasses[from] ?? from) : literal(from);
			}
		}
		translated += "]";
	}
	return translated;
}

/** Whether the token stands for several characters, or for a position. */
const isSet = (token: string): boolean => /^\\[dDsSwWbBpP]/.test(token);

/** A token that stands for one character, written so that it does in every place of a pattern. */
function literal(token: string): string {
	const character = token.startsWith("\\") && !/^\\[a-zA-Z0-9]/.test(token) ? token.slice(1) : token;
	if (character.length > 1 || /[\p{L}\p{N}_ ]/u.test(character)) return character;
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
