/** Ports for servers in processes of their own, which are told theirs before they start, or start again on the same one. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that outgoing connections are given (from 32,768 on Linux, from 49,152 by RFC 6335 §6): a port that is free now is not some
 * connection's by the time that the server listens.
 */
const [portMin, portMax] = [20_000, 32_767];
const portTriesMax = 100;

/** A port of the loopback address that nobody uses. */
export async function freePort(): Promise<number> {
	for (let tries = 1; ; tries++) {
		const port = randomInt(portMin, portMax + 1);
		const server = createServer();
		try {
			await once(server.listen(port, "127.0.0.1"), "listening");
		} catch (error) {
			if (tries === portTriesMax) throw error;
			continue;
		}
		await once(server.close(), "close");
		return port;
	}
}
