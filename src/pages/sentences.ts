/** What a refusal of the domain is in the user's language. What a function of the pool's says is shown as it is. */
import type { AwsError } from "../aws/errors.ts";
import type { Language, TextKey } from "./languages.ts";

const byCode: Readonly<Record<string, TextKey>> = {
	UserNotFoundException: "error.userNotFound",
	UserNotConfirmedException: "error.notConfirmed",
	PasswordResetRequiredException: "error.resetRequired",
	CodeMismatchException: "error.wrongCode",
	EnableSoftwareTokenMFAException: "error.wrongCode",
	ExpiredCodeException: "error.expiredCode",
	LimitExceededException: "error.limit",
	TooManyRequestsException: "error.limit",
	CodeDeliveryFailureException: "error.codeDelivery",
	InvalidEmailRoleAccessPolicyException: "error.codeDelivery",
	InvalidSmsRoleAccessPolicyException: "error.codeDelivery",
	UsernameExistsException: "error.usernameTaken",
	AliasExistsException: "error.aliasTaken",
	InvalidPasswordException: "error.passwordPolicy",
	PasswordHistoryPolicyViolationException: "error.passwordHistory",
	InvalidParameterException: "error.invalidValue",
	FeatureUnavailableInTierException: "error.notAllowed",
	WebAuthnNotEnabledException: "error.notAllowed",
};

/** Texts that tell apart what has one code. Others of NotAuthorizedException are a user's state, which nobody else is to know. */
const byMessage: readonly (readonly [pattern: RegExp, key: TextKey])[] = [
	[/^Incorrect username or password/, "error.wrongPassword"],
	[/^Incorrect passkey/, "passkey.failed"],
	[/^Password attempts exceeded/, "error.tooManyAttempts"],
	[/^Invalid session/, "error.sessionExpired"],
	[/^User is disabled/, "error.userDisabled"],
	[/^SignUp is not permitted/, "error.signUpNotAllowed"],
	[/^Temporary password has expired/, "error.temporaryExpired"],
	[/^(Contact administrator|Cannot reset password|User password cannot be reset)/, "error.contactAdministrator"],
	// The server's haste, not this user's.
	[/^Rate exceeded/, "error.unexpected"],
	[/^An account with the given/, "error.aliasTaken"],
	[/^Your software token has already been used/, "error.usedCode"],
	[/^Invalid email address|^Username should be an email|Username cannot be of email/, "error.invalidEmail"],
	[/^Invalid phone number|^Username should be a phone/, "error.invalidPhone"],
];

const unknown: TextKey = "error.unexpected";

export function sentenceOf(language: Language, error: AwsError): string {
	// The text is the function's own: its author wrote it for the user.
	if (error.code === "UserLambdaValidationException") return error.message;
	const found = byMessage.find(([pattern]) => pattern.test(error.message))?.[1];
	const key = found ?? byCode[error.code] ?? (error.code === "NotAuthorizedException" ? "error.notAllowed" : unknown);
	return language.text(key);
}

/** Whether the sign-in that the refusal ended can't go on: it took too long, was used, or the user was changed meanwhile. */
export function isOver(error: AwsError): boolean {
	return error.code === "NotAuthorizedException" && error.message.startsWith("Invalid session");
}

/** Whether the refusal is of one who asks too often. */
export function isLimit(error: AwsError): boolean {
	const key = byCode[error.code];
	return key === "error.limit" || error.message.startsWith("Password attempts exceeded");
}
