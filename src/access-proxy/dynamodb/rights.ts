/**
 * What a request needs to be allowed: actions on tables and indexes, with the partition keys and attributes that it touches.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
import type { ContextValues } from "../../domain/access/permissions.ts";
import { type AttributeNames, attributesOf, equalitiesOf } from "./expressions.ts";
import { type KeySchema, partitionKeyOf } from "./key-schemas.ts";
import { keyText } from "./key-values.ts";
import { type DynamoOperation, partMembers } from "./operations.ts";
import { validation } from "./refusals.ts";

export interface Right {
	readonly action: string;
	readonly resources: readonly string[];
	readonly context: ContextValues;
	/** The upstream has no such table: allowed or not, nothing is asked of it. */
	readonly isMissing?: boolean;
}

export interface DynamoPlace {
	/** `arn:aws:dynamodb:REGION:ACCOUNT:table/` */
	readonly tableArns: string;
	/** Undefined: there is no such table. */
	schema(table: string): Promise<KeySchema | undefined>;
}

/** An object of JSON, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

const transactMax = 100;
/** Of all tables together. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const [batchGetMax, batchWriteMax] = [100, 25];
const notAnObject = () => validation("The request's members have not the types that they should have.");

export function objectOf(value: unknown): JsonObject {
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw notAnObject();
	return value as JsonObject;
}

function arrayOf(value: unknown): readonly unknown[] {
	if (!Array.isArray(value)) throw notAnObject();
	return value;
}

/** One word; a list of one would be the same to a policy that reads it as text, and something else to the upstream. */
function wordOf(value: unknown, otherwise: string): string {
	const word = value ?? otherwise;
	if (typeof word !== "string") throw notAnObject();
	return word;
}

/** @throws ValidationException for members beyond these: what the proxy does not know it can't judge */
export function checkMembers(value: JsonObject, members: readonly string[]): void {
	const other = Object.keys(value).find((name) => !members.includes(name));
	if (other !== undefined) throw validation(`Gatehouse's access proxy does not know the member ${other.slice(0, 128)} here.`);
}

/** A name, not an ARN: what is behind the proxy has ARNs of its own. @throws ValidationException */
function tableName(value: unknown): string {
	if (typeof value !== "string" || !/^[A-Za-z0-9_.-]{3,255}$/.test(value)) {
		throw validation("TableName must be a name of 3 to 255 letters, digits, underscores, hyphens and dots.");
	}
	return value;
}

/** All of which must be allowed. */
export async function rightsOf(name: string, { kind }: DynamoOperation, input: JsonObject, place: DynamoPlace): Promise<Right[]> {
	const action = `dynamodb:${name}`;
	const shared: ContextValues =
		"ReturnConsumedCapacity" in input ? { "dynamodb:ReturnConsumedCapacity": wordOf(input["ReturnConsumedCapacity"], "NONE") } : {};
	switch (kind) {
		case "account":
			return [{ action, resources: ["*"], context: shared }];
		case "table":
			return [{ action, resources: [place.tableArns + tableName(input["TableName"])], context: shared }];
		case "item":
			return [await itemRight(action, input, place, name === "GetItem", shared)];
		case "query":
			return [await queryRight(action, input, place, name === "Query", shared)];
		case "batchGet":
			return Promise.all(
				batchOf(name, input, batchGetMax, (part) => objectOf(part)["Keys"]).map(async ([table, part]) => {
					const asked = objectOf(part);
					checkMembers(asked, partMembers.batchGet);
					const keys = arrayOf(asked["Keys"]).map(objectOf);
					return keysRight(action, tableName(table), keys, place, {
						...shared,
						...readContext(asked, keys.flatMap(Object.keys), undefined),
					});
				}),
			);
		case "batchWrite":
			return Promise.all(
				// Async throughout: a refusal that was thrown outright would leave the promises before it to nobody.
				batchOf(name, input, batchWriteMax, (parts) => parts).map(async ([table, parts]) => {
					const items = arrayOf(parts).map((part) => writtenItem(objectOf(part)));
					return keysRight(action, tableName(table), items, place, { ...shared, ...attributes(items.flatMap(Object.keys)) });
				}),
			);
		case "transactGet":
			return transactRights(input, ["Get"], place, { ...shared, "dynamodb:EnclosingOperation": name });
		case "transactWrite": {
			const kinds = ["Put", "Update", "Delete", "ConditionCheck"] as const;
			return transactRights(input, kinds, place, { ...shared, "dynamodb:EnclosingOperation": name });
		}
	}
}

/** The tables of a batch with what is asked of each. Of every table the upstream may be asked, before anything is allowed. @throws ValidationException */
function batchOf(name: string, input: JsonObject, max: number, listOf: (part: unknown) => unknown): [table: string, part: unknown][] {
	const tables = Object.entries(objectOf(input["RequestItems"]));
	let count = 0;
	for (const [, part] of tables) count += arrayOf(listOf(part)).length;
	if (Math.max(count, tables.length) > max) throw validation(`Too many items requested for the ${name} call`);
	return tables;
}

function writtenItem(part: JsonObject): JsonObject {
	const [[kind, request] = [], ...others] = Object.entries(part);
	if (others.length > 0 || (kind !== "PutRequest" && kind !== "DeleteRequest")) throw notAnObject();
	const asked = objectOf(request);
	checkMembers(asked, partMembers[kind]);
	return objectOf(kind === "PutRequest" ? asked["Item"] : asked["Key"]);
}

type TransactKind = "Get" | "Put" | "Update" | "Delete" | "ConditionCheck";

function transactRights(input: JsonObject, kinds: readonly TransactKind[], place: DynamoPlace, shared: ContextValues): Promise<Right[]> {
	const items = arrayOf(input["TransactItems"]);
	if (items.length > transactMax) throw validation("Member must have length less than or equal to 100");
	return Promise.all(
		items.map(async (item) => {
			const [[name, request] = [], ...others] = Object.entries(objectOf(item));
			const kind = kinds.find((each) => each === name);
			if (kind === undefined || others.length > 0) throw notAnObject();
			const asked = objectOf(request);
			checkMembers(asked, partMembers[kind]);
			const action = kind === "ConditionCheck" ? "dynamodb:ConditionCheckItem" : `dynamodb:${kind}Item`;
			return itemRight(action, asked, place, kind === "Get", shared);
		}),
	);
}

const namesOf = (asked: JsonObject): AttributeNames => objectOf(asked["ExpressionAttributeNames"] ?? {});

async function itemRight(action: string, asked: JsonObject, place: DynamoPlace, reads: boolean, shared: ContextValues): Promise<Right> {
	const key = objectOf(asked["Key"] ?? asked["Item"]);
	const context = reads
		? readContext(asked, Object.keys(key), undefined)
		: {
				...attributes([...Object.keys(key), ...namedIn(asked)]),
				"dynamodb:ReturnValues": wordOf(asked["ReturnValues"], "NONE"),
			};
	return keysRight(action, tableName(asked["TableName"]), [key], place, { ...shared, ...context });
}

async function keysRight(
	action: string,
	table: string,
	keys: readonly JsonObject[],
	place: DynamoPlace,
	context: ContextValues,
): Promise<Right> {
	const resources = [place.tableArns + table];
	const schema = await place.schema(table);
	if (schema === undefined) return { action, resources, context, isMissing: true };
	const [partitionKey] = schema.partitionKey;
	const leading = keys.map((key) => keyText(Object.hasOwn(key, partitionKey) ? key[partitionKey] : undefined));
	if (leading.includes(undefined)) throw validation("The provided key element does not match the schema");
	return { action, resources, context: { ...context, ...keyContext([leading as string[]]) } };
}

const keyPlaces = ["First", "Second", "Third", "Fourth"] as const;

/**
 * The values of each attribute of a partition key: "FirstPartitionKeyValues and LeadingKeys can used exchangeable". None of them may be
 * left out: `ForAllValues` is true of what is not there.
 */
function keyContext(values: readonly (readonly string[])[]): ContextValues {
	if (values.length > keyPlaces.length) throw validation("Gatehouse's access proxy knows partition keys of four attributes at most.");
	const [leading = []] = values;
	const places = values.map((each, at) => [`dynamodb:${keyPlaces[at]}PartitionKeyValues`, [...new Set(each)]] as const);
	return { "dynamodb:LeadingKeys": [...new Set(leading)], ...Object.fromEntries(places) };
}

async function queryRight(action: string, asked: JsonObject, place: DynamoPlace, hasKey: boolean, shared: ContextValues): Promise<Right> {
	const table = tableName(asked["TableName"]);
	const index = asked["IndexName"];
	if (index !== undefined && (typeof index !== "string" || !/^[A-Za-z0-9_.-]{3,255}$/.test(index))) throw notAnObject();
	const resources = [place.tableArns + table + (index === undefined ? "" : `/index/${index}`)];
	const context = { ...shared, ...readContext(asked, [], index) };
	const schema = await place.schema(table);
	if (schema === undefined) return { action, resources, context, isMissing: true };
	const partitionKey = partitionKeyOf(schema, index);
	if (!hasKey) return { action, resources, context };
	const values = partitionKey.map((attribute) => {
		const value = keyText(queriedKey(asked, attribute));
		if (value === undefined) throw validation(`Query condition missed key schema element: ${attribute}`);
		return [value];
	});
	return { action, resources, context: { ...context, ...keyContext(values) } };
}

/** The value that a query asks an attribute of the partition key to be equal to. */
function queriedKey(asked: JsonObject, attribute: string): unknown {
	const { KeyConditionExpression: expression, KeyConditions: legacy } = asked;
	if (expression !== undefined && legacy !== undefined)
		throw validation("Can not use both expression and non-expression parameters in the same request");
	if (expression !== undefined) {
		const placeholder = equalitiesOf(expression, namesOf(asked)).get(attribute);
		const values = objectOf(asked["ExpressionAttributeValues"] ?? {});
		return placeholder !== undefined && Object.hasOwn(values, placeholder) ? values[placeholder] : undefined;
	}
	const conditions = objectOf(legacy ?? {});
	const condition = Object.hasOwn(conditions, attribute) ? objectOf(conditions[attribute]) : {};
	const values = condition["ComparisonOperator"] === "EQ" ? arrayOf(condition["AttributeValueList"]) : [];
	return values.length === 1 ? values[0] : undefined;
}

const expressions = ["ProjectionExpression", "FilterExpression", "ConditionExpression", "UpdateExpression", "KeyConditionExpression"];
const legacyMaps = ["AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter"];

/** Every attribute that a request names outside of its key or item. */
function namedIn(asked: JsonObject): string[] {
	const names = namesOf(asked);
	const found: string[] = [];
	for (const member of expressions) if (asked[member] !== undefined) found.push(...attributesOf(asked[member], names));
	for (const member of legacyMaps) if (asked[member] !== undefined) found.push(...Object.keys(objectOf(asked[member])));
	if (asked["AttributesToGet"] !== undefined) found.push(...arrayOf(asked["AttributesToGet"]).map(String));
	return found;
}

function attributes(names: readonly string[]): ContextValues {
	return names.length === 0 ? {} : { "dynamodb:Attributes": [...new Set(names)] };
}

/** Without a word on it, a read gives all attributes: a policy that asks for SPECIFIC_ATTRIBUTES means to forbid that. */
function readContext(asked: JsonObject, keys: readonly string[], index: unknown): ContextValues {
	const { ProjectionExpression: projection, AttributesToGet: list } = asked;
	const isSpecific = projection !== undefined || list !== undefined;
	const named = namedIn(asked);
	// Nobody says what a list of none would give.
	if (projection === "" || (Array.isArray(list) && list.length === 0)) throw validation("A projection must name at least one attribute.");
	const otherwise = isSpecific ? "SPECIFIC_ATTRIBUTES" : index === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
	return { ...attributes([...keys, ...named]), "dynamodb:Select": wordOf(asked["Select"], otherwise) };
}
