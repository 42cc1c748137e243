/**
 * Amplify's `signInWithRedirect` in a real browser. It writes `https://` before the domain, so this is the server as a developer starts it
 * for Amplify: with a certificate of its own making, and the domain as a host below the suffix.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
	AdminCreateUserCommand,
	AdminSetUserPasswordCommand,
	CognitoIdentityProviderClient,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	CreateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { SignInWithRedirectInput } from "aws-amplify/auth";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { type Running, runGatehouse } from "../support/command-line.ts";
import { type Pages, servePages } from "../support/pages.ts";
import { password } from "../support/people.ts";
import { freePort } from "../support/ports.ts";
import type { RedirectPlace } from "./redirect-application.ts";

const prefix = "shop";
let folder = "";
let browser: Browser;
let gatehouse: Running;
let pages: Pages;
let client: CognitoIdentityProviderClient;
let UserPoolId = "";
let sub = "";
/** Where the application is, the server, and the user pool's domain. */
let home = "";
let endpoint = "";
let domain = "";

before(async () => {
	const [port, tlsPort] = [await freePort(), await freePort()];
	folder = await mkdtemp(join(tmpdir(), "gatehouse-amplify-"));
	endpoint = `https://localhost:${tlsPort}`;
	domain = `${prefix}.auth.localhost:${tlsPort}`;
	const args = { port, "tls-port": tlsPort, tls: "dev", "public-url": endpoint, "domain-suffix": "auth.localhost", "data-dir": folder };
	gatehouse = runGatehouse(Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]));
	const application = fileURLToPath(new URL("./redirect-application.ts", import.meta.url));
	[browser, pages] = await Promise.all([launchBrowser({ loopbackNames: ["app.example"] }), servePages(application)]);
	await gatehouse.says("ready");
	home = `http://localhost:${pages.port}/`;
	const credentials = { accessKeyId: "any", secretAccessKey: "any" };
	client = new CognitoIdentityProviderClient({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials });
	const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "shoppers" }));
	UserPoolId = UserPool?.Id ?? "";
	await client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: prefix, ManagedLoginVersion: 2 }));
	const UserAttributes = [{ Name: "email", Value: "ada@mail.example" }];
	const { User } = await client.send(
		new AdminCreateUserCommand({ UserPoolId, Username: "ada", UserAttributes, MessageAction: "SUPPRESS" }),
	);
	sub = User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
	await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "ada", Password: password, Permanent: true }));
});
after(async () => {
	await browser?.close();
	await pages?.stop();
	client?.destroy();
	gatehouse?.child.kill("SIGTERM");
	await gatehouse?.ended;
	await rm(folder, { recursive: true, force: true });
});

/** An app client for the application. */
async function createPlace(options: Partial<CreateUserPoolClientCommandInput> = {}): Promise<RedirectPlace> {
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({
			UserPoolId,
			ClientName: "shop",
			AllowedOAuthFlowsUserPoolClient: true,
			AllowedOAuthFlows: ["code"],
			AllowedOAuthScopes: ["openid", "email", "aws.cognito.signin.user.admin"],
			CallbackURLs: [home],
			LogoutURLs: [home],
			SupportedIdentityProviders: ["COGNITO"],
			ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
			...options,
		}),
	);
	const responseType = options.AllowedOAuthFlows?.[0] === "implicit" ? "token" : "code";
	return { endpoint, domain, userPoolId: UserPoolId, clientId: UserPoolClient?.ClientId ?? "", responseType };
}

/** Opens the application in a browser profile of its own, which trusts the development certificate. */
async function open(place: RedirectPlace, run: (page: Page) => Promise<void>): Promise<void> {
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	try {
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		await page.goto(home);
		await page.evaluate((place) => redirectApplication.use(place), place);
		await run(page);
	} finally {
		await context.close();
	}
}

/** Has the library send the browser to the domain, and waits for where it ends: the login page, or the application again. */
async function leave(page: Page, url: string, go: () => Promise<void>): Promise<URLSearchParams> {
	const asked = page.waitForRequest((request) => request.url().startsWith(`https://${url}?`));
	await Promise.all([page.waitForEvent("load"), go()]);
	return new URL((await asked).url()).searchParams;
}

const goToSignIn = (page: Page, input: SignInWithRedirectInput = {}, at = domain) =>
	leave(page, `${at}/oauth2/authorize`, () => page.evaluate((input) => void redirectApplication.signIn(input), input));

async function fillIn(page: Page, at = domain): Promise<void> {
	await page.waitForURL(`https://${at}/login?**`);
	await page.fill('input[name="username"]', "ada");
	await page.fill('input[name="password"]', password);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

type Claims = Readonly<Record<string, unknown>>;
interface SessionClaims {
	readonly access: Claims;
	readonly id: Claims;
}

/** The session, once the library has made of the URL what it can. */
async function sessionOf(page: Page, options?: { readonly forceRefresh: boolean }): Promise<SessionClaims | undefined> {
	await page.waitForURL((url) => url.href.startsWith(home));
	const outcome = await page.evaluate((options) => redirectApplication.session(options), options);
	assert.ok("ok" in outcome, JSON.stringify(outcome));
	return outcome.ok as SessionClaims | undefined;
}

const eventsOf = (page: Page) => page.evaluate(() => redirectApplication.events.slice());

test("a person signs in by redirect with PKCE, uses and refreshes the tokens, and signs out", async () => {
	const place = await createPlace();
	await open(place, async (page) => {
		const asked = await goToSignIn(page, { customState: "from the basket" });
		assert.deepEqual([asked.get("response_type"), asked.get("code_challenge_method")], ["code", "S256"]);
		assert.match(asked.get("code_challenge") ?? "", /^[\w-]{43}$/);
		const exchanged = page.waitForRequest((request) => request.url() === `https://${domain}/oauth2/token` && request.method() === "POST");
		await fillIn(page);
		assert.match(new URLSearchParams((await exchanged).postData() ?? "").get("code_verifier") ?? "", /^[\w.~-]{43,128}$/);

		const first = await sessionOf(page);
		assert.ok(first);
		assert.deepEqual([first.id["cognito:username"], first.id["email"], first.id["aud"]], ["ada", "ada@mail.example", place.clientId]);
		assert.deepEqual([first.access["sub"], first.access["iss"]], [sub, `${endpoint}/${UserPoolId}`]);
		assert.deepEqual(String(first.access["scope"]).split(" ").sort(), ["aws.cognito.signin.user.admin", "email", "openid"]);
		assert.equal(page.url(), home);
		const events = await eventsOf(page);
		for (const event of ["signInWithRedirect", "customOAuthState: from the basket", "signedIn"]) assert.ok(events.includes(event), event);
		assert.deepEqual(await page.evaluate(() => redirectApplication.user()), { ok: { username: "ada", userId: sub } });
		const attributes = await page.evaluate(() => redirectApplication.attributes());
		assert.deepEqual(attributes, { ok: { sub, email: "ada@mail.example" } });

		const fresh = await sessionOf(page, { forceRefresh: true });
		assert.notEqual(fresh?.access["jti"], first.access["jti"]);
		assert.deepEqual([fresh?.access["scope"], fresh?.access["origin_jti"]], [first.access["scope"], first.access["origin_jti"]]);

		const cookies = await page.context().cookies(`https://${domain}/`);
		const session = cookies.find(({ name }) => name === "__Host-gatehouse");
		assert.deepEqual([session?.httpOnly, session?.secure, session?.sameSite, session?.path], [true, true, "Lax", "/"]);

		await leave(page, `${domain}/logout`, () => page.evaluate(() => void redirectApplication.signOut()));
		assert.equal(await sessionOf(page), undefined);
		await goToSignIn(page);
		await fillIn(page);
		assert.equal((await sessionOf(page))?.id["sub"], sub);
	});
});

test("tokens refresh where each refresh token serves once; the domain may also be named by its path", async () => {
	const RefreshTokenRotation = { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } as const;
	const place = await createPlace({ ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], RefreshTokenRotation });
	const byPath = `localhost:${new URL(endpoint).port}/domains/${prefix}`;
	await open({ ...place, domain: byPath }, async (page) => {
		await goToSignIn(page, {}, byPath);
		await fillIn(page, byPath);
		const ids = new Set([(await sessionOf(page))?.access["jti"]]);
		for (let i = 0; i < 2; i++) ids.add((await sessionOf(page, { forceRefresh: true }))?.access["jti"]);
		assert.equal(ids.size, 3);
	});
});

test("the implicit grant gives tokens and nothing to refresh them with", async () => {
	await open(await createPlace({ AllowedOAuthFlows: ["implicit"] }), async (page) => {
		await goToSignIn(page);
		await fillIn(page);
		assert.equal((await sessionOf(page))?.id["cognito:username"], "ada");
		const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(".refreshToken")));
		assert.deepEqual(kept, []);
	});
});

test("who is signed in at the domain is asked nothing, and who is not can be told so", async () => {
	const place = await createPlace();
	await open(place, async (page) => {
		const silent = { options: { prompt: "NONE" as const } };
		await goToSignIn(page, silent);
		assert.equal(await sessionOf(page), undefined);
		assert.ok((await eventsOf(page)).some((event) => /^signInWithRedirect_failure: .*login_required/.test(event)));
		await goToSignIn(page);
		await fillIn(page);
		assert.ok(await sessionOf(page));
		await page.evaluate((place) => {
			localStorage.clear();
			redirectApplication.use(place);
		}, place);
		await page.reload();
		assert.equal(await sessionOf(page), undefined);
		await goToSignIn(page, silent);
		assert.equal((await sessionOf(page))?.id["sub"], sub);
	});
});

test("the library refuses a state that is not its own", async () => {
	await open(await createPlace(), async (page) => {
		await goToSignIn(page);
		await page.waitForURL(`https://${domain}/login?**`);
		await page.goto(`${home}?code=madeup&state=foreign`);
		assert.equal(await sessionOf(page), undefined);
		assert.ok(
			(await eventsOf(page)).some((event) => event.startsWith("signInWithRedirect_failure: An error occurred while validating the state")),
		);
	});
});

test("pages of any origin may ask for tokens, with the header that the library sends", async () => {
	const { clientId } = await createPlace();
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	try {
		const page = await context.newPage();
		await page.goto(`http://app.example:${pages.port}/`);
		const refused = await page.evaluate(
			async ([url, client_id]) => {
				const body = new URLSearchParams({
					grant_type: "authorization_code",
					client_id,
					code: "madeup",
					redirect_uri: "https://app.example/",
				});
				const response = await fetch(url, { method: "POST", headers: { "x-amz-user-agent": "aws-amplify" }, body });
				return [response.status, await response.json()] as const;
			},
			[`https://${domain}/oauth2/token`, clientId] as const,
		);
		assert.deepEqual(refused, [400, { error: "invalid_grant" }]);
	} finally {
		await context.close();
	}
});
