/** Identity pools, an identity provider of tests' own, and tokens that are made to order. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
	CognitoIdentityClient,
	CreateIdentityPoolCommand,
	type CreateIdentityPoolCommandInput,
	GetIdCommand,
} from "@aws-sdk/client-cognito-identity";
import type { Gatehouse } from "./gatehouse.ts";

/** An SDK client that signs as development allows; what is unsigned it sends unsigned. */
export function identityClient(gatehouse: Gatehouse, region = "us-east-1"): CognitoIdentityClient {
	const credentials = { accessKeyId: "any", secretAccessKey: "any" };
	return new CognitoIdentityClient({ endpoint: gatehouse.url, region, credentials, maxAttempts: 1 });
}

export async function createIdentityPool(
	client: CognitoIdentityClient,
	settings: Partial<CreateIdentityPoolCommandInput> = {},
): Promise<string> {
	const input = { IdentityPoolName: "photos", AllowUnauthenticatedIdentities: true, AllowClassicFlow: true, ...settings };
	return (await client.send(new CreateIdentityPoolCommand(input))).IdentityPoolId ?? "";
}

export async function getId(client: CognitoIdentityClient, IdentityPoolId: string, Logins?: Record<string, string>): Promise<string> {
	return (await client.send(new GetIdCommand({ IdentityPoolId, ...(Logins && { Logins }) }))).IdentityId ?? "";
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT of whatever header and claims, signed by `key`, by RS256 unless the header says otherwise. */
export function makeToken(key: KeyObject, header: object, claims: object): string {
	const input = `${part({ alg: "RS256", ...header })}.${part(claims)}`;
	return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

/** The same token with other claims, and the signature that it had. */
export function withClaims(token: string, claims: object): string {
	const [header, body, signature] = token.split(".");
	const before = JSON.parse(Buffer.from(body ?? "", "base64url").toString()) as object;
	return `${header}.${part({ ...before, ...claims })}.${signature}`;
}

/** The same token with the header `alg: none`, unsigned. */
export function unsigned(token: string): string {
	return `${part({ alg: "none", typ: "JWT" })}.${token.split(".")[1]}.`;
}

let spare: KeyObject | undefined;
/** A key that nobody has published. */
export function strangersKey(): KeyObject {
	spare ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
	return spare;
}

export interface TestProvider {
	/** Without a slash at its end. */
	readonly url: string;
	/** As identity pools name it: the URL without the scheme. */
	readonly name: string;
	/** An ID token that is valid for an hour from `now`. */
	token(now: number, claims: object): string;
	/** A new key in the place of the old one. */
	changeKey(kid: string): void;
	/** What of its paths was asked for. */
	readonly asked: string[];
	/** What its discovery document has beside the usual. */
	discovery: Record<string, unknown>;
	/** Answers of the APIs of Facebook and Amazon, by access token. */
	readonly accounts: Map<string, { readonly appId: string; readonly user: string; readonly seconds?: number }>;
	isDown: boolean;
	stop(): Promise<void>;
}

/** An OpenID provider on a real socket, which also speaks as much of Facebook's and Amazon's APIs as tells whose a token is. */
export async function startProvider(): Promise<TestProvider> {
	let kid = "first";
	let key = strangersKey();
	const asked: string[] = [];
	const accounts: TestProvider["accounts"] = new Map();
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", provider.url);
		asked.push(pathname);
		const answer = (status: number, body: object) =>
			response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
		if (provider.isDown) return answer(503, {});
		if (pathname === "/.well-known/openid-configuration") {
			return answer(200, { issuer: provider.url, jwks_uri: `${provider.url}/keys`, ...provider.discovery });
		}
		if (pathname === "/keys") {
			const { n, e } = key.export({ format: "jwk" });
			return answer(200, { keys: [{ kty: "RSA", use: "sig", kid, n, e }] });
		}
		const account = accounts.get(searchParams.get("access_token") ?? "");
		if (account === undefined) return answer(400, { error: "invalid_token" });
		if (pathname === "/app") return answer(200, { id: account.appId });
		if (pathname === "/me") return answer(200, { id: account.user });
		return answer(200, {
			app_id: account.appId,
			aud: "amzn1.application-oa2-client.x",
			user_id: account.user,
			exp: account.seconds ?? 3600,
		});
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	const provider: TestProvider = {
		url: `http://127.0.0.1:${port}`,
		name: `127.0.0.1:${port}`,
		token: (now, claims) => {
			const iat = Math.floor(now / 1000);
			return makeToken(key, { kid }, { iss: provider.url, iat, exp: iat + 3600, ...claims });
		},
		changeKey(next) {
			kid = next;
			key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
		},
		asked,
		discovery: {},
		accounts,
		isDown: false,
		async stop() {
			server.closeAllConnections();
			await once(server.close(), "close");
		},
	};
	return provider;
}
