/**
 * Where a passkey may be used: pages of the relying party's domain and of its subdomains, and Android applications that the domain
 * names. Browsers hold the same rule; an authenticator of an attacker's own does not.
 * https://www.w3.org/TR/webauthn-3/#sctn-validating-origin
 */
import type { Call, Settings } from "../call.ts";
import { invalidParameter } from "../refusals.ts";

/** Labels of letters, digits and hyphens, the last one no number. Browsers take it in lower case only. */
const domainPattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * "Any domain name not in the public suffix list": of that list a single label is known here, no more. A browser refuses the others
 * itself. In development it may be localhost.
 * @throws InvalidParameterException
 */
export function checkRelyingPartyId(settings: Settings, id: string): void {
	if (domainPattern.test(id) || (settings.mode === "development" && id === "localhost")) return;
	throw invalidParameter(`${id} is not a valid relying party ID.`);
}

/** Whether a ceremony of the relying party may have happened at `origin`. May ask the domain which applications are its own. */
export async function isAllowedOrigin(call: Call, relyingPartyId: string, origin: string): Promise<boolean> {
	const application = androidOrigin.exec(origin)?.[1];
	if (application !== undefined) return isApplicationOf(call, relyingPartyId, Buffer.from(application, "base64url"));
	const url = URL.parse(origin);
	if (url === null || url.origin !== origin) return false;
	const isOwn = (domain: string) => url.hostname === domain || url.hostname.endsWith(`.${domain}`);
	if (!isOwn(relyingPartyId)) return false;
	// Browsers hold pages of this machine for as secure as those that came by TLS.
	return url.protocol === "https:" || (call.settings.mode === "development" && url.protocol === "http:" && isOwn("localhost"));
}

/** SHA-256 of the certificate that an application is signed with. https://developer.android.com/identity/sign-in/credential-manager */
const androidOrigin = /^android:apk-key-hash:([\w-]{43})$/;
const linksTimeoutMilliseconds = 3000;
const linksBytesMax = 64 * 1024;
const relation = "delegate_permission/common.get_login_creds";

/**
 * "Passkey is only functional in mobile applications when Amazon Cognito can locate a `.well-known` association file with your RP ID as
 * the domain": Digital Asset Links, https://developers.google.com/digital-asset-links/v1/statements
 */
async function isApplicationOf(call: Call, relyingPartyId: string, hash: Buffer): Promise<boolean> {
	let statements: unknown;
	try {
		const { status, body } = await call.ports.outbound.request({
			url: `https://${relyingPartyId}/.well-known/assetlinks.json`,
			timeoutMilliseconds: linksTimeoutMilliseconds,
			responseBytesMax: linksBytesMax,
			redirectsMax: 0,
		});
		statements = status === 200 ? JSON.parse(body.toString()) : undefined;
	} catch {
		// The domain does not answer, or with something else: then it names nobody.
		return false;
	}
	if (!Array.isArray(statements)) return false;
	return statements.some((statement: Statement) => {
		const { relation: relations, target } = statement ?? {};
		if (!Array.isArray(relations) || !relations.includes(relation) || target?.namespace !== "android_app") return false;
		const fingerprints = target.sha256_cert_fingerprints;
		const wanted = hash.toString("hex");
		return Array.isArray(fingerprints) && fingerprints.some((text) => isFingerprint(text, wanted));
	});
}

const isFingerprint = (text: unknown, wanted: string) => typeof text === "string" && text.replaceAll(":", "").toLowerCase() === wanted;

/** As far as it is looked at; the file may hold anything. */
type Statement =
	| {
			readonly relation?: unknown;
			readonly target?: { readonly namespace?: unknown; readonly sha256_cert_fingerprints?: unknown } | null;
	  }
	| null
	| undefined;
