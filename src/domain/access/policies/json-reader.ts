/**
 * JSON as policies are written in it: with the place of every value in the text, the digits of numbers as they stand, no key twice in an
 * object ("Individual elements must not contain multiple instances of the same key") and a bounded depth.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

/** A policy needs seven levels: document, list of statements, statement, Condition, operator, list of values, value. */
const depthMax = 8;

interface Place {
	/** Offset of the value's first character. */
	readonly start: number;
	/** Offset behind its last one. */
	readonly end: number;
}
export type JsonValue = Place &
	(
		| { readonly type: "object"; readonly members: ReadonlyMap<string, JsonValue> }
		| { readonly type: "array"; readonly items: readonly JsonValue[] }
		/** Numbers and booleans keep their text. */
		| { readonly type: "string" | "number" | "boolean"; readonly text: string }
		| { readonly type: "null" }
	);

export class JsonFault extends Error {
	override readonly name = "JsonFault";
}

/** A string without escapes and control characters. */
const plainToken = /"[ !#-[\]-\uffff]*"/y;
/** As far as its end; `JSON.parse` judges what is in it. */
const stringToken = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /true|false|null/y;

/** Space, tab and the two ends of lines. */
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/** Reads the whole text; throws `JsonFault` where it is not JSON, names a key twice or is too deep. */
export function readJson(text: string): JsonValue {
	let at = 0;

	function skipBlank(): void {
		while (isBlank(text.charCodeAt(at))) at++;
	}
	function take(token: RegExp): string | undefined {
		token.lastIndex = at;
		if (!token.test(text)) return undefined;
		const found = text.slice(at, token.lastIndex);
		at = token.lastIndex;
		return found;
	}
	function takeMark(mark: string): boolean {
		skipBlank();
		if (text[at] !== mark) return false;
		at++;
		return true;
	}
	const fault = () => new JsonFault(`unexpected text at ${at}`);
	const need = (mark: string): void => {
		if (!takeMark(mark)) throw fault();
	};

	function readString(): string {
		skipBlank();
		const plain = take(plainToken);
		if (plain !== undefined) return plain.slice(1, -1);
		const token = take(stringToken);
		if (token === undefined) throw fault();
		try {
			return JSON.parse(token) as string;
		} catch {
			throw fault();
		}
	}

	function readValue(depth: number): JsonValue {
		if (depth > depthMax) throw new JsonFault("too deep");
		skipBlank();
		const start = at;
		if (takeMark("{")) {
			const members = new Map<string, JsonValue>();
			if (!takeMark("}")) {
				do {
					const key = readString();
					if (members.has(key)) throw new JsonFault("a key stands twice");
					need(":");
					members.set(key, readValue(depth + 1));
				} while (takeMark(","));
				need("}");
			}
			return { type: "object", members, start, end: at };
		}
		if (takeMark("[")) {
			const items: JsonValue[] = [];
			if (!takeMark("]")) {
				do items.push(readValue(depth + 1));
				while (takeMark(","));
				need("]");
			}
			return { type: "array", items, start, end: at };
		}
		if (text[at] === '"') {
			const value = readString();
			return { type: "string", text: value, start, end: at };
		}
		const word = take(wordToken);
		if (word === "null") return { type: "null", start, end: at };
		if (word !== undefined) return { type: "boolean", text: word, start, end: at };
		const number = take(numberToken);
		if (number === undefined) throw fault();
		return { type: "number", text: number, start, end: at };
	}

	const value = readValue(1);
	skipBlank();
	if (at !== text.length) throw fault();
	return value;
}
