/** Keys that tokens are signed with, and others in their place. */
import { createRandom } from "../../src/adapters/random.ts";
import type { RotationOptions } from "../../src/domain/rotate-signing-keys.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { type Engine, type Gatehouse, startGatehouse } from "./gatehouse.ts";
import { nextKeyPair } from "./made-once.ts";

export interface Aging {
	readonly gatehouse: Gatehouse;
	/** What its caches hold is a second old then, and confirmed when it is asked for. */
	age(): void;
}

/** Starts a server whose caches need no waiting for. */
export async function startAging(engine: Engine): Promise<Aging> {
	let aged = 0;
	const clock = { now: () => gatehouse.clock.now(), monotonic: () => performance.now() + aged };
	const gatehouse: Gatehouse = await startGatehouse({ engine, ports: { clock } });
	return {
		gatehouse,
		age() {
			aged += 1001;
		},
	};
}

/** What `keys rotate-signing` goes by, with the test's clock. */
export function rotationOf({ config, clock }: Gatehouse, atOnce = false): RotationOptions {
	const ports = { clock, random: createRandom(), keyPairs: { take: async () => nextKeyPair() } };
	return { database: config.database, masterKeys: config.masterKeys, ports, atOnce };
}

export interface PublishedKey {
	readonly kid: string;
	readonly n: string;
}

/** What is published at a path, in its order. */
export async function keysAt({ url }: Pick<Gatehouse, "url">, path: string): Promise<PublishedKey[]> {
	return ((await (await fetch(`${url}${path}`)).json()) as { keys: PublishedKey[] }).keys;
}

/** The ids of a pool's keys. */
export async function kidsOf(gatehouse: Pick<Gatehouse, "url">, poolId: string): Promise<string[]> {
	return (await keysAt(gatehouse, `/${poolId}/.well-known/jwks.json`)).map(({ kid }) => kid);
}

/** Removes what has passed, as the server does by itself. */
export async function sweepAll({ store, clock }: Gatehouse): Promise<void> {
	const sweep = createSweep(store, clock);
	while ((await sweep.step(clock.now())).more);
}
