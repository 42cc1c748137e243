/** IAM's SAML providers, each with the metadata document of an identity provider. What such a document means for a sign-in is not decided here. */
import { consume, insert, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { AccessCall } from "./entities.ts";
import { changedMeanwhile, samlMetadataInvalid, samlProviderNotFound, samlProviderTaken, tooMany } from "./refusals.ts";
import type { Tags } from "./tags.ts";

export interface SamlProvider {
	readonly arn: string;
	readonly name: string;
	readonly document: string;
	readonly tags: Tags;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly validUntil: number;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const providersMax = 100;
const attemptsMax = 10;
/** What GetSAMLProvider says of metadata without a validUntil: AWS's own providers last a hundred years. */
const validMilliseconds = 100 * 365 * 24 * 60 * 60 * 1000;
/** The part of the document in which its root element is looked for. */
const rootCharacters = 16_384;

type Row = Tables["saml_providers"];

export const findSamlProviderRow = statement<{ name: string }>()("findIamSamlProvider", (db, param) =>
	db.selectFrom("saml_providers").selectAll().where("name", "=", param("name")),
);
const listSamlProviderRows = statement<{ limit: number }>()("listIamSamlProviders", (db, param) =>
	db.selectFrom("saml_providers").select(["name", "created_at", "valid_until"]).orderBy("name").limit(param("limit")),
);

export const samlProviderArn = (accountId: string, name: string): string => `arn:aws:iam::${accountId}:saml-provider/${name}`;

export async function listSamlProviders(call: AccessCall): Promise<readonly Pick<SamlProvider, "arn" | "createdAt" | "validUntil">[]> {
	const rows = await call.store.read(listSamlProviderRows, { limit: providersMax });
	return rows.map((row) => ({
		arn: samlProviderArn(call.settings.accountId, row.name),
		createdAt: row.created_at,
		validUntil: row.valid_until,
	}));
}

async function findRow(call: AccessCall, arn: string): Promise<Row | undefined> {
	const name = arn.slice(arn.lastIndexOf("/") + 1);
	const [row] = arn === samlProviderArn(call.settings.accountId, name) ? await call.store.read(findSamlProviderRow, { name }) : [];
	return row;
}

async function getRow(call: AccessCall, arn: string): Promise<Row> {
	const row = await findRow(call, arn);
	if (row === undefined) throw samlProviderNotFound(arn);
	return row;
}

/** Undefined where there is no such provider. */
export async function findSamlTags(call: AccessCall, arn: string): Promise<Tags | undefined> {
	const row = await findRow(call, arn);
	return row && (JSON.parse(row.tags) as Tags);
}

/** @throws NoSuchEntity */
export async function getSamlProvider(call: AccessCall, arn: string): Promise<SamlProvider> {
	const { name, document, tags, created_at, valid_until } = await getRow(call, arn);
	return { arn, name, document, tags: JSON.parse(tags) as Tags, createdAt: created_at, validUntil: valid_until };
}

/** @throws EntityAlreadyExists, LimitExceeded, InvalidInput */
export async function createSamlProvider(
	call: AccessCall,
	{ name, document, tags }: Pick<SamlProvider, "name" | "document" | "tags">,
): Promise<string> {
	checkMetadata(document);
	if ((await listSamlProviders(call)).length >= providersMax) throw tooMany("SAMLProvidersPerAccount", providersMax);
	const arn = samlProviderArn(call.settings.accountId, name);
	const row: Row = {
		name,
		document,
		tags: JSON.stringify(tags),
		version: call.now,
		created_at: call.now,
		valid_until: call.now + validMilliseconds,
	};
	if ((await call.store.write([insert("saml_providers", row, "taken")])) === "taken") throw samlProviderTaken(arn);
	return arn;
}

/** The root element must be an entity's; the rest is read where a sign-in needs it. */
function checkMetadata(document: string): void {
	const root = /<([\w.-]+:)?EntityDescriptor[\s>]/.exec(document.slice(0, rootCharacters));
	if (root === null || !document.trimEnd().endsWith(`</${root[1] ?? ""}EntityDescriptor>`)) throw samlMetadataInvalid();
}

/** @throws NoSuchEntity, InvalidInput */
export async function updateSamlProvider(call: AccessCall, arn: string, document: string): Promise<void> {
	const { name } = await getRow(call, arn);
	checkMetadata(document);
	const changed = update("saml_providers", { name }, { document, version: { add: 1 } }, "gone");
	if ((await call.store.write([changed])) === "gone") throw samlProviderNotFound(arn);
}

/** @throws NoSuchEntity, LimitExceeded, ConcurrentModification */
export async function changeSamlTags(call: AccessCall, arn: string, change: (tags: Tags) => Tags): Promise<void> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const { name, version, tags } = await getRow(call, arn);
		const set = { tags: JSON.stringify(change(JSON.parse(tags) as Tags)), version: { add: 1 } } as const;
		if ((await call.store.write([update("saml_providers", { name, version }, set, "stale")])) === "done") return;
	}
	throw changedMeanwhile();
}

/** @throws NoSuchEntity */
export async function deleteSamlProvider(call: AccessCall, arn: string): Promise<void> {
	const { name } = await getRow(call, arn);
	if ((await call.store.write([consume("saml_providers", { name }, "gone")])) === "gone") throw samlProviderNotFound(arn);
}
