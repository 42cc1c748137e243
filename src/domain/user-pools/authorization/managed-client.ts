/** An app client as its own login pages use it. */
import type { AppClient } from "../app-clients.ts";

const managedFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"];

/**
 * Login pages are the server's own: they prove no secret, and sign in by password whatever the client's own flows are. Choice-based
 * sign-in stays what the client says (ALLOW_USER_AUTH).
 */
export function managedClient(client: AppClient): AppClient {
	return { ...client, secrets: [], flows: new Set([...client.flows, ...managedFlows]) };
}
