/**
 * What an operator asks the process itself: is it alive, is it ready, its metrics; in development also the inbox, the clock and reset.
 * Production answers here on the admin port only, and has none of the development calls.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { HttpEnv } from "./request.ts";

/** How long a readiness check may take, and how long its answer serves others: a flood of probes is one question to the store. */
const checkMilliseconds = 2_000;
const checkFreshMilliseconds = 1_000;
const bodyBytesMax = 1_024;
/** Certificates, tokens and `Date` break down long before; 100 years is enough for every expiry. */
const advanceSecondsMax = 100 * 365 * 24 * 3600;

export interface OperationsOptions {
	readonly mode: "development" | "production";
	/** Answers if the store does. */
	readonly check: () => Promise<void>;
	readonly metrics: { readonly text: () => Promise<string>; readonly contentType: string };
	/** Milliseconds on a clock that nobody moves. */
	readonly monotonic: () => number;
	/** Whether the process is about to stop: then it is alive, not ready. */
	readonly isStopping?: () => boolean;
	/** Development only; ignored in production. */
	readonly development?: DevelopmentCalls;
}

export interface DevelopmentCalls {
	/** The messages that were sent, newest first. */
	readonly inbox: (filter: { to: string | undefined; channel: "email" | "sms" | undefined }) => readonly object[];
	readonly advanceClock: (milliseconds: number) => void;
	/** The time after it, in milliseconds since the epoch. */
	readonly now: () => number;
	/** Empties the server: its rows, its inbox, its caches; and its clock is the real one again. */
	readonly reset: () => Promise<void>;
}

/** The app below `/_gatehouse`. Mount it with `app.route("/_gatehouse", …)` behind the edge. */
export function createOperations(options: OperationsOptions): Hono<HttpEnv> {
	const { mode, metrics } = options;
	const app = new Hono<HttpEnv>();
	const isReady = createReadiness(options);

	app.use(async (c, next) => {
		const listener = c.get("edge")?.listener ?? "public";
		if (mode === "production" && listener !== "admin") return c.notFound();
		await next();
		c.res.headers.set("cache-control", "no-store");
		// Not even an image or a script of another page: such requests bring no origin that could be refused.
		c.res.headers.set("cross-origin-resource-policy", "same-origin");
		c.res.headers.set("x-content-type-options", "nosniff");
		return undefined;
	});
	app.get("/live", (c) => c.json({ status: "ok" }));
	for (const path of ["/ready", "/health"]) {
		app.get(path, async (c) => ((await isReady()) ? c.json({ status: "ok" }) : c.json({ status: "unavailable" }, 503)));
	}
	app.get("/metrics", async (c) => c.body(await metrics.text(), 200, { "content-type": metrics.contentType }));
	if (mode === "development" && options.development !== undefined) addDevelopmentCalls(app, options.development);
	return app;
}

function addDevelopmentCalls(app: Hono<HttpEnv>, calls: DevelopmentCalls): void {
	app.get("/inbox", (c) => {
		const channel = c.req.query("channel");
		if (channel !== undefined && channel !== "email" && channel !== "sms")
			return c.json({ message: 'channel must be "email" or "sms".' }, 400);
		return c.json(calls.inbox({ to: c.req.query("to"), channel }));
	});
	app.post("/clock", bodyLimit({ maxSize: bodyBytesMax }), async (c) => {
		const seconds = advanceSeconds(await c.req.text());
		if (seconds === undefined)
			return c.json({ message: `The body must be {"advanceSeconds": n} with n from 0 to ${advanceSecondsMax}.` }, 400);
		const end = Date.UTC(9000, 0);
		if (calls.now() + seconds * 1000 > end) return c.json({ message: "The clock can't go beyond the year 9000." }, 400);
		// Instants are whole milliseconds.
		calls.advanceClock(Math.round(seconds * 1000));
		return c.json({ now: new Date(calls.now()).toISOString() });
	});
	app.post("/reset", async (c) => {
		await calls.reset();
		return c.json({ status: "ok" });
	});
}

function advanceSeconds(body: string): number | undefined {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		return undefined;
	}
	const seconds = typeof value === "object" && value !== null && "advanceSeconds" in value ? value.advanceSeconds : undefined;
	return typeof seconds === "number" && seconds >= 0 && seconds <= advanceSecondsMax ? seconds : undefined;
}

/** Asks the store, one question at a time, and remembers the answer for a moment. */
function createReadiness({ check, monotonic, isStopping = () => false }: OperationsOptions): () => Promise<boolean> {
	let answer: Promise<boolean> | undefined;
	let askedAt = 0;
	return async () => {
		if (isStopping()) return false;
		if (answer === undefined || monotonic() - askedAt >= checkFreshMilliseconds) {
			askedAt = monotonic();
			answer = answersInTime(check);
		}
		return answer;
	};
}

async function answersInTime(check: () => Promise<void>): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(() => resolve(false), checkMilliseconds);
	check().then(
		() => resolve(true),
		() => resolve(false),
	);
	const ready = await promise;
	clearTimeout(timer);
	return ready;
}
