/**
 * What an app client's login pages look like and link, as the pages read it: the client's style, its classic customization and its terms,
 * kept by each process and confirmed by one number of the whole pool.
 */
import { AwsError } from "../../../aws/errors.ts";
import type { Store } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import type { ClassicRule } from "./classic-css.ts";
import { findStyleOfClient, type Style, styleOf } from "./managed-login-branding.ts";
import { linkedTerms, listTermsOfClient, type TermsLinks, type TermsName } from "./terms.ts";
import { findCustomization } from "./ui-customization.ts";
import { brandingVersionOf } from "./versions.ts";

export interface ClientBranding {
	/** Of managed login; undefined where the client has none. */
	readonly style: Style | undefined;
	/** Of the classic hosted UI; undefined where neither the client nor all of them have any. */
	readonly classic: Classic | undefined;
	/** Undefined unless both documents are there. */
	readonly terms: Readonly<Record<TermsName, TermsLinks>> | undefined;
}

export interface Classic {
	/** Whose it is: the client, or `ALL`. */
	readonly clientId: string;
	readonly rules: readonly ClassicRule[];
	/** The logo's file name, `HASH.png`. */
	readonly image: string | undefined;
}

/** What the cache knows a client's branding by. Ids of pools have no slash. */
const keyOf = (poolId: string, clientId: string) => `${poolId}/${clientId}`;
const ofKey = (key: string) => ({ pool: key.slice(0, key.indexOf("/")), client: key.slice(key.indexOf("/") + 1) });

/** Only for clients that are there: what the cache keeps is bounded by how many of them there are. */
export async function findClientBranding(call: Pick<Call, "caches">, pool: UserPool, client: AppClient): Promise<ClientBranding> {
	return (await call.caches.branding.get(keyOf(pool.id, client.id))) ?? { style: undefined, classic: undefined, terms: undefined };
}

/** As the cache holds it. A client without any has a value too, or each of its pages would ask for it anew. */
export async function loadClientBranding(store: Store, key: string): Promise<{ readonly version: number; readonly value: ClientBranding }> {
	const { pool, client } = ofKey(key);
	// First, so that a change in between is seen as one later.
	const version = await brandingVersionOf(store, pool);
	if (version === 0) return { version, value: { style: undefined, classic: undefined, terms: undefined } };
	const [[style], customization, terms] = await Promise.all([
		store.read(findStyleOfClient, { pool, client }),
		findCustomization({ store }, { id: pool }, client),
		store.read(listTermsOfClient, { pool, client }),
	]);
	return {
		version,
		value: {
			style: style && styleOf(style),
			classic: customization && {
				clientId: customization.client_id,
				rules: await rulesOf(customization.css ?? ""),
				image: customization.image ?? undefined,
			},
			terms: linkedTerms(terms),
		},
	};
}

/** The number by which the cache tells whether a client's branding is still the stored one. */
export async function clientBrandingVersion(store: Store, key: string): Promise<number> {
	return brandingVersionOf(store, ofKey(key).pool);
}

/** CSS that is no longer taken, or that came with a pool from elsewhere, leaves the pages as they are. */
async function rulesOf(css: string): Promise<readonly ClassicRule[]> {
	try {
		return (await import("./classic-css.ts")).parseClassicCss(css);
	} catch (error) {
		if (error instanceof AwsError) return [];
		throw error;
	}
}
