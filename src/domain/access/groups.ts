/** IAM's groups: policies that several users share. */
import { consume, insert, update } from "../../storage/store.ts";
import {
	type AccessCall,
	changeEntity,
	createEntity,
	type Entity,
	entityOf,
	findEntityById,
	findEntityOfId,
	foldName,
	getEntity,
	noSettings,
} from "./entities.ts";
import { type Page, type Paging, pageOfRows } from "./paging.ts";
import { entityNotFound, tooMany } from "./refusals.ts";
import { deleteEntity, listGroupMemberRows } from "./removal.ts";

/** "IAM groups an IAM user can be a member of: 10". https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const groupsPerUserMax = 10;

/** @throws EntityAlreadyExists, LimitExceeded */
export async function createGroup(call: AccessCall, name: string, path: string): Promise<Entity> {
	return createEntity(call, { kind: "group", name, path, settings: noSettings });
}

/** @throws NoSuchEntity, DeleteConflict */
export async function deleteGroup(call: AccessCall, name: string): Promise<void> {
	await deleteEntity(call, "group", name);
}

/** Adding who is in it changes nothing. @throws NoSuchEntity, LimitExceeded */
export async function addToGroup(call: AccessCall, groupName: string, userName: string): Promise<void> {
	await changeEntity(call, "user", userName, async ({ id, settings }) => {
		const group = await getEntity(call, "group", groupName);
		if (settings.groups.includes(group.id)) return {};
		if (settings.groups.length >= groupsPerUserMax) throw tooMany("GroupsPerUser", groupsPerUserMax);
		return {
			settings: { ...settings, groups: [...settings.groups, group.id] },
			verbs: [
				insert("iam_group_members", { group_id: group.id, user_id: id }),
				// The group is changed too, so that its deletion and this exclude each other.
				update("iam_entities", { kind: "group", folded: foldName(groupName), id: group.id }, { version: { add: 1 } }, "gone"),
			],
			gone: () => entityNotFound("group", groupName),
		};
	});
}

/** Of user and group who is missing is told in this order; removing who is not in it changes nothing. @throws NoSuchEntity */
export async function removeFromGroup(call: AccessCall, groupName: string, userName: string): Promise<void> {
	await changeEntity(call, "user", userName, async ({ id, settings }) => {
		const group = await getEntity(call, "group", groupName);
		if (!settings.groups.includes(group.id)) return {};
		return {
			settings: { ...settings, groups: settings.groups.filter((each) => each !== group.id) },
			verbs: [consume("iam_group_members", { group_id: group.id, user_id: id })],
		};
	});
}

/** @throws NoSuchEntity */
export async function listMembers(
	call: AccessCall,
	groupName: string,
	paging: Paging,
): Promise<{ readonly group: Entity; readonly page: Page<Entity> }> {
	const group = await getEntity(call, "group", groupName);
	const read = async (after: string, limit: number) => {
		const rows = await call.store.read(listGroupMemberRows, { group: group.id, after, limit });
		const found = await Promise.all(rows.map(({ user_id }) => call.store.read(findEntityById, { id: user_id })));
		return rows.map(({ user_id }, i) => ({ id: user_id, row: found[i]?.[0] }));
	};
	const page = await pageOfRows(
		paging,
		read,
		({ id }) => id,
		({ row }) => row && entityOf(call.settings.accountId, row),
	);
	return { group, page };
}

/** The groups of a user. @throws NoSuchEntity */
export async function groupsOf(call: AccessCall, userName: string): Promise<readonly Entity[]> {
	const { settings } = await getEntity(call, "user", userName);
	const groups = await Promise.all(settings.groups.map((id) => findEntityOfId(call, id)));
	return groups.filter((group) => group !== undefined);
}
