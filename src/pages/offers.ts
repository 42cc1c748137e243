/** What a pool and an app client offer on their pages: which ways to sign in, and which links. */
import { poolFactors, recoveryAttributes } from "../domain/user-pools/factors.ts";
import { relyingPartyOf } from "../domain/user-pools/passkeys.ts";
import { scriptMessage, sideLink } from "./components.ts";
import type { Html, Look } from "./look.ts";
import { hrefOf, type Visit } from "./visit.ts";

/** Whether the user is asked for the name first, and then chooses how to sign in: managed login has it, the classic pages have not. */
export function offersChoice({ c, pool, client }: Visit): boolean {
	if (c.get("domain").domain.managedLoginVersion === 1 || pool.settings.UserPoolTier === "LITE") return false;
	return client.flows.has("ALLOW_USER_AUTH") && [...poolFactors(pool).first].some((factor) => factor !== "PASSWORD");
}

/** Whether the app client's users may sign in with passkeys. "Only available in managed login." */
export function offersPasskeys(visit: Visit): boolean {
	return offersChoice(visit) && poolFactors(visit.pool).first.has("WEB_AUTHN") && relyingPartyOf(visit.pool) !== undefined;
}

/** COGNITO is the pool itself, among the client's providers. */
export const allowsLocalUsers = ({ client }: Visit) => client.settings.SupportedIdentityProviders?.includes("COGNITO") === true;

export const allowsSignUp = ({ pool }: Visit) => pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true;

/** For those who may reset their passwords themselves. */
export function forgotLink(visit: Visit): Html | undefined {
	const canReset = recoveryAttributes(visit.pool).length > 0 && poolFactors(visit.pool).first.has("PASSWORD");
	return canReset ? sideLink(visit.look, { text: "signIn.forgot", href: hrefOf(visit, "/forgotPassword") }) : undefined;
}

/** What the script for passkeys says where it fails. */
export function passkeyMessage(look: Look): Html {
	const { text } = look.language;
	const data = {
		"data-failed": text("passkey.failed"),
		"data-there": text("passkey.there"),
		"data-unsupported": text("passkey.unsupported"),
		"data-none": "",
	};
	return scriptMessage(look, { id: "passkey-message", data });
}
