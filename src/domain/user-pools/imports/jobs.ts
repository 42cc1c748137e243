/**
 * Jobs that import users from a CSV file: how one is made, started, stopped and shown. What a job does with its file is in `run.ts`, and
 * who does it in `runner.ts`. Must not know HTTP: the file comes through `upload.ts` as a stream of bytes.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
 */
import { sql } from "kysely";
import type { PasswordHashingAlgorithmType, UserImportJobType } from "../../../aws/model/cognito-idp.types.ts";
import { randomText } from "../../../crypto/random-text.ts";
import { insert, statement, update } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import {
	importInProgress,
	importNeedsAutoVerified,
	importNotFound,
	importNotIn,
	importWithoutFile,
	otherImportActive,
	tooMany,
} from "../../refusals.ts";
import { openPage, pageOf } from "../paging.ts";
import type { UserPool } from "../pools.ts";
import { activeName, discardAt, endImport, findActiveImport, findImport, type ImportRow, importLimits, statusOf } from "./stored.ts";
import { uploadUrl } from "./upload.ts";

export const listImports = statement<{ pool: string; created: number; id: string; limit: number }>()("listImports", (db, param) =>
	db
		.selectFrom("user_imports")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where(sql<boolean>`(created_at, id) < (${param("created")}, ${param("id")})`)
		.orderBy("created_at", "desc")
		.orderBy("id", "desc")
		.limit(param("limit")),
);
export const findLastImportAllowed = statement<{ pool: string; before: number }>()("findLastImportAllowed", (db, param) =>
	db.selectFrom("user_imports").select("id").where("pool_id", "=", param("pool")).orderBy("id").limit(1).offset(param("before")),
);
const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const jobIdLength = 10;

/** @throws LimitExceededException */
export async function createImport(
	call: Call,
	pool: UserPool,
	job: { readonly name: string; readonly roleArn: string; readonly algorithm: PasswordHashingAlgorithmType | undefined },
): Promise<UserImportJobType> {
	const full = await call.store.read(findLastImportAllowed, { pool: pool.id, before: importLimits.jobsPerPoolMax - 1 });
	if (full.length > 0) throw tooMany("user import jobs");
	const row: ImportRow = {
		pool_id: pool.id,
		id: `import-${randomText(call.ports.random, alphanumerics, jobIdLength)}`,
		name: job.name,
		role_arn: job.roleArn,
		algorithm: job.algorithm ?? null,
		status: "Created",
		created_at: call.now,
		started_at: null,
		completed_at: null,
		message: null,
		imported: 0,
		skipped: 0,
		failed: 0,
		uploading: "",
		upload_id: "",
		upload_bytes: 0,
		upload_lines: 0,
		position: 0,
		line: 0,
	};
	await call.store.write([insert("user_imports", row), discardAt(row, call.now + importLimits.startMilliseconds)]);
	return wireImport(call, row);
}

/** @throws ResourceNotFoundException */
export async function getImport(call: Call, pool: UserPool, id: string): Promise<ImportRow> {
	const [row] = await call.store.read(findImport, { pool: pool.id, id });
	if (row === undefined) throw importNotFound(id);
	return row;
}

/** A page of a pool's jobs, the newest first. @throws InvalidParameterException */
export async function listImportJobs(
	call: Call,
	pool: UserPool,
	limit: number,
	token: string | undefined,
): Promise<{ readonly jobs: readonly UserImportJobType[]; readonly next: string | undefined }> {
	const page = { kind: "ListUserImportJobs", scope: [pool.id] };
	const [created = `${Number.MAX_SAFE_INTEGER}`, id = ""] = openPage(call.vault, page, token)?.split(" ") ?? [];
	const found = await call.store.read(listImports, { pool: pool.id, created: Number(created), id, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => `${row.created_at} ${row.id}`);
	return { jobs: rows.map((row) => wireImport(call, row)), next };
}

/** Lets the job begin; a node takes it up within a second or so. @throws ResourceNotFoundException, PreconditionNotMetException */
export async function startImport(call: Call, pool: UserPool, id: string): Promise<UserImportJobType> {
	const row = await getImport(call, pool, id);
	const status = statusOf(row, call.now);
	if (status !== "Created") throw importNotIn(status, "start");
	if (row.upload_id === "") throw importWithoutFile(id);
	if ((pool.settings.AutoVerifiedAttributes ?? []).length === 0) throw importNeedsAutoVerified();
	const active = { name: activeName, pool_id: pool.id, import_id: id, holder: "", lease_expires_at: 0 };
	const started = { status: "Pending", started_at: call.now };
	const outcome = await call.store.write<"changed" | "busy">([
		// With the file that was looked at: one that is uploaded at this moment would come too late.
		update("user_imports", { pool_id: pool.id, id, status: "Created", upload_id: row.upload_id }, started, "changed"),
		insert("active_user_import", active, "busy"),
		discardAt(row, call.now + importLimits.runningMilliseconds),
	]);
	if (outcome === "busy") throw otherImportActive();
	if (outcome === "changed") throw importNotIn((await getImport(call, pool, id)).status, "start");
	return wireImport(call, { ...row, ...started });
}

/** Ends the job at once: what is being written at this moment is either committed before, or not at all. @throws PreconditionNotMetException */
export async function stopImport(call: Call, pool: UserPool, id: string): Promise<UserImportJobType> {
	// In the order in which one becomes the other.
	for (const status of ["Pending", "InProgress"] as const) {
		const end = endImport(call, { pool_id: pool.id, id, status }, "Stopped", "The Import Job was stopped by the developer.");
		if ((await call.store.write(end)) === "done") return wireImport(call, await getImport(call, pool, id));
	}
	throw importNotIn(statusOf(await getImport(call, pool, id), call.now), "stop");
}

/** "…when you are trying to modify a user pool while a user import job is in progress for that pool." @throws UserImportInProgressException */
export async function checkNoActiveImport(call: Call, poolId: string): Promise<void> {
	const [active] = await call.store.read(findActiveImport, { name: activeName });
	if (active?.pool_id === poolId) throw importInProgress();
}

/** The job as the API shows it. */
export function wireImport(call: Call, row: ImportRow): UserImportJobType {
	return {
		JobName: row.name,
		JobId: row.id,
		UserPoolId: row.pool_id,
		PreSignedUrl: uploadUrl(call, row),
		CreationDate: row.created_at,
		...(row.started_at !== null && { StartDate: row.started_at }),
		...(row.completed_at !== null && { CompletionDate: row.completed_at }),
		Status: statusOf(row, call.now),
		CloudWatchLogsRoleArn: row.role_arn,
		ImportedUsers: row.imported,
		SkippedUsers: row.skipped,
		FailedUsers: row.failed,
		...(row.message !== null && { CompletionMessage: row.message }),
		...(row.algorithm !== null && { PasswordHashingAlgorithm: row.algorithm as PasswordHashingAlgorithmType }),
	};
}
