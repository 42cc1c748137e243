/** The colours of the default look against one another, in both themes: also those that axe can't see, such as borders and what is hovered. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const read = (name: string) => readFileSync(join(import.meta.dirname, "../../src/pages/styles", `${name}.css`), "utf8");
const propertiesOf = (css: string) =>
	new Map([...css.matchAll(/^\t(--[\w-]+): (#[0-9a-f]{6});$/gm)].map(([, name = "", value = ""]) => [name, value]));
const light = propertiesOf(read("light"));
const dark = new Map([...light, ...propertiesOf(read("dark"))]);

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
	const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2 §1.4.3: text. */
const texts: readonly (readonly [text: string, backgrounds: readonly string[]])[] = [
	[
		"--heading",
		[
			"--form-background",
			"--error-background",
			"--success-background",
			"--info-background",
			"--option-background",
			"--option-selected-background",
		],
	],
	["--text", ["--form-background", "--page-background", "--menu-background"]],
	[
		"--text-muted",
		["--form-background", "--page-background", "--footer-background", "--option-background", "--option-selected-background"],
	],
	["--link", ["--form-background"]],
	["--link-hover", ["--form-background"]],
	["--label", ["--form-background"]],
	["--hint", ["--form-background"]],
	["--input-text", ["--input-background"]],
	["--input-placeholder", ["--input-background"]],
	["--primary-text", ["--primary-background"]],
	["--primary-hover-text", ["--primary-hover-background"]],
	["--primary-active-text", ["--primary-active-background"]],
	["--primary-disabled-text", ["--primary-disabled-background"]],
	["--secondary-text", ["--secondary-background"]],
	["--secondary-hover-text", ["--secondary-hover-background"]],
	["--secondary-active-text", ["--secondary-active-background"]],
	["--menu-hover-text", ["--menu-hover-background"]],
	["--menu-match-text", ["--menu-match-background"]],
	["--error", ["--form-background", "--error-background"]],
	["--success", ["--form-background", "--success-background"]],
	["--warning", ["--warning-background"]],
	["--info", ["--info-background"]],
];

/** WCAG 2.2 §1.4.11: what one must see to know a control and its state. */
const outlines: readonly (readonly [line: string, backgrounds: readonly string[]])[] = [
	["--input-border", ["--input-background", "--form-background"]],
	["--secondary-border", ["--form-background"]],
	["--option-border", ["--option-background", "--form-background"]],
	["--option-selected-border", ["--option-selected-background", "--form-background"]],
	["--focus", ["--form-background", "--page-background", "--input-background"]],
	["--primary-background", ["--form-background"]],
];

for (const [theme, colours] of [
	["light", light],
	["dark", dark],
] as const) {
	const tooLow = (pairs: typeof texts, least: number) =>
		pairs.flatMap(([name, backgrounds]) =>
			backgrounds.flatMap((background) => {
				const [a, b] = [colours.get(name), colours.get(background)];
				assert.ok(a !== undefined && b !== undefined, `${name} on ${background}`);
				const ratio = contrast(a, b);
				return ratio < least ? [`${name} on ${background}: ${ratio.toFixed(2)}`] : [];
			}),
		);
	test(`in the ${theme} theme text has a contrast of 4.5 to 1 at least, and what tells controls apart 3 to 1`, () => {
		assert.deepEqual([...tooLow(texts, 4.5), ...tooLow(outlines, 3)], []);
	});
}

test("the dark theme sets no property that the light one has not", () => {
	const names = (name: string) => [...read(name).matchAll(/^\t(--[\w-]+):/gm)].map(([, property]) => property);
	assert.deepEqual(
		names("dark").filter((property) => !names("light").includes(property)),
		[],
	);
});
