/** Request quotas through the front door: on a clock that stands still until the test moves it, so that no bucket fills up in between. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CreateIdentityPoolCommand, GetIdCommand, GetOpenIdTokenCommand, ListIdentityPoolsCommand } from "@aws-sdk/client-cognito-identity";
import {
	CreateGroupCommand,
	GetClientTokenCommand,
	GetGroupCommand,
	GetUserCommand,
	ListUserPoolsCommand,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	SignUpCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { serviceModel } from "../../src/aws/model.ts";
import { requestQuotaDefaults } from "../../src/config/request-quotas.ts";
import { networkOf } from "../../src/http/quotas/network.ts";
import { operationsByCategory, operationsOfIdentityPools } from "../../src/http/quotas/operations.ts";
import { createKeyedBuckets } from "../../src/http/quotas/token-bucket.ts";
import { pages } from "../../src/pages/pages.ts";
import { quotaOfPage } from "../../src/pages/quotas.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { createLoginPlace } from "../support/managed-login.ts";
import { codeFor, createScopes, post, redeem, refresh, signInAtPage } from "../support/oauth.ts";
import { createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { outcomes, startLimited, tooMany, tryPassword, wrong } from "../support/quotas.ts";
import { createVisitor, textOf } from "../support/visitor.ts";

const callback = "https://app.example/callback";

/** Of names that nobody has yet. */
let strangers = 0;

describe("quotas of the API", () => {
	test("a category has so many requests a second, and comes back as time passes", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 4, UserCreation: 1 });
		const place = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
		assert.deepEqual(await outcomes(6, () => tryPassword(place)), [wrong, wrong, wrong, wrong, tooMany, tooMany]);
		gatehouse.pass(250);
		assert.deepEqual(await outcomes(2, () => tryPassword(place)), [wrong, tooMany]);
		gatehouse.pass(60_000);
		assert.deepEqual(await outcomes(5, () => tryPassword(place)), [wrong, wrong, wrong, wrong, tooMany]);
		// Another category has what it had.
		const signUp = () => {
			const input = { ClientId: place.ClientId, Username: `new-${++strangers}`, Password: password };
			return refusal(gatehouse.client.send(new SignUpCommand({ ...input, UserAttributes: [{ Name: "email", Value: "a@example.com" }] })));
		};
		assert.deepEqual(await outcomes(2, signUp), ["not refused", tooMany]);
		assert.deepEqual([await gatehouse.throttled("user_authentication"), await gatehouse.throttled("user_creation")], [4, 1]);
	});

	test("what is refused asks the store nothing, and answers 400 as the JSON services do", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 1, UserRead: 1 });
		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const { AccessToken } = await signIn(place, "ada");
		await gatehouse.client.send(new GetUserCommand({ AccessToken }));
		const cost = await gatehouse.cost(async () => {
			assert.equal(await tryPassword(place), tooMany);
			assert.equal(await refusal(gatehouse.client.send(new GetUserCommand({ AccessToken }))), tooMany);
		});
		assert.deepEqual(cost, { statements: 0, batches: 0, exponentiations: 0 });
		const body = JSON.stringify({ AccessToken });
		const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSCognitoIdentityProviderService.GetUser" };
		const response = await fetch(gatehouse.url, { method: "POST", headers, body });
		assert.equal(response.status, 400);
		assert.deepEqual(await response.json(), { __type: "TooManyRequestsException", message: "Rate exceeded" });
	});

	test("who only pretends to be somebody uses nothing up", async (t) => {
		const rootKey = { accessKeyId: "GATEHOUSEROOTKEY01", secretAccessKey: "a-secret-of-sixteen-and-more" };
		const gatehouse = await startLimited(t, { UserRead: 1, UserPoolRead: 1 }, { mode: "production", rootKey });
		const stranger = gatehouse.clientOf({ credentials: { accessKeyId: rootKey.accessKeyId, secretAccessKey: "guessed-and-guessed" } });
		const list = (client: typeof stranger) => refusal(client.send(new ListUserPoolsCommand({ MaxResults: 1 })));
		for (const outcome of await outcomes(3, () => list(stranger))) assert.match(outcome, /^InvalidSignatureException/);
		assert.deepEqual(await outcomes(2, () => list(gatehouse.client)), ["not refused", tooMany]);

		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const { AccessToken } = await signIn(place, "ada");
		const forged = `${AccessToken.slice(0, AccessToken.lastIndexOf("."))}.AAAA`;
		const read = (token: string) => refusal(gatehouse.client.send(new GetUserCommand({ AccessToken: token })));
		for (const outcome of await outcomes(3, () => read(forged))) assert.match(outcome, /^NotAuthorizedException/);
		assert.deepEqual(await outcomes(2, () => read(AccessToken)), ["not refused", tooMany]);
	});

	test("answers to challenges have three times the quota, and then that of sign-ins; new passwords count as recoveries", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 2, UserAccountRecovery: 1 });
		const place = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
		const answer = (ChallengeName: "SMS_MFA" | "NEW_PASSWORD_REQUIRED") => {
			const ChallengeResponses = { USERNAME: "ada", SMS_MFA_CODE: "123456", NEW_PASSWORD: password };
			const input = { ClientId: place.ClientId, ChallengeName, ChallengeResponses, Session: "x".repeat(32) };
			return refusal(gatehouse.client.send(new RespondToAuthChallengeCommand(input)));
		};
		const codes = await outcomes(7, () => answer("SMS_MFA"));
		assert.ok(codes.every((outcome) => outcome !== tooMany));
		assert.deepEqual(await outcomes(2, () => tryPassword(place)), [wrong, tooMany]);
		assert.equal(await answer("SMS_MFA"), tooMany);
		const passwords = await outcomes(2, () => answer("NEW_PASSWORD_REQUIRED"));
		assert.deepEqual([passwords[0] === tooMany, passwords[1] === tooMany], [false, true]);
		assert.equal(await gatehouse.throttled("challenge_response"), 1);
	});

	test("one operation on one pool has a quota of its own, which takes nothing from the other pools", async (t) => {
		const gatehouse = await startLimited(t, { SingleUserPool: 2, UserPoolResourceUpdate: 4 });
		const [one, other] = [await createPlace(gatehouse), await createPlace(gatehouse)];
		const create = ({ UserPoolId }: Place) =>
			refusal(gatehouse.client.send(new CreateGroupCommand({ UserPoolId, GroupName: `group-${++strangers}` })));
		assert.deepEqual(await outcomes(5, () => create(one)), ["not refused", "not refused", tooMany, tooMany, tooMany]);
		const read = new GetGroupCommand({ UserPoolId: one.UserPoolId, GroupName: "nobody" });
		assert.match(await refusal(gatehouse.client.send(read)), /^ResourceNotFoundException/);
		assert.deepEqual(await outcomes(2, () => create(other)), ["not refused", "not refused"]);
		assert.equal(await create(await createPlace(gatehouse)), tooMany);
		assert.deepEqual([await gatehouse.throttled("single_user_pool"), await gatehouse.throttled("user_pool_resource_update")], [3, 1]);
	});

	test("each operation of identity pools has its own", async (t) => {
		const gatehouse = await startLimited(t, { GetId: 2, GetOpenIdToken: 1 });
		const client = identityClient(gatehouse);
		t.after(() => client.destroy());
		const IdentityPoolId = await createIdentityPool(client);
		const IdentityId = await getId(client, IdentityPoolId);
		const guest = () => refusal(client.send(new GetIdCommand({ IdentityPoolId })));
		assert.deepEqual(await outcomes(2, guest), ["not refused", tooMany]);
		const token = () => refusal(client.send(new GetOpenIdTokenCommand({ IdentityId })));
		assert.deepEqual(await outcomes(2, token), ["not refused", tooMany]);
		assert.equal(await refusal(client.send(new ListIdentityPoolsCommand({ MaxResults: 1 }))), "not refused");
		assert.equal(await gatehouse.throttled("get_id"), 1);
		assert.equal(
			await refusal(client.send(new CreateIdentityPoolCommand({ IdentityPoolName: "b", AllowUnauthenticatedIdentities: true }))),
			"not refused",
		);
	});

	test("without limits there are none", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 1, DomainTotal: 1 }, { limits: false });
		const place = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
		assert.deepEqual(await outcomes(3, () => tryPassword(place)), [wrong, wrong, wrong]);
	});
});

describe("quotas of a domain", () => {
	const visit = (url: string, address?: string) =>
		fetch(url, { redirect: "manual", ...(address && { headers: { "x-forwarded-for": address } }) });
	const statuses = async (count: number, url: string, address?: string) =>
		(await outcomes(count, async () => String((await visit(url, address)).status))).join();

	test("an address has its own, and an IPv6 network of 64 bits is one address", async (t) => {
		const gatehouse = await startLimited(t, { DomainSourceIp: 2 }, { trustedProxies: ["127.0.0.1"] });
		const place = await createLoginPlace(gatehouse);
		const other = await createLoginPlace(gatehouse);
		const page = place.page("/login");
		assert.equal(await statuses(3, page, "198.51.100.1"), "200,200,429");
		assert.equal(await statuses(1, page, "198.51.100.2"), "200");
		assert.equal(await statuses(1, other.page("/login"), "198.51.100.1"), "200");
		assert.equal(await statuses(1, page, "2001:db8:0:1::1"), "200");
		assert.equal(await statuses(2, page, "2001:DB8:0:1:ffff::2"), "200,429");
		assert.equal(await statuses(1, page, "2001:db8:0:2::1"), "200");
		gatehouse.pass(1_000);
		assert.equal(await statuses(3, page, "198.51.100.1"), "200,200,429");
		assert.equal(await gatehouse.throttled("domain_source_ip"), 3);
	});

	test("an app client has its own, by the URL and at the token endpoint", async (t) => {
		const gatehouse = await startLimited(t, { DomainAppClient: 2 });
		const place = await createLoginPlace(gatehouse);
		const { ClientId } = await createClient(gatehouse, place.UserPoolId);
		const exchange = () => post(place, "/oauth2/token", { grant_type: "refresh_token", client_id: place.ClientId, refresh_token: "none" });
		assert.equal(await statuses(1, place.page("/login")), "200");
		assert.deepEqual((await exchange()).body, { error: "invalid_grant" });
		const { status, headers, body } = await exchange();
		assert.deepEqual([status, body], [429, { error: "server_error", error_description: "Rate exceeded" }]);
		assert.equal(headers.get("retry-after"), "1");
		assert.equal(await statuses(1, place.page("/login")), "429");
		assert.notEqual(await statuses(1, place.page("/login", { client_id: ClientId })), "429");
		const revoked = { client_id: place.ClientId, token: "none" };
		assert.equal((await post(place, "/oauth2/revoke", revoked)).status, 429);
		// The API is no part of the domain.
		assert.notEqual(await refusal(gatehouse.client.send(new RevokeTokenCommand({ ClientId: place.ClientId, Token: "none" }))), tooMany);
	});

	test("the whole domain has one, which files are no part of, and no other domain", async (t) => {
		const gatehouse = await startLimited(t, { DomainTotal: 3 });
		const place = await createLoginPlace(gatehouse);
		const other = await createLoginPlace(gatehouse);
		const page = await (await visit(place.page("/login"))).text();
		const file = /(?:href|src)="(\/[^"]*\/assets\/[^"]+\.css)"/.exec(page)?.[1] ?? "";
		assert.equal(await statuses(4, `${gatehouse.url}${file}`), "200,200,200,200");
		assert.equal(await statuses(4, `${place.base}/.well-known/jwks.json`), "200,200,200,200");
		assert.equal(await statuses(3, place.page("/login")), "200,200,429");
		assert.equal(await statuses(1, other.page("/login")), "200");
		const refused = await visit(place.page("/login"));
		assert.equal(await refused.text(), "Rate exceeded. Please try again in a moment.");
		assert.deepEqual([refused.headers.get("retry-after"), refused.headers.get("content-type")], ["1", "text/plain; charset=UTF-8"]);
		const endpoint = await visit(`${place.base}/oauth2/userInfo`);
		assert.deepEqual(await endpoint.json(), { error: "server_error", error_description: "Rate exceeded" });
		const cost = await gatehouse.cost(async () => assert.equal(await statuses(1, place.page("/login")), "429"));
		assert.equal(cost.statements, 0);
	});

	test("codes, refreshes and machines' tokens have three quotas", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 2, ClientAuthentication: 1 });
		const place = await createLoginPlace(gatehouse);
		await createUser(place, "ada");
		// One sign-in at the page: one of two is left.
		const visitor = await signInAtPage(place, "ada");
		const first = await redeem(place, await codeFor(place, visitor));
		assert.equal(first.status, 200);
		assert.equal((await redeem(place, await codeFor(place, visitor))).status, 200);
		assert.equal((await redeem(place, await codeFor(place, visitor))).status, 429);
		const again = () => refresh(place, String(first.body["refresh_token"]));
		assert.deepEqual([(await again()).status, (await again()).status], [200, 429]);
		assert.equal(await tryPassword(place), tooMany);

		const AllowedOAuthScopes = await createScopes(place, "things", "read");
		const machine = await createClient(gatehouse, place.UserPoolId, {
			GenerateSecret: true,
			ExplicitAuthFlows: [],
			AllowedOAuthFlowsUserPoolClient: true,
			AllowedOAuthFlows: ["client_credentials"],
			AllowedOAuthScopes,
		});
		const grant = (secret = machine.ClientSecret) =>
			post(place, "/oauth2/token", { grant_type: "client_credentials" }, `${machine.ClientId}:${secret}`);
		assert.equal((await grant("guessed")).status, 400);
		assert.deepEqual([(await grant()).status, (await grant()).status], [200, 429]);
		assert.equal(await gatehouse.throttled("code_redemption"), 1);
		// The operation that gives machines their tokens counts there too, and what is guessed counts for nothing.
		gatehouse.pass(1_000);
		const tokenOf = (Secret = machine.ClientSecret ?? "") =>
			refusal(gatehouse.client.send(new GetClientTokenCommand({ ClientId: machine.ClientId, Secret })));
		for (const outcome of await outcomes(2, () => tokenOf("guessed-and-guessed-again"))) assert.notEqual(outcome, tooMany);
		const tokens = await outcomes(2, tokenOf);
		assert.deepEqual([tokens[0] === tooMany, tokens[1]], [false, tooMany]);
		assert.equal((await grant()).status, 429);
	});

	test("a form that is one too many is shown again with what was typed, and forged ones count for nothing", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 1 });
		const place = await createLoginPlace(gatehouse);
		const visitor = createVisitor();
		const page = await visitor.open(place.page("/login"));
		const forged = { username: "ada", password: "Wrong-Password-1" };
		for (const status of await outcomes(3, async () => String((await visitor.post(place.page("/login"), forged)).status)))
			assert.equal(status, "403");
		const typed = { username: "ada.lovelace", password: "Wrong-Password-1" };
		assert.equal((await visitor.submit(page, typed, "/login")).status, 400);
		const refused = await visitor.submit(page, typed, "/login");
		assert.equal(refused.status, 429);
		assert.match(refused.html, /value="ada\.lovelace"/);
		assert.match(textOf(refused), /Something went wrong\. Please try again\./);
		assert.equal(await gatehouse.throttled("user_authentication"), 1);
	});

	test("strangers register so many clients a second at one pool", async (t) => {
		const gatehouse = await startLimited(t, { ClientRegistration: 1 });
		const place = await createLoginPlace(gatehouse);
		const other = await createLoginPlace(gatehouse);
		const DcrConfiguration = { EnableStatus: "Enabled", OpenDcrEnabled: true, OpenDcrGrantTypes: ["code"], AllowedScopes: ["openid"] };
		for (const { UserPoolId } of [place, other])
			await gatehouse.client.send(new UpdateUserPoolCommand({ UserPoolId, DcrConfiguration } as object as { UserPoolId: string }));
		const register = async ({ base }: { base: string }) => {
			const body = JSON.stringify({ redirect_uris: [callback], token_endpoint_auth_method: "none" });
			const response = await fetch(`${base}/oauth2/register`, { method: "POST", headers: { "content-type": "application/json" }, body });
			return String(response.status);
		};
		assert.deepEqual(await outcomes(2, () => register(place)), ["201", "429"]);
		assert.equal(await register(other), "201");
		gatehouse.pass(1_000);
		assert.equal(await register(place), "201");
	});
});

describe("what counts where", () => {
	/** Of the model, and in none of the guide's categories; but for GetClientToken, which counts once the secret is known to be right. */
	const without = [
		"AddUserPoolClientSecret",
		"AdminListUserSessions",
		"AdminRevokeUserSession",
		"CompleteWebAuthnRegistration",
		"CreateTerms",
		"CreateUserPoolReplica",
		"DeleteTerms",
		"DeleteUserPoolClientSecret",
		"DeleteUserPoolReplica",
		"DeleteWebAuthnCredential",
		"DescribeTerms",
		"DescribeTermsByClient",
		"GetClientToken",
		"GetLogDeliveryConfiguration",
		"GetUserAuthFactors",
		"GetUserPoolClientSessionConfiguration",
		"GetUserPoolSessionConfiguration",
		"ListTerms",
		"ListUserPoolClientSecrets",
		"ListUserPoolReplicas",
		"ListUserSessions",
		"ListWebAuthnCredentials",
		"RevokeUserSession",
		"SetLogDeliveryConfiguration",
		"SetUserPoolClientSessionConfiguration",
		"SetUserPoolSessionConfiguration",
		"StartWebAuthnRegistration",
		"UpdateTerms",
		"UpdateUserPoolReplica",
	];

	test("every operation of user pools is in one category, or is known to be in none", () => {
		const listed = Object.values(operationsByCategory).flat() as string[];
		assert.equal(new Set(listed).size, listed.length);
		const all = [...serviceModel("cognito-idp").operations.keys()];
		assert.deepEqual([...listed, ...without].sort(), all.sort());
	});

	test("every form of the login pages counts in one, but for that which registers a passkey", () => {
		const uncounted = pages.filter(({ path, post }) => post !== undefined && quotaOfPage[path] === undefined);
		assert.deepEqual(
			uncounted.map(({ path }) => path),
			["/passkeys/add"],
		);
		const paths = pages.map(({ path }) => path);
		assert.deepEqual(
			Object.keys(quotaOfPage).filter((path) => !paths.includes(path)),
			[],
		);
	});

	test("every operation of identity pools that has a quota is in the model", () => {
		const all = [...serviceModel("cognito-identity").operations.keys()];
		assert.deepEqual(
			operationsOfIdentityPools.filter((operation) => !all.includes(operation)),
			[],
		);
	});

	test("every quota is one that something counts in", () => {
		const counted = ["ClientAuthentication", "SingleUserPool", "ClientRegistration", "DomainSourceIp", "DomainAppClient", "DomainTotal"];
		assert.deepEqual(
			[...Object.keys(operationsByCategory), ...operationsOfIdentityPools, ...counted].sort(),
			Object.keys(requestQuotaDefaults).sort(),
		);
	});
});

describe("buckets by key", () => {
	test("are as many as they may be at most, and those that are full again go first", () => {
		const buckets = createKeyedBuckets(1, 100);
		for (let i = 0; i < 10_000; i++) assert.ok(buckets.take(`key-${i}`, i / 100));
		assert.equal(buckets.size, 100);
		assert.equal(buckets.take("key-9999", 100), false);
		assert.ok(buckets.take("another", 5_000));
		assert.equal(buckets.size, 1);
	});

	test("one that is asked for all the time stays, however many others come", () => {
		const buckets = createKeyedBuckets(1, 100);
		assert.ok(buckets.take("busy", 0));
		for (let i = 0; i < 10_000; i++) {
			buckets.take(`key-${i}`, 0);
			if (i % 50 === 0) assert.equal(buckets.take("busy", 0), false);
		}
	});

	test("a clock that goes back neither fills nor empties one", () => {
		const buckets = createKeyedBuckets(2, 100);
		assert.ok(buckets.take("key", 1_000));
		assert.ok(buckets.take("key", 0));
		assert.equal(buckets.take("key", 0), false);
	});
});

test("an address is its IPv4 address, or the first 64 bits of its IPv6 address in whatever spelling", () => {
	const rows: readonly (readonly [string | undefined, string])[] = [
		["198.51.100.1", "198.51.100.1"],
		["::ffff:198.51.100.1", "198.51.100.1"],
		["2001:db8::1", "2001:db8:0:0::/64"],
		["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8:0:0::/64"],
		["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
		["2001:db8:1:2::", "2001:db8:1:2::/64"],
		["::1", "0:0:0:0::/64"],
		["fe80::1%eth0", "fe80:0:0:0::/64"],
		[undefined, ""],
	];
	for (const [address, network] of rows) assert.equal(networkOf(address), network);
});
