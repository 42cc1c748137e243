/** DynamoDB through the access proxy: a real client before it, a real server behind it, and policies about rows and attributes. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type AttributeValue,
	BatchGetItemCommand,
	BatchWriteItemCommand,
	CreateTableCommand,
	DeleteItemCommand,
	DescribeTableCommand,
	DynamoDBClient,
	ExecuteStatementCommand,
	GetItemCommand,
	ListTablesCommand,
	PutItemCommand,
	QueryCommand,
	ScanCommand,
	TransactGetItemsCommand,
	TransactWriteItemsCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { account, allow, type Credentials, directoryOf, refused } from "../support/access.ts";
import { startDynamo, startRecorder, type Upstream } from "../support/access-upstreams.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

const region = "us-east-1";
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Scores`;
const upstreamKey = { region, accessKeyId: "upstream", secretAccessKey: "upstream-secret" };

describe("DynamoDB through the access proxy", () => {
	let upstream: Upstream;
	let gatehouse: Gatehouse;
	let player: Credentials;
	const clients: DynamoDBClient[] = [];

	function clientOf(credentials: Credentials, to: Gatehouse = gatehouse): DynamoDBClient {
		const client = new DynamoDBClient({ endpoint: to.accessUrl, region, maxAttempts: 1, credentials });
		clients.push(client);
		return client;
	}
	const admin = () => clientOf({ accessKeyId: "any", secretAccessKey: "any" });
	const own = () => clientOf(player);
	const key = (who: string, game = "chess") => ({ player: { S: who }, game: { S: game } });

	before(async () => {
		upstream = await startDynamo();
		gatehouse = await startGatehouse({ config: { access: { port: 0, s3: undefined, dynamodb: { url: upstream.url, ...upstreamKey } } } });
		player = await directoryOf(gatehouse).user("ann", [
			allow(["dynamodb:*Item", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], tableArn, {
				"ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] },
			}),
		]);
		await admin().send(
			new CreateTableCommand({
				TableName: "Scores",
				BillingMode: "PAY_PER_REQUEST",
				AttributeDefinitions: ["player", "game"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
				KeySchema: [
					{ AttributeName: "player", KeyType: "HASH" },
					{ AttributeName: "game", KeyType: "RANGE" },
				],
				GlobalSecondaryIndexes: [
					{ IndexName: "byGame", KeySchema: [{ AttributeName: "game", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
				],
			}),
		);
		// The upstream makes its tables behind.
		const isActive = async () => (await admin().send(new DescribeTableCommand({ TableName: "Scores" }))).Table?.TableStatus === "ACTIVE";
		while (!(await isActive())) await new Promise((resolve) => setImmediate(resolve));
		await admin().send(new PutItemCommand({ TableName: "Scores", Item: { ...key("bob"), score: { N: "9" }, secret: { S: "s" } } }));
	});
	after(async () => {
		for (const client of clients) client.destroy();
		await gatehouse?.stop();
		await upstream?.stop();
	});

	test("a player writes, reads, changes and deletes its own rows", async () => {
		const db = own();
		await db.send(new PutItemCommand({ TableName: "Scores", Item: { ...key("ann"), score: { N: "1" } } }));
		const update = {
			TableName: "Scores",
			Key: key("ann"),
			UpdateExpression: "SET #s = #s + :n",
			ExpressionAttributeNames: { "#s": "score" },
		};
		await db.send(new UpdateItemCommand({ ...update, ExpressionAttributeValues: { ":n": { N: "2" } } }));
		deepEqual((await db.send(new GetItemCommand({ TableName: "Scores", Key: key("ann") }))).Item?.["score"], { N: "3" });
		const query = { TableName: "Scores", ExpressionAttributeValues: { ":p": { S: "ann" }, ":g": { S: "c" } } };
		for (const KeyConditionExpression of ["player = :p AND begins_with(game, :g)", "((player = :p) and game > :g)"]) {
			equal((await db.send(new QueryCommand({ ...query, KeyConditionExpression }))).Count, 1, KeyConditionExpression);
		}
		const legacy = { player: { ComparisonOperator: "EQ" as const, AttributeValueList: [{ S: "ann" }] } };
		equal((await db.send(new QueryCommand({ TableName: "Scores", KeyConditions: legacy }))).Count, 1);
		await db.send(new BatchWriteItemCommand({ RequestItems: { Scores: [{ PutRequest: { Item: key("ann", "go") } }] } }));
		const batch = await db.send(new BatchGetItemCommand({ RequestItems: { Scores: { Keys: [key("ann"), key("ann", "go")] } } }));
		equal(batch.Responses?.["Scores"]?.length, 2);
		await db.send(new DeleteItemCommand({ TableName: "Scores", Key: key("ann", "go") }));
	});

	test("another player's rows are out of reach, one by one, in queries and in batches", async () => {
		const db = own();
		const [code, message] = await refused(db.send(new GetItemCommand({ TableName: "Scores", Key: key("bob") })));
		equal(code, "AccessDeniedException");
		equal(
			message,
			`User: arn:aws:iam::${account}:user/ann is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
		);
		const bobs: AttributeValue = { S: "bob" };
		const before = upstream.recorded.length;
		for (const send of [
			() => db.send(new PutItemCommand({ TableName: "Scores", Item: key("bob") })),
			() => db.send(new UpdateItemCommand({ TableName: "Scores", Key: key("bob") })),
			() => db.send(new DeleteItemCommand({ TableName: "Scores", Key: key("bob") })),
			() =>
				db.send(
					new QueryCommand({ TableName: "Scores", KeyConditionExpression: "player = :p", ExpressionAttributeValues: { ":p": bobs } }),
				),
			() =>
				db.send(
					new QueryCommand({
						TableName: "Scores",
						KeyConditionExpression: "#p = :p and game = :g",
						ExpressionAttributeNames: { "#p": "player" },
						ExpressionAttributeValues: { ":p": bobs, ":g": { S: "ann" } },
					}),
				),
			() =>
				db.send(
					new QueryCommand({
						TableName: "Scores",
						IndexName: "byGame",
						KeyConditionExpression: "game = :g",
						ExpressionAttributeValues: { ":g": { S: "ann" } },
					}),
				),
			() => db.send(new BatchGetItemCommand({ RequestItems: { Scores: { Keys: [key("ann"), key("bob")] } } })),
			() =>
				db.send(
					new BatchWriteItemCommand({
						RequestItems: { Scores: [{ PutRequest: { Item: key("ann") } }, { DeleteRequest: { Key: key("bob") } }] },
					}),
				),
			() => db.send(new ScanCommand({ TableName: "Scores" })),
			() => db.send(new ListTablesCommand({})),
			() => db.send(new DescribeTableCommand({ TableName: "Scores" })),
		]) {
			equal((await refused(send()))[0], "AccessDeniedException", String(send));
		}
		equal(upstream.recorded.length, before);
	});

	test("a policy may call the partition key's values by their newer name", async () => {
		const condition = { "ForAllValues:StringEquals": { "dynamodb:FirstPartitionKeyValues": ["${aws:username}"] } };
		const newer = clientOf(await directoryOf(gatehouse).user("newer", [allow("dynamodb:*", tableArn, condition)]));
		await newer.send(new PutItemCommand({ TableName: "Scores", Item: key("newer") }));
		const rows = (who: string) => {
			const ExpressionAttributeValues = { ":p": { S: who } };
			return new QueryCommand({ TableName: "Scores", KeyConditionExpression: "player = :p", ExpressionAttributeValues });
		};
		equal((await newer.send(rows("newer"))).Count, 1);
		equal((await refused(newer.send(rows("bob"))))[0], "AccessDeniedException");
		equal((await refused(newer.send(new GetItemCommand({ TableName: "Scores", Key: key("bob") }))))[0], "AccessDeniedException");
	});

	test("a batch of nothing is not passed on for anybody, and the upstream is asked about no more tables than a batch may have", async () => {
		const db = clientOf(await directoryOf(gatehouse).user("nobody"));
		const before = upstream.recorded.length;
		equal((await refused(db.send(new BatchGetItemCommand({ RequestItems: {} }))))[0], "ValidationException");
		equal((await refused(db.send(new TransactWriteItemsCommand({ TransactItems: [] }))))[0], "ValidationException");
		const tables = Array.from({ length: 101 }, (_, i) => `Scores${i}`);
		const gets = Object.fromEntries(tables.map((table) => [table, { Keys: [key("ann")] }]));
		const tooMany = (operation: string) => ["ValidationException", `Too many items requested for the ${operation} call`];
		deepEqual(await refused(db.send(new BatchGetItemCommand({ RequestItems: gets }))), tooMany("BatchGetItem"));
		const puts = tables.slice(0, 26).map((game) => ({ PutRequest: { Item: key("ann", game) } }));
		deepEqual(await refused(db.send(new BatchWriteItemCommand({ RequestItems: { Scores: puts } }))), tooMany("BatchWriteItem"));
		equal(upstream.recorded.length, before);
	});

	test("a query that could be read in two ways, or that hides its key, is refused", async () => {
		const db = own();
		const values = { ":p": { S: "ann" }, ":b": { S: "bob" } };
		const asked = () => upstream.recorded.filter(({ headers }) => headers["x-amz-target"] === "DynamoDB_20120810.Query").length;
		const before = asked();
		for (const KeyConditionExpression of [
			"game = :p",
			"player > :p",
			"player = :p OR player = :b",
			"player = :p AND player = :b",
			"NOT player = :b",
			"player = :p AND (game = :b",
			"player = :x",
			"player BETWEEN :p AND :b",
			"#p = :p",
			"player = :p; x",
			"size(player) = :p",
		]) {
			const query = new QueryCommand({ TableName: "Scores", KeyConditionExpression, ExpressionAttributeValues: values });
			equal((await refused(db.send(query)))[0], "ValidationException", KeyConditionExpression);
		}
		equal(asked(), before);
		const noKey = new GetItemCommand({ TableName: "Scores", Key: { game: { S: "chess" } } });
		equal((await refused(db.send(noKey)))[0], "ValidationException");
		equal((await refused(db.send(new GetItemCommand({ TableName: "Nowhere", Key: key("ann") }))))[0], "AccessDeniedException");
		equal((await refused(admin().send(new GetItemCommand({ TableName: "Nowhere", Key: key("ann") }))))[0], "ResourceNotFoundException");
		equal((await refused(admin().send(new GetItemCommand({ TableName: tableArn, Key: key("ann") }))))[0], "ValidationException");
	});

	test("a policy about attributes holds for all that a request names", async () => {
		const limited = clientOf(
			await directoryOf(gatehouse).user("limited", [
				allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], tableArn, {
					"ForAllValues:StringEquals": { "dynamodb:Attributes": ["player", "game", "score"] },
					StringEqualsIfExists: {
						"dynamodb:Select": "SPECIFIC_ATTRIBUTES",
						"dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"],
					},
				}),
			]),
		);
		const get = (more: object) => limited.send(new GetItemCommand({ TableName: "Scores", Key: key("bob"), ...more }));
		deepEqual((await get({ ProjectionExpression: "score, #g", ExpressionAttributeNames: { "#g": "game" } })).Item, {
			score: { N: "9" },
			game: { S: "chess" },
		});
		equal((await refused(get({})))[0], "AccessDeniedException");
		equal((await refused(get({ ProjectionExpression: "score, secret" })))[0], "AccessDeniedException");
		equal(
			(await refused(get({ ProjectionExpression: "#x.score", ExpressionAttributeNames: { "#x": "secret" } })))[0],
			"AccessDeniedException",
		);
		equal((await refused(get({ AttributesToGet: ["secret"] })))[0], "AccessDeniedException");
		const scores = { TableName: "Scores", KeyConditionExpression: "player = :p", ExpressionAttributeValues: { ":p": { S: "bob" } } };
		// What reads as the word that is allowed, and is something else.
		for (const more of [{ Select: ["SPECIFIC_ATTRIBUTES"] as never }, { ProjectionExpression: "" }, { AttributesToGet: [] }]) {
			const query = new QueryCommand({ ...scores, ...more });
			equal((await refused(limited.send(query)))[0], "ValidationException", JSON.stringify(more));
		}
		const update = (more: object) => limited.send(new UpdateItemCommand({ TableName: "Scores", Key: key("bob"), ...more }));
		const values = { ":v": { S: "s" } };
		await update({ UpdateExpression: "SET score = if_not_exists(score, :v)", ExpressionAttributeValues: values });
		for (const more of [
			{ UpdateExpression: "SET score = secret" },
			{ UpdateExpression: "REMOVE secret" },
			{ UpdateExpression: "SET score = :v", ConditionExpression: "attribute_exists(secret)", ExpressionAttributeValues: values },
			{ AttributeUpdates: { secret: { Action: "DELETE" as const } } },
			{ Expected: { secret: { Exists: false } } },
			{ ReturnValues: "ALL_OLD" as const },
		]) {
			equal((await refused(update(more)))[0], "AccessDeniedException", JSON.stringify(more));
		}
		const query = {
			TableName: "Scores",
			KeyConditionExpression: "player = :p",
			ExpressionAttributeValues: { ":p": { S: "bob" }, ":s": { S: "s" } },
		};
		const filtered = { ...query, ProjectionExpression: "score", FilterExpression: "begins_with(secret, :s)" };
		equal((await refused(limited.send(new QueryCommand(filtered))))[0], "AccessDeniedException");
	});

	test("PartiQL and what else is not in the list is refused to everyone, and names that come twice have one value", async () => {
		equal((await refused(admin().send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM "Scores"' }))))[0], "AccessDeniedException");
		const post = (body: string, target = "GetItem") =>
			fetch(gatehouse.accessUrl, {
				method: "POST",
				headers: {
					"x-amz-target": `DynamoDB_20120810.${target}`,
					"content-type": "application/x-amz-json-1.0",
					"x-amz-date": "20260101T000000Z",
					authorization:
						"AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
				},
				body,
			});
		const twice = '{"TableName":"Other","TableName":"Scores","Key":{"player":{"S":"x"},"player":{"S":"bob"},"game":{"S":"chess"}}}';
		const answer = await post(twice);
		equal(((await answer.json()) as { Item: { player: AttributeValue } }).Item.player.S, "bob");
		equal(upstream.recorded.at(-1)?.body.toString(), '{"TableName":"Scores","Key":{"player":{"S":"bob"},"game":{"S":"chess"}}}');
		for (const [body, target, type] of [
			["[]", "GetItem", "SerializationException"],
			["{", "GetItem", "SerializationException"],
			[`{"TableName":"Scores","Key":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "GetItem", "ValidationException"],
			[
				`{"TableName":"Scores","Item":{"player":{"S":"x"},"game":{"S":"x"},"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
				"PutItem",
				"SerializationException",
			],
			['{"TableName":"Scores","Unheard":1}', "GetItem", "ValidationException"],
			["{}", "GetRecords", "AccessDeniedException"],
			['{"RequestItems":null}', "BatchGetItem", "ValidationException"],
		] as const) {
			const { status, text } = await post(body, target).then(async (each) => ({ status: each.status, text: await each.text() }));
			match(text, new RegExp(`#${type}"`));
			equal(status, 400);
		}
	});

	test("a foreign page gets CORS headers, and nothing that any access key signs", async () => {
		const headers = {
			origin: "https://app.example",
			"access-control-request-method": "POST",
			"access-control-request-headers": "x-amz-target,authorization",
		};
		const preflight = await fetch(gatehouse.accessUrl, { method: "OPTIONS", headers });
		equal(preflight.headers.get("access-control-allow-origin"), "*");
		equal(preflight.headers.get("access-control-allow-headers"), "x-amz-target,authorization");
		const client = admin();
		client.middlewareStack.add((next) => (args) => next({ ...args, request: withOrigin(args.request) }), { step: "build" });
		match((await refused(client.send(new ListTablesCommand({}))))[1], /GATEHOUSE_CORS_ORIGINS/);
		const known = own();
		known.middlewareStack.add((next) => (args) => next({ ...args, request: withOrigin(args.request) }), { step: "build" });
		await known.send(new GetItemCommand({ TableName: "Scores", Key: key("ann") }));
	});

	test("each item of a transaction needs the right of what is done to it", async () => {
		const keyed = { Table: { KeySchema: [{ AttributeName: "player", KeyType: "HASH" }] } };
		const recorder = await startRecorder(undefined, () => JSON.stringify(keyed));
		const other = await startGatehouse({ config: { access: { port: 0, s3: undefined, dynamodb: { url: recorder.url, ...upstreamKey } } } });
		try {
			const own = allow(["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:ConditionCheckItem"], tableArn, {
				"ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] },
			});
			const db = clientOf(await directoryOf(other).user("ann", [own]), other);
			const at = { TableName: "Scores" };
			const put = (who: string) => ({ Put: { ...at, Item: key(who) } });
			const check = (who: string) => ({ ConditionCheck: { ...at, Key: key(who), ConditionExpression: "attribute_exists(player)" } });
			const write = (...TransactItems: object[]) => db.send(new TransactWriteItemsCommand({ TransactItems: TransactItems as never }));
			await write(put("ann"), check("ann"));
			equal(recorder.recorded.at(-1)?.headers["x-amz-target"], "DynamoDB_20120810.TransactWriteItems");
			equal((await refused(write(put("ann"), check("bob"))))[0], "AccessDeniedException");
			match((await refused(write(put("ann"), { Delete: { ...at, Key: key("ann") } })))[1], /dynamodb:DeleteItem on/);
			const get = (who: string) => db.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { ...at, Key: key(who) } }] }));
			await get("ann");
			equal((await refused(get("bob")))[0], "AccessDeniedException");
		} finally {
			await other.stop();
			await recorder.stop();
		}
	});
});

function withOrigin(request: unknown): unknown {
	(request as { headers: Record<string, string> }).headers["origin"] = "https://app.example";
	return request;
}
