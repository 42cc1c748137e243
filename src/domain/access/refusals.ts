/**
 * Every error text of IAM's and STS's, once, but those about policy documents, which `policies/refusals.ts` has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../aws/errors.ts";

const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message, { status: 404 });
const entityExists = (message: string) => new AwsError("EntityAlreadyExists", message, { status: 409 });
const deleteConflict = (message: string) => new AwsError("DeleteConflict", message, { status: 409 });
const limitExceeded = (message: string) => new AwsError("LimitExceeded", message, { status: 409 });
export const invalidInput = (message: string) => new AwsError("InvalidInput", message);
export const validationError = (message: string) => new AwsError("ValidationError", message);
const accessDenied = (message: string) => new AwsError("AccessDenied", message, { status: 403 });

export const entityNotFound = (kind: string, name: string) => noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
export const entityTaken = (kind: string, name: string) =>
	entityExists(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} with name ${name} already exists.`);
export const changedMeanwhile = () =>
	new AwsError("ConcurrentModification", "The request was rejected because the resource was changed at the same time. Try again.", {
		status: 409,
	});
export const tooMany = (quota: string, max: number) => limitExceeded(`Cannot exceed quota for ${quota}: ${max}`);
export const markerInvalid = () => validationError("Invalid Marker.");

export const inlinePolicyNotFound = (kind: string, name: string) => noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
export const inlinePoliciesTooLong = (kind: string, name: string, max: number) =>
	limitExceeded(`Maximum policy size of ${max} bytes exceeded for ${kind} ${name}`);
export const policyNotAttachable = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const policyNotAttached = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const policyVersionNotFound = (arn: string, version: string) =>
	noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const policyTaken = (name: string) => entityExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
export const policyAttached = () => deleteConflict("Cannot delete a policy attached to entities.");
export const policyHasVersions = () =>
	deleteConflict(
		"This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
	);
export const defaultVersionStays = () => deleteConflict("Cannot delete the default version of a policy.");
export const tooManyVersions = (max: number) =>
	limitExceeded(`A managed policy can have up to ${max} versions. Before you create a new version, you must delete an existing version.`);
export const notOurPolicy = () => accessDenied("Policies of AWS cannot be changed.");
export const boundaryNotFound = (kind: string, name: string) =>
	noSuchEntity(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} with name ${name} does not have a permissions boundary.`);

export const detachFirst = () => deleteConflict("Cannot delete entity, must detach all policies first.");
export const deletePoliciesFirst = () => deleteConflict("Cannot delete entity, must delete policies first.");
export const removeUsersFirst = () => deleteConflict("Cannot delete entity, must remove users from group first.");
export const leaveGroupsFirst = () => deleteConflict("Cannot delete entity, must remove user from group first.");
export const deleteAccessKeysFirst = () => deleteConflict("Cannot delete entity, must delete access keys first.");
export const accessKeyNotFound = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`);
export const accessKeyStatusInvalid = () => validationError("An access key is made Active or Inactive.");
export const userNameNeeded = () => validationError("Must specify userName when calling with non-User credentials");
export const tagKeysTwice = () => invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
export const tagKeyReserved = () => invalidInput("Tag keys that begin with aws: are reserved.");

export const providerNotFound = (arn: string) => noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
export const providerTaken = (url: string) => entityExists(`Provider with url ${url} already exists.`);
export const providerUrlInvalid = () => validationError("Invalid Open ID Connect Provider URL");
export const thumbprintInvalid = () => invalidInput("A thumbprint is 40 hexadecimal digits.");
export const samlProviderNotFound = (arn: string) => noSuchEntity(`Manifest not found for arn ${arn}`);
export const samlProviderTaken = (arn: string) => entityExists(`SAMLProvider ${arn} already exists.`);
export const samlMetadataInvalid = () => invalidInput("Could not parse metadata");
export const samlEncryptionUnsupported = () => invalidInput("Gatehouse takes no encrypted assertions for IAM's SAML providers.");

export const simulationSourceInvalid = (arn: string) =>
	invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);

// STS
export const rootAssumesNothing = () => accessDenied("Roles may not be assumed by root accounts.");
export const mayNotAssume = (arn: string, action: string, roleArn: string) =>
	accessDenied(`User: ${arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
export const mayNotAssumeByToken = (action = "sts:AssumeRoleWithWebIdentity") => accessDenied(`Not authorized to perform ${action}`);
export const beyondRolesMaximum = () => validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
export const beyondChainsMaximum = () =>
	validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
export const notWithSessionCredentials = (operation: string) => accessDenied(`Cannot call ${operation} with session credentials`);
export const mfaFailed = () =>
	accessDenied(
		"MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
	);
export const packedPolicyTooLarge = (percent: number) =>
	new AwsError("PackedPolicyTooLarge", `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`);
export const sessionPolicyNotFound = (arn: string) => validationError(`The managed policy ${arn} does not exist.`);
export const tooManySessionPolicies = (max: number) => validationError(`No more than ${max} managed policies can be passed.`);
export const transitiveTagMissing = () => validationError("A transitive tag key must be among the session tags.");
export const inheritedTagGiven = (key: string) =>
	invalidInput(`The session tag ${key} is inherited from the session that calls and cannot be set anew.`);
export const sourceIdentityFixed = () => accessDenied("The source identity of a session cannot be changed.");
const webTokenInvalid = (message: string) => new AwsError("InvalidIdentityToken", message);
/** `expiredAt`, `now`: seconds since the epoch. */
export const webTokenExpired = (expiredAt: number, now: number) =>
	new AwsError("ExpiredTokenException", `Token expired: current date/time ${now} must be before the expiration date/time ${expiredAt}`);
export const webTokenMalformed = () =>
	webTokenInvalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
export const webProviderUnknown = () => webTokenInvalid("No OpenIDConnect provider found in your account for the issuer of the token");
export const webAudienceWrong = () => webTokenInvalid("Incorrect token audience");
export const webTokenUnverified = () =>
	webTokenInvalid(
		"Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
	);
export const webProviderUnsupported = () => webTokenInvalid("Gatehouse takes OpenID Connect ID tokens alone, which need no ProviderId.");
export const webProviderUnreachable = () =>
	new AwsError("IDPCommunicationError", "The identity provider could not be reached to verify the token. Try again.");
export const accessKeyIdUnknown = () => validationError("The access key ID is not one of this account's.");
export const authorizationMessageInvalid = () =>
	new AwsError("InvalidAuthorizationMessageException", "The encoded authorization message is not one of this account's.");
