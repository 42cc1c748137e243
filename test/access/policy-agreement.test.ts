/** The evaluator against a slow one that shares nothing with it, on policies that are made up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CompiledPolicy, compilePolicy } from "../../src/domain/access/policies/compile.ts";
import { parsePolicy } from "../../src/domain/access/policies/document.ts";
import { evaluate, type PolicySet } from "../../src/domain/access/policies/evaluate.ts";
import { chanceOf, policy, request } from "./generate-policies.ts";
import { type SlowPolicies, slowEvaluate } from "./slow-evaluator.ts";

const policies = 100_000;
/** Another seed is other policies: GATEHOUSE_TEST_SEED=7 node test/run.ts … */
const seed = Number(process.env["GATEHOUSE_TEST_SEED"] ?? 20121017);

interface Written {
	readonly document: unknown;
	readonly compiled: CompiledPolicy;
}

test(`two evaluators agree on ${policies} generated policies`, () => {
	const chance = chanceOf(seed);
	const counts = { allowed: 0, explicitDeny: 0, implicitDeny: 0 };
	const write = (kind: "inline" | "resource"): Written => {
		const document = policy(chance, kind);
		return { document, compiled: compilePolicy("p", parsePolicy(JSON.stringify(document), kind)) };
	};
	// Each new policy meets some of those before it, in any role.
	let [identity, resource, boundary, session] = [write("inline"), write("resource"), write("inline"), write("inline")];
	for (let made = 4; made < policies; made++) {
		const role = chance.below(6);
		if (role === 0) boundary = write("inline");
		else if (role === 1) session = write("inline");
		else if (role < 4) resource = write("resource");
		else identity = write("inline");
		const asked = request(chance);
		const withResource = role === 2 || role === 3 || chance.percent(20);
		const required = withResource && chance.percent(25);
		const withBoundary = role === 0 || chance.percent(15);
		const withSession = role === 1 || chance.percent(15);
		const slow: SlowPolicies = { identity: [identity.document] };
		if (withResource) Object.assign(slow, { resource: resource.document, required });
		if (withBoundary) slow.boundary = boundary.document;
		if (withSession) slow.session = [session.document];
		const fast: PolicySet = {
			identity: [identity.compiled],
			...(withResource && { resource: { policy: resource.compiled, required } }),
			...(withBoundary && { boundary: boundary.compiled }),
			...(withSession && { session: [session.compiled] }),
		};
		const { resource: name, ...rest } = asked;
		const { outcome } = evaluate({ ...rest, resources: [name] }, fast);
		const expected = slowEvaluate(asked, slow);
		if (outcome !== expected) {
			assert.fail(
				`seed ${seed}, policy ${made}: ${outcome}, and the slow evaluator says ${expected}\n${JSON.stringify({ asked, slow }, undefined, 1)}`,
			);
		}
		counts[outcome]++;
	}
	// None of the three is rare: the policies say something.
	for (const [outcome, count] of Object.entries(counts)) assert.ok(count > policies / 20, `${outcome}: ${count}`);
});
