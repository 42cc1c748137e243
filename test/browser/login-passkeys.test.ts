/** Passkeys on the login pages, in a real browser with authenticators that it simulates. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { type CreateUserPoolCommandInput, SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, CDPSession, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace } from "../support/managed-login.ts";
import { createUser, password } from "../support/people.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let application: Server;
let callback = "";
before(async () => {
	application = createServer((_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<title>application</title>"));
	[gatehouse, browser] = await Promise.all([startGatehouse(), launchBrowser(), once(application.listen(0, "127.0.0.1"), "listening")]);
	callback = `http://localhost:${(application.address() as AddressInfo).port}/callback`;
});
after(async () => {
	await browser?.close();
	await gatehouse?.stop();
	application?.closeAllConnections();
	application?.close();
});

/** A pool whose passkeys are for localhost, as the pages by path are. */
async function createPasskeyPlace(pool: Partial<CreateUserPoolCommandInput> = {}) {
	const place = await createLoginPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } }, ...pool },
		{ ExplicitAuthFlows: ["ALLOW_USER_AUTH"], CallbackURLs: [callback] },
	);
	const { UserPoolId } = place;
	const WebAuthnConfiguration = { RelyingPartyId: "localhost", UserVerification: "preferred" } as const;
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, WebAuthnConfiguration }));
	const url = (path: string, parameters: Record<string, string> = {}) => {
		const whole = new URL(place.page(path, { redirect_uri: callback, ...parameters }));
		whole.hostname = "localhost";
		return whole.href;
	};
	return { ...place, url };
}

interface Devices {
	readonly session: CDPSession;
	/** An authenticator that finds its user present and who it should be, each time it is asked. */
	plugIn(): Promise<string>;
	/** Whether a passkey that is found without asking is given at once. */
	answer(authenticatorId: string, enabled: boolean): Promise<void>;
}

async function open(run: (page: Page, devices: Devices) => Promise<void>, javaScriptEnabled = true): Promise<void> {
	const context = await browser.newContext({ javaScriptEnabled });
	try {
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		const session = await context.newCDPSession(page);
		await session.send("WebAuthn.enable");
		await run(page, {
			session,
			async plugIn() {
				const options = {
					protocol: "ctap2",
					transport: "internal",
					hasResidentKey: true,
					hasUserVerification: true,
					isUserVerified: true,
					automaticPresenceSimulation: true,
				} as const;
				return (await session.send("WebAuthn.addVirtualAuthenticator", { options })).authenticatorId;
			},
			answer: (authenticatorId, enabled) =>
				session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }).then(() => {}),
		});
	} finally {
		await context.close();
	}
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function isBack(page: Page): Promise<URLSearchParams> {
	await page.waitForURL(`${callback}?**`);
	return new URL(page.url()).searchParams;
}

test("sign-up leads to a passkey, and the passkey signs in, by name and without one", async () => {
	const place = await createPasskeyPlace();
	await open(async (page, devices) => {
		const authenticator = await devices.plugIn();
		await page.goto(place.url("/signup"));
		for (const [name, value] of Object.entries({
			username: "ada",
			"attribute.email": "ada@mail.example",
			password,
			passwordAgain: password,
		}))
			await page.fill(`input[name="${name}"]`, value);
		await press(page, "Create account");
		await page.fill("input[name=code]", gatehouse.code("ada@mail.example"));
		await press(page, "Confirm account");
		await page.getByRole("heading", { name: "Sign in faster next time" }).waitFor();
		await press(page, "Create a passkey");
		assert.ok((await isBack(page)).get("code"));

		// By name, with the choice. The browser's own list must not be quicker.
		await devices.answer(authenticator, false);
		await page.goto(place.url("/login", { prompt: "login" }));
		await page.fill("input[name=username]", "ada");
		await press(page, "Next");
		await page.getByText("Passkey", { exact: true }).click();
		await press(page, "Continue");
		await page.getByRole("heading", { name: "Use your passkey" }).waitFor();
		await devices.answer(authenticator, true);
		await press(page, "Use passkey");
		assert.ok((await isBack(page)).get("code"));

		// Without a name, by the button.
		await devices.answer(authenticator, false);
		await page.goto(place.url("/login", { prompt: "login" }));
		await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
		await devices.answer(authenticator, true);
		await press(page, "Sign in with a passkey").catch(() => {});
		assert.ok((await isBack(page)).get("code"));

		// And by the browser's own list, in which the only passkey is chosen.
		await page.goto(place.url("/login", { prompt: "login" }));
		assert.ok((await isBack(page)).get("code"));
	});
});

test("an application links to the page, for who is signed in, and hears how it went", async () => {
	const place = await createPasskeyPlace();
	await createUser(place, "bob");
	await open(async (page, devices) => {
		await devices.plugIn();
		const add = place.url("/passkeys/add", { response_type: "", state: "", scope: "" });
		await page.goto(add);
		await page.getByText("Your sign-in has timed out.").waitFor();
		await page.fill("input[name=username]", "bob");
		await press(page, "Next");
		await page.fill("input[name=password]", password);
		await press(page, "Sign in");
		// Signing in leads back to the page.
		await press(page, "Create a passkey");
		assert.deepEqual(Object.fromEntries(await isBack(page)), { result: "success" });
		// The same authenticator has one already.
		await page.goto(add);
		await press(page, "Create a passkey");
		await page.getByText("This device already has a passkey for your account.").waitFor();
		await press(page, "Not now");
		await page.waitForURL(callback);
	});
});

test("a passkey that nobody registered signs nobody in", async () => {
	const place = await createPasskeyPlace();
	await createUser(place, "cai");
	await open(async (page, devices) => {
		const authenticator = await devices.plugIn();
		await devices.answer(authenticator, false);
		await page.goto(place.url("/login"));
		await page.fill("input[name=username]", "cai");
		await press(page, "Next");
		await page.fill("input[name=password]", password);
		await press(page, "Sign in");
		await isBack(page);
		await devices.answer(authenticator, true);
		await page.goto(place.url("/passkeys/add"));
		await press(page, "Create a passkey");
		await isBack(page);
		const { credentials } = await devices.session.send("WebAuthn.getCredentials", { authenticatorId: authenticator });
		const [own] = credentials;
		assert.ok(own);
		// The authenticator forgets it and has one that nobody registered.
		await devices.session.send("WebAuthn.clearCredentials", { authenticatorId: authenticator });
		const other = { ...own, credentialId: Buffer.from("nobody-registered-me").toString("base64"), userHandle: own.userHandle ?? "" };
		await devices.session.send("WebAuthn.addCredential", { authenticatorId: authenticator, credential: other });
		await page.goto(place.url("/login", { prompt: "login" }));
		await page.getByText("That didn’t work, or it was cancelled.").first().waitFor();
	});
});

test("without script the page says so, and offers the way on", async () => {
	const place = await createPasskeyPlace();
	await createUser(place, "eve");
	await open(async (page) => {
		await page.goto(place.url("/login"));
		assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
		await page.fill("input[name=username]", "eve");
		await press(page, "Next");
		await page.fill("input[name=password]", password);
		await press(page, "Sign in");
		await isBack(page);
		await page.goto(place.url("/passkeys/add"));
		await press(page, "Create a passkey");
		await page.getByText("Passkeys need JavaScript").first().waitFor();
		await press(page, "Not now");
		assert.ok((await isBack(page)).get("code"));
	}, false);
});

test("a page of another host than the passkeys' own does not offer them", async () => {
	const place = await createPasskeyPlace();
	await open(async (page, devices) => {
		await devices.plugIn();
		await page.goto(place.url("/login"));
		await page.locator("#passkey-discover button").waitFor({ state: "visible" });
		await page.goto(place.page("/login", { redirect_uri: callback }));
		await page.locator("main").waitFor();
		assert.equal(await page.locator("#passkey-discover button").isVisible(), false);
		assert.equal(await page.getByLabel("Username").isVisible(), true);
	});
});
