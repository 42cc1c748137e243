/**
 * An app client's settings: the defaults that DescribeUserPoolClient shows, the rules between members that the model can't say,
 * and what the rest of the domain reads out of them.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
import type {
	AnalyticsConfigurationType,
	ClientSSOSessionConfigType,
	ExplicitAuthFlowsType,
	RefreshTokenRotationType,
	TimeUnitsType,
	TokenValidityUnitsType,
	UpdateUserPoolClientRequest,
	UserPoolClientType,
} from "../../aws/model/cognito-idp.types.ts";
import {
	analyticsInvalid,
	callbackUrlsNeeded,
	clientAttributesInvalid,
	clientCredentialsAlone,
	clientCredentialsNeedSecret,
	clientTokenFlowAlone,
	contextDataNeedsSecret,
	defaultRedirectUnknown,
	legacyFlowsMixed,
	oauthFlowsAndScopesNeeded,
	providerNotFound,
	rotationExcludesRefreshFlow,
	scopeDoesNotExist,
	scopeNotForClientCredentials,
	tokenValidityOrder,
	tokenValidityRange,
	urlHasFragment,
	urlNotAbsolute,
	urlUsesHttp,
} from "../refusals.ts";
import { checkClientPlan } from "./plans.ts";
import type { UserPool } from "./pools.ts";
import { profileAttributes } from "./schema.ts";

/** The document that is stored: what DescribeUserPoolClient answers, less what has a column. Defaults are filled in. */
export type AppClientSettings = Omit<
	UserPoolClientType,
	"ClientId" | "ClientName" | "UserPoolId" | "ClientSecret" | "CreationDate" | "LastModifiedDate"
> & {
	/** As SetUserPoolClientSessionConfiguration sets it, which DescribeUserPoolClient does not show. */
	readonly SSOSession?: ClientSSOSessionConfigType | undefined;
};

/** What CreateUserPoolClient and UpdateUserPoolClient both take: an update replaces all of it. */
type ReplaceableInput = Omit<UpdateUserPoolClientRequest, "UserPoolId" | "ClientId" | "ClientName">;

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 86_400;
const unitSeconds: Readonly<Record<TimeUnitsType, number>> = { seconds: 1, minutes: minuteSeconds, hours: hourSeconds, days: daySeconds };
const defaultUnits = { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" } as const;
/** Access and ID tokens live "from five minutes to one day", one hour by default. */
const tokenSecondsMin = 5 * minuteSeconds;
const tokenSecondsMax = daySeconds;
const tokenSecondsDefault = hourSeconds;
/** Refresh tokens live "from 60 minutes to 10 years", 30 days by default. */
const refreshSecondsMin = hourSeconds;
const refreshSecondsMax = 3650 * daySeconds;
const refreshSecondsDefault = 30 * daySeconds;
const authSessionMinutesDefault = 3;

const legacyFlows: ReadonlySet<string> = new Set(["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]);
const openIdScopes: ReadonlySet<string> = new Set(["openid", "email", "phone", "profile"]);
const selfServiceScope = "aws.cognito.signin.user.admin";
/** "Amazon Cognito requires HTTPS over HTTP except for callback URLs to …" */
export const httpHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const profilePermission = "oidc:profile";
/** No app client may write them. */
const unwritable: ReadonlySet<string> = new Set(["sub", "email_verified", "phone_number_verified"]);

/**
 * The settings of a new client, or of one after an update: what the input leaves out returns to its default.
 * @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException, FeatureUnavailableInTierException
 */
export function clientSettings(
	pool: UserPool,
	input: ReplaceableInput,
	client: {
		readonly hasSecret: boolean;
		/** The custom scopes that there are. */
		readonly scopes: ReadonlySet<string>;
		readonly doing: "creating" | "updating";
	},
): AppClientSettings {
	checkAttributes(pool, input, client.doing);
	checkFlows(pool, input, client.hasSecret);
	checkUrls(input);
	checkOAuth(input, client);
	for (const provider of input.SupportedIdentityProviders ?? []) {
		// Providers of its own a pool can't have yet: only its directory.
		if (provider !== "COGNITO") throw providerNotFound(provider, pool.id);
	}
	if (input.EnablePropagateAdditionalUserContextData && !client.hasSecret) throw contextDataNeedsSecret();
	const settings: AppClientSettings = {
		...tokenValidity(input),
		ReadAttributes: orAbsent(input.ReadAttributes),
		WriteAttributes: orAbsent(input.WriteAttributes),
		ExplicitAuthFlows: orAbsent(input.ExplicitAuthFlows),
		SupportedIdentityProviders: orAbsent(input.SupportedIdentityProviders),
		CallbackURLs: orAbsent(input.CallbackURLs),
		LogoutURLs: orAbsent(input.LogoutURLs),
		DefaultRedirectURI: input.DefaultRedirectURI,
		AllowedOAuthFlows: orAbsent(input.AllowedOAuthFlows),
		AllowedOAuthScopes: orAbsent(input.AllowedOAuthScopes),
		AllowedOAuthFlowsUserPoolClient: input.AllowedOAuthFlowsUserPoolClient ?? false,
		AnalyticsConfiguration: analytics(input.AnalyticsConfiguration),
		// "Defaults to LEGACY", which is not shown unless it was set.
		PreventUserExistenceErrors: input.PreventUserExistenceErrors,
		EnableTokenRevocation: input.EnableTokenRevocation ?? true,
		EnablePropagateAdditionalUserContextData: input.EnablePropagateAdditionalUserContextData ?? false,
		AuthSessionValidity: input.AuthSessionValidity ?? authSessionMinutesDefault,
		RefreshTokenRotation: rotation(input.RefreshTokenRotation),
		ClientType: "REGULAR",
	};
	checkLifetimes(lifetimesOf(settings));
	return settings;
}

/** Token lifetimes in seconds. */
export function lifetimesOf(settings: AppClientSettings): {
	readonly access: number;
	readonly id: number;
	readonly refresh: number;
	readonly authSession: number;
} {
	const units = settings.TokenValidityUnits;
	const seconds = (value: number | undefined, unit: TimeUnitsType, otherwise: number) =>
		value === undefined ? otherwise : value * unitSeconds[unit];
	return {
		access: seconds(settings.AccessTokenValidity, units?.AccessToken ?? defaultUnits.AccessToken, tokenSecondsDefault),
		id: seconds(settings.IdTokenValidity, units?.IdToken ?? defaultUnits.IdToken, tokenSecondsDefault),
		refresh: seconds(settings.RefreshTokenValidity, units?.RefreshToken ?? defaultUnits.RefreshToken, refreshSecondsDefault),
		authSession: (settings.AuthSessionValidity ?? authSessionMinutesDefault) * minuteSeconds,
	};
}

/**
 * The sign-in flows that are on, in today's names. The names of before were additions to SRP and custom authentication,
 * but for CUSTOM_AUTH_FLOW_ONLY, and never closed the refresh flow. Rotation does close it.
 */
export function flowsOf(settings: AppClientSettings): ReadonlySet<string> {
	const given = settings.ExplicitAuthFlows ?? [];
	const flows = new Set<string>(given.filter((flow) => !legacyFlows.has(flow)));
	if (flows.size === 0) {
		flows.add("ALLOW_REFRESH_TOKEN_AUTH").add("ALLOW_CUSTOM_AUTH");
		if (!given.includes("CUSTOM_AUTH_FLOW_ONLY")) flows.add("ALLOW_USER_SRP_AUTH");
		if (given.includes("ADMIN_NO_SRP_AUTH")) flows.add("ALLOW_ADMIN_USER_PASSWORD_AUTH");
		if (given.includes("USER_PASSWORD_AUTH")) flows.add("ALLOW_USER_PASSWORD_AUTH");
	}
	if (rotationOf(settings) !== undefined) flows.delete("ALLOW_REFRESH_TOKEN_AUTH");
	return flows;
}

/** Refresh-token rotation: undefined where it is off. */
export function rotationOf(settings: AppClientSettings): { readonly graceSeconds: number } | undefined {
	const feature = settings.RefreshTokenRotation;
	return feature?.Feature === "ENABLED" ? { graceSeconds: feature.RetryGracePeriodSeconds ?? 0 } : undefined;
}

/** The attributes that a list of permissions names; undefined means every one. */
export function permittedAttributes(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
	return list && new Set(list.flatMap((name) => (name === profilePermission ? profileAttributes : [name])));
}

function checkAttributes(pool: UserPool, input: ReplaceableInput, doing: "creating" | "updating"): void {
	const known = (name: string) => pool.schema.has(name) || name === profilePermission;
	if (input.ReadAttributes?.some((name) => !known(name))) throw clientAttributesInvalid("read", doing);
	const write = permittedAttributes(orAbsent(input.WriteAttributes));
	if (write === undefined) return;
	for (const name of write) {
		if (!pool.schema.has(name) || unwritable.has(name) || name.startsWith("dev:")) throw clientAttributesInvalid("write", doing);
	}
	// "All app clients can write user pool required attributes": a list without one is refused.
	for (const [name, attribute] of pool.schema) {
		if (attribute.Required && !unwritable.has(name) && !write.has(name)) throw clientAttributesInvalid("write", doing);
	}
}

function checkFlows(pool: UserPool, input: ReplaceableInput, hasSecret: boolean): void {
	const flows: readonly ExplicitAuthFlowsType[] = input.ExplicitAuthFlows ?? [];
	const legacy = flows.filter((flow) => legacyFlows.has(flow));
	if (legacy.length > 0 && legacy.length < flows.length) throw legacyFlowsMixed();
	if (flows.includes("ALLOW_CLIENT_TOKEN_AUTH") && (new Set(flows).size > 1 || !hasSecret)) throw clientTokenFlowAlone();
	checkClientPlan(pool.settings.UserPoolTier, input);
	if (input.RefreshTokenRotation?.Feature === "ENABLED" && flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) throw rotationExcludesRefreshFlow();
}

function checkUrls(input: ReplaceableInput): void {
	for (const url of input.CallbackURLs ?? []) checkUrl(url, "callback");
	for (const url of input.LogoutURLs ?? []) checkUrl(url, "logout");
	const redirect = input.DefaultRedirectURI;
	if (redirect !== undefined && !input.CallbackURLs?.includes(redirect)) throw defaultRedirectUnknown(redirect);
}

function checkUrl(text: string, use: "callback" | "logout"): void {
	if (!URL.canParse(text)) throw urlNotAbsolute(text);
	const url = new URL(text);
	if (url.protocol === "http:" && !httpHosts.has(url.hostname)) throw urlUsesHttp(text);
	// RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
	if (use === "callback" && text.includes("#")) throw urlHasFragment(text);
}

/** Whether a scope is Cognito's own: the others are of resource servers. */
export function isBuiltInScope(scope: string): boolean {
	return openIdScopes.has(scope) || scope === selfServiceScope;
}

function checkOAuth(input: ReplaceableInput, client: { readonly hasSecret: boolean; readonly scopes: ReadonlySet<string> }): void {
	const flows = input.AllowedOAuthFlows ?? [];
	const scopes = input.AllowedOAuthScopes ?? [];
	const enabled = input.AllowedOAuthFlowsUserPoolClient ?? false;
	if (enabled && (flows.length === 0 || scopes.length === 0)) throw oauthFlowsAndScopesNeeded();
	const machine = flows.includes("client_credentials");
	if (machine && flows.some((flow) => flow !== "client_credentials")) throw clientCredentialsAlone();
	if (machine && !client.hasSecret) throw clientCredentialsNeedSecret();
	if (enabled && !machine && !input.CallbackURLs?.length) throw callbackUrlsNeeded();
	for (const scope of scopes) {
		if (machine && isBuiltInScope(scope)) throw scopeNotForClientCredentials(scope);
		if (!isBuiltInScope(scope) && !client.scopes.has(scope)) throw scopeDoesNotExist(scope);
	}
}

/** The units show all three as soon as one is given; the refresh token's 30 days are shown in its unit. */
function tokenValidity(
	input: ReplaceableInput,
): Pick<AppClientSettings, "RefreshTokenValidity" | "AccessTokenValidity" | "IdTokenValidity" | "TokenValidityUnits"> {
	const given = input.TokenValidityUnits;
	const units: TokenValidityUnitsType | undefined =
		given?.AccessToken || given?.IdToken || given?.RefreshToken
			? {
					AccessToken: given.AccessToken ?? defaultUnits.AccessToken,
					IdToken: given.IdToken ?? defaultUnits.IdToken,
					RefreshToken: given.RefreshToken ?? defaultUnits.RefreshToken,
				}
			: undefined;
	return {
		// "You can't set RefreshTokenValidity to 0. If you do, Amazon Cognito overrides the value with the default value of 30 days."
		RefreshTokenValidity:
			input.RefreshTokenValidity || refreshSecondsDefault / unitSeconds[units?.RefreshToken ?? defaultUnits.RefreshToken],
		AccessTokenValidity: input.AccessTokenValidity,
		IdTokenValidity: input.IdTokenValidity,
		TokenValidityUnits: units,
	};
}

function checkLifetimes({ access, id, refresh }: { readonly access: number; readonly id: number; readonly refresh: number }): void {
	const within = (value: number, min: number, max: number) => value >= min && value <= max;
	if (
		!within(access, tokenSecondsMin, tokenSecondsMax) ||
		!within(id, tokenSecondsMin, tokenSecondsMax) ||
		!within(refresh, refreshSecondsMin, refreshSecondsMax)
	) {
		throw tokenValidityRange();
	}
	if (access > refresh || id > refresh) throw tokenValidityOrder();
}

function analytics(input: AnalyticsConfigurationType | undefined): AnalyticsConfigurationType | undefined {
	if (input === undefined) return undefined;
	const byId = [input.ApplicationId, input.RoleArn, input.ExternalId].filter((member) => member !== undefined).length;
	if (input.ApplicationArn === undefined ? byId !== 3 : byId !== 0) throw analyticsInvalid();
	return { ...input, UserDataShared: input.UserDataShared ?? false };
}

function rotation(input: RefreshTokenRotationType | undefined): RefreshTokenRotationType | undefined {
	return input?.Feature === "ENABLED" ? { ...input, RetryGracePeriodSeconds: input.RetryGracePeriodSeconds ?? 0 } : input;
}

/** An empty list sets nothing. */
function orAbsent<T>(list: readonly T[] | undefined): readonly T[] | undefined {
	return list?.length ? list : undefined;
}
