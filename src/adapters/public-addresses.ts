/** Which addresses are on the public Internet, so that a URL from an API can't reach into the operator's network. */
import { BlockList, isIP } from "node:net";

/** IANA's IPv4 special-purpose registry (RFC 6890 and successors), multicast, and Azure's wire server, which has a public address. */
const reserved4 = subnets("ipv4", [
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"168.63.129.16/32",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/4",
	"240.0.0.0/4",
]);
/** Of IPv6 only global unicast is public (RFC 4291 §2.4), without protocol assignments and Teredo, documentation and 6to4. */
const global6 = subnets("ipv6", ["2000::/3"]);
const reserved6 = subnets("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);
/** Forms that hold an IPv4 address in their last four bytes: mapped (RFC 4291 §2.5.5.2) and NAT64 (RFC 6052 §2.1). */
const holding4 = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/;

/** Whether an address (not a name) is public; what is not an address is not. */
export function isPublicAddress(address: string): boolean {
	const version = isIP(address);
	if (version === 4) return !reserved4.check(address, "ipv4");
	if (version === 0 || address.includes("%")) return false;
	const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
	const [, high = "0", low] = holding4.exec(canonical) ?? [];
	if (low !== undefined) {
		const bytes = [Number.parseInt(high, 16), Number.parseInt(low, 16)].flatMap((word) => [word >> 8, word & 255]);
		return isPublicAddress(bytes.join("."));
	}
	return global6.check(address, "ipv6") && !reserved6.check(address, "ipv6");
}

function subnets(family: "ipv4" | "ipv6", cidrs: readonly string[]): BlockList {
	const list = new BlockList();
	for (const cidr of cidrs) {
		const [address = "", prefix = ""] = cidr.split("/");
		list.addSubnet(address, Number(prefix), family);
	}
	return list;
}
