/** Pages of IAM's lists: up to a hundred unless the caller says, and a marker that names where the next one begins. */
import { markerInvalid } from "./refusals.ts";

/** "If you do not include this parameter, the number of items defaults to 100." */
export const pageDefault = 100;

export interface Page<T> {
	readonly items: readonly T[];
	readonly marker: string | undefined;
}

export interface Paging {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
}

/** What the last page ended with; empty at the beginning. @throws ValidationError */
export function readMarker(marker: string | undefined): string {
	if (marker === undefined) return "";
	const text = Buffer.from(marker, "base64url").toString();
	if (text === "" || writeMarker(text) !== marker || text.includes("\0")) throw markerInvalid();
	return text;
}

export const writeMarker = (last: string): string => Buffer.from(last).toString("base64url");

/** A page of a list that is at hand, in the order of its keys. @throws ValidationError */
export function pageOf<T>(all: readonly T[], keyOf: (item: T) => string, { Marker, MaxItems = pageDefault }: Paging): Page<T> {
	const after = readMarker(Marker);
	const rest = all.filter((item) => keyOf(item) > after).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
	const items = rest.slice(0, MaxItems);
	const last = items.at(-1);
	return { items, marker: rest.length > items.length && last !== undefined ? writeMarker(keyOf(last)) : undefined };
}

/** A page of rows, read a piece at a time until it is full or there are no more: what `keep` leaves out does not count. @throws ValidationError */
export async function pageOfRows<R, T>(
	{ Marker, MaxItems = pageDefault }: Paging,
	read: (after: string, limit: number) => Promise<readonly R[]>,
	keyOf: (row: R) => string,
	keep: (row: R) => T | undefined,
): Promise<Page<T>> {
	let after = readMarker(Marker);
	const items: T[] = [];
	const limit = MaxItems + 1;
	for (;;) {
		const rows = await read(after, limit);
		for (const row of rows) {
			const item = keep(row);
			if (item === undefined) continue;
			if (items.length === MaxItems) return { items, marker: writeMarker(after) };
			items.push(item);
			after = keyOf(row);
		}
		const last = rows.at(-1);
		if (rows.length < limit || last === undefined) return { items, marker: undefined };
		after = keyOf(last);
	}
}

/** A page of results, which have an order of their own. @throws ValidationError */
export function pageOfResults<T>(all: readonly T[], { Marker, MaxItems = pageDefault }: Paging): Page<T> {
	const marker = readMarker(Marker);
	const start = marker === "" ? 0 : Number(marker);
	if (!Number.isSafeInteger(start) || start < 0) throw markerInvalid();
	const end = start + MaxItems;
	return { items: all.slice(start, end), marker: end < all.length ? writeMarker(String(end)) : undefined };
}

/** How answers say it. */
export const pageFields = ({ marker }: Page<unknown>): { readonly IsTruncated: boolean; readonly Marker?: string } =>
	marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: marker };
