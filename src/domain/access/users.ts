/** IAM's users: people and programs with access keys of their own. */
import { consume, insert, update } from "../../storage/store.ts";
import { type AccessCall, createEntity, type Entity, findEntity, foldName, forgetEntity, getEntity, noSettings } from "./entities.ts";
import { checkAttachable } from "./entity-policies.ts";
import { changedMeanwhile, entityTaken, policyNotAttachable } from "./refusals.ts";
import { deleteEntity } from "./removal.ts";
import type { Tags } from "./tags.ts";

const attemptsMax = 10;

/** @throws EntityAlreadyExists, NoSuchEntity for the boundary, LimitExceeded */
export async function createUser(
	call: AccessCall,
	{
		name,
		path,
		boundary,
		tags,
	}: { readonly name: string; readonly path: string; readonly boundary: string | undefined; readonly tags: Tags },
): Promise<Entity> {
	if (boundary !== undefined) await checkAttachable(call, boundary);
	const settings = { ...noSettings, tags, ...(boundary !== undefined && { boundary }) };
	return createEntity(call, { kind: "user", name, path, settings }, [], () => policyNotAttachable(boundary ?? ""));
}

/** A new name or path; keys, groups and policies stay. @throws NoSuchEntity, EntityAlreadyExists, ConcurrentModification */
export async function updateUser(
	call: AccessCall,
	name: string,
	{ newName, newPath }: { readonly newName: string | undefined; readonly newPath: string | undefined },
): Promise<void> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const user = await getEntity(call, "user", name);
		const row = {
			kind: "user",
			folded: foldName(newName ?? name),
			id: user.id,
			name: newName ?? user.name,
			path: newPath ?? user.path,
			version: user.version + 1,
			created_at: user.createdAt,
			settings: JSON.stringify(user.settings),
		};
		const outcome = await moveRow(call, user, row);
		if (outcome === "taken") throw entityTaken("user", row.name);
		forgetEntity(call, user);
		forgetEntity(call, { ...user, name: row.name });
		if (outcome === "done") return;
	}
	throw changedMeanwhile();
}

async function moveRow(
	call: AccessCall,
	user: Entity,
	row: Parameters<typeof insert<"iam_entities">>[1],
): Promise<"done" | "taken" | "stale"> {
	const folded = foldName(user.name);
	const where = { kind: "user", folded, id: user.id, version: user.version };
	if (row.folded === folded) {
		const { name, path, version } = row;
		return call.store.write([update("iam_entities", where, { name, path, version }, "stale")]);
	}
	if ((await findEntity(call, "user", row.name)) !== undefined) return "taken";
	return call.store.write<"stale" | "taken">([consume("iam_entities", where, "stale"), insert("iam_entities", row, "taken")]);
}

/** @throws NoSuchEntity, DeleteConflict */
export async function deleteUser(call: AccessCall, name: string): Promise<void> {
	await deleteEntity(call, "user", name);
}
