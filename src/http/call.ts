/** Where a request becomes a call: the one shape that every door hands into the domain. */
import { randomUuid } from "../crypto/random-text.ts";
import type { Call } from "../domain/call.ts";
import type { Edge } from "./edge.ts";
import type { Quotas } from "./quotas/quotas.ts";
import { headerValues } from "./request.ts";

/** What all calls share. */
export type CallBase = Pick<DoorCall, "store" | "vault" | "caches" | "ports" | "settings" | "quotas">;

/** A call with what the doors alone look at. */
export interface DoorCall extends Call {
	readonly quotas: Quotas;
}

/** What every call begins with: its time, its id, and who sends it. */
export function callOf(base: CallBase, edge: Edge): DoorCall {
	return {
		...base,
		now: base.ports.clock.now(),
		requestId: randomUuid(base.ports.random),
		region: undefined,
		sourceIp: edge.client.ip,
		userAgent: headerValues(edge.raw.headers, "user-agent")[0],
	};
}
