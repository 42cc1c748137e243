/**
 * When access keys and roles were last used. A request only notes it in memory; a step in the background writes what has changed, so that
 * the answers lag behind a little, as IAM's do. Of several nodes the later use counts.
 */
import type { Clock } from "../../kernel/ports.ts";
import { type Store, update, type Verb } from "../../storage/store.ts";
import { foldName } from "./entities.ts";
import type { Principal } from "./principals.ts";

/** How long after a use was written the process waits with the next one of the same key or role. */
const restMilliseconds = 60_000;
/** Keys and roles in memory, which are more than an account may have; what would be beyond is not noted. */
const notedMax = 20_000;
/** Rows that one batch writes. */
const batchRows = 100;
/** What can stand for a region: outside of production any text may be signed. */
const regionPattern = /^[a-z0-9-]{1,32}$/;

export interface LastUses {
	/** Notes that a principal signed, with a signature that was verified: nothing is read, written or awaited. `now`: milliseconds since the epoch. */
	note(principal: Principal, service: string, region: string, now: number): void;
	/** Writes some of what has changed and does not rest; `more` says whether there may be others. */
	step(): Promise<{ readonly more: boolean }>;
	/** Writes all that has changed: for a stop. */
	writeAll(): Promise<void>;
}

/** The last use of a key or a role. */
interface Use {
	/** AKIA… or AROA… */
	readonly id: string;
	/** Of roles. */
	readonly roleName: string | undefined;
	at: number;
	service: string;
	region: string;
	/** The use that was written last. */
	writtenAt: number | undefined;
	restsUntil: number;
}

export function createLastUses(store: Store, clock: Clock): LastUses {
	const uses = new Map<string, Use>();

	function note(principal: Principal, service: string, region: string, now: number): void {
		const subject = subjectOf(principal);
		if (subject === undefined) return;
		const known = uses.get(subject.id);
		if (known === undefined) {
			if (uses.size >= notedMax) return;
			const use = { ...subject, at: now, service, region: nameOf(region), writtenAt: undefined, restsUntil: Number.NEGATIVE_INFINITY };
			uses.set(subject.id, use);
		} else if (known.at <= now) {
			known.at = now;
			known.service = service;
			known.region = nameOf(region);
		}
	}

	async function write(some: readonly Use[], now: number): Promise<void> {
		const written = some.map(({ at }) => at);
		await store.write(some.map(verbOf));
		for (const [i, use] of some.entries()) {
			use.writtenAt = written[i];
			use.restsUntil = now + restMilliseconds;
		}
	}

	async function step(): Promise<{ more: boolean }> {
		const now = clock.now();
		const due: Use[] = [];
		for (const use of uses.values()) {
			// A clock that was set back ends the rest too.
			if (use.restsUntil > now && use.restsUntil <= now + restMilliseconds) continue;
			if (use.at === use.writtenAt) uses.delete(use.id);
			else due.push(use);
		}
		if (due.length === 0) return { more: false };
		await write(inOrder(due).slice(0, batchRows), now);
		return { more: due.length > batchRows };
	}

	async function writeAll(): Promise<void> {
		const changed = inOrder([...uses.values()].filter(({ at, writtenAt }) => at !== writtenAt));
		for (let i = 0; i < changed.length; i += batchRows) await write(changed.slice(i, i + batchRows), clock.now());
	}

	return { note, step, writeAll };
}

/** What is used: sessions of users are no use of the key that asked for them, and of the administrator nothing is kept. */
function subjectOf(principal: Principal): Pick<Use, "id" | "roleName"> | undefined {
	if (principal.kind === "roleSession") return { id: principal.role.id, roleName: principal.role.name };
	if (principal.kind === "user" && principal.session === undefined) return { id: principal.accessKeyId, roleName: undefined };
	return undefined;
}

const nameOf = (region: string): string => (regionPattern.test(region) ? region : "N/A");

/** Every node locks rows in the same order. */
const inOrder = (some: readonly Use[]): readonly Use[] => some.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** What was deleted meanwhile stays so. */
function verbOf({ id, roleName, at, service, region }: Use): Verb<never> {
	const earlier = { id, last_used_at: { below: at } };
	if (roleName === undefined) {
		return update("iam_access_keys", earlier, { last_used_at: at, last_used_service: service, last_used_region: region });
	}
	const role = { kind: "role", folded: foldName(roleName) };
	return update("iam_entities", { ...role, ...earlier }, { last_used_at: at, last_used_region: region });
}
