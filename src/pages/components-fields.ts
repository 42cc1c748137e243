/** The fields of forms. Each has its label, its hint and its error tied to it, and an id that an error summary can point to. */
import { html } from "hono/html";
import type { PasswordPolicyType } from "../aws/model/cognito-idp.types.ts";
import { icon } from "./components-icons.ts";
import type { Html, Look } from "./look.ts";

/** What is wrong with a field: for the page's summary of errors, and, as the field's `error`, beside it. */
export interface FieldProblem {
	/** The field's name. */
	readonly name: string;
	readonly message: string;
}

/** The id of the input of that name. */
export function fieldId(name: string): string {
	return `field-${name.replace(/[^\w-]/g, "-")}`;
}

interface Field {
	readonly name: string;
	readonly label: string;
	readonly hint?: string | undefined;
	readonly error?: string | undefined;
	/** True unless said otherwise; a field that is not required says so beside its label. */
	readonly required?: boolean | undefined;
}

/** A line of text, or several. */
export function textField(
	look: Look,
	f: Field & {
		readonly type?: "text" | "email" | "tel" | "date" | "url" | "number" | undefined;
		readonly value?: string | undefined;
		/** WHATWG HTML §4.10.18.7.1, such as `username` or `email`. */
		readonly autocomplete?: string | undefined;
		readonly autofocus?: boolean | undefined;
		/** For names and codes, whose spelling and capitals are the person's own. */
		readonly verbatim?: boolean | undefined;
		readonly readonly?: boolean | undefined;
		readonly charactersMax?: number | undefined;
		/** More than one make it a box of so many lines, whose text may have line breaks. */
		readonly lines?: number | undefined;
	},
): Html {
	const type = f.type ?? "text";
	// What is typed exactly as it is: no capital at the start, no correction.
	const verbatim = f.verbatim || type === "email" || type === "url" || /\busername\b/.test(f.autocomplete ?? "");
	const named = html`id="${fieldId(f.name)}" name="${f.name}"`;
	const rest = html`${attributes([
		["autocomplete", f.autocomplete],
		["maxlength", f.charactersMax],
		// Addresses and numbers are read from left to right in any language.
		["dir", type === "email" || type === "tel" || type === "url" ? "ltr" : "auto"],
		["autocapitalize", verbatim ? "none" : undefined],
		["autocorrect", verbatim ? "off" : undefined],
		["spellcheck", verbatim ? "false" : undefined],
		["readonly", f.readonly],
		["autofocus", f.autofocus],
	])}${state(look, f)}`;
	const input =
		f.lines === undefined
			? html`<input class="input" type="${type}" ${named} value="${f.value ?? ""}"${rest}>`
			: html`<textarea class="input input-lines" rows="${f.lines}" ${named}${rest}>${f.value ?? ""}</textarea>`;
	return wrap(look, f, html`<div class="control">${input}</div>`);
}

/** A password. With a `policy`, its rules are listed; the script ticks them off while one types. `below` stands under the field. */
export function passwordField(
	look: Look,
	f: Field & {
		readonly autocomplete: "current-password" | "new-password";
		readonly policy?: PasswordPolicyType | undefined;
		readonly autofocus?: boolean | undefined;
		/** The name of the field that must be the same: the script compares them. */
		readonly sameAs?: string | undefined;
		readonly below?: Html | undefined;
	},
): Html {
	const { text } = look.language;
	const id = fieldId(f.name);
	const rules = f.policy === undefined ? [] : rulesOf(look, f.policy);
	const input = html`<input class="input" type="password" id="${id}" name="${f.name}" dir="ltr" autocapitalize="none" autocorrect="off" spellcheck="false"${attributes(
		[
			["autocomplete", f.autocomplete],
			["autofocus", f.autofocus],
			["data-same-as", f.sameAs === undefined ? undefined : fieldId(f.sameAs)],
			["data-differs", f.sameAs === undefined ? undefined : text("field.passwordsDiffer")],
			// Password managers make passwords by it (Apple's password rules; others follow).
			["passwordrules", f.policy === undefined ? undefined : passwordRules(f.policy)],
		],
	)}${state(look, f, rules.length > 0 ? `${id}-rules` : undefined)}>`;
	const toggle = html`<button type="button" class="reveal" data-reveal="${id}" data-show="${text("password.show")}" data-hide="${text("password.hide")}" aria-label="${text("password.show")}" aria-pressed="false" hidden>${icon("eye")}${icon("eyeOff")}</button>`;
	const list =
		rules.length === 0
			? ""
			: html`<div class="rules" id="${id}-rules" data-rules="${id}"><p>${text("password.rules")}</p><ul>${rules.map(
					({ rule, label, value }) =>
						html`<li data-rule="${rule}"${value === undefined ? "" : html` data-value="${value}"`}>${icon("dot")}${icon("check")}<span>${label}</span><span class="visually-hidden" data-met="${text("password.met")}" data-unmet="${text("password.unmet")}"></span></li>`,
				)}</ul></div>`;
	return wrap(look, f, html`<div class="control control-reveal">${input}${toggle}</div>`, html`${list}${f.below ?? ""}`);
}

/** A one-time code, in one input that phones fill in from the message. What is typed may hold spaces: the receiver takes them out. */
export function codeField(
	look: Look,
	f: Omit<Field, "required"> & {
		readonly autocomplete?: "one-time-code" | undefined;
		readonly autofocus?: boolean | undefined;
		/** How many digits it has; six unless said otherwise. */
		readonly digits?: number | undefined;
	},
): Html {
	const digits = f.digits ?? 6;
	const input = html`<input class="input input-code" type="text" id="${fieldId(f.name)}" name="${f.name}" dir="ltr" inputmode="numeric" maxlength="24" autocapitalize="none" autocorrect="off" spellcheck="false"${attributes(
		[
			["autocomplete", f.autocomplete ?? "one-time-code"],
			["autofocus", f.autofocus],
			["data-digits", digits],
		],
	)}${state(look, f, undefined, look.language.text("field.codeRequired"))}>`;
	return wrap(look, f, html`<div class="control">${input}</div>`);
}

/** The attributes that a field has by its state. */
function state(look: Look, f: Field, describedBy?: string, missing = look.language.text("field.required")): Html {
	const id = fieldId(f.name);
	const described = [f.error && `${id}-error`, f.hint && `${id}-hint`, describedBy].filter(Boolean).join(" ");
	return html`${attributes([
		["required", f.required !== false],
		["data-missing", f.required === false ? undefined : missing],
		["aria-invalid", f.error ? "true" : undefined],
		["aria-describedby", described || undefined],
	])}`;
}

function wrap(look: Look, f: Field, control: Html, below?: Html): Html {
	const id = fieldId(f.name);
	const optional = f.required === false ? html` <span class="optional">(${look.language.text("page.optional")})</span>` : "";
	const hint = f.hint ? html`<p class="hint" id="${id}-hint">${f.hint}</p>` : "";
	const error = f.error ? html`<p class="field-error" id="${id}-error">${icon("alert")}<span>${f.error}</span></p>` : "";
	return html`<div class="field${f.error ? " field-invalid" : ""}"><label for="${id}">${f.label}${optional}</label>${hint}${control}${error}${below}</div>`;
}

/** Attributes with their values; without one for `true`, left away for `false` and undefined. */
function attributes(list: readonly (readonly [name: string, value: string | number | boolean | undefined])[]): Html[] {
	return list.flatMap(([name, value]) => {
		if (value === undefined || value === false) return [];
		return [value === true ? html` ${name}` : html` ${name}="${value}"`];
	});
}

interface Rule {
	readonly rule: "length" | "lower" | "upper" | "number" | "symbol";
	readonly label: string;
	readonly value?: number;
}

function rulesOf({ language }: Look, policy: PasswordPolicyType): Rule[] {
	const length = policy.MinimumLength ?? 0;
	const all: readonly (false | undefined | Rule)[] = [
		length > 0 && { rule: "length", label: language.text("password.length", { count: String(length) }), value: length },
		policy.RequireLowercase && { rule: "lower", label: language.text("password.lower") },
		policy.RequireUppercase && { rule: "upper", label: language.text("password.upper") },
		policy.RequireNumbers && { rule: "number", label: language.text("password.number") },
		policy.RequireSymbols && { rule: "symbol", label: language.text("password.symbol") },
	];
	return all.filter((rule) => rule !== undefined && rule !== false);
}

/** https://developer.apple.com/documentation/security/customizing-password-autofill-rules */
function passwordRules(policy: PasswordPolicyType): string {
	return [
		`minlength: ${policy.MinimumLength ?? 8}`,
		policy.RequireLowercase && "required: lower",
		policy.RequireUppercase && "required: upper",
		policy.RequireNumbers && "required: digit",
		policy.RequireSymbols && "required: [-!@#$%&*+=?]",
	]
		.filter(Boolean)
		.map((rule) => `${rule};`)
		.join(" ");
}
