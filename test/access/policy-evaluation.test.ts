/** The table of policy evaluation: what AWS's pages say of a request, case by case, asked of both evaluators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "../../src/domain/access/policies/compile.ts";
import { type PolicyKind, parsePolicy } from "../../src/domain/access/policies/document.ts";
import { evaluate, type PolicySet } from "../../src/domain/access/policies/evaluate.ts";
import type { PolicyCase } from "./policy-cases/cases.ts";
import { conditionTable } from "./policy-cases/conditions.ts";
import { elementTable } from "./policy-cases/elements.ts";
import { evaluationTable } from "./policy-cases/evaluation.ts";
import { slowEvaluate } from "./slow-evaluator.ts";

const table = [...conditionTable, ...elementTable, ...evaluationTable];
const casesMin = 300;

const compile = (document: object, kind: PolicyKind = "inline") => compilePolicy("p", parsePolicy(JSON.stringify(document), kind));

function policySet({ identity = [], resource, required = false, boundary, session }: PolicyCase["policies"]): PolicySet {
	return {
		identity: identity.map((document) => compile(document)),
		// A role's trust policy has no resource: it is the role's.
		...(resource && {
			resource: { policy: compile(resource, /"(?:Not)?Resource"/.test(JSON.stringify(resource)) ? "resource" : "trust"), required },
		}),
		...(boundary && { boundary: compile(boundary) }),
		...(session && { session: session.map((document) => compile(document)) }),
	};
}

for (const { page, name, request, policies, outcome } of table) {
	test(`${page}: ${name}`, () => {
		assert.equal(evaluate(request, policySet(policies)).outcome, outcome);
		// The slow one knows one resource only.
		const [resource = "", ...more] = request.resources;
		if (more.length > 0) return;
		assert.equal(slowEvaluate({ ...request, resource }, { identity: [], ...policies }), outcome, "the slow evaluator");
	});
}

test("the table has enough cases, each once, and each names a page of AWS's documentation", () => {
	assert.ok(table.length >= casesMin, String(table.length));
	assert.equal(new Set(table.map(({ page, name }) => `${page} ${name}`)).size, table.length);
	for (const { page } of table) assert.match(page, /^(?:https:\/\/docs\.aws\.amazon\.com\/\S+|[\w-]+)\.html(?:#[\w-]+)?$/);
});
