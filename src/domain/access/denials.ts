/** What a denied request is told. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
import type { Decision, PolicySource } from "./policies/evaluate.ts";
import type { Principal } from "./principals.ts";

const kinds: Readonly<Record<PolicySource, string>> = {
	identity: "identity-based policy",
	resource: "resource-based policy",
	boundary: "permissions boundary",
	session: "session policy",
};

/** Who may not do what, and which kind of policy says so. S3 writes the resource in quotation marks. */
export function denialText(principal: Pick<Principal, "arn">, action: string, { resources }: Decision, quote: '"' | "" = ""): string {
	const resource = resources.find(({ outcome }) => outcome === "explicitDeny") ?? resources.find(({ outcome }) => outcome !== "allowed");
	const sources = Object.entries(resource?.bySource ?? {}) as [PolicySource, string][];
	const denier = sources.find(([, outcome]) => outcome === "explicitDeny")?.[0];
	// A federated user without a session policy has none that could allow anything.
	const silent = sources.find(([, outcome]) => outcome !== "allowed")?.[0] ?? "session";
	const article = denier === "identity" ? "an" : "a";
	const why =
		denier === undefined
			? `because no ${kinds[silent]} allows the ${action} action`
			: `with an explicit deny in ${article} ${kinds[denier]}`;
	const on = `${quote}${resource?.resource ?? "*"}${quote}`;
	return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${on} ${why}`;
}
