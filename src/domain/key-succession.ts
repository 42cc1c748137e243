/**
 * How one key that signs tokens takes another's place: it is published first, signs once every verifier can know it, and the one before
 * stays until the last token that it signed has expired. What is true at an instant follows from the rows alone, so that every node comes
 * to the same without being told. It must not know whose keys they are.
 */
import { present } from "../kernel/assert.ts";
import type { Succession } from "../storage/tables.ts";

const minute = 60_000;

/** How long a verifier may keep the document of the keys. */
export const keysMaxAgeSeconds = 3600;
/** How long a key is published before it signs: as long as the document before it may be kept, and what clocks and caches differ by. */
export const publishedMilliseconds = keysMaxAgeSeconds * 1000 + 5 * minute;
/**
 * How long a key stays once the next one signs. No token of ours lives longer than a day: ID and access tokens ("an integer between 5
 * minutes and 1 day"), nor those of identity pools (`TokenDuration`, 86,400 seconds). The rest is for clocks that differ.
 */
export const keptMilliseconds = 24 * 60 * minute + 5 * minute;

/** Until when a key verifies that no other has taken the place of: 2⁵³ − 1 is past every instant there is. */
export const noEnd = Number.MAX_SAFE_INTEGER;

/** The succession of a key that signs from the beginning on. */
export const firstKey = (now: number): Succession => ({ created_at: now, signs_from: 0, verifies_until: noEnd });

/** The succession of a key that is published now, and when the one before it goes. */
export function nextKey(now: number): { readonly next: Succession; readonly previousUntil: number } {
	const signs_from = now + publishedMilliseconds;
	return { next: { created_at: now, signs_from, verifies_until: noEnd }, previousUntil: signs_from + keptMilliseconds };
}

/** Those whose tokens are believed, which are those that are published. */
export function aliveKeys<K extends Succession>(keys: readonly K[], now: number): K[] {
	return keys.filter(({ verifies_until }) => verifies_until > now);
}

/** Of keys of one use the one that signs: the last whose time has come. */
export function signingKey<K extends Succession>(keys: readonly K[], now: number): K {
	const inTurn = aliveKeys(keys, now).sort((a, b) => a.signs_from - b.signs_from || a.created_at - b.created_at);
	// A clock that was set back finds the first of them.
	return present(inTurn.findLast(({ signs_from }) => signs_from <= now) ?? inTurn[0], "some key signs");
}

/** When something of it changes next; undefined where nothing will. */
export function nextChange(keys: readonly Succession[], now: number): number | undefined {
	const instants = keys.flatMap(({ signs_from, verifies_until }) => [signs_from, verifies_until]);
	const next = Math.min(...instants.filter((instant) => instant > now));
	return next < noEnd ? next : undefined;
}

/** When the key that is published already will sign; undefined where none waits. */
export function waitsUntil(keys: readonly Succession[], now: number): number | undefined {
	const instants = keys.map(({ signs_from }) => signs_from).filter((instant) => instant > now);
	return instants.length === 0 ? undefined : Math.max(...instants);
}
