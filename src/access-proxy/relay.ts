/**
 * Bodies on their way: checked piece by piece on the way to the upstream, as they are on the way back, and never more of one in memory
 * than the sockets' buffers and one piece. The last piece waits until the whole is proved, so that the upstream never has a whole body
 * that is not.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { AccessUpstreamAnswer, AccessUpstreamExchange } from "../kernel/ports.ts";

/** Checks a body while it arrives. What it throws ends the request, and the upstream's with it. */
export interface BodyCheck {
	push(bytes: Buffer, pass: (bytes: Buffer) => void): void;
	/** All has come. */
	end(pass: (bytes: Buffer) => void): void;
}

export interface Cut {
	/** What is thrown where the sender breaks off. */
	cut(): Error;
	/** What is thrown where the upstream does. */
	upstreamSilent(error: unknown): Error;
}

/** Sends a checked body; the upstream's request begins with the first bytes that may go on. Resolves with its answer, which may come before the end. */
export function sendBody(
	incoming: IncomingMessage,
	check: BodyCheck,
	open: () => AccessUpstreamExchange,
	faults: Cut,
): Promise<{ readonly exchange: AccessUpstreamExchange; readonly answer: AccessUpstreamAnswer }> {
	const { promise, resolve, reject } = Promise.withResolvers<{ exchange: AccessUpstreamExchange; answer: AccessUpstreamAnswer }>();
	let exchange: AccessUpstreamExchange | undefined;
	let held: Buffer | undefined;
	let isOver = false;

	const begin = (): AccessUpstreamExchange => {
		if (exchange !== undefined) return exchange;
		const begun = open();
		exchange = begun;
		begun.answer.then(
			(answer) => {
				stop();
				resolve({ exchange: begun, answer });
			},
			(error: unknown) => fail(faults.upstreamSilent(error)),
		);
		begun.body.on("drain", () => incoming.resume());
		return begun;
	};
	const pass = (bytes: Buffer) => {
		if (bytes.length === 0) return;
		if (held !== undefined && !begin().body.write(held)) incoming.pause();
		held = bytes;
	};
	const onData = (bytes: Buffer) => attempt(() => check.push(bytes, pass));
	const onEnd = () =>
		attempt(() => {
			check.end(pass);
			const { body } = begin();
			if (held === undefined) body.end();
			else body.end(held);
			isOver = true;
			stop();
		});
	const onClose = () => {
		if (!isOver) fail(faults.cut());
	};
	function attempt(work: () => void): void {
		try {
			work();
		} catch (error) {
			fail(error);
		}
	}
	function stop(): void {
		incoming.off("data", onData).off("end", onEnd).off("close", onClose);
		// What still comes is read and forgotten, so that the sender gets to the answer.
		incoming.resume();
	}
	function fail(error: unknown): void {
		isOver = true;
		exchange?.abort();
		stop();
		reject(error);
	}
	incoming.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
	return promise;
}

/** A whole body of at most so many bytes. */
export async function readBody(
	incoming: IncomingMessage,
	check: BodyCheck,
	bytesMax: number,
	tooLong: () => Error,
	faults: Cut,
): Promise<Buffer> {
	const pieces: Buffer[] = [];
	let length = 0;
	const pass = (bytes: Buffer) => {
		length += bytes.length;
		if (length > bytesMax) throw tooLong();
		pieces.push(bytes);
	};
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const attempt = (work: () => void) => {
		try {
			work();
		} catch (error) {
			reject(error);
		}
	};
	const onData = (bytes: Buffer) => attempt(() => check.push(bytes, pass));
	const onEnd = () =>
		attempt(() => {
			check.end(pass);
			resolve();
		});
	const onClose = () => reject(faults.cut());
	incoming.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
	try {
		await promise;
	} finally {
		incoming.off("data", onData).off("end", onEnd).off("close", onClose);
		incoming.resume();
	}
	return Buffer.concat(pieces);
}

/** Of the connection, not of the answer. RFC 9110 §7.6.1; Date is the server's own. */
const notPassed = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|date|server)$/i;

/** Hands the upstream's answer on, with headers that are ours in the place of its. Rejects where either side breaks off. */
export async function sendAnswer(
	outgoing: ServerResponse,
	answer: AccessUpstreamAnswer,
	headers: readonly (readonly [name: string, value: string])[],
): Promise<void> {
	const replaced = new Set(headers.map(([name]) => name.toLowerCase()));
	// RFC 9110 §7.6.1: what Connection names is of the connection, too.
	for (const [name, value] of answer.headers) {
		if (name.toLowerCase() === "connection") for (const named of value.split(",")) replaced.add(named.trim().toLowerCase());
	}
	const kept = answer.headers.filter(([name]) => !notPassed.test(name) && !replaced.has(name.toLowerCase()));
	outgoing.writeHead(answer.status, [...kept, ...headers].flat());
	await pipeline(answer.body, outgoing);
}

/** The whole of an answer that is to be read; undefined where it is longer, or breaks off. */
export async function readAnswer(answer: AccessUpstreamAnswer, bytesMax: number): Promise<Buffer | undefined> {
	const pieces: Buffer[] = [];
	let length = 0;
	try {
		for await (const piece of answer.body as AsyncIterable<Buffer>) {
			length += piece.length;
			if (length > bytesMax) return undefined;
			pieces.push(piece);
		}
	} catch {
		return undefined;
	}
	return Buffer.concat(pieces);
}
