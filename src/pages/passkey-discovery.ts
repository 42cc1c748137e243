/** The sign-in page's form for a passkey before any name: the browser's own list says whose it is (conditional mediation), and /login/passkey takes it. */
import { html } from "hono/html";
import { askAnyPasskey } from "../domain/user-pools/sign-in/discovered-passkey.ts";
import { divider, form } from "./components.ts";
import { csrfToken } from "./csrf.ts";
import type { Html } from "./look.ts";
import { passkeyMessage } from "./offers.ts";
import { hrefOf, type Visit } from "./visit.ts";

/**
 * Hidden until the script knows that the browser can. With `waits` the browser offers passkeys beside the name; not where one was refused
 * just now, which might be offered again and again.
 */
export function discoveryForm(visit: Visit, waits: boolean): Html {
	const { call, pool, client, look, browserId } = visit;
	const { options, session } = askAnyPasskey(call, pool, client);
	return html`<div id="passkey-any" hidden>${divider(look)}${form(look, {
		id: "passkey-discover",
		action: hrefOf(visit, "/login/passkey"),
		csrf: csrfToken(pool, browserId, "/login/passkey"),
		submit: "signIn.passkey",
		submitIcon: "passkey",
		secondary: true,
		hidden: { options: JSON.stringify(options), credential: "", session, waits: String(waits) },
		children: [passkeyMessage(look)],
	})}</div>`;
}
