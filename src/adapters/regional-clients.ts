/** Clients of one of Amazon's services, one for each region: requests are signed for it. */

const connectMilliseconds = 2_000;
const requestMilliseconds = 10_000;
/** Regions whose clients are kept; a pool's settings name them. */
const clientsMax = 50;

export interface ClientOptions {
	readonly region: string;
	readonly endpoint?: string;
	readonly maxAttempts: number;
	readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number; readonly throwOnRequestTimeout: boolean };
}

export interface RegionalClients<C, S> {
	of(sdk: S, region: string): C;
	close(): void;
}

/** `endpoint` is a URL, or `aws` for Amazon's own. */
export function createRegionalClients<C extends { destroy(): void }, S>(
	endpoint: string,
	create: (sdk: S, options: ClientOptions) => C,
): RegionalClients<C, S> {
	const clients = new Map<string, C>();
	return {
		of(sdk, region) {
			let client = clients.get(region);
			if (client === undefined) {
				if (clients.size >= clientsMax) throw new Error("settings name too many regions");
				client = create(sdk, {
					region,
					...(endpoint !== "aws" && { endpoint }),
					// The outbox tries again.
					maxAttempts: 1,
					requestHandler: { connectionTimeout: connectMilliseconds, requestTimeout: requestMilliseconds, throwOnRequestTimeout: true },
				});
				clients.set(region, client);
			}
			return client;
		},
		close() {
			for (const client of clients.values()) client.destroy();
			clients.clear();
		},
	};
}
