/**
 * Lambda triggers: the event that each function gets, its invocation, and what its failures are to the caller. What an answer means is
 * the matter of whoever fires the trigger.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
import type { LambdaConfigType } from "../../aws/model/cognito-idp.types.ts";
import { isObject, type JsonObject } from "../../kernel/json.ts";
import type { FunctionOutcome } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { invalidLambdaResponse, triggerFailed, triggerUnavailable } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { UserPool } from "./pools.ts";
import { triggerEvent } from "./trigger-event.ts";

export { eventAttributes } from "./trigger-event.ts";

/** The triggers that are waited for. Custom senders are not: see `custom-senders.ts`. */
export type TriggerName = Exclude<
	keyof LambdaConfigType,
	"KMSKeyID" | "CustomSMSSender" | "CustomEmailSender" | "PreTokenGenerationConfig" | "InboundFederation"
>;

/** Whom an event is about. */
export interface TriggerSubject {
	readonly userName: string;
	/** Undefined for what an administrator does without a client. */
	readonly client: Pick<AppClient, "id"> | undefined;
}

/** An object of an event. */
export type Json = JsonObject;

/** "Three unsuccessful attempts": each has 5 seconds. */
const triesMax = 3;

/** Whether the pool has a function for the trigger: what the event needs is made only then. */
export function hasTrigger(pool: UserPool, trigger: TriggerName): boolean {
	return Boolean(pool.settings.LambdaConfig?.[trigger]);
}

/**
 * Fires a trigger and gives the `response` of the event that the function returns; undefined where the pool has no such trigger.
 * `response` is what the event's own has before the function fills it in.
 * @throws UserLambdaValidationException where the function throws, UnexpectedLambdaException where it can't be run or does not end,
 * InvalidLambdaResponseException where it returns something else than the event
 */
export async function fire(
	call: Call,
	pool: UserPool,
	trigger: TriggerName,
	triggerSource: string,
	{ userName, client }: TriggerSubject,
	request: Json,
	response: Json,
	version = "1",
): Promise<Json | undefined> {
	const arn = pool.settings.LambdaConfig?.[trigger];
	if (!arn) return undefined;
	const event = { ...triggerEvent(pool, { triggerSource, userName, clientId: client?.id }, request), version, response };
	return responseOf(trigger, await invoke(call, arn, event));
}

/** Only what did not end in time is tried again: the function may be starting. */
async function invoke(call: Call, arn: string, event: Json): Promise<FunctionOutcome> {
	for (let tries = 1; ; tries++) {
		const outcome = await call.ports.functions.invoke(arn, event, { wait: true });
		if (outcome.kind !== "unavailable" || outcome.reason !== "timeout" || tries === triesMax) return outcome;
	}
}

function responseOf(trigger: TriggerName, outcome: FunctionOutcome): Json {
	switch (outcome.kind) {
		case "failed":
			throw triggerFailed(trigger, outcome.errorMessage);
		case "unavailable":
			throw triggerUnavailable(trigger, outcome.reason, outcome.errorCode);
		default: {
			const event = outcome.kind === "answered" ? outcome.payload : undefined;
			if (!isObject(event) || !isObject(event["response"])) throw invalidLambdaResponse();
			return event["response"];
		}
	}
}

/** A switch of an answer: absent and null are off. @throws InvalidLambdaResponseException */
export function flagOf(response: Json, name: string): boolean {
	const value = response[name] ?? false;
	if (value === true || value === "true") return true;
	if (value === false || value === "false") return false;
	throw invalidLambdaResponse();
}

/** A text of an answer; undefined where it is absent, null or blank. @throws InvalidLambdaResponseException */
export function textOf(response: Json, name: string): string | undefined {
	const value = response[name] ?? "";
	if (typeof value !== "string") throw invalidLambdaResponse();
	return value || undefined;
}

/** The request's ClientMetadata as events have it: where there is none, it is not there at all. */
export function metadataOf({ clientMetadata }: Call): Json {
	return clientMetadata === undefined ? {} : { clientMetadata };
}
