/** The whole document around a page: head, brand, heading, messages, footer. It must not know what the page is for. */
import { html } from "hono/html";
import { type FieldProblem, fieldId } from "./components-fields.ts";
import { type IconName, icon } from "./components-icons.ts";
import type { TextKey } from "./languages.ts";
import type { Bar, Html, Look, Picture } from "./look.ts";
import { assetPath } from "./static-files.ts";

export interface View {
	/** The page's one heading, and the document's title. */
	readonly title: TextKey;
	readonly lead?: Html | string | undefined;
	/** What went wrong, as a whole. */
	readonly error?: string | undefined;
	/** What is wrong with which field: a summary that leads there. Each field shows its own message too. */
	readonly problems?: readonly FieldProblem[] | undefined;
	/** What went well. */
	readonly notice?: Html | string | undefined;
	readonly body: Html;
	/** Names of `scripts/`, beside `pages.js`, which every page has. */
	readonly scripts?: readonly string[] | undefined;
	/** A picture above the heading, for pages that are about one thing. */
	readonly icon?: IconName | undefined;
	/** How that picture is meant. */
	readonly tone?: "neutral" | "success" | "warning" | undefined;
	/** A link above the heading. */
	readonly back?: { readonly href: string; readonly text: TextKey } | undefined;
}

/** A page, from doctype to `</html>`. */
export function page(look: Look, view: View): Html {
	const { language, branding, basePath } = look;
	const { text } = language;
	const failed = view.error !== undefined || (view.problems ?? []).length > 0;
	const title = `${failed ? `${text("page.errorPrefix")} ` : ""}${text(view.title)} · ${look.name}`;
	const scripts = ["pages.js", ...(view.scripts ?? [])];
	return html`<!doctype html>
<html lang="${language.code}" dir="${language.direction}" data-form="${branding?.formPosition ?? "center"}" data-logo="${branding?.logoPosition ?? "start"}" data-density="${branding?.density ?? "regular"}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
${styles(look)}
${favicon(look)}
${scripts.map((name) => html`<script src="${basePath}${assetPath(name)}" defer></script>`)}
</head>
<body data-busy="${text("page.busy")}">
${branding?.header ? html`<header class="bar bar-top" data-logo="${branding.header.logoPosition ?? "start"}">${barLogo(look, branding.header)}</header>` : ""}
<div class="stage">
${branding?.logoInclusion === "outside" ? brand(look) : ""}
<main class="panel">
${branding?.logoInclusion === "outside" ? "" : brand(look)}
<div class="heading">
${view.back ? html`<p class="back"><a class="link" href="${view.back.href}">${icon("chevron")}<span>${text(view.back.text)}</span></a></p>` : ""}
${view.icon ? html`<span class="emblem emblem-${view.tone ?? "neutral"}">${icon(view.icon)}</span>` : ""}
<h1>${text(view.title)}</h1>
${view.lead === undefined ? "" : html`<p class="lead">${view.lead}</p>`}
</div>
${messages(look, view)}
${view.body}
</main>
</div>
${footer(look)}
</body>
</html>`;
}

function styles({ basePath, branding }: Look): Html {
	const scheme = branding?.scheme ?? "auto";
	const media = scheme === "auto" ? html` media="(prefers-color-scheme: dark)"` : "";
	const dark = scheme === "light" ? "" : html`<link rel="stylesheet" href="${basePath}${assetPath("dark.css")}"${media}>`;
	return html`<meta name="color-scheme" content="${scheme === "auto" ? "light dark" : scheme}">
<link rel="stylesheet" href="${basePath}${assetPath("pages.css")}">${dark}
${branding?.css === undefined ? "" : html`<link rel="stylesheet" href="${branding.css}">`}`;
}

function favicon(look: Look): Html {
	const { ico, svg } = look.branding?.favicon ?? {};
	if (ico === undefined && svg === undefined) return html`<link rel="icon" type="image/svg+xml" href="${monogramUrl(look.name)}">`;
	return html`${ico === undefined ? "" : html`<link rel="icon" sizes="32x32" href="${ico}">`}${svg === undefined ? "" : html`<link rel="icon" type="image/svg+xml" href="${svg}">`}`;
}

/** Whether the page's head has the place's name in letters: a logo in its stead may say another one, or none. */
export function saysName({ branding }: Look): boolean {
	return branding?.showLogo !== false && branding?.formLogo === undefined;
}

/** The mark of the place: its logo, or its first letter in an arch of one of eight colours, and its name. */
function brand(look: Look): Html {
	const { branding, name } = look;
	if (branding?.showLogo === false) return html``;
	if (branding?.formLogo) return html`<div class="brand brand-logo">${picture(branding.formLogo, name, branding.scheme)}</div>`;
	return html`<div class="brand"><span class="mark mark-${hueOf(name)}" aria-hidden="true"><span>${monogram(name)}</span></span><bdi class="brand-name">${name}</bdi></div>`;
}

function picture({ light, dark }: Picture, alternative: string, scheme: "light" | "dark" | "auto" = "auto"): Html {
	const image = html`<img src="${scheme === "dark" && dark !== undefined ? dark : light}" alt="${alternative}">`;
	if (dark === undefined || scheme !== "auto") return image;
	return html`<picture><source srcset="${dark}" media="(prefers-color-scheme: dark)">${image}</picture>`;
}

function barLogo(look: Look, { logo }: Bar): Html {
	return logo === undefined ? html`` : picture(logo, look.name, look.branding?.scheme);
}

function messages(look: Look, { error, problems = [], notice }: View): Html {
	const { text } = look.language;
	const good = notice === undefined ? "" : html`<div class="alert alert-success" role="status">${icon("check")}<p>${notice}</p></div>`;
	if (problems.length === 0) {
		return error === undefined
			? html`${good}`
			: html`<div class="alert alert-error" role="alert" id="page-error">${icon("alert")}<p>${error}</p></div>${good}`;
	}
	const list = problems.map(({ name, message }) => html`<li><a href="#${fieldId(name)}">${message}</a></li>`);
	return html`<div class="alert alert-error" role="alert" id="page-error" tabindex="-1">${icon("alert")}<div class="alert-list"><p>${error ?? text("page.problems")}</p><ul>${list}</ul></div></div>${good}`;
}

function footer(look: Look): Html {
	const { language, branding, documents = [] } = look;
	const links = documents.map((each) => html`<li><a class="link" href="${each.href}">${language.text(each.text)}</a></li>`);
	const choice = look.languageLinks.length === 0 || branding?.hideLanguages ? "" : languagePicker(look);
	const logo = branding?.footer ? barLogo(look, branding.footer) : "";
	return html`<footer class="bar bar-bottom${branding?.footer ? " bar-filled" : ""}" data-logo="${branding?.footer?.logoPosition ?? "start"}">
${logo}${choice}${links.length === 0 ? "" : html`<ul class="documents">${links}</ul>`}
</footer>`;
}

function languagePicker({ language, languageLinks }: Look): Html {
	const items = languageLinks.map(({ code, label, href }) => {
		const current = code === language.code;
		return html`<li><a href="${href}" lang="${code}" hreflang="${code}"${current ? html` aria-current="true"` : ""}>${label}${current ? icon("check") : ""}</a></li>`;
	});
	return html`<details class="languages"><summary>${icon("globe")}<span class="visually-hidden">${language.text("language.choose")}: </span><span>${language.name}</span>${icon("chevron")}</summary><ul>${items}</ul></details>`;
}

/** How many colours the stylesheet has for monograms. */
const hues = 8;
/** The colours of the stylesheet's `.mark-0` to `.mark-7`, for the browser's tab, which no stylesheet reaches. */
const hueColours = ["#31486b", "#1f5a4c", "#6a3550", "#7a4a21", "#2b5a73", "#4a4384", "#7c3535", "#3f4a3c"] as const;

/** A colour's number that stays the same for a name. */
function hueOf(name: string): number {
	let sum = 7;
	for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
	return sum % hues;
}

/** The first letter or digit of a name. */
export function monogram(name: string): string {
	for (const { segment } of graphemes.segment(name.slice(0, 128))) {
		if (/[\p{L}\p{N}]/u.test(segment)) return segment.toUpperCase();
	}
	return "•";
}

const graphemes = new Intl.Segmenter();

function monogramUrl(name: string): string {
	const letter = monogram(name).replace(/[&<>"']/g, "");
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${hueColours[hueOf(name)]}" d="M3 32V15a13 13 0 0 1 26 0v17z"/><text x="16" y="25" fill="#fff" font-family="system-ui,sans-serif" font-size="18" font-weight="600" text-anchor="middle">${letter}</text></svg>`;
	return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
