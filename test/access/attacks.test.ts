/** Ways around IAM and STS that were tried, and what stops each. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	ListUserPoolsCommand,
	TagResourceCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
	AssumeRoleCommand,
	AssumeRoleWithWebIdentityCommand,
	GetCallerIdentityCommand,
	GetFederationTokenCommand,
	STSClient,
} from "@aws-sdk/client-sts";
import { rightsOf } from "../../src/access-proxy/dynamodb/rights.ts";
import { createOutbound } from "../../src/adapters/outbound.ts";
import { serviceModel } from "../../src/aws/model.ts";
import { sign } from "../../src/crypto/sigv4-sign.ts";
import {
	account,
	allow,
	type Credentials,
	credentialsOf,
	type Directory,
	deny,
	directoryOf,
	policy,
	refused,
	trusts,
} from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { makeToken, startProvider, strangersKey, unsigned } from "../support/identity-pools.ts";
import { queryClient } from "../support/query-client.ts";

const web = "sts:AssumeRoleWithWebIdentity";
const rootKey = { accessKeyId: "AKIAROOT000000000000", secretAccessKey: "root-secret-access-key-of-this-test-only" };

for (const engine of engines) {
	describe(`attacks on IAM and STS (${engine})`, () => {
		let gatehouse: Gatehouse;
		let directory: Directory;
		let mine: string;
		let other: string;
		const clients: { destroy(): void }[] = [];
		const poolArn = (id: string) => `arn:aws:cognito-idp:us-east-1:${account}:userpool/${id}`;
		const stsOf = (credentials: Credentials) => {
			const client = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			clients.push(client);
			return client;
		};
		const describePool = (credentials: Credentials, UserPoolId: string) =>
			gatehouse.clientOf({ credentials }).send(new DescribeUserPoolCommand({ UserPoolId }));
		const createPool = async (team: string) =>
			(await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "p", UserPoolTags: { team } }))).UserPool?.Id ?? "";
		const query = async (form: string, more: object = {}) => {
			const headers = { "content-type": "application/x-www-form-urlencoded" };
			const answer = await fetch(gatehouse.url, { method: "POST", headers, body: form, ...more });
			return { status: answer.status, text: await answer.text() };
		};
		before(async () => {
			gatehouse = await startGatehouse({
				engine,
				config: { mode: "production", rootKey },
			});
			directory = directoryOf(gatehouse);
			mine = await createPool("blue");
			other = await createPool("red");
		});
		after(async () => {
			for (const client of clients) client.destroy();
			await gatehouse.stop();
		});

		test("who may federate may not tag the session without sts:TagSession", async () => {
			const byTeam = allow("cognito-idp:*", "*", { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } });
			const federate = (key: Credentials, team: string) =>
				stsOf(key).send(new GetFederationTokenCommand({ Name: "fed", Policy: policy(allow("*")), Tags: [{ Key: "team", Value: team }] }));
			const key = await directory.user("federator", [byTeam, allow("sts:GetFederationToken")]);
			const [code, text] = await refused(federate(key, "red"));
			equal(code, "AccessDenied");
			match(text, /not authorized to perform: sts:TagSession on resource: arn:aws:sts::000000000000:federated-user\/fed because/);
			await stsOf(key).send(new GetFederationTokenCommand({ Name: "fed" }));
			const bound = allow("sts:TagSession", "*", { StringEquals: { "aws:RequestTag/team": "blue" } });
			const tagger = await directory.user("tagger", [byTeam, allow("sts:GetFederationToken"), bound]);
			equal((await refused(federate(tagger, "red")))[0], "AccessDenied");
			const session = credentialsOf((await federate(tagger, "blue")).Credentials);
			await describePool(session, mine);
			equal((await refused(describePool(session, other)))[0], "AccessDeniedException");
		});

		test("a chain of roles does not carry tags or a source identity to a role that lets nobody set them", async () => {
			const key = await directory.user("chained", [allow("sts:*")]);
			const all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
			const role = (name: string, actions: string[]) => directory.role(name, [trusts({ AWS: account }, actions)], [allow("sts:*")]);
			const [first, plain, open] = [
				await role("chain-1", all),
				await role("chain-plain", ["sts:AssumeRole"]),
				await role("chain-open", all),
			];
			const assume = async (who: Credentials, RoleArn: string, more: object = {}) =>
				credentialsOf((await stsOf(who).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session", ...more }))).Credentials);
			await assume(await assume(key, first), plain);
			const named = await assume(key, first, { SourceIdentity: "ursula" });
			match((await refused(assume(named, plain)))[1], /not authorized to perform: sts:SetSourceIdentity on resource/);
			await assume(named, open);
			const Tags = [{ Key: "team", Value: "blue" }];
			await assume(await assume(key, first, { Tags }), plain);
			const tagged = await assume(key, first, { Tags, TransitiveTagKeys: ["team"] });
			match((await refused(assume(tagged, plain)))[1], /not authorized to perform: sts:TagSession on resource/);
			await assume(tagged, open);
		});

		test("a session tag stands in the place of the role's, in whatever case it is written", async () => {
			const key = await directory.user("cased", [allow(["sts:AssumeRole", "sts:TagSession"])]);
			const byTeam = allow("cognito-idp:*", "*", { StringEquals: { "aws:PrincipalTag/team": "blue" } });
			const trust = trusts({ AWS: account }, ["sts:AssumeRole", "sts:TagSession"]);
			const RoleArn = await directory.role("cased", [trust], [byTeam], { Tags: [{ Key: "Team", Value: "blue" }] });
			const assume = async (Tags: { Key: string; Value: string }[]) =>
				credentialsOf((await stsOf(key).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session", Tags }))).Credentials);
			await describePool(await assume([]), mine);
			equal((await refused(describePool(await assume([{ Key: "tEAM", Value: "red" }]), mine)))[0], "AccessDeniedException");
		});

		test("a role for any identity pool can be neither made nor made of another", async () => {
			const federated = { Federated: "cognito-identity.amazonaws.com" };
			const aud = { "cognito-identity.amazonaws.com:aud": "us-east-1:00000000-0000-0000-0000-000000000000" };
			const open = [
				trusts(federated, web),
				trusts(federated, web, { "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } }),
				trusts(federated, web, { StringNotEquals: aud }),
				trusts(federated, web, { StringEqualsIfExists: aud }),
				trusts(federated, web, { Null: { "cognito-identity.amazonaws.com:aud": "false" } }),
			];
			const good = trusts(federated, web, { StringLike: { "Cognito-Identity.amazonaws.com:AUD": "us-east-1:0000*" } });
			for (const [i, statement] of open.entries()) {
				equal((await refused(directory.role(`open${i}`, [statement])))[0], "MalformedPolicyDocument", JSON.stringify(statement));
				equal((await refused(directory.role(`open${i}`, [good, statement])))[0], "MalformedPolicyDocument");
			}
			await directory.role("closed", [good, { ...open[0], Effect: "Deny" }]);
			const PolicyDocument = policy(trusts(federated, web));
			const change = directory.iam("UpdateAssumeRolePolicy", { RoleName: "closed", PolicyDocument });
			equal((await refused(change))[0], "MalformedPolicyDocument");
		});

		test("who may give policies to bounded users alone may give none to others, nor take the boundary away", async () => {
			const { iam } = directory;
			const { Policy } = await iam("CreatePolicy", { PolicyName: "fence", PolicyDocument: policy(allow("cognito-idp:*")) });
			const PermissionsBoundary = Policy?.Arn ?? "";
			const fenced = { StringEquals: { "iam:PermissionsBoundary": PermissionsBoundary } };
			const key = await directory.user("delegate", [
				allow(["iam:CreateUser", "iam:PutUserPolicy", "iam:PutUserPermissionsBoundary", "iam:DeleteUserPermissionsBoundary"]),
				deny(["iam:CreateUser", "iam:PutUserPolicy"], "*", { StringNotEquals: { "iam:PermissionsBoundary": PermissionsBoundary } }),
				deny("iam:DeleteUserPermissionsBoundary", "*", fenced),
			]);
			const delegate = queryClient("iam", gatehouse.url, key);
			const put = (UserName: string) => delegate("PutUserPolicy", { UserName, PolicyName: "p", PolicyDocument: policy(allow("*")) });
			equal((await refused(delegate("CreateUser", { UserName: "free" })))[0], "AccessDenied");
			await delegate("CreateUser", { UserName: "fenced", PermissionsBoundary });
			await put("fenced");
			equal((await refused(put("delegate")))[0], "AccessDenied");
			equal((await refused(delegate("DeleteUserPermissionsBoundary", { UserName: "FENCED" })))[0], "AccessDenied");
		});

		test("tokens that anybody can write are refused, whatever stands in them", async () => {
			const RoleArn = `arn:aws:iam::${account}:role/any`;
			const ask = (WebIdentityToken: string) =>
				query(
					new URLSearchParams({
						Action: "AssumeRoleWithWebIdentity",
						Version: "2011-06-15",
						RoleArn,
						RoleSessionName: "web",
						WebIdentityToken,
					}).toString(),
				);
			const claims = { sub: "s", aud: "a", exp: 9e9 };
			const issuers = [
				"https://idp.example/\0",
				`https://idp.example/${"a".repeat(5000)}`,
				"https://\ud800",
				"https://[",
				"javascript:x",
				7,
				null,
				["x"],
				{},
			];
			for (const iss of issuers) {
				const answer = await ask(makeToken(strangersKey(), { kid: "k" }, { ...claims, iss }));
				equal(answer.status, 400, `${iss}: ${answer.text}`);
				match(answer.text, /<Code>InvalidIdentityToken<\/Code>/);
			}
			const own = { ...claims, iss: "http://localhost:9400" };
			for (const kid of ["__proto__", "constructor", "\0", "x".repeat(3000)]) {
				equal((await ask(makeToken(strangersKey(), { alg: "RS512", kid }, own))).status, 400, kid);
			}
			equal((await ask(unsigned(makeToken(strangersKey(), {}, own)))).status, 400);
			const deep = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
			const part = (text: string) => Buffer.from(text).toString("base64url");
			equal((await ask(`${part('{"alg":"RS256","kid":"k"}')}.${part(`{"iss":"https://idp.example","aud":${deep}}`)}.AA`)).status, 400);
		});

		test("odd forms are refused, and nothing but the model's members is read", async () => {
			const { version = "" } = serviceModel("sts");
			const start = `Action=AssumeRoleWithWebIdentity&Version=${version}`;
			const forms = [
				start,
				`${start}&__proto__.x=1&constructor.prototype.y=2&toString=3`,
				`${start}&PolicyArns.member.__proto__.arn=x&PolicyArns.member.1e3.arn=x`,
				`${start}&${"a.".repeat(40)}=1`,
				`${start}&PolicyArns.member.1=x&PolicyArns=y&PolicyArns.member.999999999.arn=z`,
				`${start}${"&PolicyArns.member.1.arn=x".repeat(4000)}`,
				`${start}${"&x".repeat(5000)}`,
				`Action=__proto__&Version=${version}`,
				`Action=constructor&Version=${version}`,
				`Action=GetCallerIdentity&Version=constructor`,
				`Action=ListRoles&Version=${serviceModel("iam").version}`,
				`Action=AssumeRole&Version=${version}`,
				"%ff%fe=%00&=&&&",
			];
			for (const form of forms) {
				const { status, text } = await query(form);
				ok(status >= 400 && status < 500, `${form.slice(0, 80)}: ${status} ${text}`);
			}
		});

		test("a signature for one service opens no other", async () => {
			const body = Buffer.from(`Action=GetCallerIdentity&Version=${serviceModel("sts").version}`);
			const call = async (service: "iam" | "sts") => {
				const headers: [string, string][] = [
					["host", new URL(gatehouse.url).host],
					["content-type", "application/x-www-form-urlencoded"],
				];
				const signed = sign({ method: "POST", target: "/", headers, body }, rootKey, {
					service,
					region: "us-east-1",
					now: gatehouse.clock.now(),
				});
				const sent = Object.fromEntries([...headers, ...signed].filter(([name]) => name !== "host"));
				return query(body.toString(), { headers: sent });
			};
			equal((await call("sts")).status, 200);
			match((await call("iam")).text, /SignatureDoesNotMatch.*correct service: &#39;sts&#39;/s);
		});

		test("a key that is inactive, deleted, or of who is deleted ends at once, and so do the sessions that it began", async () => {
			const { iam } = directory;
			const key = await directory.user("leaver", [allow("*")]);
			const RoleArn = await directory.role("left", [trusts({ AWS: account })], [allow("*")]);
			const session = credentialsOf((await stsOf(key).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" }))).Credentials);
			const fed = credentialsOf(
				(await stsOf(key).send(new GetFederationTokenCommand({ Name: "fed", Policy: policy(allow("*")) }))).Credentials,
			);
			const who = async (credentials: Credentials) => (await refused(stsOf(credentials).send(new GetCallerIdentityCommand({}))))[0];
			await describePool(session, mine);
			await describePool(fed, mine);
			// The pieces of two credentials make no third.
			equal(await who({ ...session, sessionToken: fed.sessionToken ?? "" }), "InvalidClientTokenId");
			equal(await who({ ...key, sessionToken: fed.sessionToken ?? "" }), "InvalidClientTokenId");
			equal(await who({ accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }), "InvalidClientTokenId");
			const ids = { UserName: "leaver", AccessKeyId: key.accessKeyId };
			await iam("UpdateAccessKey", { ...ids, Status: "Inactive" });
			equal(await who(key), "InvalidClientTokenId");
			await iam("DeleteAccessKey", ids);
			await iam("DeleteUserPolicy", { UserName: "leaver", PolicyName: "p" });
			await iam("DeleteUser", { UserName: "leaver" });
			equal(await who(fed), "InvalidClientTokenId");
			await directory.user("leaver", [allow("*")]);
			equal(await who(fed), "InvalidClientTokenId");
			await iam("DeleteRolePolicy", { RoleName: "left", PolicyName: "p" });
			await iam("DeleteRole", { RoleName: "left" });
			await directory.role("left", [trusts({ AWS: account })], [allow("*")]);
			equal(await who(session), "InvalidClientTokenId");
		});

		test("wildcards, other accounts and paths in what a request names match no policy by themselves", async () => {
			const key = await directory.user("narrow", [
				allow("cognito-idp:*", poolArn(mine)),
				allow("iam:*", `arn:aws:iam::${account}:user/team/*`),
			]);
			const tag = (ResourceArn: string) =>
				gatehouse.clientOf({ credentials: key }).send(new TagResourceCommand({ ResourceArn, Tags: { a: "b" } }));
			await tag(poolArn(mine));
			const arns = [
				poolArn(other),
				poolArn(`${mine}/../${other}`),
				poolArn("*"),
				poolArn(mine).replace(account, "111111111111"),
				`${poolArn(mine)}/${other}`,
			];
			for (const arn of arns) ok(["AccessDeniedException", "InvalidParameterException"].includes((await refused(tag(arn)))[0]), arn);
			equal(
				(await refused(gatehouse.clientOf({ credentials: key }).send(new ListUserPoolsCommand({ MaxResults: 1 }))))[0],
				"AccessDeniedException",
			);
			const iam = queryClient("iam", gatehouse.url, key);
			await iam("CreateUser", { UserName: "inside", Path: "/team/" });
			equal((await refused(iam("CreateUser", { UserName: "outside" })))[0], "AccessDenied");
			equal((await refused(iam("UpdateUser", { UserName: "inside", NewPath: "/" })))[0], "AccessDenied");
			// The path of a request is nothing where the user has one.
			equal(
				(await refused(iam("PutUserPolicy", { UserName: "Narrow", PolicyName: "p", PolicyDocument: policy(allow("*")) })))[0],
				"AccessDenied",
			);
		});
	});
}

test("in development STS reaches an OpenID provider beside the server, as identity pools do", async () => {
	const provider = await startProvider();
	const gatehouse = await startGatehouse({ ports: { operatorOutbound: createOutbound({ mayConnect: () => true }) } });
	const sts = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", credentials: { accessKeyId: "any", secretAccessKey: "any" } });
	try {
		const directory = directoryOf(gatehouse);
		await directory.iam("CreateOpenIDConnectProvider", { Url: provider.url, ClientIDList: ["app"] });
		const RoleArn = await directory.role("local", [trusts({ Federated: `arn:aws:iam::${account}:oidc-provider/${provider.name}` }, web)]);
		const WebIdentityToken = provider.token(gatehouse.clock.now(), { sub: "ada", aud: "app" });
		const answer = await sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "web", WebIdentityToken }));
		deepEqual([answer.SubjectFromWebIdentityToken, answer.Audience], ["ada", "app"]);
	} finally {
		sts.destroy();
		await gatehouse.stop();
		await provider.stop();
	}
});

test("tags of an OpenID provider's token have one value each, in whatever case their keys are written", async () => {
	const provider = await startProvider();
	const gatehouse = await startGatehouse({ ports: { operatorOutbound: createOutbound({ mayConnect: () => true }) } });
	const credentials = { accessKeyId: "any", secretAccessKey: "any" };
	const sts = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
	try {
		const directory = directoryOf(gatehouse);
		await directory.iam("CreateOpenIDConnectProvider", { Url: provider.url, ClientIDList: ["app"] });
		const Federated = `arn:aws:iam::${account}:oidc-provider/${provider.name}`;
		const blue = { StringEquals: { "aws:RequestTag/team": "blue" } };
		const RoleArn = await directory.role("teams", [trusts({ Federated }, web), trusts({ Federated }, "sts:TagSession", blue)]);
		const assume = (principal_tags: object) => {
			const claims = { sub: "ada", aud: "app", "https://aws.amazon.com/tags": { principal_tags } };
			const WebIdentityToken = provider.token(gatehouse.clock.now(), claims);
			return sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "web", WebIdentityToken }));
		};
		await assume({ team: ["blue"] });
		equal((await refused(assume({ team: ["red"] })))[0], "AccessDenied");
		equal((await refused(assume({ team: ["blue", "red"] })))[0], "AccessDenied");
		deepEqual(await refused(assume({ team: ["blue"], Team: ["red"] })), [
			"InvalidParameterValue",
			"Duplicate tag keys found. Please note that Tag keys are case insensitive.",
		]);
	} finally {
		sts.destroy();
		await gatehouse.stop();
		await provider.stop();
	}
});

test("of several items that are wrong the first is refused, and none is left to end the process", async () => {
	const unhandled: unknown[] = [];
	const note = (error: unknown) => unhandled.push(error);
	process.on("unhandledRejection", note);
	try {
		const schema = async () => {
			throw new Error("the upstream can't be asked");
		};
		const place = { tableArns: "arn:aws:dynamodb:us-east-1:0:table/", schema };
		const [key, put] = [{ id: { S: "a" } }, { PutRequest: { Item: { id: { S: "a" } } } }];
		const wrong = [
			["BatchWriteItem", "batchWrite", { RequestItems: { scores: [put], games: [7] } }],
			["BatchGetItem", "batchGet", { RequestItems: { scores: { Keys: [key] }, games: 7 } }],
			["TransactGetItems", "transactGet", { TransactItems: [{ Get: { TableName: "scores", Key: key } }, 7] }],
			["TransactWriteItems", "transactWrite", { TransactItems: [{ Delete: { TableName: "scores", Key: key } }, {}] }],
		] as const;
		for (const [name, kind, input] of wrong) await refused(rightsOf(name, { kind, members: [] }, input, place));
		await new Promise((resolve) => setImmediate(resolve));
		deepEqual(unhandled, []);
	} finally {
		process.off("unhandledRejection", note);
	}
});
