/**
 * What the benchmarks of OAuth send and what they demand of the answers. Client credentials run against whatever server is described,
 * so that a peer is measured by the same client.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from "node:crypto";
import type { Answer, Connection } from "./connection.ts";
import type { Jwks, Workload } from "./workloads.ts";

export const oauthWorkloadNames = ["client-credentials", "authorize-code-token", "login-page"] as const;
export type OAuthWorkloadName = (typeof oauthWorkloadNames)[number];

/** Everything that a load generator has to know of a server, as JSON. */
export interface OAuthPlace {
	/** What `Host` says. */
	readonly host: string;
	readonly issuer: string;
	readonly jwks: Jwks;
	readonly tokenPath: string;
	/** A client with credentials of its own. */
	readonly machine: { readonly id: string; readonly secret: string; readonly scope: string };
	/** Beside grant and scope. */
	readonly machineParameters: Readonly<Record<string, string>>;
	/** The client that browsers come from; a peer has none. */
	readonly browsers?: {
		readonly clientId: string;
		readonly redirectUri: string;
		/** Browsers that are signed in: what each sends as `Cookie`, and its user's name. */
		readonly sessions: readonly { readonly cookie: string; readonly username: string }[];
	};
}

/** Signatures are verified once in so many times: verifying each would take the load generator too long. */
const tokensPerVerification = 20;

export function createOAuthLoad(place: OAuthPlace): (name: OAuthWorkloadName) => Workload {
	const { host, issuer, machine } = place;
	const keys = new Map(place.jwks.keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));
	let tokens = 0;

	/** The claims of a token that is right for its client. */
	function checkToken(token: unknown, clientId: string, audience: "client_id" | "aud"): Record<string, unknown> {
		const [head = "", body = "", signature = ""] = String(token).split(".");
		const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
		const now = Date.now() / 1000;
		const right =
			claims["iss"] === issuer &&
			claims[audience] === clientId &&
			Number(claims["exp"]) > now &&
			Math.abs(Number(claims["iat"]) - now) < 30 &&
			signature.length === 342;
		demand(right, () => `a token is wrong: ${JSON.stringify(claims)}`);
		if (tokens++ % tokensPerVerification === 0) {
			const { kid, alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string; alg: string };
			const signed = Buffer.from(String(token).slice(0, String(token).lastIndexOf(".")));
			const isRight = alg === "RS256" && verify("sha256", signed, keys.get(kid) as KeyObject, Buffer.from(signature, "base64url"));
			demand(isRight, () => "a token's signature is wrong");
		}
		return claims;
	}

	const { id, secret, scope } = machine;
	const credentials = `Authorization: Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}\r\n`;
	const machineForm = { grant_type: "client_credentials", scope, ...place.machineParameters };
	const machineRequest = formRequest(host, place.tokenPath, machineForm, credentials);

	async function clientCredentials(connection: Connection): Promise<void> {
		const answer = parse(await connection.send(machineRequest));
		demand(/^bearer$/i.test(String(answer["token_type"])) && answer["expires_in"] === 3600, () => `wrong: ${JSON.stringify(answer)}`);
		demand(checkToken(answer["access_token"], id, "client_id")["scope"] === scope, () => "a token has the wrong scope");
	}

	const verifier = randomBytes(32).toString("base64url");
	const challenge = createHash("sha256").update(verifier).digest("base64url");
	let states = 0;

	async function authorizeCodeToken(connection: Connection): Promise<void> {
		const { clientId, redirectUri, sessions } = browsersOf(place);
		const { cookie, username } = sessions[states++ % sessions.length] as { cookie: string; username: string };
		const state = `state-${states}`;
		const nonce = `nonce-${states}`;
		const query = authorizationQuery(clientId, redirectUri, {
			state,
			nonce,
			code_challenge: challenge,
			code_challenge_method: "S256",
		});
		const sent = `GET /oauth2/authorize?${query} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`;
		const { status, head } = await connection.send(sent);
		const to = new URL(/^location: *(\S+)/im.exec(head)?.[1] ?? "none:");
		const code = to.searchParams.get("code") ?? "";
		demand(
			status === 302 && to.href.startsWith(redirectUri) && to.searchParams.get("state") === state && code !== "",
			() => `a browser was sent to ${to.href}`,
		);
		const form = { grant_type: "authorization_code", client_id: clientId, redirect_uri: redirectUri, code, code_verifier: verifier };
		const answer = parse(await connection.send(formRequest(host, place.tokenPath, form)));
		const access = checkToken(answer["access_token"], clientId, "client_id");
		const identity = checkToken(answer["id_token"], clientId, "aud");
		const right =
			access["username"] === username &&
			access["scope"] === "openid email" &&
			identity["cognito:username"] === username &&
			identity["nonce"] === nonce &&
			String(answer["refresh_token"]).length > 100;
		demand(right, () => `${username} got wrong tokens: ${JSON.stringify([access, identity])}`);
	}

	async function loginPage(connection: Connection): Promise<void> {
		const { clientId, redirectUri } = browsersOf(place);
		const answer = await connection.send(loginPageRequest(host, clientId, redirectUri));
		const right = answer.status === 200 && answer.body.includes('type="password"') && answer.body.includes('name="csrf"');
		demand(right, () => `the login page is wrong: ${answer.status} ${answer.body.slice(0, 500)}`);
	}

	const workloads: Readonly<Record<OAuthWorkloadName, Workload>> = {
		"client-credentials": clientCredentials,
		"authorize-code-token": authorizeCodeToken,
		"login-page": loginPage,
	};
	return (name) => workloads[name];
}

export function authorizationQuery(clientId: string, redirectUri: string, more: Readonly<Record<string, string>> = {}): string {
	return new URLSearchParams({
		response_type: "code",
		client_id: clientId,
		redirect_uri: redirectUri,
		scope: "openid email",
		...more,
	}).toString();
}

/** As a browser asks for it. */
export function loginPageRequest(host: string, clientId: string, redirectUri: string): string {
	const query = authorizationQuery(clientId, redirectUri, { state: "s" });
	return `GET /login?${query} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nAccept-Language: de-CH,de;q=0.9,en;q=0.8\r\n\r\n`;
}

/** A form, as applications and browsers post it. `headers` end with a line break each. */
export function formRequest(host: string, path: string, fields: Readonly<Record<string, string>>, headers = ""): string {
	const body = new URLSearchParams(fields).toString();
	return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function browsersOf({ browsers }: OAuthPlace) {
	demand(browsers !== undefined, () => "this server has no browsers");
	return browsers;
}

function parse({ status, body }: Answer): Record<string, unknown> {
	demand(status === 200, () => `answered with ${status}: ${body}`);
	return JSON.parse(body) as Record<string, unknown>;
}

function demand(condition: boolean, message: () => string): asserts condition {
	if (!condition) throw new Error(message());
}
