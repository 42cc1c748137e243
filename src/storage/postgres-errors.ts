/** What to do about an error of PostgreSQL or of the connection to it, and what of it may leave the store. */
import pg from "pg";
import { AssertionFailure } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import { StoreFailure } from "./engine.ts";

export type Remedy =
	/** Nothing was changed: run it again. */
	| "again"
	/** Nothing was changed, but this connection is of no more use: run it again on another. */
	| "reconnect"
	/** The connection was lost, and with it the answer. */
	| "lost"
	/** The database is too busy. */
	| "overloaded"
	| "none";

/** No connection could be had: nothing was sent. */
export class NotConnected extends Error {
	override readonly name = "NotConnected";
}

/** The remedy for an error, by SQLSTATE (PostgreSQL's appendix A); an error without one that is not ours is the connection's. */
export function remedyOf(error: unknown): Remedy {
	if (error instanceof NotConnected) {
		const { cause } = error;
		if (cause instanceof pg.DatabaseError)
			return cause.code === "57P03" || cause.code === "53300" || remedyOf(cause) === "lost" ? "again" : "none";
		// The pool's own words for "every connection stayed busy".
		return cause instanceof Error && cause.message === "timeout exceeded when trying to connect" ? "overloaded" : "again";
	}
	if (error instanceof pg.DatabaseError) {
		const code = error.code ?? "";
		// serialization_failure, deadlock_detected
		if (code === "40001" || code === "40P01") return "again";
		// read_only_sql_transaction: this server stopped being the primary
		if (code === "25006") return "reconnect";
		// admin_shutdown, crash_shutdown, statement_completion_unknown, connection exceptions
		if (code === "57P01" || code === "57P02" || code === "40003" || code.startsWith("08")) return "lost";
		// query_canceled: the statement's time is over
		if (code === "57014") return "overloaded";
		return "none";
	}
	if (error instanceof StoreFailure || error instanceof Overloaded || error instanceof AssertionFailure || error instanceof TypeError)
		return "none";
	return "lost";
}

/** A plan was made for a table that a migration has changed since (feature_not_supported, "cached plan must not change result type"). */
export function isStalePlan(error: unknown): boolean {
	return error instanceof pg.DatabaseError && error.code === "0A000";
}

/** The error as callers get it: without `detail` and other members that hold values of rows. */
export function withoutValues(error: unknown): unknown {
	switch (remedyOf(error)) {
		case "overloaded":
			return new Overloaded("the database is too busy");
		case "again":
		case "reconnect":
		case "lost":
			return error instanceof pg.DatabaseError
				? new StoreFailure(`PostgreSQL kept failing: ${error.message}`, error.code)
				: new StoreFailure("PostgreSQL can't be reached", undefined, { cause: error });
		case "none":
			break;
	}
	const cause = error instanceof NotConnected ? error.cause : error;
	if (!(cause instanceof pg.DatabaseError)) return cause;
	// Class 22 (data exceptions) quotes the value in its message.
	const message = cause.code?.startsWith("22") ? "a value does not fit" : cause.message;
	return new StoreFailure(`PostgreSQL: ${message}`, cause.code);
}
