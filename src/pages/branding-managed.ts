/**
 * The look of a style of managed login: its settings and pictures as the custom properties of `styles/light.css`, and what of it changes the
 * document. Members that these pages have nothing for are left out: identity providers' buttons, and those that AWS reserves.
 */
import type { ManagedLoginSettings } from "../domain/user-pools/branding/default-settings.ts";
import type { Style, StyleAsset } from "../domain/user-pools/branding/managed-login-branding.ts";
import { completeSettings } from "../domain/user-pools/branding/settings.ts";
import type { Compiled } from "./branding.ts";
import type { Bar, Branding, Picture } from "./look.ts";

type Mode = "light" | "dark";
type Position = "start" | "center" | "end";
type Properties = Record<string, string | undefined>;

/** `folder` is where the style's files are, below that of all styles. */
export function managedLook(style: Style, folder: string): Omit<Compiled, "hash"> {
	const own = style.settings ?? {};
	const whole = completeSettings(own);
	const scheme = style.settings === undefined ? "auto" : schemeOf(whole.categories.global.colorSchemeMode);
	const modes: readonly Mode[] = scheme === "auto" ? ["light", "dark"] : [scheme];
	const css = [
		rule(":root", sharedProperties(own)),
		...modes.map((mode) => {
			const text = rule(":root", modeProperties(own, mode)) + pictureRules(own, style, mode);
			return scheme === "auto" && text !== "" ? `@media (prefers-color-scheme:${mode}){${text}}\n` : text;
		}),
		layoutRules(own),
	].join("");
	return { css, branding: (files) => documentOf(style, whole, scheme, `${files}/${folder}`) };
}

/** What the document says. */
function documentOf(
	style: Style,
	{ categories, components }: ReturnType<typeof completeSettings>,
	scheme: Branding["scheme"],
	files: string,
): Omit<Branding, "css"> {
	const own = style.settings;
	const pictureOf = (category: StyleAsset["category"]): Picture | undefined => {
		const light = fileOf(style, category, "light");
		const dark = fileOf(style, category, "dark");
		if (light === undefined && dark === undefined) return undefined;
		return {
			light: `${files}/${light ?? dark}`,
			...(dark === undefined || dark === light ? {} : { dark: `${files}/${dark}` }),
		};
	};
	const barOf = (isOn: boolean, { logo }: typeof components.pageHeader, category: StyleAsset["category"]): Bar | undefined =>
		isOn ? { logo: logo.enabled ? pictureOf(category) : undefined, logoPosition: positionOf(logo.location) } : undefined;
	const { logo } = components.form;
	const types = components.favicon.enabledTypes;
	const icoFile = types.includes("ICO") ? fileOf(style, "FAVICON_ICO", "light") : undefined;
	const svgFile = types.includes("SVG") ? fileOf(style, "FAVICON_SVG", "light") : undefined;
	return {
		scheme,
		favicon: {
			ico: icoFile && `${files}/${icoFile}`,
			svg: svgFile && `${files}/${svgFile}`,
		},
		formLogo: logo.enabled ? pictureOf("FORM_LOGO") : undefined,
		// The default look has a mark, which a style that says nothing of it keeps.
		showLogo: own?.components?.form?.logo?.enabled !== false,
		...(own?.components?.form?.logo === undefined
			? {}
			: {
					logoInclusion: logo.formInclusion === "OUT" ? "outside" : "inside",
					logoPosition: positionOf(logo.location),
				}),
		formPosition: positionOf(categories.form.location.horizontal) ?? "center",
		density: categories.global.spacingDensity === "COMPACT" ? "compact" : "regular",
		header: barOf(categories.global.pageHeader.enabled, components.pageHeader, "PAGE_HEADER_LOGO"),
		footer: barOf(categories.global.pageFooter.enabled, components.pageFooter, "PAGE_FOOTER_LOGO"),
	};
}

/** The same in both modes: how round things are. */
function sharedProperties({ componentClasses, components }: ManagedLoginSettings): Properties {
	return {
		"--form-radius": pixels(components?.form?.borderRadius),
		"--button-radius": pixels(componentClasses?.buttons?.borderRadius),
		"--input-radius": pixels(componentClasses?.input?.borderRadius),
		"--option-radius": pixels(componentClasses?.input?.borderRadius),
		"--menu-radius": pixels(componentClasses?.dropDown?.borderRadius),
		"--alert-radius": pixels(components?.alert?.borderRadius),
	};
}

/** The colours of a mode; only those that the style sets. */
function modeProperties({ componentClasses: classes, components }: ManagedLoginSettings, mode: Mode): Properties {
	const key = mode === "light" ? "lightMode" : "darkMode";
	const { form, pageHeader, pageFooter, pageText, pageBackground: page } = components ?? {};
	const text = pageText?.[key];
	const primary = components?.primaryButton?.[key];
	const secondary = components?.secondaryButton?.[key];
	const input = classes?.input?.[key];
	const option = classes?.optionControls?.[key];
	const menu = classes?.dropDown?.[key];
	const status = classes?.statusIndicator?.[key];
	const error = components?.alert?.[key]?.error;
	return {
		"--page-background": colour(page?.[key]?.color),
		// Where pictures are off, the default one is too; and it is tinted, so that it would change a colour of the style's.
		"--page-image": page?.image?.enabled === false || page?.[key]?.color !== undefined ? "none" : undefined,
		"--heading": colour(text?.headingColor),
		"--text": colour(text?.bodyColor),
		"--text-muted": colour(text?.descriptionColor),
		"--link": colour(classes?.link?.[key]?.defaults?.textColor),
		"--link-hover": colour(classes?.link?.[key]?.hover?.textColor),
		"--focus": colour(classes?.focusState?.[key]?.borderColor),
		"--divider": colour(classes?.divider?.[key]?.borderColor),
		"--header-background": colour(pageHeader?.[key]?.background?.color),
		"--header-border": colour(pageHeader?.[key]?.borderColor),
		"--footer-background": colour(pageFooter?.[key]?.background?.color),
		"--footer-border": colour(pageFooter?.[key]?.borderColor),
		"--form-background": colour(form?.[key]?.backgroundColor),
		"--form-border": colour(form?.[key]?.borderColor),
		"--primary-background": colour(primary?.defaults?.backgroundColor),
		"--primary-border": colour(member(primary?.defaults, "borderColor")),
		"--primary-text": colour(primary?.defaults?.textColor),
		"--primary-hover-background": colour(primary?.hover?.backgroundColor),
		"--primary-hover-text": colour(primary?.hover?.textColor),
		"--primary-active-background": colour(primary?.active?.backgroundColor),
		"--primary-active-text": colour(primary?.active?.textColor),
		"--primary-disabled-background": colour(primary?.disabled?.backgroundColor),
		// The default document gives a disabled button no colour of text, and a white background to both modes.
		"--primary-disabled-text": colour(member(primary?.disabled, "textColor") ?? (primary?.disabled && "5f6b7aff")),
		"--secondary-background": colour(secondary?.defaults?.backgroundColor),
		"--secondary-border": colour(secondary?.defaults?.borderColor),
		"--secondary-text": colour(secondary?.defaults?.textColor),
		"--secondary-hover-background": colour(secondary?.hover?.backgroundColor),
		"--secondary-hover-border": colour(secondary?.hover?.borderColor),
		"--secondary-hover-text": colour(secondary?.hover?.textColor),
		"--secondary-active-background": colour(secondary?.active?.backgroundColor),
		"--secondary-active-border": colour(secondary?.active?.borderColor),
		"--secondary-active-text": colour(secondary?.active?.textColor),
		"--input-background": colour(input?.defaults?.backgroundColor),
		"--input-border": colour(input?.defaults?.borderColor),
		// What is typed has no colour of its own in the document: on a background of the style's it is that of headings.
		"--input-text": colour(input?.defaults?.backgroundColor && text?.headingColor),
		"--input-placeholder": colour(input?.placeholderColor),
		"--label": colour(classes?.inputLabel?.[key]?.textColor),
		"--hint": colour(classes?.inputDescription?.[key]?.textColor),
		"--option-background": colour(option?.defaults?.backgroundColor),
		"--option-border": colour(option?.defaults?.borderColor),
		"--option-selected-background": colour(option?.defaults?.backgroundColor),
		"--option-selected-border": colour(option?.selected?.backgroundColor),
		"--menu-background": colour(menu?.defaults?.itemBackgroundColor),
		"--menu-hover-background": colour(menu?.hover?.itemBackgroundColor),
		"--menu-hover-text": colour(menu?.hover?.itemTextColor),
		"--menu-match-background": colour(menu?.match?.itemBackgroundColor),
		"--menu-match-text": colour(menu?.match?.itemTextColor),
		"--error-background": colour(error?.backgroundColor ?? status?.error?.backgroundColor),
		"--error-border": colour(error?.borderColor ?? status?.error?.borderColor),
		"--error": colour(status?.error?.indicatorColor ?? error?.borderColor),
		"--success-background": colour(status?.success?.backgroundColor),
		"--success-border": colour(status?.success?.borderColor),
		"--success": colour(status?.success?.indicatorColor),
		"--warning-background": colour(status?.warning?.backgroundColor),
		"--warning-border": colour(status?.warning?.borderColor),
		"--warning": colour(status?.warning?.indicatorColor),
	};
}

/**
 * The pictures of a mode. Not by the custom properties: a relative URL in one of those would be looked for beside the stylesheet that
 * uses it (css-variables-1 §3.1).
 */
function pictureRules({ components }: ManagedLoginSettings, style: Style, mode: Mode): string {
	const { pageHeader, pageFooter, form, pageBackground } = components ?? {};
	const fill = (selector: string, isOn: boolean | undefined, category: StyleAsset["category"]) =>
		rule(selector, { "background-image": isOn ? image(style, category, mode) : undefined });
	const page = pageBackground?.image?.enabled === false ? undefined : image(style, "PAGE_BACKGROUND", mode);
	const covering = { "background-image": page, "background-size": "cover", "background-position": "center" };
	return [
		// On a phone the form is the page.
		page === undefined ? "" : `@media (min-width:35.01rem){${rule("body", covering)}}\n`,
		fill(".panel", form?.backgroundImage?.enabled, "FORM_BACKGROUND"),
		fill(".bar-top", pageHeader?.backgroundImage?.enabled, "PAGE_HEADER_BACKGROUND"),
		fill(".bar-filled", pageFooter?.backgroundImage?.enabled, "PAGE_FOOTER_BACKGROUND"),
		...Object.entries(graphics).map(([category, icon]) => graphicRules(image(style, category as keyof typeof graphics, mode), icon)),
	].join("");
}

/** Beside the stylesheet. */
function image(style: Style, category: StyleAsset["category"], mode: Mode): string | undefined {
	const file = fileOf(style, category, mode);
	return file && `url("${file}")`;
}

/** Pictures that stand for a way to sign in, in the place of the pages' own, by the name of its icon. */
const graphics = {
	EMAIL_GRAPHIC: "mail",
	SMS_GRAPHIC: "message",
	AUTH_APP_GRAPHIC: "app",
	PASSWORD_GRAPHIC: "key",
	PASSKEY_GRAPHIC: "passkey",
} as const;

function graphicRules(url: string | undefined, icon: string): string {
	if (url === undefined) return "";
	const place = `.emblem:has(.icon-${icon})`;
	const picture = { background: `${url} center/contain no-repeat`, "border-radius": "0", "box-shadow": "none" };
	return rule(place, picture) + rule(`${place} .icon`, { visibility: "hidden" });
}

/** What the pages' own stylesheet has no property for. */
function layoutRules({ categories }: ManagedLoginSettings): string {
	const vertical = positionOf(categories?.form?.location?.vertical);
	return (
		(vertical === undefined || vertical === "center" ? "" : rule(".stage", { "align-content": `safe ${vertical}` })) +
		(categories?.form?.displayGraphics === false ? rule(".emblem", { display: "none" }) : "")
	);
}

/** The file for a mode: its own, or the one for every mode; the light one's stands in for a missing dark one in `documentOf`. */
function fileOf({ assets }: Style, category: StyleAsset["category"], mode: Mode): string | undefined {
	const ofCategory = assets.filter((asset) => asset.category === category);
	const asset =
		ofCategory.find(({ colorMode }) => colorMode === (mode === "light" ? "LIGHT" : "DARK")) ??
		ofCategory.find(({ colorMode }) => colorMode === "DYNAMIC");
	if (asset === undefined || !/^[0-9a-f]+$/.test(asset.hash) || !/^[A-Z]+$/.test(asset.extension)) return undefined;
	return `${asset.hash}.${asset.extension.toLowerCase()}`;
}

function schemeOf(mode: string): "light" | "dark" | "auto" {
	return mode === "DARK" ? "dark" : mode === "DYNAMIC" ? "auto" : "light";
}

function positionOf(option: string | undefined): Position | undefined {
	const positions: Readonly<Record<string, Position>> = { START: "start", TOP: "start", CENTER: "center", END: "end", BOTTOM: "end" };
	return option === undefined ? undefined : positions[option];
}

/** The schema gives every state the colours that some have; the type knows those of the default document alone. */
function member(state: object | undefined, name: string): string | undefined {
	return (state as Readonly<Record<string, string>> | undefined)?.[name];
}

/** Once more, whatever was stored: nothing else gets into a stylesheet. */
function colour(value: string | undefined): string | undefined {
	return value !== undefined && /^[0-9a-fA-F]{8}$/.test(value) ? `#${value}` : undefined;
}

function pixels(value: number | undefined): string | undefined {
	return typeof value === "number" && Number.isFinite(value) ? `${value}px` : undefined;
}

function rule(selector: string, properties: Properties): string {
	const set = Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
	return set.length === 0 ? "" : `${selector}{${set.join(";")}}\n`;
}
