/** Lists of all roles, users, groups and managed policies, a page at a time, and of who uses a policy. */
import type { ListPoliciesRequest } from "../../aws/model/iam.types.ts";
import { statement } from "../../storage/store.ts";
import { type AwsPolicy, awsPolicies } from "./aws-policies.ts";
import { type AccessCall, type Entity, type EntityKind, entityOf, findEntityOfId, foldName, isOwnPolicy } from "./entities.ts";
import { getPolicy, listPolicyUses, policyOf, type StoredPolicy } from "./managed-policies.ts";
import { type Page, type Paging, pageOfRows } from "./paging.ts";
import { policyNotFound } from "./refusals.ts";

export const listEntityRows = statement<{ kind: string; after: string; limit: number }>()("listIamEntities", (db, param) =>
	db
		.selectFrom("iam_entities")
		.selectAll()
		.where("kind", "=", param("kind"))
		.where("folded", ">", param("after"))
		.orderBy("folded")
		.limit(param("limit")),
);
export const listPolicyRows = statement<{ after: string; limit: number }>()("listIamPolicies", (db, param) =>
	db.selectFrom("iam_policies").selectAll().where("folded", ">", param("after")).orderBy("folded").limit(param("limit")),
);

/** Those whose path begins with the prefix. @throws ValidationError */
export function listEntities(
	call: AccessCall,
	kind: EntityKind,
	paging: Paging & { readonly PathPrefix?: string | undefined },
): Promise<Page<Entity>> {
	const prefix = paging.PathPrefix ?? "/";
	return pageOfRows(
		paging,
		(after, limit) => call.store.read(listEntityRows, { kind, after, limit }),
		({ folded }) => folded,
		(row) => (row.path.startsWith(prefix) ? entityOf(call.settings.accountId, row) : undefined),
	);
}

/** Own policies and AWS's, in the order of their names. @throws ValidationError */
export function listAllPolicies(call: AccessCall, input: ListPoliciesRequest): Promise<Page<StoredPolicy | AwsPolicy>> {
	const { Scope = "All", PathPrefix = "/", OnlyAttached = false, PolicyUsageFilter: usage } = input;
	const read = async (after: string, limit: number) => {
		const own = Scope === "AWS" ? [] : await call.store.read(listPolicyRows, { after, limit });
		const aws = Scope === "Local" ? [] : [...awsPolicies.values()].filter((policy) => awsKey(policy) > after);
		const candidates = [
			...own.map((row) => ({ key: row.folded, policy: policyOf(call.settings.accountId, row) as StoredPolicy | AwsPolicy })),
			...aws.map((policy) => ({ key: awsKey(policy), policy })),
		];
		const first = candidates.toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit);
		const isAsked = OnlyAttached || usage !== undefined;
		return Promise.all(
			first.map(async (each) => ({ ...each, uses: isAsked ? await call.store.read(listPolicyUses, { arn: each.policy.arn }) : [] })),
		);
	};
	const wanted = usage === "PermissionsBoundary" ? "boundary" : usage === "PermissionsPolicy" ? "permissions" : undefined;
	return pageOfRows(
		input,
		read,
		({ key }) => key,
		({ policy, uses }) => {
			if (!policy.path.startsWith(PathPrefix)) return undefined;
			if (OnlyAttached && uses.length === 0) return undefined;
			return wanted === undefined || uses.some((use) => use.usage === wanted) ? policy : undefined;
		},
	);
}

/** No own policy's key has a space. */
const awsKey = ({ name }: AwsPolicy): string => `${foldName(name)} aws`;

export interface PolicyUse {
	readonly entity: Entity;
	readonly usage: "permissions" | "boundary";
}

/** Who uses a policy, own or AWS's. @throws NoSuchEntity */
export async function usesOf(call: AccessCall, arn: string): Promise<readonly PolicyUse[]> {
	if (isOwnPolicy(arn)) await getPolicy(call, arn);
	else if (!awsPolicies.has(arn)) throw policyNotFound(arn);
	const rows = await call.store.read(listPolicyUses, { arn });
	const uses = await Promise.all(
		rows.map(async ({ entity_id, usage }) => ({ entity: await findEntityOfId(call, entity_id), usage: usage as PolicyUse["usage"] })),
	);
	return uses.filter((use): use is PolicyUse => use.entity !== undefined);
}
