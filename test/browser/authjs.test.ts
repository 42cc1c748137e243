/**
 * An application with Auth.js and its Cognito provider, in a real browser: it finds everything by the pool's issuer, sends people to the
 * login page, and has them back with their claims.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Cognito, { type CognitoProfile } from "@auth/core/providers/cognito";
import type { OIDCUserConfig } from "@auth/core/providers/oauth";
import { AdminAddUserToGroupCommand, CreateGroupCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type AuthjsApplication, serveAuthjs } from "../support/authjs.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { createUser, password } from "../support/people.ts";
import { freePort } from "../support/ports.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let application: AuthjsApplication;
before(async () => {
	// The issuer is a URL that the application fetches: the server must be where it says.
	const port = await freePort();
	[gatehouse, application, browser] = await Promise.all([
		startGatehouse({ config: { port, publicUrl: `http://localhost:${port}` } }),
		serveAuthjs(),
		launchBrowser(),
	]);
});
after(async () => {
	await browser?.close();
	await application?.stop();
	await gatehouse?.stop();
});

type Options = Partial<OIDCUserConfig<CognitoProfile>>;

/** A pool for the application, whose client it knows as `cognito`, with these settings. */
async function createAppPlace(client: Parameters<typeof createLoginPlace>[2] = {}, options: Options = {}): Promise<LoginPlace> {
	const place = await createLoginPlace(
		gatehouse,
		{},
		{
			GenerateSecret: true,
			AllowedOAuthFlows: ["code"],
			CallbackURLs: [`${application.origin}/auth/callback/cognito`],
			LogoutURLs: [`${application.origin}/bye`],
			...client,
		},
	);
	const { UserPoolId, ClientId: clientId, ClientSecret: clientSecret } = place;
	const provider = Cognito({
		clientId,
		...(clientSecret !== undefined && { clientSecret }),
		issuer: `${gatehouse.config.publicUrl}/${UserPoolId}`,
		checks: ["pkce", "state", "nonce"],
		...options,
	});
	application.use([provider], logoutUrl(place));
	application.refusals.length = 0;
	return place;
}

function logoutUrl({ base, ClientId }: LoginPlace): string {
	const query = new URLSearchParams({ client_id: ClientId, logout_uri: `${application.origin}/bye` });
	return `${onLocalhost(base)}/logout?${query}`;
}

const onLocalhost = (base: string) => base.replace("127.0.0.1", "localhost");

async function open(run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
	const context = await browser.newContext();
	// Auth.js's own page has a picture from its makers' site.
	await context.route("https://authjs.dev/**", (route) => route.abort());
	try {
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		await run(page, context);
	} finally {
		await context.close();
	}
}

/** Presses the button of Auth.js's own page; `parameters` go on to the authorization request. */
async function goToSignIn(page: Page, parameters: Readonly<Record<string, string>> = {}): Promise<void> {
	await page.goto(`${application.origin}/auth/signin?callbackUrl=/welcome`);
	const query = new URLSearchParams(parameters).toString();
	await page.locator("form").evaluate((form, query) => {
		if (query !== "") form.setAttribute("action", `${form.getAttribute("action")}?${query}`);
	}, query);
	await page.getByRole("button", { name: "Sign in with Cognito" }).click();
}

async function signIn(page: Page, username: string, word = password): Promise<void> {
	await page.fill('input[name="username"]', username);
	await page.fill('input[name="password"]', word);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

interface Session {
	readonly user: { readonly email?: string; readonly name?: string };
	readonly profile: Readonly<Record<string, unknown>>;
}

async function welcomed(page: Page): Promise<Session> {
	await page.waitForURL(`${application.origin}/welcome`);
	return JSON.parse(await page.locator("output").innerText()) as Session;
}

test("a person signs in by redirect, is known by the claims, and signs out of the application and of managed login", async () => {
	const place = await createAppPlace();
	const { UserPoolId } = place;
	const sub = await createUser(place, "ada", { email: "ada@mail.example", email_verified: "true", name: "Ada Lovelace" });
	await gatehouse.client.send(new CreateGroupCommand({ UserPoolId, GroupName: "engineers" }));
	await gatehouse.client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada", GroupName: "engineers" }));
	await open(async (page, context) => {
		await goToSignIn(page);
		assert.ok(page.url().startsWith(`${onLocalhost(place.base)}/login?`), page.url());
		await signIn(page, "ada", "Wrong-Horse-7");
		await page.getByText("Incorrect username or password.").waitFor();
		await signIn(page, "ada");
		const { user, profile } = await welcomed(page);
		assert.deepEqual([user.email, user.name], ["ada@mail.example", "Ada Lovelace"]);
		const { iss, aud, email_verified } = profile;
		assert.deepEqual(
			[profile["sub"], iss, aud, email_verified],
			[sub, `${gatehouse.config.publicUrl}/${UserPoolId}`, place.ClientId, true],
		);
		assert.deepEqual([profile["cognito:username"], profile["cognito:groups"]], ["ada", ["engineers"]]);

		// The application forgets; managed login does not, and asks nothing.
		await context.clearCookies({ name: /^authjs/ });
		await goToSignIn(page);
		assert.equal((await welcomed(page)).profile["sub"], sub);

		const sessions = async () => (await context.cookies()).filter(({ name }) => name === `gatehouse-${UserPoolId}`);
		const kept = await sessions();
		assert.equal(kept.length, 1);
		await page.goto(`${application.origin}/auth/signout?callbackUrl=${encodeURIComponent(logoutUrl(place))}`);
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.waitForURL(`${application.origin}/bye`);
		assert.equal(await page.locator("output").innerText(), "null");
		assert.deepEqual(await sessions(), []);
		// It is over for who kept the cookie, too.
		await context.addCookies(kept);
		await goToSignIn(page);
		await page.getByRole("heading", { name: "Sign in" }).waitFor();
	});
	assert.deepEqual(application.refusals, []);
});

for (const [method, secret] of [
	["client_secret_post", true],
	["none", false],
] as const) {
	test(`a client that says who it is by ${method} signs people in`, async () => {
		const place = await createAppPlace({ GenerateSecret: secret }, { client: { token_endpoint_auth_method: method } });
		await createUser(place, "ada");
		await open(async (page) => {
			await goToSignIn(page);
			await signIn(page, "ada");
			assert.equal((await welcomed(page)).profile["cognito:username"], "ada");
		});
	});
}

test("the application hears why there is no sign-in", async () => {
	const place = await createAppPlace();
	await open(async (page) => {
		for (const [parameters, error] of [
			[{ prompt: "none" }, "login_required"],
			[{ scope: "openid nobodys/scope" }, "invalid_scope"],
		] as const) {
			await goToSignIn(page, parameters);
			await page.waitForURL(`${application.origin}/auth/signin?error=OAuthCallbackError`);
			assert.match(application.refusals.splice(0).join(), new RegExp(`"error":"${error}"`));
		}
		await page.goto(`${application.origin}/welcome`);
		assert.equal(await page.locator("output").innerText(), "null");
		// What no application can be told of ends on managed login's own page.
		await goToSignIn(page, { redirect_uri: "https://evil.example/" });
		await page.waitForURL(`${onLocalhost(place.base)}/error?error=redirect_mismatch&**`);
	});
});

/** The URL that a sign-in of Mallory's would have come back to the application by, unused. */
async function mallorysCallback(place: LoginPlace): Promise<string> {
	await createUser(place, "mallory");
	const url = await application.withhold(() =>
		open(async (page) => {
			await goToSignIn(page);
			await signIn(page, "mallory");
			await page.waitForURL(/\/auth\/callback\//);
		}),
	);
	assert.match(url, /[?&]code=/);
	return url;
}

/** What the application says of a call-back in the browser of somebody who is about to sign in; `urlOf` makes it of Mallory's and one's own request. */
async function refusalFor(urlOf: (own: URL) => string): Promise<string> {
	await open(async (page) => {
		await goToSignIn(page);
		await page.goto(urlOf(new URL(page.url())));
		assert.match(page.url(), /\/auth\/(error|signin)\?error=/);
		await page.goto(`${application.origin}/welcome`);
		assert.equal(await page.locator("output").innerText(), "null");
	});
	return application.refusals.splice(0).join("\n");
}

test("the client refuses what another browser began, by its state", async () => {
	const url = await mallorysCallback(await createAppPlace());
	assert.match(await refusalFor(() => url), /unexpected "state"/);
});

test("the code of another browser is refused here, whatever the client looks at: PKCE binds it", async () => {
	const url = await mallorysCallback(await createAppPlace({}, { checks: ["pkce"] }));
	assert.match(await refusalFor(() => url), /invalid_grant/);
});

test("the client refuses an answer that another issuer gives as its own, and takes that of this one", async () => {
	const url = await mallorysCallback(await createAppPlace({}, { checks: ["state"] }));
	const withOwnState = (own: URL) => {
		const to = new URL(url);
		to.searchParams.set("state", own.searchParams.get("state") ?? "");
		return to;
	};
	const elsewhere = (to: URL) => {
		to.searchParams.set("iss", "https://evil.example");
		return to.href;
	};
	assert.match(await refusalFor((own) => elsewhere(withOwnState(own))), /unexpected \\?"iss/);
	// Nothing but the issuer was wrong with it: without PKCE, the state alone binds.
	await open(async (page) => {
		await goToSignIn(page);
		await page.goto(withOwnState(new URL(page.url())).href);
		assert.equal((await welcomed(page)).profile["cognito:username"], "mallory");
	});
	assert.deepEqual(application.refusals, []);
});
