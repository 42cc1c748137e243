/** The page after a sign-out that names no address to go on to. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsBack, createLoginPlace, type LoginPlace, pageOf } from "../support/managed-login.ts";
import { createUser, password } from "../support/people.ts";
import { type Answer, createVisitor, textOf, type Visitor } from "../support/visitor.ts";

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

const out = ({ base, ClientId }: LoginPlace, visitor: Visitor, more: Readonly<Record<string, string>> = {}) =>
	visitor.open(`${base}/logout?${new URLSearchParams({ client_id: ClientId, ...more })}`);
const linkOf = ({ html, url }: Answer) => {
	const href = /class="button button-primary" href="([^"]*)"/.exec(html)?.[1];
	return href === undefined ? undefined : new URL(href.replaceAll("&amp;", "&"), url).href;
};

async function signIn(place: LoginPlace, visitor: Visitor, url = place.page("/login")): Promise<Answer> {
	return visitor.submit(await visitor.open(url), { username: "ada", password }, "/login");
}

test("who signs out without an address to go on to is signed out, and may sign in again", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const visitor = createVisitor();
	await signIn(place, visitor);
	assert.match((await visitor.get(place.page("/oauth2/authorize"))).location ?? "", /code=/);
	const page = await out(place, visitor);
	assert.equal(pageOf(place, page), "/signedOut 200");
	assert.match(textOf(page), /You’re signed out You can close this window, or sign in again\. Sign in again/);
	assert.equal(page.headers.get("cache-control"), "no-store");
	assert.equal(pageOf(place, await visitor.open(place.page("/oauth2/authorize"))), "/login 200");
	await claimsBack(place, await signIn(place, visitor, linkOf(page)));
});

test("the page is in the language that the application names", async () => {
	const place = await createLoginPlace(gatehouse);
	const page = await out(place, createVisitor(), { lang: "de" });
	assert.match(page.html, /<html lang="de"/);
	assert.match(textOf(page), /abgemeldet/i);
});

test("the way back is the client's own: its default address or its only one, by the grant that it has; and none where it is not clear", async () => {
	const [one, two] = ["https://app.example/one", "https://app.example/two"];
	const parametersOf = async (client: Parameters<typeof createLoginPlace>[2]) => {
		const link = linkOf(await out(await createLoginPlace(gatehouse, {}, client), createVisitor()));
		const { searchParams } = new URL(link ?? "none:");
		return [searchParams.get("redirect_uri"), searchParams.get("response_type")];
	};
	assert.deepEqual(await parametersOf({ CallbackURLs: [one] }), [one, "code"]);
	assert.deepEqual(await parametersOf({ CallbackURLs: [one, two], DefaultRedirectURI: two }), [two, "code"]);
	assert.deepEqual(await parametersOf({ CallbackURLs: [one], AllowedOAuthFlows: ["implicit"] }), [one, "token"]);
	assert.deepEqual(await parametersOf({ CallbackURLs: [one, two] }), [null, null]);
	assert.deepEqual(await parametersOf({ CallbackURLs: [one], SupportedIdentityProviders: [] }), [null, null]);
});

test("nobody is told that they are signed out who are not, and no client that is not the pool's is named", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const other = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	await signIn(place, visitor);
	const link = `${place.base}/signedOut?client_id=${place.ClientId}`;
	assert.match(textOf(await visitor.open(link)), /Welcome back/);
	for (const id of ["nobody", "", other.ClientId]) {
		const page = await visitor.open(`${place.base}/signedOut?client_id=${id}`);
		assert.equal(pageOf(place, page), "/error 400");
		assert.equal(pageOf(place, await visitor.open(`${place.base}/logout?client_id=${id}`)), "/error 400");
	}
	assert.match((await visitor.get(place.page("/oauth2/authorize"))).location ?? "", /code=/);
});
