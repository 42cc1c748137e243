/**
 * Every error text that Cognito is known to send, once. A function a text; each returns the error, and callers throw it.
 */
import { AwsError } from "../aws/errors.ts";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);
export const notAuthorized = (message: string) => new AwsError("NotAuthorizedException", message);
export const resourceNotFound = (message: string) => new AwsError("ResourceNotFoundException", message);
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);

// Pools and clients
export const userPoolNotFound = (id: string) => resourceNotFound(`User pool ${id} does not exist.`);
export const clientNotFound = (id: string) => resourceNotFound(`User pool client ${id} does not exist.`);
export const concurrentModification = () =>
	new AwsError("ConcurrentModificationException", "The request failed because the resource was changed at the same time.");

export const memberNotNull = (path: string) =>
	invalidParameter(`1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`);
export const invalidPaginationToken = () => invalidParameter("Invalid pagination token given.");
export const tooMany = (resources: string) => limitExceeded(`Maximum number of ${resources} exceeded.`);
/** A fixed id asked for in development (`_custom_id_`) that can't be had. */
export const customIdInvalid = (id: string) => invalidParameter(`The id ${id} is not valid here.`);
export const customIdTaken = (id: string) => invalidParameter(`The id ${id} is already taken.`);
export const poolProtected = () =>
	invalidParameter(
		"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
	);

// Provisioned limits, in words of our own: Amazon publishes the codes alone
export const limitAttributesInvalid = () => invalidParameter("A limit of the class API_CATEGORY has one attribute, Category.");
export const limitNotFound = (category: string) => resourceNotFound(`The category ${category} has no limit that can be provisioned.`);
export const limitBelowDefault = (category: string, rate: number) =>
	invalidParameter(`The limit of ${category} cannot be below its default of ${rate} requests per second.`);
export const limitAboveMax = (category: string, rate: number) =>
	new AwsError("ServiceQuotaExceededException", `The limit of ${category} cannot be above ${rate} requests per second.`);

// Domains
export const poolStillHasDomain = () =>
	invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.");
export const domainTaken = () => invalidParameter("Domain already associated with another user pool.");
export const domainNotFound = () => invalidParameter("No such domain or user pool exists.");
export const poolHasDomain = () => invalidParameter("User pool already has a domain configured.");
export const domainReserved = (word: string) => invalidParameter(`Domain cannot contain reserved word: ${word}`);
export const domainCharacters = () =>
	invalidParameter(
		"The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
	);
export const customDomainInvalid = () => invalidParameter("Custom domain is not a valid subdomain.");
export const managedLoginVersionInvalid = () => invalidParameter("ManagedLoginVersion must be 1 or 2.");

// Groups
export const groupNotFound = () => resourceNotFound("Group not found.");
export const groupExists = () => new AwsError("GroupExistsException", "A group with the name already exists.");

// Pool settings
export const featuresNotInTier = (tier: string, features: readonly string[]) =>
	new AwsError(
		"FeatureUnavailableInTierException",
		`The following features need to be disabled for the ${tier} pricing tier configured: ${features.join(", ")}`,
	);
export const tagging = (message: string) => new AwsError("UserPoolTaggingException", message);
export const aliasOrUsernameAttributes = () =>
	invalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.");
export const smsNeededForMfa = () =>
	invalidParameter("SMS configuration and Auto verification for phone_number are required when MFA is required/optional");
export const mfaOnNotByUpdate = () => invalidParameter("Cannot turn MFA functionality ON, once the user pool has been created.");
export const mfaOffWithFactors = () =>
	invalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
export const mfaFactorNeeded = () =>
	invalidParameter("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.");
export const mailOfYourOwnNeededForMfa = () =>
	invalidParameter("Email MFA needs an EmailConfiguration with the email sending account DEVELOPER.");
export const smsNeededForVerification = () =>
	invalidParameter("SMS configuration is required when phone_number is selected for auto verification");
export const codesNotWithMfa = () =>
	invalidParameter("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled");
export const passkeyNotFactorWithMfa = () =>
	invalidParameter("WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.");
export const mfaNotWithPasskeys = () =>
	invalidParameter(
		"Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
	);
export const passwordMustBeFirstFactor = () => invalidParameter("Password should be configured as one of the allowed first auth factors.");
export const unusedAccountValidityGone = () =>
	invalidParameter("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays");
export const recoveryDuplicate = () =>
	invalidParameter("Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.");
export const recoveryAdminOnlyAlone = () =>
	invalidParameter("Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.");
export const verifiedBeforeUpdateNeedsAutoVerified = () =>
	invalidParameter("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes");
export const sourceArnNeeded = () => invalidParameter("Source ARN is required to use DEVELOPER email sending owner");
export const fromAddressInvalid = () => invalidParameter("Provided From email address is invalid");
export const preTokenGenerationDisagrees = () =>
	invalidParameter("Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's");
export const kmsKeyNeeded = () => invalidParameter("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.");

// Attribute schema
export const schemaNamesDuplicate = (name: string) =>
	invalidParameter(`Duplicate ${name.includes(":") ? "custom " : ""}attribute names ${name} are not allowed in a user pool schema.`);
export const standardAttributeFixed = (name: string) =>
	invalidParameter(`You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${name}`);
export const attributeTypeMissing = () =>
	invalidParameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.");
export const customAttributesNotRequired = () => invalidParameter("Required custom attributes are not supported currently.");
export const constraintsInvalid = (kind: "String" | "Number", name: string) =>
	invalidParameter(`Invalid ${kind}AttributeConstraints for schema attribute ${name}`);
export const attributeTooLong = (name: string, max: number) =>
	invalidParameter(`user.${name}: String attributes cannot have a length of more than ${max}`);
export const lengthsOutOfOrder = (name: string) =>
	invalidParameter(`Attribute ${name} cannot have a max length shorter than it's min length`);
export const customAttributeExists = (name: string) => invalidParameter(`${name}: Existing attribute already has name ${name}.`);
export const tooManyCustomAttributes = (max: number) => invalidParameter(`A user pool can have no more than ${max} custom attributes.`);
export const valuesOutOfOrder = (name: string) => invalidParameter(`Attribute ${name} cannot have a max value smaller than it's min value`);

// App client settings
const invalidOAuthFlow = (message: string) => new AwsError("InvalidOAuthFlowException", message);
export const legacyFlowsMixed = () => invalidParameter("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.");
export const clientTokenFlowAlone = () =>
	invalidParameter("ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows and needs a client secret.");
export const rotationExcludesRefreshFlow = () =>
	invalidParameter("ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.");
export const tokenValidityRange = () => invalidParameter("Invalid range for token validity.");
export const tokenValidityOrder = () =>
	invalidParameter("Access and Id Token expiration times must be less than or equal to refresh token expiration times.");
export const clientAttributesInvalid = (access: "read" | "write", doing: "creating" | "updating") =>
	invalidParameter(`Invalid ${access} attributes specified while ${doing} a client`);
export const oauthFlowsAndScopesNeeded = () =>
	invalidParameter("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.");
export const callbackUrlsNeeded = () => invalidOAuthFlow("CallbackUrls can not be empty when code flow or implicit flow is selected");
export const clientCredentialsAlone = () =>
	invalidOAuthFlow("client_credentials flow can not be selected along with code flow or implicit flow.");
export const clientCredentialsNeedSecret = () =>
	invalidOAuthFlow("client_credentials flow can not be selected if client does not have a client secret.");
export const scopeNotForClientCredentials = (scope: string) => invalidOAuthFlow(`${scope} is not supported with client_credentials flow`);
export const scopeDoesNotExist = (scope: string) => new AwsError("ScopeDoesNotExistException", `Invalid scope requested: ${scope}`);
export const urlNotAbsolute = (url: string) => invalidParameter(`${url} is not an absolute URI.`);
export const urlUsesHttp = (url: string) => invalidParameter(`${url} cannot use the HTTP protocol.`);
export const urlHasFragment = (url: string) => invalidParameter(`${url} cannot use fragment`);
export const defaultRedirectUnknown = (url: string) =>
	invalidParameter(`The default redirect URI ${url} is not in the callback URIs list.`);
export const providerNotFound = (provider: string, poolId: string) =>
	invalidParameter(`The provider ${provider} does not exist for User Pool ${poolId}.`);
export const analyticsInvalid = () =>
	invalidParameter("Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid");
export const contextDataNeedsSecret = () =>
	invalidParameter("Client Secret is required to set EnablePropagateAdditionalUserContextData as true");
export const secretGivenTwice = () => invalidParameter("You cannot specify both GenerateSecret as true and provide a ClientSecret value.");
export const clientSecretWrong = (clientId: string) => notAuthorized(`Unable to verify client secret for client ${clientId}`);

// Client secrets, resource servers, tags, identity providers
export const clientHasNoSecret = (clientId: string) => invalidParameter(`User pool client ${clientId} has no client secret.`);
export const clientSecretNotFound = (secretId: string) => resourceNotFound(`Client secret ${secretId} does not exist.`);
export const lastClientSecret = () => invalidParameter("The last client secret of a user pool client cannot be deleted.");
export const resourceServerExists = (identifier: string, poolId: string) =>
	invalidParameter(`${identifier} already exists in user pool ${poolId}.`);
export const resourceServerNotFound = (identifier: string) => resourceNotFound(`Resource server ${identifier} does not exist.`);
export const scopeNamesDuplicate = (name: string) => invalidParameter(`Duplicate scope name ${name} in a resource server.`);
export const notAUserPoolArn = (arn: string) => invalidParameter(`${arn} is not the ARN of a user pool.`);
export const identityProviderNotFound = (name: string) => resourceNotFound(`Identity provider ${name} does not exist.`);

// Who the caller is
export const incorrectUsernameOrPassword = () => notAuthorized("Incorrect username or password.");
export const userNotFound = () => new AwsError("UserNotFoundException", "User does not exist.");
export const userDisabled = () => notAuthorized("User is disabled.");
export const userNotConfirmed = () => new AwsError("UserNotConfirmedException", "User is not confirmed.");
export const passwordAttemptsExceeded = () => notAuthorized("Password attempts exceeded");
export const passwordResetRequired = () => new AwsError("PasswordResetRequiredException", "Password reset required for the user");
export const temporaryPasswordExpired = () => notAuthorized("Temporary password has expired and must be reset by an administrator.");

// App client secrets
export const secretHashMissing = (clientId: string) =>
	notAuthorized(`Client ${clientId} is configured with secret but SECRET_HASH was not received`);
export const secretHashWrong = (clientId: string) => notAuthorized(`Unable to verify secret hash for client ${clientId}`);
export const secretHashUnexpected = (clientId: string) =>
	notAuthorized(`Client ${clientId} is not configured for secret but secret hash was received`);

// Sign-in
export const missingParameter = (name: string) => invalidParameter(`Missing required parameter ${name}`);
export const authMethodNotSupported = () => invalidParameter("Initiate Auth method not supported");
export const flowNotEnabled = (flow: string) => invalidParameter(`${flow} flow not enabled for this client`);
export const srpNotEnabled = () => invalidParameter("USER_SRP_AUTH is not enabled for the client.");
export const adminFlowNotEnabled = () => invalidParameter("Auth flow not enabled for this client");
export const timestampInvalid = () => invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
export const invalidSession = () => notAuthorized("Invalid session for the user.");
export const noSecondFactor = () => notAuthorized("User has no authentication factor that this user pool takes as the second one.");
export const challengeNotAvailable = () => invalidParameter("ANSWER is not one of the available challenges.");
export const codeOrStateMismatch = () => new AwsError("CodeMismatchException", "Invalid code or auth state for the user.");
export const attributeMissing = (name: string) => invalidParameter(`Invalid attributes given, ${name} is missing`);
export const attributeAlreadyProvided = (name: string) => notAuthorized(`Cannot modify an already provided ${name}`);
export const sessionExpired = () => notAuthorized("Invalid session for the user, session is expired.");

// Devices
/** Clients sign in again without the device's key when they read this. */
export const deviceNotFound = () => resourceNotFound("Device does not exist.");
export const invalidDeviceKey = () => invalidParameter("Invalid device key given.");
export const deviceKeyExists = () => new AwsError("DeviceKeyExistsException", "A device with this key already exists.");
export const deviceSecretInvalid = () => invalidParameter("Invalid device secret verifier configuration given.");

// Second factors
export const softwareTokensOff = () =>
	new AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool");
export const softwareTokenNotFound = () =>
	new AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.");
export const softwareTokenMismatch = () =>
	new AwsError("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
export const softwareTokenUsed = () => new AwsError("ExpiredCodeException", "Your software token has already been used once.");
export const softwareTokenNotVerified = () => invalidParameter("User has not verified software token mfa");
export const softwareTokenThere = () => notAuthorized("The user has a software token: only who is signed in may replace it.");
export const tokenOrSession = () => invalidParameter("Either an access token or a session is needed, and not both.");
/** Seen for SOFTWARE_TOKEN_MFA (https://github.com/aws/aws-sdk-js-v3/issues/4645) and SMS_MFA. */
export const factorNotUsable = (factor: string) => invalidParameter(`User does not have delivery config set to turn on ${factor}`);
export const onePreferredFactor = () => invalidParameter("Only one MFA method can be preferred.");
export const preferredFactorOff = (factor: string) => invalidParameter(`${factor} cannot be preferred without being enabled.`);
export const passkeyMfaOff = () => invalidParameter("The user pool does not take passkeys as multi-factor authentication.");
export const passkeyMfaAlone = () => invalidParameter("Passkey MFA needs another MFA method that is enabled for the user.");
export const onlySmsSettings = () => invalidParameter("MFAOptions can only have the delivery medium SMS of the attribute phone_number.");
export const mfaTypeNotOffered = () => invalidParameter("ANSWER is not one of the MFA types that the user can choose.");
export const emailMfaNeedsOtherRecovery = () =>
	invalidParameter("Email MFA cannot be enabled where account recovery is by email alone: add another recovery mechanism.");

// Tokens
export const invalidRefreshToken = () => notAuthorized("Invalid Refresh Token.");
export const refreshTokenRevoked = () => notAuthorized("Refresh Token has been revoked");
export const refreshTokenExpired = () => notAuthorized("Refresh Token has expired");
export const refreshTokenReused = () => new AwsError("RefreshTokenReuseException", "Refresh token has been invalidated");
export const revocationDisabled = () =>
	new AwsError("UnsupportedOperationException", "The app client does not have token revocation enabled.");
export const unsupportedTokenType = () => new AwsError("UnsupportedTokenTypeException", "The token is not a refresh token.");
export const tokenOfAnotherClient = () => new AwsError("UnauthorizedException", "The token was not issued to this app client.");
export const invalidAccessToken = () => notAuthorized("Invalid Access Token");
export const accessTokenUnsigned = () => notAuthorized("Could not verify signature for Access Token");
export const accessTokenRevoked = () => notAuthorized("Access Token has been revoked");
export const accessTokenExpired = () => notAuthorized("Access Token has expired");
export const accessTokenLacksScope = () => notAuthorized("Access Token does not have required scopes");

// Session management, machine tokens
export const sessionNotFound = () => resourceNotFound("Session does not exist.");
export const currentSessionNotRevocable = () => invalidParameter("The session of the access token itself cannot be revoked.");
export const sessionTrackingOff = () => invalidParameter("Session tracking is not enabled for the user pool.");
export const scopeNotAuthorized = (scope: string) => invalidParameter(`Invalid scope requested: ${scope}`);
export const noScopesToAuthorize = () => invalidParameter("The app client has no custom scopes that an access token could authorize.");

// Sign-up, codes, passwords
export const userExists = () => new AwsError("UsernameExistsException", "User already exists");
export const codeMismatch = () => new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
export const codeExpired = () => new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
export const attemptLimitExceeded = () => limitExceeded("Attempt limit exceeded, please try after some time.");
export const tooManyRequests = () => new AwsError("TooManyRequestsException", "Too many requests");
/** As Amazon's clients show it where a request quota is used up: https://github.com/boto/boto3/issues/2517 */
export const rateExceeded = () => new AwsError("TooManyRequestsException", "Rate exceeded");
export const signUpNotPermitted = () => notAuthorized("SignUp is not permitted for this user pool");
/** A user without a password must be able to get a code to sign in with. */
export const passwordOrAddressNeeded = (attributes: readonly string[]) =>
	invalidParameter(`A user without a password must have a value for ${attributes.join(" or ")} that the user pool can send codes to.`);
export const userAccountExists = () => new AwsError("UsernameExistsException", "User account already exists");
/** `attribute` is email or phone_number, in a pool whose usernames they are. */
export const accountWithAttributeExists = (attribute: string) =>
	new AwsError("UsernameExistsException", `An account with the given ${attribute} already exists.`);
/** The wording of the developer guide's "Managing user existence error responses". */
export const aliasExists = (attribute: string) => new AwsError("AliasExistsException", `An account with the ${attribute} already exists.`);
export const usernameShouldBe = (what: "an email" | "a phone number" | "either an email or a phone number") =>
	invalidParameter(`Username should be ${what}.`);
export const usernameCannotBe = (format: "email" | "phone number") =>
	invalidParameter(`Username cannot be of ${format} format, since user pool is configured for ${format} alias.`);
export const cannotBeConfirmed = (status: string) => notAuthorized(`User cannot be confirmed. Current status is ${status}`);
export const alreadyConfirmed = () => invalidParameter("User is already confirmed.");
export const autoVerificationOff = () => invalidParameter("Cannot resend codes. Auto verification not turned on.");
export const nothingToVerify = () => invalidParameter("Cannot resend codes. The user has no email or phone_number to verify.");
export const resendNotPossible = (username: string) =>
	new AwsError("UnsupportedUserStateException", `Resend not possible. ${username} status is not FORCE_CHANGE_PASSWORD`);
/** AdminCreateUser with RESEND words it without the full stop. */
export const resendToDisabledUser = () => notAuthorized("User is disabled");
/** ForgotPassword and ConfirmForgotPassword word it their own way. */
export const usernameNotFound = () => new AwsError("UserNotFoundException", "Username/client id combination not found.");
export const contactAdministrator = () => notAuthorized("Contact administrator to reset password.");
export const passwordCannotBeReset = () => notAuthorized("User password cannot be reset in the current state.");
export const noWayToRecover = () =>
	invalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number");
export const passwordUsedBefore = () => new AwsError("PasswordHistoryPolicyViolationException", "Password has previously been used");
export const codeDeliveryFailure = () => new AwsError("CodeDeliveryFailureException", "The message could not be delivered.");
/** What a sign-in is refused with, whose operations declare nothing of deliveries, where its code can't be sent. */
export const codeNotSendable = (attribute: "email" | "phone_number") =>
	attribute === "email"
		? new AwsError("InvalidEmailRoleAccessPolicyException", "The email message with the code could not be sent.")
		: new AwsError("InvalidSmsRoleAccessPolicyException", "The SMS message with the code could not be sent.");
/** `policy` is how sign-up words it, `password policy` how administrators' operations do. */
export const invalidPassword = (wording: "policy" | "password policy", reason: string) =>
	new AwsError("InvalidPasswordException", `Password did not conform with ${wording}: ${reason}`);

// Attributes
/** So that an answer is not many times as long as its request. */
const attributeProblemsMax = 50;
const firstLines = (problems: readonly string[], before = "") =>
	problems
		.slice(0, attributeProblemsMax)
		.map((problem) => `${before}${problem}\n`)
		.join("");
/** `problems` are lines, each of them "name: what is wrong". */
export const attributesDoNotConform = (problems: readonly string[]) =>
	invalidParameter(`Attributes did not conform to the schema: ${firstLines(problems)}`);
/** The words for a new user. */
export const attributeTypeUnknown = (name: string) =>
	invalidParameter(`Attributes did not conform to the schema: Type for attribute {${name}} could not be determined`);
/** The words for a user who is there. */
export const attributeUnknown = (name: string) => invalidParameter(`user.${name}: Attribute does not exist in the schema.\n`);
export const attributeCannotBeUpdated = (name: string) => invalidParameter(`user.${name}: Attribute cannot be updated.\n`);
/** Of what only the server sets. */
export const attributeNotMutable = (name: string) => invalidParameter(`Cannot modify the non-mutable attribute ${name}`);
export const attributeIsUsername = (name: string) =>
	invalidParameter(`User ${name} should be empty or same as username, since username attribute is ${name}.`);
/** `problems` are lines, each of them "name: what is wrong": the wording where attributes are deleted. */
export const attributesCannotBeDeleted = (problems: readonly string[]) =>
	invalidParameter(`Invalid user attributes: ${firstLines(problems, "user.")}`);
export const attributeNotVerifiable = () => invalidParameter("Invalid attribute name. Only phone_number and email can be verified.");
export const noAddressToVerify = (attribute: "email" | "phone_number") =>
	invalidParameter(`User does not have a valid registered ${attribute === "email" ? "email address" : "phone number"}`);
export const attributeNotWritable = () => notAuthorized("A client attempted to write unauthorized attribute");
export const attributeNeeded = (name: string, by: string) => invalidParameter(`${name} must have a value where ${by}.`);
export const invalidPhoneNumber = () => invalidParameter("Invalid phone number format.");
export const invalidEmailAddress = () => invalidParameter("Invalid email address format.");
export const invalidBirthdate = () => invalidParameter("Invalid birthdate format, please use YYYY-MM-DD.");

// Passkeys
export const webAuthnNotEnabled = () => new AwsError("WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool.");
export const webAuthnConfigurationMissing = () =>
	new AwsError("WebAuthnConfigurationMissingException", "The user pool has neither a relying party ID nor a domain.");
/** InitiateAuth and RespondToAuthChallenge have no error of their own for it. */
export const webAuthnNotConfigured = () => invalidParameter("The user pool has neither a relying party ID nor a domain.");
export const webAuthnChallengeNotFound = () =>
	new AwsError("WebAuthnChallengeNotFoundException", "The challenge is unknown, used or expired.");
export const webAuthnClientMismatch = () =>
	new AwsError("WebAuthnClientMismatchException", "The registration was started by another app client.");
export const webAuthnOriginNotAllowed = () =>
	new AwsError("WebAuthnOriginNotAllowedException", "The origin does not belong to the relying party of the user pool.");
export const webAuthnRelyingPartyMismatch = () =>
	new AwsError("WebAuthnRelyingPartyMismatchException", "The credential is of another relying party than the user pool's.");
export const webAuthnCredentialNotSupported = () =>
	new AwsError("WebAuthnCredentialNotSupportedException", "The credential's authenticator is not supported.");
export const tooManyPasskeys = () => tooMany("passkeys of a user");
export const passkeyExists = () => invalidParameter("The passkey is registered already.");
export const passkeyNotFound = () => resourceNotFound("The passkey does not exist.");
export const malformedPasskey = () => invalidParameter("The passkey credential is malformed.");
export const passkeyRefused = () => notAuthorized("Incorrect passkey credential.");

// Imports
const preconditionNotMet = (message: string) => new AwsError("PreconditionNotMetException", message);
export const importNotFound = (id: string) => resourceNotFound(`User import job ${id} does not exist.`);
export const importNotIn = (status: string, doing: "start" | "stop") =>
	preconditionNotMet(`Cannot ${doing} an import job with the status ${status}.`);
/** Seen: https://github.com/aws-amplify/amplify-js/issues/6416 */
export const importWithoutFile = (id: string) => preconditionNotMet(`No csv file was uploaded for ${id}`);
export const importNeedsAutoVerified = () =>
	preconditionNotMet("The user pool must have an auto-verified attribute to import users: email or phone_number.");
export const otherImportActive = () => preconditionNotMet("Only one import job can be active at a time per account.");
export const importInProgress = () => new AwsError("UserImportInProgressException", "A user import job is in progress for the user pool.");

// ListUsers
export const filterUnparsable = () => invalidParameter("Error while parsing filter");
export const searchAttributeInvalid = (name: string) => invalidParameter(`Invalid search attribute: ${name}`);
export const attributesNotThere = () => invalidParameter("One or more requested attributes do not exist.");

// Triggers
export const triggerFailed = (trigger: string, message: string) =>
	new AwsError("UserLambdaValidationException", `${trigger} failed with error ${message}.`);
/** The first text was seen of a function that did not end in time. */
export const triggerUnavailable = (trigger: string, reason: string, errorCode?: string) =>
	new AwsError(
		"UnexpectedLambdaException",
		reason === "timeout"
			? `${trigger} invocation failed due to error Socket timeout while invoking Lambda function.`
			: `${trigger} invocation failed due to error ${errorCode ?? reason}.`,
	);
export const customAuthNotConfigured = () => invalidParameter("Custom auth lambda trigger is not configured for the user pool.");
export const invalidLambdaResponse = () => new AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output");
const unfitLambdaResponse = (message: string) => new AwsError("InvalidLambdaResponseException", message);
/** Seen: https://github.com/aws/aws-sdk-java/issues/1049 */
export const autoVerifiedUnconfirmed = () =>
	unfitLambdaResponse("Phone or email cannot be auto verified, when user is not being auto confirmed.");
export const nothingToAutoVerify = (attribute: "email" | "phone_number") =>
	unfitLambdaResponse(`The user has no ${attribute} that could be auto verified.`);
export const customMessageTooLong = (name: string, max: number) =>
	unfitLambdaResponse(`${name} of the custom message has more than ${max} characters.`);
export const customMessageLacks = (name: string, placeholder: string) =>
	unfitLambdaResponse(`${name} of the custom message does not contain ${placeholder}.`);

// Migration by a function: everything but an error of the function's own looks like a user who is not there.
// https://repost.aws/knowledge-center/cognito-migration-lambda-trigger-errors
export const migrationRefused = (message: string) => new AwsError("UserNotFoundException", message);
export const migrationNotPossible = (clientId: string) => migrationRefused(`Exception migrating user in app client ${clientId}`);
export const migrationUnfit = (name: string) => migrationRefused(`Error during migration: Invalid ${name}`);
export const migratedUsernameUnfit = () =>
	migrationRefused("Error during migration: username must be the name that was entered, or the entered name one of the user's aliases");
export const migratedWithoutMfa = () =>
	migrationRefused("Error during migration: enableSMSMFA needs a user pool with SMS MFA and a user with a phone_number");
