/** The game that identity pools are made for: players who sign in at a user pool, and rows of DynamoDB that carry their identities. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, notEqual } from "node:assert/strict";
import {
	BatchGetItemCommand,
	BatchWriteItemCommand,
	CreateTableCommand,
	DeleteItemCommand,
	DescribeTableCommand,
	DynamoDBClient,
	GetItemCommand,
	ListTablesCommand,
	PutItemCommand,
	QueryCommand,
	ScanCommand,
	TransactGetItemsCommand,
	TransactWriteItemsCommand,
	UpdateItemCommand,
	type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { account, allow, refused } from "../support/access.ts";
import { startDynamo } from "../support/access-upstreams.ts";
import { type Engine, eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityAccess } from "../support/identity-access.ts";
import { createUser, signIn } from "../support/people.ts";

const region = "us-east-1";
const TableName = "Progress";
const table = `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
const upstreamKey = { region, accessKeyId: "upstream", secretAccessKey: "upstream-secret" };
const hourMilliseconds = 3_601_000;

type Credentials = ReturnType<typeof fromCognitoIdentityPool>;

interface Game {
	/** The DynamoDB behind the proxy, as its owner sees it. */
	readonly owner: DynamoDBClient;
	/** A user of the user pool, and the identity that it has got. */
	join(name: string): Promise<{ readonly identity: string; readonly credentials: Credentials }>;
	/** A client of the access proxy that signs by the server's time. */
	play(credentials: Credentials | Awaited<ReturnType<Credentials>>): DynamoDBClient;
	/** How often the upstream was asked, but for how its tables are made. */
	asked(): number;
	anHourPasses(): void;
}

async function withGame(engine: Engine, run: (game: Game) => Promise<void>): Promise<void> {
	const upstream = await startDynamo();
	const access = { port: 0, s3: undefined, dynamodb: { url: upstream.url, ...upstreamKey } };
	const gatehouse = await startGatehouse({ engine, config: { access } });
	const clients: DynamoDBClient[] = [];
	const clientOf = (options: ConstructorParameters<typeof DynamoDBClient>[0]) => {
		const client = new DynamoDBClient({ region, maxAttempts: 1, ...options });
		clients.push(client);
		return client;
	};
	let passed = 0;
	try {
		const { people, identityPoolId, provider } = await createIdentityAccess(gatehouse, {
			users: [
				allow(
					["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem"].map((name) => `dynamodb:${name}`),
					table,
					{ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${cognito-identity.amazonaws.com:sub}"] } },
				),
				// Who leads in a level is for all players to see; what they noted is not.
				allow("dynamodb:Query", `${table}/index/leaders`, {
					"ForAllValues:StringEquals": { "dynamodb:Attributes": ["player", "level", "score"] },
					StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
				}),
			],
		});
		const owner = clientOf({ endpoint: upstream.url, credentials: upstreamKey });
		await createTable(owner);
		await run({
			owner,
			async join(name) {
				await createUser(people, name);
				const logins = { [provider]: async () => (await signIn(people, name)).IdToken };
				const credentials = fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: { endpoint: gatehouse.url, region } });
				const { identityId = "" } = (await credentials()) as { readonly identityId?: string };
				return { identity: identityId, credentials };
			},
			play: (credentials) => clientOf({ endpoint: gatehouse.accessUrl, credentials, systemClockOffset: passed }),
			asked: () => upstream.recorded.filter(({ headers }) => headers["x-amz-target"] !== "DynamoDB_20120810.DescribeTable").length,
			anHourPasses() {
				gatehouse.clock.advance(hourMilliseconds);
				passed += hourMilliseconds;
			},
		});
	} finally {
		for (const client of clients) client.destroy();
		await gatehouse.stop();
		await upstream.stop();
	}
}

async function createTable(owner: DynamoDBClient): Promise<void> {
	await owner.send(
		new CreateTableCommand({
			TableName,
			BillingMode: "PAY_PER_REQUEST",
			AttributeDefinitions: [
				{ AttributeName: "player", AttributeType: "S" },
				{ AttributeName: "level", AttributeType: "S" },
				{ AttributeName: "score", AttributeType: "N" },
			],
			KeySchema: [
				{ AttributeName: "player", KeyType: "HASH" },
				{ AttributeName: "level", KeyType: "RANGE" },
			],
			GlobalSecondaryIndexes: [
				{
					IndexName: "leaders",
					KeySchema: [
						{ AttributeName: "level", KeyType: "HASH" },
						{ AttributeName: "score", KeyType: "RANGE" },
					],
					Projection: { ProjectionType: "ALL" },
				},
			],
		}),
	);
	// It makes its tables behind.
	const isActive = async () => (await owner.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus === "ACTIVE";
	while (!(await isActive())) await new Promise((resolve) => setImmediate(resolve));
}

const key = (player: string, level: string) => ({ player: { S: player }, level: { S: level } });
const row = (player: string, level: string, score: number) => ({
	...key(player, level),
	score: { N: String(score) },
	note: { S: "for myself" },
});

type Row = ReturnType<typeof row>;
const inOrder = (rows: readonly Row[]) =>
	rows.toSorted((one, other) => (one.player.S + one.level.S < other.player.S + other.level.S ? -1 : 1));
const storedRows = async (owner: DynamoDBClient) => inOrder((await owner.send(new ScanCommand({ TableName }))).Items as unknown as Row[]);

const get = (player: string, level: string) => new GetItemCommand({ TableName, Key: key(player, level) });
const put = (player: string, level: string, score: number) => new PutItemCommand({ TableName, Item: row(player, level, score) });
const rowsOf = (player: string) =>
	new QueryCommand({ TableName, KeyConditionExpression: "player = :p", ExpressionAttributeValues: { ":p": { S: player } } });
const raise = (player: string, level: string) =>
	new UpdateItemCommand({
		TableName,
		Key: key(player, level),
		UpdateExpression: "SET score = score + :n",
		ExpressionAttributeValues: { ":n": { N: "5" } },
	});
const remove = (player: string, level: string) => new DeleteItemCommand({ TableName, Key: key(player, level) });
const write = (...requests: WriteRequest[]) => new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } });
const read = (...Keys: ReturnType<typeof key>[]) => new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } });
const writeAll = (...Items: Row[]) => new TransactWriteItemsCommand({ TransactItems: Items.map((Item) => ({ Put: { TableName, Item } })) });
const readAll = (...Keys: ReturnType<typeof key>[]) =>
	new TransactGetItemsCommand({ TransactItems: Keys.map((Key) => ({ Get: { TableName, Key } })) });
const leaders = (ProjectionExpression?: string) =>
	new QueryCommand({
		TableName,
		IndexName: "leaders",
		ScanIndexForward: false,
		KeyConditionExpression: "#l = :l",
		ExpressionAttributeNames: { "#l": "level" },
		ExpressionAttributeValues: { ":l": { S: "cave" } },
		...(ProjectionExpression !== undefined && { ProjectionExpression }),
	});

eachEngine("a player reads and writes the rows that carry its own identity, and no others", (engine) =>
	withGame(engine, async ({ owner, join, play, asked }) => {
		const [ann, bob] = [await join("ann"), await join("bob")];
		notEqual(ann.identity, bob.identity);
		const [anns, bobs] = [play(ann.credentials), play(bob.credentials)];
		const [me, other] = [ann.identity, bob.identity];
		await bobs.send(put(other, "cave", 40));

		await anns.send(put(me, "cave", 10));
		await anns.send(raise(me, "cave"));
		deepEqual((await anns.send(get(me, "cave"))).Item, row(me, "cave", 15));
		await anns.send(write({ PutRequest: { Item: row(me, "wood", 1) } }, { PutRequest: { Item: row(me, "lake", 2) } }));
		equal((await anns.send(read(key(me, "wood"), key(me, "lake")))).Responses?.[TableName]?.length, 2);
		equal((await anns.send(rowsOf(me))).Count, 3);
		await anns.send(write({ DeleteRequest: { Key: key(me, "lake") } }));
		await anns.send(remove(me, "wood"));
		// The upstream of these tests has no transactions: it is asked, and says so itself.
		equal((await refused(anns.send(writeAll(row(me, "wood", 3)))))[0], "UnknownOperationException");
		equal((await refused(anns.send(readAll(key(me, "cave")))))[0], "UnknownOperationException");

		const held = await storedRows(owner);
		deepEqual(held, inOrder([row(me, "cave", 15), row(other, "cave", 40)]));
		const before = asked();
		const forbidden = [
			get(other, "cave"),
			put(other, "cave", 0),
			put(`${me}x`, "cave", 0),
			raise(other, "cave"),
			remove(other, "cave"),
			rowsOf(other),
			// One foreign row, and none of the others is touched.
			write({ PutRequest: { Item: row(me, "wood", 9) } }, { PutRequest: { Item: row(other, "wood", 9) } }),
			write({ DeleteRequest: { Key: key(me, "cave") } }, { DeleteRequest: { Key: key(other, "cave") } }),
			read(key(me, "cave"), key(other, "cave")),
			writeAll(row(me, "wood", 9), row(other, "wood", 9)),
			readAll(key(me, "cave"), key(other, "cave")),
			new ScanCommand({ TableName }),
			new ScanCommand({ TableName, IndexName: "leaders" }),
			new ListTablesCommand({}),
		];
		for (const command of forbidden) {
			equal((await refused(anns.send(command as GetItemCommand)))[0], "AccessDeniedException", JSON.stringify(command.input));
		}
		equal(asked(), before);
		deepEqual(await storedRows(owner), held);
		equal((await refused(bobs.send(get(me, "cave"))))[0], "AccessDeniedException");
	}),
);

eachEngine("all players see who leads in a level, by the attributes that are for everyone", (engine) =>
	withGame(engine, async ({ join, play }) => {
		const [ann, bob] = [await join("ann"), await join("bob")];
		const anns = play(ann.credentials);
		await anns.send(put(ann.identity, "cave", 15));
		await play(bob.credentials).send(put(bob.identity, "cave", 40));
		const { Items } = await anns.send(leaders("player, score"));
		deepEqual(Items, [
			{ player: { S: bob.identity }, score: { N: "40" } },
			{ player: { S: ann.identity }, score: { N: "15" } },
		]);
		for (const query of [leaders(), leaders("player, note"), leaders("player, score, note.secret")]) {
			equal((await refused(anns.send(query)))[0], "AccessDeniedException", query.input.ProjectionExpression ?? "all of them");
		}
	}),
);

eachEngine("after an hour a player's credentials are expired, and fresh ones open the same rows", (engine) =>
	withGame(engine, async ({ join, play, anHourPasses }) => {
		const { identity, credentials } = await join("ann");
		await play(credentials).send(put(identity, "cave", 15));
		const kept = await credentials();
		anHourPasses();
		deepEqual(await refused(play(kept).send(get(identity, "cave"))), [
			"ExpiredTokenException",
			"The security token included in the request is expired",
		]);
		deepEqual((await play(credentials).send(get(identity, "cave"))).Item, row(identity, "cave", 15));
	}),
);
