/**
 * Credentials from an STS elsewhere: a second Gatehouse that knows the first one's identity pools as any OIDC provider, asked over the
 * network; and a stand-in that answers what no Gatehouse would.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import {
	type CognitoIdentityClient,
	type Credentials,
	GetCredentialsForIdentityCommand,
	SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity";
import { ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createOutbound } from "../../src/adapters/outbound.ts";
import { createStsApi, type StsApi } from "../../src/adapters/sts-api.ts";
import { guestSessionPolicy } from "../../src/domain/identity-pools/guest-policy.ts";
import { allow, credentialsOf, type Directory, directoryOf, refused, trusts } from "../support/access.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { claimsOf, createPlace, createUser, signIn } from "../support/people.ts";
import { freePort } from "../support/ports.ts";

const notAssumable = [
	"InvalidIdentityPoolConfigurationException",
	"Invalid identity pool configuration. Check assigned IAM roles for this pool.",
];
const notAsked = ["ExternalServiceException", "The STS could not be asked."];

/** A Gatehouse whose tokens can be verified over the network, and an STS of its. */
async function startWith(endpoint: string): Promise<{ gatehouse: Gatehouse; tokenService: StsApi; client: CognitoIdentityClient }> {
	const port = await freePort();
	const tokenService = createStsApi(endpoint);
	const gatehouse = await startGatehouse({ config: { port, publicUrl: `http://127.0.0.1:${port}` }, ports: { tokenService } });
	return { gatehouse, tokenService, client: identityClient(gatehouse) };
}

const setRoles = (client: CognitoIdentityClient, IdentityPoolId: string, authenticated: string, unauthenticated = authenticated) =>
	client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated, unauthenticated } }));

const get = async (client: CognitoIdentityClient, IdentityId: string, Logins?: Record<string, string>): Promise<Credentials> => {
	const answer = await client.send(new GetCredentialsForIdentityCommand({ IdentityId, ...(Logins && { Logins }) }));
	ok(answer.Credentials);
	return answer.Credentials;
};

describe("an STS elsewhere", () => {
	const accountId = "111111111111";
	let elsewhere: Gatehouse;
	let directory: Directory;
	let here: Awaited<ReturnType<typeof startWith>>;
	let issuer: string;
	let poolId: string;
	let roles: { members: string; guests: string };
	const trustsPool = (amr: string, aud = poolId) =>
		trusts({ Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` }, "sts:AssumeRoleWithWebIdentity", {
			StringEquals: { [`${issuer}:aud`]: aud },
			"ForAnyValue:StringLike": { [`${issuer}:amr`]: amr },
		});
	const optionsOf = ({ AccessKeyId, SecretKey, SessionToken }: Credentials) => ({
		endpoint: elsewhere.url,
		region: "us-east-1",
		maxAttempts: 1,
		credentials: credentialsOf({ AccessKeyId, SecretAccessKey: SecretKey, SessionToken }),
	});
	const whoIs = async (credentials: Credentials) => {
		const sts = new STSClient(optionsOf(credentials));
		try {
			return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
		} finally {
			sts.destroy();
		}
	};
	const assumed = (name: string) => `arn:aws:sts::${accountId}:assumed-role/${name}/CognitoIdentityCredentials`;

	before(async () => {
		const outbound = createOutbound({ mayConnect: (address) => address === "127.0.0.1" });
		elsewhere = await startGatehouse({ config: { accountId }, ports: { outbound } });
		directory = directoryOf(elsewhere);
		here = await startWith(elsewhere.url);
		issuer = `${new URL(here.gatehouse.config.publicUrl).host}/identity`;
		poolId = await createIdentityPool(here.client, { DeveloperProviderName: "login.example.app" });
		await directory.iam("CreateOpenIDConnectProvider", { Url: `https://${issuer}`, ClientIDList: [poolId] });
		const permissions = [allow(["iam:GetRole", "cognito-idp:ListUserPools"])];
		roles = {
			members: await directory.role("members", [trustsPool("authenticated")], permissions),
			guests: await directory.role("guests", [trustsPool("unauthenticated")], permissions),
		};
	});
	beforeEach(() => setRoles(here.client, poolId, roles.members, roles.guests));
	after(async () => {
		here.client.destroy();
		here.tokenService.close();
		await here.gatehouse.stop();
		await elsewhere.stop();
	});

	test("gives members their role for an hour, and guests theirs, cut down, each proved by the pool's token alone", async () => {
		const { gatehouse, client } = here;
		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const name = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
		const identityPool = await createIdentityPool(client, {
			CognitoIdentityProviders: [{ ProviderName: name, ClientId: place.ClientId }],
		});
		await directory.iam("AddClientIDToOpenIDConnectProvider", {
			OpenIDConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/${issuer}`,
			ClientID: identityPool,
		});
		await setRoles(client, identityPool, await directory.role("ownMembers", [trustsPool("authenticated", identityPool)]));
		const Logins = { [name]: (await signIn(place, "ada")).IdToken };
		const members = await get(client, await getId(client, identityPool, Logins), Logins);
		equal(await whoIs(members), assumed("ownMembers"));
		ok(Math.abs((members.Expiration?.getTime() ?? 0) - elsewhere.clock.now() - 3600_000) < 10_000);

		const guest = await get(client, await getId(client, poolId));
		equal(await whoIs(guest), assumed("guests"));
		const users = elsewhere.clientOf(optionsOf(guest));
		await users.send(new ListUserPoolsCommand({ MaxResults: 1 }));
		const iam = new IAMClient(optionsOf(guest));
		const [code, message] = await refused(iam.send(new GetRoleCommand({ RoleName: "guests" })));
		iam.destroy();
		equal(code, "AccessDenied");
		match(message, /because no session policy allows the iam:GetRole action$/);
	});

	test("is obeyed where it refuses: a role that another pool or the other kind of identity may have, or that it does not know", async () => {
		const { client, gatehouse } = here;
		const guest = await getId(client, poolId);
		const other = await directory.role("otherPool", [trustsPool("unauthenticated", "us-east-1:00000000-0000-4000-8000-000000000000")]);
		for (const role of [roles.members, other, `arn:aws:iam::${accountId}:role/nowhere`]) {
			await setRoles(client, poolId, role);
			deepEqual(await refused(get(client, guest)), notAssumable, role);
			const line = gatehouse.logged.findLast((each) => each.includes("the STS gave no credentials: refused")) ?? "{}";
			const { level, reason, roleArn } = JSON.parse(line) as Record<string, string>;
			deepEqual([level, reason?.split(":")[0], roleArn], ["warn", "AccessDenied", role]);
		}
		// A pool that is no audience of the provider's.
		const stranger = await createIdentityPool(client);
		await setRoles(client, stranger, roles.guests);
		deepEqual(await refused(get(client, await getId(client, stranger))), notAssumable);
	});
});

test("what the STS is sent, and its failures: none of them is taken for a refusal, and no log line holds the token", async () => {
	let answer = { status: 200, body: "" };
	const asked: { request: IncomingMessage; form: URLSearchParams }[] = [];
	const server = createServer(async (request, response) => {
		const form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString());
		asked.push({ request, form });
		response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body.replace("TOKEN", form.get("WebIdentityToken") ?? ""));
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { gatehouse, tokenService, client } = await startWith(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	try {
		const RoleArn = "arn:minio:iam:::role/nOybJqMNzNmroqEKq5D0EUsRZw0";
		const poolId = await createIdentityPool(client);
		await setRoles(client, poolId, RoleArn);
		const guest = await getId(client, poolId);
		const wrap = (inner: string) =>
			`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>${inner}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
		const expiration = new Date(Math.floor(gatehouse.clock.now() / 1000 + 1800) * 1000);
		const keys = "<AccessKeyId>K</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>";
		answer.body = wrap(`<Credentials>${keys}<Expiration>${expiration.toISOString()}</Expiration></Credentials>`);
		deepEqual(await get(client, guest), { AccessKeyId: "K", SecretKey: "S", SessionToken: "T", Expiration: expiration });
		const [first] = asked;
		const { WebIdentityToken = "", ...sent } = Object.fromEntries(first?.form ?? []);
		deepEqual(sent, {
			Action: "AssumeRoleWithWebIdentity",
			Version: "2011-06-15",
			RoleArn,
			RoleSessionName: "CognitoIdentityCredentials",
			DurationSeconds: "3600",
			Policy: guestSessionPolicy,
		});
		equal(first?.request.headers.authorization, undefined);
		const { iss, sub, aud, amr } = claimsOf(WebIdentityToken);
		deepEqual([iss, sub, aud, amr], [`${gatehouse.config.publicUrl}/identity`, guest, poolId, ["unauthenticated"]]);

		const error = (Code: string, Message: string) =>
			`<ErrorResponse><Error><Type>Sender</Type><Code>${Code}</Code><Message>${Message}</Message></Error></ErrorResponse>`;
		for (const [status, body, expected] of [
			[400, error("InvalidIdentityToken", "not this one: TOKEN"), notAssumable],
			[403, error("AccessDenied", "Not authorized"), notAssumable],
			[400, error("PackedPolicyTooLarge", "too much"), notAssumable],
			[400, error("IDPCommunicationError", "no keys"), notAsked],
			[400, error("Throttling", "Rate exceeded"), notAsked],
			[503, error("ServiceUnavailable", "later"), notAsked],
			[200, wrap("<Credentials></Credentials>"), notAsked],
			[200, wrap(`<Credentials>${keys}</Credentials>`), notAsked],
			[200, "no xml", notAsked],
			[302, "", notAsked],
		] as const) {
			answer = { status, body };
			deepEqual(await refused(get(client, guest)), expected, `${status} ${body}`);
		}
		server.closeAllConnections();
		await once(server.close(), "close");
		deepEqual(await refused(get(client, guest)), notAsked);
		ok(asked.length === 11);
		for (const { form } of asked) ok(!gatehouse.logged.some((line) => line.includes(form.get("WebIdentityToken") ?? "")));
		ok(gatehouse.logged.some((line) => line.includes("not this one: (token)")));
	} finally {
		if (server.listening) server.close();
		client.destroy();
		tokenService.close();
		await gatehouse.stop();
	}
});
