/** Passkeys in a real browser, with authenticators that it simulates: the browser makes and checks what applications meet. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, CDPSession, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Pages, servePages } from "../support/pages.ts";
import { claimsOf, createPlace, createUser, password, signIn } from "../support/people.ts";
import type { Place } from "./application.ts";
import type { Outcome } from "./outcome.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let pages: Pages;
before(async () => {
	[gatehouse, pages, browser] = await Promise.all([
		startGatehouse(),
		servePages(fileURLToPath(new URL("./passkeys-application.ts", import.meta.url))),
		launchBrowser(),
	]);
});
after(async () => {
	await browser?.close();
	await pages?.stop();
	await gatehouse?.stop();
});

/** A pool whose passkeys are for localhost, as an application in development has them. */
async function createPasskeyPlace() {
	const people = await createPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
		{ ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
	);
	const { UserPoolId, ClientId } = people;
	const WebAuthnConfiguration = { RelyingPartyId: "localhost", UserVerification: "required" } as const;
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, WebAuthnConfiguration }));
	await createUser(people, "ada");
	const endpoint = `http://localhost:${new URL(gatehouse.url).port}`;
	return { people, place: { endpoint, userPoolId: UserPoolId, clientId: ClientId } satisfies Place };
}

/** Opens the application in a browser profile of its own, with the browser's simulation of authenticators on. */
async function open(host: string, run: (page: Page, devices: CDPSession) => Promise<void>): Promise<void> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		await page.goto(`http://${host}:${pages.port}/`);
		const devices = await context.newCDPSession(page);
		await devices.send("WebAuthn.enable");
		await run(page, devices);
	} finally {
		await context.close();
	}
}

/** An authenticator that finds its user present and who it should be, each time it is asked. */
async function plugIn(devices: CDPSession, transport: "internal" | "usb"): Promise<string> {
	const options = {
		protocol: "ctap2",
		transport,
		hasResidentKey: true,
		hasUserVerification: true,
		isUserVerified: true,
		automaticPresenceSimulation: true,
	} as const;
	return (await devices.send("WebAuthn.addVirtualAuthenticator", { options })).authenticatorId;
}

const unplug = (devices: CDPSession, authenticatorId: string) => devices.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });

test("a person registers two passkeys with a browser and signs in with each, again and again", async () => {
	const { people, place } = await createPasskeyPlace();
	const { AccessToken } = await signIn(people, "ada");
	await open("localhost", async (page, devices) => {
		const register = (): Promise<Outcome> =>
			page.evaluate(([place, token]) => passkeys.register(place, token), [place, AccessToken] as const);
		const enter = async (stale = false) => {
			const outcome = await page.evaluate(([place, stale]) => passkeys.signIn(place, "ada", stale), [place, stale] as const);
			return "ok" in outcome ? claimsOf(outcome.ok as string)["username"] : outcome.error;
		};
		const phone = await plugIn(devices, "internal");
		const first = await register();
		assert.match(JSON.stringify(first), /^\{"ok":"[\w-]+"\}$/);
		assert.equal(await enter(), "ada");
		assert.equal(await enter(), "ada");
		// The browser knows by the list of what is there already that this authenticator has one.
		assert.match(JSON.stringify(await register()), /"InvalidStateError: /);
		await plugIn(devices, "usb");
		await unplug(devices, phone);
		const second = await register();
		assert.match(JSON.stringify(second), /^\{"ok":"[\w-]+"\}$/);
		assert.notDeepEqual(first, second);
		assert.equal(await enter(), "ada");
		assert.equal(await enter(), "ada");
		// What answers an earlier challenge is refused, and does no harm.
		assert.equal(await enter(true), "NotAuthorizedException: Incorrect passkey credential.");
		assert.equal(await enter(), "ada");
	});
});

test("a page of another host gets no passkey of the pool's", async () => {
	const { people, place } = await createPasskeyPlace();
	const { AccessToken } = await signIn(people, "ada");
	await open("127.0.0.1", async (page, devices) => {
		await plugIn(devices, "internal");
		const outcome = await page.evaluate(([place, token]) => passkeys.register(place, token), [place, AccessToken] as const);
		assert.match(JSON.stringify(outcome), /"SecurityError: /);
	});
});

test("Amplify makes a passkey, signs in with it and deletes it", async () => {
	const { place } = await createPasskeyPlace();
	await open("localhost", async (page, devices) => {
		await plugIn(devices, "internal");
		const outcome = await page.evaluate(([place, password]) => passkeys.amplify(place, "ada", password), [place, password] as const);
		assert.deepEqual(outcome, { ok: [1, "DONE", "ada", 0] });
	});
});
