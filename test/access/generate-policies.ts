/**
 * Policies, requests and what applies to them, made up from a seed. Values come from small stocks, so that they meet often, and texts to
 * match are made of few letters, so that patterns nearly match.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import type { AccessPrincipal } from "../../src/domain/access/policies/principal-element.ts";

export interface Chance {
	below(n: number): number;
	one<T>(stock: readonly T[]): T;
	/** True in so many of a hundred. */
	percent(n: number): boolean;
}

/** Mulberry32: small, and the same on every machine. */
export function chanceOf(seed: number): Chance {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	const below = (n: number) => Math.floor(next() * n);
	return { below, one: (stock) => stock[below(stock.length)] as (typeof stock)[number], percent: (n) => next() * 100 < n };
}

const account = "123456789012";
const arns = {
	user: `arn:aws:iam::${account}:user/ana`,
	role: `arn:aws:iam::${account}:role/app`,
	session: `arn:aws:sts::${account}:assumed-role/app/s1`,
	federated: `arn:aws:sts::${account}:federated-user/ana`,
	root: `arn:aws:iam::${account}:root`,
};
const canonicalUserId = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
export const principals: readonly AccessPrincipal[] = [
	{ kind: "user", accountId: account, arn: arns.user, userId: "AIDAEXAMPLEUSERID" },
	{ kind: "roleSession", accountId: account, arn: arns.session, roleArn: arns.role, roleId: "AROAEXAMPLEROLEID" },
	{ kind: "roleSession", accountId: account, arn: arns.session, roleArn: arns.role, roleId: "AROAEXAMPLEROLEID" },
	{ kind: "federatedUser", accountId: account, arn: arns.federated, userArn: arns.user },
	{ kind: "root", accountId: account, arn: arns.root, canonicalUserId },
	{ kind: "federated", provider: "cognito-identity.amazonaws.com" },
	{ kind: "service", names: ["lambda.amazonaws.com"] },
	{ kind: "anonymous" },
];

const actions = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "dynamodb:GetItem", "sts:AssumeRole"];
const actionPatterns = [
	...actions,
	"*",
	"s3:*",
	"S3:GETobject",
	"s3:Get*",
	"s3:*Object",
	"s3:???Object",
	"dynamodb:*Item",
	"sts:Assume*",
	"s3:*t*",
];
const keys = ["aws:username", "aws:PrincipalTag/team", "s3:prefix", "aws:TagKeys", "aws:SourceIp", "aws:CurrentTime", "k"];
const texts = ["", "a", "ab", "A", "b/a", "*", "a:b", "team"];
const texting = [
	...texts,
	"a*",
	"?",
	"*b",
	"${aws:username}",
	"${aws:username, 'a'}",
	"a${*}",
	"${s3:prefix}*",
	"${k}b",
	"${?}",
	"${$}",
	"${x",
	"${AWS:UserName}",
];
const numbers = ["0", "1", "01", "-1", "1.5", "10", "1.50", "+3", "x", ""];
const dates = [
	"2020-01-01T00:00:00Z",
	"2020-01-01",
	"2020",
	"1577836800",
	"2020-01-01T01:00:00+01:00",
	"2019-12-31T23:59:59.999Z",
	"2020-06-01T12:00Z",
	"0",
];
const addresses = [
	"203.0.113.5",
	"203.0.113.77",
	"198.51.100.1",
	"2001:db8::1",
	"2001:DB8:0:0:0:0:0:2",
	"::ffff:203.0.113.5",
	"::1",
	"x",
	"203.0.113.256",
];
const ranges = [
	...addresses,
	"203.0.113.0/24",
	"203.0.113.64/26",
	"0.0.0.0/0",
	"2001:db8::/32",
	"::/0",
	"::ffff:203.0.113.0/120",
	"2001:db8::/127",
	"203.0.113.5/33",
];
const words = ["true", "false", "True", "x"];
const bytes = ["QQ==", "QQ", "QUI=", "QUJD", "Q", "AAAA", "R0hJ"];
const someArns = [...Object.values(arns), "arn:aws:s3:::b/a:b", "arn:aws:s3:::b", "arn", "arn:aws:sns:r:1:t"];
const arnPatterns = [
	...someArns,
	"arn:aws:iam::*:user/*",
	"arn:aws:iam::*",
	"arn:*:*:*:*:*",
	"*",
	"arn:aws:s3:::${s3:prefix}*",
	"arn:aws:s?s:*:1*2:*app*",
	"${k}",
	"arn:aws:*:root",
];

interface Family {
	readonly operators: readonly string[];
	readonly given: readonly string[];
	readonly wanted: readonly unknown[];
}
const orders = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const families: readonly Family[] = [
	{
		operators: ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"],
		given: texts,
		wanted: texting,
	},
	{ operators: orders.map((order) => `Numeric${order}`), given: numbers, wanted: [...numbers, 1, 1.5] },
	{ operators: orders.map((order) => `Date${order}`), given: [...dates, "x"], wanted: dates },
	{ operators: ["Bool"], given: words, wanted: [...words, true, false, "${k}"] },
	{ operators: ["BinaryEquals"], given: bytes, wanted: bytes },
	{ operators: ["IpAddress", "NotIpAddress"], given: addresses, wanted: ranges },
	{ operators: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"], given: someArns, wanted: arnPatterns },
	{ operators: ["Null"], given: texts, wanted: ["true", "false", true] },
];
const values = families.flatMap((family) => family.given);

function some<T>(chance: Chance, stock: readonly T[], most: number): T | T[] {
	if (chance.percent(50)) return chance.one(stock);
	const chosen = [chance.one(stock)];
	for (let more = chance.below(most); more > 0; more--) chosen.push(chance.one(stock));
	return chosen;
}

function scribble(chance: Chance, letters: string, most: number): string {
	let text = "";
	for (let length = chance.below(most + 1); length > 0; length--) text += letters[chance.below(letters.length)];
	return text;
}

/** `pattern`: with wildcards and variables. */
function resource(chance: Chance, pattern: boolean): string {
	if (chance.percent(8)) return "*";
	const part = (letters: string) => (chance.percent(60) ? "" : scribble(chance, letters, 3));
	const [region, owner] = pattern ? [part("a1*"), part("1*?")] : [part("a1"), part("1")];
	const isBucket = chance.percent(70);
	const path = pattern
		? `${scribble(chance, "ab/*?:", 6)}${chance.percent(20) ? chance.one(["${aws:username}", "${k, 'b'}/*", "${*}", "${aws:PrincipalTag/team}b"]) : ""}`
		: scribble(chance, "aab/:", 8);
	if (pattern && chance.percent(3))
		return chance.one(["arn:aws:s3", "arn:aws:s3:*", "arn:aws:dynamodb:a1", "arn:*:s3:*:*:*", "arn:aws:dynamodb:${k}:1:a"]);
	return isBucket ? `arn:aws:s3:::${path}` : `arn:aws:dynamodb:${region}:${owner}:${path}`;
}

function condition(chance: Chance): Record<string, Record<string, unknown>> {
	const written: Record<string, Record<string, unknown>> = {};
	for (let i = chance.below(2); i >= 0; i--) {
		const family = chance.one(families);
		const operator = chance.one(family.operators);
		const bare = operator === "Null";
		const set = bare ? "" : chance.one(["", "", "", "ForAllValues:", "ForAnyValue:"]);
		const name = `${set}${operator}${!bare && chance.percent(15) ? "IfExists" : ""}`;
		const key = chance.one(keys);
		written[name] = { ...written[name], [chance.percent(20) ? key.toUpperCase() : key]: some(chance, family.wanted, 3) };
	}
	return written;
}

const namesInAws = [
	...Object.values(arns),
	"*",
	account,
	"AIDAEXAMPLEUSERID",
	"AROAEXAMPLEROLEID",
	"999999999999",
	"arn:aws:iam::999999999999:user/ana",
];

function principalElement(chance: Chance): unknown {
	if (chance.percent(10)) return "*";
	const element: Record<string, unknown> = { AWS: some(chance, namesInAws, 4) };
	if (chance.percent(20)) element["Federated"] = "cognito-identity.amazonaws.com";
	if (chance.percent(15)) element["Service"] = some(chance, ["lambda.amazonaws.com", "s3.amazonaws.com"], 2);
	if (chance.percent(10)) element["CanonicalUser"] = canonicalUserId;
	return element;
}

/** A policy: of a resource, with principals, or of an identity. */
export function policy(chance: Chance, kind: "inline" | "resource"): object {
	const statements = Array.from({ length: chance.percent(60) ? 1 : chance.below(2) + 2 }, () => {
		const Effect = chance.percent(70) ? "Allow" : "Deny";
		const statement: Record<string, unknown> = { Effect };
		statement[chance.percent(12) ? "NotAction" : "Action"] = some(chance, actionPatterns, 3);
		statement[chance.percent(12) ? "NotResource" : "Resource"] = chance.percent(25)
			? "*"
			: Array.from({ length: chance.below(2) + 1 }, () => resource(chance, true));
		if (kind === "resource") statement[Effect === "Deny" && chance.percent(40) ? "NotPrincipal" : "Principal"] = principalElement(chance);
		if (chance.percent(50)) statement["Condition"] = condition(chance);
		return statement;
	});
	const Version = chance.percent(85) ? { Version: "2012-10-17" } : chance.percent(50) ? { Version: "2008-10-17" } : {};
	return { ...Version, Statement: statements.length === 1 && chance.percent(50) ? statements[0] : statements };
}

export function request(chance: Chance) {
	const context: Record<string, string | string[]> = {};
	for (const key of keys) {
		if (chance.percent(40)) continue;
		const stock = chance.percent(50) ? values : texts;
		context[chance.percent(20) ? key.toLowerCase() : key] = some(chance, stock, 3);
	}
	return { principal: chance.one(principals), action: chance.one(actions), resource: resource(chance, false), context };
}
