/** Imports of users for tests: files, uploads, and a job from its beginning to its end. */
import {
	CreateUserImportJobCommand,
	type CreateUserImportJobCommandInput,
	DescribeUserImportJobCommand,
	GetCSVHeaderCommand,
	StartUserImportJobCommand,
	type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Gatehouse } from "./gatehouse.ts";

export const roleArn = "arn:aws:iam::000000000000:role/CognitoImport";

export async function headerOf(gatehouse: Gatehouse, UserPoolId: string): Promise<string[]> {
	return (await gatehouse.client.send(new GetCSVHeaderCommand({ UserPoolId }))).CSVHeader ?? [];
}

/** A file with a line for each user; values are written as they are. */
export function csvOf(columns: readonly string[], users: readonly Readonly<Record<string, string>>[]): string {
	return [columns.join(","), ...users.map((user) => columns.map((column) => user[column] ?? "").join(","))].join("\n");
}

/** Somebody who can be imported into a pool that verifies e-mail addresses. */
export const person = (name: string, more: Readonly<Record<string, string>> = {}) => ({
	"cognito:username": name,
	email: `${name}@people.example`,
	email_verified: "true",
	...more,
});

export async function createJob(
	gatehouse: Gatehouse,
	UserPoolId: string,
	job: Partial<CreateUserImportJobCommandInput> = {},
): Promise<UserImportJobType & { readonly JobId: string; readonly url: string }> {
	const { UserImportJob } = await gatehouse.client.send(
		new CreateUserImportJobCommand({ UserPoolId, JobName: "people", CloudWatchLogsRoleArn: roleArn, ...job }),
	);
	// Tests listen on a port of their own.
	const url = (UserImportJob?.PreSignedUrl ?? "").replace(gatehouse.config.publicUrl, gatehouse.url);
	return { ...UserImportJob, JobId: UserImportJob?.JobId ?? "", url };
}

/** As AWS's example does it with curl. Answers the status and, where it is no success, the error's code. */
export async function upload(url: string, body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Promise<string> {
	const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
	const answer = await fetch(url, { method: "PUT", headers: { "x-amz-server-side-encryption": "aws:kms" }, body, ...streamed });
	const text = await answer.text();
	return `${answer.status} ${/<Code>(\w+)</.exec(text)?.[1] ?? ""}`.trim();
}

export async function describeJob(gatehouse: Gatehouse, UserPoolId: string, JobId: string): Promise<UserImportJobType> {
	return (await gatehouse.client.send(new DescribeUserImportJobCommand({ UserPoolId, JobId }))).UserImportJob ?? {};
}

export async function startJob(gatehouse: Gatehouse, UserPoolId: string, JobId: string): Promise<UserImportJobType> {
	return (await gatehouse.client.send(new StartUserImportJobCommand({ UserPoolId, JobId }))).UserImportJob ?? {};
}

/** Does all the work that there is for this server. */
export async function runImports(gatehouse: Gatehouse): Promise<void> {
	while ((await gatehouse.imports.step()).more);
}

export async function logOf(gatehouse: Gatehouse, poolId: string, jobId: string): Promise<string[]> {
	const answer = await fetch(`${gatehouse.url}/_gatehouse/imports/${poolId}/${jobId}`);
	return (await answer.text()).split("\n").filter((line) => line !== "");
}

export interface Imported {
	readonly job: UserImportJobType;
	readonly log: readonly string[];
}

/** Imports a file, from the job's creation to its end. */
export async function importFile(
	gatehouse: Gatehouse,
	poolId: string,
	csv: string | Uint8Array<ArrayBuffer>,
	job: Partial<CreateUserImportJobCommandInput> = {},
): Promise<Imported> {
	const { JobId, url } = await createJob(gatehouse, poolId, job);
	const outcome = await upload(url, csv);
	if (outcome !== "200") throw new Error(`the upload was refused: ${outcome}`);
	await startJob(gatehouse, poolId, JobId);
	await runImports(gatehouse);
	return { job: await describeJob(gatehouse, poolId, JobId), log: await logOf(gatehouse, poolId, JobId) };
}
