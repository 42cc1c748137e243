/** What a client does with an identity pool, unsigned: it gets an identity, a token that proves it, and takes logins from it. */
import type {
	GetIdInput,
	GetOpenIdTokenInput,
	GetOpenIdTokenResponse,
	UnlinkIdentityInput,
} from "../../aws/model/cognito-identity.types.ts";
import type { Call } from "../call.ts";
import { getIdentity, type Identity, isSameLogin } from "./identities.ts";
import { checkGuest, createGuest, linkLogins, unlinkLogins } from "./linking.ts";
import { verifyLogins } from "./logins/verify.ts";
import { identityClaims, issueOpenIdToken, type Method, openIdTokenSeconds } from "./open-id-tokens.ts";
import { getIdentityPool } from "./pools.ts";
import { normalProviderName } from "./provider-names.ts";
import { classicFlowOff, classicFlowWithMappings, loginsDontMatch, loginsNeeded, publicProviderNeeded } from "./refusals.ts";

type Logins = Readonly<Record<string, string>>;

/**
 * The identity of the logins, which is made where there is none; a new guest where there are no logins.
 * @throws NotAuthorizedException, ResourceNotFoundException, ResourceConflictException, InvalidParameterException, ExternalServiceException
 */
export async function getId(call: Call, input: GetIdInput): Promise<string> {
	const pool = await getIdentityPool(call, input.IdentityPoolId);
	const logins = (input.Logins ?? {}) as Logins;
	if (Object.keys(logins).length === 0) return (await createGuest(call, pool)).id;
	return (await linkLogins(call, pool, await verifyLogins(call, pool, logins))).id;
}

/** The first half of the basic flow; the other is STS's. @throws what `getId` throws */
export async function getOpenIdToken(call: Call, input: GetOpenIdTokenInput): Promise<GetOpenIdTokenResponse> {
	const { identity, pool } = await getIdentity(call, input.IdentityId);
	if (pool.settings.AllowClassicFlow !== true) throw classicFlowOff();
	if (Object.keys(pool.settings.RoleMappings).length > 0) throw classicFlowWithMappings();
	const logins = (input.Logins ?? {}) as Logins;
	const tokenOf = (proved: Identity, by: readonly Method[]) => issueOpenIdToken(call, identityClaims(proved, by), openIdTokenSeconds);
	if (Object.keys(logins).length === 0) {
		checkGuest(pool, identity);
		return { IdentityId: identity.id, Token: await tokenOf(identity, []) };
	}
	const verified = await verifyLogins(call, pool, logins);
	const proved = await linkLogins(call, pool, verified, identity);
	return { IdentityId: proved.id, Token: await tokenOf(proved, verified) };
}

/** Takes logins from an identity, which one of its own must open. @throws what `getId` throws */
export async function unlinkIdentity(call: Call, input: UnlinkIdentityInput): Promise<void> {
	const { pool } = await getIdentity(call, input.IdentityId);
	const logins = input.Logins as Logins;
	if (Object.keys(logins).length === 0 || input.LoginsToRemove.length === 0) throw loginsNeeded();
	const removed = new Set(input.LoginsToRemove.map((name) => normalProviderName(call.settings, name)));
	// A developer's users are the backend's to unlink.
	if (removed.has(pool.settings.DeveloperProviderName ?? "")) throw publicProviderNeeded();
	const verified = await verifyLogins(call, pool, logins);
	await unlinkLogins(call, input.IdentityId, (identity) => {
		if (!verified.some((login) => identity.logins.some((own) => isSameLogin(own, login)))) throw loginsDontMatch();
		return identity.logins.filter(({ provider }) => removed.has(provider));
	});
}
