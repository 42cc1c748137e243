/** Token buckets: so many requests a second, and at most one second's worth at once. Rates are requests a second, instants monotonic milliseconds. */

export interface TokenBucket {
	/** As of `at`. */
	tokens: number;
	at: number;
}

/** After which time a bucket that nobody takes from is full, whatever its rate. */
const fullMilliseconds = 1_000;

export const fullBucket = (rate: number, now: number): TokenBucket => ({ tokens: rate, at: now });

/** Whether a request may be taken; takes none. */
export function hasToken(bucket: TokenBucket, rate: number, now: number): boolean {
	const elapsed = Math.max(0, now - bucket.at);
	bucket.tokens = Math.min(rate, bucket.tokens + (elapsed * rate) / 1_000);
	bucket.at = now;
	return bucket.tokens >= 1;
}

/** Takes a request, or says that it can't. */
export function takeToken(bucket: TokenBucket, rate: number, now: number): boolean {
	const isThere = hasToken(bucket, rate, now);
	if (isThere) bucket.tokens--;
	return isThere;
}

/** A bucket for each key, in bounded memory. */
export interface KeyedBuckets {
	/** How many are kept now. */
	readonly size: number;
	take(key: string, now: number): boolean;
}

/**
 * Keeps `keysMax` buckets at most. One that is full again is as good as none and is dropped; where all are in use within one second, the one
 * that was asked for longest ago is.
 */
export function createKeyedBuckets(rate: number, keysMax: number): KeyedBuckets {
	// In the order in which they were last asked for.
	const buckets = new Map<string, TokenBucket>();

	function makeRoom(now: number): void {
		for (const [key, { at }] of buckets) {
			if (now - at < fullMilliseconds && buckets.size < keysMax) return;
			buckets.delete(key);
		}
	}

	return {
		get size() {
			return buckets.size;
		},
		take(key, now) {
			let bucket = buckets.get(key);
			if (bucket === undefined) {
				makeRoom(now);
				bucket = fullBucket(rate, now);
			} else {
				buckets.delete(key);
			}
			buckets.set(key, bucket);
			return takeToken(bucket, rate, now);
		},
	};
}
