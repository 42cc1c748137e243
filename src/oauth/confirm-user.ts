/**
 * The page that the link of a verification message leads to (CONFIRM_WITH_LINK): opening it confirms the sign-up, by what ConfirmSignUp
 * does. This one is below a pool's id, for pools without a domain: a domain's is among its pages.
 */
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { AwsError } from "../aws/errors.ts";
import { randomUuid } from "../crypto/random-text.ts";
import type { Call } from "../domain/call.ts";
import { codeMismatch } from "../domain/refusals.ts";
import { findAppClient } from "../domain/user-pools/app-clients.ts";
import { confirmationPath } from "../domain/user-pools/confirmation-links.ts";
import { findUserPool, type UserPool } from "../domain/user-pools/pools.ts";
import { confirmSignUp } from "../domain/user-pools/sign-up.ts";
import type { CallBase } from "../http/call.ts";
import type { HttpEnv } from "../http/request.ts";
import { Overloaded } from "../kernel/overloaded.ts";

/** No script, no style from elsewhere, in nobody's frame; and nothing keeps the address, which has the code. */
const headers = {
	"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cache-Control": "no-store",
	"Referrer-Policy": "no-referrer",
	"X-Robots-Tag": "noindex",
};

/** No value of the link is longer: Cognito's own limits. */
const valueCharactersMax = 2048;

const invalidLink = "This link is not complete. Copy the whole of it from the message, or ask for another one.";

/** For pools by their id. */
export function confirmUser(base: CallBase): Hono<HttpEnv> {
	const app = new Hono<HttpEnv>();
	for (const path of [confirmationPath, `${confirmationPath}/`]) {
		app.get(`/:userPoolId${path}`, async (c) => {
			const pool = await findUserPool({ caches: base.caches, region: undefined }, c.req.param("userPoolId") ?? "");
			return pool === undefined ? c.notFound() : answer(base, c, pool, c.get("edge").client.ip);
		});
	}
	return app;
}

async function answer(base: CallBase, c: Context, pool: UserPool, sourceIp: string | undefined): Promise<Response> {
	// Who only asks whether there is a page confirms nothing.
	if (c.req.raw.method === "HEAD") return c.body(null, 200, headers);
	const call: Call = {
		...base,
		now: base.ports.clock.now(),
		requestId: randomUuid(base.ports.random),
		region: undefined,
		sourceIp,
		userAgent: c.req.header("user-agent"),
	};
	let outcome = "ok";
	const began = base.ports.clock.monotonic();
	try {
		await base.quotas.refresh();
		base.quotas.take({ quota: "UserCreation" });
		const refusal = await confirm(call, pool, new URL(c.req.url).searchParams);
		if (refusal === undefined) return await c.html(page("Your registration has been confirmed", "You can sign in now."), 200, headers);
		outcome = refusal.code;
		return await c.html(page("Your registration could not be confirmed", refusal.message), 400, headers);
	} catch (error) {
		const isOverloaded = error instanceof Overloaded;
		outcome = isOverloaded ? "TooManyRequestsException" : "InternalErrorException";
		if (!isOverloaded) base.ports.log.error({ requestId: call.requestId, userPoolId: pool.id, error }, "a confirmation by link failed");
		return await c.html(page("Something went wrong", "Try again in a moment."), isOverloaded ? 503 : 500, headers);
	} finally {
		base.ports.meters.operation("pages", "GET /confirmUser", outcome, (base.ports.clock.monotonic() - began) / 1000);
	}
}

/** Confirms the user that the link is for, or says why not. */
async function confirm(
	call: Call,
	pool: UserPool,
	query: URLSearchParams,
): Promise<{ readonly code: string; readonly message: string } | undefined> {
	const [clientId = "", username = "", code = ""] = ["client_id", "user_name", "confirmation_code"].map((name) => {
		const value = query.get(name) ?? "";
		return value.length > valueCharactersMax ? "" : value;
	});
	const client = clientId === "" ? undefined : await findAppClient(call, clientId);
	if (client?.userPoolId !== pool.id || username === "" || code === "") return { code: "InvalidParameterException", message: invalidLink };
	try {
		await confirmSignUp(call, pool, client, { username, code, forceAliasCreation: false, session: undefined });
		return undefined;
	} catch (error) {
		if (!(error instanceof AwsError) || error.status >= 500) throw error;
		// That a name is confirmed already is the state of somebody: a stranger hears what is said of every name.
		const told = client.hidesUserExistence && error.code === "NotAuthorizedException" ? codeMismatch() : error;
		return { code: told.code, message: told.message };
	}
}

function page(title: string, text: string) {
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark;max-width:32rem;margin:15vh auto 0;padding:0 1rem}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>`;
}
