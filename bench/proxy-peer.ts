/**
 * What the access proxy is measured with, as processes: `sink`, the service behind, which reads bodies and forgets them and gives bytes of
 * no meaning; and `bare PORT`, a proxy in a few lines that hashes each body and does nothing else. Each writes its port.
 */
import { createHash } from "node:crypto";
import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const [role, port] = process.argv.slice(2);
const piece = Buffer.alloc(256 * 1024, 1);

function sink(): Server {
	return createServer((incoming, outgoing) => {
		if (incoming.method !== "GET") {
			incoming.resume().on("end", () => outgoing.end());
			return;
		}
		let left = Number(/(\d+)$/.exec(incoming.url ?? "")?.[1] ?? 0);
		outgoing.writeHead(200, { "content-length": left });
		const write = () => {
			while (left > 0) {
				const bytes = left < piece.length ? piece.subarray(0, left) : piece;
				left -= bytes.length;
				if (!outgoing.write(bytes)) return void outgoing.once("drain", write);
			}
			outgoing.end();
		};
		write();
	});
}

function bare(): Server {
	const agent = new Agent({ keepAlive: true });
	return createServer((incoming, outgoing) => {
		const { method, url, headers } = incoming;
		const hash = createHash("sha256");
		const onward = request({ host: "127.0.0.1", port, method, path: url, headers, agent }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
			answer.pipe(outgoing);
		});
		incoming.on("data", (bytes: Buffer) => hash.update(bytes));
		incoming.on("end", () => hash.digest("hex"));
		incoming.pipe(onward);
	});
}

const server = role === "sink" ? sink() : bare();
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
