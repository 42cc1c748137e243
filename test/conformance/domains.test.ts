/** User pool domains: the four operations, and which requests are for which pool. */
import assert from "node:assert/strict";
import { type IncomingHttpHeaders, request } from "node:http";
import { after, before, describe, test } from "node:test";
import {
	CreateUserPoolCommand,
	CreateUserPoolDomainCommand,
	DeleteUserPoolCommand,
	DeleteUserPoolDomainCommand,
	DescribeUserPoolCommand,
	DescribeUserPoolDomainCommand,
	ListUserPoolClientsCommand,
	ListUserPoolsCommand,
	StartWebAuthnRegistrationCommand,
	UpdateUserPoolCommand,
	UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { move, setUpMoves } from "../support/moves.ts";
import { createClient, createPlace, createUser, signIn } from "../support/people.ts";
import { createPool, outcomes, refuses } from "../support/user-pools.ts";

const { newInstallation, newFile } = setUpMoves();

const CertificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555";

for (const engine of engines) {
	describe(`domains (${engine})`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		const create = (UserPoolId: string, Domain: string, more: object = {}) =>
			gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ...more }));
		const describeDomain = async (Domain: string, client = gatehouse.client) =>
			(await client.send(new DescribeUserPoolDomainCommand({ Domain }))).DomainDescription;
		const drop = (UserPoolId: string, Domain: string) => gatehouse.client.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain }));

		test("a prefix domain is made, described, changed and deleted, and the pool says that it has it", async () => {
			const pool = await createPool(gatehouse);
			const { $metadata: _, ...created } = await create(pool, "first-one");
			assert.deepEqual(created, { ManagedLoginVersion: 1 });
			const { Version, ...described } = (await describeDomain("first-one")) ?? {};
			assert.match(Version ?? "", /^\d{14}$/);
			assert.deepEqual(described, {
				UserPoolId: pool,
				AWSAccountId: "000000000000",
				Domain: "first-one",
				CloudFrontDistribution: "localhost",
				Status: "ACTIVE",
				CustomDomainConfig: {},
				ManagedLoginVersion: 1,
			});
			await gatehouse.client.send(new UpdateUserPoolDomainCommand({ UserPoolId: pool, Domain: "first-one", ManagedLoginVersion: 2 }));
			assert.equal((await describeDomain("first-one"))?.ManagedLoginVersion, 2);
			await gatehouse.client.send(new UpdateUserPoolCommand({ UserPoolId: pool }));
			const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.equal(UserPool?.Domain, "first-one");
			await refuses(
				gatehouse.client.send(new DeleteUserPoolCommand({ UserPoolId: pool })),
				"InvalidParameterException",
				"User pool cannot be deleted. It has a domain configured that should be deleted first.",
			);
			await drop(pool, "first-one");
			assert.deepEqual(await describeDomain("first-one"), {});
			await refuses(drop(pool, "first-one"), "InvalidParameterException", "No such domain or user pool exists.");
			await gatehouse.client.send(new DeleteUserPoolCommand({ UserPoolId: pool }));
		});

		test("a custom domain stands beside a prefix, with its certificate's name", async () => {
			const pool = await createPool(gatehouse);
			await create(pool, "beside-custom");
			const { CloudFrontDomain } = await create(pool, "auth.shop.example", { CustomDomainConfig: { CertificateArn } });
			assert.equal(CloudFrontDomain, "localhost");
			assert.deepEqual((await describeDomain("auth.shop.example"))?.CustomDomainConfig, { CertificateArn });
			const other = CertificateArn.replace("1111", "9999");
			await gatehouse.client.send(
				new UpdateUserPoolDomainCommand({
					UserPoolId: pool,
					Domain: "auth.shop.example",
					CustomDomainConfig: { CertificateArn: other },
				}),
			);
			assert.deepEqual((await describeDomain("auth.shop.example"))?.CustomDomainConfig, { CertificateArn: other });
			const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.deepEqual([UserPool?.Domain, UserPool?.CustomDomain], ["beside-custom", "auth.shop.example"]);
			await drop(pool, "beside-custom");
			const { UserPool: after } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.deepEqual([after?.Domain, after?.CustomDomain], [undefined, "auth.shop.example"]);
		});

		test("names that are no domain's, reserved, or the server's own are refused", async () => {
			const pool = await createPool(gatehouse);
			for (const word of ["aws", "amazon", "cognito"])
				await refuses(create(pool, `my-${word}-app`), "InvalidParameterException", `Domain cannot contain reserved word: ${word}`);
			for (const name of ["Upper", "-dash", "dash-", "dot.ted", "under_score", "a".repeat(64), "é"])
				await refuses(create(pool, name), "InvalidParameterException", /^The domain name contains an invalid character\./);
			for (const name of [
				"single",
				"localhost",
				"x.auth.localhost",
				"auth.localhost",
				"192.0.2.1",
				"UPPER.example",
				"a..example",
				"a b.example",
			])
				await refuses(create(pool, name, { CustomDomainConfig: { CertificateArn } }), "InvalidParameterException");
			await refuses(create(pool, "version", { ManagedLoginVersion: 3 }), "InvalidParameterException");
			await refuses(create("us-east-1_Nobody000", "nobodys"), "ResourceNotFoundException");
			const lite = await createPool(gatehouse, { UserPoolTier: "LITE" });
			await refuses(create(lite, "lite", { ManagedLoginVersion: 2 }), "FeatureUnavailableInTierException");
			assert.deepEqual(await describeDomain("nobodys"), {});
		});

		test("a name is one pool's in all regions, a pool has one prefix, and another region sees nothing of it", async () => {
			const pool = await createPool(gatehouse);
			await create(pool, "taken-once");
			await refuses(create(pool, "a-second"), "InvalidParameterException", "User pool already has a domain configured.");
			const abroad = gatehouse.clientOf({ region: "eu-west-1" });
			const { UserPool } = await abroad.send(new CreateUserPoolCommand({ PoolName: "abroad" }));
			await refuses(
				abroad.send(new CreateUserPoolDomainCommand({ UserPoolId: UserPool?.Id, Domain: "taken-once" })),
				"InvalidParameterException",
				"Domain already associated with another user pool.",
			);
			assert.deepEqual(await describeDomain("taken-once", abroad), {});
			await refuses(drop(UserPool?.Id ?? "", "taken-once"), "ResourceNotFoundException");
			const another = await createPool(gatehouse);
			await refuses(drop(another, "taken-once"), "InvalidParameterException", "No such domain or user pool exists.");
			assert.equal((await describeDomain("taken-once"))?.UserPoolId, pool);
		});

		test("of those who race for a name one gets it, and of two names for one pool it keeps one", async () => {
			const pools = await Promise.all([createPool(gatehouse), createPool(gatehouse), createPool(gatehouse)]);
			assert.deepEqual(await outcomes(pools.map((pool) => create(pool, "raced"))), [
				"InvalidParameterException",
				"InvalidParameterException",
				"ok",
			]);
			const pool = await createPool(gatehouse);
			const names = ["left", "right"];
			assert.deepEqual(await outcomes(names.map((name) => create(pool, name))), ["InvalidParameterException", "ok"]);
			const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.deepEqual(
				await Promise.all(names.map(async (name) => (await describeDomain(name))?.UserPoolId)),
				names.map((name) => (name === UserPool?.Domain ? pool : undefined)),
			);
		});
	});
}

test("two nodes that race for a name agree who has it", async () => {
	const one = await startGatehouse({ engine: "postgres" });
	const two = await one.node();
	try {
		const pools = [await createPool(one), await createPool(one)];
		const race = pools.map((UserPoolId, i) =>
			(i === 0 ? one : two).client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "raced" })),
		);
		assert.deepEqual(await outcomes(race), ["InvalidParameterException", "ok"]);
		const owner = async (gatehouse: Gatehouse) =>
			(await gatehouse.client.send(new DescribeUserPoolDomainCommand({ Domain: "raced" }))).DomainDescription?.UserPoolId;
		assert.equal(await owner(one), await owner(two));
	} finally {
		await two.stop();
		await one.stop();
	}
});

test("a domain moves with its pool, and a pool under another id leaves it to the original", async (t) => {
	const source = await newInstallation("sqlite");
	const gatehouse = await startGatehouse({ config: source });
	t.after(() => gatehouse.stop());
	const pool = await createPool(gatehouse);
	const one = newFile();
	await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: "moving", ManagedLoginVersion: 2 }));
	await move(["export", one], source);
	const show = async (where: Gatehouse, UserPoolId: string) => {
		const { UserPool } = await where.client.send(new DescribeUserPoolCommand({ UserPoolId }));
		const { DomainDescription } = await where.client.send(new DescribeUserPoolDomainCommand({ Domain: "moving" }));
		return [UserPool?.Domain, DomainDescription?.UserPoolId, DomainDescription?.ManagedLoginVersion];
	};
	const target = await newInstallation("sqlite");
	await move(["import", one], target);
	await move(["import", one, "--as", "us-east-1_Another01"], target);
	const arrived = await startGatehouse({ config: target });
	t.after(() => arrived.stop());
	assert.deepEqual(await show(arrived, pool), ["moving", pool, 2]);
	assert.deepEqual(await show(arrived, "us-east-1_Another01"), [undefined, pool, 2]);
	const { status } = await ask(arrived, "/domains/moving/.well-known/openid-configuration");
	assert.equal(status, 200);
});

test("passkeys are for the pool's domain where the pool names no other relying party", async () => {
	const gatehouse = await startGatehouse({ config: { domainsByPath: false } });
	try {
		const place = await createPlace(gatehouse, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } });
		const { UserPoolId } = place;
		await createUser(place, "ada");
		const { AccessToken } = await signIn(place, "ada");
		const relyingParty = async () => {
			const started = await gatehouse.client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
			return (started.CredentialCreationOptions as { readonly rp: { readonly id: string } }).rp.id;
		};
		await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "keys" }));
		assert.equal(await relyingParty(), "keys.auth.localhost");
		const CustomDomainConfig = { CertificateArn };
		await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "login.keys.example", CustomDomainConfig }));
		assert.equal(await relyingParty(), "login.keys.example");
	} finally {
		await gatehouse.stop();
	}
});

describe("where domains are", () => {
	let gatehouse: Gatehouse;
	let pool: string;
	before(async () => {
		gatehouse = await startGatehouse();
		pool = await createPool(gatehouse);
		await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: "here" }));
	});
	after(() => gatehouse.stop());

	test("by the host, by a path in development, and nowhere else", async () => {
		const configuration = async (path: string, host?: string) => {
			const { status, body } = await ask(gatehouse, path, host);
			return status === 200 ? (JSON.parse(body) as { issuer: string }).issuer : status;
		};
		const issuer = `http://localhost:9400/${pool}`;
		const document = "/.well-known/openid-configuration";
		assert.equal(await configuration(`/domains/here${document}`), issuer);
		assert.equal(await configuration(document, "here.auth.localhost:9400"), issuer);
		assert.equal(await configuration(document, "HERE.AUTH.LOCALHOST"), issuer);
		assert.equal(await configuration(document, "nobody.auth.localhost"), 404);
		assert.equal(await configuration(`/domains/nobody${document}`), 404);
		assert.equal(await configuration(`/domains/here${document}`, "here.auth.localhost"), 404);
		assert.equal(await configuration(document, "a.here.auth.localhost"), 421);
		assert.equal(await configuration(document, "login.shop.example"), 421);
		await gatehouse.client.send(
			new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: "login.shop.example", CustomDomainConfig: { CertificateArn } }),
		);
		assert.equal(await configuration(document, "login.shop.example"), issuer);
		assert.equal(await configuration("/domains/login.shop.example/.well-known/openid-configuration"), 404);
		await gatehouse.client.send(new DeleteUserPoolDomainCommand({ UserPoolId: pool, Domain: "login.shop.example" }));
		assert.equal(await configuration(document, "login.shop.example"), 421);
	});

	test("a domain's host has nothing of the server's own: no API, no operations, no other pool's documents", async () => {
		for (const path of ["/_gatehouse/inbox", "/_gatehouse/ready", `/${pool}/.well-known/jwks.json`])
			assert.equal((await ask(gatehouse, path, "here.auth.localhost")).status, 404, path);
		const headers = { "x-amz-target": "AWSCognitoIdentityProviderService.ListUserPools", "content-type": "application/x-amz-json-1.1" };
		assert.notEqual((await ask(gatehouse, "/", "here.auth.localhost", "POST", headers)).status, 200);
	});

	test("discovery names the endpoints once there is a domain: the custom one before the prefix", async () => {
		const documentOf = async () => {
			const { body } = await ask(gatehouse, `/${pool}/.well-known/openid-configuration`);
			return JSON.parse(body) as Record<string, unknown>;
		};
		const base = "http://localhost:9400/domains/here";
		const { issuer, jwks_uri, ...document } = await documentOf();
		assert.deepEqual([issuer, jwks_uri], [`http://localhost:9400/${pool}`, `http://localhost:9400/${pool}/.well-known/jwks.json`]);
		assert.deepEqual(document, {
			authorization_endpoint: `${base}/oauth2/authorize`,
			authorization_response_iss_parameter_supported: true,
			code_challenge_methods_supported: ["S256"],
			end_session_endpoint: `${base}/logout`,
			id_token_signing_alg_values_supported: ["RS256"],
			request_uri_parameter_supported: false,
			response_types_supported: ["code", "token"],
			revocation_endpoint: `${base}/oauth2/revoke`,
			scopes_supported: ["openid", "email", "phone", "profile"],
			subject_types_supported: ["public"],
			token_endpoint: `${base}/oauth2/token`,
			token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
			userinfo_endpoint: `${base}/oauth2/userInfo`,
		});
		await gatehouse.client.send(
			new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: "id.shop.example", CustomDomainConfig: { CertificateArn } }),
		);
		assert.equal((await documentOf())["token_endpoint"], "https://id.shop.example/oauth2/token");
		await gatehouse.client.send(new DeleteUserPoolDomainCommand({ UserPoolId: pool, Domain: "id.shop.example" }));
	});

	test("with a suffix or in production a prefix domain is its host, and production has no path form", async () => {
		const suffixed = await startGatehouse({ config: { domainsByPath: false, domainSuffix: "login.localhost" } });
		const production = await startGatehouse({
			config: {
				mode: "production",
				rootKey: { accessKeyId: "ROOTROOTROOTROOT", secretAccessKey: "a-secret-of-the-root-key" },
				domainsByPath: false,
				publicUrl: "https://id.example.com",
				domainSuffix: "auth.example.com",
				trustedProxies: ["127.0.0.1"],
			},
		});
		try {
			for (const [server, host, expected] of [
				[suffixed, "there.login.localhost:9400", "http://there.login.localhost:9400/oauth2/token"],
				[production, "there.auth.example.com", "https://there.auth.example.com/oauth2/token"],
			] as const) {
				const id = await createPool(server);
				await server.client.send(new CreateUserPoolDomainCommand({ UserPoolId: id, Domain: "there" }));
				const { body } = await ask(server, "/.well-known/openid-configuration", host);
				assert.equal((JSON.parse(body) as Record<string, unknown>)["token_endpoint"], expected);
			}
			// Over TLS, by the proxy's word: cookies that no other host can set, and browsers that come back over TLS alone.
			const { UserPoolClients } = await production.client.send(new ListUserPoolsCommand({ MaxResults: 1 })).then(async ({ UserPools }) => {
				const UserPoolId = UserPools?.[0]?.Id ?? "";
				await createClient(production, UserPoolId, {
					AllowedOAuthFlowsUserPoolClient: true,
					AllowedOAuthFlows: ["code"],
					AllowedOAuthScopes: ["openid"],
					CallbackURLs: ["https://app.example/cb"],
					SupportedIdentityProviders: ["COGNITO"],
				});
				return production.client.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 1 }));
			});
			const query = new URLSearchParams({
				client_id: UserPoolClients?.[0]?.ClientId ?? "",
				redirect_uri: "https://app.example/cb",
				response_type: "code",
			});
			for (const [protocol, prefix] of [
				["https", "__Host-gatehouse-"],
				["http", "gatehouse-"],
			] as const) {
				const { status, headers } = await ask(production, `/login?${query}`, "there.auth.example.com", "GET", {
					"x-forwarded-proto": protocol,
				});
				const cookies = headers["set-cookie"] ?? [];
				assert.equal(status, 200);
				assert.ok(cookies.length > 0);
				for (const cookie of cookies) {
					assert.ok(cookie.startsWith(prefix), cookie);
					assert.match(cookie, /; Path=\/;.*HttpOnly.*SameSite=Lax/i);
					assert.equal(/; Secure/i.test(cookie), protocol === "https", cookie);
					assert.equal(/; Domain=/i.test(cookie), false);
				}
				const token = await ask(production, "/oauth2/token", "there.auth.example.com", "POST", { "x-forwarded-proto": protocol });
				for (const sent of [token.headers, headers])
					assert.equal(sent["strict-transport-security"], protocol === "https" ? "max-age=31536000 ; includeSubDomains" : undefined);
			}
			assert.equal((await ask(production, "/domains/there/.well-known/openid-configuration")).status, 404);
		} finally {
			await suffixed.stop();
			await production.stop();
		}
	});
});

/** A request with a Host of its own, which fetch does not let one set. */
function ask(
	{ url }: Gatehouse,
	path: string,
	host?: string,
	method = "GET",
	headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> {
	return new Promise((resolve, reject) => {
		const asked = request(`${url}${path}`, { method, headers: { ...headers, ...(host !== undefined && { host }) } }, (response) => {
			let body = "";
			response.setEncoding("utf8").on("data", (part: string) => {
				body += part;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
		});
		asked.on("error", reject);
		asked.end();
	});
}
