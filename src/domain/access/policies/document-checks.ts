/** What the elements of a statement may say. Each check goes over all statements and returns the first fault, with IAM's text. */
import type { AwsError } from "../../../aws/errors.ts";
import type { PolicyKind, Statement } from "./document.ts";
import {
	policyActionWithColons,
	policyActionWithoutVendor,
	policyIamResourcePath,
	policyIamResourceWithRegion,
	policyPartitionInvalid,
	policyPrincipalInvalid,
	policyResourceIncomplete,
	policyResourceNoArn,
	policyResourceVendorInvalid,
	policyResourceWithRegion,
	policySyntax,
	policyVendorInvalid,
	policyWithoutActions,
	policyWithoutResources,
	trustPolicyActions,
} from "./refusals.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const partitions = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"];
const iamPaths = [
	"user/",
	"federated-user/",
	"role/",
	"group/",
	"instance-profile/",
	"mfa/",
	"server-certificate/",
	"policy/",
	"sms-mfa/",
	"saml-provider/",
	"oidc-provider/",
	"report/",
	"access-report/",
];
const arnSegments = 6;

/**
 * What IAM's older parser fails at before anything else is judged: an ARN with an empty segment and others missing, or without a service.
 * It comes no further than a statement with a resource that is no ARN of a partition: that is told of instead.
 */
export function hasResourceOfOldForm(statements: readonly Statement[]): boolean {
	for (const { resources } of statements) {
		const segmented = (resources?.values ?? []).filter((resource) => resource !== "*").map((resource) => resource.split(":"));
		if (segmented.some(([, partition]) => partition === undefined || !partitions.includes(partition))) return false;
		const isOld = (segments: readonly string[]) => segments.length < arnSegments && segments.slice(1, -1).includes("");
		if (segmented.some((segments) => isOld(segments) || segments[2] === "")) return true;
	}
	return false;
}

export function checkResources(statements: readonly Statement[], kind: PolicyKind): AwsError | undefined {
	for (const { resources } of statements) {
		for (const resource of resources?.values ?? []) {
			const fault = resource === "*" ? undefined : resourceFault(resource, kind);
			if (fault !== undefined) return fault;
		}
	}
	return undefined;
}

function resourceFault(resource: string, kind: PolicyKind): AwsError | undefined {
	const [, partition, service, region = "*", account = "*", ...rest] = resource.split(":");
	if (partition === undefined) return policyResourceNoArn(resource);
	const path = rest.length === 0 ? "*" : rest.join(":");
	if (!partitions.includes(partition)) {
		return policyPartitionInvalid(partition, ["arn", partition, service ?? "*", region, account, path].join(":"));
	}
	if (service === undefined || /[*?]/.test(service)) return policyResourceVendorInvalid();
	const isComplete = resource.split(":").length >= arnSegments;
	// "session policies … do not support incomplete ARNs"
	if (kind === "session" && !isComplete) return policyResourceIncomplete(resource);
	if (!isComplete) return undefined;
	if (service === "iam") {
		if (region !== "") return policyIamResourceWithRegion(resource);
		const isKind = path.startsWith("*") || path === "root" || iamPaths.some((start) => path.startsWith(start));
		if (!isKind) return policyIamResourcePath(iamPaths);
	}
	// A bucket's ARN has neither region nor account; an access point's has both.
	if (service === "s3" && account === "" && region !== "" && region !== "*") return policyResourceWithRegion(resource);
	return undefined;
}

export function checkActions(statements: readonly Statement[], kind: PolicyKind): AwsError | undefined {
	if (statements.some(({ actions }) => actions.values.length === 0)) return policyWithoutActions();
	if (kind !== "trust" && statements.some(({ resources }) => (resources?.values ?? []).length === 0)) return policyWithoutResources();
	for (const action of statements.flatMap(({ actions }) => actions.values)) {
		const fault = actionFault(action, kind);
		if (fault !== undefined) return fault;
	}
	return undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
function actionFault(action: string, kind: PolicyKind): AwsError | undefined {
	const [vendor = "", , ...more] = action.split(":");
	if (kind === "trust" && vendor.toLowerCase() !== "sts") return trustPolicyActions();
	if (action === "*") return undefined;
	if (!action.includes(":")) return policyActionWithoutVendor();
	if (more.length > 0) return policyActionWithColons();
	return /^[a-z0-9.-]+$/i.test(vendor) ? undefined : policyVendorInvalid(vendor);
}

const account = String.raw`\d{12}`;
const partition = "arn:aws[a-z-]*";
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const principalForms: Readonly<Record<"AWS" | "Federated" | "Service" | "CanonicalUser", RegExp>> = {
	AWS: new RegExp(
		`^(?:\\*|${account}|A[A-Z]{3}[A-Z0-9]{12,}|${partition}:iam::${account}:(?:root|(?:user|role)/[^*?]+)|${partition}:sts::${account}:(?:assumed-role/[^/*?]+/[^*?]+|federated-user/[^*?]+))$`,
	),
	Federated: /^[^*?\s]+$/,
	Service: /^[a-z0-9.-]+$/i,
	CanonicalUser: /^[0-9a-f]{64}$/i,
};

export function checkPrincipals(statements: readonly Statement[]): AwsError | undefined {
	for (const { principals } of statements) {
		if (principals === undefined || principals.everyone) continue;
		const named = Object.entries(principals.names) as [keyof typeof principalForms, readonly string[]][];
		if (named.every(([, names]) => names.length === 0)) return policySyntax();
		for (const [type, names] of named) {
			const wrong = names.find((name) => !principalForms[type].test(name));
			if (wrong !== undefined) return policyPrincipalInvalid(type, wrong);
		}
	}
	return undefined;
}
