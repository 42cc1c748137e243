/**
 * Pages of other origins in a real browser. What an application needs works from any origin: signing up and in, with errors that a
 * script can read. What only the machine's own user may do is out of reach for a page that was not let in, however it asks.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Pages, servePages } from "../support/pages.ts";
import { createPlace, password } from "../support/people.ts";
import type { Place } from "./application.ts";
import type { Outcome } from "./outcome.ts";

let browser: Browser;
let gatehouse: Gatehouse;
let pages: Pages;
/** Gatehouse's port, and its address as pages name it. */
let port = "";
let endpoint = "";
before(async () => {
	[gatehouse, pages, browser] = await Promise.all([
		startGatehouse(),
		servePages(fileURLToPath(new URL("./application.ts", import.meta.url))),
		launchBrowser({ loopbackNames: ["app.example", "evil.example"] }),
	]);
	port = new URL(gatehouse.url).port;
	endpoint = `http://localhost:${port}`;
});
after(async () => {
	await browser?.close();
	await pages?.stop();
	await gatehouse?.stop();
});

/** Opens the application under a host name, in a browser profile of its own. */
async function open(host: string, run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		await page.goto(`http://${host}:${pages.port}/`);
		await run(page, context);
	} finally {
		await context.close();
	}
}

type Options = Pick<RequestInit, "method" | "mode"> & { readonly headers?: Record<string, string>; readonly body?: string };

/** What the browser lets a script have of an answer. */
interface Answer {
	readonly type: ResponseType;
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly text: string;
}

/** A request by a script of the page; undefined where the browser kept the answer from it. */
const send = (page: Page, url: string, options: Options = {}): Promise<Answer | undefined> =>
	page.evaluate(
		async ([url, options]) => {
			try {
				const response = await fetch(url, options);
				const headers = Object.fromEntries(response.headers);
				return { type: response.type, status: response.status, headers, text: await response.text() };
			} catch (error) {
				// Anything else is a mistake of the test's.
				if (error instanceof TypeError) return undefined;
				throw error;
			}
		},
		[url, options] as const,
	);

describe("a page of another origin", () => {
	for (const [library, host] of [
		["amplify", "app.example"],
		["identityJs", "app.example"],
		["amplify", "127.0.0.1"],
	] as const) {
		test(`${library} on ${host} signs a person up, refuses a wrong password, and signs in and out`, async () => {
			const { UserPoolId, ClientId } = await createPlace(gatehouse);
			const place: Place = { endpoint, userPoolId: UserPoolId, clientId: ClientId };
			const email = `${library}-${host}@mail.example`;
			await open(host, async (page) => {
				/** One step of the library in the page. */
				const step = <S extends "signUp" | "confirm" | "signIn" | "signOut">(name: S, ...values: string[]) =>
					page.evaluate(
						([library, name, place, values]) => {
							const run = application.libraries[library][name] as (place: Place, ...values: string[]) => Promise<Outcome>;
							return run(place, ...values);
						},
						[library, name, place, values] as const,
					);
				assert.deepEqual(await step("signUp", "ada", password, email), { ok: "CONFIRM_SIGN_UP" });
				assert.match(JSON.stringify(await step("signUp", "ada", password, email)), /"UsernameExistsException: User already exists"/);
				assert.match(JSON.stringify(await step("confirm", "ada", "wrong")), /"CodeMismatchException: Invalid verification code provided/);
				assert.deepEqual(await step("confirm", "ada", gatehouse.code(email)), { ok: true });
				assert.deepEqual(await step("signIn", "ada", "Wrong-Horse-7"), {
					error: "NotAuthorizedException: Incorrect username or password.",
				});
				const { ok: claims } = (await step("signIn", "ada", password)) as { ok: Record<string, unknown> };
				assert.equal(claims["username"], "ada");
				assert.equal(claims["client_id"], ClientId);
				assert.deepEqual(await step("signOut", "ada"), { ok: false });
			});
		});
	}

	test("reads an error with its headers, the keys and the discovery document", async () => {
		const { UserPoolId, ClientId } = await createPlace(gatehouse);
		await open("app.example", async (page) => {
			const target = "AWSCognitoIdentityProviderService.InitiateAuth";
			const options = {
				method: "POST",
				headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target, "x-amz-user-agent": "page" },
				body: JSON.stringify({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME: "nobody", PASSWORD: password } }),
			};
			const refused = await send(page, endpoint, options);
			assert.ok(refused);
			assert.equal(refused.status, 400);
			assert.equal(refused.headers["x-amzn-errortype"], "UserNotFoundException:");
			assert.equal(refused.headers["x-amzn-errormessage"], "User does not exist.");
			assert.match(refused.headers["x-amzn-requestid"] ?? "", /^[0-9a-f-]{36}$/);
			assert.ok(refused.headers["date"]);
			assert.equal((JSON.parse(refused.text) as { __type: string }).__type, "UserNotFoundException");
			for (const document of ["jwks.json", "openid-configuration"]) {
				assert.equal((await send(page, `${endpoint}/${UserPoolId}/.well-known/${document}`))?.status, 200);
			}
		});
	});
});

describe("a page that was not let in", () => {
	const signed = (operation: string, body: object): Options => ({
		method: "POST",
		headers: {
			authorization:
				"AWS4-HMAC-SHA256 Credential=MADEUP/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
			"x-amz-date": "20260101T000000Z",
			"content-type": "application/x-amz-json-1.1",
			"x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
		},
		body: JSON.stringify(body),
	});
	const poolNames = async () =>
		(await gatehouse.client.send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools?.map(({ Name }) => Name);

	test("sends no signed call with a made-up key, while a page of this machine does", async () => {
		const makePool = signed("CreateUserPool", { PoolName: "made by a page" });
		await open("evil.example", async (page) => {
			assert.equal(await send(page, endpoint, makePool), undefined);
			assert.equal(await send(page, `${endpoint}/?X-Amz-Credential=x&X-Amz-Signature=x`, { ...makePool, headers: {} }), undefined);
		});
		assert.ok(!(await poolNames())?.includes("made by a page"));
		await open("localhost", async (page) => {
			assert.equal((await send(page, endpoint, makePool))?.status, 200);
		});
		assert.ok((await poolNames())?.includes("made by a page"));
	});

	test("does not read the inbox, by fetching it, as a script, in a frame or by going there", async () => {
		const inbox = `${endpoint}/_gatehouse/inbox`;
		await open("evil.example", async (page) => {
			assert.equal(await send(page, inbox), undefined);
			assert.equal((await send(page, inbox, { mode: "no-cors" }))?.text ?? "", "");
			const loaded = await page.evaluate((src) => {
				const { promise, resolve } = Promise.withResolvers<string>();
				const listen = { onload: () => resolve("load"), onerror: () => resolve("error") };
				document.body.append(Object.assign(document.createElement("script"), { src, ...listen }));
				return promise;
			}, inbox);
			assert.equal(loaded, "error");
			const framed = page.waitForResponse(inbox);
			await page.evaluate((src) => void document.body.append(Object.assign(document.createElement("iframe"), { src })), inbox);
			assert.equal((await framed).status(), 403);
			const answered = page.waitForResponse(inbox);
			await page.evaluate((url) => void location.assign(url), inbox);
			assert.equal((await answered).status(), 403);
		});
		await open("localhost", async (page) => {
			assert.equal((await send(page, inbox))?.status, 200);
		});
	});

	test("neither moves the clock nor empties the server", async () => {
		const now = gatehouse.clock.now();
		const before = await poolNames();
		await open("evil.example", async (page) => {
			for (const mode of ["cors", "no-cors"] as const) {
				await send(page, `${endpoint}/_gatehouse/reset`, { method: "POST", mode });
				await send(page, `${endpoint}/_gatehouse/clock`, { method: "POST", mode, body: '{"advanceSeconds":86400}' });
			}
		});
		assert.ok(gatehouse.clock.now() - now < 3_600_000);
		assert.deepEqual(await poolNames(), before);
	});

	test("posts no form of Action=, whatever type it says the form is", async () => {
		for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
			await open("evil.example", async (page) => {
				const answered = page.waitForResponse(`${endpoint}/`);
				await page.evaluate(
					([action, enctype]) => {
						const form = Object.assign(document.createElement("form"), { method: "post", action, enctype });
						for (const [name, value] of Object.entries({ Action: "GetCallerIdentity", Version: "2011-06-15" })) {
							form.append(Object.assign(document.createElement("input"), { name, value }));
						}
						document.body.append(form);
						form.submit();
					},
					[`${endpoint}/`, enctype] as const,
				);
				const answer = await answered;
				assert.equal(answer.status(), 403, enctype);
				assert.equal(answer.request().headers()["origin"], `http://evil.example:${pages.port}`);
				assert.match(await answer.text(), /"AccessDeniedException"/);
			});
		}
	});

	test("reaches nothing by rebinding its own name to this machine", async () => {
		const rebound = `http://evil.example:${port}`;
		await open("evil.example", async (page) => {
			// Where a name first led to its owner's server and now leads here, the browser takes both for one origin: this document's.
			assert.equal((await page.goto(`${rebound}/`))?.status(), 421);
			for (const [path, options] of [
				["/_gatehouse/inbox", {}],
				["/_gatehouse/reset", { method: "POST" }],
				["/", signed("ListUserPools", { MaxResults: 60 })],
				["/", { method: "POST", body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }).toString() }],
				["/us-east-1_aaaaaaaaa/.well-known/jwks.json", {}],
			] as const) {
				const answer = await send(page, `${rebound}${path}`, options);
				// The browser hides nothing from a page of the same origin: the server alone keeps it out.
				assert.deepEqual([answer?.type, answer?.status], ["basic", 421], path);
				assert.match(answer?.text ?? "", /MisdirectedRequest/);
			}
		});
	});
});
