/**
 * Passkeys: what a user's are, how a signed-in user registers, lists and deletes them, and what the pool says of them.
 * It must not know how one signs in: `sign-in/challenges/web-authn.ts` does. Must not know CBOR and signatures either.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 * ("How does Amazon Cognito implement passkey authentication?")
 */
import type { Selectable } from "kysely";
import type { WebAuthnCredentialDescription } from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import {
	type Attestation,
	type AttestationFault,
	algorithms,
	credentialIdBytesMax,
	readAttestation,
	verifyAttestation,
} from "../../crypto/web-authn.ts";
import { consume, insert, statement } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call, TokenHolder } from "../call.ts";
import {
	malformedPasskey,
	passkeyExists,
	passkeyNotFound,
	tooManyPasskeys,
	webAuthnChallengeNotFound,
	webAuthnClientMismatch,
	webAuthnConfigurationMissing,
	webAuthnCredentialNotSupported,
	webAuthnNotEnabled,
	webAuthnOriginNotAllowed,
	webAuthnRelyingPartyMismatch,
} from "../refusals.ts";
import { poolFactors } from "./factors.ts";
import { openPage, pageOf } from "./paging.ts";
import { isAllowedOrigin } from "./passkey-origins.ts";
import type { UserPool } from "./pools.ts";
import { asCaller } from "./profile.ts";
import { spend } from "./sign-in/challenge-session.ts";
import { changedUser, type User, type UserOutcome, updateUser } from "./users.ts";

/** "Each user can register up to 20 passkeys." */
export const passkeysPerUserMax = 20;
/** How long a registration may take: the default of https://www.w3.org/TR/webauthn-3/#sctn-timeout-recommended-range */
const registrationMilliseconds = 300_000;

export interface Passkey {
	/** The credential's id, base64url. */
	readonly id: string;
	readonly relyingPartyId: string;
	/** A COSE key. */
	readonly publicKey: Uint8Array;
	/** How often it was used, as its authenticator counts; 0 for those that don't. */
	readonly counter: number;
	readonly transports: readonly string[];
	readonly attachment: string | undefined;
	readonly name: string;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
}

/** The domain that passkeys are for: without a RelyingPartyId the pool's own, the custom one before the prefix. */
export function relyingPartyOf({ settings, domainUrl }: UserPool): string | undefined {
	return settings.MfaFactors?.WebAuthnConfiguration?.RelyingPartyId ?? (domainUrl && new URL(domainUrl).hostname);
}

/** "This setting defaults to preferred." */
export function requiresUserVerification(pool: UserPool): boolean {
	return pool.settings.MfaFactors?.WebAuthnConfiguration?.UserVerification === "required";
}

/** What an authenticator knows its user by: no personal data, and no other user's ever. */
export function userHandle(userId: string): string {
	return Buffer.from(userId).toString("base64url");
}

export interface PasskeyDescriptor {
	readonly type: "public-key";
	readonly id: string;
	readonly transports: readonly string[];
}

/** A passkey as requests to authenticators name it. */
export function descriptorOf({ id, transports }: Passkey): PasskeyDescriptor {
	return { type: "public-key", id, transports };
}

function fromRow(row: Selectable<Tables["passkeys"]>): Passkey {
	return {
		id: row.id,
		relyingPartyId: row.relying_party_id,
		publicKey: row.public_key,
		counter: row.counter,
		transports: JSON.parse(row.transports) as string[],
		attachment: row.attachment ?? undefined,
		name: row.name,
		createdAt: row.created_at,
	};
}

export const passkeysOfUser = statement<{ pool: string; user: string }>()("passkeysOfUser", (db, param) =>
	db.selectFrom("passkeys").selectAll().where("pool_id", "=", param("pool")).where("user_id", "=", param("user")),
);

/** All the user's passkeys, the oldest first, those of earlier relying parties among them. */
export async function listPasskeys(call: Call, pool: UserPool, userId: string): Promise<Passkey[]> {
	const rows = await call.store.read(passkeysOfUser, { pool: pool.id, user: userId });
	return rows.map(fromRow).sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
}

export const passkeyById = statement<{ pool: string; id: string }>()("passkeyById", (db, param) =>
	db.selectFrom("passkeys").selectAll().where("pool_id", "=", param("pool")).where("id", "=", param("id")),
);

/** The user's passkey of that id. */
export async function findPasskey(call: Call, pool: UserPool, userId: string, id: string): Promise<Passkey | undefined> {
	if (!isCredentialId(id)) return undefined;
	const [row] = await call.store.read(passkeyById, { pool: pool.id, id });
	return row?.user_id === userId ? fromRow(row) : undefined;
}

const credentialIdCharactersMax = Math.ceil((credentialIdBytesMax * 4) / 3);

function isCredentialId(id: string): boolean {
	return id.length <= credentialIdCharactersMax && /^[\w-]+$/.test(id);
}

/**
 * What the caller's browser is to make a passkey by (PublicKeyCredentialCreationOptionsJSON). Nothing is stored: the challenge is a
 * sealed box that says for whom, for which app client and how long.
 * @throws WebAuthnNotEnabledException, WebAuthnConfigurationMissingException, LimitExceededException
 */
export async function startRegistration(call: Call, caller: TokenHolder) {
	const { pool, client, user } = caller;
	checkEnabled(pool);
	const relyingPartyId = relyingPartyOf(pool);
	if (relyingPartyId === undefined) throw webAuthnConfigurationMissing();
	if (user.factors.passkeys >= passkeysPerUserMax) throw tooManyPasskeys();
	const known = (await listPasskeys(call, pool, user.id)).filter((passkey) => passkey.relyingPartyId === relyingPartyId);
	const registration: Registration = {
		id: randomUuid(call.ports.random),
		clientId: client.id,
		expiresAt: call.now + registrationMilliseconds,
	};
	const challenge = pool.keyrings.session.seal(contextOf(pool, user), Buffer.from(JSON.stringify(registration)));
	const name = nameFor(pool, user);
	return {
		rp: { id: relyingPartyId, name: relyingPartyId },
		user: { id: userHandle(user.id), name, displayName: user.attributes["name"] ?? name },
		challenge: challenge.toString("base64url"),
		pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
		timeout: registrationMilliseconds,
		excludeCredentials: known.map(descriptorOf),
		// "Passkeys are discoverable."
		authenticatorSelection: {
			requireResidentKey: true,
			residentKey: "required",
			userVerification: requiresUserVerification(pool) ? "required" : "preferred",
		},
		attestation: "none",
	};
}

/** What a registration's challenge holds. */
interface Registration {
	readonly id: string;
	readonly clientId: string;
	/** Milliseconds since the epoch. */
	readonly expiresAt: number;
}

const contextOf = (pool: UserPool, user: User) => ["passkey-registration", pool.id, user.id] as const;

/** What people tell their passkeys apart by. Where they sign in by an address, their username is a UUID that they don't know. */
function nameFor(pool: UserPool, { username, attributes }: User): string {
	const hasNames = (pool.settings.UsernameAttributes ?? []).length === 0;
	return hasNames ? username : (attributes["email"] ?? attributes["phone_number"] ?? username);
}

function checkEnabled(pool: UserPool): void {
	const { first, passkeyMfa } = poolFactors(pool);
	if (!first.has("WEB_AUTHN") && !passkeyMfa) throw webAuthnNotEnabled();
}

/**
 * Registers the passkey that an authenticator made for the caller. `document` is a RegistrationResponseJSON.
 * @throws WebAuthnNotEnabledException, WebAuthnChallengeNotFoundException, WebAuthnClientMismatchException,
 * WebAuthnOriginNotAllowedException, WebAuthnRelyingPartyMismatchException, WebAuthnCredentialNotSupportedException,
 * LimitExceededException, InvalidParameterException
 */
export async function completeRegistration(call: Call, caller: TokenHolder, document: unknown): Promise<void> {
	const { pool } = caller;
	checkEnabled(pool);
	const attestation = readAttestation(document);
	if (attestation === undefined || attestation.clientData.type !== "webauthn.create") throw malformedPasskey();
	const registration = openRegistration(call, caller, attestation);
	const relyingPartyId = relyingPartyOf(pool);
	if (relyingPartyId === undefined) throw webAuthnRelyingPartyMismatch();
	const { challenge, crossOrigin, origin } = attestation.clientData;
	if (crossOrigin || !(await isAllowedOrigin(call, relyingPartyId, origin))) throw webAuthnOriginNotAllowed();
	const expected = { challenge, relyingPartyId, requiresUserVerification: requiresUserVerification(pool) };
	const credential = await verifyAttestation(attestation, expected);
	if (typeof credential === "string") throw faults[credential]();
	const outcome = await asCaller(call, caller, async (user) => {
		if (user.factors.passkeys >= passkeysPerUserMax) throw tooManyPasskeys();
		const after = changedUser(call, user, { factors: { ...user.factors, passkeys: user.factors.passkeys + 1 } });
		return call.store.write<UserOutcome | "spent" | "known">([
			...updateUser(pool, user, after),
			spend(pool, registration),
			insert(
				"passkeys",
				{
					pool_id: pool.id,
					id: credential.id,
					user_id: user.id,
					relying_party_id: relyingPartyId,
					public_key: credential.publicKey,
					counter: credential.counter,
					transports: JSON.stringify(attestation.response.transports),
					attachment: attestation.attachment ?? null,
					name: friendlyName(credential.aaguid, attestation.attachment),
					user_verified: credential.userVerified ? 1 : 0,
					backed_up: credential.backedUp ? 1 : 0,
					created_at: call.now,
				},
				"known",
			),
		]);
	});
	if (outcome === "spent") throw webAuthnChallengeNotFound();
	if (outcome === "known") throw passkeyExists();
}

const faults: Readonly<Record<AttestationFault, () => Error>> = {
	"relying party": webAuthnRelyingPartyMismatch,
	"not supported": webAuthnCredentialNotSupported,
	malformed: malformedPasskey,
};

/** @throws WebAuthnChallengeNotFoundException for a challenge that is not ours, another user's or over, WebAuthnClientMismatchException */
function openRegistration(call: Call, { pool, client, user }: TokenHolder, { clientData }: Attestation): Registration {
	const plain = pool.keyrings.session.open(contextOf(pool, user), Buffer.from(clientData.challenge, "base64url"));
	if (plain === undefined) throw webAuthnChallengeNotFound();
	const registration = JSON.parse(plain.toString()) as Registration;
	if (registration.expiresAt <= call.now) throw webAuthnChallengeNotFound();
	if (registration.clientId !== client.id) throw webAuthnClientMismatch();
	return registration;
}

/** Where the widespread ones are kept. https://github.com/passkeydeveloper/passkey-authenticator-aaguids */
const makers: Readonly<Record<string, string>> = {
	"ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
	"adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
	"fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
	"08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
	"9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
	"6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
	"bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
	"d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
	"531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
};

/** "An automatically-generated friendly name for the passkey credential." */
function friendlyName(aaguid: string, attachment: string | undefined): string {
	return makers[aaguid] ?? (attachment === "cross-platform" ? "Security key" : "Passkey");
}

/** The caller's passkeys, a page of them. @throws InvalidParameterException for a token of another list */
export async function listCredentials(call: Call, { pool, user }: TokenHolder, limit: number | undefined, token: string | undefined) {
	const page = { kind: "ListWebAuthnCredentials", scope: [pool.id, user.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const passkeys = (await listPasskeys(call, pool, user.id)).filter((passkey) => positionOf(passkey) > after);
	// MaxResults may be 0, which can't mean a page of none.
	const { rows, next } = pageOf(call.vault, page, passkeys, limit || passkeysPerUserMax, positionOf);
	return { credentials: rows.map(describe), next };
}

const timeDigits = 15;

/** Where a passkey stands in the list. */
function positionOf({ createdAt, id }: Passkey): string {
	return `${String(createdAt).padStart(timeDigits, "0")} ${id}`;
}

function describe(passkey: Passkey): WebAuthnCredentialDescription {
	return {
		CredentialId: passkey.id,
		FriendlyCredentialName: passkey.name,
		RelyingPartyId: passkey.relyingPartyId,
		AuthenticatorTransports: passkey.transports,
		CreatedAt: passkey.createdAt,
		...(passkey.attachment !== undefined && { AuthenticatorAttachment: passkey.attachment }),
	};
}

/** Deletes one of the caller's passkeys. With the last one goes its role as second factor. @throws ResourceNotFoundException */
export async function deleteCredential(call: Call, caller: TokenHolder, id: string): Promise<void> {
	const { pool } = caller;
	await asCaller(call, caller, async (user) => {
		if ((await findPasskey(call, pool, user.id, id)) === undefined) throw passkeyNotFound();
		const passkeys = user.factors.passkeys - 1;
		const factors = { ...user.factors, passkeys, passkeyMfa: user.factors.passkeyMfa && passkeys > 0 };
		const after = changedUser(call, user, { factors });
		return call.store.write<UserOutcome>([
			...updateUser(pool, user, after),
			consume("passkeys", { pool_id: pool.id, id, user_id: user.id }, "stale"),
		]);
	});
}
