/** The request quotas, in requests a second, and how GATEHOUSE_REQUEST_QUOTAS changes them. What counts in which is in `http/quotas/`. */
import { ConfigError, quote, variable } from "./values.ts";

/**
 * Cognito's own, all of which are adjustable here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
export const requestQuotaDefaults = {
	// Categories of the user pools' operations: "Amazon Cognito user pools per-category request rate quotas".
	UserAuthentication: 120,
	UserCreation: 50,
	UserAccountRecovery: 30,
	UserRead: 120,
	UserUpdate: 25,
	UserToken: 120,
	UserResourceRead: 50,
	UserResourceUpdate: 25,
	UserList: 30,
	UserPoolRead: 15,
	UserPoolUpdate: 15,
	UserPoolResourceRead: 20,
	UserPoolResourceUpdate: 15,
	UserPoolClientRead: 15,
	UserPoolClientUpdate: 15,
	ClientAuthentication: 150,
	LimitManagement: 1,
	/** Note 3: any operation of UserPoolResourceRead, UserPoolResourceUpdate, UserPoolClientRead and UserPoolClientUpdate, on one user pool. */
	SingleUserPool: 5,
	// "Bulk request-rate limits for user pool domains".
	DomainSourceIp: 300,
	DomainAppClient: 300,
	DomainTotal: 500,
	/** Registrations of clients by strangers at one user pool, of which AWS publishes no figure: as many as an administrator may create there. */
	ClientRegistration: 5,
	// Operations of identity pools, each for itself.
	GetId: 25,
	GetOpenIdToken: 200,
	GetCredentialsForIdentity: 200,
	GetOpenIdTokenForDeveloperIdentity: 50,
	ListIdentities: 5,
	DeleteIdentities: 10,
	TagResource: 5,
	UntagResource: 5,
	ListTagsForResource: 10,
} as const;

export type RequestQuotaName = keyof typeof requestQuotaDefaults;

/** Requests a second; what is not there is unlimited. */
export type RequestQuotas = Readonly<Partial<Record<RequestQuotaName, number>>>;

const rateMax = 1_000_000;

/** The quotas with what the setting says of them: `off`, or `NAME=RATE` and `NAME=off` separated by commas. @throws ConfigError */
export function readRequestQuotas(text: string | undefined): RequestQuotas {
	if (text === undefined) return requestQuotaDefaults;
	if (text === "off") return {};
	const name = variable("request-quotas");
	const quotas: Partial<Record<RequestQuotaName, number>> = { ...requestQuotaDefaults };
	const seen = new Set<string>();
	for (const item of text.split(",").map((each) => each.trim())) {
		const [, quota = "", rate = ""] = /^([A-Za-z]+)=(\d{1,7}|off)$/.exec(item) ?? [];
		if (quota === "")
			throw new ConfigError(`${name} must be off, or NAME=RATE and NAME=off separated by commas; ${quote(item)} is neither.`);
		if (!isName(quota)) throw new ConfigError(`${name} has ${quote(quota)}, which is no quota; there are ${names.join(", ")}.`);
		if (seen.has(quota)) throw new ConfigError(`${name} has ${quota} twice.`);
		seen.add(quota);
		if (rate === "off") delete quotas[quota];
		else if (Number(rate) < 1 || Number(rate) > rateMax)
			throw new ConfigError(`${name} has ${quote(item)}; a rate is a whole number of requests a second from 1 to ${rateMax}, or off.`);
		else quotas[quota] = Number(rate);
	}
	return quotas;
}

const names = Object.keys(requestQuotaDefaults);

const isName = (text: string): text is RequestQuotaName => Object.hasOwn(requestQuotaDefaults, text);
