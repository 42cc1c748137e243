/**
 * Pagination tokens: where a list goes on, sealed under the server's session key together with what is listed,
 * so that a token can neither be read nor be taken to another list, pool or filter.
 */
import type { Vault } from "../../storage/vault.ts";
import { invalidPaginationToken } from "../refusals.ts";

export interface Page {
	/** What is listed, such as `ListUserPools`. */
	readonly kind: string;
	/** What the list is of: a region, a pool, a pool and its filter. */
	readonly scope: readonly string[];
}

/** The token for the rows after the key `position`. */
export function sealPage(vault: Vault, page: Page, position: string): string {
	return vault.server.session.seal(contextOf(page), Buffer.from(position, "utf8")).toString("base64url");
}

/**
 * The key after which the list goes on; undefined for the first page.
 * @throws InvalidParameterException for a token that is not of this list
 */
export function openPage(vault: Vault, page: Page, token: string | undefined): string | undefined {
	if (token === undefined) return undefined;
	const position = vault.server.session.open(contextOf(page), Buffer.from(token, "base64url"));
	if (position === undefined) throw invalidPaginationToken();
	return position.toString("utf8");
}

/** Splits what was read with one row more than asked for: the page, and the token of the next one where there is one. */
export function pageOf<R>(
	vault: Vault,
	page: Page,
	rows: readonly R[],
	limit: number,
	keyOf: (row: R) => string,
): { readonly rows: readonly R[]; readonly next: string | undefined } {
	const last = rows[limit - 1];
	if (rows.length <= limit || last === undefined) return { rows, next: undefined };
	return { rows: rows.slice(0, limit), next: sealPage(vault, page, keyOf(last)) };
}

function contextOf(page: Page): readonly string[] {
	return ["page", page.kind, ...page.scope];
}
