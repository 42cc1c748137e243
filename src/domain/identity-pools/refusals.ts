/**
 * Every error text of identity pools, once, as `../refusals.ts` has those of user pools. Where no text of AWS's own is known, it is
 * Gatehouse's; the code is AWS's always.
 */
import { AwsError } from "../../aws/errors.ts";
import { invalidParameter, notAuthorized, resourceNotFound } from "../refusals.ts";

const conflict = (message: string) => new AwsError("ResourceConflictException", message);

// Pools
export const identityPoolNotFound = (id: string) => resourceNotFound(`IdentityPool '${id}' not found.`);
export const notAnIdentityPoolArn = (arn: string) => invalidParameter(`${arn} is not the ARN of an identity pool.`);
export const unknownLoginProvider = (name: string) => invalidParameter(`${name} is not a login provider that identity pools know.`);
export const cognitoProviderInvalid = () => invalidParameter("Invalid Cognito Identity Provider");
export const cognitoProviderTwice = (name: string, clientId: string) =>
	invalidParameter(`The identity provider ${name} with the client ${clientId} is given twice.`);
export const tooManyProviders = (max: number) =>
	invalidParameter(`An identity pool can have no more than ${max} identity providers of a kind.`);
export const providerArnInvalid = (arn: string) => invalidParameter(`${arn} is not the ARN of an identity provider.`);
export const developerNameReserved = (name: string) => invalidParameter(`${name} cannot be the name of a developer provider.`);
export const developerNameFixed = () => invalidParameter("The developer provider name of an identity pool cannot be changed.");

// Roles and principal tags
export const tooManyRules = (path: string, max: number) =>
	new AwsError(
		"ValidationException",
		`1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
	);
export const roleArnInvalid = (arn: string) => invalidParameter(`${arn} is not the ARN of a role.`);
export const ambiguousResolutionNeeded = (provider: string) =>
	invalidParameter(`AmbiguousRoleResolution is required for the role mapping of ${provider}.`);
export const rulesNeeded = (provider: string) => invalidParameter(`RulesConfiguration is required for the role mapping of ${provider}.`);
export const rulesNotWithToken = (provider: string) =>
	invalidParameter(`RulesConfiguration is only for role mappings of the type Rules: ${provider}.`);
export const tooManyTagMaps = (max: number) =>
	invalidParameter(`An identity pool can have principal tags for no more than ${max} providers.`);
export const principalTagInvalid = (key: string) => invalidParameter(`${key} cannot be the key of a principal tag.`);

// Identities
export const identityNotFound = (id: string) => resourceNotFound(`Identity '${id}' not found.`);
export const identityForbidden = (id: string) => notAuthorized(`Access to Identity '${id}' is forbidden.`);
/** Seen: https://github.com/aws/aws-sdk-js-v3/issues/3113 */
export const guestsNotSupported = () => notAuthorized("Unauthenticated access is not supported for this identity pool.");
/** Seen: https://github.com/aws-amplify/amplify-js/issues/2443 */
export const loginsDontMatch = () =>
	notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool.");
export const loginLinkedElsewhere = () => conflict("The login is linked to another identity of the same provider.");
export const loginNotLinked = () => resourceNotFound("The identity does not have that login.");
export const tooManyLogins = (max: number) => conflict(`An identity can have no more than ${max} logins.`);
export const classicFlowOff = () => invalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.");
/** The wording of the developer guide's "Identity pools authentication flow". */
export const classicFlowWithMappings = () =>
	invalidParameter("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.");
export const loginsNeeded = () => invalidParameter("At least one login is needed.");

// Credentials
/** Seen: https://github.com/aws-amplify/amplify-js/issues/741 */
export const configurationInvalid = () =>
	new AwsError("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.");
export const stsUnavailable = () => new AwsError("ExternalServiceException", "The STS could not be asked.");
export const roleDenied = () => notAuthorized("The identity pool's role mapping gives the identity no role.");
export const customRoleRefused = () => notAuthorized("The identity may not have the role that CustomRoleArn names.");

// Logins
/** Seen: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/7 */
export const providerNotSupported = () => notAuthorized("Token is not from a supported provider of this identity pool.");
const invalidLogin = (reason: string) => notAuthorized(`Invalid login token. ${reason}`);
export const notAnIdToken = () => invalidLogin("Not a valid OpenId Connect identity token.");
/** Seen: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/7 */
export const claimMissing = (claim: string) => invalidLogin(`Missing a required claim: ${claim}`);
/** Seen: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/40 */
export const issuerMismatch = () => invalidLogin("Issuer doesn't match providerName");
/** Seen: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/91 */
export const signatureUnverified = () => invalidLogin("Couldn't verify signed token.");
/** Both in seconds. */
export const loginExpired = (exp: number, now: number) => invalidLogin(`Token expired: ${exp} >= ${now}`);
export const ownTokenExpired = () => invalidLogin("Token expired.");
export const loginNotYetValid = () => invalidLogin("Token is not valid yet.");
export const loginRevoked = () => invalidLogin("The user is signed out, disabled or deleted.");
/** Seen: https://github.com/aws/aws-sdk-net/issues/420 */
export const ownTokenNotTaken = () => invalidLogin("Can't pass in a Cognito token.");
export const publicTokenRefused = (provider: string) => invalidLogin(`The token is not valid at ${provider}.`);
export const loginKindUnsupported = (provider: string) => invalidLogin(`Logins of ${provider} are not supported.`);
export const publicProviderNeeded = () => invalidParameter("Please provide a valid public provider");
export const providerUnavailable = (provider: string) =>
	new AwsError("ExternalServiceException", `The identity provider ${provider} could not be asked.`);

// Developer identities
export const developerProviderNeeded = () =>
	invalidParameter("Logins must have the developer provider name of the identity pool, and only that one of developer providers.");
export const developerUserRegistered = () =>
	new AwsError(
		"DeveloperUserAlreadyRegisteredException",
		"The provided developer user identifier is already registered with Cognito under a different identity ID.",
	);
export const developerUserNotFound = () =>
	resourceNotFound("The developer user identifier is not linked to an identity of this identity pool.");
export const developerUserElsewhere = () => conflict("The developer user identifier is not linked to that identity.");
export const lookupNeedsOne = () => invalidParameter("Either an identity id or a developer user identifier is needed.");
