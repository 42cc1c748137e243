/** What an application does at a pool's domain: it sends a browser there, and takes codes and tokens to the endpoints. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { CreateResourceServerCommand } from "@aws-sdk/client-cognito-identity-provider";
import { callback, type LoginPlace } from "./managed-login.ts";
import { password } from "./people.ts";
import { createVisitor, type Visitor } from "./visitor.ts";

export interface TokenResponse {
	readonly status: number;
	readonly headers: Headers;
	/** The body as it came. */
	readonly body: Readonly<Record<string, unknown>>;
}

export interface OAuthTokens {
	readonly access_token: string;
	readonly id_token: string;
	readonly refresh_token: string;
	readonly expires_in: number;
	readonly token_type: string;
}

/** Posts a form to an endpoint of the domain; `basic` is `id:secret`. */
export async function post(
	place: Pick<LoginPlace, "base">,
	path: string,
	fields: Readonly<Record<string, string>> | URLSearchParams | string,
	basic?: string,
): Promise<TokenResponse> {
	const response = await fetch(`${place.base}${path}`, {
		method: "POST",
		headers: {
			"content-type": "application/x-www-form-urlencoded",
			...(basic !== undefined && { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
		},
		body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** A browser that `username` has signed in with at the pool's login page. */
export async function signInAtPage(place: LoginPlace, username: string): Promise<Visitor> {
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const done = await visitor.submit(page, { username, password }, "/login");
	assert.match(done.location ?? "", /[?&]code=/);
	return visitor;
}

/** Where a request to /oauth2/authorize sends the browser. */
export async function authorize(place: LoginPlace, visitor: Visitor, parameters: Readonly<Record<string, string>> = {}): Promise<URL> {
	const { status, location } = await visitor.get(place.page("/oauth2/authorize", parameters));
	assert.equal(status, 302);
	return new URL(location ?? "");
}

/** A code for a browser that is signed in. */
export async function codeFor(place: LoginPlace, visitor: Visitor, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
	const to = await authorize(place, visitor, parameters);
	const code = to.searchParams.get("code");
	assert.ok(code !== null, to.href);
	return code;
}

/** Redeems a code of a public client. */
export function redeem(
	place: Pick<LoginPlace, "base" | "ClientId">,
	code: string,
	more: Readonly<Record<string, string>> = {},
): Promise<TokenResponse> {
	return post(place, "/oauth2/token", {
		grant_type: "authorization_code",
		client_id: place.ClientId,
		redirect_uri: callback,
		code,
		...more,
	});
}

/** Tokens for a browser that is signed in. */
export async function tokensFor(
	place: LoginPlace,
	visitor: Visitor,
	parameters: Readonly<Record<string, string>> = {},
): Promise<OAuthTokens> {
	const { status, body } = await redeem(place, await codeFor(place, visitor, parameters));
	assert.equal(status, 200, JSON.stringify(body));
	return body as unknown as OAuthTokens;
}

export function refresh(place: Pick<LoginPlace, "base" | "ClientId">, refresh_token: string, more: Readonly<Record<string, string>> = {}) {
	return post(place, "/oauth2/token", { grant_type: "refresh_token", client_id: place.ClientId, refresh_token, ...more });
}

export async function userInfo(place: Pick<LoginPlace, "base">, token: string, init: RequestInit = {}): Promise<TokenResponse> {
	const response = await fetch(`${place.base}/oauth2/userInfo`, {
		...init,
		headers: { authorization: `Bearer ${token}`, ...init.headers },
	});
	return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

/** A verifier of PKCE and its challenge. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
	const verifier = randomBytes(32).toString("base64url");
	return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** A resource server with scopes, which are named `identifier/name`. */
export async function createScopes(
	{ gatehouse, UserPoolId }: Pick<LoginPlace, "gatehouse" | "UserPoolId">,
	Identifier: string,
	...names: string[]
) {
	const Scopes = names.map((ScopeName) => ({ ScopeName, ScopeDescription: `May ${ScopeName}` }));
	await gatehouse.client.send(new CreateResourceServerCommand({ UserPoolId, Identifier, Name: "API", Scopes }));
	return names.map((name) => `${Identifier}/${name}`);
}
