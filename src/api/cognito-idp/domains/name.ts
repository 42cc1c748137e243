/** The name of a domain, which is a prefix or a host name. */
import type { Settings } from "../../../domain/call.ts";

/**
 * What the model's constraints are held against: its pattern is that of a prefix, and the service itself takes the host names of custom
 * domains in its place. The domain checks which of the two it must be.
 */
export function withoutDomain<I extends { readonly Domain?: unknown }>(_settings: Settings, input: I): unknown {
	return typeof input.Domain === "string" && input.Domain !== "" ? { ...input, Domain: "domain" } : input;
}
