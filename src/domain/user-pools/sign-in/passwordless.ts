/** What a sign-in that begins with a code or a passkey does to its user: it asks nothing of the password. */
import { consume, type Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { removePassword } from "../password-history.ts";
import type { UserPool } from "../pools.ts";
import { statusAfter } from "../status-machine.ts";
import { changedUser, type User, type UserOutcome, updateUser } from "../users.ts";

/** The user as such a proof leaves it, with `attributes`, and what writes that. */
export async function admitPasswordless(
	call: Call,
	pool: UserPool,
	user: User,
	attributes: User["attributes"] = user.attributes,
): Promise<{ readonly after: User; readonly verbs: Verb<UserOutcome>[] }> {
	const status = statusAfter("passwordless sign-in", user);
	if (status === user.status && attributes === user.attributes) return { after: user, verbs: [] };
	const after = changedUser(call, user, { status, attributes });
	const verbs = updateUser(pool, user, after);
	// A confirmation code that is still on its way is of no use.
	if (user.status === "UNCONFIRMED") verbs.push(consume("codes", { pool_id: pool.id, user_id: user.id, purpose: "confirm-sign-up" }));
	// A password that had to be reset must not work again because its user is confirmed.
	if (user.status === "RESET_REQUIRED") verbs.push(...(await removePassword(call, pool, user)));
	return { after, verbs };
}
