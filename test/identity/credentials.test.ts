/**
 * The enhanced flow: what STS is asked for, and who is not let so far, with a function in the place of STS; and the same with the real
 * one, whose roles' trust policies decide.
 */
import assert from "node:assert/strict";
import {
	GetCredentialsForIdentityCommand,
	GetOpenIdTokenForDeveloperIdentityCommand,
	SetIdentityPoolRolesCommand,
	SetPrincipalTagAttributeMapCommand,
	UnlinkDeveloperIdentityCommand,
} from "@aws-sdk/client-cognito-identity";
import {
	AdminAddUserToGroupCommand,
	type CognitoIdentityProviderClient,
	CreateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createOutbound } from "../../src/adapters/outbound.ts";
import { createRandom } from "../../src/adapters/random.ts";
import { createCaches, settingsOf } from "../../src/app.ts";
import { AwsError } from "../../src/aws/errors.ts";
import { createEntity, noSettings } from "../../src/domain/access/entities.ts";
import { openSession } from "../../src/domain/access/sessions.ts";
import type { Call } from "../../src/domain/call.ts";
import { type AssumeRole, credentialsForIdentity } from "../../src/domain/identity-pools/credentials.ts";
import { guestSessionPolicyArn } from "../../src/domain/identity-pools/guest-policy.ts";
import type { Ports } from "../../src/kernel/ports.ts";
import { createVault } from "../../src/storage/vault.ts";
import { type Engine, eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient, makeToken, strangersKey } from "../support/identity-pools.ts";
import { claimsOf, createPlace, createUser, headerOf, refusal, signIn } from "../support/people.ts";

const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const developer = "login.example.app";

async function start(engine: Engine) {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	const place = await createPlace(gatehouse);
	const name = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
	const poolId = await createIdentityPool(client, {
		DeveloperProviderName: developer,
		CognitoIdentityProviders: [{ ProviderName: name, ClientId: place.ClientId }],
	});
	const setRoles = (
		RoleMappings: object = {},
		Roles: Record<string, string> = { authenticated: role("auth"), unauthenticated: role("guest") },
	) => client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles, RoleMappings: RoleMappings as never }));
	await setRoles();
	// The key that tokens are signed with is made by who needs it first: the server here.
	await fetch(`${gatehouse.url}/identity/.well-known/jwks_uri`);

	const random = createRandom();
	const { store, clock, config } = gatehouse;
	const vault = await createVault(store, config.masterKeys, random, clock);
	const settings = settingsOf(config);
	const quiet = { debug() {}, info() {}, warn() {}, error() {} };
	const ports = { clock, random, log: quiet, outbound: createOutbound() } as unknown as Ports;
	const asked: { roleArn: string; token: string; sessionName: string; isGuest: boolean }[] = [];
	let refuses: AwsError | undefined;
	const assumeRole: AssumeRole = async (_call, request) => {
		const { claims: _, ...rest } = request;
		asked.push({ ...rest, token: await rest.token() });
		if (refuses !== undefined) throw refuses;
		return { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t", expiration: 7 };
	};
	// What every request has, with a memory that has seen nothing.
	const call = (): Call => ({
		store,
		vault,
		caches: createCaches(store, vault, settings, clock),
		ports,
		settings,
		now: clock.now(),
		requestId: "r",
		region: undefined,
		sourceIp: undefined,
		userAgent: undefined,
	});
	return {
		gatehouse,
		vault,
		call,
		client,
		place,
		name,
		poolId,
		setRoles,
		get: (IdentityId: string, Logins?: Record<string, string>, CustomRoleArn?: string) =>
			credentialsForIdentity(call(), { IdentityId, Logins, CustomRoleArn }, assumeRole),
		/** What STS was asked for last. */
		last: () => {
			const request = asked.pop();
			assert.ok(request, "STS was asked");
			return request;
		},
		asked,
		refuse: (error: AwsError | undefined) => {
			refuses = error;
		},
	};
}

async function addToGroup(client: CognitoIdentityProviderClient, UserPoolId: string, GroupName: string, Precedence: number): Promise<void> {
	await client.send(new CreateGroupCommand({ UserPoolId, GroupName, Precedence, RoleArn: role(GroupName) }));
	await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada", GroupName }));
}

const configurationInvalid =
	"InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.";

/** What a call of the domain is refused with: `Code: message`. */
async function refused(call: Promise<unknown>): Promise<string> {
	try {
		await call;
	} catch (error) {
		if (error instanceof AwsError) return `${error.code}: ${error.message}`;
		throw error;
	}
	return "not refused";
}

eachEngine("a guest gets the unauthenticated role, cut down, and only a guest", async (engine) => {
	const { gatehouse, client, place, name, poolId, get, last, asked, refuse, setRoles } = await start(engine);
	try {
		const guest = await getId(client, poolId);
		assert.deepEqual(await get(guest), {
			IdentityId: guest,
			Credentials: { AccessKeyId: "ASIA", SecretKey: "s", SessionToken: "t", Expiration: 7 },
		});
		const { token, ...request } = last();
		assert.deepEqual(request, { roleArn: role("guest"), sessionName: "CognitoIdentityCredentials", isGuest: true });
		assert.deepEqual(claimsOf(token)["amr"], ["unauthenticated"]);
		assert.match(await refused(get(guest, undefined, role("auth"))), /^NotAuthorizedException/);

		refuse(new AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", { status: 403 }));
		assert.equal(await refused(get(guest)), configurationInvalid);
		refuse(new AwsError("InternalFailure", "", { status: 500 }));
		assert.match(await refused(get(guest)), /^InternalFailure/);
		refuse(undefined);
		asked.length = 0;
		await setRoles({}, { authenticated: role("auth") });
		assert.equal(await refused(get(guest)), configurationInvalid);
		assert.equal(asked.length, 0);

		await createUser(place, "ada");
		const Logins = { [name]: (await signIn(place, "ada")).IdToken };
		const adas = await getId(client, poolId, Logins);
		assert.match(await refused(get(adas)), /^NotAuthorizedException: Access to Identity .* is forbidden/);
		await get(adas, Logins);
		const { token: proof, ...whole } = last();
		assert.deepEqual(whole, { roleArn: role("auth"), sessionName: "CognitoIdentityCredentials", isGuest: false });
		assert.deepEqual([claimsOf(proof)["sub"], claimsOf(proof)["aud"]], [adas, poolId]);
		// A guest's identity that is signed in with the same credentials' request is merged as everywhere.
		assert.equal((await get(await getId(client, poolId), Logins)).IdentityId, adas);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine(
	"the role follows the groups of a real token, by whatever name the provider has in the mapping; tags go along",
	async (engine) => {
		const { gatehouse, client, place, name, poolId, get, last, asked, setRoles } = await start(engine);
		try {
			await createUser(place, "ada");
			await addToGroup(gatehouse.client, place.UserPoolId, "red", 1);
			await addToGroup(gatehouse.client, place.UserPoolId, "blue", 2);
			const Logins = { [name]: (await signIn(place, "ada")).IdToken };
			const sub = claimsOf(Logins[name] ?? "")["sub"] as string;
			const id = await getId(client, poolId, Logins);
			const token = { Type: "Token", AmbiguousRoleResolution: "Deny" };
			for (const provider of [`${name}:${place.ClientId}`, name, `localhost:9400/${place.UserPoolId}:${place.ClientId}`]) {
				await setRoles({ [provider]: token });
				await get(id, Logins);
				assert.equal(last().roleArn, role("red"), provider);
			}
			await get(id, Logins, role("blue"));
			assert.equal(last().roleArn, role("blue"));
			assert.match(await refused(get(id, Logins, role("auth"))), /^NotAuthorizedException/);
			// Another client's mapping is not this one's.
			await setRoles({ [`${name}:another`]: token });
			await get(id, Logins);
			assert.equal(last().roleArn, role("auth"));

			const rules = (Value: string) => ({
				Type: "Rules",
				AmbiguousRoleResolution: "Deny",
				RulesConfiguration: { Rules: [{ Claim: "cognito:groups", MatchType: "Contains", Value, RoleARN: role("by-rule") }] },
			});
			await setRoles({ [name]: rules("blue") });
			await get(id, Logins);
			assert.equal(last().roleArn, role("by-rule"));
			await setRoles({ [name]: rules("green") });
			assert.match(await refused(get(id, Logins)), /^NotAuthorizedException/);
			// Who is refused a role has linked nothing either.
			const guest = await getId(client, poolId);
			await createUser(place, "bob");
			const bob = { [name]: (await signIn(place, "bob")).IdToken };
			assert.match(await refused(get(guest, bob)), /^NotAuthorizedException/);
			assert.notEqual(await getId(client, poolId, bob), guest);
			assert.equal(asked.length, 0);

			await setRoles();
			await get(id, Logins);
			assert.equal(claimsOf(last().token)["https://aws.amazon.com/tags"], undefined);
			await client.send(new SetPrincipalTagAttributeMapCommand({ IdentityPoolId: poolId, IdentityProviderName: name, UseDefaults: true }));
			await get(id, Logins);
			assert.deepEqual(claimsOf(last().token)["https://aws.amazon.com/tags"], {
				principal_tags: { username: [sub], client: [place.ClientId] },
			});
		} finally {
			await gatehouse.stop();
		}
	},
);

eachEngine("credentials cost one read, and nothing is written for who is known", async (engine) => {
	const { gatehouse, call, client, place, name, poolId, setRoles } = await start(engine);
	try {
		const elsewhere: AssumeRole = async () => ({ accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t", expiration: 7 });
		await createUser(place, "ada");
		const Logins = { [name]: (await signIn(place, "ada")).IdToken };
		const [guest, adas] = [await getId(client, poolId), await getId(client, poolId, Logins)];
		await setRoles({ [name]: { Type: "Token", AmbiguousRoleResolution: "AuthenticatedRole" } });
		const reads: string[] = [];
		const request = call();
		// What is in the caches is read beside this, once a second for all.
		const counted: Call = {
			...request,
			store: {
				...request.store,
				read: (statement, params) => {
					reads.push(statement.name);
					return request.store.read(statement, params);
				},
				write: () => Promise.reject(new Error("nothing changes")),
				get db(): never {
					throw new Error("every statement is compiled once");
				},
			},
		};
		assert.equal((await credentialsForIdentity(counted, { IdentityId: guest }, elsewhere)).IdentityId, guest);
		assert.equal((await credentialsForIdentity(counted, { IdentityId: adas, Logins }, elsewhere)).IdentityId, adas);
		assert.deepEqual(reads, ["findIdentityRow", "findIdentityRow"]);
		assert.match(await refused(credentialsForIdentity(counted, { IdentityId: adas }, elsewhere)), /is forbidden/);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("a developer's user gets the authenticated role by the pool's own token, while it is linked and not expired", async (engine) => {
	const { gatehouse, client, place, name, poolId, get, last } = await start(engine);
	try {
		const tokenFor = async (user: string, IdentityId?: string) => {
			const command = new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins: { [developer]: user }, IdentityId });
			const { IdentityId: id = "", Token = "" } = await client.send(command);
			return { id, own: { "cognito-identity.amazonaws.com": Token } };
		};
		const ada = await tokenFor("ada");
		assert.equal((await get(ada.id, ada.own)).IdentityId, ada.id);
		const { roleArn, token, isGuest } = last();
		assert.deepEqual([roleArn, token, isGuest], [role("auth"), ada.own["cognito-identity.amazonaws.com"], false]);

		const bob = await tokenFor("bob");
		assert.match(await refused(get(ada.id, bob.own)), /is forbidden/);
		assert.match(await refused(get(ada.id, { ...ada.own, [name]: "x.y.z" })), /Logins don't match/);
		assert.match(await refused(get(ada.id, { "cognito-identity.amazonaws.com": "x" })), /Not a valid OpenId/);
		await createUser(place, "ada");
		const { IdToken } = await signIn(place, "ada");
		assert.match(await refused(get(ada.id, { "cognito-identity.amazonaws.com": IdToken })), /Not a valid OpenId/);
		const forged = makeToken(
			strangersKey(),
			headerOf(ada.own["cognito-identity.amazonaws.com"]),
			claimsOf(ada.own["cognito-identity.amazonaws.com"]),
		);
		assert.match(await refused(get(ada.id, { "cognito-identity.amazonaws.com": forged })), /Couldn't verify/);

		// Replayed after its user was unlinked, though another of the identity's users still is.
		await tokenFor("ada2", ada.id);
		const unlink = { IdentityPoolId: poolId, IdentityId: ada.id, DeveloperProviderName: developer, DeveloperUserIdentifier: "ada" };
		await client.send(new UnlinkDeveloperIdentityCommand(unlink));
		assert.match(await refused(get(ada.id, ada.own)), /Logins don't match/);
		gatehouse.clock.advance(901_000);
		assert.match(await refused(get(bob.id, bob.own)), /Token expired/);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine(
	"roles are assumed where their trust policies name the pool and how the identity was proved, and nowhere else",
	async (engine) => {
		const { gatehouse, vault, call, client, place, name, poolId, setRoles } = await start(engine);
		try {
			const createRole = async (roleName: string, aud: string, amr: string, actions = ["sts:AssumeRoleWithWebIdentity"]) => {
				const trust = JSON.stringify({
					Version: "2012-10-17",
					Statement: [
						{
							Effect: "Allow",
							Principal: { Federated: "cognito-identity.amazonaws.com" },
							Action: actions,
							Condition: {
								StringEquals: { "cognito-identity.amazonaws.com:aud": aud },
								"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
							},
						},
					],
				});
				await createEntity(call(), { kind: "role", name: roleName, path: "/", settings: { ...noSettings, trust } });
			};
			await createRole("guest", poolId, "unauthenticated");
			await createRole("auth", poolId, "authenticated");
			await createRole("elsewhere", "us-east-1:00000000-0000-4000-8000-000000000000", "authenticated");
			await createRole("this-provider", poolId, name);
			await createRole("tagging", poolId, "authenticated", ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]);
			const get = async (IdentityId: string, Logins?: Record<string, string>) => {
				const { Credentials: given } = await client.send(new GetCredentialsForIdentityCommand({ IdentityId, ...(Logins && { Logins }) }));
				const session = openSession(vault, given?.AccessKeyId ?? "", given?.SessionToken ?? "");
				assert.ok(session !== undefined && given?.Expiration !== undefined);
				assert.equal(session.secret, given.SecretKey);
				assert.ok(Math.abs(given.Expiration.getTime() - gatehouse.clock.now() - 3600_000) < 10_000);
				return session;
			};
			const guest = await getId(client, poolId);
			const asGuest = await get(guest);
			assert.deepEqual(asGuest.policyArns, [guestSessionPolicyArn]);
			assert.deepEqual(asGuest.claims, {
				"cognito-identity.amazonaws.com:sub": guest,
				"cognito-identity.amazonaws.com:aud": poolId,
				"cognito-identity.amazonaws.com:amr": ["unauthenticated"],
			});

			await createUser(place, "ada");
			const Logins = { [name]: (await signIn(place, "ada")).IdToken };
			const adas = await getId(client, poolId, Logins);
			const asAda = await get(adas, Logins);
			assert.deepEqual(
				[asAda.policyArns, asAda.name, asAda.claims?.["cognito-identity.amazonaws.com:sub"]],
				[undefined, "CognitoIdentityCredentials", adas],
			);
			const withRole = (authenticated: string) => setRoles({}, { authenticated: role(authenticated), unauthenticated: role("auth") });
			await withRole("this-provider");
			await get(adas, Logins);
			for (const unfit of ["elsewhere", "guest", "not-there"]) {
				await withRole(unfit);
				assert.equal(await refusal(get(adas, Logins)), configurationInvalid, unfit);
			}
			assert.equal(await refusal(get(guest)), configurationInvalid);

			// Tags need a trust policy that lets them be passed.
			await client.send(new SetPrincipalTagAttributeMapCommand({ IdentityPoolId: poolId, IdentityProviderName: name, UseDefaults: true }));
			await withRole("auth");
			assert.equal(await refusal(get(adas, Logins)), configurationInvalid);
			await withRole("tagging");
			assert.equal((await get(adas, Logins)).tags?.["client"], place.ClientId);
		} finally {
			await gatehouse.stop();
		}
	},
);
