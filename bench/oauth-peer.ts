/**
 * oidc-provider, a server of OpenID Connect that is known for its speed, as the benchmark's peer: its memory adapter, and access tokens
 * that are JWTs by RS256. Takes what `createPeer` passes, writes its port, then serves until it is ended.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

const [id = "", secret = "", scope = "", resource = "", issuer = ""] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(issuer, {
	clients: [
		{
			client_id: id,
			client_secret: secret,
			grant_types: ["client_credentials"],
			redirect_uris: [],
			response_types: [],
			token_endpoint_auth_method: "client_secret_basic",
		},
	],
	jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "peer", alg: "RS256", use: "sig" }] },
	cookies: { keys: ["of-no-matter-here"] },
	scopes: [scope],
	features: {
		devInteractions: { enabled: false },
		clientCredentials: { enabled: true },
		resourceIndicators: {
			enabled: true,
			getResourceServerInfo: () => ({
				scope,
				audience: resource,
				accessTokenTTL: 3600,
				accessTokenFormat: "jwt",
				jwt: { sign: { alg: "RS256" } },
			}),
		},
	},
});
const server = createServer(provider.callback());
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
