import { usesOf } from "../../domain/access/lists.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
export const ListEntitiesForPolicy = iam("ListEntitiesForPolicy", {
	auth: "iam",
	async handle(call, input) {
		const { EntityFilter: filter, PolicyUsageFilter: usageFilter, PathPrefix: prefix = "/" } = input;
		const wanted = (await usesOf(call, input.PolicyArn)).filter(
			({ entity, usage }) =>
				entity.path.startsWith(prefix) &&
				(filter === undefined || filter.toLowerCase() === entity.kind) &&
				(usageFilter === undefined || usageFilter === (usage === "boundary" ? "PermissionsBoundary" : "PermissionsPolicy")),
		);
		const entities = [...new Map(wanted.map(({ entity }) => [entity.id, entity])).values()];
		const page = pageOf(entities, ({ kind, name }) => `${kind} ${name}`, input);
		const of = (kind: string) => page.items.filter((entity) => entity.kind === kind);
		return {
			PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
			PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
			PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
			...pageFields(page),
		};
	},
});
