/** What no header of an e-mail may be, whoever sends it. */
import { Undeliverable } from "../kernel/undeliverable.ts";

/** A line break in a header starts another header (RFC 5322 §2.2). */
export function checkHeader(value: string): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
	if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw new Undeliverable("a header of the message has control characters");
}

/** One plain address: no lists, comments, quotes, brackets, spaces or control characters. */
export function checkAddress(address: string): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
	if (!/^[^\s\x00-\x1f\x7f<>()[\]\\,;:"@]+@[^\s\x00-\x1f\x7f<>()[\]\\,;:"@]+$/u.test(address))
		throw new Undeliverable("the recipient is not one plain e-mail address");
}
