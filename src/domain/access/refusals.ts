/**
 * Every error text of IAM's and STS's, once, but those about policy documents, which `policies/refusals.ts` has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 *
 * Where nothing else is said the text is one that IAM or STS was seen to answer: recorded in localstack/localstack, tests/aws/services/{iam,sts}
 * (`*.snapshot.json`, most of February 2026), or quoted in the thread that stands beside it. "Ours": AWS's code, but its text is not known.
 * "Unconfirmed": AWS's text as it is commonly told, without a record that could be cited.
 */
import { AwsError } from "../../aws/errors.ts";

const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message, { status: 404 });
const entityExists = (message: string) => new AwsError("EntityAlreadyExists", message, { status: 409 });
const deleteConflict = (message: string) => new AwsError("DeleteConflict", message, { status: 409 });
const limitExceeded = (message: string) => new AwsError("LimitExceeded", message, { status: 409 });
export const invalidInput = (message: string) => new AwsError("InvalidInput", message);
export const validationError = (message: string) => new AwsError("ValidationError", message);
const accessDenied = (message: string) => new AwsError("AccessDenied", message, { status: 403 });
const invalidParameter = (message: string) => new AwsError("InvalidParameterValue", message);

/** What somebody wrote is repeated up to this many characters. */
const repeatedCharactersMax = 2048;
const cut = (text: string): string => text.slice(0, repeatedCharactersMax).toWellFormed();

export const entityNotFound = (kind: string, name: string) => noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
export const entityTaken = (kind: string, name: string) =>
	entityExists(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} with name ${name} already exists.`);
/** Ours. */
export const changedMeanwhile = () =>
	new AwsError("ConcurrentModification", "The request was rejected because the resource was changed at the same time. Try again.", {
		status: 409,
	});
/** aws/eks-hybrid#741, ministryofjustice/cloud-platform-environments#14473, kubeflow/dashboard#29; the names of some quotas are unconfirmed. */
export const tooMany = (quota: string, max: number) => limitExceeded(`Cannot exceed quota for ${quota}: ${max}`);
/** Unconfirmed. */
export const markerInvalid = () => validationError("Invalid Marker.");

export const inlinePolicyNotFound = (kind: string, name: string) => noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
/** serverless/serverless#7643, HumanCellAtlas/data-store#1963 */
export const inlinePoliciesTooLong = (kind: string, name: string, max: number) =>
	limitExceeded(`Maximum policy size of ${max} bytes exceeded for ${kind} ${name}`);
/** Of a text that is no ARN at all. */
export const policyArnMalformed = (arn: string) => validationError(`ARN ${arn} is not valid.`);
/** Of an ARN that is no policy's. */
export const policyArnInvalid = (arn: string) => invalidInput(`ARN ${arn} is not valid.`);
export const policyNotAttachable = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
export const boundaryNotAttachable = (arn: string) => noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const policyNotAttached = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const policyVersionNotFound = (arn: string, version: string) =>
	noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const policyTaken = (name: string) => entityExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
/** serverless/components#312 */
export const policyAttached = () => deleteConflict("Cannot delete a policy attached to entities.");
/** rebuy-de/aws-nuke#1 */
export const policyHasVersions = () =>
	deleteConflict(
		"This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
	);
export const defaultVersionStays = () => deleteConflict("Cannot delete the default version of a policy.");
export const tooManyVersions = (max: number) =>
	limitExceeded(`A managed policy can have up to ${max} versions. Before you create a new version, you must delete an existing version.`);
/** As services that take IAM's place answer it (a test suite of an S3 service asserts it). */
export const notOurPolicy = () => accessDenied("Policy is outside your own account.");
/** Ours. */
export const boundaryNotFound = (kind: string, name: string) =>
	noSuchEntity(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} with name ${name} does not have a permissions boundary.`);

export const detachFirst = () => deleteConflict("Cannot delete entity, must detach all policies first.");
export const deletePoliciesFirst = () => deleteConflict("Cannot delete entity, must delete policies first.");
/** Of a group, and of a user as well: mozilla-services/userplex#17. */
export const removeUsersFirst = () => deleteConflict("Cannot delete entity, must remove users from group first.");
/** Unconfirmed. */
export const deleteAccessKeysFirst = () => deleteConflict("Cannot delete entity, must delete access keys first.");
export const accessKeyNotFound = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`);
/** Of GetAccessKeyLastUsed, for keys that are nobody's. */
export const keyUseDenied = (arn: string, id: string) =>
	accessDenied(`User: ${arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`);
export const loginProfileNotFound = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`);
/** Ours. */
export const allUsersOrOne = () => validationError("AllUsers and UserName exclude each other.");
/** Ours. */
export const accessKeyStatusInvalid = () => validationError("An access key is made Active or Inactive.");
export const userNameNeeded = () => validationError("Must specify userName when calling with non-User credentials");
export const tagKeysTwice = () => invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
export const casedTagKeysTwice = () => invalidInput("Duplicate tag keys found.");
/** Ours. */
export const tagKeyReserved = () => invalidInput("Tag keys that begin with aws: are reserved.");
export const tooManyTags = () => limitExceeded("The number of tags has reached the maximum limit.");

export const providerNotFound = (arn: string) => noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
export const providerGone = (arn: string) => noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
export const providerTaken = (url: string) => entityExists(`Provider with url ${url} already exists.`);
export const providerUrlInvalid = () => validationError("Invalid Open ID Connect Provider URL");
/** Ours. */
export const thumbprintInvalid = () => invalidInput("A thumbprint is 40 hexadecimal digits.");
export const samlProviderNotFound = (arn: string) => noSuchEntity(`Manifest not found for arn ${arn}`);
/** Ours. */
export const samlProviderTaken = (arn: string) => entityExists(`SAMLProvider ${arn} already exists.`);
/** Unconfirmed. */
export const samlMetadataInvalid = () => invalidInput("Could not parse metadata");
export const samlEncryptionUnsupported = () => invalidInput("Gatehouse takes no encrypted assertions for IAM's SAML providers.");

/** Unconfirmed. */
export const simulationSourceInvalid = (arn: string) =>
	invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);

// STS
/** Of a RoleArn that is no ARN. */
export const roleArnInvalid = (arn: string) => validationError(`${cut(arn)} is invalid`);
/** Of a RoleArn that is no role's, where a token stands for the caller: prometheus-community/yet-another-cloudwatch-exporter#343. */
export const requestArnInvalid = () => validationError("Request ARN is invalid");
/** Unconfirmed, as the next two are. */
export const rootAssumesNothing = () => accessDenied("Roles may not be assumed by root accounts.");
export const mayNotAssume = (arn: string, action: string, roleArn: string) =>
	accessDenied(`User: ${arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
export const mayNotAssumeByToken = (action = "sts:AssumeRoleWithWebIdentity") => accessDenied(`Not authorized to perform ${action}`);
/** Unconfirmed. */
export const beyondRolesMaximum = () => validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
/** 99designs/aws-vault#263, prowler-cloud/prowler#7721 */
export const beyondChainsMaximum = () =>
	validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
/** trek10inc/awsume#27 */
export const notWithSessionCredentials = (operation: string) => accessDenied(`Cannot call ${operation} with session credentials`);
/** aws/aws-cli#6325 */
export const mfaFailed = () =>
	accessDenied(
		"MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
	);
const packedTooLarge = (message: string) => new AwsError("PackedPolicyTooLarge", message);
/** Unconfirmed. */
export const packedPolicyTooLarge = (percent: number) =>
	packedTooLarge(`Packed policy consumes ${percent}% of allotted space, please use smaller policy.`);
/** aws/containers-roadmap#2413 */
export const packedTagsTooLarge = (percent: number) =>
	packedTooLarge(`Packed size of session tags consumes ${percent}% of allotted space.`);
/** Ours, as the next one is. */
export const sessionPolicyNotFound = (arn: string) => validationError(`The managed policy ${arn} does not exist.`);
export const tooManySessionPolicies = (max: number) => validationError(`No more than ${max} managed policies can be passed.`);
export const sessionTagKeysTwice = () => invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
/** Ours. */
export const sessionTagKeyReserved = () => invalidParameter("Tag keys that begin with aws: are reserved.");
export const transitiveTagMissing = () => invalidParameter("The specified transitive tag key must be included in the requested tags.");
export const inheritedTagGiven = () =>
	invalidParameter(
		"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
	);
/** Ours. */
export const sourceIdentityFixed = () => accessDenied("The source identity of a session cannot be changed.");
const webTokenInvalid = (message: string) => new AwsError("InvalidIdentityToken", message);
/** `expiredAt`, `now`: seconds since the epoch. aws/aws-sdk-java-v2#5709 */
export const webTokenExpired = (expiredAt: number, now: number) =>
	new AwsError("ExpiredTokenException", `Token expired: current date/time ${now} must be before the expiration date/time ${expiredAt}`);
/** Unconfirmed. */
export const webTokenMalformed = () =>
	webTokenInvalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
/** aws-actions/configure-aws-credentials#502 */
export const webClaimMissing = (claim: string) => webTokenInvalid(`Missing a required claim: ${claim}`);
/** Ours: AWS's STS does not ask the identity pool. */
export const webIdentityGone = () =>
	webTokenInvalid("The identity of the token is gone, or its logins are no longer those that proved it.");
/** With the issuer as the token has it: mozilla-iam/mozilla-aws-cli#127. */
export const webProviderUnknown = (issuer: string) => webTokenInvalid(`No OpenIDConnect provider found in your account for ${cut(issuer)}`);
/** Unconfirmed. */
export const webAudienceWrong = () => webTokenInvalid("Incorrect token audience");
/** awslabs/aws-sdk-rust#827 */
export const webTokenUnverified = () =>
	webTokenInvalid(
		"Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
	);
export const webProviderUnsupported = () => webTokenInvalid("Gatehouse takes OpenID Connect ID tokens alone, which need no ProviderId.");
/** Ours. */
export const webProviderUnreachable = () =>
	new AwsError("IDPCommunicationError", "The identity provider could not be reached to verify the token. Try again.");
/** Ours, as the next one is. */
export const accessKeyIdUnknown = () => validationError("The access key ID is not one of this account's.");
export const authorizationMessageInvalid = () =>
	new AwsError("InvalidAuthorizationMessageException", "The encoded authorization message is not one of this account's.");
