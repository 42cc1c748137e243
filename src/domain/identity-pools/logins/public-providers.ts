/**
 * Logins of the public providers. Google and Apple issue ID tokens; the access tokens of Facebook and Amazon are held up to the provider's
 * own API, which says whose they are and for which application. Where these APIs are is configuration, so that others can stand in.
 */
import { isObject, parseObject } from "../../../kernel/json.ts";
import type { Call } from "../../call.ts";
import { loginKindUnsupported, providerNotSupported, providerUnavailable, publicTokenRefused } from "../refusals.ts";
import { isFor, verifyIdToken } from "./oidc.ts";
import type { VerifiedLogin } from "./verify.ts";

const timeoutMilliseconds = 5_000;
const answerBytesMax = 64 * 1024;

/** `appId` is the application whose tokens count. @throws NotAuthorizedException, InvalidParameterException, ExternalServiceException */
export async function verifyPublicLogin(call: Call, name: string, appId: string, token: string): Promise<VerifiedLogin> {
	const { google, apple } = call.settings.publicProviderUrls;
	switch (name) {
		case "accounts.google.com":
			// https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken: `iss` with or without a scheme.
			return verifyOpenId(call, name, google, ["https://accounts.google.com", "accounts.google.com", google], appId, token);
		case "appleid.apple.com":
			return verifyOpenId(call, name, apple, ["https://appleid.apple.com", apple], appId, token);
		case "graph.facebook.com":
			return verifyFacebook(call, name, appId, token);
		case "www.amazon.com":
			return verifyAmazon(call, name, appId, token);
		default:
			throw loginKindUnsupported(name);
	}
}

async function verifyOpenId(
	call: Call,
	name: string,
	baseUrl: string,
	issuers: readonly string[],
	appId: string,
	token: string,
): Promise<VerifiedLogin> {
	const { claims, subject } = await verifyIdToken(call, { name, baseUrl, issuers, outbound: operatorOutbound(call) }, token);
	// Android's tokens name the application in `aud`, and the part of it that asked in `azp`.
	if (claims["aud"] !== appId && !isFor(claims, appId)) throw providerNotSupported();
	return verified(name, appId, subject, claims);
}

/** https://developers.facebook.com/docs/graph-api/reference/application: `/app` is the application of the token that asks. */
async function verifyFacebook(call: Call, name: string, appId: string, token: string): Promise<VerifiedLogin> {
	const base = call.settings.publicProviderUrls.facebook;
	const query = `access_token=${encodeURIComponent(token)}`;
	const [app, me] = await Promise.all([ask(call, name, `${base}/app?${query}`), ask(call, name, `${base}/me?fields=id&${query}`)]);
	if (app["id"] !== appId) throw providerNotSupported();
	const subject = subjectOf(name, me["id"]);
	return verified(name, appId, subject, { iss: name, aud: appId, sub: subject });
}

/** https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html: `aud` is the client, `app_id` the security profile. */
async function verifyAmazon(call: Call, name: string, appId: string, token: string): Promise<VerifiedLogin> {
	const base = call.settings.publicProviderUrls.amazon;
	const info = await ask(call, name, `${base}/auth/o2/tokeninfo?access_token=${encodeURIComponent(token)}`);
	if (info["app_id"] !== appId && info["aud"] !== appId) throw providerNotSupported();
	if (typeof info["exp"] !== "number" || info["exp"] <= 0) throw publicTokenRefused(name);
	const subject = subjectOf(name, info["user_id"]);
	return verified(name, appId, subject, { iss: name, aud: info["aud"], sub: subject, user_id: subject });
}

/** What the provider says of the token. @throws NotAuthorizedException where it refuses it, ExternalServiceException */
async function ask(call: Call, name: string, url: string) {
	const request = { url, headers: { accept: "application/json" }, timeoutMilliseconds, responseBytesMax: answerBytesMax, redirectsMax: 0 };
	const response = await operatorOutbound(call)
		.request(request)
		.catch((): never => {
			// Not why: the URL holds the token.
			call.ports.log.warn({ requestId: call.requestId, provider: name }, "an identity provider could not be asked");
			throw providerUnavailable(name);
		});
	if (response.status >= 500 || response.status === 429) throw providerUnavailable(name);
	const answer = response.status === 200 ? parseObject(response.body.toString()) : undefined;
	if (!isObject(answer)) throw publicTokenRefused(name);
	return answer;
}

function subjectOf(name: string, id: unknown): string {
	if (typeof id !== "string" || id === "" || id.length > 256) throw publicTokenRefused(name);
	return id;
}

/** These URLs are the operator's own configuration, and may lead to a stand-in beside the server. */
function operatorOutbound({ ports }: Call) {
	return ports.operatorOutbound ?? ports.outbound;
}

function verified(name: string, appId: string, subject: string, claims: VerifiedLogin["claims"]): VerifiedLogin {
	return { provider: name, subject, names: [name], method: `${name}:${appId}:${subject}`, claims };
}
