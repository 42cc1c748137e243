import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import {
	AddCustomAttributesCommand,
	AdminCreateUserCommand,
	AdminGetUserCommand,
	ConfirmForgotPasswordCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolCommand,
	ForgotPasswordCommand,
	InitiateAuthCommand,
	ListUserImportJobsCommand,
	type ListUserImportJobsCommandOutput,
	ListUsersCommand,
	StopUserImportJobCommand,
	UpdateUserPoolCommand,
	type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider";
import { findLastImportAllowed, listImports } from "../../src/domain/user-pools/imports/jobs.ts";
import { listLog } from "../../src/domain/user-pools/imports/log.ts";
import { sweepImportData } from "../../src/domain/user-pools/imports/runner.ts";
import { findActiveImport, findImport } from "../../src/domain/user-pools/imports/stored.ts";
import { listChunks, listOtherChunks, listUploadChunks } from "../../src/domain/user-pools/imports/upload.ts";
import { eachEngine, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import {
	createJob,
	csvOf,
	describeJob,
	headerOf,
	importFile,
	logOf,
	person,
	roleArn,
	runImports,
	startJob,
	upload,
} from "../support/imports.ts";
import { createPlace, password, signIn } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";
import { attributesOf, createPool, refuses } from "../support/user-pools.ts";

const minutes = (count: number) => count * 60_000;
const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
const hours = (count: number) => count * 3_600_000;
const succeeded = (line: number) => `[SUCCEEDED] Line Number ${line} - The import succeeded.`;
const failed = (line: number, reason: string) => `[FAILED] Line Number ${line} - ${reason}`;

function eachGatehouse(name: string, run: (gatehouse: Gatehouse) => Promise<void>): void {
	eachEngine(name, async (engine) => {
		const gatehouse = await startGatehouse({ engine });
		try {
			await run(gatehouse);
			assert.deepEqual(
				gatehouse.logged.filter((line) => line.includes('"level":"error"')),
				[],
			);
		} finally {
			await gatehouse.stop();
		}
	});
}

async function sweepAll(gatehouse: Gatehouse): Promise<void> {
	while ((await sweepImportData(gatehouse.store, gatehouse.clock.now())).more);
}

/** Works on until the first users are there. */
async function stepUntilImported(gatehouse: Gatehouse, poolId: string, jobId: string): Promise<UserImportJobType> {
	for (;;) {
		await gatehouse.imports.step();
		const job = await describeJob(gatehouse, poolId, jobId);
		if ((job.ImportedUsers ?? 0) > 0) return job;
	}
}

const countChunks = async ({ store }: Gatehouse) => (await store.db.selectFrom("user_import_chunks").select("number").execute()).length;

eachGatehouse("A file with every column becomes users, who then reset their passwords", async (gatehouse) => {
	const place = await createPlace(gatehouse, {
		Schema: [
			{ Name: "team", AttributeDataType: "String", Mutable: true },
			{ Name: "age", AttributeDataType: "Number", Mutable: true },
			{ Name: "secret", AttributeDataType: "String", DeveloperOnlyAttribute: true, Mutable: true },
		],
	});
	const { UserPoolId } = place;
	const columns = await headerOf(gatehouse, UserPoolId);
	assert.deepEqual(columns, [
		"name",
		"given_name",
		"family_name",
		"middle_name",
		"nickname",
		"preferred_username",
		"profile",
		"picture",
		"website",
		"email",
		"email_verified",
		"gender",
		"birthdate",
		"zoneinfo",
		"locale",
		"phone_number",
		"phone_number_verified",
		"address",
		"updated_at",
		"custom:team",
		"custom:age",
		"dev:custom:secret",
		"cognito:mfa_enabled",
		"cognito:username",
	]);
	const attributes = {
		name: "Jöhn Doe",
		given_name: "Jöhn",
		family_name: "Doe",
		middle_name: "Q",
		nickname: "jd",
		preferred_username: "jdoe",
		profile: "https://people.example/john",
		picture: "https://people.example/john.png",
		website: "https://john.example",
		email: "john@people.example",
		email_verified: "true",
		gender: "male",
		zoneinfo: "Europe/Vienna",
		locale: "de-AT",
		phone_number: "+12345550100",
		phone_number_verified: "false",
		updated_at: "1471453471",
		"custom:team": 'a \\ b "c"',
		"custom:age": "41",
		"dev:custom:secret": "s",
	};
	const csv = csvOf(columns, [
		{
			...attributes,
			email_verified: "TRUE",
			phone_number_verified: "FALSE",
			"cognito:username": "John",
			"cognito:mfa_enabled": "false",
			birthdate: "02/01/1985",
			address: "  123 Any Street\\, Anytown  ",
		},
		person("Jane"),
	]);
	const created = await createJob(gatehouse, UserPoolId);
	assert.match(created.JobId, /^import-[0-9A-Za-z]{10}$/);
	const { url, CreationDate, PreSignedUrl, ...rest } = created;
	assert.deepEqual(rest, {
		JobId: created.JobId,
		JobName: "people",
		UserPoolId,
		Status: "Created",
		CloudWatchLogsRoleArn: roleArn,
		ImportedUsers: 0,
		SkippedUsers: 0,
		FailedUsers: 0,
	});
	assert.equal(await upload(url, csv), "200");
	const started = await startJob(gatehouse, UserPoolId, created.JobId);
	assert.equal(started.Status, "Pending");
	await runImports(gatehouse);
	const job = await describeJob(gatehouse, UserPoolId, created.JobId);
	assert.deepEqual(
		[job.Status, job.ImportedUsers, job.SkippedUsers, job.FailedUsers, job.CompletionMessage, job.PreSignedUrl],
		["Succeeded", 2, 0, 0, "Import Job Completed Successfully.", PreSignedUrl],
	);
	assert.ok(job.CompletionDate && job.StartDate && job.CompletionDate >= job.StartDate && job.StartDate >= (CreationDate ?? 0));
	assert.deepEqual(await logOf(gatehouse, UserPoolId, created.JobId), [succeeded(2), succeeded(3)]);

	const john = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username: "John" }));
	const { sub, ...imported } = attributesOf({ Attributes: john.UserAttributes });
	assert.match(sub ?? "", /^[0-9a-f-]{36}$/);
	assert.deepEqual(imported, { ...attributes, birthdate: "1985-02-01", address: "123 Any Street, Anytown" });
	assert.deepEqual([john.UserStatus, john.Enabled, john.UserMFASettingList], ["RESET_REQUIRED", true, undefined]);
	const found = await gatehouse.client.send(new ListUsersCommand({ UserPoolId, Filter: 'family_name ^= "do"' }));
	assert.deepEqual(
		found.Users?.map((user) => user.Username),
		["John"],
	);
	const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId }));
	assert.equal(UserPool?.EstimatedNumberOfUsers, 2);
	assert.deepEqual(gatehouse.inbox(), []);

	// "Your app makes a ForgotPassword API request and resets the user's password."
	const { ClientId } = place;
	const AuthParameters = { USERNAME: "John", PASSWORD: "any" };
	await refuses(
		gatehouse.client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })),
		"PasswordResetRequiredException",
	);
	await gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "John" }));
	const ConfirmationCode = gatehouse.code("john@people.example");
	await gatehouse.client.send(new ConfirmForgotPasswordCommand({ ClientId, Username: "John", Password: password, ConfirmationCode }));
	assert.ok((await signIn(place, "John")).AccessToken);
	// "After they complete or expire, Amazon Cognito deletes your uploaded CSV file."
	assert.ok((await countChunks(gatehouse)) > 0);
	await sweepAll(gatehouse);
	assert.equal(await countChunks(gatehouse), 0);
});

eachGatehouse(
	"Rows that describe nobody fail with their reason, those of users who exist are skipped, and the others are imported",
	async (gatehouse) => {
		const UserPoolId = await createPool(gatehouse, {
			AutoVerifiedAttributes: ["email"],
			AliasAttributes: ["email", "preferred_username"],
			UsernameConfiguration: { CaseSensitive: false },
			Schema: [
				{ Name: "family_name", Required: true, Mutable: true },
				{ Name: "age", AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "18" } },
			],
		});
		const columns = await headerOf(gatehouse, UserPoolId);
		await gatehouse.client.send(
			new AdminCreateUserCommand({
				UserPoolId,
				Username: "existing",
				MessageAction: "SUPPRESS",
				UserAttributes: [
					{ Name: "email", Value: "taken@people.example" },
					{ Name: "email_verified", Value: "true" },
					{ Name: "family_name", Value: "x" },
				],
			}),
		);
		const unverified = "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).";
		const rows: readonly (readonly [row: Readonly<Record<string, string>> | string, expected: string | undefined])[] = [
			[person("good1"), undefined],
			[person("", {}), "cognito:username is required."],
			[person("with space"), "cognito:username must have 1 to 128 characters, and no spaces or tabs."],
			[person("a".repeat(129)), "cognito:username must have 1 to 128 characters, and no spaces or tabs."],
			[person("x@people.example"), "Username cannot be of email format, since user pool is configured for email alias."],
			[person("u1", { email_verified: "false" }), unverified],
			[person("u2", { email_verified: "" }), unverified],
			[person("u3", { email: "" }), "email must have a value where email_verified is true."],
			[person("u4", { email: "not-an-address@" }), "Invalid email address format."],
			[person("u5", { phone_number: "0123" }), "Invalid phone number format."],
			[person("u6", { birthdate: "1985-02-01" }), "birthdate must have the form mm/dd/yyyy."],
			[person("u7", { birthdate: "31/12/1985" }), "birthdate is no day of the calendar."],
			[
				person("u8", { updated_at: "yesterday" }),
				"Attributes did not conform to the schema: updated_at: Attribute value must be a number.",
			],
			[
				person("u9", { "custom:age": "17", email_verified: "yes" }),
				"Attributes did not conform to the schema: email_verified: Attribute value must be true or false. custom:age: Attribute value must not be less than 18.",
			],
			[person("u10", { family_name: "" }), "The user lacks attributes that the user pool requires: family_name"],
			[
				person("u11", { name: "n".repeat(2049) }),
				"Attributes did not conform to the schema: name: Attribute cannot have more than 2048 bytes.",
			],
			[person("u12", { "cognito:mfa_enabled": "true" }), "The user pool has no MFA: cognito:mfa_enabled must be false or blank."],
			[person("u13", { "cognito:mfa_enabled": "maybe" }), "cognito:mfa_enabled must be true, false or blank."],
			["too,few,values", `The row has 3 values, and the header has ${columns.length}. (A comma in a value needs a backslash.)`],
			[
				person("u14", { address: "Street, unescaped" }),
				`The row has ${columns.length + 1} values, and the header has ${columns.length}. (A comma in a value needs a backslash.)`,
			],
			[person("u15", { name: "x".repeat(16_001) }), "The row is longer than 16000 characters."],
			[person("u16", { name: "x".repeat(200_000) }), "The row is longer than 16000 characters."],
			[person("u17", { name: "\uffff" }), "The row is not valid UTF-8."],
			[person("u18", { name: "\0" }), "The row contains U+0000."],
			[person("u19", { email: "taken@people.example" }), "An account with the email already exists."],
			[person("u20", { preferred_username: "existing" }), "An account with the preferred_username already exists."],
			[person("EXISTING"), "skipped"],
			[person("GOOD1", { email: "other@people.example" }), "skipped"],
			[person("u21", { email: "good1@people.example" }), "An account with the email already exists."],
			[person("good2"), undefined],
		];
		const csv = [
			csvOf(columns, []),
			...rows.map(([row]) => (typeof row === "string" ? row : csvOf(columns, [{ family_name: "Doe", ...row }]).split("\n")[1])),
		].join("\r\n");
		// No text can hold it.
		const bytes = Buffer.from(csv);
		const at = bytes.indexOf(Buffer.from("\uffff"));
		bytes.set([0xff, 0xfe, 0xfd], at);
		const { job, log } = await importFile(gatehouse, UserPoolId, new Uint8Array(bytes));
		assert.deepEqual(
			log,
			rows.map(([, expected], i) => {
				if (expected === undefined) return succeeded(i + 2);
				return expected === "skipped" ? `[SKIPPED] Line Number ${i + 2} - The user already exists.` : failed(i + 2, expected);
			}),
		);
		assert.deepEqual(
			[job.Status, job.ImportedUsers, job.SkippedUsers, job.FailedUsers, job.CompletionMessage],
			["Failed", 2, 2, rows.length - 4, "Too many users have failed or been skipped during the import."],
		);
		const { Users } = await gatehouse.client.send(new ListUsersCommand({ UserPoolId }));
		assert.deepEqual(Users?.map((user) => user.Username).sort(), ["existing", "good1", "good2"]);
	},
);

eachGatehouse("A file whose header is not the pool's imports nobody, and says what is wrong", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
	const columns = await headerOf(gatehouse, UserPoolId);
	const csv = (header: readonly string[]) => csvOf(header, [person("somebody")]);
	for (const [file, message] of [
		[csv(columns.filter((name) => name !== "nickname" && name !== "gender")), "The header of the CSV file lacks: nickname, gender"],
		[
			csv([...columns, "shoe_size", "cognito:password_hash"]),
			"The header of the CSV file has unknown columns: shoe_size, cognito:password_hash",
		],
		[csv([...columns, "email"]), "The header of the CSV file repeats: email"],
		[`\ufeff${csv(columns)}`, "The CSV file begins with a byte order mark."],
		["", "The CSV file is empty."],
		["\n\n \r\n", "The CSV file is empty."],
		["x".repeat(60_000), "The header of the CSV file can't be read."],
	] as const) {
		const { job, log } = await importFile(gatehouse, UserPoolId, file);
		assert.deepEqual([job.Status, job.CompletionMessage, job.ImportedUsers, log], ["Failed", message, 0, []]);
	}
	const blank = await importFile(gatehouse, UserPoolId, `\n${csv([...columns].reverse())}\n\n  \n`);
	assert.deepEqual([blank.job.Status, blank.log], ["Succeeded", [succeeded(3)]]);
	const header = await importFile(gatehouse, UserPoolId, csvOf(columns, []));
	assert.deepEqual([header.job.Status, header.job.ImportedUsers], ["Succeeded", 0]);
	assert.ok(!(await importFile(gatehouse, UserPoolId, "Ada Lovelace,ada@people.example")).job.CompletionMessage?.includes("Ada"));
});

eachGatehouse("An upload URL is good for 15 minutes, for its job alone, and until the job is started", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
	const columns = await headerOf(gatehouse, UserPoolId);
	const csv = (name: string) => csvOf(columns, [person(name)]);
	const one = await createJob(gatehouse, UserPoolId);
	const two = await createJob(gatehouse, UserPoolId);
	await refuses(startJob(gatehouse, UserPoolId, one.JobId), "PreconditionNotMetException", `No csv file was uploaded for ${one.JobId}`);
	assert.equal(await upload(two.url.replace(two.JobId, one.JobId), csv("x")), "403 SignatureDoesNotMatch");
	assert.equal(await upload(one.url.replace(/expires=\d/, "expires=9"), csv("x")), "403 SignatureDoesNotMatch");
	assert.equal(await upload(one.url.replace(/&signature=.*/, ""), csv("x")), "403 SignatureDoesNotMatch");
	assert.equal((await fetch(one.url, { method: "POST", body: "x" })).status, 404);
	const other = await createPool(gatehouse);
	assert.equal(await upload(one.url.replace(UserPoolId, other), csv("x")), "403 SignatureDoesNotMatch");

	// Before it is started the last file counts, and one that breaks off counts nothing.
	assert.equal(await upload(one.url, csv("first")), "200");
	assert.equal(await upload(one.url, csv("second")), "200");
	const broken = new ReadableStream<Uint8Array>({
		pull(controller) {
			controller.enqueue(Buffer.from(csv("third")));
			controller.error(new Error("broken off"));
		},
	});
	await assert.rejects(upload(one.url, broken));
	await startJob(gatehouse, UserPoolId, one.JobId);
	assert.equal(await upload(one.url, csv("late")), "403 AccessDenied");
	await runImports(gatehouse);
	assert.equal(await upload(one.url, csv("late")), "403 AccessDenied");
	assert.equal((await describeJob(gatehouse, UserPoolId, one.JobId)).ImportedUsers, 1);
	const { Users } = await gatehouse.client.send(new ListUsersCommand({ UserPoolId }));
	assert.deepEqual(
		Users?.map((user) => user.Username),
		["second"],
	);

	gatehouse.clock.advance(minutes(15));
	assert.equal(await upload(two.url, csv("x")), "403 AccessDenied");
	assert.equal((await describeJob(gatehouse, UserPoolId, two.JobId)).Status, "Created");
});

eachGatehouse("A file may have 100 MB and 500,000 rows, and no more", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
	const columns = await headerOf(gatehouse, UserPoolId);
	const { url } = await createJob(gatehouse, UserPoolId);
	const declared = request(url, { method: "PUT", headers: { "content-length": 100 * megabyte.length + 1 } });
	declared.flushHeaders();
	const [answer] = (await once(declared, "response")) as [IncomingMessage];
	assert.equal(answer.statusCode, 400);
	declared.destroy();
	// What is counted while it arrives is the same for both engines, and takes seconds.
	if (gatehouse.store.engine === "sqlite") {
		let sent = 0;
		const endless = new ReadableStream<Uint8Array>({
			pull(controller) {
				sent++;
				if (sent > 200) controller.close();
				else controller.enqueue(megabyte);
			},
		});
		// The connection may end before the answer is read.
		const outcome = await upload(url, endless).catch(() => "ended");
		assert.ok(outcome === "400 EntityTooLarge" || outcome === "ended", outcome);
		assert.ok(sent < 130, `${sent} MB were taken`);
	}
	assert.equal(await countChunks(gatehouse), 0);
	const { job } = await importFile(gatehouse, UserPoolId, `${csvOf(columns, [])}\n${"x\n".repeat(500_001)}`);
	assert.deepEqual([job.Status, job.FailedUsers, job.CompletionMessage], ["Failed", 0, "The CSV file has more than 500000 rows."]);
});

eachGatehouse("A job expires when nobody starts it within a day, and its file goes", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
	const { JobId, url } = await createJob(gatehouse, UserPoolId);
	assert.equal(await upload(url, csvOf(await headerOf(gatehouse, UserPoolId), [person("x")])), "200");
	gatehouse.clock.advance(hours(24) - minutes(1));
	await sweepAll(gatehouse);
	assert.equal((await describeJob(gatehouse, UserPoolId, JobId)).Status, "Created");
	gatehouse.clock.advance(minutes(1));
	for (let look = 0; look < 2; look++) {
		assert.equal((await describeJob(gatehouse, UserPoolId, JobId)).Status, "Expired");
		await refuses(
			startJob(gatehouse, UserPoolId, JobId),
			"PreconditionNotMetException",
			"Cannot start an import job with the status Expired.",
		);
		await refuses(gatehouse.client.send(new StopUserImportJobCommand({ UserPoolId, JobId })), "PreconditionNotMetException");
		await sweepAll(gatehouse);
	}
	assert.equal(await countChunks(gatehouse), 0);
});

eachGatehouse(
	"One job runs at a time, which holds its pool's settings; stopping it ends it at once and frees the place",
	async (gatehouse) => {
		const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const columns = await headerOf(gatehouse, UserPoolId);
		const [one, two] = [await createJob(gatehouse, UserPoolId), await createJob(gatehouse, UserPoolId)];
		const csv = csvOf(
			columns,
			Array.from({ length: 1000 }, (_, i) => person(`user-${i}`)),
		);
		for (const { url } of [one, two]) assert.equal(await upload(url, csv), "200");
		await startJob(gatehouse, UserPoolId, one.JobId);
		const busy = "Only one import job can be active at a time per account.";
		await refuses(startJob(gatehouse, UserPoolId, two.JobId), "PreconditionNotMetException", busy);
		await refuses(
			startJob(gatehouse, UserPoolId, one.JobId),
			"PreconditionNotMetException",
			"Cannot start an import job with the status Pending.",
		);
		for (const command of [
			new UpdateUserPoolCommand({ UserPoolId }),
			new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [{ Name: "x", AttributeDataType: "String" }] }),
			new DeleteUserPoolCommand({ UserPoolId }),
		]) {
			await refuses(gatehouse.client.send(command as UpdateUserPoolCommand), "UserImportInProgressException");
		}
		const under = await stepUntilImported(gatehouse, UserPoolId, one.JobId);
		assert.ok(under.Status === "InProgress" && (under.ImportedUsers ?? 0) < 1000);
		// A batch that is under way comes before or not at all.
		const stop = gatehouse.client.send(new StopUserImportJobCommand({ UserPoolId, JobId: one.JobId }));
		await Promise.all([stop, gatehouse.imports.step()]);
		const { UserImportJob } = await stop;
		assert.deepEqual(
			[UserImportJob?.Status, UserImportJob?.CompletionMessage],
			["Stopped", "The Import Job was stopped by the developer."],
		);
		const stopped = await describeJob(gatehouse, UserPoolId, one.JobId);
		assert.equal(stopped.ImportedUsers, UserImportJob?.ImportedUsers);
		assert.equal((await logOf(gatehouse, UserPoolId, one.JobId)).length, stopped.ImportedUsers);
		const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId }));
		assert.equal(UserPool?.EstimatedNumberOfUsers, stopped.ImportedUsers);
		await refuses(
			startJob(gatehouse, UserPoolId, one.JobId),
			"PreconditionNotMetException",
			"Cannot start an import job with the status Stopped.",
		);
		await refuses(gatehouse.client.send(new StopUserImportJobCommand({ UserPoolId, JobId: one.JobId })), "PreconditionNotMetException");

		await startJob(gatehouse, UserPoolId, two.JobId);
		await runImports(gatehouse);
		const after = await describeJob(gatehouse, UserPoolId, two.JobId);
		assert.deepEqual([(after.ImportedUsers ?? 0) + (after.SkippedUsers ?? 0), after.SkippedUsers], [1000, stopped.ImportedUsers]);
		await gatehouse.client.send(new DeleteUserPoolCommand({ UserPoolId }));
	},
);

eachGatehouse("Jobs are listed from the newest on, page by page, those of one pool", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse);
	await createJob(gatehouse, await createPool(gatehouse));
	const ids: string[] = [];
	for (let i = 0; i < 5; i++) {
		ids.unshift((await createJob(gatehouse, UserPoolId, { JobName: `job ${i}` })).JobId);
		gatehouse.clock.advance(1000);
	}
	const listed: string[] = [];
	let PaginationToken: string | undefined;
	let pages = 0;
	do {
		const page: ListUserImportJobsCommandOutput = await gatehouse.client.send(
			new ListUserImportJobsCommand({ UserPoolId, MaxResults: 2, ...(PaginationToken && { PaginationToken }) }),
		);
		listed.push(...(page.UserImportJobs ?? []).map(({ JobId = "" }) => JobId));
		PaginationToken = page.PaginationToken;
		pages++;
	} while (PaginationToken !== undefined);
	assert.deepEqual([listed, pages], [ids, 3]);
	await refuses(describeJob(gatehouse, UserPoolId, "import-unknown"), "ResourceNotFoundException");
	const { JobId, url } = await createJob(gatehouse, UserPoolId);
	assert.equal(await upload(url, "x"), "200");
	await refuses(startJob(gatehouse, UserPoolId, JobId), "PreconditionNotMetException", /auto-verified/);
});

eachGatehouse("Where e-mail addresses are usernames, the username of a row is the address and the user gets a sub", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"], UsernameAttributes: ["email"] });
	const columns = await headerOf(gatehouse, UserPoolId);
	const { log } = await importFile(
		gatehouse,
		UserPoolId,
		csvOf(columns, [
			{ "cognito:username": "ada@people.example", email_verified: "true" },
			{ "cognito:username": "bob@people.example", email_verified: "true", email: "bob@people.example" },
			{ "cognito:username": "eve@people.example", email_verified: "true", email: "mallory@people.example" },
			{ "cognito:username": "carl", email_verified: "true", email: "carl@people.example" },
			{ "cognito:username": "ada@people.example", email_verified: "true" },
			{ "cognito:username": "dan@people.example", email_verified: "true", email: "Dan@people.example" },
		]),
	);
	assert.deepEqual(log, [
		succeeded(2),
		succeeded(3),
		failed(4, "email is not what cognito:username says, which is the user's email in this user pool."),
		failed(5, "Username should be an email."),
		"[SKIPPED] Line Number 6 - The user already exists.",
		succeeded(7),
	]);
	const ada = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username: "ada@people.example" }));
	const { sub, email } = attributesOf({ Attributes: ada.UserAttributes });
	assert.deepEqual([ada.Username, email], [sub, "ada@people.example"]);
});

eachGatehouse("cognito:mfa_enabled follows the pool, and somebody with a passwordless factor may sign in at once", async (gatehouse) => {
	const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } };
	const run = async (mfa: "ON" | "OPTIONAL", rows: readonly Readonly<Record<string, string>>[]) => {
		const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email", "phone_number"], MfaConfiguration: mfa, ...sms });
		const { log } = await importFile(gatehouse, UserPoolId, csvOf(await headerOf(gatehouse, UserPoolId), rows));
		const mfaOf = async (Username: string) => {
			const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
			return user.UserMFASettingList;
		};
		return { log: log.map((line) => line.slice(0, 8)), reasons: log, mfaOf };
	};
	const phone = { phone_number: "+12345550100", phone_number_verified: "true" };
	const mfa = (value: string) => ({ "cognito:mfa_enabled": value });
	const on = await run("ON", [
		person("a", { ...phone, ...mfa("true") }),
		person("b", { ...phone, ...mfa("") }),
		person("c", mfa("FALSE")),
		person("d", mfa("true")),
	]);
	assert.deepEqual(on.log, ["[SUCCEED", "[SUCCEED", "[FAILED]", "[SUCCEED"]);
	assert.deepEqual(await Promise.all(["a", "b"].map(on.mfaOf)), [["SMS_MFA"], ["SMS_MFA"]]);
	const optional = await run("OPTIONAL", [
		person("a", { ...phone, ...mfa("TRUE") }),
		person("b", { ...phone, ...mfa("") }),
		person("c", { ...phone, ...mfa("false") }),
		person("d", mfa("true")),
	]);
	assert.deepEqual(optional.log, ["[SUCCEED", "[SUCCEED", "[SUCCEED", "[FAILED]"]);
	assert.deepEqual(await Promise.all(["a", "b", "c"].map(optional.mfaOf)), [["SMS_MFA"], undefined, undefined]);

	const UserPoolId = await createPool(gatehouse, {
		AutoVerifiedAttributes: ["email"],
		Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
	});
	await importFile(gatehouse, UserPoolId, csvOf(await headerOf(gatehouse, UserPoolId), [person("ada")]));
	assert.equal((await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username: "ada" }))).UserStatus, "CONFIRMED");
});

eachGatehouse("Users who sign up while they are imported are imported or skipped, and never twice", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
	const names = Array.from({ length: 200 }, (_, i) => `user-${i}`);
	const { JobId, url } = await createJob(gatehouse, UserPoolId);
	await upload(
		url,
		csvOf(
			await headerOf(gatehouse, UserPoolId),
			names.map((name) => person(name)),
		),
	);
	await startJob(gatehouse, UserPoolId, JobId);
	const rivals = names.filter((_, i) => i % 20 === 0);
	const [settled] = await Promise.all([
		Promise.allSettled(
			rivals.map((Username) => gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: "SUPPRESS" }))),
		),
		runImports(gatehouse),
	]);
	const won = settled.filter(({ status }) => status === "fulfilled").length;
	const job = await describeJob(gatehouse, UserPoolId, JobId);
	assert.deepEqual([job.ImportedUsers, job.SkippedUsers, job.FailedUsers], [200 - won, won, 0]);
	const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId }));
	assert.equal(UserPool?.EstimatedNumberOfUsers, 200);
});

eachGatehouse("Somebody who is in a file twice is imported once, however far apart the rows are", async (gatehouse) => {
	const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"], AliasAttributes: ["email"] });
	const rows = Array.from({ length: 450 }, (_, i) => person(`user-${i}`));
	rows[220] = person("user-190", { email: "x@people.example" });
	rows[230] = person("late", { email: "user-195@people.example" });
	rows[440] = person("user-0");
	const { job, log } = await importFile(gatehouse, UserPoolId, csvOf(await headerOf(gatehouse, UserPoolId), rows));
	assert.deepEqual([job.Status, job.ImportedUsers, job.SkippedUsers, job.FailedUsers], ["Succeeded", 447, 2, 1]);
	assert.deepEqual(
		log.filter((line) => !line.startsWith("[SUCCEEDED]")),
		[
			"[SKIPPED] Line Number 222 - The user already exists.",
			failed(232, "An account with the email already exists."),
			"[SKIPPED] Line Number 442 - The user already exists.",
		],
	);
});

eachGatehouse("A server that was stopped in the middle goes on with the job when it is started again", async (first) => {
	const UserPoolId = await createPool(first, { AutoVerifiedAttributes: ["email"] });
	const names = Array.from({ length: 700 }, (_, i) => `user-${i}`);
	const { JobId, url } = await createJob(first, UserPoolId);
	await upload(
		url,
		csvOf(
			await headerOf(first, UserPoolId),
			names.map((name) => person(name)),
		),
	);
	await startJob(first, UserPoolId, JobId);
	await stepUntilImported(first, UserPoolId, JobId);
	await first.imports.release();
	const second = await first.restart();
	try {
		const under = await describeJob(second, UserPoolId, JobId);
		assert.ok(under.Status === "InProgress" && (under.ImportedUsers ?? 0) > 0);
		await runImports(second);
		const job = await describeJob(second, UserPoolId, JobId);
		assert.deepEqual([job.Status, job.ImportedUsers, job.SkippedUsers], ["Succeeded", 700, 0]);
		assert.deepEqual(
			await logOf(second, UserPoolId, JobId),
			names.map((_, i) => succeeded(i + 2)),
		);
	} finally {
		await second.stop();
	}
});

test("Another node goes on with the job of one that has gone silent, which then writes no more (postgres)", async () => {
	const one = await startGatehouse({ engine: "postgres" });
	const two = await one.node();
	try {
		const UserPoolId = await createPool(one, { AutoVerifiedAttributes: ["email"] });
		const names = Array.from({ length: 700 }, (_, i) => `user-${i}`);
		const { JobId, url } = await createJob(one, UserPoolId);
		await upload(
			url,
			csvOf(
				await headerOf(one, UserPoolId),
				names.map((name) => person(name)),
			),
		);
		await startJob(one, UserPoolId, JobId);
		await stepUntilImported(one, UserPoolId, JobId);
		assert.ok(!(await two.imports.step()).more, "it is the first one's");
		one.clock.advance(5_000);
		// Both at once: whoever writes first, no line is done twice.
		await Promise.all([two.imports.step(), one.imports.step()]);
		await Promise.all([runImports(two), runImports(one)]);
		const job = await describeJob(one, UserPoolId, JobId);
		assert.deepEqual([job.Status, job.ImportedUsers, job.SkippedUsers, job.FailedUsers], ["Succeeded", 700, 0, 0]);
		assert.deepEqual(
			await logOf(two, UserPoolId, JobId),
			names.map((_, i) => succeeded(i + 2)),
		);
	} finally {
		await two.stop();
		await one.stop();
	}
});

test("every statement about imports", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [
			findImport,
			findActiveImport,
			listImports,
			findLastImportAllowed,
			listChunks,
			listOtherChunks,
			listUploadChunks,
			listLog,
		]) {
			const plan = await explain(store, each as typeof findImport);
			assert.ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
