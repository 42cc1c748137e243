/** Whose requests count together: those of an IPv4 address, or of an IPv6 network of 64 bits, which is what one subscriber has. */
import { plainAddress } from "../request.ts";

const groupsOfAddress = 8;
const groupsOfNetwork = 4;

export function networkOf(address: string | undefined): string {
	const plain = plainAddress(address) ?? "";
	if (!plain.includes(":")) return plain;
	const [before = "", after] = plain.split("::");
	const groups = groupsOf(before);
	if (after !== undefined) {
		const end = groupsOf(after);
		while (groups.length + end.length < groupsOfAddress) groups.push("0");
		groups.push(...end);
	}
	// Zeros in front, and capital letters, are in proxies' spelling alone.
	const network = groups.slice(0, groupsOfNetwork).map((group) => Number.parseInt(group, 16).toString(16));
	return `${network.join(":")}::/64`;
}

const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));
