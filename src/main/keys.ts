/** `keys status`, `keys rewrap`, `keys reseal` and `keys rotate-signing`: other keys of every kind. It must not know how the process ends. */
import { createClock } from "../adapters/clock.ts";
import { createKeyPairs } from "../adapters/key-pairs.ts";
import { createRandom } from "../adapters/random.ts";
import { type Config, readRotationOptions } from "../config.ts";
import { listPoolsToRotate, type Rotation, rotateOpenIdKey, rotatePoolKeys } from "../domain/rotate-signing-keys.ts";
import { unreachable } from "../kernel/assert.ts";
import { DataRefusal } from "../storage/data-refusal.ts";
import { createMasterKeys, masterKeyName } from "../storage/master-keys.ts";
import { keysStatus, makeDataKeys } from "../storage/reseal.ts";
import { rewrap } from "../storage/rewrap.ts";

/** The master keys of the installation, the first of which is current. */
type MasterKeys = () => readonly Uint8Array[];

/** `gatehouse keys rewrap`. @throws DataRefusal where some data keys are left under other master keys */
export async function rewrapDataKeys(config: Config, masterKeys: MasterKeys): Promise<void> {
	const { current, rewrapped, keys, left } = await rewrap(config.database, masterKeys(), createRandom());
	process.stdout.write(
		`${counted(rewrapped, "data key")} wrapped under master key ${current} now; ${keys - left.length} of ${keys} are under it\n`,
	);
	for (const { scope, purpose, id, masterKey } of left)
		process.stdout.write(
			`left as it was: ${scope} ${purpose} ${id}, ${masterKey === undefined ? "damaged" : `under master key ${masterKey}`}\n`,
		);
	if (left.length > 0)
		throw new DataRefusal(
			`${counted(left.length, "data key")} not under master key ${current}: nothing is lost, and no master key can be taken away yet.`,
		);
	process.stdout.write("the other master keys can leave GATEHOUSE_MASTER_KEY\n");
}

/** `gatehouse keys reseal`. */
export async function makeNewDataKeys(config: Config, masterKeys: MasterKeys): Promise<void> {
	const { pools, keys } = await makeDataKeys(config.database, masterKeys(), { random: createRandom(), clock: createClock() });
	process.stdout.write(
		`${counted(keys, "new data key")} made, for ${pools} user pool${pools === 1 ? "" : "s"} and for the server itself. From a minute and a half from now on the servers ` +
			"seal every secret anew under them; gatehouse keys status says how far they are\n",
	);
}

/** `gatehouse keys rotate-signing`: one after the other, a line for each. @throws DataRefusal for a pool that is not there, before anything is done */
export async function rotateSigningKeys(config: Config, masterKeys: MasterKeys): Promise<void> {
	const { pools, identityPools, all, atOnce } = readRotationOptions();
	const keyPairs = createKeyPairs({ stock: 0 });
	const ports = { clock: createClock(), random: createRandom(), keyPairs };
	const options = { database: config.database, masterKeys: masterKeys(), ports, atOnce };
	try {
		const there = await listPoolsToRotate(options);
		const missing = pools.find((id) => !there.includes(id));
		if (missing !== undefined) throw new DataRefusal(`there is no user pool ${missing}.`);
		for (const id of all ? there : pools) process.stdout.write(`${id}: ${outcomeOf(await rotatePoolKeys(options, id))}\n`);
		if (identityPools) process.stdout.write(`identity pools: ${outcomeOf(await rotateOpenIdKey(options))}\n`);
	} finally {
		keyPairs.close();
	}
}

function outcomeOf(rotation: Rotation): string {
	const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
	switch (rotation.done) {
		case "published":
			return `new keys are published and sign from ${instant(rotation.signsFrom)} on; those before are believed until ${instant(rotation.previousUntil)}`;
		case "waiting":
			return `new keys are published already and sign from ${instant(rotation.signsFrom)} on`;
		case "replaced":
			return "new keys sign, and no token from before is believed any more";
		case "nothing":
			return "there are no keys";
		default:
			return unreachable(rotation);
	}
}

/** `gatehouse keys status`. Answers whether nothing is left to do. */
export async function printKeysStatus(config: Config, masterKeys: MasterKeys): Promise<boolean> {
	const masters = createMasterKeys(masterKeys(), createRandom());
	const { wrapped, left, replaced, kept, keptUntil } = await keysStatus(config.database);
	for (const [id, count] of wrapped) {
		const role = id === masters.currentId ? "current" : masters.knows(id) ? "known" : "not in GATEHOUSE_MASTER_KEY";
		process.stdout.write(`master key ${masterKeyName(id)} (${role}): ${counted(count, "data key")}\n`);
	}
	process.stdout.write(`secrets under older data keys: ${left}\n`);
	process.stdout.write(`older data keys that are being replaced: ${replaced}\n`);
	const until = keptUntil === undefined ? "" : `, the last until ${new Date(keptUntil).toISOString()}`;
	process.stdout.write(`older data keys that are kept for what clients hold: ${kept}${until}\n`);
	return left === 0 && replaced === 0 && [...wrapped.keys()].every((id) => id === masters.currentId);
}

function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
