/**
 * Every page of managed login in every language, theme and size, as axe sees it and without sideways scrolling: the whole of what
 * test/browser/accessibility.test.ts takes turns in. Some minutes: npm run accessibility
 */
import { languages } from "../src/pages/languages.ts";
import { drawAs, faultsOf, readIn, sizes, themes } from "../test/support/accessibility.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { startGatehouse } from "../test/support/gatehouse.ts";
import { createLoginPages, loginContext } from "../test/support/login-pages.ts";

const hourMilliseconds = 3_600_000;

const [gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser()]);
let looked = 0;
let faulty = 0;
try {
	for (const { name, reloads, open } of await createLoginPages(gatehouse)) {
		// A page that answers a form is reached anew in each language.
		const visits = reloads ? [languages.map(({ code }) => code)] : languages.map(({ code }) => [code]);
		for (const codes of visits) {
			const context = await loginContext(browser, { reducedMotion: "reduce", locale: codes[0] ?? "en" });
			const page = await context.newPage();
			await open(page);
			// Nobody types so many wrong passwords and codes in a row without being locked out.
			if (!reloads) gatehouse.clock.advance(hourMilliseconds);
			for (const code of codes) {
				if (reloads) await readIn(page, code);
				for (const theme of themes) {
					for (const [width, size] of Object.entries(sizes)) {
						await drawAs(page, { theme, size });
						const faults = await faultsOf(page);
						looked++;
						faulty += faults.length;
						for (const fault of faults) process.stdout.write(`${name}, ${code}, ${theme}, ${width}: ${fault}\n`);
					}
				}
			}
			await context.close();
		}
	}
} finally {
	await browser.close();
	await gatehouse.stop();
}
process.stdout.write(
	`${looked} pages looked at (${languages.length} languages, ${themes.length} themes, ${Object.keys(sizes).length} sizes): ${faulty} faults\n`,
);
if (looked === 0 || faulty > 0) process.exitCode = 1;
