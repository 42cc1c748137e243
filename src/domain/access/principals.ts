/**
 * Who signs requests: the root key, users of IAM's with their access keys, and sessions with temporary ones. Secrets are compared by the
 * wire, over the signature; this file only says which key belongs to whom.
 */
import type { Call, Settings } from "../call.ts";
import type { CompiledEntity } from "./entities.ts";
import { isIssuedKeyId } from "./key-ids.ts";
import { openSession, type Session } from "./sessions.ts";
import { assumedRoleArn } from "./web-identity.ts";

/** Who calls, as dispatch proved it. */
export type Principal = {
	readonly accessKeyId: string;
	readonly userId: string;
	readonly arn: string;
} /** The root key, or any key of nobody's in development: may do everything. `session`: of GetSessionToken. */ & (
	| { readonly kind: "administrator"; readonly session: Session | undefined }
	/** `session`: of GetSessionToken. */
	| { readonly kind: "user"; readonly user: CompiledEntity; readonly session: Session | undefined }
	| { readonly kind: "roleSession"; readonly role: CompiledEntity; readonly session: Session }
	/** Of GetFederationToken. `user`: who called it; undefined for the root user. */
	| { readonly kind: "federatedUser"; readonly user: CompiledEntity | undefined; readonly session: Session }
);

export interface AccessKey {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly principal: Principal;
	/** Of temporary keys: milliseconds since the epoch. */
	readonly expiresAt: number | undefined;
}

export interface RootKey {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** The administrator that a key of nobody's is in development, and the root key's owner in production. */
export function administrator(settings: Pick<Settings, "accountId">, accessKeyId: string, session?: Session): Principal {
	const arn = `arn:aws:iam::${settings.accountId}:root`;
	return { kind: "administrator", accessKeyId, userId: settings.accountId, arn, session };
}

/**
 * The key with that id. `invalid`: it was issued here, and is no longer, or comes without its session token. Undefined: it is of nobody's.
 */
export async function findAccessKey(
	call: Pick<Call, "caches" | "vault" | "settings">,
	rootKey: RootKey | undefined,
	accessKeyId: string,
	sessionToken: string | undefined,
): Promise<AccessKey | "invalid" | undefined> {
	if (rootKey?.accessKeyId === accessKeyId) {
		if (sessionToken !== undefined) return "invalid";
		return { ...rootKey, principal: administrator(call.settings, accessKeyId), expiresAt: undefined };
	}
	if (!isIssuedKeyId(call.vault, accessKeyId)) return undefined;
	return (
		(await (accessKeyId.startsWith("AKIA")
			? findUserKey(call, accessKeyId, sessionToken)
			: findSessionKey(call, accessKeyId, sessionToken))) ?? "invalid"
	);
}

async function findUserKey(
	call: Pick<Call, "caches">,
	accessKeyId: string,
	sessionToken: string | undefined,
): Promise<AccessKey | undefined> {
	const key = await call.caches.accessKeys.get(accessKeyId);
	const user = key?.isActive === true && sessionToken === undefined ? await call.caches.iamEntities.get(key.userId) : undefined;
	if (key === undefined || user === undefined) return undefined;
	const principal: Principal = { kind: "user", accessKeyId, userId: user.id, arn: user.arn, user, session: undefined };
	return { accessKeyId, secretAccessKey: key.secret, principal, expiresAt: undefined };
}

async function findSessionKey(
	call: Pick<Call, "caches" | "vault" | "settings">,
	accessKeyId: string,
	sessionToken: string | undefined,
): Promise<AccessKey | undefined> {
	const session = sessionToken === undefined ? undefined : openSession(call.vault, accessKeyId, sessionToken);
	const principal = session && (await principalOf(call, accessKeyId, session));
	return session && principal && { accessKeyId, secretAccessKey: session.secret, principal, expiresAt: session.expiresAt };
}

/** Undefined where the role or user that it was made from is gone. */
async function principalOf(call: Pick<Call, "caches" | "settings">, accessKeyId: string, session: Session): Promise<Principal | undefined> {
	const { kind, entityId, name = "" } = session;
	const { accountId } = call.settings;
	const entity = entityId === undefined ? undefined : await call.caches.iamEntities.get(entityId);
	if (entityId !== undefined && entity === undefined) return undefined;
	switch (kind) {
		case "root":
			return administrator(call.settings, accessKeyId, session);
		case "user":
			return entity && { kind: "user", accessKeyId, userId: entity.id, arn: entity.arn, user: entity, session };
		case "role":
			return (
				entity && {
					kind: "roleSession",
					accessKeyId,
					userId: `${entity.id}:${name}`,
					arn: assumedRoleArn(accountId, entity.name, name),
					role: entity,
					session,
				}
			);
		case "federatedUser": {
			const arn = `arn:aws:sts::${accountId}:federated-user/${name}`;
			return { kind: "federatedUser", accessKeyId, userId: `${accountId}:${name}`, arn, user: entity, session };
		}
	}
}
