/**
 * The life of a user, as one table: what each operation makes of each status, or why it refuses. Every operation that depends on
 * the status or changes it asks here, and nowhere else is it decided. That a user is disabled is another matter: it changes no status.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html ("Overview of user account confirmation")
 */
import { present } from "../../kernel/assert.ts";
import {
	alreadyConfirmed,
	cannotBeConfirmed,
	invalidSession,
	passwordCannotBeReset,
	passwordResetRequired,
	resendNotPossible,
	userNotConfirmed,
} from "../refusals.ts";
import type { User, UserStatus } from "./users.ts";

/** The statuses that users get. ARCHIVED, COMPROMISED and UNKNOWN are in the API, but "not used". */
type Status = Exclude<UserStatus, "ARCHIVED" | "COMPROMISED" | "UNKNOWN">;

/** How a user begins. */
export const firstStatus = {
	SignUp: "UNCONFIRMED",
	AdminCreateUser: "FORCE_CHANGE_PASSWORD",
	"AdminCreateUser without a password": "CONFIRMED",
	import: "RESET_REQUIRED",
	"import with a password or a passwordless factor": "CONFIRMED",
} as const satisfies Record<string, Status>;

/** The status that the user has after the operation, or the error that refuses it. */
type Outcome = Status | ((user: User) => Error);

const confirmed = (user: User) => cannotBeConfirmed(user.status);
const invited = (user: User) => resendNotPossible(user.username);

const statusMachine = {
	/** ConfirmSignUp with the right code, and AdminConfirmSignUp. */
	confirmation: {
		UNCONFIRMED: "CONFIRMED",
		CONFIRMED: confirmed,
		FORCE_CHANGE_PASSWORD: confirmed,
		RESET_REQUIRED: confirmed,
		EXTERNAL_PROVIDER: confirmed,
	},
	ResendConfirmationCode: {
		UNCONFIRMED: "UNCONFIRMED",
		CONFIRMED: alreadyConfirmed,
		FORCE_CHANGE_PASSWORD: alreadyConfirmed,
		RESET_REQUIRED: alreadyConfirmed,
		EXTERNAL_PROVIDER: alreadyConfirmed,
	},
	/** AdminCreateUser with MessageAction RESEND. */
	"another invitation": {
		UNCONFIRMED: invited,
		CONFIRMED: invited,
		FORCE_CHANGE_PASSWORD: "FORCE_CHANGE_PASSWORD",
		RESET_REQUIRED: invited,
		EXTERNAL_PROVIDER: invited,
	},
	/** A sign-in whose first factor is proved. A temporary password leads to NEW_PASSWORD_REQUIRED. */
	"sign-in": {
		UNCONFIRMED: userNotConfirmed,
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: "FORCE_CHANGE_PASSWORD",
		RESET_REQUIRED: passwordResetRequired,
		EXTERNAL_PROVIDER: "EXTERNAL_PROVIDER",
	},
	/**
	 * A sign-in that began with a code or a passkey: nothing is asked of the password, but that somebody with a temporary one "must
	 * change their password to a new value before doing anything else".
	 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
	 */
	"passwordless sign-in": {
		UNCONFIRMED: "CONFIRMED",
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: "FORCE_CHANGE_PASSWORD",
		// "Users who you import … can sign in immediately with a passwordless factor. They aren't required to set a password before sign-in."
		RESET_REQUIRED: "CONFIRMED",
		EXTERNAL_PROVIDER: "EXTERNAL_PROVIDER",
	},
	/** The answer to NEW_PASSWORD_REQUIRED. */
	"new password": {
		UNCONFIRMED: invalidSession,
		CONFIRMED: invalidSession,
		FORCE_CHANGE_PASSWORD: "CONFIRMED",
		RESET_REQUIRED: invalidSession,
		EXTERNAL_PROVIDER: invalidSession,
	},
	ForgotPassword: {
		UNCONFIRMED: "UNCONFIRMED",
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: passwordCannotBeReset,
		RESET_REQUIRED: "RESET_REQUIRED",
		EXTERNAL_PROVIDER: passwordCannotBeReset,
	},
	/** With the right code. */
	ConfirmForgotPassword: {
		UNCONFIRMED: userNotConfirmed,
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: passwordCannotBeReset,
		RESET_REQUIRED: "CONFIRMED",
		EXTERNAL_PROVIDER: passwordCannotBeReset,
	},
	AdminResetUserPassword: {
		UNCONFIRMED: passwordCannotBeReset,
		CONFIRMED: "RESET_REQUIRED",
		FORCE_CHANGE_PASSWORD: passwordCannotBeReset,
		RESET_REQUIRED: "RESET_REQUIRED",
		EXTERNAL_PROVIDER: passwordCannotBeReset,
	},
	/** AdminSetUserPassword with Permanent; a federated user gets a password beside its provider. */
	"permanent password": {
		UNCONFIRMED: "CONFIRMED",
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: "CONFIRMED",
		RESET_REQUIRED: "CONFIRMED",
		EXTERNAL_PROVIDER: "CONFIRMED",
	},
	/** AdminSetUserPassword without Permanent. */
	"temporary password": {
		UNCONFIRMED: "FORCE_CHANGE_PASSWORD",
		CONFIRMED: "FORCE_CHANGE_PASSWORD",
		FORCE_CHANGE_PASSWORD: "FORCE_CHANGE_PASSWORD",
		RESET_REQUIRED: "FORCE_CHANGE_PASSWORD",
		EXTERNAL_PROVIDER: "FORCE_CHANGE_PASSWORD",
	},
	/** Everything that an access token is used for: those operations declare both errors. */
	"access token": {
		UNCONFIRMED: userNotConfirmed,
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: "FORCE_CHANGE_PASSWORD",
		RESET_REQUIRED: passwordResetRequired,
		EXTERNAL_PROVIDER: "EXTERNAL_PROVIDER",
	},
	/** Going by what a browser's user proved before: who has to choose another password first is asked for it. */
	"silent sign-in": {
		UNCONFIRMED: userNotConfirmed,
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: passwordResetRequired,
		RESET_REQUIRED: passwordResetRequired,
		EXTERNAL_PROVIDER: "EXTERNAL_PROVIDER",
	},
	/** A user who is signed in while an administrator sets a temporary password has set its own with this. */
	ChangePassword: {
		UNCONFIRMED: userNotConfirmed,
		CONFIRMED: "CONFIRMED",
		FORCE_CHANGE_PASSWORD: "CONFIRMED",
		RESET_REQUIRED: passwordResetRequired,
		EXTERNAL_PROVIDER: passwordCannotBeReset,
	},
} as const satisfies Readonly<Record<string, Readonly<Record<Status, Outcome>>>>;

export type StatusEvent = keyof typeof statusMachine;

/**
 * The user's status after the event.
 * @throws whatever refuses the event in the status that the user has
 */
export function statusAfter(event: StatusEvent, user: User): UserStatus {
	const outcome = outcomeOf(event, user);
	if (typeof outcome === "function") throw outcome(user);
	return outcome;
}

/** Whether the user's status allows the event. */
export function statusAllows(event: StatusEvent, user: User): boolean {
	return typeof outcomeOf(event, user) !== "function";
}

function outcomeOf(event: StatusEvent, user: User): Outcome {
	const outcomes: Readonly<Record<string, Outcome>> = statusMachine[event];
	return present(outcomes[user.status], "users have no other status");
}
