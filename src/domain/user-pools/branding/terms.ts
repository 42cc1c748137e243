/**
 * Terms documents: where an app client's terms of use and its privacy policy are, by language. The sign-up page links both.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html ("Terms documents")
 */
import type { CreateTermsRequest, TermsDescriptionType, TermsType, UpdateTermsRequest } from "../../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../../crypto/random-text.ts";
import { consume, insert, require, statement, update } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import { clientNotFound, concurrentModification, tooMany } from "../../refusals.ts";
import { getClientOfPool } from "../app-clients.ts";
import { openPage, pageOf } from "../paging.ts";
import { isInPlan } from "../plans.ts";
import type { UserPool } from "../pools.ts";
import { notInTier, termsExist, termsLinkInvalid, termsNeedLinks, termsNotFound, termsOfClientNotFound } from "./refusals.ts";
import { writeBranding } from "./versions.ts";

/** "Terms documents per user pool": the developer guide's quotas. */
export const termsPerPoolMax = 40;
/** A page where MaxResults is left out: as many as it may ask for. */
export const termsPageDefault = 60;

export type TermsName = "terms-of-use" | "privacy-policy";
/** URLs by the API's name of a language, such as `cognito:french`; `cognito:default` is for those that are not named. */
export type TermsLinks = Readonly<Record<string, string>>;

type Row = Tables["terms"];

export const findTermsById = statement<{ pool: string; id: string }>()("findTermsById", (db, param) =>
	db.selectFrom("terms").selectAll().where("pool_id", "=", param("pool")).where("id", "=", param("id")),
);
export const listTermsOfClient = statement<{ pool: string; client: string }>()("listTermsOfClient", (db, param) =>
	db.selectFrom("terms").selectAll().where("pool_id", "=", param("pool")).where("client_id", "=", param("client")),
);
export const listTermsRows = statement<{ pool: string; limit: number }>()("listTermsRows", (db, param) =>
	db.selectFrom("terms").selectAll().where("pool_id", "=", param("pool")).orderBy("client_id").orderBy("name").limit(param("limit")),
);

/**
 * Gives an app client a document, of which it has one of each name.
 * @throws ResourceNotFoundException, InvalidParameterException, TermsExistsException, LimitExceededException,
 * OperationNotEnabledException in the Lite plan
 */
export async function createTerms(call: Call, pool: UserPool, input: CreateTermsRequest): Promise<TermsType> {
	const tier = pool.settings.UserPoolTier;
	// AWS's announcement of October 2025: for "customers using the Essentials or Plus tiers".
	if (!isInPlan(tier, "ESSENTIALS")) throw notInTier("Terms documents", tier ?? "");
	const client = await getClientOfPool(call, pool, input.ClientId);
	const row: Row = {
		pool_id: pool.id,
		client_id: client.id,
		name: input.TermsName,
		id: randomUuid(call.ports.random),
		source: input.TermsSource,
		enforcement: input.Enforcement,
		links: JSON.stringify(checkLinks(input.Links)),
		created_at: call.now,
		modified_at: call.now,
	};
	const all = await listAll(call, pool);
	if (all.some(({ client_id, name }) => client_id === row.client_id && name === row.name)) throw termsExist(client.id, row.name);
	if (all.length >= termsPerPoolMax) throw tooMany("terms documents");
	const outcome = await writeBranding<"gone" | "taken">(call, pool, [
		require("app_clients", { id: client.id, pool_id: pool.id }, "some", "gone"),
		insert("terms", row, "taken"),
	]);
	if (outcome === "gone") throw clientNotFound(client.id);
	if (outcome === "taken") throw termsExist(client.id, row.name);
	return describe(row);
}

/** @throws ResourceNotFoundException */
export async function describeTerms(call: Call, pool: UserPool, id: string): Promise<TermsType> {
	return describe(await getRow(call, pool, id));
}

/** @throws ResourceNotFoundException */
export async function describeTermsByClient(call: Call, pool: UserPool, clientId: string, name: string): Promise<TermsType> {
	const client = await getClientOfPool(call, pool, clientId);
	const rows = await call.store.read(listTermsOfClient, { pool: pool.id, client: client.id });
	const row = rows.find((each) => each.name === name);
	if (row === undefined) throw termsOfClientNotFound(client.id, name);
	return describe(row);
}

/** A page of the pool's documents. @throws InvalidParameterException */
export async function listTerms(
	call: Call,
	pool: UserPool,
	limit: number,
	token: string | undefined,
): Promise<{ readonly terms: readonly TermsDescriptionType[]; readonly next: string | undefined }> {
	const page = { kind: "ListTerms", scope: [pool.id] };
	const keyOf = (row: Row) => `${row.client_id} ${row.name}`;
	const after = openPage(call.vault, page, token) ?? "";
	// There are so few of them that all are read.
	const rest = (await listAll(call, pool)).filter((row) => keyOf(row) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
	const { rows, next } = pageOf(call.vault, page, rest.slice(0, limit + 1), limit, keyOf);
	return { terms: rows.map(describeShort), next };
}

/**
 * Changes what the request names; links are replaced whole.
 * @throws ResourceNotFoundException, InvalidParameterException, TermsExistsException, ConcurrentModificationException
 */
export async function updateTerms(call: Call, pool: UserPool, input: UpdateTermsRequest): Promise<TermsType> {
	const row = await getRow(call, pool, input.TermsId);
	const after: Row = {
		...row,
		name: input.TermsName ?? row.name,
		source: input.TermsSource ?? row.source,
		enforcement: input.Enforcement ?? row.enforcement,
		links: input.Links === undefined ? row.links : JSON.stringify(checkLinks(input.Links)),
		modified_at: call.now,
	};
	const { pool_id, client_id, id, links, source, enforcement, modified_at } = after;
	const there = { pool_id, client_id, name: row.name, id };
	const outcome = await writeBranding<"stale" | "taken">(call, pool, [
		...(after.name === row.name
			? [update("terms", there, { links, source, enforcement, modified_at }, "stale")]
			: [consume("terms", there, "stale"), insert("terms", after, "taken")]),
	]);
	if (outcome === "stale") throw concurrentModification();
	if (outcome === "taken") throw termsExist(client_id, after.name);
	return describe(after);
}

/** @throws ResourceNotFoundException */
export async function deleteTerms(call: Call, pool: UserPool, id: string): Promise<void> {
	const row = await getRow(call, pool, id);
	const key = { pool_id: pool.id, client_id: row.client_id, name: row.name, id: row.id };
	const outcome = await writeBranding<"gone">(call, pool, [consume("terms", key, "gone")]);
	if (outcome === "gone") throw termsNotFound();
}

/** What a sign-up page links: both documents, or none. */
export function linkedTerms(rows: readonly Row[]): Readonly<Record<TermsName, TermsLinks>> | undefined {
	const linksOf = (name: TermsName) => {
		const row = rows.find((each) => each.name === name);
		return row && (JSON.parse(row.links) as TermsLinks);
	};
	const use = linksOf("terms-of-use");
	const privacy = linksOf("privacy-policy");
	return use && privacy && { "terms-of-use": use, "privacy-policy": privacy };
}

async function getRow(call: Call, pool: UserPool, id: string): Promise<Row> {
	const [row] = await call.store.read(findTermsById, { pool: pool.id, id: id.toLowerCase() });
	if (row === undefined) throw termsNotFound();
	return row;
}

/** All of them: the quota bounds how many, which creations that race may exceed by a few. */
async function listAll(call: Call, pool: UserPool): Promise<Row[]> {
	return call.store.read(listTermsRows, { pool: pool.id, limit: 2 * termsPerPoolMax });
}

/** @throws InvalidParameterException */
function checkLinks(links: TermsLinks = {}): TermsLinks {
	if (Object.keys(links).length === 0) throw termsNeedLinks();
	for (const [language, link] of Object.entries(links)) if (!isWebPage(link)) throw termsLinkInvalid(language);
	return links;
}

/** Links of a login page lead to pages, and never run: no `javascript:`. */
function isWebPage(link: string): boolean {
	return /^https?:\/\//i.test(link) && URL.canParse(link);
}

function describeShort(row: Row): TermsDescriptionType {
	return {
		TermsId: row.id,
		TermsName: row.name,
		Enforcement: row.enforcement as TermsType["Enforcement"],
		CreationDate: row.created_at,
		LastModifiedDate: row.modified_at,
	};
}

function describe(row: Row): TermsType {
	return {
		...describeShort(row),
		UserPoolId: row.pool_id,
		ClientId: row.client_id,
		TermsSource: row.source as TermsType["TermsSource"],
		Links: JSON.parse(row.links) as TermsLinks,
	};
}
