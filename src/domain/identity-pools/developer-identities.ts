/**
 * Identities of a developer's own users: the pool's backend says in signed requests who they are.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/developer-authenticated-identities.html
 */
import type {
	GetOpenIdTokenForDeveloperIdentityInput,
	GetOpenIdTokenForDeveloperIdentityResponse,
	LookupDeveloperIdentityInput,
	LookupDeveloperIdentityResponse,
	MergeDeveloperIdentitiesInput,
	UnlinkDeveloperIdentityInput,
} from "../../aws/model/cognito-identity.types.ts";
import type { Call } from "../call.ts";
import { openPage, sealPage } from "../user-pools/paging.ts";
import { untilSettled } from "../user-pools/users.ts";
import { findOwner, findOwners, getIdentity, type Identity, isSameLogin, type Login, updateIdentity } from "./identities.ts";
import { checkProviders, linkDeveloperLogins, loginsPerIdentityMax, mergeVerbs, unlinkLogins } from "./linking.ts";
import { verifyLogins } from "./logins/verify.ts";
import { developerMethod, developerTokenSeconds, identityClaims, issueOpenIdToken } from "./open-id-tokens.ts";
import { getIdentityPool, type IdentityPool } from "./pools.ts";
import { isTagKey } from "./principal-tags.ts";
import {
	developerProviderNeeded,
	developerUserElsewhere,
	developerUserNotFound,
	identityNotFound,
	lookupNeedsOne,
	principalTagInvalid,
	tooManyLogins,
} from "./refusals.ts";

const lookupPageDefault = 60;

/**
 * Finds or makes the identity of a developer's user, links what else is in the logins, and gives a token for it.
 * @throws InvalidParameterException, NotAuthorizedException, ResourceNotFoundException, ResourceConflictException, DeveloperUserAlreadyRegisteredException
 */
export async function openIdTokenForDeveloper(
	call: Call,
	input: GetOpenIdTokenForDeveloperIdentityInput,
): Promise<GetOpenIdTokenForDeveloperIdentityResponse> {
	const pool = await getIdentityPool(call, input.IdentityPoolId);
	const { DeveloperProviderName: provider } = pool.settings;
	const { [provider ?? ""]: subject, ...others } = input.Logins as Readonly<Record<string, string>>;
	if (provider === undefined || subject === undefined) throw developerProviderNeeded();
	const tags = (input.PrincipalTags ?? {}) as Readonly<Record<string, string>>;
	for (const key of Object.keys(tags)) if (!isTagKey(key)) throw principalTagInvalid(key);
	const login = { provider, subject };
	const verified = await verifyLogins(call, pool, others);
	const logins = [{ ...login, method: developerMethod(pool.id, login) }, ...verified];
	const identity = await linkDeveloperLogins(call, pool, logins, login, input.IdentityId);
	const token = await issueOpenIdToken(call, identityClaims(identity, logins, tags), input.TokenDuration ?? developerTokenSeconds);
	return { IdentityId: identity.id, Token: token };
}

/** The identity of a developer's user, or an identity's users. @throws ResourceNotFoundException, ResourceConflictException, InvalidParameterException */
export async function lookupDeveloperIdentity(call: Call, input: LookupDeveloperIdentityInput): Promise<LookupDeveloperIdentityResponse> {
	const pool = await getIdentityPool(call, input.IdentityPoolId);
	const { IdentityId: identityId, DeveloperUserIdentifier: user, MaxResults: limit = lookupPageDefault } = input;
	if (user !== undefined) {
		const identity = await findDeveloperIdentity(call, pool, user);
		if (identityId !== undefined && identity?.id !== identityId) throw developerUserElsewhere();
		if (identity === undefined) throw developerUserNotFound();
		return { IdentityId: identity.id, DeveloperUserIdentifierList: [user] };
	}
	if (identityId === undefined) throw lookupNeedsOne();
	const { identity } = await getIdentity(call, identityId);
	if (identity.poolId !== pool.id) throw identityNotFound(identityId);
	const page = { kind: "LookupDeveloperIdentity", scope: [pool.id, identityId] };
	const from = Number(openPage(call.vault, page, input.NextToken) ?? 0);
	const users = identity.logins.filter(({ provider }) => provider === pool.settings.DeveloperProviderName).map(({ subject }) => subject);
	return {
		IdentityId: identityId,
		DeveloperUserIdentifierList: users.slice(from, from + limit),
		...(users.length > from + limit && { NextToken: sealPage(call.vault, page, `${from + limit}`) }),
	};
}

/** Merges the source user's identity into the destination's, whose id it answers. @throws ResourceNotFoundException, ResourceConflictException, InvalidParameterException */
export async function mergeDeveloperIdentities(call: Call, input: MergeDeveloperIdentitiesInput): Promise<string> {
	const pool = await getIdentityPool(call, input.IdentityPoolId);
	if (input.DeveloperProviderName !== pool.settings.DeveloperProviderName) throw developerProviderNeeded();
	return untilSettled(async () => {
		const { DeveloperProviderName: provider, SourceUserIdentifier, DestinationUserIdentifier } = input;
		const users = [SourceUserIdentifier, DestinationUserIdentifier].map((subject) => ({ provider, subject }));
		const [source, destination] = await findOwners(call, pool.id, users);
		if (source === undefined || destination === undefined) throw developerUserNotFound();
		if (source.id === destination.id) return destination.id;
		const logins = [...destination.logins, ...source.logins];
		checkProviders(pool, logins);
		if (logins.length > loginsPerIdentityMax) throw tooManyLogins(loginsPerIdentityMax);
		const outcome = await call.store.write<"stale">([
			updateIdentity(call, destination, { state: "authenticated", logins }),
			...mergeVerbs(call, source, destination),
		]);
		return outcome === "done" ? destination.id : "stale";
	});
}

/** @throws ResourceNotFoundException, InvalidParameterException */
export async function unlinkDeveloperIdentity(call: Call, input: UnlinkDeveloperIdentityInput): Promise<void> {
	const pool = await getIdentityPool(call, input.IdentityPoolId);
	if (input.DeveloperProviderName !== pool.settings.DeveloperProviderName) throw developerProviderNeeded();
	const login: Login = { provider: input.DeveloperProviderName, subject: input.DeveloperUserIdentifier };
	await unlinkLogins(call, input.IdentityId, (identity) => {
		if (identity.poolId !== pool.id) throw identityNotFound(input.IdentityId);
		const removed = identity.logins.filter((each) => isSameLogin(each, login));
		if (removed.length === 0) throw developerUserNotFound();
		return removed;
	});
}

async function findDeveloperIdentity(call: Call, pool: IdentityPool, subject: string): Promise<Identity | undefined> {
	const { DeveloperProviderName: provider } = pool.settings;
	return provider === undefined ? undefined : findOwner(call, pool.id, { provider, subject });
}
