/** Every trigger source of Cognito's that there is an occasion for has its event in `test/fixtures/events`, which some test holds. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const events = fileURLToPath(new URL("../fixtures/events", import.meta.url));

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html ("Lambda trigger sources") */
const messages = [
	"SignUp",
	"AdminCreateUser",
	"ResendCode",
	"ForgotPassword",
	"UpdateUserAttribute",
	"VerifyUserAttribute",
	"Authentication",
];
const sources: Readonly<Record<string, readonly string[]>> = {
	PreSignUp: ["SignUp", "AdminCreateUser"],
	PostConfirmation: ["ConfirmSignUp", "ConfirmForgotPassword"],
	PreAuthentication: ["Authentication"],
	PostAuthentication: ["Authentication"],
	DefineAuthChallenge: ["Authentication"],
	CreateAuthChallenge: ["Authentication"],
	VerifyAuthChallengeResponse: ["Authentication"],
	TokenGeneration: ["HostedAuth", "Authentication", "NewPasswordChallenge", "ClientCredentials", "AuthenticateDevice", "RefreshTokens"],
	UserMigration: ["Authentication", "ForgotPassword"],
	CustomMessage: messages,
	CustomEmailSender: messages,
	CustomSMSSender: messages,
};

test("Each trigger source that there is an occasion for has its golden event", () => {
	const names = readdirSync(events).map((file) => file.replace(/\.json$/, ""));
	const held = new Set(names.map((name) => name.split("-")[0]));
	const expected = Object.entries(sources).flatMap(([trigger, occasions]) => occasions.map((occasion) => `${trigger}_${occasion}`));
	assert.deepEqual([...held].sort(), expected.sort());
	for (const name of names) {
		const event = JSON.parse(readFileSync(`${events}/${name}.json`, "utf8")) as { triggerSource: string };
		assert.equal(event.triggerSource, name.split("-")[0], name);
	}
});

test("Each golden event is held by a test", () => {
	const folder = fileURLToPath(new URL(".", import.meta.url));
	const tests = readdirSync(folder)
		.filter((file) => file.endsWith(".test.ts") && !import.meta.filename.endsWith(file))
		.map((file) => readFileSync(folder + file, "utf8"))
		.join("\n");
	for (const file of readdirSync(events)) {
		const name = file.replace(/\.json$/, "");
		// Custom senders' are held by their occasion, for both kinds at once.
		const [, occasion = name] = /^Custom(?:Email|SMS)Sender_(.+)$/.exec(name) ?? [];
		assert.ok(tests.includes(`"${occasion}"`), `${name} is held by no test`);
	}
});
