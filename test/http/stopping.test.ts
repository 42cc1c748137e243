/** A function that is under way when the server is asked to stop still finds the server that it calls. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CognitoIdentityProviderClient, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { bareEnvironment } from "../support/command-line.ts";
import { functionArn } from "../support/functions.ts";
import type { Gatehouse } from "../support/gatehouse.ts";
import { createPlace, password, refusal } from "../support/people.ts";
import { freePort } from "../support/ports.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** It says that it runs, and calls until it is answered or refused. */
const code = `export const handler = async (event) => {
	console.log("it runs");
	await new Promise((resolve) => setTimeout(resolve, 300));
	const { status } = await fetch(process.env.AWS_ENDPOINT_URL + "/" + event.userPoolId + "/.well-known/jwks.json");
	console.log("it was answered " + status);
	return event;
};`;

test("A stop waits for the functions that run, while they can call the server", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-stopping-"));
	mkdirSync(join(folder, "functions"));
	writeFileSync(join(folder, "functions", "Slow.mjs"), code);
	const port = await freePort();
	const env = { ...bareEnvironment, GATEHOUSE_FUNCTIONS_DIR: join(folder, "functions") };
	const child = spawn(process.execPath, [main, "--port", String(port), "--data-dir", folder], { env, stdio: ["ignore", "pipe", "pipe"] });
	t.after(() => {
		child.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	});
	let said = "";
	let look = () => {};
	for (const stream of [child.stdout, child.stderr]) {
		stream.on("data", (chunk) => {
			said += chunk;
			look();
		});
	}
	const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
	const says = (text: string) =>
		new Promise<void>((resolve, reject) => {
			look = () => said.includes(text) && resolve();
			look();
			void ended.then(() => reject(new Error(`it ended: ${said}`)));
		});
	await says("gatehouse ready");
	const client = new CognitoIdentityProviderClient({
		...{ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1" },
		credentials: { accessKeyId: "any", secretAccessKey: "any" },
	});
	t.after(() => client.destroy());
	const { ClientId } = await createPlace({ client } as unknown as Gatehouse, { LambdaConfig: { PreSignUp: functionArn("Slow") } });
	const UserAttributes = [{ Name: "email", Value: "ann@example.com" }];
	const signedUp = refusal(client.send(new SignUpCommand({ ClientId, Username: "ann", Password: password, UserAttributes })));
	await says("it runs");
	child.kill("SIGTERM");
	assert.equal(await signedUp, "not refused");
	assert.equal(await ended, 0);
	assert.ok(said.includes("it was answered 200"), said);
});
