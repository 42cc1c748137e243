/** The data that earlier releases left behind, and what is known of it: test/fixtures/releases, written by scripts/make-release-fixture.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Engine } from "./gatehouse.ts";
import type { Tokens } from "./people.ts";

/** A pool with ada (confirmed), bob (temporary password), cleo (unconfirmed) and dan (disabled). */
export interface ReleasePool {
	readonly UserPoolId: string;
	readonly ClientId: string;
	readonly secretClient: { readonly ClientId: string; readonly ClientSecret: string };
	readonly rotatingClient: { readonly ClientId: string; readonly RefreshToken: string };
	readonly password: string;
	readonly temporaryPassword: string;
	readonly confirmationCode: string;
	/** Ada's sign-ins: one goes on, the other was revoked. */
	readonly kept: Tokens;
	readonly revoked: Tokens;
}

export interface ReleaseFacts {
	readonly version: string;
	/** When it was made. Milliseconds since the epoch. */
	readonly at: number;
	readonly masterKey: string;
	readonly pools: Readonly<Record<Engine, ReleasePool>>;
}

export interface Release extends ReleaseFacts {
	/** The database file that SQLite had. */
	readonly sqliteFile: Buffer;
	/** A backup of what PostgreSQL had. */
	readonly postgresBackup: string;
}

const folder = join(import.meta.dirname, "../fixtures/releases");

export function releases(): Release[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name: version }) => ({
			...(JSON.parse(readFileSync(join(folder, version, "facts.json"), "utf8")) as ReleaseFacts),
			sqliteFile: gunzipSync(readFileSync(join(folder, version, "sqlite.db.gz"))),
			postgresBackup: join(folder, version, "postgres.backup"),
		}));
}
