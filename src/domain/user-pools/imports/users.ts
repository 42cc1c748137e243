/** A line of a job's file as the user that it describes, or why it describes none that can be imported. */
import { AwsError } from "../../../aws/errors.ts";
import { type ForeignAlgorithm, foreignHashProblem } from "../../../crypto/foreign-hashes.ts";
import { randomUuid } from "../../../crypto/random-text.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import { invalidBirthdate } from "../../refusals.ts";
import { type Attributes, checkNewAttributes, missingRequiredAttributes } from "../attributes.ts";
import { codeAttributes, type MfaFactor, poolFactors, type UserFactors, withFactor } from "../factors.ts";
import { checkNewName } from "../names.ts";
import { importedPassword } from "../passwords.ts";
import type { UserPool } from "../pools.ts";
import { isUsable } from "../sign-in/next-step.ts";
import { firstStatus } from "../status-machine.ts";
import { newUser, type User } from "../users.ts";
import { mfaColumn, passwordHashColumn, splitLine, usernameColumn } from "./csv.ts";
import { type Line, lineCharactersMax } from "./lines.ts";

export interface ImportedUser {
	readonly user: User;
	/** The row of its password, where the file has a hash of one. */
	readonly password: Tables["passwords"] | undefined;
}

/** Why a line can't be imported: a sentence without anything of the user. */
class Unfit extends Error {}

/** What the API lets through as a username (UsernameType): what is not can never be called by it again. */
const usernamePattern = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** The user of a line. The reason of a refusal has nothing of the user in it. */
export function userOfLine(
	call: Call,
	pool: UserPool,
	columns: readonly string[],
	algorithm: ForeignAlgorithm | undefined,
	line: Line,
): ImportedUser | { readonly reason: string } {
	try {
		return readUser(call, pool, valuesOf(columns, line), algorithm);
	} catch (error) {
		if (error instanceof Unfit || error instanceof AwsError) return { reason: error.message.replaceAll(/\s*\n\s*/g, " ").trim() };
		throw error;
	}
}

/** The line's values by their columns; blank ones count as absent. */
function valuesOf(columns: readonly string[], { text, problem }: Line): Map<string, string> {
	if (text === undefined) {
		throw new Unfit(problem === "too long" ? `The row is longer than ${lineCharactersMax} characters.` : "The row is not valid UTF-8.");
	}
	if (text.includes("\0")) throw new Unfit("The row contains U+0000.");
	const values = splitLine(text);
	if (values.length !== columns.length) {
		throw new Unfit(`The row has ${values.length} values, and the header has ${columns.length}. (A comma in a value needs a backslash.)`);
	}
	return new Map(columns.map((column, i) => [column, values[i] ?? ""] as const).filter(([, value]) => value !== ""));
}

function readUser(call: Call, pool: UserPool, values: Map<string, string>, algorithm: ForeignAlgorithm | undefined): ImportedUser {
	const username = take(values, usernameColumn);
	const mfa = take(values, mfaColumn);
	const hash = take(values, passwordHashColumn);
	if (username === undefined) throw new Unfit(`${usernameColumn} is required.`);
	if (!usernamePattern.test(username)) throw new Unfit(`${usernameColumn} must have 1 to 128 characters, and no spaces or tabs.`);
	const name = checkNewName(pool, username);
	const attributes = readAttributes(pool, values, name.given);
	const problem = hash === undefined || algorithm === undefined ? undefined : foreignHashProblem(algorithm, hash);
	if (problem !== undefined) throw new Unfit(problem);

	const id = randomUuid(call.ports.random);
	// "If they are imported with the ability to sign in with a passwordless factor, Amazon Cognito sets their state to CONFIRMED."
	const isPasswordless = codeAttributes(pool).some((attribute) => attributes[attribute] !== undefined);
	const status = firstStatus[hash !== undefined || isPasswordless ? "import with a password or a passwordless factor" : "import"];
	const user = newUser(call, pool, { id, username: name.username ?? id, status, attributes });
	const missing = missingRequiredAttributes(pool, user);
	if (missing.length > 0) throw new Unfit(`The user lacks attributes that the user pool requires: ${missing.join(", ")}`);
	return {
		user: { ...user, factors: mfaFactors(pool, user, mfa) },
		password: hash === undefined ? undefined : importedPassword(call, pool, id, hash),
	};
}

function take(values: Map<string, string>, column: string): string | undefined {
	const value = values.get(column);
	values.delete(column);
	return value;
}

function readAttributes(pool: UserPool, values: Map<string, string>, given: Attributes): Attributes {
	const birthdate = values.get("birthdate");
	if (birthdate !== undefined) {
		const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(birthdate) ?? [];
		if (year === undefined) throw new Unfit("birthdate must have the form mm/dd/yyyy.");
		values.set("birthdate", `${year}-${month}-${day}`);
	}
	for (const [name, value] of Object.entries(given)) {
		const listed = values.get(name);
		if (listed !== undefined && listed.toLowerCase() !== value.toLowerCase()) {
			throw new Unfit(`${name} is not what ${usernameColumn} says, which is the user's ${name} in this user pool.`);
		}
		values.delete(name);
	}
	const list = [...values].map(([Name, Value]) => ({ Name, Value }));
	let attributes: Attributes;
	try {
		attributes = checkNewAttributes(pool, list, { by: "administrator" }, given);
	} catch (error) {
		// It speaks of a form that files don't have.
		if ((error as Error).message === invalidBirthdate().message) throw new Unfit("birthdate is no day of the calendar.");
		throw error;
	}
	const autoVerified = pool.settings.AutoVerifiedAttributes ?? [];
	if (!autoVerified.some((attribute) => attributes[`${attribute}_verified`] === "true")) {
		throw new Unfit("The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).");
	}
	return attributes;
}

/** "The cognito:mfa_enabled field must correspond to the MFA requirements of your user pool." */
function mfaFactors(pool: UserPool, user: User, value: string | undefined): UserFactors {
	if (value !== undefined && !/^(true|false)$/i.test(value)) throw new Unfit(`${mfaColumn} must be true, false or blank.`);
	const factors = poolFactors(pool);
	const { mfa } = factors;
	const wanted = value?.toLowerCase() ?? (mfa === "ON" ? "true" : "false");
	if (mfa === "ON" && wanted === "false") throw new Unfit(`The user pool requires MFA: ${mfaColumn} must be true or blank.`);
	if (mfa === "OFF" && wanted === "true") throw new Unfit(`The user pool has no MFA: ${mfaColumn} must be false or blank.`);
	if (wanted === "false") return user.factors;
	const usable = (["SMS_MFA", "EMAIL_OTP"] as const satisfies MfaFactor[]).find((factor) => isUsable(user, factors, factor));
	if (usable !== undefined) return withFactor(user.factors, usable);
	// "You can import users in an MFA-required user pool without a valid MFA factor": a sign-in asks them for one. Elsewhere none would.
	if (mfa === "ON") return user.factors;
	throw new Unfit(`${mfaColumn} is true, and the user has no address that the user pool could send MFA codes to.`);
}
