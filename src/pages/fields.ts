/** What a form sent: its fields, and the constraints of the API's own model, which pages hold as the API does. */
import type { Context } from "hono";
import { findOperation } from "../aws/model.ts";
import { checkInput, checkText } from "../aws/validate.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { present } from "../kernel/assert.ts";

export interface Fields {
	/** As it was typed; "" where it is not there. */
	raw(name: string): string;
	/** Without spaces around it: names and addresses are often pasted with some. */
	text(name: string): string;
	/** Without any spaces: codes are often shown in groups. */
	code(name: string): string;
	readonly names: readonly string[];
}

/** Characters of a form's body: the longest is a passkey's document, beside attributes of 2 kB each. */
const bodyCharactersMax = 200_000;
/** A form has a field for each attribute of the pool at most, which are 50 and the standard ones, and a few more. */
const fieldsMax = 200;

/** Undefined for what is not a form as browsers send it, or is too long to be one. */
export async function readFields(c: Context<DomainEnv>): Promise<Fields | undefined> {
	if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("content-type") ?? "")) return undefined;
	const body = await c.req.text();
	// Counted before they are read: names without values by the thousand take URLSearchParams long.
	if (body.length > bodyCharactersMax || body.split("&", fieldsMax + 1).length > fieldsMax) return undefined;
	const form = new URLSearchParams(body);
	const raw = (name: string) => form.get(name) ?? "";
	return {
		raw,
		text: (name) => raw(name).trim(),
		code: (name) => raw(name).replaceAll(/\s/g, ""),
		names: [...new Set(form.keys())],
	};
}

/** Holds what a page sends on against the constraints of the operation that does the same. @throws InvalidParameterException */
export function checkAs(operation: string, input: object): void {
	const model = present(findOperation("cognito-idp", operation), `there is an operation ${operation}`);
	checkInput(model, input);
	checkText(model, input);
}
