/** Removal of a role, user or group: it must have nothing left that would go with it unseen. */
import { consume, require, statement, update, type Verb } from "../../storage/store.ts";
import { listAccessKeyRows } from "./access-keys.ts";
import { type AccessCall, type EntityKind, foldName, forgetEntity, getEntity, isOwnPolicy, policyKey } from "./entities.ts";
import { changedMeanwhile, deleteAccessKeysFirst, deletePoliciesFirst, detachFirst, removeUsersFirst } from "./refusals.ts";

const attemptsMax = 10;

export const listGroupMemberRows = statement<{ group: string; after: string; limit: number }>()("listIamGroupMembers", (db, param) =>
	db
		.selectFrom("iam_group_members")
		.select("user_id")
		.where("group_id", "=", param("group"))
		.where("user_id", ">", param("after"))
		.orderBy("user_id")
		.limit(param("limit")),
);

/** @throws NoSuchEntity, DeleteConflict, ConcurrentModification */
export async function deleteEntity(call: AccessCall, kind: EntityKind, name: string): Promise<void> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const entity = await getEntity(call, kind, name);
		const { id, version, settings } = entity;
		if (settings.attached.length > 0) throw detachFirst();
		if (Object.keys(settings.inline).length > 0) throw deletePoliciesFirst();
		if (settings.groups.length > 0) throw removeUsersFirst();
		if (kind === "user" && (await call.store.read(listAccessKeyRows, { user: id })).length > 0) throw deleteAccessKeysFirst();
		if (kind === "group" && (await call.store.read(listGroupMemberRows, { group: id, after: "", limit: 1 })).length > 0)
			throw removeUsersFirst();
		const verbs: Verb<"stale" | "changed">[] = [
			consume("iam_entities", { kind, folded: foldName(name), id, version }, "stale"),
			// A boundary goes along.
			...boundaryVerbs(id, settings.boundary),
		];
		if (kind === "user") verbs.push(require("iam_access_keys", { user_id: id }, "none", "changed"));
		if (kind === "group") verbs.push(require("iam_group_members", { group_id: id }, "none", "changed"));
		if ((await call.store.write(verbs)) === "done") {
			forgetEntity(call, entity);
			return;
		}
	}
	throw changedMeanwhile();
}

function boundaryVerbs(id: string, boundary: string | undefined): Verb<never>[] {
	if (boundary === undefined) return [];
	const use = consume("iam_policy_uses", { policy_arn: boundary, entity_id: id, usage: "boundary" });
	return isOwnPolicy(boundary) ? [use, update("iam_policies", { folded: policyKey(boundary) }, { attachments: { add: -1 } })] : [use];
}
