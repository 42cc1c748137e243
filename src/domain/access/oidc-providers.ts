/** IAM's OIDC providers: issuers whose ID tokens count, and for which clients. */
import { consume, insert, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { AccessCall } from "./entities.ts";
import {
	changedMeanwhile,
	invalidInput,
	providerGone,
	providerNotFound,
	providerTaken,
	providerUrlInvalid,
	thumbprintInvalid,
	tooMany,
} from "./refusals.ts";
import type { Tags } from "./tags.ts";

export interface OidcProvider {
	readonly arn: string;
	/** Without the scheme. */
	readonly url: string;
	readonly clientIds: readonly string[];
	readonly thumbprints: readonly string[];
	readonly tags: Tags;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly version: number;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const providersMax = 700;
const clientIdsMax = 100;
const thumbprintsMax = 5;
const attemptsMax = 10;

type Row = Tables["oidc_providers"];

export const findOidcProviderRow = statement<{ arn: string }>()("findIamOidcProvider", (db, param) =>
	db.selectFrom("oidc_providers").selectAll().where("arn", "=", param("arn")),
);
const listOidcProviderArns = statement<{ limit: number }>()("listIamOidcProviders", (db, param) =>
	db.selectFrom("oidc_providers").select("arn").orderBy("arn").limit(param("limit")),
);

const withoutScheme = (url: string): string => url.replace(/^https?:\/\//i, "");

export const oidcProviderArn = (accountId: string, url: string): string =>
	`arn:aws:iam::${accountId}:oidc-provider/${withoutScheme(url).replace(/\/+$/, "")}`;

function fromRow(row: Row): OidcProvider {
	const { arn, url, version } = row;
	return {
		arn,
		url,
		clientIds: JSON.parse(row.client_ids) as string[],
		thumbprints: JSON.parse(row.thumbprints) as string[],
		tags: JSON.parse(row.tags) as Tags,
		createdAt: row.created_at,
		version,
	};
}

export async function listOidcProviders(call: AccessCall): Promise<readonly string[]> {
	return (await call.store.read(listOidcProviderArns, { limit: providersMax })).map(({ arn }) => arn);
}

/** The provider of that ARN; undefined where there is none. */
export async function findOidcProvider(call: Pick<AccessCall, "store">, arn: string): Promise<OidcProvider | undefined> {
	const [row] = await call.store.read(findOidcProviderRow, { arn });
	return row && fromRow(row);
}

/** @throws NoSuchEntity */
export async function getOidcProvider(call: AccessCall, arn: string): Promise<OidcProvider> {
	const provider = await findOidcProvider(call, arn);
	if (provider === undefined) throw providerNotFound(arn);
	return provider;
}

/** @throws EntityAlreadyExists, LimitExceeded, InvalidInput, ValidationError */
export async function createOidcProvider(
	call: AccessCall,
	input: { readonly url: string; readonly clientIds: readonly string[]; readonly thumbprints: readonly string[]; readonly tags: Tags },
): Promise<OidcProvider> {
	checkUrl(call, input.url);
	const clientIds = [...new Set(input.clientIds)];
	checkLists(clientIds, input.thumbprints);
	if ((await listOidcProviders(call)).length >= providersMax) throw tooMany("OpenIdConnectProvidersPerAccount", providersMax);
	const arn = oidcProviderArn(call.settings.accountId, input.url);
	const row: Row = {
		arn,
		url: arn.slice(arn.indexOf("/") + 1),
		client_ids: JSON.stringify(clientIds),
		thumbprints: JSON.stringify(input.thumbprints),
		tags: JSON.stringify(input.tags),
		version: call.now,
		created_at: call.now,
	};
	if ((await call.store.write([insert("oidc_providers", row, "taken")])) === "taken") throw providerTaken(input.url);
	return fromRow(row);
}

/** "The URL must begin with https://"; in development a provider may run beside the server, without a certificate. */
function checkUrl({ settings }: AccessCall, text: string): void {
	const url = URL.parse(text);
	if (url === null || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") throw providerUrlInvalid();
	const isLocal = /^(?:localhost|127\.0\.0\.1|[\w.-]+\.localhost)$/.test(url.hostname);
	if (url.protocol !== "https:" && !(settings.mode === "development" && url.protocol === "http:" && isLocal)) throw providerUrlInvalid();
}

function checkLists(clientIds: readonly string[], thumbprints: readonly string[]): void {
	if (clientIds.length > clientIdsMax) throw tooMany("ClientIdsPerOpenIdConnectProvider", clientIdsMax);
	if (thumbprints.length > thumbprintsMax) throw invalidInput(`Thumbprint list must contain fewer than ${thumbprintsMax} entries.`);
	if (thumbprints.some((each) => !/^[0-9a-f]{40}$/i.test(each))) throw thumbprintInvalid();
}

/** Changes clients or thumbprints. @throws NoSuchEntity, LimitExceeded, InvalidInput, ConcurrentModification */
export async function changeOidcProvider(
	call: AccessCall,
	arn: string,
	change: (provider: OidcProvider) => Partial<Pick<OidcProvider, "clientIds" | "thumbprints" | "tags">>,
): Promise<void> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const provider = await getOidcProvider(call, arn);
		const { clientIds, thumbprints, tags } = { ...provider, ...change(provider) };
		checkLists(clientIds, thumbprints);
		const set = { client_ids: JSON.stringify(clientIds), thumbprints: JSON.stringify(thumbprints), tags: JSON.stringify(tags) };
		const changed = update("oidc_providers", { arn, version: provider.version }, { ...set, version: { add: 1 } }, "stale");
		if ((await call.store.write([changed])) === "done") return;
	}
	throw changedMeanwhile();
}

/** "This operation is idempotent", says the reference; IAM's answer, recorded in 2026, does not. @throws NoSuchEntity */
export async function deleteOidcProvider(call: AccessCall, arn: string): Promise<void> {
	if ((await call.store.write([consume("oidc_providers", { arn }, "gone")])) === "gone") throw providerGone(arn);
}
