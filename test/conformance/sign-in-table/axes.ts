/**
 * The table of sign-ins: what its columns are, and how its rows are read. A row is a pool, a user and a way to sign in, and what
 * AWS's developer guide says comes of it, typed from the guide: nothing here knows how Gatehouse decides.
 */
import assert from "node:assert/strict";
import { type Source, sources } from "./sources.ts";

export const axes = {
	/** MfaConfiguration of the pool. */
	mode: ["OFF", "OPTIONAL", "ON"],
	/**
	 * What the user has turned on; it has the addresses that these need, and no others. `passkey` is one that signs in as the first
	 * factor; with `totp+passkey` it counts as two factors, by the pool's FactorConfiguration and the user's WebAuthnMfaSettings.
	 */
	factors: ["none", "sms", "email", "totp", "sms+totp", "email+totp", "sms+email", "sms+email+totp", "passkey", "totp+passkey"],
	/** PreferredMfa. */
	preference: ["-", "sms", "email", "totp"],
	/** AuthFlow; from PASSWORD on it is USER_AUTH with that PREFERRED_CHALLENGE, and `choice` is USER_AUTH without one. */
	flow: ["USER_PASSWORD_AUTH", "ADMIN", "USER_SRP_AUTH", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "choice"],
	/**
	 * `untracked` is a pool without DeviceConfiguration. Elsewhere a `new` device sends no DEVICE_KEY, a `confirmed` one is confirmed
	 * and not remembered, and an `unchallenged` one is remembered where ChallengeRequiredOnNewDevice is off.
	 */
	device: ["untracked", "new", "confirmed", "remembered", "unchallenged"],
	/** UserStatus; FORCE_CHANGE is FORCE_CHANGE_PASSWORD, and RESET is RESET_REQUIRED by AdminResetUserPassword. */
	status: ["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE", "RESET"],
	/** UserPoolTier. */
	plan: ["LITE", "ESSENTIALS", "PLUS"],
} as const;

export type Axis = keyof typeof axes;
export type Value = (typeof axes)[Axis][number];

export interface Row extends Readonly<{ [A in Axis]: (typeof axes)[A][number] }> {
	/** As it stands in the table. */
	readonly line: string;
	/** What the user has besides, and how the pool differs. */
	readonly also: Also;
	/** Challenges up to `tokens`, `tokens+device` (with NewDeviceMetadata) or an error; or the operation that refuses the set-up. */
	readonly leadsTo: readonly string[];
	readonly sources: readonly Source[];
}

export interface Also {
	/** An address that is no factor. */
	readonly email: boolean;
	readonly phone: boolean;
	/** A passkey that is one factor. */
	readonly passkey: boolean;
	/** The first of the pool's recovery mechanisms; `admin` is admin_only. CreateUserPool's own default begins with e-mail. */
	readonly recovery: string | undefined;
	/** The second factors that the pool offers in the end, where that is not all that its plan has. */
	readonly offers: readonly string[] | undefined;
	/** A setting that AWS refuses. */
	readonly wrong: string | undefined;
}

/** Whether the row is about a set-up that AWS does not allow. */
export function isRefused(row: Row): boolean {
	return row.leadsTo[0]?.includes(": ") === true;
}

/** Reads a table: one row a line, its columns parted by `|`. */
export function readTable(text: string): Row[] {
	const lines = text.split("\n").map((line) => line.trim());
	return lines.filter((line) => line !== "" && !line.startsWith("#")).map(readRow);
}

function readRow(line: string): Row {
	const [mode, factors, preference, flow, device, status, plan, also = "", leadsTo = "", cited = "", ...rest] = line
		.split("|")
		.map((cell) => cell.trim());
	const cells = { mode, factors, preference, flow, device, status, plan };
	for (const [axis, value] of Object.entries(cells)) {
		assert.ok((axes[axis as Axis] as readonly unknown[]).includes(value), `${axis} ${value} in: ${line}`);
	}
	assert.deepEqual(rest, [], line);
	const keys = cited.split(" ");
	for (const key of keys) assert.ok(key in sources, `source ${key} in: ${line}`);
	return {
		...(cells as Omit<Row, "line" | "also" | "leadsTo" | "sources">),
		line,
		also: readAlso(also),
		leadsTo: leadsTo.split(" > "),
		sources: keys as Source[],
	};
}

function readAlso(text: string): Also {
	const words = text.split(" ").filter((word) => word !== "-");
	const value = (key: string) => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
	return {
		email: words.includes("email"),
		phone: words.includes("phone"),
		passkey: words.includes("passkey"),
		recovery: value("recovery"),
		offers: value("offers")
			?.split(",")
			.filter((factor) => factor !== "nothing"),
		wrong: value("wrong"),
	};
}

/** What the user has turned on. */
export function factorsOf({ factors }: Pick<Row, "factors">): readonly string[] {
	return factors === "none" ? [] : factors.split("+");
}
