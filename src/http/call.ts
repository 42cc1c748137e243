/** Where a request becomes a call: the one shape that every door hands into the domain. */
import { randomUuid } from "../crypto/random-text.ts";
import type { Call } from "../domain/call.ts";
import type { Edge } from "./edge.ts";
import { headerValues } from "./request.ts";

/** What all calls share. */
export type CallBase = Pick<Call, "store" | "vault" | "caches" | "ports" | "settings">;

/** What every call begins with: its time, its id, and who sends it. */
export function callOf(base: CallBase, edge: Edge): Call {
	return {
		...base,
		now: base.ports.clock.now(),
		requestId: randomUuid(base.ports.random),
		region: undefined,
		sourceIp: edge.client.ip,
		userAgent: headerValues(edge.raw.headers, "user-agent")[0],
	};
}
