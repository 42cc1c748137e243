/**
 * Every page of managed login for everyone: axe in both themes and on a narrow and a wide screen, every language, no sideways scrolling, the
 * keyboard alone, and what password managers and phones fill in. `npm run accessibility` goes through every combination.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { languages } from "../../src/pages/languages.ts";
import { drawAs, faultsOf, overflowOf, readIn, sizes, smallTargetsOf, themes } from "../support/accessibility.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPages, type LoginPage, loginContext } from "../support/login-pages.ts";
import { callback } from "../support/managed-login.ts";
import { password } from "../support/people.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let pages: readonly LoginPage[];
before(async () => {
	[gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser()]);
	pages = await createLoginPages(gatehouse);
});
after(async () => {
	await browser?.close();
	await gatehouse?.stop();
});

/**
 * Runs `run` on each page, opened by somebody whom the server does not know. Two at a time, since the browser has a process for each; the
 * processes stay, with axe compiled.
 */
async function onEach(run: (page: Page, loginPage: LoginPage, index: number) => Promise<void>): Promise<void> {
	const queue = [...pages.entries()];
	const work = () =>
		inContext(async (page) => {
			for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
				const [index, loginPage] = next;
				await page.context().clearCookies();
				await loginPage.open(page);
				await run(page, loginPage, index);
			}
		});
	await Promise.all([work(), work()]);
}

async function inContext(run: (page: Page) => Promise<void>, options: Parameters<typeof loginContext>[1] = {}): Promise<void> {
	const context = await loginContext(browser, { reducedMotion: "reduce", ...options });
	try {
		await run(await context.newPage());
	} finally {
		await context.close();
	}
}

/** The languages whose turn it is on a page: over all pages, every language comes several times. */
function turnOf(index: number, count: number): string[] {
	return Array.from({ length: count }, (_, i) => languages[(index * count + i) % languages.length]?.code ?? "");
}

const otherVariants = themes.flatMap((theme) => Object.values(sizes).map((size) => ({ theme, size }))).slice(1);

test("no page has a fault that axe finds, in either theme, on a phone or on a desktop, nor in the languages whose turn it is", async () => {
	const faults: string[] = [];
	await onEach(async (page, { name, reloads }, index) => {
		const note = (where: string, found: readonly string[]) => faults.push(...found.map((fault) => `${name}, ${where}: ${fault}`));
		await drawAs(page, { theme: "light", size: sizes.phone });
		note("light 320", [...(await faultsOf(page)), ...(await smallTargetsOf(page))]);
		for (const variant of otherVariants) {
			await drawAs(page, variant);
			note(`${variant.theme} ${variant.size[0]}`, await faultsOf(page, "drawing"));
		}
		if (!reloads) return;
		await drawAs(page, { theme: index % 2 === 0 ? "dark" : "light", size: sizes.phone });
		const [first = "", ...others] = turnOf(index, 3);
		await readIn(page, first);
		note(first, await faultsOf(page));
		for (const code of others) {
			await readIn(page, code);
			note(code, await overflowOf(page));
		}
	});
	assert.deepEqual(faults, []);
});

const find = (name: string) => pages.find((each) => each.name === name) as LoginPage;

test("in Arabic everything stands on the other side", async () => {
	await inContext(async (page) => {
		await find("sign-in").open(page);
		const sideOf = async (selector: string) => {
			const [box, panel] = await Promise.all([page.locator(selector).boundingBox(), page.locator(".panel").boundingBox()]);
			assert.ok(box && panel);
			return box.x + box.width / 2 < panel.x + panel.width / 2 ? "left" : "right";
		};
		assert.deepEqual([await sideOf(".mark"), await sideOf(".reveal")], ["left", "right"]);
		await readIn(page, "ar");
		assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
		assert.deepEqual([await sideOf(".mark"), await sideOf(".reveal")], ["right", "left"]);
		const textOf = (name: string) => page.locator(`[name="${name}"]`).evaluate((input) => getComputedStyle(input).textAlign);
		assert.deepEqual([await textOf("username"), await textOf("password")], ["right", "right"]);
	});
});

test("the keyboard alone is enough to sign in, to choose another language and to see the password", async () => {
	await inContext(async (page) => {
		await find("sign-in").open(page);
		const focused = () =>
			page.evaluate("document.activeElement.name || document.activeElement.textContent.trim() || document.activeElement.title");
		assert.equal(await focused(), "username");
		await page.keyboard.type("ada");
		const order = [];
		for (let i = 0; i < 6; i++) {
			await page.keyboard.press("Tab");
			order.push(await focused());
		}
		assert.deepEqual(order, ["password", "Show password", "Forgot your password?", "Sign in", "Create an account", "Language: English"]);
		await page.keyboard.press("Enter");
		await page.getByRole("link", { name: "Deutsch" }).focus();
		await page.keyboard.press("Escape");
		assert.equal(await page.getByRole("link", { name: "Deutsch" }).isVisible(), false);
		assert.equal(await focused(), "Language: English");
		for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Enter");
		assert.equal(await page.getAttribute('[name="password"]', "type"), "text");
		await page.keyboard.press("Shift+Tab");
		await page.keyboard.type("Correct-Horse-7");
		const back = page.waitForRequest((request) => request.url().startsWith(callback));
		await page.keyboard.press("Enter");
		assert.ok(new URL((await back).url()).searchParams.get("code"));
	});
});

test("what has the focus shows it, with a contrast of three to one at least", async () => {
	await inContext(async (page) => {
		await find("sign-in").open(page);
		for (const colorScheme of themes) {
			await page.emulateMedia({ colorScheme });
			for (let i = 0; i < 7; i++) {
				await page.keyboard.press("Tab");
				const style = await page.evaluate(() => {
					const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(document.activeElement as Element);
					return { outlineStyle, width: Number.parseFloat(outlineWidth), outlineColor, name: document.activeElement?.tagName };
				});
				if (style.name === "BODY") continue;
				assert.equal(style.outlineStyle, "solid");
				assert.ok(style.width >= 2, JSON.stringify(style));
				assert.equal(style.outlineColor, colorScheme === "light" ? "rgb(43, 95, 227)" : "rgb(138, 170, 255)");
			}
		}
	});
});

test("what password managers and phones fill in says what it is", async () => {
	const tokens = async (name: string) => {
		let found: unknown;
		await inContext(async (page) => {
			await find(name).open(page);
			found = await page
				.locator("form .input")
				.evaluateAll((inputs) => inputs.map((input) => `${input.getAttribute("name")} ${input.getAttribute("autocomplete")}`));
		});
		return found;
	};
	assert.deepEqual(await tokens("sign-in"), ["username username", "password current-password"]);
	assert.deepEqual(await tokens("sign-in-by-choice"), ["username username webauthn"]);
	assert.deepEqual(await tokens("code"), ["code one-time-code"]);
	assert.deepEqual(await tokens("sign-up"), [
		"username username",
		"attribute.given_name given-name",
		"attribute.email email",
		"password new-password",
		"passwordAgain new-password",
	]);
	assert.deepEqual(await tokens("reset-password"), ["code one-time-code", "password new-password", "passwordAgain new-password"]);
});

test("the script says what is missing before anything is sent, ticks off the rules of a password, and sends a form once", async () => {
	await inContext(async (page) => {
		await find("sign-up").open(page);
		let posts = 0;
		page.on("request", (request) => {
			if (request.method() === "POST") posts++;
		});
		await page.click("main form .button-primary");
		const username = page.locator('[name="username"]');
		assert.equal(await username.getAttribute("aria-invalid"), "true");
		assert.equal(await page.locator("#field-username-error").textContent(), "Fill in this field.");
		assert.match((await username.getAttribute("aria-describedby")) ?? "", /field-username-error/);
		assert.equal(await page.evaluate("document.activeElement.name"), "username");
		await username.fill("grace");
		assert.equal(await username.getAttribute("aria-invalid"), null);
		const met = () => page.locator(".rules .met").count();
		await page.fill('[name="password"]', "correct");
		assert.equal(await met(), 1);
		await page.fill('[name="password"]', "Correct-Horse-7");
		assert.equal(await met(), 5);
		await page.fill('[name="attribute.given_name"]', "Grace");
		await page.fill('[name="attribute.email"]', "grace@analytical.example");
		await page.fill('[name="passwordAgain"]', "Correct-Horse-8");
		await page.click("main form .button-primary");
		assert.equal(await page.locator("#field-passwordAgain-error").textContent(), "The two passwords are not the same.");
		assert.equal(posts, 0);
		await page.fill('[name="passwordAgain"]', "Correct-Horse-7");
		await Promise.all([page.waitForURL("**/confirm?**"), page.dblclick("main form .button-primary")]);
		assert.equal(posts, 1);
	});
});

test("without script nothing is shown that only a script can do, and all the rest works", async () => {
	const options = { javaScriptEnabled: false };
	await inContext(async (page) => {
		await find("sign-in").open(page);
		assert.equal(await page.locator(".reveal").isVisible(), false);
		await page.click(".languages summary");
		await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Français" }).click()]);
		assert.equal(await page.locator("h1").textContent(), "Se connecter");
		await page.fill('[name="username"]', "ada");
		await Promise.all([page.waitForEvent("load"), page.click(".button-primary")]);
		const missing = page.locator(".alert-list a");
		assert.equal(await missing.textContent(), "Remplissez ce champ.");
		assert.equal(await missing.getAttribute("href"), "#field-password");
		assert.equal(await page.inputValue('[name="username"]'), "ada");
		await page.fill('[name="password"]', password);
		const back = page.waitForRequest((request) => request.url().startsWith(callback));
		await page.click(".button-primary");
		assert.ok(new URL((await back).url()).searchParams.get("code"));
	}, options);
	await inContext(async (page) => {
		await find("set-up-app").open(page);
		assert.equal(await page.locator("[data-copy]").isVisible(), false);
		assert.equal(await page.locator(".qr-code").isVisible(), true);
	}, options);
});
