/** `export`, `import` and `migrate-from-cognito`: user pools on their way in and out. It must not know how the process ends: that is main.ts's. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAmazonUserPool } from "../adapters/amazon-cognito.ts";
import { createClock } from "../adapters/clock.ts";
import { createKeyPairs } from "../adapters/key-pairs.ts";
import { createLog } from "../adapters/log.ts";
import { createRandom } from "../adapters/random.ts";
import { askSecret } from "../adapters/terminal.ts";
import { createCaches, settingsOf } from "../app.ts";
import { AwsError } from "../aws/errors.ts";
import { type Config, readMoveOptions, readOperand } from "../config.ts";
import type { Call } from "../domain/call.ts";
import { createPoolLike } from "../domain/user-pools/amazon-pool.ts";
import { checkUserPoolId, outcomeOfRenaming, renamingOf } from "../domain/user-pools/copy-pool.ts";
import { regionOf } from "../domain/user-pools/pools.ts";
import type { Ports } from "../kernel/ports.ts";
import { DataRefusal } from "../storage/data-refusal.ts";
import { exportPools, poolsOf } from "../storage/moving/export-pools.ts";
import { checkImportable, type ImportOptions, importPools } from "../storage/moving/import-pools.ts";
import { openPoolFile } from "../storage/moving/pool-file.ts";
import { openStore } from "../storage/open.ts";
import { createVault } from "../storage/vault.ts";

/** Whoever has an export can try passphrases as long as they like. */
const passphraseCharactersMin = 12;

/** The master keys of the installation, asked for once there is something to open. */
type MasterKeys = () => readonly Uint8Array[];

/** `gatehouse export FILE`: pools, opened with the server's master key and sealed under a passphrase. */
export async function exportToFile(config: Config, masterKeys: MasterKeys): Promise<void> {
	const file = readOperand();
	const { pools, passphrase } = readMoveOptions();
	const summary = await exportPools(file, () => passphraseFor("export", passphrase), {
		database: config.database,
		pools,
		masterKeys,
		clock: createClock(),
		random: createRandom(),
	});
	const what = `${counted(summary.pools.length, "user pool")} with ${counted(summary.users, "user")}`;
	process.stdout.write(
		`${what} as of ${new Date(summary.at).toISOString()} are in ${file}: whoever has it and the passphrase has their keys and secrets\n`,
	);
}

/** `gatehouse import FILE`: pools of an export, sealed under this installation's master key. */
export async function importFromFile(config: Config, masterKeys: MasterKeys): Promise<void> {
	const file = readOperand();
	const { as, passphrase } = readMoveOptions();
	if (as !== undefined) checkPoolHere(config, as);
	const source = await openPoolFile(file, await passphraseFor("import", passphrase));
	const keyPairs = createKeyPairs({ stock: 0 });
	const ports = { clock: createClock(), random: createRandom(), keyPairs };
	try {
		const { pools, users, clients, renamedClients, changed } = await importPools(source, {
			...targetOf(config, masterKeys),
			...(as !== undefined && { rename: (vault) => renamingOf(ports, vault, as) }),
		});
		process.stdout.write(`${pools.join(", ")}: ${counted(users, "user")} and ${counted(clients, "app client")} are imported\n`);
		for (const [before, after] of renamedClients)
			process.stdout.write(`the app client ${before} is ${after} here, since its id is taken\n`);
		const { resetRequired, unconfirmed } = outcomeOfRenaming(changed);
		if (resetRequired > 0)
			process.stdout.write(
				`${counted(resetRequired, "user")} must set a new password (RESET_REQUIRED): the old one is bound to the old id\n`,
			);
		if (unconfirmed > 0)
			process.stdout.write(`${counted(unconfirmed, "user")} never confirmed lost the password, and must set one once confirmed\n`);
	} finally {
		keyPairs.close();
	}
}

/** `gatehouse migrate-from-cognito`: the new pool is made beside the database and imported, so that all of it is there or nothing. */
export async function migrateFromCognito(config: Config, masterKeys: MasterKeys): Promise<void> {
	const { poolId, region, endpoint, keepId, withUsers } = readMoveOptions();
	checkUserPoolId(poolId);
	const upstream = { UserPoolId: poolId, Region: regionOf(poolId), Endpoint: endpoint };
	const settings = settingsOf(config);
	const newRegion = keepId ? upstream.Region : (region ?? upstream.Region);
	checkPoolHere(config, `${newRegion}_x`);
	const target = targetOf(config, masterKeys);
	await checkImportable(target, keepId ? [poolId] : []);

	const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
	const database = { engine: "sqlite", path: join(folder, "gatehouse.db") } as const;
	const [clock, random, keyPairs] = [createClock(), createRandom(), createKeyPairs({ stock: 0 })];
	const key = random.bytes(32);
	const source = await openAmazonUserPool(poolId, upstream.Region, endpoint);
	try {
		const store = await openStore(database, { clock, random });
		const vault = await createVault(store, [key], random, clock);
		const call: Call = {
			store,
			vault,
			caches: createCaches(store, vault, settings, clock),
			ports: portsOf(clock, random, keyPairs),
			settings,
			now: clock.now(),
			requestId: "migrate-from-cognito",
			region: newRegion,
			sourceIp: undefined,
			userAgent: undefined,
		};
		const made = await createPoolLike(call, source, { upstream, keepId, withUsers })
			.catch((error: unknown) => Promise.reject(migrationRefusal(error)))
			.finally(() => store.close());
		await importPools(poolsOf({ database, pools: [], masterKeys: () => [key], clock, random }), target);
		process.stdout.write(
			`${made.id} is made like ${poolId}: ${counted(made.clients, "app client")}, ${counted(made.resourceServers, "resource server")}, ` +
				`${counted(made.groups, "group")}, ${counted(made.users, "user")}\n`,
		);
		for (const note of made.notes) process.stdout.write(`${note}\n`);
	} finally {
		source.close();
		keyPairs.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** What making a pool asks of the world. No user is there to be written to: whatever else is asked for is a defect. */
function portsOf(clock: Ports["clock"], random: Ports["random"], keyPairs: Ports["keyPairs"]): Ports {
	const ports: Partial<Ports> = { clock, random, keyPairs, log: createLog() };
	return ports as Ports;
}

function targetOf(config: Config, masterKeys: MasterKeys): ImportOptions {
	return {
		database: config.database,
		masterKeys,
		ports: { clock: createClock(), random: createRandom() },
		checkPool: (id) => checkPoolHere(config, id),
	};
}

/** Nobody would reach a pool of another region in production. */
function checkPoolHere(config: Config, id: string): void {
	checkUserPoolId(id);
	if (config.mode === "production" && regionOf(id) !== config.region)
		throw new DataRefusal(
			`the server's region is ${config.region} (GATEHOUSE_REGION), and nobody would reach a user pool of ${regionOf(id)} there.`,
		);
}

/** The passphrase that is configured, else the one that is typed. */
async function passphraseFor(command: "export" | "import", configured: string | undefined): Promise<string> {
	const passphrase = configured ?? (await ask("Passphrase: "));
	if (passphrase === undefined || passphrase === "")
		throw new DataRefusal(
			`${command} needs a passphrase: GATEHOUSE_EXPORT_PASSPHRASE, GATEHOUSE_EXPORT_PASSPHRASE_FILE, or a terminal to ask at.`,
		);
	if (command === "import") return passphrase;
	if (passphrase.length < passphraseCharactersMin)
		throw new DataRefusal(`the passphrase is too short; all secrets are behind it: use ${passphraseCharactersMin} characters or more.`);
	if (configured === undefined && (await ask("Once more: ")) !== passphrase) throw new DataRefusal("the two passphrases are not the same.");
	return passphrase;
}

/** Without the blanks around it, which a variable or a file can't have either. */
async function ask(question: string): Promise<string | undefined> {
	const typed = await askSecret(question).catch(() => Promise.reject(new DataRefusal("no passphrase was typed.")));
	return typed?.trim();
}

/** What kept a pool from being read or made, as one sentence where it is not a defect. */
function migrationRefusal(error: unknown): unknown {
	const { name, message, $metadata } = error as { name?: string; message?: string; $metadata?: unknown };
	if (error instanceof AwsError) return new DataRefusal(`a pool like that can't be made here: ${message}`);
	if ($metadata === undefined && name !== "CredentialsProviderError") return error;
	return new DataRefusal(`the pool can't be read: ${name}: ${message}`);
}

function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
