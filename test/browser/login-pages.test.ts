/** The login pages in a real browser: with and without script, on a phone and on a desk, from the application and back to it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { AdminCreateUserCommand, type CreateUserPoolCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace, type LoginPlace, withCode } from "../support/managed-login.ts";
import { configureMfa } from "../support/mfa.ts";
import { createUser, password } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let application: Server;
let callback = "";
before(async () => {
	application = createServer(({ url = "", headers }, answer) => {
		// One that signs in at its API's host, and goes on to its pages' from there.
		if (url.includes("state=onward")) answer.writeHead(302, { location: `http://127.0.0.1:${headers.host?.split(":")[1]}/home` }).end();
		else answer.writeHead(200, { "content-type": "text/html" }).end("<title>application</title>");
	});
	[gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser(), once(application.listen(0, "127.0.0.1"), "listening")]);
	callback = `http://localhost:${(application.address() as AddressInfo).port}/callback`;
});
after(async () => {
	await browser?.close();
	await gatehouse?.stop();
	application?.closeAllConnections();
	application?.close();
});

const screens = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } } as const;
const surroundings = [
	{ screen: "phone", script: true },
	{ screen: "desk", script: false },
	{ screen: "desk", script: true },
	{ screen: "phone", script: false },
] as const;

async function createAppPlace(pool: Partial<CreateUserPoolCommandInput> = {}, client: Parameters<typeof createLoginPlace>[2] = {}) {
	const place = await createLoginPlace(gatehouse, pool, { CallbackURLs: [callback], ...client });
	return { ...place, url: (path: string) => onLocalhost(place, path) };
}

/** As an application on the same machine names it. */
function onLocalhost(place: LoginPlace, path: string): string {
	const url = new URL(place.page(path, { redirect_uri: callback }));
	url.hostname = "localhost";
	return url.href;
}

async function open(
	options: Parameters<Browser["newContext"]>[0],
	run: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
	const context = await browser.newContext(options);
	const faults: string[] = [];
	context.on("console", (message) => {
		// A refused form is a page with status 400, which the browser mentions.
		if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
	});
	context.on("weberror", (error) => faults.push(error.error().message));
	try {
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		await run(page, context);
		assert.deepEqual(faults, []);
	} finally {
		await context.close();
	}
}

const fill = (page: Page, values: Readonly<Record<string, string>>) =>
	Object.entries(values).reduce((before, [name, value]) => before.then(() => page.fill(`input[name="${name}"]`, value)), Promise.resolve());
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const follow = (page: Page, name: string) => page.getByRole("link", { name, exact: true }).click();

/** The browser is back at its application, with a code. */
async function isBack(page: Page): Promise<void> {
	await page.waitForURL(`${callback}?**`);
	assert.match(new URL(page.url()).searchParams.get("code") ?? "", /^[\w.-]{20,}$/);
}

test("an application whose callback leads on to another host of its own is reached, with and without script", async () => {
	const place = await createAppPlace();
	await createUser(place, "ada");
	for (const javaScriptEnabled of [true, false]) {
		await open({ javaScriptEnabled }, async (page) => {
			const login = new URL(place.url("/login"));
			login.searchParams.set("state", "onward");
			await page.goto(login.href);
			await fill(page, { username: "ada", password });
			await press(page, "Sign in");
			await page.waitForURL(`http://127.0.0.1:${new URL(callback).port}/home`);
		});
	}
});

// Two at a time: each waits for its browser and the server in turn.
describe("a person on the login pages", { concurrency: 2 }, () => {
	for (const [nth, { screen, script }] of surroundings.entries()) {
		describe(`${screen}, ${script ? "with" : "without"} script`, () => {
			const options = { viewport: screens[screen], javaScriptEnabled: script, isMobile: screen === "phone", hasTouch: screen === "phone" };
			const id = `${screen}${script ? "s" : "n"}`;

			test("a person signs up, confirms, and forgets the password", async () => {
				const place = await createAppPlace({ Schema: [{ Name: "name", Required: true, Mutable: true }] });
				const email = `${id}@mail.example`;
				await open(options, async (page, context) => {
					await page.goto(place.url("/oauth2/authorize"));
					await follow(page, "Create an account");
					await fill(page, { username: id, "attribute.email": email, "attribute.name": "N", password, passwordAgain: password });
					await press(page, "Create account");
					await page.getByRole("heading", { name: "Confirm your account" }).waitFor();
					await fill(page, { code: "1" });
					await press(page, "Confirm account");
					await page.getByText("That code is not right.").first().waitFor();
					const again = await withCode(gatehouse, email, () => press(page, "Send a new code"));
					await page.getByText("We sent a new code to").first().waitFor();
					await fill(page, { code: again.code });
					await press(page, "Confirm account");
					await isBack(page);
					// The session goes on silently.
					await page.goto(place.url("/oauth2/authorize"));
					await isBack(page);
					await context.clearCookies();

					await page.goto(place.url("/login"));
					await follow(page, "Forgot your password?");
					await fill(page, { username: id });
					const { code } = await withCode(gatehouse, email, () => press(page, "Send code"));
					await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
					await fill(page, { code, password: "Brand-New-8", passwordAgain: "Brand-New-8" });
					await press(page, "Change password");
					await page.getByText("Your password was changed.").waitFor();
					assert.equal(await page.inputValue("input[name=username]"), id);
					await fill(page, { password });
					await press(page, "Sign in");
					await page.getByText("Incorrect username or password.").waitFor();
					await fill(page, { password: "Brand-New-8" });
					await press(page, "Sign in");
					await isBack(page);
				});
			});

			// The rest is the same code: two surroundings have all of each screen and each kind of form.
			if (nth >= 2) return;

			test("a person with a temporary password sets one, and an authenticator app; reload and the back button do no harm", async () => {
				const place = await createAppPlace();
				await configureMfa(place, "ON", ["totp"]);
				const { UserPoolId } = place;
				const TemporaryPassword = "Temporary-1";
				await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId, Username: id, TemporaryPassword, MessageAction: "SUPPRESS" }));
				await open(options, async (page) => {
					await page.goto(place.url("/login"));
					await fill(page, { username: id, password: TemporaryPassword });
					await press(page, "Sign in");
					await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
					await page.reload();
					await fill(page, { password, passwordAgain: password });
					await press(page, "Save and continue");
					await page.getByRole("heading", { name: "Set up your authenticator app" }).waitFor();
					await page.goBack();
					await page.goForward();
					const secret = (await page.locator("code.secret").innerText()).replaceAll(/\s/g, "");
					await fill(page, { code: totpCode(secret, gatehouse.clock.now()) });
					await press(page, "Continue");
					await isBack(page);
				});
			});

			test("a person signs in by choice, with a code", async () => {
				const factors = { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } as CreateUserPoolCommandInput["Policies"];
				const place = await createAppPlace({ Policies: factors }, { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
				const email = `choice-${id}@mail.example`;
				await createUser(place, id, { email, email_verified: "true" });
				await open(options, async (page) => {
					await page.goto(place.url("/login"));
					await fill(page, { username: id });
					await press(page, "Next");
					await page.getByText("Email a code", { exact: true }).click();
					const { code } = await withCode(gatehouse, email, () => press(page, "Continue"));
					await page.getByRole("heading", { name: "Check your email" }).waitFor();
					await fill(page, { code });
					await press(page, "Continue");
					await isBack(page);
				});
			});
		});
	}
});

test("two tabs sign in side by side, and who is signed in is welcomed", async () => {
	const place = await createAppPlace();
	await createUser(place, "tabs");
	await open({}, async (page, context) => {
		const other = await context.newPage();
		await page.goto(place.url("/login"));
		await other.goto(place.url("/login"));
		await fill(other, { username: "tabs", password });
		await press(other, "Sign in");
		await isBack(other);
		// The form of the first tab was for the browser as it was before.
		await fill(page, { username: "tabs", password });
		await press(page, "Sign in");
		await page.getByRole("heading", { name: "Please start again" }).waitFor();
		await follow(page, "Start again");
		await page.getByRole("heading", { name: "Welcome back" }).waitFor();
		await page.getByText("tabs", { exact: true }).waitFor();
		await follow(page, "Continue");
		await isBack(page);
	});
});
