/** A policy in the form that is evaluated: nothing of it is parsed again, so that it can be kept as long as its version stands. */
import { type ArnMatcher, resourceMatcher } from "./arns.ts";
import { type ConditionTest, compileCondition } from "./conditions.ts";
import type { ListElement, PolicyDocument, Position, PrincipalElement, Statement } from "./document.ts";
import { type Context, isVariable, templateOf } from "./variables.ts";
import { globOf, matchesGlob, partsOf } from "./wildcards.ts";

export interface CompiledPolicy {
	/** What decisions call it, such as a managed policy's ARN. */
	readonly id: string;
	readonly statements: readonly CompiledStatement[];
	/** The keys that it asks for, as they are first written; for MissingContextValues and GetContextKeysForCustomPolicy. */
	readonly contextKeys: readonly string[];
}

export interface CompiledStatement {
	readonly sid: string | undefined;
	readonly effect: "Allow" | "Deny";
	readonly start: Position;
	readonly end: Position;
	/** Of a resource's policy. */
	readonly principals: PrincipalElement | undefined;
	/** `action` in lower case. */
	matchesAction(action: string): boolean;
	matchesResource(resource: string, context: Context): boolean;
	matchesConditions(context: Context): boolean;
}

export function compilePolicy(id: string, document: PolicyDocument): CompiledPolicy {
	const variables = document.version === "2012-10-17";
	return {
		id,
		statements: document.statements.map((statement) => compileStatement(statement, variables)),
		contextKeys: contextKeysOf(document, variables),
	};
}

function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
	const { sid, effect, start, end, principals, actions, resources, conditions } = statement;
	const tests: readonly ConditionTest[] = conditions.map((condition) => compileCondition(condition, variables));
	return {
		sid,
		effect,
		start,
		end,
		principals,
		matchesAction: compileActions(actions),
		matchesResource: resources === undefined ? () => true : compileResources(resources, effect, variables),
		matchesConditions: (context) => tests.every((test) => test(context)),
	};
}

/** "The prefix and the action name are case insensitive." */
function compileActions({ not, values }: ListElement): (action: string) => boolean {
	const lower = values.map((value) => value.toLowerCase());
	const exact = new Set(lower.filter((value) => !/[*?]/.test(value)));
	const globs = lower.filter((value) => !exact.has(value)).map((value) => globOf(partsOf(value)));
	return (action) => (exact.has(action) || globs.some((glob) => matchesGlob(glob, action))) !== not;
}

/**
 * "the resource that includes a policy variable with no value will not match any resource": what Resource lists is not meant. With
 * NotResource that would mean everything, which is right for a Deny; an Allow is then void instead.
 */
function compileResources(
	{ not, values }: ListElement,
	effect: "Allow" | "Deny",
	variables: boolean,
): CompiledStatement["matchesResource"] {
	const matchers: readonly ArnMatcher[] = values.map((value) => resourceMatcher(templateOf(value, { variables, wildcards: true })));
	if (!not) return (resource, context) => matchers.some((matcher) => matcher(resource, context) === true);
	return (resource, context) =>
		matchers.every((matcher) => {
			const matches = matcher(resource, context);
			return matches === undefined ? effect === "Deny" : !matches;
		});
}

function contextKeysOf({ statements }: PolicyDocument, variables: boolean): string[] {
	const keys = new Map<string, string>();
	const add = (key: string): void => {
		if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
	};
	const addVariablesOf = (text: string): void => {
		for (const part of templateOf(text, { variables, wildcards: false })) if (isVariable(part)) add(part.name);
	};
	for (const { resources, conditions } of statements) {
		for (const resource of resources?.values ?? []) addVariablesOf(resource);
		for (const { key, values, operator } of conditions) {
			add(key);
			if (/^(?:String|Arn|Bool)/.test(operator)) for (const value of values) addVariablesOf(value);
		}
	}
	return [...keys.values()];
}
