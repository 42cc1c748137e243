/**
 * Patterns with `*` (any characters) and `?` (one character), matched in time that grows with the product of both lengths at worst:
 * a pattern is cut at its stars, and each piece is looked for once, from left to right.
 */

/** What stands between two stars. */
interface Piece {
	readonly text: string;
	/** Where in `text` any one character may stand; undefined where there is no such place. */
	readonly ones: readonly number[] | undefined;
}
/** Pieces with a star between each two; a single piece is the whole text. */
export type Glob = readonly [Piece, ...Piece[]];

export const many = Symbol("*");
export const one = Symbol("?");
/** Text that stands for itself, and the two wildcards. */
export type GlobPart = string | typeof many | typeof one;

export function globOf(parts: readonly GlobPart[]): Glob {
	const pieces: Piece[] = [];
	let text = "";
	let ones: number[] | undefined;
	for (const part of parts) {
		if (part === many) {
			pieces.push({ text, ones });
			text = "";
			ones = undefined;
		} else if (part === one) {
			ones = [...(ones ?? []), text.length];
			text += "?";
		} else text += part;
	}
	pieces.push({ text, ones });
	return pieces as unknown as Glob;
}

/** The parts of a pattern in which every `*` and `?` is a wildcard. */
export const partsOf = (pattern: string): GlobPart[] =>
	pattern.split(/([*?])/).map((part) => (part === "*" ? many : part === "?" ? one : part));

export function matchesGlob(glob: Glob, value: string): boolean {
	const [first] = glob;
	const last = glob[glob.length - 1] as Piece;
	if (glob.length === 1) return value.length === first.text.length && standsAt(first, value, 0);
	const end = value.length - last.text.length;
	if (!standsAt(first, value, 0) || !standsAt(last, value, end)) return false;
	let at = first.text.length;
	for (let i = 1; i < glob.length - 1; i++) {
		const piece = glob[i] as Piece;
		const found = find(piece, value, at, end);
		if (found === -1) return false;
		at = found + piece.text.length;
	}
	// What was found, or the first piece, may reach into the last one.
	return at <= end;
}

function standsAt({ text, ones }: Piece, value: string, at: number): boolean {
	if (ones === undefined) return value.startsWith(text, at);
	let from = 0;
	for (const place of ones) {
		if (!value.startsWith(text.slice(from, place), at + from)) return false;
		from = place + 1;
	}
	return at + text.length <= value.length && value.startsWith(text.slice(from), at + from);
}

/** Where the piece stands first; -1 where it does not. Behind `end` it is of no use. */
function find(piece: Piece, value: string, from: number, end: number): number {
	if (piece.ones === undefined) return value.indexOf(piece.text, from);
	for (let at = from; at + piece.text.length <= end; at++) if (standsAt(piece, value, at)) return at;
	return -1;
}
