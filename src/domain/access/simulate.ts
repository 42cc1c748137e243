/**
 * The policy simulator: what policies would decide, and by which of their statements. It asks the same evaluation as every request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
 */
import type {
	ContextEntry,
	EvaluationResult,
	SimulateCustomPolicyRequest,
	SimulatePrincipalPolicyRequest,
	Statement,
} from "../../aws/model/iam.types.ts";
import { awsPolicies } from "./aws-policies.ts";
import { type AccessCall, type CompiledEntity, isOwnPolicy } from "./entities.ts";
import { findCompiledPolicy } from "./managed-policies.ts";
import { boundaryOf, type ContextValues } from "./permissions.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/compile.ts";
import { parsePolicy } from "./policies/document.ts";
import { evaluate, type MatchedStatement, type PolicySet } from "./policies/evaluate.ts";
import type { AccessPrincipal } from "./policies/principal-element.ts";
import { entityNotFound, invalidInput, simulationSourceInvalid } from "./refusals.ts";

/** Actions times resources that one simulation may ask: each is one evaluation. */
const evaluationsMax = 10_000;

type SourceType = Statement["SourcePolicyType"];

/** A policy, and what the simulator calls it. */
interface Named {
	readonly policy: CompiledPolicy;
	readonly type: SourceType;
}

/** @throws MalformedPolicyDocument, InvalidInput */
export function simulateCustomPolicy(call: AccessCall, input: SimulateCustomPolicyRequest): EvaluationResult[] {
	if (input.OrderedOrganizationPolicyInputList !== undefined) throw invalidInput("Gatehouse has no organizations.");
	const { accountId } = call.settings;
	const arn = input.CallerArn ?? `arn:aws:iam::${accountId}:user/simulated`;
	return simulate(input, inputPolicies(input.PolicyInputList, "PolicyInputList"), undefined, userPrincipal(accountId, arn), {});
}

/** @throws NoSuchEntity, MalformedPolicyDocument, InvalidInput */
export async function simulatePrincipalPolicy(call: AccessCall, input: SimulatePrincipalPolicyRequest): Promise<EvaluationResult[]> {
	if (input.PolicyExclusionList !== undefined) throw invalidInput("Gatehouse's simulator takes no PolicyExclusionList.");
	const entity = await sourceOf(call, input.PolicySourceArn);
	const policies = [...(await policiesOf(call, entity)), ...inputPolicies(input.PolicyInputList ?? [], "PolicyInputList")];
	const { accountId } = call.settings;
	if (input.ResourcePolicy !== undefined && input.CallerArn === undefined && entity.kind !== "user") {
		throw invalidInput("CallerArn is needed with a ResourcePolicy where PolicySourceArn is not a user's.");
	}
	const principal = input.CallerArn === undefined ? principalOf(accountId, entity) : userPrincipal(accountId, input.CallerArn);
	const boundary = entity.kind === "group" ? undefined : await boundaryOf(call, entity);
	return simulate(input, policies, boundary, principal, knownContext(accountId, entity));
}

const userPrincipal = (accountId: string, arn: string): AccessPrincipal => ({ kind: "user", userId: "", accountId, arn });

function principalOf(accountId: string, { kind, id, arn }: CompiledEntity): AccessPrincipal {
	if (kind !== "role") return { kind: "user", userId: id, accountId, arn };
	return { kind: "roleSession", roleArn: arn, roleId: id, accountId, arn };
}

async function sourceOf(call: AccessCall, arn: string): Promise<CompiledEntity> {
	const [, accountId, kind, name] = /^arn:aws:iam::(\d{12}):(user|role|group)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
	if (kind === undefined || name === undefined || accountId !== call.settings.accountId) throw simulationSourceInvalid(arn);
	const entity = await call.caches.iamEntities.get(`${kind}/${name.toLowerCase()}`);
	if (entity?.arn !== arn) throw entityNotFound(kind, name);
	return entity;
}

async function policiesOf(call: AccessCall, entity: CompiledEntity): Promise<Named[]> {
	const groups = await Promise.all(entity.settings.groups.map((id) => call.caches.iamEntities.get(id)));
	const named: Named[] = [];
	for (const each of [entity, ...groups]) {
		if (each === undefined) continue;
		for (const policy of each.inline) named.push({ policy: { ...policy, id: `${each.kind}_${each.name}_${policy.id}` }, type: each.kind });
		for (const arn of each.settings.attached) {
			const policy = await findCompiledPolicy(call, arn);
			const id = awsPolicies.get(arn)?.name ?? arn.slice(arn.lastIndexOf("/") + 1);
			if (policy !== undefined) named.push({ policy: { ...policy, id }, type: isOwnPolicy(arn) ? "user-managed" : "aws-managed" });
		}
	}
	return named;
}

function inputPolicies(texts: readonly string[], list: string): Named[] {
	return texts.map((text, i) => ({ policy: compilePolicy(`${list}.${i + 1}`, parsePolicy(text, "inline")), type: undefined }));
}

/** What a request of the principal's would always carry. */
function knownContext(accountId: string, { kind, id, name, arn, settings }: CompiledEntity): ContextValues {
	if (kind === "group") return {};
	const context: ContextValues = { "aws:PrincipalArn": arn, "aws:PrincipalAccount": accountId };
	if (kind === "user") Object.assign(context, { "aws:username": name, "aws:userid": id });
	for (const [key, value] of Object.entries(settings.tags)) context[`aws:PrincipalTag/${key}`] = value;
	return context;
}

function contextOf(entries: readonly ContextEntry[] | undefined): ContextValues {
	const context: ContextValues = {};
	for (const { ContextKeyName: name, ContextKeyValues: values } of entries ?? []) if (name !== undefined) context[name] = values ?? [];
	return context;
}

function simulate(
	input: SimulateCustomPolicyRequest | SimulatePrincipalPolicyRequest,
	identity: readonly Named[],
	ownBoundary: CompiledPolicy | undefined,
	principal: AccessPrincipal,
	known: ContextValues,
): EvaluationResult[] {
	if (input.ResourceHandlingOption !== undefined)
		throw invalidInput("ResourceHandlingOption is for EC2, which Gatehouse does not simulate.");
	const [boundaryText, ...others] = input.PermissionsBoundaryPolicyInputList ?? [];
	if (others.length > 0) throw invalidInput("Only one permissions boundary can be simulated.");
	const boundary =
		boundaryText === undefined ? ownBoundary : compilePolicy("PermissionsBoundaryPolicyInputList.1", parsePolicy(boundaryText, "inline"));
	const resource =
		input.ResourcePolicy === undefined ? undefined : compilePolicy("ResourcePolicy", parsePolicy(input.ResourcePolicy, "resource"));
	const policies: PolicySet = {
		identity: identity.map(({ policy }) => policy),
		...(boundary && { boundary }),
		...(resource && { resource: { policy: resource, required: false } }),
	};
	const context = { ...known, ...contextOf(input.ContextEntries) };
	const asked = [...policies.identity, boundary, resource].flatMap((policy) => policy?.contextKeys ?? []);
	const missing = missingKeys(asked, context);
	const types = new Map(identity.map(({ policy, type }) => [policy.id, type]));
	const resources = input.ResourceArns ?? ["*"];
	if (resources.length * input.ActionNames.length > evaluationsMax) throw invalidInput(`No more than ${evaluationsMax} results at once.`);
	return input.ActionNames.flatMap((action) =>
		resources.map((arn) => {
			const { outcome, matched, resources: decided } = evaluate({ principal, action, resources: [arn], context }, policies);
			return {
				EvalActionName: action,
				EvalResourceName: arn,
				EvalDecision: outcome,
				MatchedStatements: matched.map((each) => statementOf(each, types)),
				MissingContextValues: missing,
				...(boundary && {
					PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: decided[0]?.bySource.boundary === "allowed" },
				}),
			};
		}),
	);
}

/** Each key once, as it is first written. */
function missingKeys(asked: readonly string[], context: ContextValues): string[] {
	const known = new Set(Object.keys(context).map((key) => key.toLowerCase()));
	const missing = new Map<string, string>();
	for (const key of asked) {
		const lower = key.toLowerCase();
		if (!known.has(lower) && !missing.has(lower)) missing.set(lower, key);
	}
	return [...missing.values()];
}

function statementOf({ source, policyId, start, end }: MatchedStatement, types: ReadonlyMap<string, SourceType>): Statement {
	const type = source === "resource" ? "resource" : types.get(policyId);
	return {
		SourcePolicyId: policyId,
		...(type !== undefined && { SourcePolicyType: type }),
		StartPosition: { Line: start.line, Column: start.column },
		EndPosition: { Line: end.line, Column: end.column },
	};
}
