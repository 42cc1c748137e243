/** One keep-alive HTTP/1.1 connection with one request under way at a time: as little as a load generator needs, so that it costs little. */
import { connect, type Socket } from "node:net";

export interface Answer {
	readonly status: number;
	/** The status line and the header lines. */
	readonly head: string;
	readonly body: string;
}

interface Waiter {
	readonly resolve: (answer: Answer) => void;
	readonly reject: (error: Error) => void;
}

const headEnd = "\r\n\r\n";

export class Connection {
	readonly #socket: Socket;
	#received: Buffer = Buffer.alloc(0);
	#waiter: Waiter | undefined;
	#lost: Error | undefined;

	static open(port: number): Promise<Connection> {
		return new Promise((resolve, reject) => {
			const socket = connect({ host: "127.0.0.1", port, noDelay: true });
			socket.once("error", reject);
			socket.once("connect", () => {
				socket.off("error", reject);
				resolve(new Connection(socket));
			});
		});
	}

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.on("data", (chunk: Buffer) => this.#receive(chunk));
		socket.on("error", (error) => this.#lose(error));
		socket.on("close", () => this.#lose(new Error("the connection was closed")));
	}

	/** Sends one request, head and body together. */
	send(request: string): Promise<Answer> {
		return new Promise((resolve, reject) => {
			if (this.#lost !== undefined || this.#waiter !== undefined) {
				reject(this.#lost ?? new Error("a request is under way"));
				return;
			}
			this.#waiter = { resolve, reject };
			this.#socket.write(request);
		});
	}

	close(): void {
		this.#socket.destroy();
	}

	#receive(chunk: Buffer): void {
		this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
		const answer = parseAnswer(this.#received);
		if (answer === undefined) return;
		this.#received = Buffer.alloc(0);
		const waiter = this.#waiter;
		this.#waiter = undefined;
		waiter?.resolve(answer);
	}

	#lose(error: Error): void {
		this.#lost ??= error;
		this.#waiter?.reject(error);
		this.#waiter = undefined;
	}
}

/** The answer, once all of it is there. */
function parseAnswer(received: Buffer): Answer | undefined {
	const end = received.indexOf(headEnd);
	if (end < 0) return undefined;
	const head = received.toString("latin1", 0, end);
	const status = Number(head.slice(9, 12));
	const start = end + headEnd.length;
	const length = /^content-length: *(\d+)/im.exec(head)?.[1];
	if (length !== undefined) {
		const bodyEnd = start + Number(length);
		return received.length < bodyEnd ? undefined : { status, head, body: received.toString("utf8", start, bodyEnd) };
	}
	if (!/^transfer-encoding: *chunked/im.test(head)) return { status, head, body: "" };
	const chunks: Buffer[] = [];
	for (let at = start; ; ) {
		const sizeEnd = received.indexOf("\r\n", at);
		if (sizeEnd < 0) return undefined;
		const size = Number.parseInt(received.toString("latin1", at, sizeEnd), 16);
		const next = sizeEnd + 2 + size + 2;
		if (received.length < next) return undefined;
		if (size === 0) return { status, head, body: Buffer.concat(chunks).toString("utf8") };
		chunks.push(received.subarray(sizeEnd + 2, sizeEnd + 2 + size));
		at = next;
	}
}
