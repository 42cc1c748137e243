/**
 * What pages are composed of: forms, fields, choices, links. Each is a function from plain values to escaped HTML; none knows a flow, and none
 * has style or script inline. Text given as a string is escaped; a `TextKey` is looked up in the look's language.
 */
import { html } from "hono/html";
import { type IconName, icon } from "./components-icons.ts";
import type { TextKey } from "./languages.ts";
import type { Html, Look } from "./look.ts";

export { codeField, type FieldProblem, fieldId, passwordField, textField } from "./components-fields.ts";
export { type IconName, icon } from "./components-icons.ts";

/**
 * A form that posts. `action` is the path as the browser sees it, base path included. The browser's own validation is off, since it speaks
 * the browser's language: the script says what is missing, and without it the server does.
 */
export function form(
	look: Look,
	f: {
		readonly action: string;
		readonly csrf: string;
		readonly submit: TextKey;
		readonly children: readonly (Html | undefined)[];
		readonly hidden?: Readonly<Record<string, string>> | undefined;
		/** What stands below the submit button, inside the form: further buttons or links. */
		readonly after?: Html | undefined;
		readonly submitIcon?: IconName | undefined;
		/** A form beside the page's main one has a secondary button. */
		readonly secondary?: boolean | undefined;
		readonly id?: string | undefined;
	},
): Html {
	const hidden = Object.entries({ csrf: f.csrf, ...f.hidden });
	// Password managers read whose password it is in a field of text, also in one that nobody sees, but not in one of type "hidden".
	const kindOf = (name: string) => (name === "username" ? html`type="text" autocomplete="username" readonly hidden` : html`type="hidden"`);
	const id = f.id === undefined ? "" : html` id="${f.id}"`;
	return html`<form${id} class="form" method="post" action="${f.action}" novalidate>
${hidden.map(([name, value]) => html`<input ${kindOf(name)} name="${name}" value="${value}">`)}
${f.children}
<button type="submit" class="button ${f.secondary ? "button-secondary" : "button-primary"}">${f.submitIcon ? icon(f.submitIcon) : ""}<span>${look.language.text(f.submit)}</span></button>
${f.after}
</form>`;
}

/** Radio buttons as cards. The first is chosen where none is said to be. */
export function choices(
	_look: Look,
	f: {
		readonly name: string;
		readonly legend: string;
		/** For a page whose heading says the same. */
		readonly legendHidden?: boolean | undefined;
		readonly options: readonly {
			readonly value: string;
			readonly label: string;
			readonly description?: string | undefined;
			readonly icon?: IconName | undefined;
		}[];
		readonly selected?: string | undefined;
	},
): Html {
	const selected = f.options.some(({ value }) => value === f.selected) ? f.selected : f.options[0]?.value;
	const cards = f.options.map((option) => {
		const checked = option.value === selected ? html` checked` : "";
		const description = option.description ? html`<span class="choice-hint">${option.description}</span>` : "";
		return html`<label class="choice"><input type="radio" name="${f.name}" value="${option.value}"${checked}>
${option.icon ? html`<span class="choice-icon">${icon(option.icon)}</span>` : ""}
<span class="choice-text"><span class="choice-label">${option.label}</span>${description}</span></label>`;
	});
	return html`<fieldset class="choices"><legend${f.legendHidden ? html` class="visually-hidden"` : ""}>${f.legend}</legend>${cards}</fieldset>`;
}

/** A line with a question and the link that answers it: "New here? Create an account". */
export function sideLink(look: Look, f: { readonly question?: TextKey | undefined; readonly text: TextKey; readonly href: string }): Html {
	const question = f.question === undefined ? "" : html`${look.language.text(f.question)} `;
	return html`<p class="side">${question}<a class="link" href="${f.href}">${look.language.text(f.text)}</a></p>`;
}

/** A link that looks like the page's main button, where a page has no form. */
export function primaryLink(_look: Look, f: { readonly text: string; readonly href: string; readonly icon?: IconName | undefined }): Html {
	return html`<a class="button button-primary" href="${f.href}">${f.icon ? icon(f.icon) : ""}<span>${f.text}</span></a>`;
}

function dataAttributes(data: Readonly<Record<string, string>> = {}): Html[] {
	return Object.entries(data).map(([name, value]) => {
		if (!/^data-[a-z-]+$/.test(name)) throw new Error(`${name} is no data attribute`);
		return html` ${name}="${value}"`;
	});
}

/** A submit button that reads as a link, for "Send a new code". `action` posts it as a form of its own. */
export function linkForm(
	look: Look,
	f: {
		readonly question?: TextKey | undefined;
		readonly action: string;
		readonly csrf: string;
		readonly text: TextKey;
		readonly hidden?: Readonly<Record<string, string>> | undefined;
	},
): Html {
	const hidden = Object.entries({ csrf: f.csrf, ...f.hidden });
	const question = f.question === undefined ? "" : html`<span>${look.language.text(f.question)}</span> `;
	return html`<form class="side" method="post" action="${f.action}">
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${question}<button type="submit" class="link">${look.language.text(f.text)}</button></form>`;
}

/** A line across, with "or" in it. */
export function divider(look: Look): Html {
	return html`<div class="divider" role="separator"><span>${look.language.text("page.or")}</span></div>`;
}

export function paragraph(_look: Look, text: Html | string): Html {
	return html`<p>${text}</p>`;
}

/** Small print. */
export function finePrint(_look: Look, text: Html | string): Html {
	return html`<p class="fine">${text}</p>`;
}

/** Shown only where scripts don't run. */
export function withoutScript(_look: Look, text: string): Html {
	return html`<noscript><p class="alert alert-info">${text}</p></noscript>`;
}

/** A message that a script shows: hidden and empty until then. */
export function scriptMessage(
	_look: Look,
	f: {
		readonly id: string;
		/** The sentences that the script chooses from, as `data-…` attributes: keys in kebab case. */
		readonly data?: Readonly<Record<`data-${string}`, string>> | undefined;
	},
): Html {
	return html`<p class="alert alert-error" id="${f.id}" role="alert"${dataAttributes(f.data)} hidden></p>`;
}

/** Numbered steps. */
export function steps(_look: Look, items: readonly (Html | string)[]): Html {
	return html`<ol class="steps">${items.map((item) => html`<li><div class="step">${item}</div></li>`)}</ol>`;
}

/** Whom the page is about, with a way to say that it is someone else. */
export function person(
	look: Look,
	f: { readonly name: string; readonly change?: { readonly text: TextKey; readonly href: string } | undefined },
): Html {
	const change = f.change ? html`<a class="link" href="${f.change.href}">${look.language.text(f.change.text)}</a>` : "";
	const parts = f.name.split(/(?<=@)/).map((part, i) => (i === 0 ? part : html`<wbr>${part}`));
	return html`<div class="person">${icon("person")}<div><bdi>${parts}</bdi>${change}</div></div>`;
}

/** Facts, each with its name. */
export function summary(_look: Look, facts: readonly { readonly label: string; readonly value: string }[]): Html {
	return html`<dl class="facts">${facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}

/** What opens when it is asked for. */
export function more(_look: Look, f: { readonly summary: string; readonly content: Html | string }): Html {
	return html`<details class="more"><summary>${f.summary}</summary><div>${f.content}</div></details>`;
}

/** The squares of a QR code, as `create(text).modules` of the package `qrcode` gives them: row by row, not 0 where dark. */
export interface QrModules {
	readonly size: number;
	readonly data: ArrayLike<number | boolean>;
}

/**
 * A QR code with its secret as text beside it, in groups of four that are selected as one, and a link for an app on the same device.
 */
export function qrCode(look: Look, f: { readonly modules: QrModules; readonly secret: string; readonly uri?: string | undefined }): Html {
	const { text } = look.language;
	const { size } = f.modules;
	const groups = f.secret.match(/.{1,4}/gs) ?? [];
	const copy = html`<button type="button" class="button button-small" data-copy="${f.secret}" data-copied="${text("copy.copied")}" hidden>${icon("copy")}<span aria-live="polite">${text("copy.copy")}</span></button>`;
	return html`<div class="qr">
<svg class="qr-code" viewBox="-4 -4 ${size + 8} ${size + 8}" role="img" aria-label="${text("qr.label")}" shape-rendering="crispEdges"><path class="qr-paper" d="M-4-4h${size + 8}v${size + 8}h-${size + 8}z"/><path class="qr-ink" d="${squares(f.modules)}"/></svg>
<div class="qr-secret"><p>${text("mfa.setupTotpSecret")}</p>
<code class="secret" translate="no" dir="ltr" aria-label="${text("qr.secret")}: ${f.secret}">${groups.map((group) => html`<span>${group}</span>`)}</code>
<div class="qr-actions">${copy}${f.uri === undefined ? "" : html`<a class="link" href="${f.uri}">${text("mfa.setupTotpOpen")}</a>`}</div></div>
</div>`;
}

/** One path for all dark squares, neighbours in a row joined. */
function squares({ size, data }: QrModules): string {
	let path = "";
	for (let row = 0; row < size; row++) {
		for (let column = 0; column < size; column++) {
			if (!data[row * size + column]) continue;
			const start = column;
			while (column + 1 < size && data[row * size + column + 1]) column++;
			const length = column - start + 1;
			path += `M${start} ${row}h${length}v1h-${length}z`;
		}
	}
	return path;
}
