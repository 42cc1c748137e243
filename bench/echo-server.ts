/** A bare HTTP server on the same listener as Gatehouse's: what an answer costs at least. Writes its port, then serves until it is ended. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";

const body = process.argv[2] ?? "";
const answer = async (request: Request) => {
	await request.arrayBuffer();
	return new Response(body, { status: 200, headers: { "content-type": "application/x-amz-json-1.1" } });
};
const server = createServer(getRequestListener(answer));
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
