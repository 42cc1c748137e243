/** Signing requests with AWS Signature Version 4, in the header or as a presigned URL. */
import {
	algorithm,
	basicInstant,
	encode,
	partsOf,
	type ReceivedRequest,
	type SignatureClaim,
	signatureOf,
	signingKey,
	terminator,
} from "./sigv4-canonical.ts";

export interface SigningCredentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string | undefined;
}

export interface SigningScope {
	readonly region: string;
	readonly service: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** The headers that sign a request: X-Amz-Date, for temporary credentials X-Amz-Security-Token, and Authorization. Every header that `request` has is signed. */
export function sign(request: ReceivedRequest, credentials: SigningCredentials, scope: SigningScope): [name: string, value: string][] {
	const added: [string, string][] = [["X-Amz-Date", basicInstant(scope.now)]];
	if (credentials.sessionToken !== undefined) added.push(["X-Amz-Security-Token", credentials.sessionToken]);
	const claim = claimOf("header", { ...request, headers: [...request.headers, ...added] }, scope);
	const parameters = [
		`Credential=${credentialOf(credentials, claim)}`,
		`SignedHeaders=${claim.signedHeaders.join(";")}`,
		`Signature=${signatureOf(claim, signingKey(credentials.secretAccessKey, claim))}`,
	];
	return [...added, ["Authorization", `${algorithm} ${parameters.join(", ")}`]];
}

/** A presigned target: it needs no headers but those that `request` has, and is valid for `expiresSeconds`. */
export function presign(
	request: ReceivedRequest,
	credentials: SigningCredentials,
	scope: SigningScope & { readonly expiresSeconds: number },
): string {
	const { signedHeaders, timestamp, ...claim } = claimOf("query", request, scope);
	const parameters: [string, string][] = [
		["X-Amz-Algorithm", algorithm],
		["X-Amz-Credential", credentialOf(credentials, claim)],
		["X-Amz-Date", timestamp],
		["X-Amz-Expires", String(scope.expiresSeconds)],
		["X-Amz-SignedHeaders", signedHeaders.join(";")],
	];
	if (credentials.sessionToken !== undefined) parameters.push(["X-Amz-Security-Token", credentials.sessionToken]);
	const added = parameters.map((parameter) => parameter.map(encode).join("=")).join("&");
	const target = `${request.target}${request.target.includes("?") ? "&" : "?"}${added}`;
	const key = signingKey(credentials.secretAccessKey, claim);
	return `${target}&X-Amz-Signature=${signatureOf(claimOf("query", { ...request, target }, scope), key)}`;
}

function claimOf(form: "header" | "query", request: ReceivedRequest, { region, service, now }: SigningScope): SignatureClaim {
	const parts = partsOf(request);
	const timestamp = basicInstant(now);
	return { parts, form, date: timestamp.slice(0, 8), region, service, signedHeaders: [...parts.headers.keys()].toSorted(), timestamp };
}

const credentialOf = (
	{ accessKeyId }: SigningCredentials,
	{ date, region, service }: Pick<SignatureClaim, "date" | "region" | "service">,
) => [accessKeyId, date, region, service, terminator].join("/");
