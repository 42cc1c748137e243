/** `gatehouse export` and `gatehouse import`, as an operator runs them: between engines and installations, and under another id. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminConfirmSignUpCommand,
	AdminGetUserCommand,
	AdminListDevicesCommand,
	AdminSetUserPasswordCommand,
	ConfirmForgotPasswordCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	ForgotPasswordCommand,
	GetUserCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	ListUsersCommand,
	RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { startGatehouse } from "../support/gatehouse.ts";
import { answersOf, createInhabited } from "../support/inhabited-pool.ts";
import { move, setUpMoves } from "../support/moves.ts";
import { claimsOf, createClient, createPlace, createUser, password, refusal } from "../support/people.ts";
import { answerDeviceSrp, startSrp } from "../support/srp-client.ts";
import { totpCode } from "../support/totp.ts";

const { newInstallation, newFile } = setUpMoves();

test("A pool that moves from SQLite to PostgreSQL and back gives the same answers to the same calls, and nobody sets a password", async (t) => {
	const first = await newInstallation("sqlite");
	const gatehouse = await startGatehouse({ config: first });
	t.after(() => gatehouse.stop());
	const pool = await createInhabited(gatehouse);
	const [one, other] = [newFile(), newFile()];
	// While it serves.
	assert.match(await move(["export", one], first), /^1 user pool with 6 users as of \S+ are in \S+: whoever has it/);
	const answers = await answersOf(gatehouse, pool);
	assert.ok(Object.keys(answers).length > 40);

	const second = await newInstallation("postgres");
	assert.equal(await move(["import", one], second), `${pool.UserPoolId}: 6 users and 2 app clients are imported\n`);
	const onPostgres = await startGatehouse({ config: second });
	t.after(() => onPostgres.stop());
	onPostgres.clock.advance(120_000);
	assert.deepEqual(await answersOf(onPostgres, pool), answers);
	await move(["export", other, "--pool", pool.UserPoolId], second);

	const third = await newInstallation("sqlite");
	await move(["import", other], third);
	const back = await startGatehouse({ config: third });
	t.after(() => back.stop());
	back.clock.advance(240_000);
	assert.deepEqual(await answersOf(back, pool), answers);
});

test("Under another id, beside the original, whoever has a password by SRP is RESET_REQUIRED, and nothing is bound to the old id", async (t) => {
	const installation = await newInstallation("postgres");
	const gatehouse = await startGatehouse({ config: installation });
	t.after(() => gatehouse.stop());
	const { client, clock } = gatehouse;
	const pool = await createInhabited(gatehouse);
	const file = newFile();
	await move(["export", file], installation);
	const UserPoolId = "eu-west-1_Copy00001";
	const answer = await move(["import", file, "--as", UserPoolId], installation);
	const [clients, ...lines] = [
		answer.match(/app client \w+ is \w+ here/g),
		...answer.split("\n").filter((line) => !line.includes("app client ")),
	];
	assert.equal(clients?.length, 2);
	assert.deepEqual(lines.slice(0, 3), [
		`${UserPoolId}: 6 users and 2 app clients are imported`,
		"5 users must set a new password (RESET_REQUIRED): the old one is bound to the old id",
		"1 user never confirmed lost the password, and must set one once confirmed",
	]);
	const ClientId = new RegExp(`${pool.ClientId} is (\\w+) here`).exec(answer)?.[1] ?? "";
	assert.ok(ClientId !== pool.ClientId);
	const there = gatehouse.clientOf({ region: "eu-west-1" });

	// The original is as it was.
	await client.send(new GetUserCommand({ AccessToken: pool.tokens.AccessToken }));
	assert.equal((await client.send(new AdminGetUserCommand({ UserPoolId: pool.UserPoolId, Username: "anna" }))).UserStatus, "CONFIRMED");

	const described = await there.send(new DescribeUserPoolCommand({ UserPoolId }));
	assert.equal(described.UserPool?.Arn, `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${UserPoolId}`);
	assert.equal(described.UserPool?.EstimatedNumberOfUsers, 6);
	const found = async (status: string) =>
		(await there.send(new ListUsersCommand({ UserPoolId, Filter: `cognito:user_status = "${status}"` }))).Users?.map(
			({ Username }) => Username,
		).sort();
	assert.deepEqual(await found("RESET_REQUIRED"), ["anna", "dan", "ned", "pia", "tom"]);
	assert.deepEqual([await found("CONFIRMED"), await found("UNCONFIRMED")], [[], ["una"]]);
	assert.equal((await there.send(new AdminGetUserCommand({ UserPoolId, Username: "anna" }))).UserAttributes?.[0]?.Value, pool.subs["anna"]);

	// Keys of its own: nothing of the original's holds here.
	const keys = async (id: string) =>
		(await fetch(`${gatehouse.url}/${id}/.well-known/jwks.json`)).json() as Promise<{ keys: { kid: string }[] }>;
	const kids = new Set((await keys(pool.UserPoolId)).keys.map(({ kid }) => kid));
	assert.ok((await keys(UserPoolId)).keys.every(({ kid }) => !kids.has(kid)));
	const initiate = (USERNAME: string, PASSWORD: string, more: Record<string, string> = {}) =>
		there.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD, ...more } }));
	assert.match(await refusal(initiate("anna", `${password}-x`)), /^NotAuthorizedException|^PasswordResetRequiredException/);
	const REFRESH_TOKEN = pool.tokens.RefreshToken;
	const refresh = new InitiateAuthCommand({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId, AuthParameters: { REFRESH_TOKEN } });
	assert.match(await refusal(there.send(refresh)), /^NotAuthorizedException/);

	const answerTo = (challenge: InitiateAuthCommandOutput, ChallengeResponses: Record<string, string>) => {
		const { ChallengeName, Session } = challenge;
		return there.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses }));
	};

	// Its secrets were sealed anew: the client's, the authenticator app's, the device's.
	const [, confidential = ""] = new RegExp(`${pool.confidential.ClientId} is (\\w+) here`).exec(answer) ?? [];
	const shown = await there.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: confidential }));
	assert.equal(shown.UserPoolClient?.ClientSecret, pool.confidential.secrets[1]);
	await there.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "tom", Password: password, Permanent: true }));
	const asked = await initiate("tom", password);
	const code = totpCode(pool.totpSecret, clock.advance(30_000) ?? clock.now());
	const answered = await answerTo(asked, { USERNAME: "tom", SOFTWARE_TOKEN_MFA_CODE: code });
	assert.equal(claimsOf(answered.AuthenticationResult?.AccessToken ?? "")["iss"], `http://localhost:9400/${UserPoolId}`);
	const devices = await there.send(new AdminListDevicesCommand({ UserPoolId, Username: "tom" }));
	assert.deepEqual(
		devices.Devices?.map(({ DeviceKey }) => DeviceKey),
		[pool.device.key],
	);
	const DEVICE_KEY = pool.device.key;
	const fromDevice = await initiate("tom", password, { DEVICE_KEY });
	const srp = startSrp();
	const proof = await answerTo(fromDevice, { USERNAME: "tom", DEVICE_KEY, SRP_A: srp.SRP_A });
	const proved = await answerTo(proof, answerDeviceSrp(srp, proof.ChallengeParameters ?? {}, pool.device, new Date(clock.now())));
	assert.ok(proved.AuthenticationResult);

	// Who must set a password can, with a code or once confirmed.
	await there.send(new ForgotPasswordCommand({ ClientId, Username: "anna" }));
	const ConfirmationCode = gatehouse.code("anna@example.com");
	await there.send(new ConfirmForgotPasswordCommand({ ClientId, Username: "anna", Password: "Another-horse-8", ConfirmationCode }));
	assert.deepEqual(claimsOf((await initiate("anna", "Another-horse-8")).AuthenticationResult?.IdToken ?? "")["cognito:groups"], [
		"admins",
		"staff",
	]);
	await there.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: "una" }));
	await there.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "una", Password: password, Permanent: true }));
	assert.ok((await initiate("una", password)).AuthenticationResult);
});

test("Under another id elsewhere clients keep their ids, and passwords that are not bound to an id stay", async (t) => {
	const first = await newInstallation("sqlite");
	const gatehouse = await startGatehouse({ config: first });
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse, { UserPoolTags: { "gatehouse:password-scheme": "argon2id" } });
	await createUser(place, "ada");
	await createPlace(gatehouse, { PoolName: "not exported" });
	const file = newFile();
	await move(["export", file, "--pool", place.UserPoolId], first);
	const second = await newInstallation("sqlite");
	const UserPoolId = "us-east-1_Elsewhere1";
	assert.equal(await move(["import", file, "--as", UserPoolId], second), `${UserPoolId}: 1 user and 1 app client are imported\n`);
	const elsewhere = await startGatehouse({ config: second });
	t.after(() => elsewhere.stop());
	const AuthParameters = { USERNAME: "ada", PASSWORD: password };
	const { AuthenticationResult } = await elsewhere.client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, AuthParameters }),
	);
	assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? "")["iss"], `http://localhost:9400/${UserPoolId}`);
	assert.ok((await createClient(elsewhere, UserPoolId)).ClientId);
});
