/**
 * Configuration that is read on every request and changes rarely, kept in this process. What it gives is never older than a second:
 * an entry counts as fresh from the moment its last confirming read began, and if it can't be confirmed the request fails.
 */
import type { Clock } from "../kernel/ports.ts";

export interface Loaded<T> {
	readonly version: number;
	readonly value: T;
	/** When time alone makes another value of what is stored: milliseconds since the epoch. */
	readonly changesAt?: number | undefined;
}

export interface ConfigurationCacheOptions<T> {
	readonly clock: Clock;
	/** Entries kept; beyond that the one that was confirmed longest ago goes. */
	readonly entriesMax: number;
	/** The stored version of an id; undefined where there is none. */
	version(id: string): Promise<number | undefined>;
	load(id: string): Promise<Loaded<T> | undefined>;
	/** How long a confirmed entry is used without a further look. */
	readonly staleAfterMilliseconds?: number;
}

interface Entry<T> extends Loaded<T> {
	/** When the last read that confirmed it began, on the monotonic clock. */
	readonly confirmedAt: number;
}

/** A read under way that requests share. */
interface Flight<T> {
	readonly beganAt: number;
	readonly result: Promise<T | undefined>;
}

export class ConfigurationCache<T> {
	readonly #options: ConfigurationCacheOptions<T>;
	readonly #staleAfterMilliseconds: number;
	/** In the order of their last confirmation, the oldest first. */
	readonly #entries = new Map<string, Entry<T>>();
	readonly #flights = new Map<string, Flight<T>>();

	constructor(options: ConfigurationCacheOptions<T>) {
		this.#options = options;
		this.#staleAfterMilliseconds = options.staleAfterMilliseconds ?? 1000;
	}

	/** The value of an id as it is stored now, or was up to a second ago; undefined where there is none. Fails if the store does. */
	async get(id: string): Promise<T | undefined> {
		const now = this.#options.clock.monotonic();
		const entry = this.#entries.get(id);
		if (entry !== undefined && this.#isFresh(entry.confirmedAt, now)) return entry.value;
		const flight = this.#flights.get(id);
		// A read that began long ago may have seen what is too old for a request that comes now.
		if (flight !== undefined && this.#isFresh(flight.beganAt, now)) return await flight.result;
		return await this.#fly(id, entry, now);
	}

	/** The value where it is known and fresh, without waiting. */
	peek(id: string): T | undefined {
		const entry = this.#entries.get(id);
		return entry !== undefined && this.#isFresh(entry.confirmedAt, this.#options.clock.monotonic()) ? entry.value : undefined;
	}

	/** Forgets an id that this process has changed. A read under way, which may have seen the old state, is not kept either. */
	forget(id: string): void {
		this.#entries.delete(id);
		this.#flights.delete(id);
	}

	clear(): void {
		this.#entries.clear();
		this.#flights.clear();
	}

	#isFresh(since: number, now: number): boolean {
		return now - since <= this.#staleAfterMilliseconds;
	}

	#fly(id: string, entry: Entry<T> | undefined, beganAt: number): Promise<T | undefined> {
		const result = this.#read(id, entry, beganAt)
			.then((read) => {
				if (this.#flights.get(id) === flight) this.#keep(id, read);
				return read?.value;
			})
			.finally(() => {
				if (this.#flights.get(id) === flight) this.#flights.delete(id);
			});
		const flight: Flight<T> = { beganAt, result };
		this.#flights.set(id, flight);
		return result;
	}

	async #read(id: string, entry: Entry<T> | undefined, beganAt: number): Promise<Entry<T> | undefined> {
		const isOver = entry?.changesAt !== undefined && entry.changesAt <= this.#options.clock.now();
		if (entry !== undefined && !isOver && (await this.#options.version(id)) === entry.version) return { ...entry, confirmedAt: beganAt };
		const loaded = await this.#options.load(id);
		return loaded && { ...loaded, confirmedAt: beganAt };
	}

	#keep(id: string, entry: Entry<T> | undefined): void {
		this.#entries.delete(id);
		// An id that does not exist is not remembered: anyone can make up any number of them.
		if (entry === undefined) return;
		this.#entries.set(id, entry);
		if (this.#entries.size > this.#options.entriesMax) this.#entries.delete(this.#entries.keys().next().value as string);
	}
}
