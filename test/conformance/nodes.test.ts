import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
	AdminAddUserToGroupCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminRemoveUserFromGroupCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	CognitoIdentityProviderClient,
	CreateGroupCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DeleteGroupCommand,
	DeleteUserPoolClientCommand,
	DeleteUserPoolCommand,
	GetUserCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	SignUpCommand,
	UpdateGroupCommand,
	UpdateUserPoolClientCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import pg from "pg";
import { migrations } from "../../src/storage/migrations/index.ts";
import { type Running, runGatehouse } from "../support/command-line.ts";
import { claimsOf, password, refusal, type Tokens } from "../support/people.ts";
import { freePort } from "../support/ports.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";

/** How long a node may serve what another one has changed: ARCHITECTURE.md, "Caching". */
const staleMillisecondsMax = 1000;
const rootKey = { accessKeyId: "AKIATESTOFTWONODES00", secretAccessKey: "a-secret-that-two-nodes-know" };

interface Node {
	readonly running: Running;
	readonly url: string;
	readonly client: CognitoIdentityProviderClient;
}

let postgres: PostgresServer;
let databaseUrl: string;
let one: Node;
let two: Node;
const nodes: Node[] = [];

/** A server as operators run it: production, in a process of its own. */
async function startNode(): Promise<Node> {
	const [port, adminPort] = [await freePort(), await freePort()];
	const running = runGatehouse([], {
		GATEHOUSE_HOST: "127.0.0.1",
		GATEHOUSE_PORT: String(port),
		GATEHOUSE_ADMIN_PORT: String(adminPort),
		GATEHOUSE_PUBLIC_URL: "https://auth.example.com",
		GATEHOUSE_DATABASE_URL: databaseUrl,
		GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
		GATEHOUSE_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
		GATEHOUSE_ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
		GATEHOUSE_REQUEST_QUOTAS: "off",
	});
	const url = `http://127.0.0.1:${port}`;
	const client = new CognitoIdentityProviderClient({ endpoint: url, region: "us-east-1", credentials: rootKey, maxAttempts: 1 });
	const node = { running, url, client };
	nodes.push(node);
	await running.says("ready");
	return node;
}

before(async () => {
	// The servers look at fsync, and refuse a database that would lose commits.
	postgres = await startPostgres({ fsync: true });
	databaseUrl = await postgres.createDatabase();
	[one, two] = await Promise.all([startNode(), startNode()]);
});
after(async () => {
	for (const { client, running } of nodes) {
		client.destroy();
		running.child.kill("SIGKILL");
	}
	await Promise.all(nodes.map(({ running }) => running.ended));
	await postgres.stop();
});

async function createPool(at: Node): Promise<{ UserPoolId: string; ClientId: string }> {
	const { UserPool } = await at.client.send(new CreateUserPoolCommand({ PoolName: "people" }));
	const UserPoolId = UserPool?.Id ?? "";
	const flows = new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ExplicitAuthFlows: allFlows });
	return { UserPoolId, ClientId: (await at.client.send(flows)).UserPoolClient?.ClientId ?? "" };
}
const allFlows = ["ALLOW_USER_PASSWORD_AUTH" as const, "ALLOW_USER_SRP_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const];

const signUp = (at: Node, ClientId: string, Username: string, Password = password) =>
	at.client.send(
		new SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }] }),
	);

async function createUser(at: Node, place: { UserPoolId: string; ClientId: string }, Username: string): Promise<void> {
	const { UserPoolId } = place;
	await signUp(at, place.ClientId, Username);
	await at.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }));
}

async function signIn(at: Node, ClientId: string, USERNAME: string): Promise<Tokens> {
	const AuthParameters = { USERNAME, PASSWORD: password };
	const answer = await at.client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
	return answer.AuthenticationResult as Tokens;
}

/** Asks until `isNew`; nobody who asks longer than a second after the change may get the old answer. */
async function servesWithinASecond<A>(what: string, change: Promise<unknown>, ask: () => Promise<A>, isNew: (answer: A) => boolean) {
	await change;
	const changedAt = performance.now();
	for (;;) {
		const askedAt = performance.now();
		if (isNew(await ask())) return;
		assert.ok(askedAt - changedAt <= staleMillisecondsMax, `${what}: old after ${Math.round(askedAt - changedAt)} ms`);
	}
}

test("Two nodes that start at once on an empty database run each migration once, and both serve", async () => {
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	const { rows } = await client.query<{ id: string }>("select id from migrations order by id");
	const { rows: leases } = await client.query("select 1 from leases");
	await client.end();
	assert.deepEqual(
		rows.map(({ id }) => id),
		migrations.map(({ id }) => id),
	);
	assert.deepEqual(leases, []);
	const place = await createPool(one);
	await createUser(two, place, "ada");
	assert.ok((await signIn(one, place.ClientId, "ada")).AccessToken);
});

test("What one node changes of pools and clients the other serves within a second", async () => {
	const place = await createPool(one);
	const { UserPoolId, ClientId } = place;
	await createUser(one, place, "ada");
	// The other node knows pool and client by now.
	await signIn(two, ClientId, "ada");
	let signUps = 0;
	const tooShort = () => refusal(signUp(two, ClientId, `someone-${signUps++}`));
	await servesWithinASecond(
		"a pool's password policy",
		one.client.send(new UpdateUserPoolCommand({ UserPoolId, Policies: { PasswordPolicy: { MinimumLength: 40 } } })),
		tooShort,
		(answer) => answer.startsWith("InvalidPasswordException"),
	);
	await servesWithinASecond(
		"a client's flows",
		one.client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] })),
		() => refusal(signIn(two, ClientId, "ada")),
		(answer) => answer === "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
	);
	await servesWithinASecond(
		"a client's flows, back",
		one.client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ExplicitAuthFlows: allFlows })),
		() => refusal(signIn(two, ClientId, "ada")),
		(answer) => answer === "not refused",
	);
	await servesWithinASecond(
		"a deleted client",
		one.client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId })),
		() => refusal(signIn(two, ClientId, "ada")),
		(answer) => answer.startsWith("ResourceNotFoundException"),
	);
	const keys = () => fetch(`${two.url}/${UserPoolId}/.well-known/jwks.json`).then(({ status }) => status);
	assert.equal(await keys(), 200);
	await servesWithinASecond("a deleted pool", one.client.send(new DeleteUserPoolCommand({ UserPoolId })), keys, (status) => status === 404);
});

test("What one node changes of users and groups the other serves at once", async () => {
	const place = await createPool(one);
	const { UserPoolId, ClientId } = place;
	const User = { UserPoolId, Username: "ada" };
	const Group = { UserPoolId, GroupName: "staff" };
	await createUser(one, place, "ada");
	const { AccessToken } = await signIn(two, ClientId, "ada");
	for (const Value of ["Ada", "Augusta"]) {
		await one.client.send(new AdminUpdateUserAttributesCommand({ ...User, UserAttributes: [{ Name: "name", Value }] }));
		const seen = await two.client.send(new GetUserCommand({ AccessToken }));
		assert.equal(seen.UserAttributes?.find(({ Name }) => Name === "name")?.Value, Value);
	}
	const groups = async () => {
		const { IdToken } = await signIn(two, ClientId, "ada");
		const { "cognito:groups": names, "cognito:preferred_role": role } = claimsOf(IdToken);
		return { names, role };
	};
	await one.client.send(new CreateGroupCommand({ ...Group, Precedence: 1 }));
	assert.deepEqual(await groups(), { names: undefined, role: undefined });
	await one.client.send(new AdminAddUserToGroupCommand({ ...User, ...Group }));
	assert.deepEqual((await groups()).names, ["staff"]);
	await one.client.send(new AdminRemoveUserFromGroupCommand({ ...User, ...Group }));
	assert.deepEqual((await groups()).names, undefined);
	await one.client.send(new AdminAddUserToGroupCommand({ ...User, ...Group }));
	const RoleArn = "arn:aws:iam::000000000000:role/staff";
	await servesWithinASecond(
		"a group's role",
		one.client.send(new UpdateGroupCommand({ ...Group, RoleArn })),
		groups,
		({ role }) => role === RoleArn,
	);
	await servesWithinASecond("a deleted group", one.client.send(new DeleteGroupCommand(Group)), groups, ({ names }) => names === undefined);
});

test("What one node revokes, disables or signs out the other refuses at once", async () => {
	const place = await createPool(one);
	const { UserPoolId, ClientId } = place;
	const User = { UserPoolId, Username: "ada" };
	await createUser(one, place, "ada");
	const getUser = (AccessToken: string) => refusal(two.client.send(new GetUserCommand({ AccessToken })));
	const refresh = (REFRESH_TOKEN: string) =>
		refusal(two.client.send(new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } })));
	const ends: ((tokens: Tokens) => Promise<unknown>)[] = [
		({ RefreshToken }) => one.client.send(new RevokeTokenCommand({ Token: RefreshToken, ClientId })),
		() => one.client.send(new AdminUserGlobalSignOutCommand(User)),
		() => one.client.send(new AdminDisableUserCommand(User)),
	];
	for (const end of ends) {
		const tokens = await signIn(two, ClientId, "ada");
		assert.equal(await getUser(tokens.AccessToken), "not refused");
		assert.equal(await refresh(tokens.RefreshToken), "not refused");
		await end(tokens);
		assert.equal(await getUser(tokens.AccessToken), "NotAuthorizedException: Access Token has been revoked");
		assert.equal(await refresh(tokens.RefreshToken), "NotAuthorizedException: Refresh Token has been revoked");
	}
	assert.equal(await refusal(signIn(two, ClientId, "ada")), "NotAuthorizedException: User is disabled.");
	await one.client.send(new AdminEnableUserCommand(User));
	assert.ok(await signIn(two, ClientId, "ada"));
	await one.client.send(new AdminSetUserPasswordCommand({ ...User, Password: `${password}-2`, Permanent: true }));
	assert.equal(await refusal(signIn(two, ClientId, "ada")), "NotAuthorizedException: Incorrect username or password.");
});

test("A sign-in that one node began the other finishes", async () => {
	const place = await createPool(one);
	const { UserPoolId, ClientId } = place;
	await createUser(one, place, "ada");
	const srp = startSrp();
	const { ChallengeParameters = {} } = await one.client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME: "ada", SRP_A: srp.SRP_A } }),
	);
	const ChallengeResponses = answerSrp(srp, ChallengeParameters, UserPoolId, password);
	const answer = new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses });
	assert.ok((await two.client.send(answer)).AuthenticationResult?.AccessToken);
	// Nor does either take the same answer again.
	assert.match(await refusal(one.client.send(answer)), /^NotAuthorizedException/);
});

test("When one node is killed the other goes on, with everything that the killed one had acknowledged", async () => {
	const place = await createPool(one);
	const { UserPoolId, ClientId } = place;
	const doomed = await startNode();
	const acknowledged: string[] = [];
	const enough = Promise.withResolvers<void>();
	const lines = Array.from({ length: 4 }, async (_, line) => {
		for (let n = 0; ; n++) {
			const username = `${line}-${n}`;
			await signUp(doomed, ClientId, username);
			acknowledged.push(username);
			if (acknowledged.length === 40) enough.resolve();
		}
	});
	const surviving: Promise<unknown>[] = [];
	await enough.promise;
	surviving.push(...Array.from({ length: 10 }, (_, n) => signUp(two, ClientId, `survivor-${n}`)));
	doomed.running.child.kill("SIGKILL");
	const ends = await Promise.allSettled(lines);
	assert.ok(ends.every(({ status }) => status === "rejected"));
	await Promise.all(surviving);
	for (const Username of acknowledged) await two.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
	await createUser(two, place, "later");
	assert.ok(await signIn(two, ClientId, "later"));
	const again = await startNode();
	assert.ok(await signIn(again, ClientId, "later"));
});
