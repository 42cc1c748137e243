/** What strangers, hostile files and unlucky moments do to imports, functions and the built-in KMS. Nothing of it may come through. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { InitiateAuthCommand, RespondToAuthChallengeCommand } from "@aws-sdk/client-cognito-identity-provider";
import { foreignHashProblem } from "../../src/crypto/foreign-hashes.ts";
import { functionArn, startFunctions } from "../support/functions.ts";
import { eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createJob, csvOf, describeJob, headerOf, importFile, person, runImports, startJob, upload } from "../support/imports.ts";
import { createPlace, createUser, refusal, signIn } from "../support/people.ts";
import { createRawClient } from "../support/raw-client.ts";
import { createPool } from "../support/user-pools.ts";

const functions = startFunctions("sign-in-functions");
after(() => functions.close());

const errorsOf = ({ logged }: { readonly logged: readonly string[] }) => logged.filter((line) => line.includes('"level":"error"'));

eachEngine("An upload that another one overtakes takes nothing of that one's file with it", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const columns = await headerOf(gatehouse, UserPoolId);
		const { JobId, url } = await createJob(gatehouse, UserPoolId);
		// The first upload stores some pieces, and then takes its time.
		const slow = request(url, { method: "PUT" });
		slow.write(Buffer.alloc(300 * 1024, "x"));
		const count = async () => (await gatehouse.store.db.selectFrom("user_import_chunks").select("number").execute()).length;
		while ((await count()) === 0) await nextTurn();
		assert.equal(await upload(url, csvOf(columns, [person("second")])), "200");
		slow.end("x");
		const [answer] = (await once(slow, "response")) as [IncomingMessage];
		answer.resume();
		await once(answer, "end");
		assert.equal(answer.statusCode, 403);
		await startJob(gatehouse, UserPoolId, JobId);
		await runImports(gatehouse);
		const job = await describeJob(gatehouse, UserPoolId, JobId);
		assert.deepEqual([job.Status, job.ImportedUsers, job.CompletionMessage], ["Succeeded", 1, "Import Job Completed Successfully."]);
	} finally {
		await gatehouse.stop();
	}
});

test("A scrypt hash that no library can compute is refused by the import, and not met at the sign-in", async () => {
	const salt = "AAECAwQFBgcICQoLDA0ODw";
	const tag = "W/Rtq72Htgcz3Syd3hrCAGsXSEqmMzUBgphIKWl53WE";
	const scrypt = (parameters: string) => `$scrypt$${parameters}$${salt}$${tag}`;
	assert.equal(foreignHashProblem("SCRYPT", scrypt("ln=15,r=1,p=1")), undefined);
	const gatehouse = await startGatehouse();
	try {
		const place = await createPlace(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const columns = [...(await headerOf(gatehouse, place.UserPoolId)), "cognito:password_hash"];
		const rows = ["ln=15,r=1,p=1", "ln=16,r=1,p=1", "ln=20,r=1,p=1"].map((parameters, i) =>
			person(`user${i}`, { "cognito:password_hash": scrypt(parameters).replaceAll(",", "\\,") }),
		);
		const { log } = await importFile(gatehouse, place.UserPoolId, csvOf(columns, rows), { PasswordHashingAlgorithm: "SCRYPT" });
		for (const i of [0, 1, 2]) {
			// Who was not imported is not there.
			const expected = i === 0 ? "NotAuthorizedException: Incorrect username or password." : "UserNotFoundException: User does not exist.";
			assert.equal(await refusal(signIn(place, `user${i}`, "wrong")), expected);
		}
		assert.deepEqual(
			log.map((line) => line.slice(0, 8)),
			["[SUCCEED", "[FAILED]", "[FAILED]"],
		);
		assert.deepEqual(errorsOf(gatehouse), []);
	} finally {
		await gatehouse.stop();
	}
});

test("A forged token whose issuer is as long as a token may be is refused at once", async () => {
	const gatehouse = await startGatehouse();
	const raw = createRawClient(gatehouse.url);
	try {
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
		for (const character of ["a", "_", "-"]) {
			const AccessToken = `${part({ alg: "RS256", kid: "x" })}.${part({ iss: character.repeat(96_000) })}.AAAA`;
			const began = performance.now();
			const { outcome, body } = await raw.call("GetUser", { AccessToken });
			assert.equal(outcome, "NotAuthorizedException", JSON.stringify(body).slice(0, 300));
			assert.ok(performance.now() - began < 3_000, `${Math.round(performance.now() - began)} ms for ${character}`);
		}
	} finally {
		raw.close();
		await gatehouse.stop();
	}
});

eachEngine("The log of a job that no one can have is empty, whatever it is called", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		for (const path of ["us-east-1_AAAAAAAAA/import-x", "us-east-1_%00/x", "x/%00", "%E0%A4%A/x", "%ED%A0%80/x"]) {
			const answer = await fetch(`${gatehouse.url}/_gatehouse/imports/${path}`);
			assert.ok(answer.status < 500, `${path}: ${answer.status}`);
			assert.equal(
				await answer
					.text()
					.catch(String)
					.then((text) => text.replace("404 Not Found", "")),
				"",
				path,
			);
			for (const query of ["", "?expires=1&signature=%00", "?expires=9999999999999&signature=AAAA", "?expires=1e9&signature="]) {
				const put = await fetch(`${gatehouse.url}/_gatehouse/imports/${path}${query}`, { method: "PUT", body: "x" });
				assert.ok(put.status === 403 || put.status === 404, `${path}${query}: ${put.status}`);
			}
		}
		assert.deepEqual(errorsOf(gatehouse), []);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("A device's key of any length makes no session of a custom challenge longer than a session may be", async (engine) => {
	const gatehouse = await startGatehouse({ engine, ports: { functions } });
	try {
		const arn = functionArn("Challenges");
		const LambdaConfig = { DefineAuthChallenge: arn, CreateAuthChallenge: arn, VerifyAuthChallengeResponse: arn };
		const place = await createPlace(gatehouse, { LambdaConfig }, { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] });
		await createUser(place, "ada");
		const { ClientId } = place;
		const DEVICE_KEY = "x".repeat(2_000);
		const begin = () =>
			gatehouse.client.send(
				new InitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", ClientId, AuthParameters: { USERNAME: "ada", DEVICE_KEY } }),
			);
		const first = await begin();
		assert.ok((first.Session ?? "").length <= 2_048, `${first.Session?.length} characters`);
		const next = await gatehouse.client.send(
			new RespondToAuthChallengeCommand({
				ChallengeName: "CUSTOM_CHALLENGE",
				ClientId,
				Session: first.Session,
				ChallengeResponses: { USERNAME: "ada", ANSWER: "wrong", DEVICE_KEY },
			}),
		);
		assert.ok((next.Session ?? "").length <= 2_048, `${next.Session?.length} characters`);
		assert.deepEqual(errorsOf(gatehouse), []);
	} finally {
		await gatehouse.stop();
	}
});
