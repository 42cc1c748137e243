/** Which of the objects of one DeleteObjects may be deleted, and how the others are told of in its answer. */
import { findDenial, type ProxyRequest } from "../request.ts";
import type { Signer } from "../signature.ts";
import type { DeletedObject } from "./documents.ts";
import { upstreamSilent } from "./refusals.ts";
import { type AskedOfS3, rightsOf } from "./rights.ts";
import { xmlText } from "./xml-text.ts";

export interface DeniedObject {
	readonly object: DeletedObject;
	readonly message: string;
}

/** Each as a DeleteObject of its own. */
export async function deniedItems(
	request: ProxyRequest,
	signer: Signer,
	asked: AskedOfS3,
	objects: readonly DeletedObject[],
): Promise<{ readonly allowed: readonly DeletedObject[]; readonly denied: readonly DeniedObject[] }> {
	const allowed: DeletedObject[] = [];
	const denied: DeniedObject[] = [];
	for (const object of objects) {
		const query = new Map(object.versionId === undefined ? [] : [["versionId", object.versionId]]);
		const rights = rightsOf({ ...asked, target: { bucket: asked.target.bucket, key: object.key, query } });
		let message: string | undefined;
		for (const right of rights) message ??= await findDenial(request, signer, right, '"');
		if (message === undefined) allowed.push(object);
		else denied.push({ object, message });
	}
	return { allowed, denied };
}

/** The upstream's answer with the refused ones in it; undefined: nothing was left to ask it for. */
export function mergeDenied(answer: Buffer | undefined, denied: readonly DeniedObject[]): Buffer {
	if (answer !== undefined && denied.length === 0) return answer;
	const errors = denied.map(({ object: { key, versionId }, message }) => {
		const version = versionId === undefined ? "" : `<VersionId>${xmlText(versionId)}</VersionId>`;
		return `<Error><Key>${xmlText(key)}</Key>${version}<Code>AccessDenied</Code><Message>${xmlText(message)}</Message></Error>`;
	});
	const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
	const text = answer?.toString() ?? `${declaration}<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>`;
	const open = text.replace(/<DeleteResult((?:\s[^<>]*)?)\/>\s*$/, "<DeleteResult$1></DeleteResult>");
	const end = open.lastIndexOf("</DeleteResult>");
	if (end < 0) throw upstreamSilent();
	return Buffer.from(`${open.slice(0, end)}${errors.join("")}${open.slice(end)}`);
}
