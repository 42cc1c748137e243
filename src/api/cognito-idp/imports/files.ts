/**
 * What imports have beside the API's operations: the URL that a CSV file is uploaded to, as S3 takes it, and the log of a job, which
 * AWS writes to CloudWatch. Uploads prove themselves by the URL's signature; the log is for operators, as metrics are.
 */
import { Readable } from "node:stream";
import { type Context, Hono } from "hono";
import type { Call } from "../../../domain/call.ts";
import { readImportLog } from "../../../domain/user-pools/imports/log.ts";
import { checkUploadUrl, receiveUpload, uploadLimits } from "../../../domain/user-pools/imports/upload.ts";
import { findUserPool } from "../../../domain/user-pools/pools.ts";
import { type CallBase, callOf } from "../../../http/call.ts";
import type { HttpEnv } from "../../../http/request.ts";

/** The app below `importsPath`: `/POOL/JOB`. */
export function createImportFiles(base: CallBase): Hono<HttpEnv> {
	const app = new Hono<HttpEnv>();
	app.put("/:pool/:job", (c) => upload(base, c, c.req.param("pool"), c.req.param("job")));
	app.get("/:pool/:job", (c) => showLog(base, c, c.req.param("pool"), c.req.param("job")));
	return app;
}

async function upload(base: CallBase, c: Context<HttpEnv>, poolId: string, jobId: string): Promise<Response> {
	const call = callOf(base, c.get("edge"));
	const began = call.ports.clock.monotonic();
	const answer = await receive(call, c, poolId, jobId);
	const milliseconds = Math.round(call.ports.clock.monotonic() - began);
	call.ports.log.info({ requestId: call.requestId, upload: "import", status: answer.status, milliseconds }, "request");
	return answer;
}

async function receive(call: Call, c: Context<HttpEnv>, poolId: string, jobId: string): Promise<Response> {
	const right = checkUploadUrl(call, { pool_id: poolId, id: jobId }, c.req.query("expires") ?? "", c.req.query("signature") ?? "");
	if (right === "invalid") return refused(call, 403, "SignatureDoesNotMatch", "The signature of the URL is not one of this server.");
	if (right === "expired") return refused(call, 403, "AccessDenied", "Request has expired");
	if (Number(c.req.header("content-length") ?? 0) > uploadLimits.bytesMax) return tooLarge(call);
	const pool = await findUserPool(call, poolId);
	if (pool === undefined) return closed(call);
	// Who has the URL may take the time that it is good for.
	c.env?.allowTime?.(uploadLimits.urlMilliseconds);
	try {
		const outcome = await receiveUpload(call, pool, jobId, c.req.raw.body ?? emptyBody());
		if (outcome === "too large") return tooLarge(call);
		return outcome === "closed" ? closed(call) : new Response(null, { status: 200, headers: { "x-amz-request-id": call.requestId } });
	} catch (error) {
		// The client hung up in the middle, or took too long: nobody reads the answer.
		if (!c.req.raw.signal.aborted && !(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
		return refused(call, 400, "RequestTimeout", "The file did not arrive as a whole.");
	}
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

const tooLarge = (call: Call) =>
	refused(call, 400, "EntityTooLarge", `Your proposed upload exceeds the maximum allowed size of ${uploadLimits.bytesMax} bytes.`);
const closed = (call: Call) =>
	refused(call, 403, "AccessDenied", "The import job takes no file: it was started, is over, or another upload has begun.");

/** As S3 refuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function refused(call: Call, status: number, code: string, message: string): Response {
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${call.requestId}</RequestId></Error>`;
	return new Response(body, { status, headers: { "content-type": "application/xml", "x-amz-request-id": call.requestId } });
}

/** Production shows it on the admin port only. */
function showLog(base: CallBase, c: Context<HttpEnv>, poolId: string, jobId: string): Response | Promise<Response> {
	if (base.settings.mode === "production" && c.get("edge").listener !== "admin") return c.notFound();
	const lines = readImportLog(base, poolId, jobId);
	const text = Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream;
	return c.body(text, 200, {
		"content-type": "text/plain; charset=utf-8",
		"cache-control": "no-store",
		"x-content-type-options": "nosniff",
	});
}
