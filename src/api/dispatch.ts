/**
 * The door of the AWS APIs at `/`: JSON by `X-Amz-Target`, Query by `Action` and `Version`. One request goes decode → find →
 * validate → authorise → handle → encode, and every step may refuse it with an AwsError. Operations are in `registry.ts`;
 * this folder must not know how anything is stored or sent.
 */
import { type Context, Hono } from "hono";
import { AwsError, type EncodedError, encodeJsonError, internalError, unknownOperation } from "../aws/errors.ts";
import { decodeJson, encodeJson } from "../aws/json.ts";
import { findOperation, findRestOperation, findTarget, type OperationModel, type ServiceName, serviceModel } from "../aws/model.ts";
import { decodeQuery, encodeQuery, encodeQueryError, readForm } from "../aws/query.ts";
import { checkInput, checkText } from "../aws/validate.ts";
import type { Call, Principal, TokenHolder } from "../domain/call.ts";
import { invalidAccessToken, rateExceeded, tooManyRequests } from "../domain/refusals.ts";
import { checkAccessToken } from "../domain/user-pools/tokens.ts";
import { type CallBase, callOf, type DoorCall } from "../http/call.ts";
import { findQuotaUse } from "../http/quotas/operations.ts";
import type { HttpEnv } from "../http/request.ts";
import { Overloaded, RateExceeded } from "../kernel/overloaded.ts";
import { authorise, type SignatureChecks } from "./authorise.ts";
import { NOT_YET } from "./not-yet.ts";
import type { Operation } from "./operation.ts";
import { checkPermission } from "./permission.ts";
import { findRegistered } from "./registry.ts";

/** The Hono app that serves `/`. */
export function createAwsApi(base: CallBase, checks: SignatureChecks): Hono<HttpEnv> {
	const app = new Hono<HttpEnv>();
	const serve = (c: Context<HttpEnv>) => {
		const target = c.req.header("x-amz-target");
		return target === undefined ? serveQuery(base, checks, c) : serveJson(base, checks, c, target);
	};
	app.post("/", serve);
	// Presigned Query requests, such as the GetCallerIdentity of other systems' authenticators, are GETs.
	app.get("/", serve);
	app.all("/identitypools", (c) => serveSync(base, c));
	app.all("/identitypools/*", (c) => serveSync(base, c));
	return app;
}

/** Reads the whole request body: the edge has bounded it. */
async function bodyOf(c: Context<HttpEnv>): Promise<Uint8Array> {
	try {
		return new Uint8Array(await c.req.arrayBuffer());
	} catch (error) {
		// The client hung up in the middle: no defect of ours, and nobody reads the answer.
		if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
		throw new AwsError("RequestTimeout", "The request's body did not arrive.");
	}
}

async function serveJson(base: CallBase, checks: SignatureChecks, c: Context<HttpEnv>, target: string): Promise<Response> {
	const call = callOf(base, c.get("edge"));
	const found = findTarget(target);
	const facts: RequestFacts = { service: found?.service ?? "cognito-idp", operation: found?.operation?.name ?? "unknown" };
	const run = async () => {
		if (found?.operation === undefined) throw unknownOperation(facts.service, target);
		const body = await bodyOf(c);
		const output = await perform(whole(call), checks, c, found.operation, decodeJson(found.operation, body), body);
		const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-RequestId": call.requestId };
		return new Response(encodeJson(found.operation, output), { status: 200, headers });
	};
	return observed(call, facts, run, (error) => answer(encodeJsonError(error, call.requestId)));
}

async function serveQuery(base: CallBase, checks: SignatureChecks, c: Context<HttpEnv>): Promise<Response> {
	const call = callOf(base, c.get("edge"));
	const facts: RequestFacts = { service: "sts", operation: "unknown" };
	const run = async () => {
		const body = await bodyOf(c);
		const { form, service, action, version } = queryOf(c, body);
		const operation = service === undefined ? undefined : findOperation(service, action);
		if (service === undefined || operation === undefined) throw unknownOperation(service ?? "sts", action, version);
		facts.service = service;
		facts.operation = operation.name;
		const output = await perform(whole(call), checks, c, operation, decodeQuery(operation, form), body);
		const headers = { "content-type": "text/xml", "x-amzn-RequestId": call.requestId };
		return new Response(encodeQuery(operation, output, call.requestId), { status: 200, headers });
	};
	return observed(call, facts, run, (error) => answer(encodeQueryError(facts.service, error, call.requestId)));
}

/** Cognito Sync, REST JSON: none of it is there yet, and the answer names what was asked for. */
async function serveSync(base: CallBase, c: Context<HttpEnv>): Promise<Response> {
	const call = callOf(base, c.get("edge"));
	const operation = findRestOperation("cognito-sync", c.req.method, c.req.path);
	const facts: RequestFacts = { service: "cognito-sync", operation: operation?.name ?? "unknown" };
	const run = async () => {
		throw operation === undefined ? unknownOperation("cognito-sync", "") : notYet(operation);
	};
	return observed(call, facts, run, (error) => answer(encodeJsonError(error, call.requestId)));
}

/** The version decides the service, since some operations of STS are unsigned and name none. */
function queryOf(c: Context<HttpEnv>, body: Uint8Array) {
	const form = readForm(c.req.method === "GET" ? c.get("edge").raw.target.split("?").slice(1).join("?") : body);
	const version = form.get("Version") ?? "";
	const service = (["sts", "iam"] as const).find((name) => serviceModel(name).version === version);
	return { form, service, version, action: form.get("Action") ?? "" };
}

/** The call of a request that has arrived as a whole: who sends it slowly gains no time over locks and expiries. */
const whole = (call: DoorCall): DoorCall => ({ ...call, now: call.ports.clock.now() });

/** Find → validate → authorise → handle. */
async function perform(
	call: DoorCall,
	checks: SignatureChecks,
	c: Context<HttpEnv>,
	model: OperationModel,
	input: object,
	body: Uint8Array,
): Promise<unknown> {
	const operation = findRegistered(model.service, model.name);
	if (operation === undefined) throw notYet(model);
	checkInput(model, operation.constrained?.(call.settings, input) ?? input);
	checkText(model, input);
	const quota = findQuotaUse(model.service, model.name, input);
	if (quota !== undefined) {
		await call.quotas.refresh();
		// What is too much is refused before anything is asked; only who may call at all uses up a quota.
		call.quotas.check(quota);
	}
	const proved = await prove(call, checks, c, operation, model, input, body);
	if (quota !== undefined) call.quotas.take(quota);
	const { ClientMetadata: clientMetadata } = input as { ClientMetadata?: Readonly<Record<string, string>> };
	return operation.handle({ ...call, ...proved, clientMetadata }, input);
}

/** Proves what the operation's `auth` asks for. */
async function prove(
	call: Call,
	checks: SignatureChecks,
	c: Context<HttpEnv>,
	operation: Operation,
	model: OperationModel,
	input: object,
	body: Uint8Array,
): Promise<{ caller: Principal | TokenHolder | undefined; region?: string }> {
	switch (operation.auth) {
		case "iam": {
			const { method, target, headers } = c.get("edge").raw;
			const { principal, region } = await authorise(call, checks, model.service, { method, target, headers, body });
			await checkPermission({ ...call, region }, principal, model, input);
			return { caller: principal, region };
		}
		case "accessToken":
		case "accessTokenOrSession": {
			const token = (input as Readonly<Record<string, unknown>>)[model.token?.member ?? "AccessToken"];
			if (typeof token === "string") return { caller: await checkAccessToken(call, token) };
			if (operation.auth === "accessToken") throw invalidAccessToken();
			return { caller: undefined };
		}
		case "public":
			return { caller: undefined };
	}
}

/** What is known of a request's operation so far. */
interface RequestFacts {
	service: ServiceName;
	operation: string;
}

/** Runs a request, turns whatever it throws into an answer, and says in the log and the meters how it went. */
async function observed(
	call: Call,
	facts: RequestFacts,
	run: () => Promise<Response>,
	refuse: (error: AwsError) => Response,
): Promise<Response> {
	const { clock, log, meters } = call.ports;
	const began = clock.monotonic();
	let outcome = "ok";
	try {
		return await run();
	} catch (thrown) {
		const error = asAwsError(call, facts.service, thrown);
		outcome = error.code;
		return refuse(error);
	} finally {
		const milliseconds = clock.monotonic() - began;
		meters.operation(facts.service, facts.operation, outcome, milliseconds / 1000);
		log.info({ requestId: call.requestId, ...facts, outcome, milliseconds: Math.round(milliseconds * 10) / 10 }, "request");
	}
}

function asAwsError(call: Call, service: ServiceName, thrown: unknown): AwsError {
	if (thrown instanceof AwsError) return thrown;
	if (thrown instanceof Overloaded) return thrown instanceof RateExceeded ? rateExceeded() : tooManyRequests();
	call.ports.log.error({ requestId: call.requestId, err: thrown }, "request failed");
	return internalError(service, call.requestId);
}

const answer = ({ status, headers, body }: EncodedError) => new Response(body, { status, headers });

/** An operation of AWS's that Gatehouse does not have: said clearly, since no client can tell from an error code alone. */
function notYet(model: OperationModel): AwsError {
	const listed = NOT_YET[model.service].includes(model.name);
	return new AwsError(
		"UnknownOperationException",
		`Gatehouse does not have the operation ${model.name} of ${model.service}${listed ? " yet" : ""}.`,
	);
}
