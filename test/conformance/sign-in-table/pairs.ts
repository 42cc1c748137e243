/** Which pairs of values can't occur together, and the proof that every other pair does. */
import { type Axis, axes, isRefused, type Row, type Value } from "./axes.ts";

type Values = Partial<{ readonly [A in Axis]: readonly (typeof axes)[A][number][] }>;

interface Exclusion {
	/** One value of the first column with one of the second. */
	readonly values: Values;
	readonly because: string;
}

const choices = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "choice"] as const;

/** What no sequence of calls leads to. */
export const impossiblePairs: readonly Exclusion[] = [
	{
		values: { status: ["UNCONFIRMED"], device: ["confirmed", "remembered", "unchallenged"] },
		because: "ConfirmDevice takes an access token, and whoever signed in is confirmed",
	},
	{
		values: { status: ["UNCONFIRMED"], factors: ["totp", "sms+totp", "email+totp", "sms+email+totp", "passkey", "totp+passkey"] },
		because: "an authenticator app and a passkey are registered by who has signed in",
	},
	{ values: { status: ["UNCONFIRMED"], preference: ["totp"] }, because: "an authenticator app is registered by who has signed in" },
];

/** What AWS refuses to set up: such pairs are in rows that say with which error. */
export const refusedPairs: readonly Exclusion[] = [
	{
		values: { plan: ["LITE"], factors: ["email", "email+totp", "sms+email", "sms+email+totp", "passkey", "totp+passkey"] },
		because: "MFA by e-mail and passkeys are of the Essentials plan",
	},
	{ values: { plan: ["LITE"], preference: ["email"] }, because: "MFA by e-mail is of the Essentials plan" },
	{ values: { plan: ["LITE"], flow: choices }, because: "choice-based sign-in is of the Essentials plan" },
	{
		values: { preference: ["sms"], factors: ["none", "email", "totp", "email+totp", "passkey", "totp+passkey"] },
		because: "only a factor that the user has can be preferred",
	},
	{
		values: { preference: ["email"], factors: ["none", "sms", "totp", "sms+totp", "passkey", "totp+passkey"] },
		because: "only a factor that the user has can be preferred",
	},
	{
		values: { preference: ["totp"], factors: ["none", "sms", "email", "sms+email", "passkey"] },
		because: "only a factor that the user has can be preferred",
	},
];

/** Pairs that the rows lack, and pairs that they may not have. Nothing is wrong where both are empty. */
export function checkPairs(rows: readonly Row[]): { readonly missing: string[]; readonly excluded: string[] } {
	const running = pairsOf(rows.filter((row) => !isRefused(row)));
	const refused = pairsOf(rows.filter(isRefused));
	const impossible = new Set(impossiblePairs.flatMap(namesOf));
	const notAllowed = new Set(refusedPairs.flatMap(namesOf));
	const missing: string[] = [];
	const excluded: string[] = [];
	for (const pair of allPairs()) {
		if (impossible.has(pair)) {
			if (running.has(pair) || refused.has(pair)) excluded.push(`${pair} is said to be impossible`);
		} else if (notAllowed.has(pair)) {
			if (running.has(pair)) excluded.push(`${pair} is said to be refused`);
			if (!refused.has(pair)) missing.push(`${pair}, refused`);
		} else if (!running.has(pair)) missing.push(pair);
	}
	return { missing, excluded };
}

const names = Object.keys(axes) as Axis[];

/** A pair by its name, the same in either order. */
function nameOf(first: Axis, a: Value, second: Axis, b: Value): string {
	return names.indexOf(first) < names.indexOf(second) ? `${first} ${a} with ${second} ${b}` : `${second} ${b} with ${first} ${a}`;
}

function* allPairs(): Generator<string> {
	for (const [n, first] of names.entries()) {
		for (const second of names.slice(n + 1)) {
			for (const a of axes[first]) for (const b of axes[second]) yield nameOf(first, a, second, b);
		}
	}
}

function namesOf({ values }: Exclusion): string[] {
	const [[first, as], [second, bs]] = Object.entries(values) as [[Axis, readonly Value[]], [Axis, readonly Value[]]];
	return as.flatMap((a) => bs.map((b) => nameOf(first, a, second, b)));
}

function pairsOf(rows: readonly Row[]): ReadonlySet<string> {
	const found = new Set<string>();
	for (const row of rows) {
		for (const [n, first] of names.entries())
			for (const second of names.slice(n + 1)) found.add(nameOf(first, row[first], second, row[second]));
	}
	return found;
}
