/**
 * DynamoDB's expressions, as far as who may touch what depends on them: the attributes that they name, and the partition key's value that a
 * key condition asks for. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import { validation } from "./refusals.ts";

export type AttributeNames = Readonly<Record<string, unknown>>;

interface Token {
	readonly kind: "name" | "alias" | "value" | "sign";
	readonly text: string;
}

const tokenPattern = /\s+|(#\w+)|(:\w+)|([A-Za-z_]\w*)|(\[\s*\d+\s*\]|<>|<=|>=|[=<>(),+.-])/y;
const expressionCharactersMax = 4096;
const keywords = new Set(["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"]);
const functions = new Set(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"]);
const updateFunctions = new Set(["if_not_exists", "list_append"]);

const invalid = () => validation("Invalid expression: Syntax error");

function tokensOf(expression: unknown): Token[] {
	// "The maximum length of any expression string is 4 KB."
	if (typeof expression !== "string" || expression.length > expressionCharactersMax) throw invalid();
	const tokens: Token[] = [];
	tokenPattern.lastIndex = 0;
	while (tokenPattern.lastIndex < expression.length) {
		const match = tokenPattern.exec(expression);
		if (match === null) throw invalid();
		const [, alias, value, name, sign] = match;
		if (alias !== undefined) tokens.push({ kind: "alias", text: alias });
		else if (value !== undefined) tokens.push({ kind: "value", text: value });
		else if (name !== undefined) tokens.push({ kind: "name", text: name });
		else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
	}
	return tokens;
}

function resolve(token: Token, names: AttributeNames): string {
	if (token.kind === "name") return token.text;
	const name = Object.hasOwn(names, token.text) ? names[token.text] : undefined;
	if (typeof name !== "string")
		throw validation(`An expression attribute name used in the document path is not defined; attribute name: ${token.text}`);
	return name;
}

/** The top-level attributes that an expression names. @throws ValidationException */
export function attributesOf(expression: unknown, names: AttributeNames): string[] {
	const tokens = tokensOf(expression);
	const found: string[] = [];
	for (const [i, token] of tokens.entries()) {
		if (token.kind !== "name" && token.kind !== "alias") continue;
		if (tokens[i - 1]?.text === ".") {
			resolve(token, names);
			continue;
		}
		if (token.kind === "name") {
			if (keywords.has(token.text.toUpperCase())) continue;
			const isCall = tokens[i + 1]?.text === "(";
			if (isCall && (functions.has(token.text) || updateFunctions.has(token.text))) continue;
			if (isCall) throw invalid();
		}
		found.push(resolve(token, names));
	}
	return found;
}

/** The attributes that a key condition asks to be equal to a value (`:name`), each once. @throws ValidationException */
export function equalitiesOf(expression: unknown, names: AttributeNames): ReadonlyMap<string, string> {
	const tokens = tokensOf(expression);
	const equal = new Map<string, string>();
	const seen = new Set<string>();
	let at = 0;
	const next = (): Token => {
		const token = tokens[at++];
		if (token === undefined) throw invalid();
		return token;
	};
	const isNext = (text: string) => tokens[at]?.kind !== "value" && tokens[at]?.text.toUpperCase() === text;
	const expect = (text: string) => {
		if (!isNext(text)) throw invalid();
		at++;
	};
	const value = (): string => {
		const token = next();
		if (token.kind !== "value") throw invalid();
		return token.text;
	};
	const attribute = (): string => {
		const token = next();
		if (token.kind !== "alias" && (token.kind !== "name" || keywords.has(token.text.toUpperCase()))) throw invalid();
		const name = resolve(token, names);
		if (seen.has(name)) throw validation("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
		seen.add(name);
		return name;
	};
	const condition = (): void => {
		if (isNext("(")) {
			at++;
			conditions();
			expect(")");
			return;
		}
		if (tokens[at]?.text === "begins_with" && tokens[at + 1]?.text === "(") {
			at += 2;
			attribute();
			expect(",");
			value();
			expect(")");
			return;
		}
		const name = attribute();
		if (isNext("BETWEEN")) {
			at++;
			value();
			expect("AND");
			value();
			return;
		}
		const { text } = next();
		if (!["=", "<", "<=", ">", ">="].includes(text)) throw invalid();
		const compared = value();
		if (text === "=") equal.set(name, compared);
	};
	function conditions(): void {
		condition();
		while (isNext("AND")) {
			at++;
			condition();
		}
	}
	// Parentheses nest no deeper than the 4 KB that an expression may have.
	conditions();
	if (at !== tokens.length) throw invalid();
	return equal;
}
