/**
 * Takes the pictures of docs/pages.md: each page of managed login as it is served, on a desktop and on a phone, some of them in the dark.
 * Run it after a change of how pages look, and look at what it made: npm run screenshots
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readIn } from "../test/support/accessibility.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { startGatehouse } from "../test/support/gatehouse.ts";
import { createLoginPages, loginContext } from "../test/support/login-pages.ts";

const folder = join(import.meta.dirname, "../docs/pages");
const views = {
	desktop: { size: { width: 1280, height: 800 }, theme: "light" },
	phone: { size: { width: 375, height: 740 }, theme: "light" },
	dark: { size: { width: 1280, height: 800 }, theme: "dark" },
	"phone-dark": { size: { width: 375, height: 740 }, theme: "dark" },
} as const;
/** Pages on which the dark has something to show. */
const inTheDark = ["sign-in-by-choice", "choose", "code-refused", "set-up-app", "sign-up", "branded"];
/** A page that is shown from right to left too, on a machine that has Arabic letters. */
const inArabic = "choose";
/** What is typed into a page before its picture is taken. */
const typed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	"sign-in": { username: "ada" },
	"sign-in-by-choice": { username: "ada.lovelace@analytical.example" },
	code: { code: "48213907" },
	branded: { username: "caroline" },
	"sign-up": { username: "grace", "attribute.given_name": "Grace", "attribute.email": "grace@analytical.example", password: "Correct" },
};

const [gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser({ systemFonts: true })]);
try {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const loginPage of await createLoginPages(gatehouse)) {
		const context = await loginContext(browser, { reducedMotion: "reduce", locale: "en" });
		const page = await context.newPage();
		await loginPage.open(page);
		for (const [name, value] of Object.entries(typed[loginPage.name] ?? {})) await page.fill(`[name="${name}"]`, value);
		for (const [view, { size, theme }] of Object.entries(views)) {
			if (theme === "dark" && !inTheDark.includes(loginPage.name)) continue;
			await page.setViewportSize(size);
			await page.emulateMedia({ colorScheme: theme });
			await page.screenshot({ path: join(folder, `${loginPage.name}-${view}.png`), fullPage: true });
		}
		if (loginPage.name === inArabic) {
			await readIn(page, "ar");
			for (const view of ["desktop", "phone"] as const) {
				await page.setViewportSize(views[view].size);
				await page.emulateMedia({ colorScheme: "light" });
				await page.screenshot({ path: join(folder, `${inArabic}-arabic-${view}.png`), fullPage: true });
			}
		}
		await context.close();
	}
} finally {
	await browser.close();
	await gatehouse.stop();
}
const files = readdirSync(folder);
const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
process.stdout.write(`${files.length} pictures, ${Math.round(bytes / 1024)} kB\n`);
