/**
 * What an administrator made of a client's pages: found for a visit, and turned into what `layout.ts` draws with and one stylesheet. Whatever
 * was set reaches a page as a number, a colour, a known option or the name of a file, and never as text of its own.
 */
import { createHash } from "node:crypto";
import type { Call } from "../domain/call.ts";
import type { AppClient } from "../domain/user-pools/app-clients.ts";
import { type ClientBranding, findClientBranding } from "../domain/user-pools/branding/client-branding.ts";
import type { UserPoolDomain } from "../domain/user-pools/domains.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import { classicLook } from "./branding-classic.ts";
import { managedLook } from "./branding-managed.ts";
import type { Branding } from "./look.ts";

/** `classic` on domains of version 1, `managed` on those of version 2. */
export type BrandingKind = "classic" | "managed";

/** What a look is made of, for one place that files are served at. */
export interface Compiled {
	readonly branding: (files: string) => Omit<Branding, "css">;
	readonly css: string;
	/** Of the stylesheet's text. */
	readonly hash: string;
}

/** The look of a client's pages; undefined is the default one. `basePath` is what stands before every path of the domain. */
export async function findBranding(
	call: Pick<Call, "caches">,
	pool: UserPool,
	client: AppClient,
	domain: Pick<UserPoolDomain, "managedLoginVersion">,
	basePath: string,
): Promise<Branding | undefined> {
	const kind = kindOf(domain);
	const compiled = compile(await findClientBranding(call, pool, client), client.id, kind);
	if (compiled === undefined) return undefined;
	const files = `${basePath}/branding/${kind}`;
	const css = compiled.css === "" ? {} : { css: `${files}/${encodeURIComponent(client.id)}/${compiled.hash}.css` };
	return { ...compiled.branding(files), ...css };
}

/** The URLs of a client's terms documents in a language; undefined unless both are there. "Displays links … in the sign-up page of managed login." */
export async function findTerms(
	call: Pick<Call, "caches">,
	pool: UserPool,
	client: AppClient,
	domain: Pick<UserPoolDomain, "managedLoginVersion">,
	language: string,
): Promise<{ readonly use: string; readonly privacy: string } | undefined> {
	const { terms } = kindOf(domain) === "classic" ? { terms: undefined } : await findClientBranding(call, pool, client);
	if (terms === undefined) return undefined;
	const linkOf = (links: Readonly<Record<string, string>>) =>
		links[`cognito:${termsLanguages[language] ?? ""}`] ?? links["cognito:default"];
	const use = linkOf(terms["terms-of-use"]);
	const privacy = linkOf(terms["privacy-policy"]);
	return use === undefined || privacy === undefined ? undefined : { use, privacy };
}

/** The API's names of the pages' languages. It has none for Arabic, and one for Dutch, which the pages don't speak. */
const termsLanguages: Readonly<Record<string, string>> = {
	de: "german",
	en: "english",
	es: "spanish",
	fr: "french",
	id: "bahasa-indonesia",
	it: "italian",
	ja: "japanese",
	ko: "korean",
	"pt-BR": "portuguese-brazil",
	"zh-CN": "chinese-simplified",
	"zh-TW": "chinese-traditional",
};

function kindOf({ managedLoginVersion }: Pick<UserPoolDomain, "managedLoginVersion">): BrandingKind {
	return managedLoginVersion === 1 ? "classic" : "managed";
}

/** A client's look is worked out once for as long as the cache gives the same branding. */
export function compile(found: ClientBranding, clientId: string, kind: BrandingKind): Compiled | undefined {
	const known = compiledOf.get(found) ?? {};
	compiledOf.set(found, known);
	if (!(kind in known)) {
		const look =
			kind === "classic"
				? found.classic && classicLook(found.classic)
				: found.style && managedLook(found.style, encodeURIComponent(clientId));
		known[kind] = look && { ...look, hash: createHash("sha256").update(look.css).digest("hex").slice(0, 32) };
	}
	return known[kind];
}

const compiledOf = new WeakMap<ClientBranding, { [K in BrandingKind]?: Compiled | undefined }>();
