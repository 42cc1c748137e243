/** Import jobs as they are stored: their rows, the one that is active, and what ends one. */
import type { UserImportJobStatusType } from "../../../aws/model/cognito-idp.types.ts";
import { consume, put, statement, update, type Verb } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";

const day = 24 * 60 * 60 * 1000;
export const importLimits = {
	/** "Maximum number of user import jobs per user pool": the developer guide's quotas. */
	jobsPerPoolMax: 1000,
	/** A job that is not started within this time expires. The guide says 24–48 hours. */
	startMilliseconds: day,
	/** While a job runs, it is looked at so often whether its file can go. */
	runningMilliseconds: day,
} as const;

export type ImportStatus = UserImportJobStatusType;
export type ImportRow = Tables["user_imports"];

/** There is one job at a time in the account, and so one row: this is its key. */
export const activeName = "account";

export const findImport = statement<{ pool: string; id: string }>()("findImport", (db, param) =>
	db.selectFrom("user_imports").selectAll().where("pool_id", "=", param("pool")).where("id", "=", param("id")),
);
export const findActiveImport = statement<{ name: string }>()("findActiveImport", (db, param) =>
	db.selectFrom("active_user_import").selectAll().where("name", "=", param("name")),
);

/** The status that counts now: nobody writes down at the minute that a job expires. */
export function statusOf(row: ImportRow, now: number): ImportStatus {
	if (row.status === "Created" && row.created_at + importLimits.startMilliseconds <= now) return "Expired";
	return row.status as ImportStatus;
}

/** What ends a job that is as `where` says, frees the place for the next one, and lets its file go. */
export function endImport(
	call: Pick<Call, "now">,
	where: Pick<ImportRow, "pool_id" | "id" | "status"> & Partial<Pick<ImportRow, "position">>,
	status: ImportStatus,
	message: string,
): Verb<"changed">[] {
	return [
		update("user_imports", where, { status, message, completed_at: call.now }, "changed"),
		consume("active_user_import", { name: activeName, import_id: where.id }),
		discardAt(where, call.now),
	];
}

/** When the job's file goes. */
export function discardAt({ pool_id, id }: Pick<ImportRow, "pool_id" | "id">, at: number): Verb<never> {
	return put<"user_import_data">("user_import_data", ["pool_id", "import_id"], { pool_id, import_id: id, discard_at: at });
}
