/** From when a key signs tokens, and until when it verifies them: the last moment there is where no other has taken its place. */
import type { Migration } from "./migration.ts";

const succession = {
	signs_from: { type: "integer", default: 0 },
	verifies_until: { type: "integer", default: Number.MAX_SAFE_INTEGER },
} as const;

export const signingKeySuccessions: Migration = {
	id: "0021-signing-key-successions",
	tables: {},
	columns: { signing_keys: succession, identity_token_keys: succession },
};
