/** New names and paths of users and groups. Keys, members and policies stay: they go by the id. */
import { consume, insert, update } from "../../storage/store.ts";
import { type AccessCall, type Entity, type EntityKind, findEntity, foldName, forgetEntity, getEntity } from "./entities.ts";
import { changedMeanwhile, entityTaken } from "./refusals.ts";

const attemptsMax = 10;

export interface Renaming {
	readonly newName: string | undefined;
	readonly newPath: string | undefined;
}

/** What is undefined stays. @throws NoSuchEntity, EntityAlreadyExists, ConcurrentModification */
export async function renameEntity(call: AccessCall, kind: EntityKind, name: string, { newName, newPath }: Renaming): Promise<void> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const entity = await getEntity(call, kind, name);
		const row = {
			kind,
			folded: foldName(newName ?? name),
			id: entity.id,
			name: newName ?? entity.name,
			path: newPath ?? entity.path,
			version: entity.version + 1,
			created_at: entity.createdAt,
			settings: JSON.stringify(entity.settings),
			last_used_at: entity.lastUsed?.at ?? 0,
			last_used_region: entity.lastUsed?.region ?? "",
		};
		const outcome = await moveRow(call, entity, row);
		if (outcome === "taken") throw entityTaken(kind, row.name);
		forgetEntity(call, entity);
		forgetEntity(call, { ...entity, name: row.name });
		if (outcome === "done") return;
	}
	throw changedMeanwhile();
}

async function moveRow(
	call: AccessCall,
	{ kind, id, name, version }: Entity,
	row: Parameters<typeof insert<"iam_entities">>[1],
): Promise<"done" | "taken" | "stale"> {
	const folded = foldName(name);
	const where = { kind, folded, id, version };
	if (row.folded === folded) {
		return call.store.write([update("iam_entities", where, { name: row.name, path: row.path, version: row.version }, "stale")]);
	}
	if ((await findEntity(call, kind, row.name)) !== undefined) return "taken";
	return call.store.write<"stale" | "taken">([consume("iam_entities", where, "stale"), insert("iam_entities", row, "taken")]);
}
