/**
 * Whose identity it is: how verified logins find theirs, are linked to it, merge two of them, and are unlinked. Who knows an identity's id
 * alone gets at it only while it is a guest's; any other is reached by a login that is linked to it already.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
 */
import { randomUuid } from "../../crypto/random-text.ts";
import { consume, update, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { untilSettled } from "../user-pools/users.ts";
import {
	findIdentity,
	findOwners,
	type Identity,
	insertIdentity,
	insertLogin,
	isSameLogin,
	type Login,
	loginKey,
	updateIdentity,
} from "./identities.ts";
import type { IdentityPool } from "./pools.ts";
import {
	developerUserRegistered,
	guestsNotSupported,
	identityForbidden,
	identityNotFound,
	identityPoolNotFound,
	loginLinkedElsewhere,
	loginNotLinked,
	loginsDontMatch,
	tooManyLogins,
} from "./refusals.ts";

/** "The number of linked logins is limited to 20." */
export const loginsPerIdentityMax = 20;
/** How many identities an identity may have been merged into, one after the other, for its id to lead to the last. */
const mergersMax = 10;

/** A new guest. @throws NotAuthorizedException where the pool takes none */
export async function createGuest(call: Call, pool: IdentityPool): Promise<Identity> {
	if (!pool.settings.AllowUnauthenticatedIdentities) throw guestsNotSupported();
	return createIdentity(call, pool, []).then((identity) => {
		if (identity === "stale") throw identityPoolNotFound(pool.id);
		return identity;
	});
}

/** A guest, who needs no more than the id. @throws NotAuthorizedException */
export function checkGuest(pool: IdentityPool, identity: Identity): void {
	if (identity.state !== "guest") throw identityForbidden(identity.id);
	if (!pool.settings.AllowUnauthenticatedIdentities) throw guestsNotSupported();
}

/**
 * The identity that the logins belong to, which may be another than `given`: of several the other ones are merged into it, and logins that
 * are nobody's are linked to it. Without `given`, and where no login is known, a new one.
 * @throws NotAuthorizedException, ResourceConflictException, ResourceNotFoundException, TooManyRequestsException
 */
export async function linkLogins(call: Call, pool: IdentityPool, logins: readonly Login[], given?: Identity): Promise<Identity> {
	// What everybody asks who comes again: the row that was read says all, since a login is in it while it is the identity's and no longer.
	if (given !== undefined && logins.length > 0 && logins.every((login) => given.logins.some((own) => isSameLogin(login, own))))
		return given;
	return untilSettled(() => attemptLink(call, pool, logins, given?.id, undefined));
}

/**
 * As above on the word of the pool's own backend, which needs no proof for `given`: `developerLogin`, which is among the logins, may not
 * be another identity's then. @throws DeveloperUserAlreadyRegisteredException, and what `linkLogins` throws
 */
export function linkDeveloperLogins(
	call: Call,
	pool: IdentityPool,
	logins: readonly Login[],
	developerLogin: Login,
	given?: string,
): Promise<Identity> {
	return untilSettled(() => attemptLink(call, pool, logins, given, developerLogin));
}

async function attemptLink(
	call: Call,
	pool: IdentityPool,
	presented: readonly Login[],
	givenId: string | undefined,
	developerLogin: Login | undefined,
): Promise<Identity | "stale"> {
	const logins = distinct(presented);
	checkProviders(pool, logins);
	// Before the owners: whoever links a login to it in between makes it theirs, and not somebody else's.
	const given = givenId === undefined ? undefined : await followMergers(call, pool, givenId);
	const owners = await findOwners(call, pool.id, logins);
	const known = distinctIdentities(owners);
	const target =
		developerLogin === undefined
			? chooseTarget(known, given)
			: chooseDeveloperTarget(known, given, owners[logins.findIndex((login) => isSameLogin(login, developerLogin))]);
	if (target === undefined) return createIdentity(call, pool, logins);
	const merged = [...known, ...(given?.state === "guest" ? [given] : [])].filter(({ id }) => id !== target.id);
	const added = logins.filter((_, at) => owners[at] === undefined);
	if (added.length === 0 && merged.length === 0) return target;
	const all = [...target.logins, ...merged.flatMap((identity) => identity.logins), ...added];
	checkProviders(pool, all);
	if (all.length > loginsPerIdentityMax) throw tooManyLogins(loginsPerIdentityMax);
	const after: Identity = { ...target, state: "authenticated", logins: all, version: target.version + 1, modifiedAt: call.now };
	const outcome = await call.store.write<"stale" | "taken">([
		updateIdentity(call, target, after),
		...added.map((login) => insertLogin(target, login)),
		...merged.flatMap((identity) => mergeVerbs(call, identity, target)),
	]);
	return outcome === "done" ? after : "stale";
}

/** Which identity is to have the logins; undefined where it has to be made. `known` are the identities that have some of them. */
function chooseTarget(known: readonly Identity[], given: Identity | undefined): Identity | undefined {
	// A guest who signs in keeps the identity, unless the login has one already: that one is the parent.
	if (given === undefined || given.state === "guest") return known[0] ?? given;
	// Only a login of its own opens an identity: any other would let whoever knows an id take it over.
	const opened = known.find(({ id }) => id === given.id);
	if (opened === undefined) throw loginsDontMatch();
	return opened;
}

function chooseDeveloperTarget(
	known: readonly Identity[],
	given: Identity | undefined,
	developerOwner: Identity | undefined,
): Identity | undefined {
	if (given === undefined) return developerOwner ?? known[0];
	if (developerOwner !== undefined && developerOwner.id !== given.id) throw developerUserRegistered();
	return known.find(({ id }) => id === given.id) ?? given;
}

/** The identity of that id or the one that it was merged into. @throws ResourceNotFoundException, NotAuthorizedException where it is disabled */
async function followMergers(call: Call, pool: IdentityPool, id: string): Promise<Identity> {
	let identity = await findIdentity(call, id);
	for (let mergers = 0; mergers < mergersMax && identity?.mergedInto !== undefined; mergers++) {
		identity = await findIdentity(call, identity.mergedInto);
	}
	if (identity === undefined || identity.poolId !== pool.id) throw identityNotFound(id);
	if (identity.state === "disabled") throw identityForbidden(id);
	return identity;
}

async function createIdentity(call: Call, pool: IdentityPool, logins: readonly Login[]): Promise<Identity | "stale"> {
	const identity: Identity = {
		id: `${pool.region}:${randomUuid(call.ports.random)}`,
		poolId: pool.id,
		state: logins.length === 0 ? "guest" : "authenticated",
		version: 1,
		mergedInto: undefined,
		logins,
		createdAt: call.now,
		modifiedAt: call.now,
	};
	const outcome = await call.store.write(insertIdentity(identity));
	if (outcome === "gone") throw identityPoolNotFound(pool.id);
	return outcome === "done" ? identity : "stale";
}

/** What is left of an identity that is merged into `target`: its id, which leads there. */
export function mergeVerbs(call: Call, identity: Identity, target: Identity): Verb<"stale">[] {
	return [
		updateIdentity(call, identity, { state: "disabled", logins: [], mergedInto: target.id }),
		...identity.logins.map((login) =>
			update(
				"identity_logins",
				{ pool_id: identity.poolId, login: loginKey(login), identity_id: identity.id },
				{ identity_id: target.id },
				"stale",
			),
		),
	];
}

/**
 * Takes from an identity the logins that `choose` picks, which may refuse. Without any left it is nobody's.
 * @throws ResourceNotFoundException, TooManyRequestsException
 */
export function unlinkLogins(call: Call, identityId: string, choose: (identity: Identity) => readonly Login[]): Promise<"done"> {
	return untilSettled(async () => {
		const identity = await findIdentity(call, identityId);
		if (identity === undefined) throw identityNotFound(identityId);
		const removed = choose(identity);
		if (removed.length === 0) throw loginNotLinked();
		const left = identity.logins.filter((login) => !removed.includes(login));
		return call.store.write<"stale">([
			updateIdentity(call, identity, { state: left.length === 0 ? "disabled" : "authenticated", logins: left }),
			...removed.map((login) =>
				consume("identity_logins", { pool_id: identity.poolId, login: loginKey(login), identity_id: identityId }, "stale"),
			),
		]);
	});
}

/** "You may only link one login per public provider"; of the developer provider there may be several. @throws ResourceConflictException */
export function checkProviders(pool: IdentityPool, logins: readonly Login[]): void {
	const seen = new Set<string>();
	for (const { provider } of logins) {
		if (provider === pool.settings.DeveloperProviderName) continue;
		if (seen.has(provider)) throw loginLinkedElsewhere();
		seen.add(provider);
	}
}

/** One provider may have been given under two names. */
function distinct(logins: readonly Login[]): Login[] {
	return logins.filter((login, at) => logins.findIndex((other) => isSameLogin(login, other)) === at);
}

/** The oldest first: of several it is the one that stays. */
function distinctIdentities(owners: readonly (Identity | undefined)[]): Identity[] {
	const byId = new Map(owners.flatMap((owner) => (owner === undefined ? [] : [[owner.id, owner] as const])));
	return [...byId.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}
