/**
 * What an administrator makes of the login pages, in a real browser: the computed styles show that each setting is really applied, light
 * and dark, and that nothing of it runs.
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type AssetType,
	CreateManagedLoginBrandingCommand,
	CreateTermsCommand,
	SetUICustomizationCommand,
	UpdateManagedLoginBrandingCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, Page } from "playwright-core";
import { defaultSettings } from "../../src/domain/user-pools/branding/default-settings.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { createUser, password } from "../support/people.ts";
import { ico, png, svg } from "../support/pictures.ts";
import { createVisitor } from "../support/visitor.ts";

let browser: Browser;
let gatehouse: Gatehouse;
before(async () => {
	[gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser()]);
});
after(async () => {
	await browser?.close();
	await gatehouse?.stop();
});

/** Opens a page, and fails if the browser complains of anything: a refused style, a missing file. */
async function visit(url: string, colorScheme: "light" | "dark", run: (page: Page) => Promise<void>): Promise<void> {
	const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
	try {
		const page = await context.newPage();
		const complaints: string[] = [];
		page.on("console", (message) => {
			if (message.type() === "error") complaints.push(message.text());
		});
		page.on("pageerror", (error) => complaints.push(String(error)));
		page.on("response", (response) => {
			if (response.status() >= 400 && response.url() !== url) complaints.push(`${response.status()} ${response.url()}`);
		});
		await page.goto(url);
		await run(page);
		deepEqual(complaints, []);
	} finally {
		await context.close();
	}
}

/** A computed property of the first element that a selector finds. */
const styleOf = (page: Page, selector: string, property: string): Promise<string> =>
	page.evaluate(([selector, property]) => getComputedStyle(document.querySelector(selector) as Element).getPropertyValue(property), [
		selector,
		property,
	] as const);
/** Whether each picture of a selector is there: it has a size of its own. */
const isLoaded = (page: Page, selector: string): Promise<boolean> =>
	page.evaluate(async (selector) => {
		const images = [...document.querySelectorAll<HTMLImageElement>(selector)];
		await Promise.all(images.map((image) => image.decode()));
		return images.length > 0 && images.every((image) => image.naturalWidth > 0);
	}, selector);

const style = (place: LoginPlace, Settings: object | undefined, Assets?: AssetType[]) =>
	gatehouse.client.send(
		new CreateManagedLoginBrandingCommand({
			UserPoolId: place.UserPoolId,
			ClientId: place.ClientId,
			...(Settings === undefined ? { UseCognitoProvidedValues: true } : { Settings: Settings as never }),
			Assets,
		}),
	);
const mode = (button: string, page: string, form: string) => ({ button, page, form });

/** A document that sets every colour that is looked at here, in both modes. */
function branded(colorSchemeMode: "LIGHT" | "DARK" | "DYNAMIC", light: ReturnType<typeof mode>, dark: ReturnType<typeof mode>): object {
	const both = <T>(of: (mode: { button: string; page: string; form: string }) => T) => ({ lightMode: of(light), darkMode: of(dark) });
	return {
		categories: {
			global: { colorSchemeMode, pageHeader: { enabled: true }, pageFooter: { enabled: true }, spacingDensity: "COMPACT" },
			form: { location: { horizontal: "END", vertical: "START" } },
		},
		componentClasses: { buttons: { borderRadius: 3 }, input: { borderRadius: 2 } },
		components: {
			form: {
				borderRadius: 5,
				logo: { enabled: true, location: "CENTER", formInclusion: "OUT" },
				backgroundImage: { enabled: true },
				...both(({ form }) => ({ backgroundColor: form })),
			},
			pageBackground: { image: { enabled: true }, ...both(({ page }) => ({ color: page })) },
			pageHeader: { logo: { enabled: true, location: "END" }, backgroundImage: { enabled: true } },
			pageFooter: { ...both(({ page }) => ({ background: { color: page } })) },
			primaryButton: both(({ button }) => ({ defaults: { backgroundColor: button, textColor: "010203ff" } })),
		},
	};
}
const pictures: AssetType[] = [
	{ Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes: png },
	{ Category: "FORM_LOGO", ColorMode: "DARK", Extension: "SVG", Bytes: svg() },
	{ Category: "PAGE_HEADER_LOGO", ColorMode: "DYNAMIC", Extension: "SVG", Bytes: svg('<circle r="4" cx="4" cy="4"/>') },
	{ Category: "PAGE_BACKGROUND", ColorMode: "LIGHT", Extension: "PNG", Bytes: png },
	{ Category: "PAGE_BACKGROUND", ColorMode: "DARK", Extension: "SVG", Bytes: svg("") },
	{ Category: "FORM_BACKGROUND", ColorMode: "DYNAMIC", Extension: "SVG", Bytes: svg("<g/>") },
	{ Category: "FAVICON_ICO", ColorMode: "DYNAMIC", Extension: "ICO", Bytes: ico },
	{ Category: "FAVICON_SVG", ColorMode: "LIGHT", Extension: "SVG", Bytes: svg() },
];

describe("a style of managed login", () => {
	const light = mode("11aa22ff", "336699ff", "fedcba80");
	const dark = mode("cc33ddff", "102030ff", "201510ff");

	test("is applied in the browser's mode: colours, logos, backgrounds, position, radius, density", async () => {
		const place = await createLoginPlace(gatehouse);
		await style(place, branded("DYNAMIC", light, dark), pictures);
		await visit(place.page("/login"), "light", async (page) => {
			const button = ".form > .button-primary";
			equal(await styleOf(page, button, "background-color"), "rgb(17, 170, 34)");
			equal(await styleOf(page, button, "color"), "rgb(1, 2, 3)");
			equal(await styleOf(page, button, "border-radius"), "3px");
			equal(await styleOf(page, ".input", "border-radius"), "2px");
			equal(await styleOf(page, ".panel", "border-radius"), "5px");
			equal(await styleOf(page, ".panel", "background-color"), "rgba(254, 220, 186, 0.5)");
			match(await styleOf(page, ".panel", "background-image"), /\/branding\/managed\/\w+\/[0-9a-f]{32}\.svg"\)$/);
			equal(await styleOf(page, "body", "background-color"), "rgb(51, 102, 153)");
			match(await styleOf(page, "body", "background-image"), /\/branding\/managed\/\w+\/[0-9a-f]{32}\.png"\)$/);
			equal(await styleOf(page, "body", "background-size"), "cover");
			equal(await styleOf(page, ".bar-bottom", "background-color"), "rgb(51, 102, 153)");
			equal(await styleOf(page, ".stage", "justify-items"), "end");
			match(await styleOf(page, ".stage", "align-content"), /start/);
			equal(await styleOf(page, "html", "--control"), "2.75rem");
			const panel = await page.locator(".panel").boundingBox();
			ok((panel?.x ?? 0) > 640, `the form stands at the end: ${JSON.stringify(panel)}`);
			// The logo stands above the form, in the middle; the header's at its end.
			ok(((await page.locator(".brand-logo").boundingBox())?.y ?? 0) < (panel?.y ?? 0));
			equal(await styleOf(page, ".stage > .brand", "justify-content"), "center");
			equal(await styleOf(page, ".bar-top", "justify-content"), "end");
			ok(await isLoaded(page, ".brand-logo img, .bar-top img"));
			match(await page.evaluate(() => (document.querySelector(".brand-logo img") as HTMLImageElement).currentSrc), /\.png$/);
			deepEqual(
				await page.locator('link[rel="icon"]').evaluateAll((links) => links.map((link) => (link.getAttribute("href") ?? "").slice(-4))),
				[".ico", ".svg"],
			);
		});
		await visit(place.page("/login"), "dark", async (page) => {
			equal(await styleOf(page, ".form > .button-primary", "background-color"), "rgb(204, 51, 221)");
			equal(await styleOf(page, "body", "background-color"), "rgb(16, 32, 48)");
			match(await styleOf(page, "body", "background-image"), /\.svg"\)$/);
			equal(await styleOf(page, ".panel", "background-color"), "rgb(32, 21, 16)");
			match(await page.evaluate(() => (document.querySelector(".brand-logo img") as HTMLImageElement).currentSrc), /\.svg$/);
			ok(await isLoaded(page, ".brand-logo img"));
		});
	});

	for (const scheme of ["LIGHT", "DARK"] as const) {
		test(`of the mode ${scheme} is that whatever the browser prefers`, async () => {
			const place = await createLoginPlace(gatehouse);
			await style(place, branded(scheme, light, dark), pictures);
			await visit(place.page("/login"), scheme === "LIGHT" ? "dark" : "light", async (page) => {
				const is = scheme === "LIGHT" ? ["rgb(17, 170, 34)", "light"] : ["rgb(204, 51, 221)", "dark"];
				deepEqual([await styleOf(page, ".form > .button-primary", "background-color"), await styleOf(page, "html", "color-scheme")], is);
				match(
					await page.evaluate(() => (document.querySelector(".brand-logo img") as HTMLImageElement).currentSrc),
					scheme === "LIGHT" ? /\.png$/ : /\.svg$/,
				);
			});
		});
	}

	test("is on every page of the client, and not on those of another one", async () => {
		const place = await createLoginPlace(gatehouse);
		await style(place, branded("LIGHT", light, dark), pictures);
		await createUser(place, "ada");
		for (const path of ["/login", "/signup", "/forgotPassword"])
			await visit(place.page(path), "light", async (page) =>
				equal(await styleOf(page, ".form > .button-primary", "background-color"), "rgb(17, 170, 34)", path),
			);
		const other = await createLoginPlace(gatehouse);
		await visit(other.page("/login"), "light", async (page) => {
			notEqual(await styleOf(page, ".form > .button-primary", "background-color"), "rgb(17, 170, 34)");
			equal(await page.locator('link[href*="/branding/"]').count(), 0);
		});
		// The form still works with it.
		const context = await browser.newContext();
		try {
			const page = await context.newPage();
			await page.goto(place.page("/login"));
			await page.fill('input[name="username"]', "ada");
			await page.fill('input[name="password"]', password);
			await Promise.all([
				page.waitForRequest((request) => request.url().startsWith("https://app.example/callback?code=")),
				page.click('button[type="submit"].button-primary'),
			]);
		} finally {
			await context.close();
		}
	});

	test("that changes is another stylesheet, which a page loads at once", async () => {
		const place = await createLoginPlace(gatehouse);
		const { ManagedLoginBranding } = await style(place, branded("LIGHT", light, dark));
		const context = await browser.newContext();
		try {
			const page = await context.newPage();
			await page.goto(place.page("/login"));
			const before = await page.locator('link[href*="/branding/"]').getAttribute("href");
			await gatehouse.client.send(
				new UpdateManagedLoginBrandingCommand({
					UserPoolId: place.UserPoolId,
					ManagedLoginBrandingId: ManagedLoginBranding?.ManagedLoginBrandingId,
					Settings: { components: { primaryButton: { lightMode: { defaults: { backgroundColor: "00000080" } } } } },
				}),
			);
			await page.reload();
			equal(await styleOf(page, ".form > .button-primary", "background-color"), "rgba(0, 0, 0, 0.5)");
			notEqual(await page.locator('link[href*="/branding/"]').getAttribute("href"), before);
			// A page from before gets today's, which is not kept under that name.
			const old = await fetch(new URL(before ?? "", gatehouse.url));
			deepEqual([old.status, old.headers.get("cache-control")], [200, "no-store"]);
			const current = await fetch(new URL((await page.locator('link[href*="/branding/"]').getAttribute("href")) ?? "", gatehouse.url));
			match(current.headers.get("cache-control") ?? "", /immutable/);
		} finally {
			await context.close();
		}
	});

	test("of the whole default document gives Cognito's colours; one of its values alone leaves the default look", async () => {
		const full = await createLoginPlace(gatehouse);
		await style(full, defaultSettings);
		await visit(full.page("/login"), "dark", async (page) => {
			equal(await styleOf(page, ".form > .button-primary", "background-color"), "rgb(9, 114, 211)");
			equal(await styleOf(page, "html", "color-scheme"), "light");
			equal(await styleOf(page, "body", "background-color"), "rgb(255, 255, 255)");
			equal(await styleOf(page, "body", "background-image"), "none");
			equal(await page.locator(".brand").count(), 0);
		});
		const provided = await createLoginPlace(gatehouse);
		await style(provided, undefined);
		const plain = await createLoginPlace(gatehouse);
		const looks: string[] = [];
		for (const place of [provided, plain])
			await visit(place.page("/login"), "dark", async (page) => {
				looks.push(`${await styleOf(page, "body", "background")} ${await styleOf(page, ".form > .button-primary", "background-color")}`);
			});
		equal(looks[0], looks[1]);
	});
});

test("an SVG that was opened by itself runs nothing, and neither does the page that shows it", async () => {
	const place = await createLoginPlace(gatehouse);
	await style(place, branded("LIGHT", mode("11aa22ff", "336699ff", "ffffffff"), mode("11aa22ff", "336699ff", "ffffffff")), [
		{ Category: "FORM_LOGO", ColorMode: "DYNAMIC", Extension: "SVG", Bytes: svg() },
	]);
	// As if it had got past the check: a row that says so.
	const hostile = svg("<script>document.documentElement.setAttribute('ran', '1'); fetch('/ran')</script><rect width='8' height='8'/>");
	const [row] = await gatehouse.store.db.selectFrom("branding_images").selectAll().where("client_id", "=", place.ClientId).execute();
	const { hash = "" } = row ?? {};
	await gatehouse.store.write([
		{ verb: "update", table: "branding_images", set: { data: hostile }, where: { client_id: place.ClientId, hash }, otherwise: undefined },
	]);
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		const asked: string[] = [];
		page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		await page.goto(place.page("/login"));
		ok(await isLoaded(page, ".brand-logo img"));
		const response = await page.goto(`${place.base}/branding/managed/${place.ClientId}/${hash}.svg`);
		equal(response?.headers()["content-type"], "image/svg+xml");
		ok((await response?.text())?.includes("<script>"));
		equal(await page.evaluate(() => document.documentElement.getAttribute("ran")), null);
		deepEqual(
			asked.filter((path) => path === "/ran"),
			[],
		);
		// Asked for as another kind of file it is none.
		const asPicture = await fetch(`${place.base}/branding/managed/${place.ClientId}/${hash}.png`);
		deepEqual([asPicture.headers.get("content-type"), asPicture.headers.get("x-content-type-options")], ["image/png", "nosniff"]);
	} finally {
		await context.close();
	}
});

describe("classic customization", () => {
	const css = `
		.banner-customizable { padding: 25px 0px 25px 10px; background-color: lightgray; }
		.logo-customizable { max-width: 60%; max-height: 30px; }
		.label-customizable { font-weight: 300; color: #123456 }
		.submitButton-customizable { font-size: 14px; margin: 20px 0px 10px 0px; height: 60px; color: #fff; background-color: #337ab7; }
		.submitButton-customizable:hover { background-color: #286090; }
		.inputField-customizable { height: 34px; color: #555; background-color: #fffff0; border: 2px solid #ccc; }
		.inputField-customizable:focus { border-color: #66afe9; }
		.errorMessage-customizable { background: #F5F5F5; border: 2px solid #D64958; color: #D64958; position: fixed; top: 0; }
		.redirect-customizable { text-align: center; }
		.background-customizable { background-color: #faf; border-radius: 14px }`;

	test("is applied to a domain of version 1, light in any browser, and to no other", async () => {
		const place = await createLoginPlace(gatehouse, {}, {}, 1);
		await gatehouse.client.send(new SetUICustomizationCommand({ UserPoolId: place.UserPoolId, CSS: css, ImageFile: png }));
		await visit(place.page("/login"), "dark", async (page) => {
			const button = ".form > .button-primary";
			equal(await styleOf(page, "html", "color-scheme"), "light");
			equal(await styleOf(page, ".panel", "background-color"), "rgb(255, 170, 255)");
			equal(await styleOf(page, ".panel", "border-radius"), "14px");
			equal(await styleOf(page, ".panel > .brand", "background-color"), "rgb(211, 211, 211)");
			equal(await styleOf(page, ".panel > .brand", "justify-content"), "center");
			ok(await isLoaded(page, ".brand-logo img"));
			equal(await styleOf(page, ".brand-logo img", "max-height"), "30px");
			equal(await styleOf(page, ".field > label", "color"), "rgb(18, 52, 86)");
			equal(await styleOf(page, button, "background-color"), "rgb(51, 122, 183)");
			equal(await styleOf(page, button, "margin-top"), "20px");
			equal(await styleOf(page, button, "height"), "60px");
			await page.hover(button);
			await page.waitForFunction(
				(selector) => getComputedStyle(document.querySelector(selector) as Element).backgroundColor === "rgb(40, 96, 144)",
				button,
			);
			equal(await styleOf(page, 'input[name="password"]', "background-color"), "rgb(255, 255, 240)");
			equal(await styleOf(page, 'input[name="password"]', "border-width"), "2px");
			await page.focus('input[name="password"]');
			await page.waitForFunction(
				() => getComputedStyle(document.querySelector('input[name="password"]') as Element).borderTopColor === "rgb(102, 175, 233)",
			);
			equal(await styleOf(page, ".side", "text-align"), "center");
		});
		const managed = await createLoginPlace(gatehouse);
		await gatehouse.client.send(new SetUICustomizationCommand({ UserPoolId: managed.UserPoolId, CSS: css, ImageFile: png }));
		await visit(managed.page("/login"), "light", async (page) => {
			notEqual(await styleOf(page, ".panel", "background-color"), "rgb(255, 170, 255)");
			equal(await page.locator(".brand-logo").count(), 0);
		});
	});

	test("leaves an error message where it stands", async () => {
		const place = await createLoginPlace(gatehouse, {}, {}, 1);
		await gatehouse.client.send(new SetUICustomizationCommand({ UserPoolId: place.UserPoolId, CSS: css }));
		const context = await browser.newContext({ javaScriptEnabled: false });
		try {
			const page = await context.newPage();
			await page.goto(place.page("/login"));
			await page.fill('input[name="username"]', "nobody");
			await page.fill('input[name="password"]', "Wrong-Horse-7");
			await page.click(".form > .button-primary");
			equal(await styleOf(page, ".alert-error", "background-color"), "rgb(245, 245, 245)");
			equal(await styleOf(page, ".alert-error", "position"), "static");
		} finally {
			await context.close();
		}
	});
});

test("the sign-up page links both terms documents in the page's language, and neither before both are there", async () => {
	const place = await createLoginPlace(gatehouse);
	const { UserPoolId, ClientId } = place;
	const create = (TermsName: string, Links: Record<string, string>) =>
		gatehouse.client.send(new CreateTermsCommand({ UserPoolId, ClientId, TermsName, TermsSource: "LINK", Enforcement: "NONE", Links }));
	const visitor = createVisitor();
	/** Where the form's links lead. */
	const links = async (lang: string, at = place) => {
		const { html } = await visitor.get(at.page("/signup", { lang }));
		const [form = ""] = /<form[\s\S]*?<\/form>/.exec(html) ?? [];
		return [...form.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
	};
	await create("terms-of-use", { "cognito:default": "https://example.com/use?a=1&b=2", "cognito:french": "https://example.com/fr/use" });
	deepEqual(await links("en"), []);
	await create("privacy-policy", {
		"cognito:default": "https://example.com/privacy",
		"cognito:portuguese-brazil": "https://example.com/pt",
	});
	deepEqual(await links("en"), ["https://example.com/use?a=1&b=2", "https://example.com/privacy"]);
	deepEqual(await links("fr"), ["https://example.com/fr/use", "https://example.com/privacy"]);
	deepEqual(await links("pt-BR"), ["https://example.com/use?a=1&b=2", "https://example.com/pt"]);
	deepEqual(new Set(await links("ar")), new Set(["https://example.com/use?a=1&b=2", "https://example.com/privacy"]));
	// The classic pages have no such links.
	const classic = await createLoginPlace(gatehouse, {}, {}, 1);
	for (const TermsName of ["terms-of-use", "privacy-policy"])
		await gatehouse.client.send(
			new CreateTermsCommand({
				UserPoolId: classic.UserPoolId,
				ClientId: classic.ClientId,
				TermsName,
				TermsSource: "LINK",
				Enforcement: "NONE",
				Links: { "cognito:default": "https://example.com" },
			}),
		);
	deepEqual(await links("en", classic), []);
});
