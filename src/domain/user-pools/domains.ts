/**
 * User pool domains: where a pool's OAuth endpoints and login pages are. A pool has at most one prefix domain and one custom domain,
 * and their names are unique over all pools. The row decides races for a name; the pool's own settings name its domains too, so that
 * what starts from a pool reads nothing. This file must not know what is served at a domain.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
 */
import type {
	CreateUserPoolDomainRequest,
	CreateUserPoolDomainResponse,
	DomainDescriptionType,
	UpdateUserPoolDomainRequest,
	UserPoolTierType,
} from "../../aws/model/cognito-idp.types.ts";
import { consume, insert, type Store, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call, Settings } from "../call.ts";
import {
	concurrentModification,
	customDomainInvalid,
	domainCharacters,
	domainNotFound,
	domainReserved,
	domainTaken,
	featuresNotInTier,
	managedLoginVersionInvalid,
	poolHasDomain,
} from "../refusals.ts";
import { attemptPoolChange, getPoolSettings, getUserPool, regionOf, type UserPool, type UserPoolSettings } from "./pools.ts";
import { untilSettled } from "./users.ts";

/** A domain of a pool, by host name or by prefix. */
export interface UserPoolDomain {
	/** The whole host name of a custom domain, else the prefix; lower case. */
	readonly name: string;
	readonly isCustom: boolean;
	readonly poolId: string;
	/** 1 is the classic hosted UI, 2 managed login with its branding editor. */
	readonly managedLoginVersion: 1 | 2;
	/** Of custom domains: kept and shown; the certificate that is served is found by name (SNI). */
	readonly certificateArn: string | undefined;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
}

/** The domain of that name (prefix or whole host name, lower case); undefined where there is none. */
export async function findDomain(call: Pick<Call, "caches">, name: string): Promise<UserPoolDomain | undefined> {
	return isDomainName(name) ? call.caches.domains.get(name) : undefined;
}

/** The domain that links and endpoints of a pool are at: the custom one before the prefix; undefined where it has none. */
export async function domainOfPool(call: Pick<Call, "caches">, pool: Pick<UserPool, "settings">): Promise<UserPoolDomain | undefined> {
	const name = pool.settings.CustomDomain ?? pool.settings.Domain;
	return name === undefined ? undefined : findDomain(call, name);
}

export { domainUrl } from "./domain-urls.ts";

type Row = Tables["user_pool_domains"];

const findDomainRow = statement<{ name: string }>()("findDomainRow", (db, param) =>
	db.selectFrom("user_pool_domains").selectAll().where("name", "=", param("name")),
);
const findDomainVersion = statement<{ name: string }>()("findDomainVersion", (db, param) =>
	db.selectFrom("user_pool_domains").select("version").where("name", "=", param("name")),
);

/** A domain as the cache holds it; undefined where there is none. */
export async function loadDomain(
	store: Store,
	name: string,
): Promise<{ readonly version: number; readonly value: UserPoolDomain } | undefined> {
	const [row] = await store.read(findDomainRow, { name });
	return row && { version: row.version, value: fromRow(row) };
}

/** The version by which the cache tells whether its domain is still the stored one. */
export async function domainVersion(store: Store, name: string): Promise<number | undefined> {
	const [row] = await store.read(findDomainVersion, { name });
	return row?.version;
}

function fromRow(row: Row): UserPoolDomain {
	return {
		name: row.name,
		isCustom: row.custom === 1,
		poolId: row.pool_id,
		managedLoginVersion: row.managed_login === 2 ? 2 : 1,
		certificateArn: row.certificate_arn ?? undefined,
		createdAt: row.created_at,
	};
}

/** What the service says a prefix must look like. */
const prefixPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A host name of two labels or more, none of them only digits at the end: that would be an address. */
const hostPattern = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** "You can't use the text aws, amazon, or cognito in the domain prefix." */
const reservedWords = ["aws", "amazon", "cognito"];
/** "1 indicates hosted UI (classic) branding and a version of 2 indicates managed login branding." */
const managedLoginVersionDefault = 1;

function isDomainName(name: string): boolean {
	return prefixPattern.test(name) || hostPattern.test(name);
}

/**
 * Gives a pool a domain: a custom one where there is a CustomDomainConfig, else a prefix.
 * @throws ResourceNotFoundException, InvalidParameterException, FeatureUnavailableInTierException, ConcurrentModificationException
 */
export async function createDomain(call: Call, input: CreateUserPoolDomainRequest): Promise<CreateUserPoolDomainResponse> {
	const { Domain: name, UserPoolId: poolId, CustomDomainConfig: custom } = input;
	checkName(call.settings, name, custom !== undefined);
	const version = managedLoginVersion(input.ManagedLoginVersion) ?? managedLoginVersionDefault;
	const row: Row = {
		name,
		pool_id: poolId,
		custom: custom === undefined ? 0 : 1,
		// Not 1: a later one of this name must not be taken for it by a cache that goes by the version.
		version: call.now,
		managed_login: version,
		certificate_arn: custom?.CertificateArn ?? null,
		created_at: call.now,
	};
	const member = custom === undefined ? "Domain" : "CustomDomain";
	const settle = () =>
		attemptPoolChange<"taken">(
			call,
			poolId,
			(settings) => {
				if (settings[member] !== undefined) throw settings[member] === name ? domainTaken() : poolHasDomain();
				checkPlanOf(settings, version);
				return { ...settings, [member]: name };
			},
			undefined,
			[insert("user_pool_domains", row, "taken")],
		);
	const outcome = await untilSettled(settle);
	call.caches.domains.forget(name);
	if (outcome === "taken") throw domainTaken();
	return answer(call.settings, row);
}

/** An empty description where nobody has the domain, or where it is of another region. */
export async function describeDomain(call: Call, name: string): Promise<DomainDescriptionType> {
	const row = await findRow(call, name);
	if (row === undefined || (call.region !== undefined && regionOf(row.pool_id) !== call.region)) return {};
	return {
		UserPoolId: row.pool_id,
		AWSAccountId: call.settings.accountId,
		Domain: row.name,
		CloudFrontDistribution: target(call.settings),
		// Cognito's own versions are instants of this form.
		Version: new Date(row.created_at).toISOString().replace(/\D/g, "").slice(0, 14),
		Status: "ACTIVE",
		CustomDomainConfig: row.certificate_arn === null ? {} : { CertificateArn: row.certificate_arn },
		ManagedLoginVersion: row.managed_login,
	} as DomainDescriptionType;
}

/**
 * Changes a domain's certificate and its version of the login pages; what is left out stays.
 * @throws InvalidParameterException, ResourceNotFoundException, FeatureUnavailableInTierException, ConcurrentModificationException
 */
export async function updateDomain(call: Call, input: UpdateUserPoolDomainRequest): Promise<CreateUserPoolDomainResponse> {
	const row = await findRow(call, input.Domain);
	const pool = await getUserPool(call, input.UserPoolId);
	if (row === undefined || row.pool_id !== pool.id) throw domainNotFound();
	if (input.CustomDomainConfig !== undefined && row.custom === 0) throw customDomainInvalid();
	const managed_login = managedLoginVersion(input.ManagedLoginVersion) ?? row.managed_login;
	checkPlanOf(pool.settings, managed_login);
	const after: Row = { ...row, managed_login, certificate_arn: input.CustomDomainConfig?.CertificateArn ?? row.certificate_arn };
	const outcome = await call.store.write([
		update(
			"user_pool_domains",
			{ name: row.name, version: row.version },
			{ managed_login, certificate_arn: after.certificate_arn, version: { add: 1 } },
			"stale",
		),
	]);
	call.caches.domains.forget(row.name);
	if (outcome === "stale") throw concurrentModification();
	return answer(call.settings, after);
}

/** @throws InvalidParameterException where the pool has no such domain, ResourceNotFoundException */
export async function deleteDomain(call: Call, poolId: string, name: string): Promise<void> {
	const settle = () =>
		attemptPoolChange<"gone">(
			call,
			poolId,
			({ Domain, CustomDomain, ...settings }) => {
				if (name !== Domain && name !== CustomDomain) throw domainNotFound();
				return name === Domain ? { ...settings, CustomDomain } : { ...settings, Domain };
			},
			undefined,
			[consume("user_pool_domains", { name, pool_id: poolId }, "gone")],
		);
	const outcome = await untilSettled(settle);
	call.caches.domains.forget(name);
	if (outcome === "gone") throw domainNotFound();
}

async function findRow(call: Call, name: string): Promise<Row | undefined> {
	if (!isDomainName(name)) return undefined;
	const [row] = await call.store.read(findDomainRow, { name });
	return row;
}

/** @throws InvalidParameterException */
function checkName(settings: Settings, name: string, isCustom: boolean): void {
	if (isCustom) {
		const own = new URL(settings.publicUrl).hostname;
		const prefixes = `.${settings.domainSuffix}`;
		// Names that are the server's own, or a prefix's, would never get here.
		if (!hostPattern.test(name) || name === own || name === settings.domainSuffix || name.endsWith(prefixes)) throw customDomainInvalid();
		return;
	}
	if (!prefixPattern.test(name)) throw domainCharacters();
	const reserved = reservedWords.find((word) => name.includes(word));
	if (reserved !== undefined) throw domainReserved(reserved);
}

function managedLoginVersion(version: number | undefined): 1 | 2 | undefined {
	if (version !== undefined && version !== 1 && version !== 2) throw managedLoginVersionInvalid();
	return version;
}

/** "Managed login requires that your user pool be configured for any feature plan other than Lite." */
function checkPlanOf({ UserPoolTier }: Pick<UserPoolSettings, "UserPoolTier">, version: number): void {
	if (version === 2 && UserPoolTier === "LITE") throw featuresNotInTier(UserPoolTier, ["Managed Login"]);
}

/**
 * Checks that a pool's tier may become `tier`, as far as its domains go.
 * @throws ResourceNotFoundException, FeatureUnavailableInTierException
 */
export async function checkTierOfDomains(call: Call, poolId: string, tier: UserPoolTierType | undefined): Promise<void> {
	if (tier !== "LITE") return;
	const { Domain, CustomDomain } = await getPoolSettings(call, poolId);
	for (const name of [Domain, CustomDomain]) {
		const row = name === undefined ? undefined : await findRow(call, name);
		if (row !== undefined) checkPlanOf({ UserPoolTier: tier }, row.managed_login);
	}
}

function answer(settings: Settings, row: Row): CreateUserPoolDomainResponse {
	return { ...(row.custom === 1 && { CloudFrontDomain: target(settings) }), ManagedLoginVersion: row.managed_login };
}

/** Where a custom domain's DNS record points to: Amazon has a distribution of CloudFront there. */
function target(settings: Settings): string {
	return new URL(settings.publicUrl).hostname;
}
