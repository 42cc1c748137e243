/**
 * Links that confirm a sign-up by a click (CONFIRM_WITH_LINK). Their base is configuration, never what a request says of itself.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
 */
import type { Call } from "../call.ts";
import type { UserPool } from "./pools.ts";

/** Where the page of a confirmation is, below the pool's domain. */
export const confirmationPath = "/confirmUser";

/**
 * The link that confirms a user, in the form of Cognito's own: at the pool's domain, or, which Cognito does not have, below the pool's id
 * where it has none.
 */
export function confirmationLink(call: Pick<Call, "settings">, pool: UserPool, clientId: string, username: string, code: string): string {
	const query = new URLSearchParams({ client_id: clientId, user_name: username, confirmation_code: code });
	return `${pool.domainUrl ?? `${call.settings.publicUrl}/${pool.id}`}${confirmationPath}?${query}`;
}

/** Whether a mail that confirms a sign-up has a link, and no code. What a function of the pool's sends is the function's own affair. */
export function confirmsByLink(pool: UserPool): boolean {
	const { VerificationMessageTemplate: template, LambdaConfig: functions } = pool.settings;
	return template?.DefaultEmailOption === "CONFIRM_WITH_LINK" && functions?.CustomEmailSender === undefined;
}
