/**
 * What STS says when it refuses, word for word, to AWS's own client. Sources:
 *   recorded   STS's own answers, recorded in localstack/localstack, tests/aws/services/sts/test_sts.snapshot.json
 *   otherwise  the thread in which somebody quotes the answer, or the API reference
 */
import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AssumeRoleCommand,
	type AssumeRoleCommandInput,
	AssumeRoleWithWebIdentityCommand,
	GetFederationTokenCommand,
	GetSessionTokenCommand,
	STSClient,
	type STSServiceException,
} from "@aws-sdk/client-sts";
import { account, allow, directoryOf, policy, trusts } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

type Command = object;
type Case = readonly [source: string, command: Command, code: string, status: number, message: string];

const roleArn = `arn:aws:iam::${account}:role/open`;
const hour = 3600;
const assume = (more: Partial<AssumeRoleCommandInput>) => new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "work", ...more });
const tags = (count: number, length: number) =>
	Array.from({ length: count }, (_, i) => ({ Key: `${i}`.padStart(3, "k"), Value: noise(i, length) }));

/** Characters that don't compress, the same in every run. */
function noise(seed: number, length: number): string {
	let state = seed + 1;
	const next = () => {
		state = (state * 48_271) % 2_147_483_647;
		return String.fromCharCode(0x4e00 + (state % 20_000));
	};
	return Array.from({ length }, next).join("");
}

function tokenOf(claims: object): string {
	const [header, body] = [{ alg: "RS256", kid: "k" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
	return `${header}.${body}.AAAA`;
}
const web = (claims: object, RoleArn = roleArn) =>
	new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "web", WebIdentityToken: tokenOf(claims) });

const validation = (source: string, command: Command, message: string): Case => [source, command, "ValidationError", 400, message];
const parameter = (command: Command, message: string): Case => ["recorded", command, "InvalidParameterValue", 400, message];
const tokenInvalid = (source: string, command: Command, message: string): Case => [source, command, "InvalidIdentityToken", 400, message];
const broken = (value: string, member: string, constraint: string) =>
	`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`;

const cases: readonly Case[] = [
	...[
		"nothing-valid-in-here",
		"arn::b:::something/test-role",
		"arn:a::::something/test-role",
		"arn:a:::something/test-role",
		"arn:a:a::aaaaaaaaaa:",
	].map((arn) => validation("recorded", assume({ RoleArn: arn }), `${arn} is invalid`)),
	validation(
		"recorded",
		assume({ RoleSessionName: "Session1:2" }),
		broken("Session1:2", "roleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]*"),
	),
	validation(
		"recorded",
		assume({ RoleSessionName: "s".repeat(65) }),
		broken("s".repeat(65), "roleSessionName", "Member must have length less than or equal to 64"),
	),
	parameter(assume({ TransitiveTagKeys: ["a"] }), "The specified transitive tag key must be included in the requested tags."),
	parameter(
		assume({
			Tags: [
				{ Key: "a", Value: "1" },
				{ Key: "A", Value: "2" },
			],
		}),
		"Duplicate tag keys found. Please note that Tag keys are case insensitive.",
	),
	validation(
		"API_AssumeRole",
		assume({ DurationSeconds: 899 }),
		broken("899", "durationSeconds", "Member must have value greater than or equal to 900"),
	),
	validation(
		"API_AssumeRole",
		assume({ DurationSeconds: 12 * hour + 1 }),
		broken("43201", "durationSeconds", "Member must have value less than or equal to 43200"),
	),
	validation(
		"API_GetSessionToken",
		new GetSessionTokenCommand({ DurationSeconds: 36 * hour + 1 }),
		broken("129601", "durationSeconds", "Member must have value less than or equal to 129600"),
	),
	validation(
		"API_GetFederationToken",
		new GetFederationTokenCommand({ Name: "n".repeat(33) }),
		broken("n".repeat(33), "name", "Member must have length less than or equal to 32"),
	),
	validation(
		"API_GetFederationToken",
		new GetFederationTokenCommand({ Name: "name", Policy: " ".repeat(2049) }),
		broken(" ".repeat(2049).slice(0, 2048).concat("..."), "policy", "Member must have length less than or equal to 2048"),
	),
	validation(
		"recorded, of IAM",
		assume({ Tags: tags(51, 1) }),
		`1 validation error detected: Value '[${tags(51, 1)
			.map(({ Key, Value }) => `Tag(key=${Key}, value=${Value})`)
			.join(", ")}]' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50`,
	),
	["API_AssumeRole", assume({ Policy: "{" }), "MalformedPolicyDocument", 400, "Syntax errors in policy."],
	validation(
		"prometheus-community/yet-another-cloudwatch-exporter#343",
		web({}, "arn:aws:iam::aws:policy/AdministratorAccess"),
		"Request ARN is invalid",
	),
	tokenInvalid(
		"mozilla-iam/mozilla-aws-cli#127",
		web({ iss: "https://auth.mozilla.auth0.com/", sub: "s", aud: "a" }),
		"No OpenIDConnect provider found in your account for https://auth.mozilla.auth0.com/",
	),
	tokenInvalid(
		"aws-actions/configure-aws-credentials#502",
		web({ iss: "https://auth.example.com", aud: "a" }),
		"Missing a required claim: sub",
	),
];

for (const engine of engines) {
	describe(`STS refuses in its own words (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: STSClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			const credentials = { accessKeyId: "any", secretAccessKey: "any" };
			client = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			const trust = [trusts({ AWS: account }, ["sts:AssumeRole", "sts:TagSession"])];
			await directoryOf(gatehouse).role("open", trust, undefined, { MaxSessionDuration: 12 * hour });
		});
		after(async () => {
			client.destroy();
			await gatehouse.stop();
		});

		for (const [source, command, code, status, message] of cases) {
			test(`${command.constructor.name.replace("Command", "")}: ${message.slice(0, 120)} [${source}]`, async () => {
				deepEqual(await answerOf(client, command), [code, status, message]);
			});
		}

		test("what takes too much space is said in percent, in other words where it is tags alone [aws/containers-roadmap#2413]", async () => {
			const percent = (message: string) => message.replace(/\d+%/, "N%");
			const [tagged, , tagsText] = await answerOf(client, assume({ Tags: tags(50, 256) }));
			equal(tagged, "PackedPolicyTooLarge");
			equal(percent(tagsText), "Packed size of session tags consumes N% of allotted space.");
			const Policy = policy(allow(Array.from({ length: 150 }, (_, i) => `s3:GetObject${i}x`)));
			const [limited, , policyText] = await answerOf(client, assume({ Policy }));
			equal(limited, "PackedPolicyTooLarge");
			equal(percent(policyText), "Packed policy consumes N% of allotted space, please use smaller policy.");
		});

		test("fifty tags of short values fit, and so does a policy of 2,048 characters beside white space", async () => {
			await client.send(assume({ Tags: tags(50, 1) }));
			const bucket = (length: number) => policy(allow("s3:GetObject", `arn:aws:s3:::${"b".repeat(length)}`));
			const Policy = bucket(2048 - bucket(0).length);
			equal(Policy.length, 2048);
			equal((await client.send(assume({ Policy: `${Policy}${" ".repeat(1000)}` }))).PackedPolicySize, 100);
			equal((await answerOf(client, assume({ Policy: bucket(2049 - bucket(0).length) })))[0], "PackedPolicyTooLarge");
		});

		test("ten managed policies limit a session, each of which is there", async () => {
			const PolicyArns = Array.from({ length: 10 }, () => ({ arn: "arn:aws:iam::aws:policy/AdministratorAccess" }));
			await client.send(assume({ PolicyArns }));
			const missing = [{ arn: `arn:aws:iam::${account}:policy/none` }];
			for (const wrong of [[...PolicyArns, ...PolicyArns.slice(0, 1)], missing]) {
				const [code, status] = await answerOf(client, assume({ PolicyArns: wrong }));
				deepEqual([code, status], ["ValidationError", 400]);
			}
		});

		test("GetFederationToken tells how much space is taken even where none is [recorded]", async () => {
			equal((await client.send(new GetFederationTokenCommand({ Name: "name" }))).PackedPolicySize, 0);
			equal((await client.send(assume({}))).PackedPolicySize, undefined);
		});
	});
}

/** The refusal as it was on the wire. */
async function answerOf(client: STSClient, command: Command): Promise<[string, number, string]> {
	try {
		await client.send(command as AssumeRoleCommand);
	} catch (error) {
		const { Code, Error: wire, message, $metadata } = error as STSServiceException & { Code?: string; Error?: { Code?: string } };
		return [Code ?? wire?.Code ?? "", $metadata.httpStatusCode ?? 0, message];
	}
	throw new Error("it was not refused");
}
