/**
 * The checksums that S3 takes of objects. They find accidents, not attackers.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export interface Checksum {
	update(bytes: Uint8Array): void;
	/** In base64, as headers carry it. */
	digest(): string;
}

export const checksumNames = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type ChecksumName = (typeof checksumNames)[number];

export function createChecksum(name: ChecksumName): Checksum {
	switch (name) {
		case "crc32":
			return createCrc32();
		case "crc32c":
			return createCrc32c();
		case "crc64nvme":
			return createCrc64();
		default: {
			const hash = createHash(name);
			return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
		}
	}
}

function word(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value >>> 0);
	return bytes;
}

function createCrc32(): Checksum {
	let value = 0;
	return {
		update(bytes) {
			value = crc32(bytes, value);
		},
		digest: () => word(value).toString("base64"),
	};
}

/** Castagnoli's polynomial, reflected. RFC 3720 appendix B.4 */
const crc32cPolynomial = 0x82f63b78;
let crc32cTable: Uint32Array | undefined;

function createCrc32c(): Checksum {
	crc32cTable ??= Uint32Array.from({ length: 256 }, (_, i) => {
		let value = i;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ crc32cPolynomial : value >>> 1;
		return value;
	});
	const table = crc32cTable;
	let value = 0xffffffff;
	return {
		update(bytes) {
			for (const byte of bytes) value = (table[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
		},
		digest: () => word(~value).toString("base64"),
	};
}

/** The polynomial of NVM Express, reflected, as S3 uses it. NVM Command Set Specification §5.2.1.3.4 */
const crc64Polynomial = 0x9a6c9329ac4bc9b5n;
let crc64Tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

function createCrc64(): Checksum {
	crc64Tables ??= makeCrc64Tables();
	const tables = crc64Tables;
	let [high, low] = [0xffffffff, 0xffffffff];
	return {
		update(bytes) {
			for (const byte of bytes) {
				const at = (low ^ byte) & 0xff;
				low = (((low >>> 8) | (high << 24)) ^ (tables.low[at] as number)) >>> 0;
				high = ((high >>> 8) ^ (tables.high[at] as number)) >>> 0;
			}
		},
		digest: () => Buffer.concat([word(~high), word(~low)]).toString("base64"),
	};
}

function makeCrc64Tables(): { readonly high: Uint32Array; readonly low: Uint32Array } {
	const [high, low] = [new Uint32Array(256), new Uint32Array(256)];
	for (let i = 0; i < 256; i++) {
		let value = BigInt(i);
		for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ crc64Polynomial : value >> 1n;
		high[i] = Number(value >> 32n);
		low[i] = Number(value & 0xffffffffn);
	}
	return { high, low };
}
