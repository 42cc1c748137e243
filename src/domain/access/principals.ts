/**
 * Who signs requests: the root key today. Secrets are compared by the wire, over the signature; this file only says which key
 * belongs to whom.
 */
import type { Principal, Settings } from "../call.ts";

export interface AccessKey {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly principal: Principal;
}

/** The administrator that a key of nobody's is in development, and the root key's owner in production. */
export function administrator(settings: Pick<Settings, "accountId">, accessKeyId: string): Principal {
	return { kind: "administrator", accessKeyId, userId: settings.accountId, arn: `arn:aws:iam::${settings.accountId}:root` };
}

/** The key with that id; undefined where Gatehouse knows none. */
export function findAccessKey(
	settings: Pick<Settings, "accountId">,
	rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined,
	accessKeyId: string,
): AccessKey | undefined {
	if (rootKey === undefined || rootKey.accessKeyId !== accessKeyId) return undefined;
	return { ...rootKey, principal: administrator(settings, accessKeyId) };
}
