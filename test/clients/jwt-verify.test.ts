/** Tokens verify with `aws-jwt-verify`: as Amazon's own, with keys that were fetched from here, and by Gatehouse's issuer over HTTPS. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CognitoIdentityProviderClient, CreateUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import {
	CognitoJwtInvalidClientIdError,
	CognitoJwtInvalidTokenUseError,
	JwtExpiredError,
	JwtInvalidAudienceError,
	JwtInvalidSignatureError,
	KidNotFoundInJwksError,
} from "aws-jwt-verify/error";
import { SimpleFetcher } from "aws-jwt-verify/https";
import { type Jwks, SimpleJwksCache } from "aws-jwt-verify/jwk";
import { readConfig } from "../../src/config.ts";
import { bareEnvironment } from "../support/command-line.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, signIn, type Tokens } from "../support/people.ts";
import { freePort } from "../support/ports.ts";

/** The token with one claim changed and its signature kept. */
function tampered(token: string, changes: object): string {
	const [header, payload = "", signature] = token.split(".");
	const claims = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), ...changes };
	return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

describe("CognitoJwtVerifier with GATEHOUSE_ISSUER=aws and cached keys", () => {
	let gatehouse: Gatehouse;
	let place: Place;
	let tokens: Tokens;
	before(async () => {
		const { issuer } = readConfig({ argv: [], env: { GATEHOUSE_ISSUER: "aws" }, readFile: () => "" });
		gatehouse = await startGatehouse({ config: { issuer } });
		place = await createPlace(gatehouse);
		await createUser(place, "ada");
		tokens = await signIn(place, "ada");
	});
	after(() => gatehouse.stop());

	/** As docs/clients.md has it. */
	async function verifierOf<U extends "access" | "id">({ UserPoolId, ClientId }: Place, tokenUse: U) {
		const verifier = CognitoJwtVerifier.create({ userPoolId: UserPoolId, clientId: ClientId, tokenUse });
		const keys = await fetch(`${gatehouse.url}/${UserPoolId}/.well-known/jwks.json`);
		verifier.cacheJwks((await keys.json()) as Jwks);
		return verifier;
	}

	test("access and ID tokens verify, and discovery names the issuer that they carry", async () => {
		const access = await (await verifierOf(place, "access")).verify(tokens.AccessToken);
		assert.equal(access.username, "ada");
		assert.equal(access.iss, `https://cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`);
		const id = await (await verifierOf(place, "id")).verify(tokens.IdToken);
		assert.equal(id.sub, access.sub);
		assert.equal(id.aud, place.ClientId);
		// Discovery says the same issuer, and where the keys are really found.
		const discovery = await fetch(`${gatehouse.url}/${place.UserPoolId}/.well-known/openid-configuration`);
		const { issuer, jwks_uri } = (await discovery.json()) as { issuer: string; jwks_uri: string };
		assert.equal(issuer, access.iss);
		assert.ok(jwks_uri.startsWith(gatehouse.config.publicUrl));
	});

	test("a tampered token, another use, another client's and another pool's are refused", async () => {
		const access = await verifierOf(place, "access");
		await assert.rejects(access.verify(tampered(tokens.AccessToken, { username: "root" })), JwtInvalidSignatureError);
		await assert.rejects(access.verify(tokens.IdToken), CognitoJwtInvalidTokenUseError);
		await assert.rejects((await verifierOf(place, "id")).verify(tokens.AccessToken), CognitoJwtInvalidTokenUseError);
		const sibling = { ...place, ...(await createClient(gatehouse, place.UserPoolId)) };
		await assert.rejects((await verifierOf(sibling, "access")).verify(tokens.AccessToken), CognitoJwtInvalidClientIdError);
		const other = await createPlace(gatehouse);
		await createUser(other, "ada");
		await assert.rejects(access.verify((await signIn(other, "ada")).AccessToken), /^Error: issuer not configured/);
	});

	test("a token is refused when its hour is over", async () => {
		const access = await verifierOf(place, "access");
		gatehouse.clock.advance(-61 * 60_000);
		const old = await signIn(place, "ada");
		gatehouse.clock.reset();
		await assert.rejects(access.verify(old.AccessToken), JwtExpiredError);
	});
});

describe("JwtVerifier with Gatehouse's own issuer over HTTPS", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "gatehouse-https-"));
	const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
	let stop: (() => Promise<void>) | undefined;
	let url = "";
	let authority = "";
	let client: CognitoIdentityProviderClient;
	let place: Place;
	let tokens: Tokens;

	before(async () => {
		const [port, tlsPort] = [await freePort(), await freePort()];
		url = `https://localhost:${tlsPort}`;
		const env = {
			...bareEnvironment,
			GATEHOUSE_DATA_DIR: dataDir,
			GATEHOUSE_PORT: String(port),
			GATEHOUSE_TLS: "dev",
			GATEHOUSE_TLS_PORT: String(tlsPort),
			GATEHOUSE_PUBLIC_URL: url,
		};
		const server = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "ignore"] });
		const ended = once(server, "exit");
		stop = async () => {
			server.kill("SIGTERM");
			await ended;
		};
		const [said] = (await Promise.race([once(server.stdout, "data"), ended])) as [unknown];
		assert.equal(String(said), `gatehouse ready at ${url}\n`);
		authority = await output(spawn(process.execPath, [main, "tls", "ca"], { env, stdio: ["ignore", "pipe", "ignore"] }));

		const credentials = { accessKeyId: "any", secretAccessKey: "any" };
		client = new CognitoIdentityProviderClient({ endpoint: `http://localhost:${port}`, region: "us-east-1", credentials });
		place = await createPlace({ client } as Gatehouse);
		await createUser(place, "ada");
		tokens = await signIn(place, "ada");
	});
	after(async () => {
		client?.destroy();
		await stop?.();
		rmSync(dataDir, { recursive: true, force: true });
	});

	/** Keys come from the issuer's own address, by a connection that trusts the development CA alone. */
	const verifierOf = ({ UserPoolId }: Place, audience: string | null) =>
		JwtVerifier.create(
			{ issuer: `${url}/${UserPoolId}`, audience },
			{ jwksCache: new SimpleJwksCache({ fetcher: new SimpleFetcher({ defaultRequestOptions: { ca: authority } }) }) },
		);

	test("ID tokens verify by audience, access tokens without one", async () => {
		const id = await verifierOf(place, place.ClientId).verify(tokens.IdToken);
		assert.equal(id["cognito:username"], "ada");
		const access = await verifierOf(place, null).verify(tokens.AccessToken);
		assert.equal(access["client_id"], place.ClientId);
		assert.equal(access["token_use"], "access");
	});

	test("a tampered token, another audience's and another pool's are refused", async () => {
		await assert.rejects(verifierOf(place, null).verify(tampered(tokens.AccessToken, { exp: 2 ** 31 })), JwtInvalidSignatureError);
		await assert.rejects(verifierOf(place, "another").verify(tokens.IdToken), JwtInvalidAudienceError);
		// An access token has no audience: it can't pass for an ID token.
		await assert.rejects(verifierOf(place, place.ClientId).verify(tokens.AccessToken), JwtInvalidAudienceError);
		const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "other" }));
		const other = verifierOf({ ...place, UserPoolId: UserPool?.Id ?? "" }, null);
		await assert.rejects(other.verify(tokens.AccessToken), KidNotFoundInJwksError);
	});

	test("a connection that does not trust the development CA gets no keys", async () => {
		const verifier = JwtVerifier.create({ issuer: `${url}/${place.UserPoolId}`, audience: null });
		await assert.rejects(verifier.verify(tokens.AccessToken), /certificate/);
	});
});

async function output({ stdout }: { readonly stdout: AsyncIterable<unknown> }): Promise<string> {
	let text = "";
	for await (const chunk of stdout) text += String(chunk);
	return text;
}
