/**
 * Credentials of identity pools as applications get them: by Amplify's `fetchAuthSession` and by `fromCognitoIdentityPool` of the AWS SDK,
 * both unchanged but for the endpoint; and who their holder then is.
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { type CognitoIdentityClient, SetIdentityPoolRolesCommand } from "@aws-sdk/client-cognito-identity";
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { fetchAuthSession, signIn, signOut } from "aws-amplify/auth";
import { account, allow, type Directory, directoryOf, refused, trusts } from "../support/access.ts";
import { configureAmplify } from "../support/amplify.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, identityClient } from "../support/identity-pools.ts";
import { createPlace, createUser, type Place, password, signIn as signInToPool } from "../support/people.ts";

const hour = 3600_000;
const notAssumable = [
	"InvalidIdentityPoolConfigurationException",
	"Invalid identity pool configuration. Check assigned IAM roles for this pool.",
];

for (const engine of engines) {
	describe(`credentials of an identity pool on ${engine}`, () => {
		let gatehouse: Gatehouse;
		let directory: Directory;
		let client: CognitoIdentityClient;
		let place: Place;
		let provider: string;
		let identityPoolId: string;
		const clients: { destroy(): void }[] = [];

		/** A trust policy's statement as the developer guide has it. */
		const trustsPool = (poolId: string, amr: string) =>
			trusts({ Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithWebIdentity", {
				StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
				"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
			});
		const setRoles = (authenticated: string, unauthenticated: string) =>
			client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: identityPoolId, Roles: { authenticated, unauthenticated } }));
		const stsOf = (credentials: NonNullable<STSClientConfig["credentials"]>) => {
			const sts = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			clients.push(sts);
			return sts;
		};
		const whoIs = async (sts: STSClient) => (await sts.send(new GetCallerIdentityCommand({}))).Arn;
		const assumed = (role: string) => `arn:aws:sts::${account}:assumed-role/${role}/CognitoIdentityCredentials`;
		const fromPool = (logins?: Record<string, string>) =>
			fromCognitoIdentityPool({
				identityPoolId,
				clientConfig: { endpoint: gatehouse.url, region: "us-east-1" },
				...(logins && { logins }),
			});

		before(async () => {
			gatehouse = await startGatehouse({ engine });
			directory = directoryOf(gatehouse);
			client = identityClient(gatehouse);
			clients.push(client);
			place = await createPlace(gatehouse);
			await createUser(place, "ada");
			provider = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
			identityPoolId = await createIdentityPool(client, {
				CognitoIdentityProviders: [{ ProviderName: provider, ClientId: place.ClientId }],
			});
			await directory.role("members", [trustsPool(identityPoolId, "authenticated")], [allow("s3:*")]);
			await directory.role("guests", [trustsPool(identityPoolId, "unauthenticated")]);
		});
		beforeEach(() => setRoles(`arn:aws:iam::${account}:role/members`, `arn:aws:iam::${account}:role/guests`));
		after(async () => {
			for (const each of clients) each.destroy();
			await gatehouse.stop();
		});

		test("Amplify's session has a guest's credentials, and after the sign-in those of a member, for the same identity", async () => {
			configureAmplify(place, identityPoolId);
			const guest = await fetchAuthSession();
			equal(guest.tokens, undefined);
			match(guest.identityId ?? "", /^us-east-1:[0-9a-f-]{36}$/);
			ok(guest.credentials);
			equal(await whoIs(stsOf(guest.credentials)), assumed("guests"));

			await signIn({ username: "ada", password });
			const { credentials, identityId, tokens } = await fetchAuthSession();
			ok(credentials && tokens);
			equal(identityId, guest.identityId);
			match(credentials.accessKeyId, /^ASIA/);
			ok(Math.abs((credentials.expiration?.getTime() ?? 0) - gatehouse.clock.now() - hour) < 10_000);
			equal(await whoIs(stsOf(credentials)), assumed("members"));
			deepEqual((await fetchAuthSession()).credentials, credentials, "kept while they last");
			const renewed = await fetchAuthSession({ forceRefresh: true });
			notEqual(renewed.credentials?.sessionToken, credentials.sessionToken);
			equal(renewed.identityId, identityId);
			await signOut();
		});

		test("fromCognitoIdentityPool takes a login or a guest, and the client gets new credentials when the old ones expire", async () => {
			const logins = { [provider]: (await signInToPool(place, "ada")).IdToken };
			const member = fromPool(logins);
			const guest = stsOf(fromPool());
			equal(await whoIs(stsOf(member)), assumed("members"));
			equal(await whoIs(guest), assumed("guests"));
			const before = await member();
			equal((await fromPool(logins)()).identityId, before.identityId);

			const later = Date.now() + hour + 60_000;
			mock.timers.enable({ apis: ["Date"], now: later });
			try {
				equal((await refused(whoIs(stsOf({ ...before, expiration: undefined as never }))))[0], "ExpiredToken");
				// The very client that had them before.
				equal(await whoIs(guest), assumed("guests"));
				match((await refused(member()))[1], /^Invalid login token. Token expired: \d+ >= \d+$/);
			} finally {
				mock.timers.reset();
			}
		});

		test("a role whose trust policy names another pool, or the other kind of identity, is given to nobody", async () => {
			const elsewhere = await directory.role("elsewhere", [trustsPool("us-east-1:00000000-0000-4000-8000-000000000000", "authenticated")]);
			const members = `arn:aws:iam::${account}:role/members`;
			const guests = `arn:aws:iam::${account}:role/guests`;
			const logins = { [provider]: (await signInToPool(place, "ada")).IdToken };
			for (const [authenticated, unauthenticated] of [
				[elsewhere, elsewhere],
				[guests, members],
			] as const) {
				await setRoles(authenticated, unauthenticated);
				deepEqual(await refused(fromPool(logins)()), notAssumable);
				deepEqual(await refused(fromPool()()), notAssumable);
				configureAmplify(place, identityPoolId);
				deepEqual(await refused(fetchAuthSession()), notAssumable);
			}
		});
	});
}
