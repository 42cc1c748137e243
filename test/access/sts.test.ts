/** STS through AWS's own client: who gets which temporary credentials, for how long, and what they say of their holder. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CognitoIdentityClient, GetOpenIdTokenCommand, UpdateIdentityPoolCommand } from "@aws-sdk/client-cognito-identity";
import {
	AssumeRoleCommand,
	type AssumeRoleCommandInput,
	AssumeRoleWithWebIdentityCommand,
	DecodeAuthorizationMessageCommand,
	GetAccessKeyInfoCommand,
	GetCallerIdentityCommand,
	GetFederationTokenCommand,
	GetSessionTokenCommand,
	STSClient,
} from "@aws-sdk/client-sts";
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
import { createIdentityPool, getId } from "../support/identity-pools.ts";
import { createPlace, createUser, signIn } from "../support/people.ts";

const hour = 3600_000;
const issuer = "localhost:9400";

for (const engine of engines) {
	describe(`STS (${engine})`, () => {
		let gatehouse: Gatehouse;
		let directory: Directory;
		const clients: { destroy(): void }[] = [];
		const stsOf = (credentials?: Credentials) => {
			const options = { endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1 };
			const sts = new STSClient({
				...options,
				credentials: credentials ?? { accessKeyId: "any", secretAccessKey: "any" },
				// Signed at the test's time.
				systemClockOffset: gatehouse.clock.now() - Date.now(),
			});
			clients.push(sts);
			return sts;
		};
		const callerOf = (credentials: Credentials) => stsOf(credentials).send(new GetCallerIdentityCommand({}));
		const assume = (credentials: Credentials | undefined, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) =>
			stsOf(credentials).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "work", ...more }));
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			directory = directoryOf(gatehouse);
		});
		after(async () => {
			for (const client of clients) client.destroy();
			await gatehouse.stop();
		});

		test("a user's key says who it is, and a wrong secret, a deleted key and an inactive one do not", async () => {
			const key = await directory.user("who");
			const { Arn, UserId, Account } = await callerOf(key);
			equal(Arn, `arn:aws:iam::${account}:user/who`);
			match(UserId ?? "", /^AIDA/);
			equal(Account, account);
			equal((await refused(callerOf({ ...key, secretAccessKey: "wrong" })))[0], "SignatureDoesNotMatch");
			const invalid = ["InvalidClientTokenId", "The security token included in the request is invalid."];
			const change = { UserName: "who", AccessKeyId: key.accessKeyId };
			await directory.iam("UpdateAccessKey", { ...change, Status: "Inactive" });
			deepEqual(await refused(callerOf(key)), invalid);
			await directory.iam("UpdateAccessKey", { ...change, Status: "Active" });
			await callerOf(key);
			// It is never taken for a key of nobody's, which would be the administrator here.
			await directory.iam("DeleteAccessKey", change);
			deepEqual(await refused(callerOf(key)), invalid);
		});

		test("AssumeRole gives a role to whom its trust policy names, or to whose policies allow it where the account is named", async () => {
			const named = await directory.user("named");
			const allowed = await directory.user("allowed", [allow("sts:AssumeRole", `arn:aws:iam::${account}:role/byAccount`)]);
			const stranger = await directory.user("stranger");
			const byUser = await directory.role("byUser", [trusts({ AWS: `arn:aws:iam::${account}:user/named` })]);
			const byAccount = await directory.role("byAccount", [trusts({ AWS: account })]);
			const { AssumedRoleUser, Credentials, PackedPolicySize } = await assume(named, byUser);
			equal(AssumedRoleUser?.Arn, `arn:aws:sts::${account}:assumed-role/byUser/work`);
			match(AssumedRoleUser?.AssumedRoleId ?? "", /^AROA[A-Z2-7]{17}:work$/);
			match(Credentials?.AccessKeyId ?? "", /^ASIA[A-Z2-7]{16}$/);
			equal(PackedPolicySize, undefined);
			ok(Math.abs((Credentials?.Expiration?.getTime() ?? 0) - gatehouse.clock.now() - hour) < 5000);
			equal((await callerOf(credentialsOf(Credentials))).Arn, `arn:aws:sts::${account}:assumed-role/byUser/work`);
			await assume(allowed, byAccount);
			const text = (name: string, arn: string) => [
				"AccessDenied",
				`User: arn:aws:iam::${account}:user/${name} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
			];
			deepEqual(await refused(assume(allowed, byUser)), text("allowed", byUser));
			deepEqual(await refused(assume(stranger, byAccount)), text("stranger", byAccount));
			const nowhere = `arn:aws:iam::${account}:role/nowhere`;
			deepEqual(await refused(assume(named, nowhere)), text("named", nowhere));
			const foreign = byUser.replace(account, "111111111111");
			deepEqual(await refused(assume(named, foreign)), text("named", foreign));
			// The administrator of development is in the account.
			await assume(undefined, byAccount);
		});

		test("a trust policy means the very user that it names: one must be there, and a later one of the name is another", async () => {
			const arn = `arn:aws:iam::${account}:user/veryone`;
			const nobody = directory.role("forVeryone", [trusts({ AWS: arn })]);
			deepEqual(await refused(nobody), ["MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${arn}"`]);
			const key = await directory.user("veryone");
			const RoleArn = await directory.role("forVeryone", [trusts({ AWS: arn })]);
			await assume(key, RoleArn);
			await directory.iam("DeleteAccessKey", { UserName: "veryone", AccessKeyId: key.accessKeyId });
			await directory.iam("DeleteUser", { UserName: "veryone" });
			const later = await directory.user("veryone");
			equal((await refused(assume(later, RoleArn)))[0], "AccessDenied");
			const { Role } = await directory.iam("GetRole", { RoleName: "forVeryone" });
			const PolicyDocument = decodeURIComponent(Role.AssumeRolePolicyDocument ?? "");
			await directory.iam("UpdateAssumeRolePolicy", { RoleName: "forVeryone", PolicyDocument });
			await assume(later, RoleArn);
		});

		test("conditions of a trust policy see external id, session name, source identity and tags", async () => {
			const key = await directory.user("conditioned", [allow("sts:*")]);
			const condition = { StringEquals: { "sts:ExternalId": "x1" }, StringLike: { "sts:RoleSessionName": "w*" } };
			const arn = await directory.role("conditional", [trusts({ AWS: account }, "sts:AssumeRole", condition)]);
			await assume(key, arn, { ExternalId: "x1" });
			equal((await refused(assume(key, arn)))[0], "AccessDenied");
			equal((await refused(assume(key, arn, { ExternalId: "x2" })))[0], "AccessDenied");
			equal((await refused(assume(key, arn, { ExternalId: "x1", RoleSessionName: "other" })))[0], "AccessDenied");
			const Tags = [{ Key: "team", Value: "blue" }];
			match((await refused(assume(key, arn, { ExternalId: "x1", Tags })))[1], /not authorized to perform: sts:TagSession on resource/);
			const identified = { ExternalId: "x1", SourceIdentity: "ann" };
			match((await refused(assume(key, arn, identified)))[1], /not authorized to perform: sts:SetSourceIdentity/);
			const actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
			const open = await directory.role("tagging", [
				trusts({ AWS: account }, actions, {
					StringEquals: { "aws:RequestTag/team": "blue" },
					"ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
				}),
				trusts({ AWS: account }, "sts:SetSourceIdentity", { StringLike: { "sts:SourceIdentity": "a*" } }),
			]);
			equal((await assume(key, open, { Tags, SourceIdentity: "ann" })).SourceIdentity, "ann");
			equal((await refused(assume(key, open, { Tags: [{ Key: "team", Value: "red" }] })))[0], "AccessDenied");
		});

		test("tags and source identity go on through chained roles, which last an hour at most", async () => {
			const key = await directory.user("chainer", [allow("sts:*")]);
			const actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
			const first = await directory.role("first", [trusts({ AWS: account }, actions)], [allow("sts:*")]);
			const second = await directory.role(
				"second",
				[trusts({ AWS: account }, actions, { StringEquals: { "aws:PrincipalTag/team": "blue", "sts:SourceIdentity": "ann" } })],
				[allow("sts:*")],
				{ MaxSessionDuration: 43200 },
			);
			const Tags = [
				{ Key: "team", Value: "blue" },
				{ Key: "own", Value: "1" },
			];
			const one = await assume(key, first, { Tags, TransitiveTagKeys: ["team"], SourceIdentity: "ann" });
			ok((one.PackedPolicySize ?? 0) > 0);
			const session = credentialsOf(one.Credentials);
			const two = await assume(session, second);
			equal(two.SourceIdentity, "ann");
			// The tag that is not transitive ends with the first session; the other goes on.
			const third = await directory.role("third", [
				trusts({ AWS: account }, actions, { StringEquals: { "aws:PrincipalTag/team": "blue" }, Null: { "aws:PrincipalTag/own": "true" } }),
			]);
			await assume(credentialsOf(two.Credentials), third);
			equal((await refused(assume(session, third)))[0], "AccessDenied");
			deepEqual(await refused(assume(session, second, { Tags: [{ Key: "Team", Value: "red" }] })), [
				"InvalidParameterValue",
				"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
			]);
			match((await refused(assume(session, second, { SourceIdentity: "eve" })))[1], /cannot be changed/);
			deepEqual(await refused(assume(session, second, { DurationSeconds: 3601 })), [
				"ValidationError",
				"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
			]);
			deepEqual(await refused(assume(key, first, { Tags, TransitiveTagKeys: ["other"] })), [
				"InvalidParameterValue",
				"The specified transitive tag key must be included in the requested tags.",
			]);
		});

		test("a session lasts as long as it was asked for, and no longer than the role allows", async () => {
			const arn = await directory.role("timed", [trusts({ AWS: account })], [], { MaxSessionDuration: 7200 }).catch(() => "");
			equal(arn, "", "a policy without statements is none");
			const timed = await directory.role("timed2", [trusts({ AWS: account })], undefined, { MaxSessionDuration: 7200 });
			const key = await directory.user("timer", [allow("sts:*")]);
			const over = ["ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."];
			deepEqual(await refused(assume(key, timed, { DurationSeconds: 7201 })), over);
			match((await refused(assume(key, timed, { DurationSeconds: 899 })))[1], /durationSeconds.*greater than or equal to 900/);
			const session = credentialsOf((await assume(key, timed, { DurationSeconds: 900 })).Credentials);
			gatehouse.clock.advance(890_000);
			await callerOf(session);
			gatehouse.clock.advance(20_000);
			deepEqual(await refused(callerOf(session)), ["ExpiredToken", "The security token included in the request is expired"]);
		});

		test("a session token serves with its own key and secret alone, and ends with its role", async () => {
			const key = await directory.user("holder", [allow("sts:*")]);
			const arn = await directory.role("ending", [trusts({ AWS: account })]);
			const one = credentialsOf((await assume(key, arn)).Credentials);
			const two = credentialsOf((await assume(key, arn)).Credentials);
			// What was opened before is held against its key no less.
			await callerOf(one);
			const { sessionToken: _, ...bare } = one;
			equal((await refused(callerOf(bare)))[0], "InvalidClientTokenId");
			equal((await refused(callerOf({ ...one, sessionToken: two.sessionToken ?? "" })))[0], "InvalidClientTokenId");
			equal((await refused(callerOf({ ...one, accessKeyId: two.accessKeyId })))[0], "InvalidClientTokenId");
			equal((await refused(callerOf({ ...one, secretAccessKey: two.secretAccessKey })))[0], "SignatureDoesNotMatch");
			equal((await refused(callerOf({ ...one, sessionToken: `${one.sessionToken?.slice(0, -8)}AAAAAAA=` })))[0], "InvalidClientTokenId");
			// A user's own key has no session token.
			equal((await refused(callerOf({ ...key, sessionToken: one.sessionToken ?? "" })))[0], "InvalidClientTokenId");
			await callerOf(one);
			await directory.iam("DeleteRole", { RoleName: "ending" });
			equal((await refused(callerOf(one)))[0], "InvalidClientTokenId");
			// One of the same name is another role.
			await directory.role("ending", [trusts({ AWS: account })]);
			equal((await refused(callerOf(one)))[0], "InvalidClientTokenId");
		});

		test("session policies are judged, and take no more space than there is", async () => {
			const key = await directory.user("packer", [allow("sts:*")]);
			const arn = await directory.role("packed", [trusts({ AWS: account })]);
			equal((await refused(assume(key, arn, { Policy: "{}" })))[0], "MalformedPolicyDocumentException");
			const { PackedPolicySize } = await assume(key, arn, {
				Policy: policy(allow("s3:*")),
				PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AdministratorAccess" }],
			});
			ok((PackedPolicySize ?? 0) > 0 && (PackedPolicySize ?? 0) < 20, String(PackedPolicySize));
			const long = policy(allow(Array.from({ length: 150 }, (_, i) => `s3:GetObject${i}x`)));
			const [code, message] = await refused(assume(key, arn, { Policy: long }));
			equal(code, "PackedPolicyTooLargeException");
			match(message, /^Packed policy consumes 1\d\d% of allotted space, please use smaller policy\.$/);
			const missing = assume(key, arn, { PolicyArns: [{ arn: `arn:aws:iam::${account}:policy/missing` }] });
			equal((await refused(missing))[0], "ValidationError");
		});

		test("GetSessionToken gives a user credentials for itself, without IAM and most of STS", async () => {
			const key = await directory.user("lender", [allow("*")]);
			const { Credentials } = await stsOf(key).send(new GetSessionTokenCommand({}));
			ok(Math.abs((Credentials?.Expiration?.getTime() ?? 0) - gatehouse.clock.now() - 12 * hour) < 5000);
			const session = credentialsOf(Credentials);
			equal((await callerOf(session)).Arn, `arn:aws:iam::${account}:user/lender`);
			deepEqual(await refused(stsOf(session).send(new GetSessionTokenCommand({}))), [
				"AccessDenied",
				"Cannot call GetSessionToken with session credentials",
			]);
			const federate = stsOf(session).send(new GetFederationTokenCommand({ Name: "fed" }));
			deepEqual(await refused(federate), ["AccessDenied", "Cannot call GetFederationToken with session credentials"]);
			const info = stsOf(session).send(new GetAccessKeyInfoCommand({ AccessKeyId: key.accessKeyId }));
			equal((await refused(info))[0], "InvalidClientTokenId");
			const withMfa = stsOf(key).send(new GetSessionTokenCommand({ SerialNumber: "arn:aws:iam::1:mfa/x", TokenCode: "123456" }));
			match((await refused(withMfa))[1], /^MultiFactorAuthentication failed/);
			// The root user's last an hour.
			const { Credentials: root } = await stsOf().send(new GetSessionTokenCommand({}));
			ok(Math.abs((root?.Expiration?.getTime() ?? 0) - gatehouse.clock.now() - hour) < 5000);
			equal((await callerOf(credentialsOf(root))).Arn, `arn:aws:iam::${account}:root`);
		});

		test("GetFederationToken names somebody whom the caller vouches for", async () => {
			const key = await directory.user("voucher", [allow("sts:GetFederationToken", `arn:aws:sts::${account}:federated-user/ali*`)]);
			const input = { Name: "alice", Policy: policy(allow("s3:*")) };
			const { FederatedUser, Credentials } = await stsOf(key).send(new GetFederationTokenCommand(input));
			equal(FederatedUser?.Arn, `arn:aws:sts::${account}:federated-user/alice`);
			equal(FederatedUser?.FederatedUserId, `${account}:alice`);
			equal((await callerOf(credentialsOf(Credentials))).Arn, `arn:aws:sts::${account}:federated-user/alice`);
			const other = stsOf(key).send(new GetFederationTokenCommand({ Name: "bob" }));
			match(
				(await refused(other))[1],
				/is not authorized to perform: sts:GetFederationToken on resource: .*federated-user\/bob because no identity-based policy/,
			);
			// They end with the user who vouched.
			await directory.iam("DeleteAccessKey", { UserName: "voucher", AccessKeyId: key.accessKeyId });
			await directory.iam("DeleteUserPolicy", { UserName: "voucher", PolicyName: "p" });
			await directory.iam("DeleteUser", { UserName: "voucher" });
			equal((await refused(callerOf(credentialsOf(Credentials))))[0], "InvalidClientTokenId");
		});

		test("GetAccessKeyInfo knows whose key it is, and DecodeAuthorizationMessage no message", async () => {
			const key = await directory.user("asker", [allow("sts:*")]);
			const info = (AccessKeyId: string) => stsOf(key).send(new GetAccessKeyInfoCommand({ AccessKeyId }));
			equal((await info(key.accessKeyId)).Account, account);
			equal((await refused(info("AKIAIOSFODNN7EXAMPLE")))[0], "ValidationError");
			const decode = stsOf(key).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "abc" }));
			equal((await refused(decode))[0], "InvalidAuthorizationMessageException");
		});

		describe("AssumeRoleWithWebIdentity", () => {
			const withToken = (RoleArn: string, WebIdentityToken: string, more: object = {}) =>
				stsOf().send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "web", WebIdentityToken, ...more }));
			const federated = { Federated: "cognito-identity.amazonaws.com" };
			const web = "sts:AssumeRoleWithWebIdentity";
			const denied = ["AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"];
			let poolId: string;
			let guest: string;
			let token: string;
			before(async () => {
				const client = new CognitoIdentityClient({
					endpoint: gatehouse.url,
					region: "us-east-1",
					credentials: { accessKeyId: "any", secretAccessKey: "any" },
				});
				clients.push(client);
				poolId = await createIdentityPool(client);
				await client.send(
					new UpdateIdentityPoolCommand({
						IdentityPoolId: poolId,
						IdentityPoolName: "p",
						AllowUnauthenticatedIdentities: true,
						AllowClassicFlow: true,
					}),
				);
				guest = await getId(client, poolId);
				token = (await client.send(new GetOpenIdTokenCommand({ IdentityId: guest }))).Token ?? "";
			});

			test("an identity pool's token opens a role whose trust policy names the pool and how it was proved", async () => {
				const condition = {
					StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
					"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "unauthenticated" },
				};
				const arn = await directory.role("guests", [trusts(federated, web, condition)]);
				const answer = await withToken(arn, token);
				equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${account}:assumed-role/guests/web`);
				equal(answer.SubjectFromWebIdentityToken, guest);
				equal(answer.Audience, poolId);
				equal(answer.Provider, "cognito-identity.amazonaws.com");
				equal((await callerOf(credentialsOf(answer.Credentials))).Arn, `arn:aws:sts::${account}:assumed-role/guests/web`);
			});

			test("a role that names another pool, another proof, another provider or nobody refuses", async () => {
				const aud = { "cognito-identity.amazonaws.com:aud": poolId };
				const wrong = [
					trusts(federated, web, {
						StringEquals: { "cognito-identity.amazonaws.com:aud": "us-east-1:00000000-0000-0000-0000-000000000000" },
					}),
					trusts(federated, web, {
						StringEquals: aud,
						"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
					}),
					trusts(federated, web, { StringEquals: { ...aud, "cognito-identity.amazonaws.com:sub": "somebody else" } }),
					trusts({ Federated: "accounts.google.com" }, web),
					trusts({ AWS: account }, web),
					trusts(federated, "sts:AssumeRoleWithSAML", { StringEquals: aud }),
				];
				for (const [i, statement] of wrong.entries()) {
					deepEqual(await refused(withToken(await directory.role(`wrong${i}`, [statement]), token)), denied, JSON.stringify(statement));
				}
				deepEqual(await refused(withToken(`arn:aws:iam::${account}:role/nowhere`, token)), denied);
			});

			test("a token that is changed, expired, or of nobody that is known opens nothing", async () => {
				const arn = await directory.role("anyProof", [
					trusts(federated, web, { StringEquals: { "cognito-identity.amazonaws.com:aud": poolId } }),
				]);
				await withToken(arn, token);
				const [header = "", claims = "", signature = ""] = token.split(".");
				const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub: "us-east-1:x" }));
				equal(
					(await refused(withToken(arn, `${header}.${forged.toString("base64url")}.${signature}`)))[0],
					"InvalidIdentityTokenException",
				);
				equal((await refused(withToken(arn, "not a token")))[0], "InvalidIdentityTokenException");
				const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
				equal((await refused(withToken(arn, `${unsigned}.${claims}.AA`)))[0], "InvalidIdentityTokenException");
				const foreign = Buffer.from(JSON.stringify({ iss: "https://example.com", sub: "x", aud: "y", exp: 9e9 })).toString("base64url");
				match((await refused(withToken(arn, `${header}.${foreign}.${signature}`)))[1], /^No OpenIDConnect provider found/);
				equal((await refused(withToken(arn, token, { ProviderId: "www.amazon.com" })))[0], "InvalidIdentityTokenException");
				gatehouse.clock.advance(11 * 60_000);
				const [code, message] = await refused(withToken(arn, token));
				equal(code, "ExpiredTokenException");
				match(message, /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/);
			});

			test("an ID token of an own user pool counts where IAM knows the pool as an OIDC provider", async () => {
				const place = await createPlace(gatehouse);
				const sub = await createUser(place, "web-user");
				const { IdToken, AccessToken } = await signIn(place, "web-user");
				const provider = `${issuer}/${place.UserPoolId}`;
				const providerArn = `arn:aws:iam::${account}:oidc-provider/${provider}`;
				const condition = { StringEquals: { [`${provider}:aud`]: place.ClientId, [`${provider}:sub`]: sub } };
				const arn = await directory.role("poolUsers", [trusts({ Federated: providerArn }, web, condition)]);
				match((await refused(withToken(arn, IdToken)))[1], /^No OpenIDConnect provider found/);
				await directory.iam("CreateOpenIDConnectProvider", { Url: `http://${provider}`, ClientIDList: ["another"] });
				deepEqual(await refused(withToken(arn, IdToken)), ["InvalidIdentityTokenException", "Incorrect token audience"]);
				await directory.iam("AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn: providerArn, ClientID: place.ClientId });
				const answer = await withToken(arn, IdToken);
				deepEqual([answer.SubjectFromWebIdentityToken, answer.Provider, answer.Audience], [sub, providerArn, place.ClientId]);
				equal((await refused(withToken(arn, AccessToken)))[0], "InvalidIdentityTokenException");
				await createUser(place, "web-other");
				deepEqual(await refused(withToken(arn, (await signIn(place, "web-other")).IdToken)), denied);
			});
		});

		test("AWSRevokeOlderSessions ends the sessions that began before", async () => {
			const key = await directory.user("revoker", [allow("sts:*")]);
			const arn = await directory.role("revoked", [trusts({ AWS: account })], [allow("iam:ListRoles")]);
			const older = credentialsOf((await assume(key, arn)).Credentials);
			gatehouse.clock.advance(10_000);
			const before = new Date(gatehouse.clock.now()).toISOString();
			gatehouse.clock.advance(10_000);
			const PolicyDocument = policy(deny("*", "*", { DateLessThan: { "aws:TokenIssueTime": before } }));
			await directory.iam("PutRolePolicy", { RoleName: "revoked", PolicyName: "AWSRevokeOlderSessions", PolicyDocument });
			const newer = credentialsOf((await assume(key, arn)).Credentials);
			const list = (credentials: Credentials) =>
				stsOf(credentials).send(new GetAccessKeyInfoCommand({ AccessKeyId: credentials.accessKeyId }));
			match((await refused(list(older)))[1], /with an explicit deny in an identity-based policy$/);
			match((await refused(list(newer)))[1], /because no identity-based policy allows/);
		});
	});
}
