/**
 * Provisioned limits: how many requests a second a region serves of a category, where an administrator raised that above what the
 * installation is set to. This file stores and tells them; it must not know how requests are counted.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#provisioned-quotas
 */
import { consume, put, type Store, statement } from "../../storage/store.ts";
import type { Call, Settings } from "../call.ts";
import { limitAboveMax, limitAttributesInvalid, limitBelowDefault, limitNotFound } from "../refusals.ts";

/** "Only adjustable quota categories support provisioning." Federation, which is one too, is not there yet. */
export const provisionedCategories = ["UserAuthentication", "UserCreation", "UserRead", "UserToken", "UserResourceRead"] as const;
export type ProvisionedCategory = (typeof provisionedCategories)[number];

/** The highest rate of each category that is raised; the others have what the installation is set to. */
export type ProvisionedLimits = ReadonlyMap<string, number>;

/** What the cache holds them under: there is one set of them. */
export const provisionedLimitsId = "limits";

/** What AWS has Service Quotas for is the highest rate that GATEHOUSE_REQUEST_QUOTAS takes. */
const rateMax = 1_000_000;

export interface ProvisionedLimit {
	readonly category: ProvisionedCategory;
	/** What the installation is set to, in requests a second. */
	readonly free: number;
	/** What holds, in requests a second; never less. */
	readonly provisioned: number;
}

const findProvisionedLimits = statement<Record<never, never>>()("findProvisionedLimits", (db) =>
	db.selectFrom("provisioned_limits").selectAll(),
);

const findProvisionedLimit = statement<{ region: string; category: string }>()("findProvisionedLimit", (db, param) =>
	db.selectFrom("provisioned_limits").select("value").where("region", "=", param("region")).where("category", "=", param("category")),
);

/** @throws InvalidParameterException, ResourceNotFoundException */
export async function getProvisionedLimit(
	call: Pick<Call, "store" | "settings" | "region">,
	attributes: Readonly<Record<string, string>>,
): Promise<ProvisionedLimit> {
	const { category, free } = definedLimit(call.settings, attributes);
	const [row] = await call.store.read(findProvisionedLimit, { region: regionOf(call), category });
	return { category, free, provisioned: Math.max(free, row?.value ?? free) };
}

/** `rate` is requests a second. @throws InvalidParameterException, ResourceNotFoundException, ServiceQuotaExceededException */
export async function updateProvisionedLimit(
	call: Pick<Call, "store" | "settings" | "region" | "caches">,
	attributes: Readonly<Record<string, string>>,
	rate: number,
): Promise<ProvisionedLimit> {
	const { category, free } = definedLimit(call.settings, attributes);
	// "The value must be between the default limit and your account-level maximum limit."
	if (rate < free) throw limitBelowDefault(category, free);
	if (rate > rateMax) throw limitAboveMax(category, rateMax);
	const key = { region: regionOf(call), category };
	// Who goes back to the default has it from now on, whatever it will be.
	const change =
		rate === free ? consume("provisioned_limits", key) : put("provisioned_limits", ["region", "category"], { ...key, value: rate });
	await call.store.write([change]);
	call.caches.provisionedLimits.forget(provisionedLimitsId);
	return { category, free, provisioned: rate };
}

/**
 * The limits as the cache holds them. Requests of all regions count together, so that of several regions' limits the highest is it; in
 * production there is one region.
 */
export async function loadProvisionedLimits(
	store: Store,
	{ mode, defaultRegion }: Settings,
): Promise<{ readonly version: number; readonly value: ProvisionedLimits }> {
	const limits = new Map<string, number>();
	for (const { region, category, value } of await store.read(findProvisionedLimits, {})) {
		if (mode === "development" || region === defaultRegion) limits.set(category, Math.max(value, limits.get(category) ?? 0));
	}
	return { version: 0, value: limits };
}

/** None: the few rows are read as quickly as a version of them would be. */
export async function provisionedLimitsVersion(): Promise<undefined> {}

const regionOf = ({ region, settings }: Pick<Call, "region" | "settings">) => region ?? settings.defaultRegion;

/** Which limit that is, and what the installation is set to. A category that is unlimited has none. */
function definedLimit({ requestQuotas }: Settings, attributes: Readonly<Record<string, string>>) {
	const { Category: name, ...others } = attributes;
	if (name === undefined || Object.keys(others).length > 0) throw limitAttributesInvalid();
	const category = provisionedCategories.find((each) => each === name);
	const free = category && requestQuotas[category];
	if (category === undefined || free === undefined) throw limitNotFound(name);
	return { category, free };
}
