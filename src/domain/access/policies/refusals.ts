/**
 * What IAM and STS say of a policy document that is none. The texts are those that AWS sends; which of several faults is named follows
 * the order of the checks in `document.ts`. Both as recorded of IAM in February 2026 where a case was: localstack/localstack,
 * tests/aws/services/iam/test_iam_policies.py and test_iam_roles.py with their snapshots.
 */
import { AwsError } from "../../../aws/errors.ts";

const malformed = (message: string) => new AwsError("MalformedPolicyDocument", message);

export const policySyntax = () => malformed("Syntax errors in policy.");
export const policyNotJson = () => malformed("This policy contains invalid Json");
export const policyVersionOld = () => malformed("Policy document must be version 2012-10-17 or greater.");
export const policyFailedLegacyParsing = () => malformed("The policy failed legacy parsing");
export const policySidsTwice = () => malformed("Statement IDs (SID) in a single policy must be unique.");
export const policySidInvalid = () =>
	malformed("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
export const policyWithoutActions = () => malformed("Policy statement must contain actions.");
export const policyWithoutResources = () => malformed("Policy statement must contain resources.");
export const policyActionWithoutVendor = () => malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
export const policyActionWithColons = () => malformed("Actions/Condition can contain only one colon.");
export const policyVendorInvalid = (vendor: string) => malformed(`Vendor ${cut(vendor)} is not valid`);
export const policyResourceNoArn = (resource: string) => malformed(`Resource ${cut(resource)} must be in ARN format or "*".`);
export const policyPartitionInvalid = (partition: string, resource: string) =>
	malformed(`Partition "${cut(partition)}" is not valid for resource "${cut(resource)}".`);
export const policyResourceVendorInvalid = () => malformed("Resource vendor must be fully qualified and cannot contain regexes.");
export const policyIamResourceWithRegion = (resource: string) =>
	malformed(`IAM resource ${cut(resource)} cannot contain region information.`);
export const policyResourceWithRegion = (resource: string) => malformed(`Resource ${cut(resource)} can not contain region information.`);
export const policyIamResourcePath = (paths: readonly string[]) =>
	malformed(`IAM resource path must either be "*", root, or start with ${paths.join(", ")}.`);
export const policyResourceIncomplete = (resource: string) => malformed(`The resource ${cut(resource)} is not a complete ARN.`);
export const policyWithPrincipal = () => malformed("Policy document should not specify a principal.");
export const policyProhibitedField = (field: string) => malformed(`Has prohibited field ${field}`);
export const policyMissingField = (field: string) => malformed(`Missing required field ${field}`);
export const policyPrincipalInvalid = (type: string, principal: string) =>
	malformed(`Invalid principal in policy: "${cut(type)}":"${cut(principal)}"`);
/** The code is AWS's, the text is not known. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html */
export const trustWithoutPool = () =>
	malformed("A policy that trusts cognito-identity.amazonaws.com must have a condition on cognito-identity.amazonaws.com:aud.");
export const trustPolicyActions = () => malformed("AssumeRole policy may only specify STS AssumeRole actions.");

/** What somebody wrote is repeated up to this many characters. */
const repeatedCharactersMax = 256;
const cut = (text: string): string => text.slice(0, repeatedCharactersMax).toWellFormed();
