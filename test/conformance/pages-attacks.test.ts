/** What attackers try with the login pages: each refused. */
import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { after, before, test } from "node:test";
import { CreateUserPoolDomainCommand } from "@aws-sdk/client-cognito-identity-provider";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, claimsBack, createLoginPlace, type LoginPlace, pageOf } from "../support/managed-login.ts";
import { createClient, createUser, password } from "../support/people.ts";
import { type Answer, createVisitor, formOf, textOf, type Visitor } from "../support/visitor.ts";

let gatehouse: Gatehouse;
let place: LoginPlace;
before(async () => {
	gatehouse = await startGatehouse();
	place = await createLoginPlace(gatehouse, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } });
	await createUser(place, "ada", { email: "ada@mail.example", email_verified: "true" });
});
after(() => gatehouse?.stop());

const twice = { password, passwordAgain: password };

/** The page of a sign-up that waits for its code. */
async function confirmOf(visitor: Visitor, name: string, at = place): Promise<Answer> {
	const page = await visitor.open(at.page("/signup"));
	return visitor.submit(page, { username: name, "attribute.email": `${name}@mail.example`, ...twice });
}

test("no form is taken without its token, with another browser's, or with another form's", async () => {
	const visitor = createVisitor();
	const stranger = createVisitor();
	const login = await visitor.open(place.page("/login"));
	const foreign = formOf(await stranger.open(place.page("/login")), "/login").fields["csrf"] ?? "";
	const confirm = await confirmOf(visitor, "csrf");
	const forgot = await visitor.open(place.page("/forgotPassword"));
	const reset = await visitor.submit(forgot, { username: "ada" });
	const pages: readonly (readonly [string, Answer])[] = [
		["/login", login],
		["/signup", await visitor.open(place.page("/signup"))],
		["/confirm", confirm],
		["/resendcode", confirm],
		["/forgotPassword", forgot],
		["/confirmforgotPassword", reset],
	];
	for (const [path, page] of pages) {
		const { action, fields } = formOf(page, path);
		const other = formOf(path === "/login" ? forgot : login, path === "/login" ? "/forgotPassword" : "/login").fields["csrf"] ?? "";
		for (const csrf of [undefined, "", "x", foreign, other, `${fields["csrf"]}x`]) {
			const { csrf: _, ...rest } = fields;
			const answer = await visitor.post(action, { ...rest, ...(csrf === undefined ? {} : { csrf }) });
			assert.equal(answer.status, 403, `${path} with ${csrf}`);
			assert.match(textOf(answer), /Please start again.*Nothing was changed/);
		}
		const bare = await createVisitor().post(action, fields);
		assert.equal(bare.status, 403, `${path} without cookies`);
	}
	// Forms of pages that need a flow: the token is looked at before the flow is.
	for (const path of [
		"/login/choose",
		"/login/password",
		"/login/passkey",
		"/login/code",
		"/login/totp",
		"/login/choose-mfa",
		"/login/setup-mfa",
		"/login/new-password",
		"/passkeys/add",
	]) {
		assert.equal((await visitor.post(place.page(path), { csrf: formOf(login, "/login").fields["csrf"] ?? "" })).status, 403, path);
	}
});

test("no post from another site is taken, whatever it carries", async () => {
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const { action, fields } = formOf(page, "/login");
	const own = { ...fields, username: "ada", password };
	for (const headers of [
		{ origin: "https://evil.example" },
		{ origin: "null" },
		{ origin: `${new URL(place.base).origin}0` },
		{ "sec-fetch-site": "cross-site" },
		{ "sec-fetch-site": "same-site" },
		{ "sec-fetch-site": "none" },
	] as readonly Record<string, string>[]) {
		assert.equal((await visitor.post(action, own, headers)).status, 403, JSON.stringify(headers));
	}
	// Nor in another form than a browser's.
	const body = JSON.stringify(own);
	const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
	const json = await fetch(action, { method: "POST", headers: { "content-type": "text/plain", cookie }, body });
	assert.equal(json.status, 403);
	const headers = { origin: new URL(place.base).origin, "sec-fetch-site": "same-origin" };
	await claimsBack(place, await visitor.post(action, own, headers));
});

test("a sign-in gives new cookies: nothing that was planted is adopted, and what was open is over", async () => {
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const [browser = ""] = [...visitor.cookies.keys()].filter((name) => name.endsWith("browser"));
	const session = browser.replace("-browser", "");
	const planted = `${"0".repeat(8)}-0000-4000-8000-${"0".repeat(12)}.${"A".repeat(43)}`;
	visitor.cookies.set(session, planted);
	const before = visitor.cookies.get(browser);
	const other = await confirmOf(visitor, "open");
	await claimsBack(place, await visitor.submit(page, { username: "ada", password }, "/login"));
	assert.notEqual(visitor.cookies.get(session), planted);
	assert.notEqual(visitor.cookies.get(browser), before);
	assert.deepEqual(
		[...visitor.cookies.keys()].filter((name) => name.includes("flow")),
		[],
	);
	// A form that was made for the old id is nobody's.
	assert.equal((await visitor.submit(page, { username: "ada", password }, "/login")).status, 403);
	assert.equal((await visitor.submit(other, { code: "123456" }, "/confirm")).status, 403);
	// A browser id that is not one of ours is replaced.
	const victim = createVisitor();
	victim.cookies.set(browser, "planted");
	await victim.open(place.page("/login"));
	assert.match(victim.cookies.get(browser) ?? "", /^[\w-]{43}$/);
});

test("cookies are for the pages alone: no script, no other site, no other path", async () => {
	const response = await fetch(place.page("/login"), { redirect: "manual" });
	const path = new URL(place.base).pathname;
	for (const line of response.headers.getSetCookie()) {
		assert.match(line, new RegExp(`; Path=${path}(;|$)`));
		assert.match(line, /; HttpOnly/);
		assert.match(line, /; SameSite=Lax/);
	}
	assert.equal(response.headers.getSetCookie().length, 1);
});

test("a flow is of one browser, one app client and one pool", async () => {
	const visitor = createVisitor();
	const confirm = await confirmOf(visitor, "flow");
	const url = new URL(confirm.url);
	const flow = url.searchParams.get("flow") ?? "";
	const [name = "", value = ""] = [...visitor.cookies].find(([each]) => each.endsWith(`flow-${flow}`)) ?? [];
	assert.match(value, /^[\w-]{200,4000}$/);
	// The same page again, in the same browser, is there.
	assert.equal(pageOf(place, await visitor.open(confirm.url)), "/confirm 200");
	// Another browser, with the stolen flow but its own id.
	const thief = createVisitor();
	await thief.open(place.page("/login"));
	thief.cookies.set(name, value);
	assert.equal(pageOf(place, await thief.open(confirm.url)), "/login 200");
	// Another app client of the pool.
	const { ClientId } = await createClient(gatehouse, place.UserPoolId, {
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: ["code"],
		AllowedOAuthScopes: ["openid"],
		CallbackURLs: [callback],
		SupportedIdentityProviders: ["COGNITO"],
	});
	assert.equal(pageOf(place, await visitor.open(place.page("/confirm", { client_id: ClientId, flow }))), "/login 200");
	// Another pool, in the same browser id and the same name of the cookie.
	const far = await createLoginPlace(gatehouse);
	for (const [each, cookie] of [...visitor.cookies]) visitor.cookies.set(each.replace(place.UserPoolId, far.UserPoolId), cookie);
	assert.equal(pageOf(far, await visitor.open(far.page("/confirm", { flow }))), "/login 200");
	// Any byte changed.
	visitor.cookies.set(name, `${value.slice(0, -2)}${value.endsWith("AA") ? "BB" : "AA"}`);
	assert.equal(pageOf(place, await visitor.open(confirm.url)), "/login 200");
	// A page of another step.
	visitor.cookies.set(name, value);
	for (const path of ["/login/totp", "/login/code", "/login/new-password", "/confirmforgotPassword", "/login/choose", "/login/setup-mfa"]) {
		assert.equal(pageOf(place, await visitor.open(place.page(path, { flow }))), "/login 200", path);
	}
});

test("a browser keeps a few flows, and its cookies stay small", async () => {
	const visitor = createVisitor();
	const first = await confirmOf(visitor, "many0");
	for (let i = 1; i < 8; i++) await confirmOf(visitor, `many${i}`);
	const flows = [...visitor.cookies].filter(([name]) => name.includes("flow-"));
	assert.ok(flows.length <= 5 && flows.length >= 3, String(flows.length));
	assert.ok(flows.reduce((sum, [name, value]) => sum + name.length + value.length, 0) < 7000);
	assert.equal(pageOf(place, await visitor.open(first.url)), "/login 200");
	const long = "ü".repeat(128);
	const confirm = await visitor.submit(await visitor.open(place.page("/forgotPassword")), { username: long });
	assert.equal(pageOf(place, confirm), "/confirmforgotPassword 200");
	for (const [name, value] of visitor.cookies) assert.ok(name.length + value.length < 4096);
});

test("text that a stranger or an administrator sets is text on every page", async () => {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}`;
	const evil = await createLoginPlace(gatehouse, {}, { ClientName: "a b" });
	const visitor = createVisitor();
	const pages: Answer[] = [];
	pages.push(await visitor.open(evil.page("/login", { login_hint: hostile })));
	const login = pages[0] as Answer;
	pages.push(await visitor.submit(login, { username: hostile, password: "x" }, "/login"));
	pages.push(await visitor.submit(await visitor.open(evil.page("/signup")), { username: hostile, "attribute.email": hostile, ...twice }));
	pages.push(await visitor.open(evil.page("/forgotPassword", { login_hint: hostile })));
	pages.push(await visitor.open(evil.page("/login", { state: hostile, nonce: hostile, lang: hostile, notice: hostile, flow: hostile })));
	pages.push(
		await visitor.open(`${evil.base}/error?error=${encodeURIComponent(hostile)}&error_description=${encodeURIComponent(hostile)}`),
	);
	pages.push(await visitor.open(`${evil.base}/${encodeURIComponent(hostile)}`));
	pages.push(
		await visitor.open(`${evil.base}/confirmUser?client_id=${evil.ClientId}&user_name=${encodeURIComponent(hostile)}&confirmation_code=1`),
	);
	const name = "<script>alert(1)</script>";
	await createUser(evil, name);
	await visitor.submit(await visitor.open(evil.page("/login")), { username: name, password }, "/login");
	const welcome = await visitor.open(evil.page("/login"));
	assert.match(textOf(welcome), /Welcome back.*<script>alert\(1\)<\/script>/);
	pages.push(welcome);
	for (const page of pages) {
		assert.ok(page.status < 500, page.url);
		assert.doesNotMatch(page.html, /<script>alert|<img|onerror=alert\(2\)>/, page.url);
		for (const [tag] of page.html.matchAll(/<(script|style)[^>]*>/g)) assert.match(tag, /^<script src="[^"]*" defer>$/);
		assert.doesNotMatch(page.html, /\sstyle="|\son\w+="[^"]*"/);
		assert.doesNotMatch(page.html, /javascript:/i);
	}
});

test("every page has the headers that keep others out", async () => {
	const visitor = createVisitor();
	for (const url of [place.page("/login"), place.page("/signup"), `${place.base}/error`, `${place.base}/none`, place.page("/login/totp")]) {
		const { headers } = await visitor.open(url);
		const policy = headers.get("content-security-policy") ?? "";
		assert.match(policy, /default-src 'none'; style-src 'self'; script-src 'self'/);
		assert.match(policy, /base-uri 'none'; frame-ancestors 'none'; form-action 'self'/);
		assert.doesNotMatch(policy, /unsafe/);
		assert.equal(headers.get("x-frame-options"), "DENY");
		assert.equal(headers.get("x-content-type-options"), "nosniff");
		assert.equal(headers.get("referrer-policy"), "same-origin");
		assert.equal(headers.get("cache-control"), "no-store");
		assert.equal(headers.get("access-control-allow-origin"), null);
	}
	const login = await visitor.open(place.page("/login"));
	assert.match(login.headers.get("content-security-policy") ?? "", /form-action 'self' https:$/);
	const csp = async (CallbackURLs: string[]) => {
		const app = await createLoginPlace(gatehouse, {}, { CallbackURLs });
		const page = await visitor.open(app.page("/login", { redirect_uri: CallbackURLs[0] ?? "" }));
		return /form-action (.*)$/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
	};
	assert.equal(await csp(["myapp://back"]), "'self' myapp:");
	assert.equal(await csp(["http://localhost:3000/cb"]), "'self' http:");
	assert.equal(await csp(["http://[::1]:3000/cb"]), "'self' http:");
});

test("no page redirects anywhere but to itself and to the application", async () => {
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const { action, fields } = formOf(page, "/login");
	for (const evil of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
		const more = { redirect_uri: evil, next: evil, return_to: evil, rd: evil };
		const answer = await visitor.post(`${action}&${new URLSearchParams(more)}`, { ...fields, username: "ada", password: "wrong", ...more });
		assert.ok(answer.location === undefined || new URL(answer.location).origin === new URL(place.base).origin, answer.location ?? "");
		assert.doesNotMatch(answer.html, /(href|action)="[^"]*:?\/\/evil/);
	}
	// A client of another pool's domain gets nothing here.
	const other = await createLoginPlace(gatehouse);
	const mixed = await visitor.open(other.page("/login", { client_id: place.ClientId }));
	assert.equal(pageOf(other, mixed), "/error 400");
});

test("what is no form at all ends as a refusal and never as a fault", async () => {
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const { action, fields } = formOf(page, "/login");
	const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
	const form = { "content-type": "application/x-www-form-urlencoded", cookie };
	const csrf = new URLSearchParams({ csrf: fields["csrf"] ?? "" }).toString();
	for (const body of [
		"",
		"%",
		"=&=&",
		`${csrf}&username=%00&password=x`,
		`${csrf}&username=%ff%fe&password=x`,
		`${csrf}&username=${"x".repeat(300_000)}`,
	]) {
		const answer = await fetch(action, { method: "POST", headers: form, body });
		assert.ok(answer.status === 400 || answer.status === 403, `${answer.status} for ${body.slice(0, 60)}`);
	}
	for (const query of ["flow=%00", "flow=__proto__", "lang=%00&lang=x", "notice=constructor", "notice=__proto__", "client_id=%00"]) {
		const answer = await visitor.get(`${place.page("/confirm")}&${query}`);
		assert.ok(answer.status < 500, query);
	}
	for (const method of ["PUT", "DELETE", "PATCH"]) {
		assert.ok([404, 405].includes((await fetch(action, { method })).status), method);
	}
	assert.equal(gatehouse.logged.filter((line) => line.includes("a page failed")).length, 0);
});

test("a custom domain's cookies and links are of its own host", async () => {
	const Domain = "login.people.example";
	await gatehouse.client.send(
		new CreateUserPoolDomainCommand({
			UserPoolId: place.UserPoolId,
			Domain,
			CustomDomainConfig: { CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/a" },
		}),
	);
	const answer = await read(gatehouse, place.page("/login").slice(place.base.length), { host: Domain });
	assert.equal(answer.status, 200);
	assert.match(answer.cookies[0] ?? "", /^gatehouse-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/);
	assert.doesNotMatch(answer.cookies[0] ?? "", /domain=/i);
	assert.match(answer.html, /action="\/login\?/);
	assert.doesNotMatch(answer.html, /\/domains\//);
});

test("behind TLS the cookies have the prefix that no other host can set, and the form's origin is the browser's", async () => {
	const behind = await startGatehouse({ config: { trustedProxies: ["127.0.0.1/32"] } });
	try {
		const secure = await createLoginPlace(behind);
		await createUser(secure, "ada");
		const prefix = secure.base.split("/").at(-1) ?? "";
		const host = `${prefix}.auth.localhost`;
		const path = secure.page("/login").slice(secure.base.length);
		const own = { "x-forwarded-proto": "https", host };
		const page = await read(behind, path, own);
		const [cookie = ""] = page.cookies;
		assert.match(cookie, /^__Host-gatehouse-browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
		const csrf = /name="csrf" value="([^"]*)"/.exec(page.html)?.[1] ?? "";
		const body = new URLSearchParams({ csrf, username: "ada", password }).toString();
		const sent = { ...own, cookie: cookie.split(";", 1)[0] ?? "", "content-type": "application/x-www-form-urlencoded" };
		assert.equal((await read(behind, path, { ...sent, origin: `http://${host}` }, body)).status, 403);
		const done = await read(behind, path, { ...sent, origin: `https://${host}` }, body);
		assert.equal(done.status, 303);
		assert.ok(
			done.cookies.some((line) => /^__Host-gatehouse=[\w.-]{60,}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/.test(line)),
		);
	} finally {
		await behind.stop();
	}
});

interface Read {
	readonly status: number;
	readonly cookies: readonly string[];
	readonly html: string;
}

/** A request under a Host of the test's choice, which fetch has not. */
function read({ url }: Gatehouse, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Read> {
	return new Promise((resolve, reject) => {
		const { port } = new URL(url);
		const sent = request({ port, host: "127.0.0.1", path, headers, method: body === undefined ? "GET" : "POST" });
		sent.on("error", reject);
		sent.on("response", (response: IncomingMessage) => {
			let html = "";
			response.setEncoding("utf8");
			response.on("data", (chunk: string) => {
				html += chunk;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, cookies: response.headers["set-cookie"] ?? [], html }));
		});
		sent.end(body);
	});
}
