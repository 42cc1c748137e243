/**
 * A second evaluator of policies, written from the IAM user guide alone and as plainly as it goes: documents straight from JSON.parse,
 * patterns by recursion over characters, addresses and numbers as BigInt. It shares nothing with `src/domain/access/policies/` and is
 * only there to disagree with it.
 */

// biome-ignore lint/suspicious/noExplicitAny: documents are read as they stand
type Json = any;
export interface SlowPrincipal {
	kind: "root" | "user" | "roleSession" | "federatedUser" | "federated" | "service" | "anonymous";
	accountId?: string;
	arn?: string;
	userId?: string;
	roleArn?: string;
	roleId?: string;
	userArn?: string | undefined;
	provider?: string;
	names?: readonly string[];
	canonicalUserId?: string;
}
export interface SlowRequest {
	principal: SlowPrincipal;
	action: string;
	resource: string;
	context: Readonly<Record<string, string | readonly string[]>>;
}
export interface SlowPolicies {
	/** Documents as JSON.parse gives them. */
	identity: readonly unknown[];
	resource?: unknown;
	required?: boolean;
	boundary?: unknown;
	session?: readonly unknown[];
}

const listed = (value: Json): Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** reference_policies_evaluation-logic_policy-eval-denyallow, from top to bottom. */
export function slowEvaluate(request: SlowRequest, policies: SlowPolicies): "allowed" | "explicitDeny" | "implicitDeny" {
	const applying = (document: Json): Json[] =>
		listed(document.Statement).filter((statement) => applies(statement, document.Version, request));
	const [identity, boundary, session] = [policies.identity, listed(policies.boundary), policies.session ?? []].map((documents) =>
		documents.flatMap(applying),
	);
	const resource = policies.resource === undefined ? [] : applying(policies.resource);
	if ([identity, boundary, session].some((statements) => statements?.some((statement) => statement.Effect === "Deny")))
		return "explicitDeny";
	const bounded = policies.boundary !== undefined;
	if (resource.some((statement) => statement.Effect === "Deny" && meansInDeny(statement, request.principal, bounded)))
		return "explicitDeny";
	// What is left of the first three allows.
	const grades = resource.filter((each) => each.Effect === "Allow").map((each) => gradeOf(each.Principal, request.principal));
	if (grades.includes("very principal")) return "allowed";
	const boundaryAgrees = !bounded || boundary?.length !== 0;
	const sessionAgrees = policies.session === undefined ? request.principal.kind !== "federatedUser" : session?.length !== 0;
	if (grades.includes("origin") && boundaryAgrees && sessionAgrees) return "allowed";
	if (policies.required === true && !grades.includes("origin") && !grades.includes("account")) return "implicitDeny";
	if (request.principal.kind === "root") return "allowed";
	return identity?.length !== 0 && boundaryAgrees && sessionAgrees ? "allowed" : "implicitDeny";
}

function applies(statement: Json, version: string | undefined, request: SlowRequest): boolean {
	const variables = version === "2012-10-17";
	const { action, resource, context } = request;
	const asked = action.toLowerCase();
	const isAction = (pattern: string) => (/[*?]/.test(pattern) ? like(escapeStars(pattern), asked) : pattern === asked);
	const actionIn = (patterns: Json) => listed(patterns).some((pattern) => isAction(pattern.toLowerCase()));
	if (statement.Action !== undefined ? !actionIn(statement.Action) : actionIn(statement.NotAction)) return false;
	if (
		statement.Resource !== undefined &&
		!listed(statement.Resource).some((each) => resourceIs(each, variables, resource, context) === "yes")
	)
		return false;
	for (const each of listed(statement.NotResource)) {
		const answer = resourceIs(each, variables, resource, context);
		if (answer === "yes" || (answer === "unknown" && statement.Effect === "Allow")) return false;
	}
	for (const [operator, keys] of Object.entries<Json>(statement.Condition ?? {}))
		for (const [key, values] of Object.entries<Json>(keys))
			if (!conditionHolds(operator, key, listed(values).map(String), variables, context)) return false;
	return true;
}

// --- Patterns: a string in which every character that stands for itself has a backslash before it ---

const escapeAll = (text: string): string => text.replace(/[\s\S]/g, "\\$&");
const escapeStars = (text: string): string => text.replace(/[^*?]/g, "\\$&");

function like(pattern: string, text: string): boolean {
	if (pattern === "") return text === "";
	if (pattern[0] === "*") return like(pattern.slice(1), text) || (text !== "" && like(pattern, text.slice(1)));
	if (text === "") return false;
	if (pattern[0] === "?") return like(pattern.slice(1), text.slice(1));
	return pattern[1] === text[0] && like(pattern.slice(2), text.slice(1));
}

/** reference_policies_elements_resource: a star goes beyond a colon if it ends its segment, or if no segment follows. */
function arnLike(pattern: string, text: string, colons: number): boolean {
	if (pattern === "") return text === "";
	const [first] = pattern;
	if (first === "*") {
		if (arnLike(pattern.slice(1), text, colons)) return true;
		const endsSegment = pattern.length === 1 || pattern.startsWith("*\\:");
		return text !== "" && (text[0] !== ":" || endsSegment || colons >= 5) && arnLike(pattern, text.slice(1), colons);
	}
	if (text === "") return false;
	if (first === "?") return (text[0] !== ":" || colons >= 5) && arnLike(pattern.slice(1), text.slice(1), colons);
	return pattern[1] === text[0] && arnLike(pattern.slice(2), text.slice(1), pattern[1] === ":" ? colons + 1 : colons);
}

/** reference_policies_variables. Undefined where a variable has no value. */
function fill(text: string, wildcards: boolean, context: SlowRequest["context"]): string | undefined {
	if (text === "") return "";
	const close = text.indexOf("}");
	if (text.startsWith("${") && close > 2) {
		const inside = text.slice(2, close);
		const value = variable(inside, context);
		if (value !== "no variable") {
			const rest = fill(text.slice(close + 1), wildcards, context);
			return value.text === undefined || rest === undefined ? undefined : escapeAll(value.text) + rest;
		}
	}
	const rest = fill(text.slice(1), wildcards, context);
	if (rest === undefined) return undefined;
	return wildcards && (text[0] === "*" || text[0] === "?") ? text[0] + rest : `\\${text[0]}${rest}`;
}

function variable(inside: string, context: SlowRequest["context"]): { text: string | undefined } | "no variable" {
	if (inside === "*" || inside === "?" || inside === "$") return { text: inside };
	const comma = inside.indexOf(",");
	const key = comma === -1 ? inside : inside.slice(0, comma);
	const quoted = comma === -1 ? undefined : inside.slice(comma + 1).trimStart();
	const isQuoted = quoted?.startsWith("'") && quoted.endsWith("'") && quoted.length > 1 && !quoted.slice(1, -1).includes("'");
	if (key === "" || /['{]/.test(key) || (quoted !== undefined && (!isQuoted || quoted.includes("{")))) return "no variable";
	const values = valuesIn(context, key);
	if (values.length > 1) return { text: undefined };
	return { text: values[0] || quoted?.slice(1, -1) };
}

function resourceIs(written: string, variables: boolean, resource: string, context: SlowRequest["context"]): "yes" | "no" | "unknown" {
	if (written === "*") return "yes";
	// Where the fifth colon is, those of variables not counted.
	let [colons, inside, at] = [0, false, 0];
	for (; at < written.length && colons < 5; at++) {
		if (variables && written.startsWith("${", at) && written.includes("}", at)) return "unknown";
		if (written[at] === "}") inside = false;
		if (written[at] === ":" && !inside) colons++;
	}
	const head = written.slice(0, at) + ":*".repeat(5 - colons);
	const tail = variables ? fill(written.slice(at), true, context) : escapeStars(written.slice(at));
	if (tail === undefined) return "unknown";
	return arnLike(escapeStars(head) + tail, resource, 0) ? "yes" : "no";
}

// --- Conditions: reference_policies_elements_condition_operators ---

const valuesIn = (context: SlowRequest["context"], key: string): string[] =>
	Object.entries(context)
		.filter(([name]) => name.toLowerCase() === key.toLowerCase())
		.flatMap(([, values]) => listed(values));

function conditionHolds(written: string, key: string, wanted: string[], variables: boolean, context: SlowRequest["context"]): boolean {
	const given = valuesIn(context, key);
	const isNothing = given.join("") === "";
	if (written === "Null") return wanted.some((word) => word.toLowerCase() === String(isNothing));
	const quantifier = written.includes(":") ? written.split(":")[0] : undefined;
	const ifExists = written.endsWith("IfExists");
	const operator = written.replace(/^For.*:/, "").replace(/IfExists$/, "");
	const negated = operator.includes("Not");
	const base = operator.replace("Not", "");
	if (given.length === 0) {
		if (ifExists || quantifier === "ForAllValues") return true;
		return quantifier === undefined && negated;
	}
	if (quantifier === "ForAllValues" && isNothing) return true;
	const hits = given.map((value) => wanted.some((each) => compares(base, value, each, variables, context)));
	if (quantifier === undefined) return negated ? !hits.includes(true) : hits.includes(true);
	const oks = hits.map((hit) => (negated ? !hit : hit));
	return quantifier === "ForAllValues" ? !oks.includes(false) : oks.includes(true);
}

function compares(base: string, value: string, wanted: string, variables: boolean, context: SlowRequest["context"]): boolean {
	const filled = (wildcards: boolean): string | undefined =>
		variables ? fill(wanted, wildcards, context) : wildcards ? escapeStars(wanted) : escapeAll(wanted);
	if (base === "StringEquals") return filled(false) === escapeAll(value);
	if (base === "StringEqualsIgnoreCase") return filled(false)?.toLowerCase() === escapeAll(value).toLowerCase();
	if (base === "StringLike") {
		const pattern = filled(true);
		return pattern !== undefined && like(pattern, value);
	}
	if (base === "Bool") {
		const word = filled(false)?.replaceAll("\\", "").toLowerCase();
		return word === value.toLowerCase() && (word === "true" || word === "false");
	}
	if (base === "BinaryEquals") {
		const [a, b] = [base64Bits(value), base64Bits(wanted)];
		return a !== undefined && a === b;
	}
	if (base === "IpAddress") return addressIn(value, wanted);
	if (base === "ArnEquals" || base === "ArnLike") {
		const pattern = filled(true);
		return pattern !== undefined && sixComponents(pattern, value);
	}
	const [a, b] = base.startsWith("Date") ? [instant(value), instant(wanted)] : [decimal(value), decimal(wanted)];
	if (a === undefined || b === undefined) return false;
	switch (base.replace(/^(Date|Numeric)/, "")) {
		case "Equals":
			return a === b;
		case "LessThan":
			return a < b;
		case "LessThanEquals":
			return a <= b;
		case "GreaterThan":
			return a > b;
		case "GreaterThanEquals":
			return a >= b;
		default:
			throw new Error(`no operator ${base}`);
	}
}

/** "Each of the six colon-delimited components of the ARN is checked separately"; a star at the end of a shorter pattern takes the rest. */
function sixComponents(pattern: string, arn: string): boolean {
	if (!/^arn(:[^:]*){4}:/.test(arn)) return false;
	return component(pattern, arn, 1);
}

function component(pattern: string, arn: string, number: number): boolean {
	const [head, ...tail] = number === 6 ? [pattern] : splitOnce(pattern, "\\:");
	if (number === 6) return like(pattern, arn);
	if (tail.length === 0) return pattern.endsWith("*") && !pattern.endsWith("\\*") && like(pattern, arn);
	const [first, rest] = splitOnce(arn, ":");
	return like(head as string, first as string) && component(tail[0] as string, rest as string, number + 1);
}

function splitOnce(text: string, mark: string): string[] {
	// A backslash that is itself escaped can't begin the mark.
	let at = 0;
	while (at < text.length) {
		if (text.startsWith(mark, at)) return [text.slice(0, at), text.slice(at + mark.length)];
		at += mark.length === 2 && text[at] === "\\" ? 2 : 1;
	}
	return [text];
}

/** In billionths. */
function decimal(text: string): bigint | undefined {
	const match = /^([+-]?)(\d*)\.?(\d*)$/.exec(text);
	if (match === null || (match[2] === "" && match[3] === "")) return undefined;
	const size = BigInt(`${match[2]}${(match[3] as string).padEnd(9, "0")}`);
	return match[1] === "-" ? -size : size;
}

/** In billionths of a millisecond. */
function instant(text: string): bigint | undefined {
	if (/^[+-]?[\d.]+$/.test(text) && !/^\d{4}$/.test(text)) {
		const seconds = decimal(text);
		return seconds === undefined ? undefined : seconds * 1000n;
	}
	if (!/^\d{4}(-|$)/.test(text)) return undefined;
	const withZone = /T/i.test(text) && !/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? `${text}Z` : text;
	const milliseconds = Date.parse(withZone.toUpperCase());
	return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000_000n;
}

const sixBits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
function base64Bits(text: string): string | undefined {
	const digits = text.replace(/={0,2}$/, "");
	if (digits.length % 4 === 1 || (text.length % 4 !== 0 && text !== digits)) return undefined;
	let bits = "";
	for (const digit of digits) {
		const at = sixBits.indexOf(digit);
		if (at === -1) return undefined;
		bits += at.toString(2).padStart(6, "0");
	}
	return bits.slice(0, bits.length - (bits.length % 8));
}

// --- Addresses ---

function addressIn(value: string, range: string): boolean {
	const [network, prefix] = range.split("/");
	const [address, base] = [numbered(value), numbered(network as string)];
	if (address === undefined || base === undefined) return false;
	if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || BigInt(prefix) > base.width)) return false;
	const bits = prefix === undefined ? base.width : BigInt(prefix);
	// An IPv4 address is compared where it stands within IPv6, with a range that lies within those addresses.
	const wide = (each: { width: bigint; number: bigint }) => (each.width === 32n ? (0xffffn << 32n) | each.number : each.number);
	const wideBits = base.width === 32n ? bits + 96n : bits;
	const isFour = (number: bigint) => number >> 32n === 0xffffn;
	if (isFour(wide(address)) !== (isFour(wide(base)) && wideBits >= 96n)) return false;
	return wide(address) >> (128n - wideBits) === wide(base) >> (128n - wideBits);
}

function numbered(text: string): { width: bigint; number: bigint } | undefined {
	if (!text.includes(":")) {
		const octets = text.split(".");
		if (octets.length !== 4 || octets.some((octet) => !/^\d{1,3}$/.test(octet) || String(Number(octet)) !== octet || Number(octet) > 255))
			return undefined;
		return { width: 32n, number: octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n) };
	}
	const dotted = /^(.*:)([^:]*\..*)$/.exec(text);
	if (dotted !== null) {
		const four = numbered(dotted[2] as string);
		if (four?.width !== 32n) return undefined;
		return numbered(`${dotted[1]}${(four.number >> 16n).toString(16)}:${(four.number & 0xffffn).toString(16)}`);
	}
	const [left, right, ...more] = text.split("::").map((half) => (half === "" ? [] : half.split(":")));
	if (left === undefined || more.length > 0) return undefined;
	const zeros = 8 - left.length - (right?.length ?? 0);
	if (right === undefined ? zeros !== 0 : zeros < 1) return undefined;
	const groups = [...left, ...Array(zeros).fill("0"), ...(right ?? [])];
	if (groups.some((group) => !/^[\da-fA-F]{1,4}$/.test(group))) return undefined;
	return { width: 128n, number: BigInt(`0x${groups.map((group) => group.padStart(4, "0")).join("")}`) };
}

// --- Principals: reference_policies_elements_principal ---

function gradeOf(element: Json, who: SlowPrincipal): "very principal" | "origin" | "account" | "nobody" {
	if (element === undefined) return "nobody";
	if (element === "*") return "very principal";
	const names = (type: string): string[] => listed(element[type]);
	if (who.kind === "federated") return names("Federated").includes(who.provider as string) ? "very principal" : "nobody";
	if (who.kind === "service") return names("Service").some((name) => who.names?.includes(name)) ? "very principal" : "nobody";
	if (names("AWS").includes("*")) return "very principal";
	const mine = [who.kind === "root" ? undefined : who.arn, who.userId];
	if (names("AWS").some((name) => mine.includes(name))) return "very principal";
	if (names("AWS").some((name) => [who.roleArn, who.roleId, who.userArn].includes(name))) return "origin";
	return accountNamed(element, who) ? "account" : "nobody";
}

const accountNamed = (element: Json, who: SlowPrincipal): boolean =>
	who.accountId !== undefined &&
	(listed(element.AWS).some((name) => name === who.accountId || new RegExp(`^arn:.*:iam::${who.accountId}:root$`).test(name)) ||
		listed(element.CanonicalUser).some((name) => name === who.canonicalUserId));

function meansInDeny(statement: Json, who: SlowPrincipal, bounded: boolean): boolean {
	if (statement.Principal !== undefined)
		return listed(statement.Principal.AWS).includes("*") || gradeOf(statement.Principal, who) !== "nobody";
	const spared = statement.NotPrincipal;
	if (spared === "*") return false;
	if (who.accountId === undefined) return who.kind === "anonymous" ? !listed(spared.AWS).includes("*") : gradeOf(spared, who) === "nobody";
	if (bounded) return true;
	const aws = listed(spared.AWS);
	if (aws.includes("*")) return false;
	// reference_policies_elements_notprincipal: the account, then the role, then the session.
	if (!accountNamed(spared, who)) return true;
	if (who.kind === "root") return false;
	if (who.kind === "roleSession" && !aws.includes(who.roleArn) && !aws.includes(who.roleId)) return true;
	return !aws.includes(who.arn) && !aws.includes(who.userId);
}
