import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { consume, put, require, statement, update } from "../../src/storage/store.ts";
import { eachStore, explain, explainVerb } from "../support/stores.ts";

const find = statement<{ text: string }>();

test("explain", (t) =>
	eachStore(t, "tells an index search from reading everything", async (store) => {
		const searches = [
			find("byKey", (db, param) => db.selectFrom("users").selectAll().where("pool_id", "=", "p").where("id", "=", param("text"))),
			find("byIndex", (db, param) =>
				db.selectFrom("user_names").select("kind").where("pool_id", "=", "p").where("user_id", "=", param("text")),
			),
			find("byRange", (db, param) =>
				db
					.selectFrom("user_search")
					.select("user_id")
					.where("pool_id", "=", "p")
					.where("attribute", "=", "email")
					.where("folded", ">=", param("text"))
					.orderBy("folded")
					.limit(10),
			),
			find("byKeyRange", (db, param) =>
				db
					.selectFrom("data_keys")
					.select("id")
					.where(sql<boolean>`(scope, purpose) > (${param("text")}, '')`)
					.orderBy("scope")
					.orderBy("purpose"),
			),
			find("joined", (db, param) =>
				db
					.selectFrom("user_names as n")
					.innerJoin("users as u", (join) => join.onRef("u.pool_id", "=", "n.pool_id").onRef("u.id", "=", "n.user_id"))
					.select("u.id")
					.where("n.pool_id", "=", "p")
					.where("n.folded", "=", param("text")),
			),
		];
		const others = [
			find("noIndex", (db, param) => db.selectFrom("users").select("id").where("username", "=", param("text"))),
			find("notItsFirst", (db, param) => db.selectFrom("users").select("id").where("id", "=", param("text"))),
			find("wholeIndex", (db) => db.selectFrom("user_search").select("folded").orderBy("pool_id")),
		];
		for (const search of searches) {
			const plan = await explain(store, search);
			assert.ok(plan.isIndexSearch, `${search.name}: ${plan.text}`);
		}
		for (const other of others) {
			const plan = await explain(store, other);
			assert.ok(!plan.isIndexSearch, `${other.name}: ${plan.text}`);
		}
		const session = { pool_id: "p", user_id: "u", id: "s" };
		for (const verb of [
			update("sessions", { ...session, generation: 1 }, { generation: { add: 1 } }),
			consume("user_search", { pool_id: "p", user_id: "u" }),
			require("sessions", session, "some", "none"),
			put("user_counts", ["pool_id", "shard"], { pool_id: "p", shard: 1, users: { add: 1 } }),
		]) {
			const plan = await explainVerb(store, verb);
			assert.ok(plan.isIndexSearch, `${verb.verb}: ${plan.text}`);
		}
		const plan = await explainVerb(store, consume("sessions", { expires_at: { below: 1 } }));
		assert.ok(!plan.isIndexSearch, plan.text);
	}));
