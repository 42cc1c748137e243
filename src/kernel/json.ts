/** JSON that somebody else wrote: what it turns out not to be is undefined, and never an exception. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether it is an object of JSON: no list, and not null. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Undefined for what is no object of JSON. */
export function parseObject(text: string): JsonObject | undefined {
	const value = parseJson(text);
	return isObject(value) ? value : undefined;
}
