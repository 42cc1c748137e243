/** SMS by the operator's webhook: POST `{to, text}` as JSON, with an `Idempotency-Key`; any 2xx means sent. */
import type { Messenger, OutboundHttp, SmsMessage } from "../kernel/ports.ts";
import { Undeliverable } from "../kernel/undeliverable.ts";

const sendMilliseconds = 5_000;
const answerBytesMax = 64 * 1024;
/** The webhook means the message; other answers may be of an address, a login or a load that will be another. */
const refusals: ReadonlySet<number> = new Set([400, 410, 413, 422]);

/** `outbound` must let the operator's own URL through, wherever it points. */
export function createSmsSender(options: { readonly url: string; readonly outbound: OutboundHttp }): Messenger<SmsMessage> {
	const url = new URL(options.url);
	const headers: Record<string, string> = { "content-type": "application/json" };
	if (url.username !== "") {
		headers["authorization"] =
			`Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
		url.username = "";
		url.password = "";
	}
	return {
		available: true,
		async send({ id, to, text }) {
			const answer = await options.outbound.request({
				url: url.href,
				method: "POST",
				headers: { ...headers, "idempotency-key": id },
				body: JSON.stringify({ to, text }),
				timeoutMilliseconds: sendMilliseconds,
				responseBytesMax: answerBytesMax,
				redirectsMax: 0,
			});
			if (answer.status >= 200 && answer.status <= 299) return;
			const reason = `the SMS webhook answered ${answer.status}`;
			throw refusals.has(answer.status) ? new Undeliverable(reason) : new Error(reason);
		},
	};
}
