import assert from "node:assert/strict";
import { test } from "node:test";
import type { MappingRule, RoleMapping } from "../../src/aws/model/cognito-identity.types.ts";
import { principalTags } from "../../src/domain/identity-pools/principal-tags.ts";
import { chooseRole, type RoleQuestion } from "../../src/domain/identity-pools/role-mapping.ts";

const roles = { authenticated: "auth", unauthenticated: "guest" };
const token = (AmbiguousRoleResolution: "AuthenticatedRole" | "Deny" = "Deny"): RoleMapping => ({ Type: "Token", AmbiguousRoleResolution });
const rules = (list: readonly MappingRule[], AmbiguousRoleResolution: "AuthenticatedRole" | "Deny" = "Deny"): RoleMapping => ({
	Type: "Rules",
	AmbiguousRoleResolution,
	RulesConfiguration: { Rules: list },
});
const rule = (Claim: string, MatchType: MappingRule["MatchType"], Value: string, RoleARN: string): MappingRule => ({
	Claim,
	MatchType,
	Value,
	RoleARN,
});
const choose = (claims: Record<string, unknown>, mapping: RoleMapping | undefined, more: Partial<RoleQuestion> = {}) =>
	chooseRole({ roles, logins: [{ claims, mapping }], ...more });

const denied = { refused: "denied" };
const custom = { refused: "custom" };

test("a guest gets the unauthenticated role, who signed in the authenticated one, and where there is none nobody gets any", () => {
	assert.deepEqual(chooseRole({ roles, logins: [] }), { role: "guest" });
	assert.deepEqual(choose({}, undefined), { role: "auth" });
	assert.deepEqual(chooseRole({ roles, logins: [], isDeveloperIdentity: true }), { role: "auth" });
	assert.deepEqual(chooseRole({ roles: { authenticated: "auth" }, logins: [] }), { refused: "no role" });
	assert.deepEqual(choose({}, undefined, { roles: { unauthenticated: "guest" } }), { refused: "no role" });
	assert.deepEqual(choose({}, token("AuthenticatedRole"), { roles: {} }), { refused: "no role" });
});

test("by token, the preferred role comes before all, then a single role; several or none are ambiguous", () => {
	assert.deepEqual(choose({ "cognito:preferred_role": "b", "cognito:roles": ["a", "b"] }, token()), { role: "b" });
	assert.deepEqual(choose({ "cognito:roles": ["a"] }, token()), { role: "a" });
	assert.deepEqual(choose({ "cognito:roles": "a" }, token()), { role: "a" });
	assert.deepEqual(choose({ "cognito:roles": ["a", "b"] }, token()), denied);
	assert.deepEqual(choose({ "cognito:roles": "a, b" }, token("AuthenticatedRole")), { role: "auth" });
	assert.deepEqual(choose({}, token()), denied);
	assert.deepEqual(choose({}, token("AuthenticatedRole")), { role: "auth" });
	assert.deepEqual(choose({ "cognito:preferred_role": "", "cognito:roles": [7, ""] }, token()), denied);
});

test("a mapping without a resolution denies", () => {
	assert.deepEqual(choose({}, { Type: "Token" }), denied);
	assert.deepEqual(choose({}, { Type: "Rules" }), denied);
});

test("a role that is asked for must be among the token's", () => {
	const claims = { "cognito:preferred_role": "a", "cognito:roles": ["a", "b"] };
	assert.deepEqual(choose(claims, token(), { customRoleArn: "b" }), { role: "b" });
	assert.deepEqual(choose(claims, token("AuthenticatedRole"), { customRoleArn: "c" }), custom);
	assert.deepEqual(choose(claims, token("AuthenticatedRole"), { customRoleArn: "auth" }), custom);
	assert.deepEqual(choose({ "cognito:preferred_role": "a" }, token(), { customRoleArn: "a" }), custom);
});

test("a role that is asked for must be that of a rule which matches", () => {
	const mapping = rules([
		rule("team", "Equals", "x", "first"),
		rule("team", "StartsWith", "x", "second"),
		rule("team", "Equals", "y", "other"),
	]);
	assert.deepEqual(choose({ team: "x" }, mapping, { customRoleArn: "second" }), { role: "second" });
	assert.deepEqual(choose({ team: "x" }, mapping, { customRoleArn: "other" }), custom);
});

test("without a mapping only the usual role can be asked for", () => {
	assert.deepEqual(choose({ "cognito:roles": ["a"] }, undefined, { customRoleArn: "a" }), custom);
	assert.deepEqual(choose({}, undefined, { customRoleArn: "auth" }), { role: "auth" });
	assert.deepEqual(chooseRole({ roles, logins: [], customRoleArn: "auth" }), custom);
	assert.deepEqual(chooseRole({ roles, logins: [], customRoleArn: "guest" }), { role: "guest" });
});

test("each match type matches what it says, and with case", () => {
	const matches = (type: MappingRule["MatchType"], claim: unknown, value: string) =>
		"role" in choose(claim === undefined ? {} : { c: claim }, rules([rule("c", type, value, "r")]));
	assert.ok(matches("Equals", "Sales", "Sales"));
	assert.ok(!matches("Equals", "Sales", "sales"));
	assert.ok(!matches("Equals", "Sales", "Sale"));
	assert.ok(matches("StartsWith", "Sales", "Sal"));
	assert.ok(!matches("StartsWith", "Sales", "ales"));
	assert.ok(matches("Contains", "Sales", "ale"));
	assert.ok(!matches("Contains", "Sales", "x"));
	assert.ok(matches("NotEqual", "Sales", "Legal"));
	assert.ok(!matches("NotEqual", "Sales", "Sales"));
	for (const type of ["Equals", "StartsWith", "Contains", "NotEqual"] as const) {
		assert.ok(!matches(type, undefined, "x"), `${type} of a claim that is not there`);
		assert.ok(!matches(type, { x: 1 }, "x"), `${type} of an object`);
		assert.ok(!matches(type, null, "null"), `${type} of null`);
	}
	assert.ok(matches("Equals", true, "true"));
	assert.ok(matches("Equals", 7, "7"));
	assert.ok(matches("Equals", ["a", "b"], "b"));
	assert.ok(!matches("Contains", ["a", "b"], "a,b"));
	assert.ok(matches("Contains", ["admins"], "admin"));
	assert.ok(matches("StartsWith", ["x", "admins"], "admin"));
	assert.ok(matches("NotEqual", ["a", "b"], "c"));
	assert.ok(!matches("NotEqual", ["a", "b"], "b"));
});

test("a claim is the token's own, not one that every object has", () => {
	assert.deepEqual(choose({}, rules([rule("constructor", "NotEqual", "x", "r")])), denied);
});

test("the first rule that matches decides, and where none does the resolution", () => {
	const list = [rule("a", "Equals", "1", "one"), rule("b", "Equals", "2", "two")];
	assert.deepEqual(choose({ a: "1", b: "2" }, rules(list)), { role: "one" });
	assert.deepEqual(choose({ a: "1", b: "2" }, rules([...list].reverse())), { role: "two" });
	assert.deepEqual(choose({ a: "x" }, rules(list)), denied);
	assert.deepEqual(choose({ a: "x" }, rules(list, "AuthenticatedRole")), { role: "auth" });
});

test("of several providers one role decides; two are ambiguous, and one that denies is enough", () => {
	const of = (...logins: readonly (readonly [Record<string, unknown>, RoleMapping | undefined])[]) =>
		chooseRole({ roles, logins: logins.map(([claims, mapping]) => ({ claims, mapping })) });
	const preferred = (role: string) => ({ "cognito:preferred_role": role });
	assert.deepEqual(of([preferred("a"), token()], [{}, undefined]), { role: "a" });
	assert.deepEqual(of([{}, undefined], [preferred("a"), token()]), { role: "a" });
	assert.deepEqual(of([preferred("a"), token()], [preferred("a"), token()]), { role: "a" });
	assert.deepEqual(of([preferred("a"), token("AuthenticatedRole")], [preferred("b"), token("AuthenticatedRole")]), { role: "auth" });
	assert.deepEqual(of([preferred("a"), token("AuthenticatedRole")], [preferred("b"), token()]), denied);
	assert.deepEqual(of([preferred("a"), token()], [{}, token("AuthenticatedRole")]), { role: "a" });
	assert.deepEqual(of([preferred("a"), token()], [{}, token()]), denied);
	assert.deepEqual(of([{}, token()], [{}, token("AuthenticatedRole")]), denied);
});

test("principal tags come from claims by the map, or by the defaults, and leave out what is no tag", () => {
	const claims = { sub: "s", aud: "c", department: "legal", level: 7, groups: ["a"], odd: "a*b", long: "x".repeat(257) };
	assert.deepEqual(principalTags(undefined, claims), {});
	assert.deepEqual(principalTags({ UseDefaults: true, PrincipalTags: {} }, claims), { username: "s", client: "c" });
	const PrincipalTags = { dept: "department", level: "level", groups: "groups", odd: "odd", long: "long", none: "none", proto: "toString" };
	assert.deepEqual(principalTags({ UseDefaults: false, PrincipalTags }, claims), { dept: "legal", level: "7" });
});
