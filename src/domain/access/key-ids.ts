/**
 * Unique ids as IAM makes them: four letters of their kind, then letters and digits. Ids of access keys carry a MAC, so that a key that
 * was issued here is known for one without a look at the database, even when it is gone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
import { randomText } from "../../crypto/random-text.ts";
import type { Random } from "../../kernel/ports.ts";
import type { Vault } from "../../storage/vault.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const idCharacters = 17;
const keyRandomCharacters = 10;
const keyMacCharacters = 6;
const secretBytes = 30;
const keyForm = /^(?:AKIA|ASIA)[A-Z2-7]{16}$/;

export type IdPrefix = "AROA" | "AIDA" | "AGPA" | "ANPA";

export function createUniqueId(random: Random, prefix: IdPrefix): string {
	return `${prefix}${randomText(random, alphabet, idCharacters)}`;
}

/** The id of a user's key (AKIA) or of temporary credentials (ASIA). */
export function createKeyId(call: { readonly vault: Vault; readonly ports: { readonly random: Random } }, prefix: "AKIA" | "ASIA"): string {
	const start = `${prefix}${randomText(call.ports.random, alphabet, keyRandomCharacters)}`;
	return `${start}${macOf(call.vault, start)}`;
}

/** Whether Gatehouse made this key; of a key that somebody made up it is a matter of luck, one in a thousand million. */
export function isIssuedKeyId(vault: Vault, id: string): boolean {
	if (!keyForm.test(id)) return false;
	const start = id.slice(0, -keyMacCharacters);
	return id === `${start}${macOf(vault, start)}`;
}

function macOf(vault: Vault, start: string): string {
	const mac = vault.server.mac.mac("access key id", start);
	return [...mac.subarray(0, keyMacCharacters)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** 40 characters, as AWS's are. */
export const createSecret = (random: Random): string => random.bytes(secretBytes).toString("base64");
