/**
 * Request quotas: how many requests a second are served, of each category and at each domain. They are counted in this process alone, by the
 * clock that nobody moves, and in bounded memory. This folder says what counts where; it must not know what a request does.
 */
import type { RequestQuotaName, RequestQuotas } from "../../config/request-quotas.ts";
import type { Caches } from "../../domain/caches.ts";
import { type ProvisionedLimits, provisionedCategories, provisionedLimitsId } from "../../domain/user-pools/provisioned-limits.ts";
import { RateExceeded } from "../../kernel/overloaded.ts";
import type { Clock, Meters } from "../../kernel/ports.ts";
import { networkOf } from "./network.ts";
import type { QuotaUse } from "./operations.ts";
import { createKeyedBuckets, fullBucket, hasToken, type KeyedBuckets, type TokenBucket, takeToken } from "./token-bucket.ts";

export interface Quotas {
	/** Takes the provisioned limits as they are stored, or were up to a second ago: awaited before anything is counted. Fails if the store does. */
	refresh(): Promise<void>;
	/**
	 * Refuses a request whose quota is used up, and counts nothing: asked first, so that it costs nothing to refuse.
	 * @throws RateExceeded
	 */
	check(use: QuotaUse): void;
	/** Counts a request, once it is known to be no stranger's who only pretends. @throws RateExceeded */
	take(use: QuotaUse): void;
	/** Counts a request to a domain, or says that it is one too many; `clientId` is what its URL says. */
	takeOfDomain(domain: string, address: string | undefined, clientId: string | undefined): boolean;
	/** Counts a request of an app client that its URL does not name. @throws RateExceeded */
	takeOfClient(domain: string, clientId: string): void;
	/** Counts a registration of an app client. @throws RateExceeded */
	takeRegistration(userPoolId: string): void;
}

/** How many addresses, app clients, domains and pools are told apart within one second. */
const keysMax = 20_000;
/** "three times the UserAuthentication category limit" */
const challengeFactor = 3;
/** A longer `client_id` is nobody's. */
const clientIdCharactersMax = 128;

/** The buckets that have the rate of sign-ins, or a multiple of it. */
const signInBuckets = [
	["UserAuthentication", 1],
	["ChallengeResponse", challengeFactor],
	// Note 2: "an additional quota allocation at the same rate as your quota in the UserAuthentication category".
	["CodeRedemption", 1],
] as const;

export interface QuotasOptions {
	/** What is not there is unlimited, whatever is provisioned. */
	readonly rates: RequestQuotas;
	readonly provisioned: Caches["provisionedLimits"];
	readonly clock: Clock;
	readonly meters: Meters;
}

export function createQuotas({ rates, provisioned, clock, meters }: QuotasOptions): Quotas {
	const buckets = new Map<string, { rate: number; readonly bucket: TokenBucket }>();
	for (const [name, rate] of Object.entries(rates)) setRate(name, rate);
	const provisionable = provisionedCategories.flatMap((name) => (rates[name] === undefined ? [] : [{ name, free: rates[name] }]));
	/** As `refresh` found them last. */
	let limits: ProvisionedLimits | undefined;

	/** What was left of the second stays, and so does what was used up. */
	function setRate(category: string, rate: number): void {
		for (const [name, factor] of category === "UserAuthentication" ? signInBuckets : [[category, 1] as const]) {
			const found = buckets.get(name);
			if (found === undefined) buckets.set(name, { rate: factor * rate, bucket: fullBucket(factor * rate, clock.monotonic()) });
			else found.rate = factor * rate;
		}
	}

	const keyed = (name: RequestQuotaName): KeyedBuckets | undefined => {
		const rate = rates[name];
		return rate === undefined ? undefined : createKeyedBuckets(rate, keysMax);
	};
	const singlePools = keyed("SingleUserPool");
	const sourceIps = keyed("DomainSourceIp");
	const appClients = keyed("DomainAppClient");
	const domains = keyed("DomainTotal");
	const registrations = keyed("ClientRegistration");

	/** Asks a bucket, where the name has one. */
	function ask(name: QuotaUse["quota"], of: typeof hasToken): boolean {
		const found = buckets.get(name);
		if (found === undefined || of(found.bucket, found.rate, clock.monotonic())) return true;
		// "After … three responses to authentication challenges, additional requests count toward the UserAuthentication category quota."
		return name === "ChallengeResponse" && ask("UserAuthentication", of);
	}

	/** Takes from a key's bucket, where there are any. */
	function isTaken(name: RequestQuotaName, all: KeyedBuckets | undefined, key: string): boolean {
		if (all === undefined || all.take(key, clock.monotonic())) return true;
		count(name);
		return false;
	}

	const isTakenOfClient = (domain: string, clientId: string) =>
		clientId.length > clientIdCharactersMax || isTaken("DomainAppClient", appClients, `${domain} ${clientId}`);

	/** Counts what is refused. */
	function count(name: string): void {
		meters.count(`throttled_${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()}`);
	}

	return {
		async refresh() {
			if (provisionable.length === 0) return;
			const found = await provisioned.get(provisionedLimitsId);
			if (found === limits) return;
			limits = found;
			for (const { name, free } of provisionable) setRate(name, Math.max(free, found?.get(name) ?? free));
		},
		check({ quota }) {
			if (ask(quota, hasToken)) return;
			count(quota);
			throw new RateExceeded();
		},
		take({ quota, single }) {
			// First, so that one pool's haste takes nothing from the others.
			if (single !== undefined && !isTaken("SingleUserPool", singlePools, single)) throw new RateExceeded();
			if (ask(quota, takeToken)) return;
			count(quota);
			throw new RateExceeded();
		},
		takeOfDomain(domain, address, clientId) {
			// In this order, so that one address can't use up what is everybody's.
			return (
				(sourceIps === undefined || isTaken("DomainSourceIp", sourceIps, `${domain} ${networkOf(address)}`)) &&
				(clientId === undefined || isTakenOfClient(domain, clientId)) &&
				isTaken("DomainTotal", domains, domain)
			);
		},
		takeOfClient(domain, clientId) {
			if (!isTakenOfClient(domain, clientId)) throw new RateExceeded();
		},
		takeRegistration(userPoolId) {
			if (!isTaken("ClientRegistration", registrations, userPoolId)) throw new RateExceeded();
		},
	};
}
