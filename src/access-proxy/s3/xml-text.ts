/** Text as XML holds it. */
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** What XML 1.0 §2.2 does not have even escaped becomes U+FFFD; white space that a reader would change is escaped. */
export const xmlText = (text: string): string =>
	text
		.toWellFormed()
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML does not have
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
		.replace(/[&<>"'\r\n\t]/g, (character) => entities[character] ?? `&#${character.charCodeAt(0)};`);
