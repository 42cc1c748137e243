/** Whether what an identity pool's own token says of an identity is so still: it may be a day old. */
import type { Identity, Login } from "./identities.ts";
import { checkGuest } from "./linking.ts";
import { developerMethod, type OpenIdClaims } from "./open-id-tokens.ts";
import type { IdentityPool } from "./pools.ts";
import { loginsDontMatch } from "./refusals.ts";

/** What was unlinked since the token was issued is no proof any more, and who has signed in is no guest. @throws NotAuthorizedException */
export function checkStillProved(pool: IdentityPool, identity: Identity, { amr }: Pick<OpenIdClaims, "amr">): void {
	if (!isStillLinked(pool, identity, amr)) throw loginsDontMatch();
	if (amr[0] === "unauthenticated") checkGuest(pool, identity);
}

/** Whether each login that a token tells of is the identity's still. */
function isStillLinked(pool: IdentityPool, { logins }: Identity, [, ...methods]: readonly string[]): boolean {
	for (let at = 0; at < methods.length; at += 2) {
		const [provider = "", method = ""] = methods.slice(at, at + 2);
		const isOwn = ({ subject }: Login) =>
			provider === pool.settings.DeveloperProviderName
				? method === developerMethod(pool.id, { provider, subject })
				: method.startsWith(`${provider}:`) && method.endsWith(`:${subject}`);
		if (!logins.some((login) => login.provider === provider && isOwn(login))) return false;
	}
	return true;
}
