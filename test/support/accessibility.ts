/** What is wrong with a page for people who can't see it well, see it on a narrow screen, or have no mouse. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

type AxeResults = Awaited<ReturnType<AxeBuilder["analyze"]>>;
type RunOptions = Parameters<AxeBuilder["options"]>[0];

export interface Variant {
	readonly theme: "light" | "dark";
	/** Width and height in CSS pixels. */
	readonly size: readonly [width: number, height: number];
}

export const themes = ["light", "dark"] as const;
/** WCAG 2.2 §1.4.10: no scrolling in two directions down to 320 px. */
export const sizes = { phone: [320, 640], desktop: [1280, 800] } as const;

/** Draws the page that is open in other surroundings. */
export async function drawAs(page: Page, { theme, size: [width, height] }: Variant): Promise<void> {
	await page.setViewportSize({ width, height });
	await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
}

/** The rules whose answer depends on how a page is drawn, and not on its document alone. */
const rulesOfDrawing = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"];

/** axe itself, which its package for Playwright sends to the page for every look anew: that takes longer than the look. */
const axeSource = readFileSync(createRequire(import.meta.resolve("@axe-core/playwright")).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds by the rules of WCAG 2.2 A and AA and its own best practices, and whether the page scrolls sideways: a line each. Of a page
 * that was looked at already, `drawing` asks only what another theme or size can change.
 */
export async function faultsOf(page: Page, what: "everything" | "drawing" = "everything"): Promise<string[]> {
	const options: RunOptions = {
		resultTypes: ["violations"],
		rules: { "target-size": { enabled: true } },
		...(what === "drawing" && { runOnly: { type: "rule", values: rulesOfDrawing } }),
	};
	if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axeSource);
	const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
	return [
		...violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 160)}`)),
		...(await overflowOf(page)),
	];
}

/** Whether the page scrolls sideways. */
export async function overflowOf(page: Page): Promise<string[]> {
	const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
	return (overflow as number) > 0 ? [`scrolls sideways by ${overflow} px`] : [];
}

/** What one touches that is less than 44 px high or wide, unless it stands in a sentence (WCAG 2.2 §2.5.5 has it so). */
export async function smallTargetsOf(page: Page): Promise<string[]> {
	const what = "button, summary, .input, .choice, .checkbox, a:not(.fine a, .alert a)";
	return page.evaluate(
		(what) =>
			[...document.querySelectorAll(what)]
				.filter((each) => each.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
				.map((each) => ({ ...each.getBoundingClientRect().toJSON(), text: each.textContent?.trim() }))
				.filter(({ width, height }) => height < 44 || width < 24)
				.map(({ width, height, text }) => `"${text}" is ${width} by ${height} px`),
		what,
	);
}

/** The page that is open, in another language. */
export async function readIn(page: Page, code: string): Promise<void> {
	const url = new URL(page.url());
	url.searchParams.set("lang", code);
	await page.goto(url.href);
}
