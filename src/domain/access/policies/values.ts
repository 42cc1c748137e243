/** What condition values mean: numbers, dates, booleans, bytes and addresses. Each function returns undefined for a text that is none. */

/** "an integer or decimal value" */
export function numberOf(text: string): number | undefined {
	return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}

const dateToken =
	/^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?)?)?)?$/i;
/** A year that a T marks as one. */
const yearToken = /^(\d{1,4})T$/i;
/** Seconds of the last instant that a date can be. */
const epochSecondsMax = 8_640_000_000_000;

/**
 * Milliseconds since the epoch of a date in one of the W3C's forms of ISO 8601, or in epoch seconds. Four digits are a year.
 * https://www.w3.org/TR/NOTE-datetime
 * As IAM was seen to take them, hours may have one digit, time zones no minutes, and `01T` is a date, too (localstack/localstack,
 * tests/aws/services/iam/test_iam_policies.py).
 */
export function dateOf(text: string): number | undefined {
	const match = dateToken.exec(text.replace(yearToken, (_, year: string) => year.padStart(4, "0")));
	if (match === null) {
		const seconds = numberOf(text);
		return seconds === undefined || Math.abs(seconds) > epochSecondsMax ? undefined : seconds * 1000;
	}
	const part = (i: number, otherwise = 0): number => (match[i] === undefined ? otherwise : Number(match[i]));
	const [year, month, day, hour, minute, second] = [part(1), part(2, 1), part(3, 1), part(4), part(5), part(6)];
	const [offsetHours, offsetMinutes] = [part(10), part(11)];
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
	if (offsetHours > 23 || offsetMinutes > 59) return undefined;
	const milliseconds = Math.floor(Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)));
	const local = new Date(0);
	local.setUTCFullYear(year, month - 1, day);
	local.setUTCHours(hour, minute, second, milliseconds);
	return local.getTime() - (match[9] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
}

export function booleanOf(text: string): boolean | undefined {
	const word = text.toLowerCase();
	return word === "true" ? true : word === "false" ? false : undefined;
}

/** The bytes as hexadecimal digits, since base64 has several spellings of the same bytes. */
export function bytesOf(text: string): string | undefined {
	return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text)
		? Buffer.from(text, "base64").toString("hex")
		: undefined;
}

/** 32 bits a number: one of an IPv4 address, four of an IPv6 address. */
type Address = readonly number[];
export interface AddressRange {
	readonly address: Address;
	readonly bits: number;
}

/** An IPv4 address within IPv6 (`::ffff:203.0.113.1`) is the IPv4 address. RFC 4291 §2.5.5.2 */
export function addressOf(text: string): Address | undefined {
	const address = text.includes(":") ? ipv6Of(text) : ipv4Of(text);
	return address?.length === 4 && isMapped(address) ? address.slice(3) : address;
}

/** `203.0.113.0/24`, or an address alone, which is a range of one. */
export function addressRangeOf(text: string): AddressRange | undefined {
	const slash = text.indexOf("/");
	const written = slash === -1 ? text : text.slice(0, slash);
	const raw = written.includes(":") ? ipv6Of(written) : ipv4Of(written);
	if (raw === undefined) return undefined;
	const bitsMax = raw.length * 32;
	const digits = slash === -1 ? String(bitsMax) : text.slice(slash + 1);
	if (!/^\d{1,3}$/.test(digits) || Number(digits) > bitsMax) return undefined;
	const bits = Number(digits);
	return raw.length === 4 && isMapped(raw) && bits >= 96 ? { address: raw.slice(3), bits: bits - 96 } : { address: raw, bits };
}

export function isInRange(address: Address, range: AddressRange): boolean {
	if (address.length !== range.address.length) return false;
	return address.every((word, i) => {
		const bits = Math.min(32, Math.max(0, range.bits - 32 * i));
		// A shift by 32 is none.
		return bits === 0 || (word ^ (range.address[i] as number)) >>> (32 - bits) === 0;
	});
}

const isMapped = (address: Address): boolean => address[0] === 0 && address[1] === 0 && address[2] === 0xffff;

function ipv4Of(text: string): Address | undefined {
	const parts = text.split(".");
	// "010" is 8 to some and 10 to others.
	if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
	return [parts.reduce((sum, part) => sum * 256 + Number(part), 0)];
}

function ipv6Of(text: string): Address | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const groupsOf = (half: string): number[] | undefined => {
		if (half === "") return [];
		const parts = half.split(":");
		const groups: number[] = [];
		for (const [i, part] of parts.entries()) {
			const embedded = i === parts.length - 1 && part.includes(".") ? ipv4Of(part)?.[0] : undefined;
			if (embedded !== undefined) groups.push(embedded >>> 16, embedded & 0xffff);
			else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
			else return undefined;
		}
		return groups;
	};
	const [head, tail] = [groupsOf(halves[0] as string), groupsOf(halves[1] ?? "")];
	if (head === undefined || tail === undefined) return undefined;
	if (halves.length === 2 && (halves[0] as string).includes(".")) return undefined;
	const missing = 8 - head.length - tail.length;
	if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
	const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
	return [0, 2, 4, 6].map((i) => (groups[i] as number) * 0x10000 + (groups[i + 1] as number));
}
