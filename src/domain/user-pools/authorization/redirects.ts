/** URLs that lead back to an application. */

/**
 * A client's redirect_uri with parameters added, as it was registered otherwise: applications compare it byte for byte. Every value is
 * encoded, and what no header can hold is escaped.
 */
export function redirectTo(
	redirectUri: string,
	parameters: Readonly<Record<string, string | undefined>>,
	place: "query" | "fragment",
): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.append(name, value);
	const separator = place === "fragment" ? "#" : redirectUri.includes("?") ? (/[?&]$/.test(redirectUri) ? "" : "&") : "?";
	return `${headerSafe(redirectUri)}${separator}${query}`;
}

/** The URL with everything escaped that is not plain ASCII (RFC 3987 §3.1). */
export function headerSafe(url: string): string {
	return url.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
}
