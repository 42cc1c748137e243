/**
 * Dynamic client registration (RFC 7591): applications make their own app clients, within what the pool's DcrConfiguration allows. With an
 * initial access token, which is a client's own for the scope `aws.cognito/dcr/register`, or without one where registration is open.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-dynamic-client-registration.html
 */
import { AwsError } from "../../../aws/errors.ts";
import type { OAuthFlowType } from "../../../aws/model/cognito-idp.types.ts";
import type { Call } from "../../call.ts";
import { createAppClient } from "../app-clients.ts";
import { httpHosts, isBuiltInScope } from "../client-settings.ts";
import type { UserPool } from "../pools.ts";
import { registrationScope } from "../resource-servers.ts";
import { verifyClientToken } from "../tokens.ts";
import { OAuthError } from "./oauth-error.ts";

/** What a registration answers (RFC 7591 §3.2.1). */
export interface RegisteredClient {
	readonly client_id: string;
	readonly client_id_issued_at: number;
	readonly client_secret?: string;
	/** 0: it does not expire. */
	readonly client_secret_expires_at?: 0;
	readonly client_name: string;
	readonly redirect_uris?: readonly string[];
	readonly grant_types: readonly string[];
	readonly response_types: readonly string[];
	readonly token_endpoint_auth_method: string;
	readonly scope: string;
}

/** As CreateUserPoolClient's own constraints are. */
const namePattern = /^[\w\s+=,.@-]{1,128}$/;
const urlCharactersMax = 1024;
const urlsMax = 100;
const scopesMax = 50;
const listMax = 10;
const nameDefault = "Registered client";
/** What a pool that names no scopes lets registered clients have. */
const scopesDefault = ["openid"];
const flowsDefault: readonly OAuthFlowType[] = ["code"];
const authMethods = ["client_secret_basic", "client_secret_post", "none"];
const flowOf: Readonly<Record<string, OAuthFlowType | undefined>> = {
	authorization_code: "code",
	implicit: "implicit",
	client_credentials: "client_credentials",
};
/** Schemes that do something in a browser by themselves: no application is called by them. */
const activeSchemes: ReadonlySet<string> = new Set([
	"javascript:",
	"data:",
	"vbscript:",
	"file:",
	"blob:",
	"about:",
	"filesystem:",
	"ws:",
	"wss:",
	"view-source:",
	"jar:",
	"mailto:",
	"tel:",
	"sms:",
]);

/** @throws OAuthError */
export async function registerClient(call: Call, pool: UserPool, metadata: unknown, token: string | undefined): Promise<RegisteredClient> {
	const { EnableStatus, OpenDcrEnabled, OpenDcrGrantTypes, AuthenticatedGrantTypes, AllowedScopes } = pool.settings.DcrConfiguration ?? {};
	if (EnableStatus !== "Enabled") throw new OAuthError("access_denied", "Dynamic client registration is not enabled.", 403);
	const isAuthenticated = token !== undefined;
	if (isAuthenticated ? !(await verifyClientToken(call, pool, token)).has(registrationScope) : OpenDcrEnabled !== true)
		throw new OAuthError("invalid_token", undefined, 401);
	if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) throw new OAuthError("invalid_client_metadata");
	const asked = metadata as Readonly<Record<string, unknown>>;

	const method = textOf(asked["token_endpoint_auth_method"]) ?? "client_secret_basic";
	if (!authMethods.includes(method)) throw invalid("token_endpoint_auth_method");
	const grants = listOf(asked["grant_types"], "grant_types") ?? ["authorization_code"];
	const flows = [...new Set(grants.filter((grant) => grant !== "refresh_token").map((grant) => flowOf[grant]))];
	const permitted = (isAuthenticated ? AuthenticatedGrantTypes : OpenDcrGrantTypes) ?? flowsDefault;
	if (flows.length === 0 || !flows.every((flow) => flow !== undefined && permitted.includes(flow))) throw invalid("grant_types");
	const responses = flows.flatMap((flow) => (flow === "code" ? ["code"] : flow === "implicit" ? ["token"] : []));
	const askedResponses = listOf(asked["response_types"], "response_types") ?? responses;
	if (!askedResponses.every((type) => responses.includes(type))) throw invalid("response_types");
	const machine = flows.includes("client_credentials");
	const redirectUris = listOf(asked["redirect_uris"], "redirect_uris", urlsMax) ?? [];
	if (redirectUris.length === 0 && !machine) throw new OAuthError("invalid_redirect_uri", "redirect_uris is required.");
	if (!redirectUris.every(isRedirectUri)) throw new OAuthError("invalid_redirect_uri");
	const name = textOf(asked["client_name"]) ?? nameDefault;
	if (!namePattern.test(name)) throw invalid("client_name");
	const allowed = (AllowedScopes ?? scopesDefault).filter((scope) => scope !== registrationScope && (!machine || !isBuiltInScope(scope)));
	const scopes = textOf(asked["scope"])?.split(" ").filter(Boolean) ?? allowed;
	if (scopes.length === 0 || scopes.length > scopesMax || !scopes.every((scope) => allowed.includes(scope))) throw invalid("scope");

	const client = await created(() =>
		createAppClient(
			call,
			pool,
			{
				UserPoolId: pool.id,
				ClientName: name,
				GenerateSecret: method !== "none",
				// By the pool's pages alone: who registers itself is nobody to hand a password to.
				ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
				SupportedIdentityProviders: ["COGNITO"],
				...(redirectUris.length > 0 && { CallbackURLs: redirectUris }),
				AllowedOAuthFlows: flows as OAuthFlowType[],
				AllowedOAuthScopes: [...new Set(scopes)],
				AllowedOAuthFlowsUserPoolClient: true,
				PreventUserExistenceErrors: "ENABLED",
			},
			undefined,
			"DCR",
		),
	);
	return {
		client_id: client.ClientId ?? "",
		client_id_issued_at: Math.floor(call.now / 1000),
		...(client.ClientSecret !== undefined && { client_secret: client.ClientSecret, client_secret_expires_at: 0 }),
		client_name: name,
		...(redirectUris.length > 0 && { redirect_uris: redirectUris }),
		grant_types: [...new Set(grants)],
		response_types: [...new Set(askedResponses)],
		token_endpoint_auth_method: method,
		scope: [...new Set(scopes)].join(" "),
	};
}

async function created<T>(create: () => Promise<T>): Promise<T> {
	try {
		return await create();
	} catch (error) {
		if (!(error instanceof AwsError)) throw error;
		if (error.code === "LimitExceededException") throw new OAuthError("access_denied", error.message, 403);
		throw new OAuthError("invalid_client_metadata", error.message);
	}
}

/** https, http of this machine, or a scheme that an application may have of its own (RFC 8252 §7); no fragment. */
function isRedirectUri(text: string): boolean {
	if (text.length > urlCharactersMax || !/^[\x21-\x7e]+$/.test(text) || text.includes("#") || !URL.canParse(text)) return false;
	const url = new URL(text);
	if (url.username !== "" || url.password !== "" || (url.protocol === "http:" && !httpHosts.has(url.hostname))) return false;
	// "https:a.example" is a URL to a parser, and a path to a browser. A scheme of an application's own: "myapp://x", "com.example.app:/x".
	if (!/^https?:\/\/[a-z0-9[]/i.test(text) && (/^https?:/i.test(text) || !/^[a-z][a-z0-9+.-]*:\//i.test(text))) return false;
	return !activeSchemes.has(url.protocol);
}

function textOf(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== "string") throw new OAuthError("invalid_client_metadata");
	return value;
}

function listOf(value: unknown, name: string, max = listMax): string[] | undefined {
	if (value === undefined || value === null) return undefined;
	if (!Array.isArray(value) || value.length > max || !value.every((each) => typeof each === "string")) throw invalid(name);
	return value;
}

const invalid = (name: string) => new OAuthError("invalid_client_metadata", `${name} is not valid.`);
