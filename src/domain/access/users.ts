/** IAM's users: people and programs with access keys of their own. */
import { type AccessCall, createEntity, type Entity, noSettings } from "./entities.ts";
import { checkBoundary } from "./entity-policies.ts";
import { boundaryNotAttachable } from "./refusals.ts";
import { deleteEntity } from "./removal.ts";
import type { Tags } from "./tags.ts";

/** @throws EntityAlreadyExists, NoSuchEntity and InvalidInput for the boundary, LimitExceeded */
export async function createUser(
	call: AccessCall,
	{
		name,
		path,
		boundary,
		tags,
	}: { readonly name: string; readonly path: string; readonly boundary: string | undefined; readonly tags: Tags },
): Promise<Entity> {
	if (boundary !== undefined) await checkBoundary(call, boundary);
	const settings = { ...noSettings, tags, ...(boundary !== undefined && { boundary }) };
	return createEntity(call, { kind: "user", name, path, settings }, [], () => boundaryNotAttachable(boundary ?? ""));
}

/** @throws NoSuchEntity, DeleteConflict */
export async function deleteUser(call: AccessCall, name: string): Promise<void> {
	await deleteEntity(call, "user", name);
}
