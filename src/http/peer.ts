/** Who is at the other end: the peer of the socket, or the client that a trusted proxy names. */
import { BlockList, isIP } from "node:net";
import { headerValues, plainAddress, type RawRequest } from "./request.ts";

export interface Client {
	/** The client's address; undefined for a call from within the process, or where the socket is gone. */
	readonly ip: string | undefined;
	readonly protocol: "http" | "https";
	/** Whether the peer of the socket is one of GATEHOUSE_TRUSTED_PROXIES. */
	readonly throughProxy: boolean;
}

/** An address check over addresses and CIDRs; IPv4-mapped IPv6 counts as the IPv4 address that it holds. */
export function createAddressSet(cidrs: readonly string[]): (address: string | undefined) => boolean {
	if (cidrs.length === 0) return () => false;
	const set = new BlockList();
	for (const cidr of cidrs) {
		const [address = "", prefix] = cidr.split("/");
		const family = isIP(address) === 4 ? "ipv4" : "ipv6";
		set.addSubnet(address, prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix), family);
	}
	return (address) => {
		const plain = plainAddress(address);
		const version = plain === undefined ? 0 : isIP(plain);
		return version !== 0 && set.check(plain as string, version === 4 ? "ipv4" : "ipv6");
	};
}

export const isLoopbackAddress = createAddressSet(["127.0.0.0/8", "::1"]);

/**
 * Finds the client behind trusted proxies: X-Forwarded-For is read from its right end, where the nearest proxy wrote, and only as far as
 * each hop is trusted, since everything left of that is the client's own claim.
 */
export function findClient(raw: RawRequest, isTrustedProxy: (address: string | undefined) => boolean): Client {
	const own = raw.encrypted ? "https" : "http";
	if (!isTrustedProxy(raw.peerAddress)) return { ip: raw.peerAddress || undefined, protocol: own, throughProxy: false };
	const hops = listed(raw, "x-forwarded-for");
	let ip = raw.peerAddress;
	while (isTrustedProxy(ip)) {
		const next = hops.pop();
		const address = next === undefined ? undefined : hopAddress(next);
		if (address === undefined) break;
		ip = address;
	}
	// The rightmost one is the nearest proxy's word.
	const protocol = listed(raw, "x-forwarded-proto").at(-1)?.toLowerCase();
	return { ip, protocol: protocol === "https" || protocol === "http" ? protocol : own, throughProxy: true };
}

/** The items of a list header whose lines count as one list (RFC 9110 §5.3). */
function listed(raw: RawRequest, name: string): string[] {
	return headerValues(raw.headers, name)
		.join(",")
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== "");
}

/** The address of a hop, which some proxies write with a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function hopAddress(hop: string): string | undefined {
	const address = plainAddress(/^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop);
	return address !== undefined && isIP(address) !== 0 ? address : undefined;
}
