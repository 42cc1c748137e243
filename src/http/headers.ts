/** The headers of answers. */
import type { Context } from "hono";
import type { HttpBindings } from "./request.ts";

/**
 * Sets a header of the answer, whether or not that is made already. Where there is a socket it is set on Node's own answer, since the
 * headers of Fetch cost several times as much; one of that name on the door's answer comes first there.
 */
export function setHeader(c: Context, name: string, value: string): void {
	const outgoing = (c.env as HttpBindings | undefined)?.outgoing;
	if (outgoing !== undefined && !outgoing.headersSent) outgoing.setHeader(name, value);
	else if (c.finalized) setOnAnswer(c, name, value);
	else c.header(name, value);
}

/** Adds to `Vary` of an answer that is made, and keeps what is there. */
export function addVary(c: Context, value: string): void {
	const there = c.res.headers.get("vary");
	setOnAnswer(c, "vary", there === null ? value : `${there}, ${value}`);
}

/** Answers that came from elsewhere can be immutable. */
function setOnAnswer(c: Context, name: string, value: string): void {
	try {
		c.res.headers.set(name, value);
	} catch {
		c.res = new Response(c.res.body, c.res);
		c.res.headers.set(name, value);
	}
}
