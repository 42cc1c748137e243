/** Everything of IAM's in one list, a page at a time: users, groups, roles, own policies, AWS's policies. */
import type { EntityType } from "../../aws/model/iam.types.ts";
import { type AwsPolicy, awsPolicies } from "./aws-policies.ts";
import { type AccessCall, type Entity, type EntityKind, entityOf, foldName } from "./entities.ts";
import { listEntityRows, listPolicyRows } from "./lists.ts";
import { policyOf, type StoredPolicy } from "./managed-policies.ts";
import { type Page, type Paging, pageOfRows } from "./paging.ts";

export type AccountDetail =
	| { readonly type: "entity"; readonly entity: Entity }
	| { readonly type: "policy"; readonly policy: StoredPolicy }
	| { readonly type: "awsPolicy"; readonly policy: AwsPolicy };

interface Keyed {
	readonly key: string;
	readonly detail: AccountDetail;
}
type Read = (call: AccessCall, after: string, limit: number) => Promise<readonly Keyed[]>;

const entities =
	(kind: EntityKind): Read =>
	async (call, after, limit) => {
		const rows = await call.store.read(listEntityRows, { kind, after, limit });
		return rows.map((row) => ({ key: row.folded, detail: { type: "entity", entity: entityOf(call.settings.accountId, row) } }));
	};

/** In the order of their keys, which begin with the place in this list. */
const sections: readonly (readonly [EntityType, Read])[] = [
	["User", entities("user")],
	["Group", entities("group")],
	["Role", entities("role")],
	[
		"LocalManagedPolicy",
		async (call, after, limit) => {
			const rows = await call.store.read(listPolicyRows, { after, limit });
			return rows.map((row) => ({ key: row.folded, detail: { type: "policy", policy: policyOf(call.settings.accountId, row) } }));
		},
	],
	[
		"AWSManagedPolicy",
		async (_, after, limit) =>
			[...awsPolicies.values()]
				.map((policy): Keyed => ({ key: foldName(policy.name), detail: { type: "awsPolicy", policy } }))
				.filter(({ key }) => key > after)
				.toSorted((a, b) => (a.key < b.key ? -1 : 1))
				.slice(0, limit),
	],
];

/** @throws ValidationError */
export function listAccountDetails(
	call: AccessCall,
	paging: Paging & { readonly Filter?: readonly EntityType[] | undefined },
): Promise<Page<AccountDetail>> {
	const { Filter: filter = [] } = paging;
	const read = async (after: string, limit: number): Promise<Keyed[]> => {
		const found: Keyed[] = [];
		for (const [i, [type, readSection]] of sections.entries()) {
			const isPast = after !== "" && Number(after[0]) > i;
			if (isPast || (filter.length > 0 && !filter.includes(type))) continue;
			const start = after.startsWith(`${i}/`) ? after.slice(2) : "";
			const rows = await readSection(call, start, limit - found.length);
			found.push(...rows.map(({ key, detail }) => ({ key: `${i}/${key}`, detail })));
			if (found.length >= limit) break;
		}
		return found;
	};
	return pageOfRows(
		paging,
		read,
		({ key }) => key,
		({ detail }) => detail,
	);
}
