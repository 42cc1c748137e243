/**
 * What every page is drawn with: its language, its place, and its colours and pictures. This file holds types alone; `components.ts` and
 * `layout.ts` draw. None of the three knows a request, a pool or a user.
 */
import type { html } from "hono/html";
import type { Language, TextKey } from "./languages.ts";

/** Escaped HTML, as Hono's `html` makes it. Text that comes from elsewhere is never made into it but by that template. */
export type Html = ReturnType<typeof html>;

export interface Look {
	readonly language: Language;
	/** What stands before every path of the domain: nothing, or `/domains/PREFIX`. */
	readonly basePath: string;
	/** What the pages call the place that one signs in to: the app client's name. */
	readonly name: string;
	/** Undefined: the default look. */
	readonly branding?: Branding | undefined;
	/** This page in each other language; empty where the language can't be chosen. */
	readonly languageLinks: readonly LanguageLink[];
	/** The pool's terms of use and privacy policy, linked in the footer. */
	readonly documents?: readonly { readonly text: TextKey; readonly href: string }[] | undefined;
}

export interface LanguageLink {
	readonly code: string;
	readonly label: string;
	readonly href: string;
}

/** A picture by its URL, with another one for dark surroundings if there is one. */
export interface Picture {
	readonly light: string;
	readonly dark?: string | undefined;
}

/**
 * What an administrator made of the pages. Colours, radii and backgrounds come in a stylesheet that sets the custom properties listed at
 * `styles/light.css`; here is what changes the document itself. Everything is optional.
 */
export interface Branding {
	/** URL of the stylesheet. */
	readonly css?: string | undefined;
	/** `auto` follows the browser. */
	readonly scheme?: "light" | "dark" | "auto" | undefined;
	readonly favicon?: { readonly ico?: string | undefined; readonly svg?: string | undefined } | undefined;
	/** Instead of the monogram. */
	readonly formLogo?: Picture | undefined;
	/** False leaves the mark away. */
	readonly showLogo?: boolean | undefined;
	/** `inside` the form's panel or above it. */
	readonly logoInclusion?: "inside" | "outside" | undefined;
	readonly logoPosition?: "start" | "center" | "end" | undefined;
	readonly formPosition?: "start" | "center" | "end" | undefined;
	readonly density?: "regular" | "compact" | undefined;
	/** A bar above the page; its logo at the given place. */
	readonly header?: Bar | undefined;
	readonly footer?: Bar | undefined;
	/** A logo that classic hosted UI centres above the form is a `formLogo`. */
	readonly hideLanguages?: boolean | undefined;
}

export interface Bar {
	readonly logo?: Picture | undefined;
	readonly logoPosition?: "start" | "center" | "end" | undefined;
}
