/**
 * The operations of DynamoDB that pass, with the members that each may have; whatever is not in this list is AccessDenied. Not in it:
 * PartiQL, streams, backups, exports, global tables, tags and policies of resources.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */

/** How the rights of an operation follow from its body. */
export type RightsKind = "account" | "table" | "item" | "query" | "batchGet" | "batchWrite" | "transactGet" | "transactWrite";

export interface DynamoOperation {
	readonly kind: RightsKind;
	readonly members: readonly string[];
}

const naming = ["TableName", "ExpressionAttributeNames"];
const returned = ["ReturnConsumedCapacity"];
const written = [...returned, "ReturnItemCollectionMetrics"];
const valued = ["ExpressionAttributeValues"];
const conditional = [
	...valued,
	"ConditionExpression",
	"ConditionalOperator",
	"Expected",
	"ReturnValues",
	"ReturnValuesOnConditionCheckFailure",
];
const projected = ["AttributesToGet", "ConsistentRead", "ProjectionExpression"];
const paged = ["ConditionalOperator", "ExclusiveStartKey", "FilterExpression", "IndexName", "Limit", "Select"];
const definition = ["TableName", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"];
const settings = ["DeletionProtectionEnabled", "SSESpecification", "StreamSpecification", "TableClass"];

const item = (...members: string[]): DynamoOperation => ({ kind: "item", members: [...naming, ...returned, ...members] });
const table = (...members: string[]): DynamoOperation => ({ kind: "table", members: ["TableName", ...members] });

export const dynamoOperations: ReadonlyMap<string, DynamoOperation> = new Map(
	Object.entries<DynamoOperation>({
		GetItem: item("Key", ...projected),
		PutItem: item("Item", ...conditional, ...written),
		UpdateItem: item("Key", "AttributeUpdates", "UpdateExpression", ...conditional, ...written),
		DeleteItem: item("Key", ...conditional, ...written),
		Query: {
			kind: "query",
			members: [
				...naming,
				...returned,
				...valued,
				...projected,
				...paged,
				"KeyConditionExpression",
				"KeyConditions",
				"QueryFilter",
				"ScanIndexForward",
			],
		},
		Scan: {
			kind: "query",
			members: [...naming, ...returned, ...valued, ...projected, ...paged, "ScanFilter", "Segment", "TotalSegments"],
		},
		BatchGetItem: { kind: "batchGet", members: ["RequestItems", ...returned] },
		BatchWriteItem: { kind: "batchWrite", members: ["RequestItems", ...written] },
		TransactGetItems: { kind: "transactGet", members: ["TransactItems", ...returned] },
		TransactWriteItems: { kind: "transactWrite", members: ["TransactItems", "ClientRequestToken", ...written] },
		CreateTable: table(...definition, ...settings, "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"),
		UpdateTable: table(...definition, ...settings, "GlobalSecondaryIndexUpdates"),
		DeleteTable: table(),
		DescribeTable: table(),
		DescribeTimeToLive: table(),
		UpdateTimeToLive: table("TimeToLiveSpecification"),
		ListTables: { kind: "account", members: ["ExclusiveStartTableName", "Limit"] },
		DescribeLimits: { kind: "account", members: [] },
	}),
);

/** What each part of a batch or a transaction may have. */
export const partMembers = {
	batchGet: ["Keys", "AttributesToGet", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"],
	PutRequest: ["Item"],
	DeleteRequest: ["Key"],
	Get: ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"],
	Put: [
		"TableName",
		"Item",
		"ConditionExpression",
		"ExpressionAttributeNames",
		"ExpressionAttributeValues",
		"ReturnValuesOnConditionCheckFailure",
	],
	Update: [
		"TableName",
		"Key",
		"UpdateExpression",
		"ConditionExpression",
		"ExpressionAttributeNames",
		"ExpressionAttributeValues",
		"ReturnValuesOnConditionCheckFailure",
	],
	Delete: [
		"TableName",
		"Key",
		"ConditionExpression",
		"ExpressionAttributeNames",
		"ExpressionAttributeValues",
		"ReturnValuesOnConditionCheckFailure",
	],
	ConditionCheck: [
		"TableName",
		"Key",
		"ConditionExpression",
		"ExpressionAttributeNames",
		"ExpressionAttributeValues",
		"ReturnValuesOnConditionCheckFailure",
	],
} as const;
