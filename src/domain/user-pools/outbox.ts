/**
 * The outbox: a message is a row, inserted by the batch that causes the message and deleted once somebody has taken the message, so that
 * no crash loses it. The first attempt is made at once, here; further ones are `outbox-runner.ts`'s. It must not know what messages say.
 * docs/adr/0010-outbox.md
 */
import { AwsError } from "../../aws/errors.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { insert, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { codeDeliveryFailure } from "../refusals.ts";
import { isDeliverable, type Message } from "./messages.ts";
import { attempt, isOfPassing, outboxLimits, sealKept } from "./outbox-attempts.ts";
import { type OutboxKey, outboxOf } from "./outbox-state.ts";

/** A message whose row is to be inserted, or is there. */
export interface Queued {
	/** For the batch that causes the message. */
	readonly verb: Verb<never>;
	readonly key: OutboxKey;
	readonly message: Message;
	readonly isMeant: boolean;
	readonly leasedUntil: number;
}

/**
 * A message about a user, with its row, whose first attempt is the caller's matter: `deliver` or `deliverLater`. One that is not meant goes
 * nowhere, and costs what another costs: for answers that must not tell whether there is a user.
 */
export function enqueue(call: Call, userId: string, message: Message, isMeant = true): Queued {
	const { pool, expiresAt, content } = message;
	const key = { pool_id: pool.id, user_id: userId, id: randomUuid(call.ports.random) };
	const leasedUntil = call.now + outboxLimits.leaseMilliseconds;
	const sealed = sealKept(pool, key, { isMeant, content });
	const verb = insert("outbox", { ...key, sealed, attempts: 0, next_attempt_at: leasedUntil, expires_at: expiresAt });
	return { verb, key, message, isMeant, leasedUntil };
}

/** What the pool's functions fail with. */
const functionFailures: ReadonlySet<string> = new Set([
	"UnexpectedLambdaException",
	"UserLambdaValidationException",
	"InvalidLambdaResponseException",
]);

/**
 * Makes the first attempt, and waits for it some seconds. If it fails in a way that may pass, or takes longer, the message is on its way
 * all the same, and that is no failure to the caller.
 * @throws CodeDeliveryFailureException where nothing is configured to send with, or the message was refused for good; what `fire` does
 * where a function is to word the message; UnexpectedLambdaException where a function that sends took no event
 */
export async function deliver(call: Call, queued: Queued): Promise<void> {
	const { kind } = queued.message.content;
	const callsFunction = kind === "draft" || kind === "function";
	const patience = outboxLimits.patienceMilliseconds + (callsFunction ? outboxLimits.functionMilliseconds : 0);
	// Whoever waits for a function hears that it could not be called, and asks again.
	const made = begin(call, queued, async () => {}, kind === "function" ? () => false : isOfPassing);
	const failure = made && (await call.ports.patience.within(patience, made))?.failure;
	if (failure === undefined) return;
	throw failure instanceof AwsError && functionFailures.has(failure.code) ? failure : codeDeliveryFailure();
}

/** Makes the first attempt without anybody waiting, so that no answer's time tells whether there was a message to send. */
export function deliverLater(call: Call, queued: Queued): void {
	// A function that can't be run now may run later: nobody was told that it could not.
	begin(
		call,
		queued,
		() => new Promise<void>((resolve) => setImmediate(resolve)),
		(error) => isOfPassing(error) || isUnexpected(error),
	);
}

export function isUnexpected(error: Error): boolean {
	return error instanceof AwsError && error.code === "UnexpectedLambdaException";
}

/** Undefined where too much is under way: the row is there, and the attempt will be made once the lease is over. */
function begin(call: Call, queued: Queued, first: () => Promise<unknown>, maySucceedLater: (error: Error) => boolean) {
	const { key, message, isMeant, leasedUntil } = queued;
	const { pool, content, expiresAt } = message;
	const state = outboxOf(call.ports);
	if (state.underWay.size >= outboxLimits.underWayMax) return undefined;
	const row = { key, pool, content, isMeant, attempts: 0, leasedUntil, expiresAt };
	const made = first().then(() => attempt(call, row, (error) => isConfigured(call, message) && maySucceedLater(error)));
	state.underWay.add(made);
	return made.finally(() => state.underWay.delete(made));
}

/** Whether there is anything at all that could send it. */
function isConfigured(call: Call, { pool, content }: Message): boolean {
	if (content.kind === "email") return isDeliverable(call, pool, "email");
	if (content.kind === "sms") return isDeliverable(call, pool, "phone_number");
	return content.kind !== "draft" || isDeliverable(call, pool, content.draft.delivery.attribute);
}
