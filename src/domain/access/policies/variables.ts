/**
 * Policy variables: `${key}`, `${key, 'default'}`, and `${*}`, `${?}` and `${$}` for the characters themselves. What a variable stands for
 * is text and never a pattern, whatever characters it has.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
import { type GlobPart, many, one } from "./wildcards.ts";

export interface Variable {
	/** In lower case: "Key names are case-insensitive". */
	readonly key: string;
	/** The key as it is written. */
	readonly name: string;
	readonly otherwise: string | undefined;
}
export type TemplatePart = GlobPart | Variable;

/** The request's context: keys in lower case, each with at least one value. */
export type Context = Pick<ReadonlyMap<string, readonly string[]>, "get">;

export const isVariable = (part: TemplatePart): part is Variable => typeof part === "object";

/** `, 'default'` may follow the key; neither key nor default has a quote or a brace. */
const variableToken = /\$\{(?:([*?$])|([^{}',]+)(?:, *'([^{}']*)')?)\}/g;

/** `variables`: of version 2012-10-17. `wildcards`: whether `*` and `?` stand for other characters. */
export function templateOf(text: string, options: { readonly variables: boolean; readonly wildcards: boolean }): TemplatePart[] {
	if (!/[*?$]/.test(text)) return text === "" ? [] : [text];
	const parts: TemplatePart[] = [];
	const literal = (piece: string): void => {
		if (piece !== "") parts.push(piece);
	};
	const plain = (piece: string): void => {
		if (!options.wildcards) {
			literal(piece);
			return;
		}
		for (const each of piece.split(/([*?])/)) {
			if (each === "*") parts.push(many);
			else if (each === "?") parts.push(one);
			else literal(each);
		}
	};
	if (!options.variables) {
		plain(text);
		return parts;
	}
	let at = 0;
	for (const match of text.matchAll(variableToken)) {
		plain(text.slice(at, match.index));
		const [token, character, name = "", otherwise] = match;
		if (character !== undefined) literal(character);
		else parts.push({ key: name.toLowerCase(), name, otherwise });
		at = match.index + token.length;
	}
	plain(text.slice(at));
	return parts;
}

/** Undefined where the variable has no value: "There is no equal or like value". */
function valueFor({ key, otherwise }: Variable, context: Context): string | undefined {
	const values = context.get(key);
	// "You can't use a multivalued condition key as a variable."
	if (values !== undefined && values.length > 1) return undefined;
	const value = values?.[0];
	return value === undefined || value === "" ? otherwise : value;
}

/** The parts with every variable replaced; undefined where one has no value. */
export function resolve(parts: readonly TemplatePart[], context: Context): GlobPart[] | undefined {
	const resolved: GlobPart[] = [];
	for (const part of parts) {
		if (!isVariable(part)) resolved.push(part);
		else {
			const value = valueFor(part, context);
			if (value === undefined) return undefined;
			resolved.push(value);
		}
	}
	return resolved;
}
