/** Which attributes are the partition key of a table and of its indexes, asked of the upstream and kept for a while. */
import { sha256 } from "../../crypto/sigv4-canonical.ts";
import { parseObject } from "../../kernel/json.ts";
import type { AccessUpstream, Clock } from "../../kernel/ports.ts";
import { readAnswer } from "../relay.ts";
import { askUpstream, type ProxyRequest } from "../request.ts";
import { upstreamSilent, validation } from "./refusals.ts";

/** Attributes of a partition key, in their order: one of a table, up to four of a global secondary index. */
export type PartitionKey = readonly [string, ...string[]];

export interface KeySchema {
	readonly partitionKey: PartitionKey;
	/** By index. */
	readonly indexKeys: ReadonlyMap<string, PartitionKey>;
}

export interface KeySchemas {
	/** Undefined: the upstream has no such table. @throws ServiceUnavailable */
	find(request: Pick<ProxyRequest, "call" | "upstream">, table: string): Promise<KeySchema | undefined>;
	forget(table: string): void;
}

/** A table's keys never change; only another table of its name, or an index, can have others. */
const keptMilliseconds = 10_000;
const keptMax = 1000;
const answerBytesMax = 1024 * 1024;

export function createKeySchemas(clock: Clock): KeySchemas {
	const kept = new Map<string, { readonly readAt: number; readonly schema: Promise<KeySchema | undefined> }>();
	return {
		find(request, table) {
			const now = clock.monotonic();
			const known = kept.get(table);
			if (known !== undefined && now - known.readAt < keptMilliseconds) return known.schema;
			const schema = readKeySchema(request, table);
			kept.delete(table);
			kept.set(table, { readAt: now, schema });
			// A table that is not there yet may be there the next time.
			schema.then(
				(found) => found === undefined && kept.delete(table),
				() => kept.delete(table),
			);
			for (const oldest of kept.keys()) {
				if (kept.size <= keptMax) break;
				kept.delete(oldest);
			}
			return schema;
		},
		forget: (table) => void kept.delete(table),
	};
}

async function readKeySchema(request: Pick<ProxyRequest, "call" | "upstream">, table: string): Promise<KeySchema | undefined> {
	const body = Buffer.from(JSON.stringify({ TableName: table }));
	const exchange = openDynamo(request.upstream, "DescribeTable", body);
	const answer = await askUpstream(request, body, exchange, { upstreamSilent });
	const text = await readAnswer(answer, answerBytesMax);
	const described = text && parseObject(text.toString());
	if (answer.status === 400 && String(described?.["__type"]).endsWith("#ResourceNotFoundException")) return undefined;
	const description = described?.["Table"] as TableDescription | undefined;
	const partitionKey = hashKey(description);
	if (answer.status !== 200 || partitionKey === undefined) throw upstreamSilent();
	const indexes = [...(description?.GlobalSecondaryIndexes ?? []), ...(description?.LocalSecondaryIndexes ?? [])];
	return { partitionKey, indexKeys: new Map(indexes.map((index) => [String(index.IndexName), hashKey(index) ?? partitionKey])) };
}

interface Keyed {
	readonly KeySchema?: readonly { readonly AttributeName?: string; readonly KeyType?: string }[];
}

interface TableDescription extends Keyed {
	readonly GlobalSecondaryIndexes?: readonly (Keyed & { readonly IndexName?: string })[];
	readonly LocalSecondaryIndexes?: readonly (Keyed & { readonly IndexName?: string })[];
}

function hashKey(keyed: Keyed | undefined): PartitionKey | undefined {
	const names = (keyed?.KeySchema ?? []).filter(({ KeyType }) => KeyType === "HASH").map(({ AttributeName }) => String(AttributeName));
	return names.length === 0 ? undefined : (names as [string, ...string[]]);
}

/** @throws ValidationException */
export function partitionKeyOf(schema: KeySchema, index: string | undefined): PartitionKey {
	const key = index === undefined ? schema.partitionKey : schema.indexKeys.get(index);
	if (key === undefined) throw validation(`The table does not have the specified index: ${index}`);
	return key;
}

/** A request to the upstream, in the proxy's own words. */
export function openDynamo(upstream: AccessUpstream, operation: string, body: Buffer): ReturnType<AccessUpstream["open"]> {
	const headers: [string, string][] = [
		["content-type", "application/x-amz-json-1.0"],
		["x-amz-target", `DynamoDB_20120810.${operation}`],
		["content-length", String(body.length)],
	];
	return upstream.open({ method: "POST", target: "/", headers, payloadHash: sha256(body) });
}
