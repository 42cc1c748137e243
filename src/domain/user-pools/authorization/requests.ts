/**
 * An authorization request: what an application asks for when it sends a browser to /oauth2/authorize, or to a login page with the same
 * parameters (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, OpenID Connect Core §3.1.2.1). Everything is checked here, once, whichever
 * page it comes to. This folder must not know HTTP: it reads parameters and gives URLs.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
import type { Call } from "../../call.ts";
import { type AppClient, findAppClient } from "../app-clients.ts";
import { isBuiltInScope } from "../client-settings.ts";
import type { UserPool } from "../pools.ts";
import { activeScopes } from "../resource-servers.ts";
import { redirectTo } from "./redirects.ts";

export type Prompt = "none" | "login" | "select_account" | "consent";

/** A request whose every part is allowed to its client. */
export interface AuthorizationRequest {
	readonly client: AppClient;
	/** One of the client's callback URLs, byte for byte. */
	readonly redirectUri: string;
	readonly responseType: "code" | "token";
	/** What is granted; never empty, in the order asked for. */
	readonly scopes: readonly string[];
	readonly state: string | undefined;
	readonly nonce: string | undefined;
	/** PKCE, by S256 always. */
	readonly codeChallenge: string | undefined;
	/** What is asked of the sign-in; empty for nothing. */
	readonly prompt: ReadonlySet<Prompt>;
	/** Seconds that may have passed since the user was asked to sign in. */
	readonly maxAge: number | undefined;
	readonly loginHint: string | undefined;
	readonly lang: string | undefined;
	/** The audience that the access token is bound to. */
	readonly resource: string | undefined;
	/** The provider to go to at once. COGNITO is the pool itself. */
	readonly identityProvider: string | undefined;
}

/** A request that must not be answered to its redirect_uri: nobody has shown that this is the client's. It is shown to the user. */
export class AuthorizationPageError extends Error {
	override readonly name = "AuthorizationPageError";
	/** A code such as `redirect_mismatch`, for the page's `error` parameter. */
	readonly error: string;
	readonly description: string | undefined;
	readonly clientId: string | undefined;

	constructor(error: string, description?: string, clientId?: string) {
		super(error);
		this.error = error;
		this.description = description;
		this.clientId = clientId;
	}
}

/** A request that is refused to its client: 302 to `location`, the client's own redirect_uri with `error` and `state`. */
export class AuthorizationRedirectError extends Error {
	override readonly name = "AuthorizationRedirectError";
	readonly location: string;

	constructor(location: string) {
		super("the authorization request is refused");
		this.location = location;
	}
}

/** What a request may say; anything else is left alone (RFC 6749 §3.1). */
const parameters = [
	"client_id",
	"redirect_uri",
	"response_type",
	"scope",
	"state",
	"nonce",
	"code_challenge",
	"code_challenge_method",
	"prompt",
	"max_age",
	"login_hint",
	"lang",
	"resource",
	"identity_provider",
	"idp_identifier",
] as const;
type Parameter = (typeof parameters)[number];

/** Parameters that stand for a request of their own. */
const unread = ["request", "request_uri", "registration"] as const;

/** It goes into the code, and so into a URL. */
const nonceCharactersMax = 1024;
const resourceCharactersMax = 512;
/** S256 gives 32 bytes: 43 characters of base64url (RFC 7636 §4.2). */
const challengePattern = /^[\w-]{43}$/;
const prompts: ReadonlySet<string> = new Set<Prompt>(["none", "login", "select_account", "consent"]);
/** "The phone, email, and profile scopes can only be requested if openid scope is also requested." */
const claimScopes: ReadonlySet<string> = new Set(["email", "phone", "profile"]);

/**
 * The request that a query holds, where the client may make it.
 * @throws AuthorizationPageError before the redirect_uri is known to be the client's, and for clients that registered themselves;
 * AuthorizationRedirectError after
 */
export async function readAuthorizationRequest(call: Call, pool: UserPool, query: URLSearchParams): Promise<AuthorizationRequest> {
	const given = valuesOf(query);
	const all = (name: Parameter) => given.get(name) ?? [];
	// RFC 6749 §3.1: parameters without a value count as left out, and none may come twice.
	const [clientId, ...furtherClients] = all("client_id");
	const [asked, ...furtherUris] = all("redirect_uri");
	if (furtherClients.length > 0 || furtherUris.length > 0) throw new AuthorizationPageError("invalid_request");
	if (clientId === undefined) throw new AuthorizationPageError("Required parameters missing");
	const client = await findAppClient(call, clientId);
	if (client === undefined || client.userPoolId !== pool.id)
		throw new AuthorizationPageError("unauthorized_client", "Client does not exist.");
	const redirectUri = asked ?? client.settings.DefaultRedirectURI;
	if (redirectUri === undefined) throw new AuthorizationPageError("Required parameters missing", undefined, client.id);
	// Byte for byte (RFC 9700 §2.1): no path, port, case or encoding is taken for another.
	if (!client.settings.CallbackURLs?.includes(redirectUri)) throw new AuthorizationPageError("redirect_mismatch", undefined, client.id);
	// "Your app client must support sign-in by Amazon Cognito local users or at least one third-party IdP."
	if (!client.settings.SupportedIdentityProviders?.length)
		throw new AuthorizationPageError("unauthorized_client", "The app client has no identity provider.", client.id);

	const states = all("state");
	// RFC 9700 §4.11.2: where anybody may register a client, sending browsers on to it unasked would make a link to us one to anywhere.
	const refuse = (error: string, description?: string) =>
		isSelfRegistered(client)
			? new AuthorizationPageError(error, description, client.id)
			: new AuthorizationRedirectError(refusalUrl(pool, redirectUri, query.get("response_type"), error, states, description));
	const one = (name: Parameter) => all(name)[0];
	if (parameters.some((name) => all(name).length > 1)) throw refuse("invalid_request");
	// OpenID Connect Core §6.1, §6.2 and §7.2.1: who can't read these must say so, since what they hold is to overrule the query.
	for (const name of unread) if (given.has(name)) throw refuse(`${name}_not_supported`);
	const responseType = one("response_type");
	if (responseType !== "code" && responseType !== "token") throw refuse("invalid_request");
	const { AllowedOAuthFlows = [], AllowedOAuthFlowsUserPoolClient } = client.settings;
	if (!AllowedOAuthFlowsUserPoolClient || !AllowedOAuthFlows.includes(responseType === "code" ? "code" : "implicit"))
		throw refuse("unauthorized_client");
	const codeChallenge = one("code_challenge");
	const method = one("code_challenge_method");
	if ((codeChallenge === undefined) !== (method === undefined)) throw refuse("invalid_request");
	if (codeChallenge !== undefined && (method !== "S256" || !challengePattern.test(codeChallenge))) throw refuse("invalid_request");
	const prompt = new Set(one("prompt")?.split(" ") ?? []);
	if ([...prompt].some((value) => !prompts.has(value)) || (prompt.has("none") && prompt.size > 1)) throw refuse("invalid_request");
	const maxAge = one("max_age");
	if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw refuse("invalid_request");
	const nonce = one("nonce");
	if (nonce !== undefined && nonce.length > nonceCharactersMax) throw refuse("invalid_request");
	const resource = one("resource");
	if (resource !== undefined && !isResource(resource)) throw refuse("invalid_target");
	const identityProvider = one("identity_provider");
	if (identityProvider !== undefined && !client.settings.SupportedIdentityProviders.includes(identityProvider))
		throw refuse("invalid_request", "Login option is not available.");
	if (one("idp_identifier") !== undefined) throw refuse("invalid_request", "Login option is not available.");
	const scopes = grantedScopes(pool, client, one("scope"));
	if (scopes === undefined) throw refuse("invalid_scope");
	return {
		client,
		redirectUri,
		responseType,
		scopes,
		state: states[0],
		nonce,
		codeChallenge,
		prompt: prompt as ReadonlySet<Prompt>,
		maxAge: maxAge === undefined ? undefined : Number(maxAge),
		loginHint: one("login_hint"),
		lang: one("lang"),
		resource,
		identityProvider,
	};
}

/** Whether the client came by dynamic registration: then it may be anybody's. */
export const isSelfRegistered = ({ settings }: Pick<AppClient, "settings">) => settings.ClientType === "DCR";

/** The values of each parameter, but for the empty ones. */
function valuesOf(query: URLSearchParams): ReadonlyMap<string, readonly string[]> {
	const values = new Map<string, string[]>();
	for (const [name, value] of query) {
		if (value === "") continue;
		const there = values.get(name);
		if (there === undefined) values.set(name, [value]);
		else there.push(value);
	}
	return values;
}

/** Where a request that is refused, or that can't be met, sends the browser. */
export function refusedTo(pool: UserPool, request: AuthorizationRequest, error: string, description?: string): string {
	const { redirectUri, responseType, state } = request;
	return refusalUrl(pool, redirectUri, responseType, error, state === undefined ? [] : [state], description);
}

function refusalUrl(
	pool: UserPool,
	redirectUri: string,
	responseType: string | null,
	error: string,
	states: readonly string[],
	description: string | undefined,
): string {
	return redirectTo(
		redirectUri,
		{
			error,
			error_description: description,
			// Of two states neither is known to be the client's.
			state: states.length === 1 ? states[0] : undefined,
			iss: pool.issuer,
		},
		// RFC 6749 §4.2.2.1: answers to the implicit grant are in the fragment, refusals too.
		responseType === "token" ? "fragment" : "query",
	);
}

/**
 * The scopes that a request gets: those asked for, or all of the client's; scopes that are no resource server's any more are left out.
 * Undefined where one is not the client's, or none is left.
 */
function grantedScopes(pool: UserPool, client: AppClient, asked: string | undefined): readonly string[] | undefined {
	const allowed = client.settings.AllowedOAuthScopes ?? [];
	const wanted = new Set(asked === undefined ? allowed : asked.split(" ").filter((scope) => scope !== ""));
	const active = activeScopes(pool);
	let scopes = [...wanted];
	if (scopes.some((scope) => !allowed.includes(scope))) return undefined;
	scopes = scopes.filter((scope) => isBuiltInScope(scope) || active.has(scope));
	if (!wanted.has("openid")) {
		if (asked !== undefined && scopes.some((scope) => claimScopes.has(scope))) return undefined;
		scopes = scopes.filter((scope) => !claimScopes.has(scope));
	}
	return scopes.length === 0 ? undefined : scopes;
}

/** "Values for this parameter must begin with https://, http://localhost, or a custom URL scheme like myapp://." No fragment: RFC 8707 §2. */
function isResource(text: string): boolean {
	if (text.length > resourceCharactersMax || !/^[\x21-\x7e]+$/.test(text) || text.includes("#") || !URL.canParse(text)) return false;
	if (/^http:/i.test(text)) return new URL(text).hostname === "localhost";
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
