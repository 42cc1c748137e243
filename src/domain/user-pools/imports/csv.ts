/**
 * The CSV of imports: values without quotation marks, a backslash before a comma that belongs to a value, white space around values
 * that does not count. No library's dialect has the backslash without the quotation marks.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html ("Formatting the CSV file")
 */
import type { UserPool } from "../pools.ts";

export const usernameColumn = "cognito:username";
export const mfaColumn = "cognito:mfa_enabled";
/** With PasswordHashingAlgorithm the file has this column too. AWS's documents don't name theirs. */
export const passwordHashColumn = "cognito:password_hash";

/** Made by the server: no file has them. */
const systemAttributes: readonly string[] = ["sub", "identities"];

/** GetCSVHeader's answer: the schema's attributes in its order, and what is no attribute at the end. */
export function csvHeader(pool: UserPool): string[] {
	const attributes = [...pool.schema.keys()].filter((name) => !systemAttributes.includes(name));
	return [...attributes, mfaColumn, usernameColumn];
}

/** The values of a line. A backslash that no comma follows is a backslash. */
export function splitLine(line: string): string[] {
	return line.split(/(?<!\\),/).map((value) => value.replaceAll("\\,", ",").trim());
}

/** How many names a problem of the header lists. */
const namesMax = 10;

/**
 * The columns of a file, by the first of its lines; or what is wrong with it. "The order of columns in the CSV file doesn't matter",
 * and "all columns in the header must be present".
 */
export function readHeader(
	pool: UserPool,
	hashes: boolean,
	line: string,
): { readonly columns: readonly string[] } | { readonly problem: string } {
	if (line.startsWith("\ufeff")) return { problem: "The CSV file begins with a byte order mark." };
	const columns = splitLine(line);
	const expected = new Set([...csvHeader(pool), ...(hashes ? [passwordHashColumn] : [])]);
	const seen = new Set(columns);
	const problems = [
		["lacks", [...expected].filter((name) => !seen.has(name))],
		["has unknown columns", [...seen].filter((name) => !expected.has(name)).map(shown)],
		["repeats", columns.filter((name, i) => columns.indexOf(name) !== i).map(shown)],
	] as const;
	for (const [what, names] of problems) {
		if (names.length > 0) return { problem: `The header of the CSV file ${what}: ${names.slice(0, namesMax).join(", ")}` };
	}
	return { columns };
}

/** A file without a header would show its first user here. */
const shown = (name: string) => (/^[\w:.-]{1,40}$/.test(name) ? name : "(not a name)");
