/**
 * The state of what takes several pages: a sign-in with its challenges, a sign-up on its way to its code, a password on its way to being
 * reset. It is in a cookie of its own, sealed, which a page names by `flow` in its query: so reloads, the back button and several
 * tabs work, and the server keeps nothing. A flow is of one pool, one app client and one browser, and opens for no other.
 */
import type { ChallengeNameType } from "../aws/model/cognito-idp.types.ts";
import { randomText } from "../crypto/random-text.ts";
import { deleteCookie, flowIds, readCookie, setCookie } from "../http/cookies.ts";
import type { Visit } from "./visit.ts";

/** Where a code was sent, as the user may see it. */
export interface SentTo {
	readonly destination: string;
	readonly medium: "EMAIL" | "SMS";
}

export type FlowState =
	/** A sign-in that waits for the answer to a challenge. */
	| {
			readonly kind: "challenge";
			readonly challenge: ChallengeNameType;
			/** The name as it was typed. */
			readonly username: string;
			/** The API's session. */
			readonly session: string;
			/** What the page needs of the challenge's parameters. */
			readonly facts: Readonly<Record<string, string>>;
			/** What may be chosen from. */
			readonly available?: readonly ChallengeNameType[] | undefined;
	  }
	/** A sign-up that waits for its code. */
	| {
			readonly kind: "confirm";
			readonly username: string;
			readonly sentTo: SentTo | undefined;
			/** That this browser set the user's password. */
			readonly proof: string | undefined;
	  }
	/** A password that waits for the code that lets it be changed. */
	| { readonly kind: "reset"; readonly username: string; readonly sentTo: SentTo | undefined };

export type FlowKind = FlowState["kind"];
export type FlowOf<K extends FlowKind> = Extract<FlowState, { readonly kind: K }>;

/** The query parameter that names a flow. */
export const flowParameter = "flow";

const flowSeconds = 600;
const flowsMax = 5;
/** Cookies go with every request, whose headers together proxies bound at 8 kB and more. */
const flowBytesMax = 6000;
/** What browsers keep of one cookie, name and attributes apart (RFC 6265bis §5.5). */
const cookieBytesMax = 3900;
const idPattern = /^[0-9a-z]{16}$/;
const timeDigits = 8;
const alphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz";

const contextOf = ({ pool, client, browserId }: Visit, id: string) => ["page-flow", pool.id, client.id, browserId, id] as const;

/** Keeps `state` as a new flow, and gives its id. The oldest flows of the browser make room. */
export function startFlow(visit: Visit, state: FlowState): string {
	const { call } = visit;
	const expiresAt = call.now + flowSeconds * 1000;
	// The time comes first, so that ids are in the order of their flows.
	const time = expiresAt.toString(36).padStart(timeDigits, "0");
	const id = `${time}${randomText(call.ports.random, alphanumerics, 16 - timeDigits)}`;
	keepFlow(visit, id, { state, expiresAt });
	return id;
}

/** Puts a flow into another state, under its id and until its end. */
export function changeFlow(visit: Visit, flow: Flow, state: FlowState): void {
	keepFlow(visit, flow.id, { state, expiresAt: flow.expiresAt });
}

interface Kept {
	readonly state: FlowState;
	/** Milliseconds since the epoch. */
	readonly expiresAt: number;
}

export interface Flow extends Kept {
	readonly id: string;
}

function keepFlow(visit: Visit, id: string, kept: Kept): void {
	const { c, call, pool } = visit;
	const value = pool.keyrings.session.seal(contextOf(visit, id), Buffer.from(JSON.stringify(kept))).toString("base64url");
	let room = flowBytesMax - value.length;
	const others = flowIds(c).filter((other) => other !== id);
	for (const [rank, other] of others.sort().reverse().entries()) {
		room -= readCookie(c, `flow-${other}`)?.length ?? 0;
		if (rank >= flowsMax - 1 || room < 0) deleteCookie(c, `flow-${other}`);
	}
	if (value.length > cookieBytesMax)
		call.ports.log.error({ bytes: value.length, kind: kept.state.kind }, "the state of a page is too long for a cookie");
	setCookie(c, `flow-${id}`, value, (kept.expiresAt - call.now) / 1000);
}

/** The flow that the request names; undefined where it is over, none of ours, or of another browser, client or pool. */
export function findFlow(visit: Visit): Flow | undefined {
	const { c, call, pool } = visit;
	const id = c.req.query(flowParameter) ?? "";
	const value = idPattern.test(id) ? readCookie(c, `flow-${id}`) : undefined;
	if (value === undefined || !/^[\w-]+$/.test(value)) return undefined;
	const plain = pool.keyrings.session.open(contextOf(visit, id), Buffer.from(value, "base64url"));
	if (plain === undefined) return undefined;
	const kept = JSON.parse(plain.toString()) as Kept;
	return kept.expiresAt > call.now ? { ...kept, id } : undefined;
}

/** Forgets the flow of the request. */
export function endFlow({ c }: Visit): void {
	const id = c.req.query(flowParameter) ?? "";
	if (idPattern.test(id)) deleteCookie(c, `flow-${id}`);
}

/** Forgets all flows of the browser: they were bound to the id that it had before it signed in. */
export function endFlows({ c }: Visit): void {
	for (const id of flowIds(c)) deleteCookie(c, `flow-${id}`);
}
