/** A new password and its repetition, as three pages ask for it. */
import type { UserPool } from "../domain/user-pools/pools.ts";
import type { Problem } from "./attribute-fields.ts";
import { passwordField } from "./components.ts";
import type { Fields } from "./fields.ts";
import type { TextKey } from "./languages.ts";
import type { Html, Look } from "./look.ts";

type Labels = readonly [password: TextKey, repetition: TextKey];
export const signUpLabels: Labels = ["field.password", "field.confirmPassword"];
export const newPasswordLabels: Labels = ["field.newPassword", "field.confirmNewPassword"];

export function newPasswordFields(look: Look, pool: UserPool, [label, again]: Labels, problems: readonly Problem[]): Html[] {
	const { text } = look.language;
	const problemOf = (name: string) => problems.find((problem) => problem.name === name)?.message;
	return [
		passwordField(look, {
			name: "password",
			label: text(label),
			autocomplete: "new-password",
			policy: pool.settings.Policies?.PasswordPolicy ?? {},
			error: problemOf("password"),
		}),
		passwordField(look, {
			name: "passwordAgain",
			label: text(again),
			autocomplete: "new-password",
			sameAs: "password",
			error: problemOf("passwordAgain"),
		}),
	];
}

/** What is wrong with the two before the domain is asked. */
export function newPasswordProblems(look: Look, fields: Fields): Problem[] {
	const { text } = look.language;
	if (fields.raw("password") === "") return [{ name: "password", message: text("field.required") }];
	if (fields.raw("password") === fields.raw("passwordAgain")) return [];
	return [{ name: "passwordAgain", message: text("field.passwordsDiffer") }];
}

/** Refusals that are about the password. */
export const isPasswordRefusal = (code: string) =>
	code === "InvalidPasswordException" || code === "PasswordHistoryPolicyViolationException";
