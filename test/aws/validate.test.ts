import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/aws/errors.ts";
import { findOperation, type ServiceName } from "../../src/aws/model.ts";
import { checkInput, checkText } from "../../src/aws/validate.ts";

/*
 * Literal texts. Where a source holds the text (or the part after `detected:`, with the values of its own case) it is named:
 *   js#388       amazon-archives/amazon-cognito-identity-js issue 388: the body of an answer to SignUp
 *   boto3#3581   boto/boto3 issue 3581                       swift#1495  aws-amplify/amplify-swift issue 1495
 *   freertos     aws/amazon-freertos issue 1829              js#10833    aws-amplify/amplify-js issue 10833
 *   cdk#14699    aws/aws-cdk pull request 14699              cli#2941    aws/aws-cli issue 2941
 *   floci#2867   floci-io/floci pull request 2867, measured against Cognito in September 2026
 *   floci#2869   floci-io/floci pull request 2869, likewise
 *   team#133     aws-samples/iam-identity-center-team pull request 133
 *   awslogin#20  youyo/awslogin pull request 20              dart#61     furaiev/amazon-cognito-identity-dart-2 issue 61
 *   app          quoted by applications that translate Cognito's texts for their users
 *   jenkins      log of Jenkins' artifact manager for S3, answered by STS
 *   iam          answers of IAM asserted by a client's test suite, without the values, which IAM repeats no more
 *   localstack   answers of IAM of February 2026, recorded in localstack/localstack, tests/aws/services/iam
 * The others have the form of those, with the constraint that AWS's API reference states for the member.
 * AWS's order is not fixed everywhere: js#388 has a length before its pattern, all later ones have the pattern first; enumerations come
 * in an order of AWS's own, here in the reference's; structures are printed with their members by name.
 */
type Case = readonly [source: string, operation: string, input: object, message: string];

const pool = "us-east-1_EXAMPLE";
const client = "1example23456789abcdefghij";
const token = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
const url = "https://app.example/callback";

const cognitoIdp: readonly Case[] = [
	// Absent
	[
		"app",
		"InitiateAuth",
		{ AuthFlow: "USER_SRP_AUTH" },
		"1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null",
	],
	[
		"app",
		"GetUserAttributeVerificationCode",
		{ AccessToken: token },
		"1 validation error detected: Value null at 'attributeName' failed to satisfy constraint: Member must not be null",
	],
	[
		"floci#2867",
		"SetLogDeliveryConfiguration",
		{ UserPoolId: pool },
		"1 validation error detected: Value null at 'logConfigurations' failed to satisfy constraint: Member must not be null",
	],
	[
		"app",
		"ForgotPassword",
		{ ClientId: client },
		"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"InitiateAuth",
		{ ClientId: client },
		"1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"CreateUserPool",
		{},
		"1 validation error detected: Value null at 'poolName' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"DescribeUserPool",
		{},
		"1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"ListUserPools",
		{},
		"1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
	],
	["form", "GetUser", {}, "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must not be null"],
	[
		"form",
		"ChangePassword",
		{ AccessToken: token, PreviousPassword: "Old-1" },
		"1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"SetRiskConfiguration",
		{ UserPoolId: pool, AccountTakeoverRiskConfiguration: {} },
		"1 validation error detected: Value null at 'accountTakeoverRiskConfiguration.actions' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"AdminGetUser",
		{},
		"2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null; Value at 'username' failed to satisfy constraint: Member must not be null",
	],
	// Patterns
	[
		"boto3#3581",
		"InitiateAuth",
		{ AuthFlow: "USER_PASSWORD_AUTH", ClientId: "ap-northeast-1_xxxxxxxxx" },
		"1 validation error detected: Value 'ap-northeast-1_xxxxxxxxx' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
	],
	[
		"app",
		"DescribeUserPoolClient",
		{ UserPoolId: pool, ClientId: "bad client id!" },
		"1 validation error detected: Value 'bad client id!' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
	],
	[
		"dart#61",
		"SignUp",
		{ ClientId: client, Username: "testuser 1239719371", Password: "Testpassword1!" },
		"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
	],
	[
		"js#388",
		"SignUp",
		{ ClientId: client, Username: "alice", Password: "two words" },
		"1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "my/pool" },
		"1 validation error detected: Value 'my/pool' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+",
	],
	[
		"form",
		"DescribeUserPool",
		{ UserPoolId: "nopool" },
		"1 validation error detected: Value 'nopool' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
	],
	[
		"form",
		"GetUser",
		{ AccessToken: "not a token" },
		"1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
	],
	[
		"form",
		"GetDevice",
		{ AccessToken: token, DeviceKey: "device" },
		"1 validation error detected: Value 'device' at 'deviceKey' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-f-]+",
	],
	[
		"form",
		"CreateGroup",
		{ UserPoolId: pool, GroupName: "a group" },
		"1 validation error detected: Value 'a group' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
	],
	[
		"form",
		"CreateResourceServer",
		{ UserPoolId: pool, Identifier: 'a"b', Name: "api" },
		"1 validation error detected: Value 'a\"b' at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\x21\\x23-\\x5B\\x5D-\\x7E]+",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", SmsVerificationMessage: "no code here" },
		"1 validation error detected: Value 'no code here' at 'smsVerificationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: .*\\{####\\}.*",
	],
	[
		"form",
		"DeleteManagedLoginBranding",
		{ UserPoolId: pool, ManagedLoginBrandingId: "x" },
		"1 validation error detected: Value 'x' at 'managedLoginBrandingId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
	],
	[
		"form",
		"AdminUpdateAuthEventFeedback",
		{ UserPoolId: pool, Username: "a", EventId: "a b", FeedbackValue: "Valid" },
		"1 validation error detected: Value 'a b' at 'eventId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+-]+",
	],
	// Lengths
	[
		"app",
		"SignUp",
		{ ClientId: client, Username: "A".repeat(129), Password: "Password" },
		"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128",
	],
	[
		"cdk#14699",
		"CreateUserPool",
		{ PoolName: "p", Schema: [{ Name: "phone_number_verified" }] },
		"1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 20",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "a".repeat(129) },
		`1 validation error detected: Value '${"a".repeat(129)}' at 'poolName' failed to satisfy constraint: Member must have length less than or equal to 128`,
	],
	[
		"form",
		"SignUp",
		{ ClientId: client, Username: "alice", Password: "x".repeat(257) },
		"1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256",
	],
	[
		"form",
		"RespondToAuthChallenge",
		{ ClientId: client, ChallengeName: "SMS_MFA", Session: "short" },
		"1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
	],
	[
		"form",
		"ListUsers",
		{ UserPoolId: pool, Filter: "f".repeat(257) },
		`1 validation error detected: Value '${"f".repeat(257)}' at 'filter' failed to satisfy constraint: Member must have length less than or equal to 256`,
	],
	[
		"form",
		"AddCustomAttributes",
		{ UserPoolId: pool, CustomAttributes: [] },
		"1 validation error detected: Value '[]' at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", AccountRecoverySetting: { RecoveryMechanisms: [] } },
		"1 validation error detected: Value '[]' at 'accountRecoverySetting.recoveryMechanisms' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", AllowedOAuthFlows: ["code", "code", "code", "implicit"] },
		"1 validation error detected: Value '[code, code, code, implicit]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must have length less than or equal to 3",
	],
	[
		"floci#2867",
		"SetLogDeliveryConfiguration",
		{ UserPoolId: pool, LogConfigurations: ["ERROR", "INFO", "ERROR"].map((LogLevel) => ({ LogLevel, EventSource: "userNotification" })) },
		"1 validation error detected: Value '[LogConfigurationType(cloudWatchLogsConfiguration=null, eventSource=userNotification, firehoseConfiguration=null, logLevel=ERROR, s3Configuration=null), LogConfigurationType(cloudWatchLogsConfiguration=null, eventSource=userNotification, firehoseConfiguration=null, logLevel=INFO, s3Configuration=null), LogConfigurationType(cloudWatchLogsConfiguration=null, eventSource=userNotification, firehoseConfiguration=null, logLevel=ERROR, s3Configuration=null)]' at 'logConfigurations' failed to satisfy constraint: Member must have length less than or equal to 2",
	],
	// Numbers
	[
		"form",
		"ListUserPools",
		{ MaxResults: 61 },
		"1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
	],
	[
		"form",
		"ListUserPools",
		{ MaxResults: 0 },
		"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
	],
	[
		"form",
		"ListUsers",
		{ UserPoolId: pool, Limit: -1 },
		"1 validation error detected: Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", RefreshTokenValidity: 315360001 },
		"1 validation error detected: Value '315360001' at 'refreshTokenValidity' failed to satisfy constraint: Member must have value less than or equal to 315360000",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", AccessTokenValidity: 0 },
		"1 validation error detected: Value '0' at 'accessTokenValidity' failed to satisfy constraint: Member must have value greater than or equal to 1",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", AuthSessionValidity: 2 },
		"1 validation error detected: Value '2' at 'authSessionValidity' failed to satisfy constraint: Member must have value greater than or equal to 3",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", Policies: { PasswordPolicy: { MinimumLength: 5 } } },
		"1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 366 } } },
		"1 validation error detected: Value '366' at 'policies.passwordPolicy.temporaryPasswordValidityDays' failed to satisfy constraint: Member must have value less than or equal to 365",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 3 }] } },
		"1 validation error detected: Value '3' at 'accountRecoverySetting.recoveryMechanisms.1.member.priority' failed to satisfy constraint: Member must have value less than or equal to 2",
	],
	// Enumerations
	[
		"floci#2867",
		"SetLogDeliveryConfiguration",
		{ UserPoolId: pool, LogConfigurations: [{ LogLevel: "TRACE", EventSource: "userNotification" }] },
		"1 validation error detected: Value 'TRACE' at 'logConfigurations.1.member.logLevel' failed to satisfy constraint: Member must satisfy enum value set: [ERROR, INFO]",
	],
	[
		"form",
		"InitiateAuth",
		{ ClientId: client, AuthFlow: "NO_SUCH_FLOW" },
		"1 validation error detected: Value 'NO_SUCH_FLOW' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", DeletionProtection: "on" },
		"1 validation error detected: Value 'on' at 'deletionProtection' failed to satisfy constraint: Member must satisfy enum value set: [ACTIVE, INACTIVE]",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", MfaConfiguration: "" },
		"1 validation error detected: Value '' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
	],
	[
		"form",
		"AdminCreateUser",
		{ UserPoolId: pool, Username: "a", MessageAction: "resend" },
		"1 validation error detected: Value 'resend' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", TokenValidityUnits: { AccessToken: "weeks" } },
		"1 validation error detected: Value 'weeks' at 'tokenValidityUnits.accessToken' failed to satisfy constraint: Member must satisfy enum value set: [seconds, minutes, hours, days]",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", PreventUserExistenceErrors: "NO" },
		"1 validation error detected: Value 'NO' at 'preventUserExistenceErrors' failed to satisfy constraint: Member must satisfy enum value set: [LEGACY, ENABLED]",
	],
	// Items of lists, entries of maps
	[
		"cli#2941",
		"UpdateUserPoolClient",
		{ UserPoolId: pool, ClientId: client, CallbackURLs: [url, "has space"] },
		"1 validation error detected: Value '[https://app.example/callback, has space]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]",
	],
	[
		"team#133",
		"UpdateUserPoolClient",
		{ UserPoolId: pool, ClientId: client, LogoutURLs: ["<", "!", " "] },
		"1 validation error detected: Value '[<, !,  ]' at 'logoutURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", AutoVerifiedAttributes: ["mail"] },
		"1 validation error detected: Value '[mail]' at 'autoVerifiedAttributes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
	],
	[
		"form",
		"AdminCreateUser",
		{ UserPoolId: pool, Username: "a", DesiredDeliveryMediums: ["SMS", "FAX"] },
		"1 validation error detected: Value '[SMS, FAX]' at 'desiredDeliveryMediums' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SMS, EMAIL]]",
	],
	[
		"form",
		"CreateUserPoolClient",
		{ UserPoolId: pool, ClientName: "web", ReadAttributes: [""] },
		"1 validation error detected: Value '[]' at 'readAttributes' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1]",
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", UserPoolTags: { team: "t".repeat(257) } },
		`1 validation error detected: Value '{team=${"t".repeat(257)}}' at 'userPoolTags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
	],
	[
		"form",
		"CreateUserPool",
		{ PoolName: "p", UserPoolTags: { "": "x", a: "b" } },
		"1 validation error detected: Value '{=x, a=b}' at 'userPoolTags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
	],
	// Several
	[
		"app",
		"InitiateAuth",
		{ AuthFlow: "USER_PASSWORD_AUTH", ClientId: "" },
		"2 validation errors detected: Value '' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+; Value '' at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"app",
		"SignUp",
		{ ClientId: client, Username: "", Password: "Password1!" },
		"2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"app",
		"ConfirmForgotPassword",
		{ ClientId: client, Username: "alice", ConfirmationCode: "", Password: "Password1!" },
		"2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"app",
		"ConfirmForgotPassword",
		{ ClientId: client, Username: "alice", ConfirmationCode: "", Password: "" },
		"3 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
	],
	[
		"app",
		"SignUp",
		{ ClientId: client, Username: "", Password: "" },
		"3 validation errors detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"app",
		"UpdateUserAttributes",
		{ AccessToken: token, UserAttributes: [{ Name: "", Value: "x" }] },
		"2 validation errors detected: Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+; Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"floci#2869",
		"UpdateManagedLoginBranding",
		{
			ManagedLoginBrandingId: "x",
			Assets: Array.from({ length: 41 }, () => ({ Category: "FAVICON_ICO", ColorMode: "LIGHT", Extension: "ICO" })),
		},
		`2 validation errors detected: Value '[${Array.from(
			{ length: 41 },
			() => "AssetType(bytes=null, category=FAVICON_ICO, colorMode=LIGHT, extension=ICO, resourceId=null)",
		)
			.join(", ")
			.slice(
				0,
				2047,
			)}...' at 'assets' failed to satisfy constraint: Member must have length less than or equal to 40; Value 'x' at 'managedLoginBrandingId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`,
	],
];

const cognitoIdentity: readonly Case[] = [
	[
		"swift#1495",
		"GetId",
		{ IdentityPoolId: "us-west-2_wdLXbCQIZ" },
		"1 validation error detected: Value 'us-west-2_wdLXbCQIZ' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
	],
	[
		"freertos",
		"GetId",
		{ IdentityPoolId: "6eaf0258-e8c5-467f-90de-6e212326e6d3" },
		"1 validation error detected: Value '6eaf0258-e8c5-467f-90de-6e212326e6d3' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
	],
	[
		"app",
		"GetId",
		{ IdentityPoolId: "us-east-2:mock" },
		"1 validation error detected: Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
	],
	[
		"app",
		"GetId",
		{ IdentityPoolId: "arn:aws:cognito-idp:us-east-1:100641718971:userpool/us-east-1_y3LHvvlPG" },
		"2 validation errors detected: Value 'arn:aws:cognito-idp:us-east-1:100641718971:userpool/us-east-1_y3LHvvlPG' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+; Value 'arn:aws:cognito-idp:us-east-1:100641718971:userpool/us-east-1_y3LHvvlPG' at 'identityPoolId' failed to satisfy constraint: Member must have length less than or equal to 55",
	],
	[
		"js#10833",
		"GetId",
		{ IdentityPoolId: "us-east-1:0a", Logins: { "accounts.google.com": "" } },
		"1 validation error detected: Value at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
	],
	[
		"form",
		"GetId",
		{},
		"1 validation error detected: Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"DeleteIdentities",
		{ IdentityIdsToDelete: [] },
		"1 validation error detected: Value '[]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length greater than or equal to 1",
	],
	[
		"form",
		"ListIdentityPools",
		{ MaxResults: 61 },
		"1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
	],
	[
		"form",
		"SetIdentityPoolRoles",
		{ IdentityPoolId: "us-east-1:0a", Roles: { guest: "arn:aws:iam::123456789012:role/r" } },
		"1 validation error detected: Value '{guest=arn:aws:iam::123456789012:role/r}' at 'roles' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]",
	],
	[
		"form",
		"SetIdentityPoolRoles",
		{ IdentityPoolId: "us-east-1:0a", Roles: {}, RoleMappings: { idp: { Type: "Guess" } } },
		"1 validation error detected: Value 'Guess' at 'roleMappings.idp.member.type' failed to satisfy constraint: Member must satisfy enum value set: [Token, Rules]",
	],
];

const role = "arn:aws:iam::123456789012:role/Reader";

const sts: readonly Case[] = [
	[
		"awslogin#20",
		"AssumeRole",
		{ RoleArn: role, RoleSessionName: "s".repeat(65) },
		`1 validation error detected: Value '${"s".repeat(65)}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
	],
	[
		"app",
		"AssumeRole",
		{ RoleArn: role, RoleSessionName: "pic-ro- 6ACCOUNTNUMBER6" },
		"1 validation error detected: Value 'pic-ro- 6ACCOUNTNUMBER6' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
	],
	[
		"jenkins",
		"AssumeRole",
		{ RoleArn: "MyIAMRoleName", RoleSessionName: "session" },
		"1 validation error detected: Value 'MyIAMRoleName' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
	],
	[
		"app",
		"AssumeRole",
		{ RoleArn: role },
		"1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"AssumeRoleWithWebIdentity",
		{ RoleArn: role, RoleSessionName: "session" },
		"1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must not be null",
	],
	[
		"form",
		"AssumeRole",
		{ RoleArn: role, RoleSessionName: "session", DurationSeconds: 899 },
		"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
	],
];

const iam: readonly Case[] = [
	[
		"localstack",
		"CreateOpenIDConnectProvider",
		{ Url: "b".repeat(256), ThumbprintList: ["b".repeat(41)], ClientIDList: ["b".repeat(256)] },
		"3 validation errors detected: Value at 'clientIDList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]; Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]; Value at 'url' failed to satisfy constraint: Member must have length less than or equal to 255",
	],
	[
		"localstack",
		"CreateRole",
		{ RoleName: "r", AssumeRolePolicyDocument: "{}", Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" })) },
		"1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
	],
	[
		"localstack",
		"GetPolicyVersion",
		{ PolicyArn: "arn:aws:iam::aws:policy/p", VersionId: "nope" },
		"1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
	],
	["iam", "CreateUser", {}, "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null"],
	[
		"iam",
		"CreateUser",
		{ UserName: "sdktestuser", Tags: [{ Key: "#￥%……&", Value: "@#$%^&*" }] },
		"2 validation errors detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+; Value at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*",
	],
	[
		"form",
		"CreateRole",
		{ RoleName: "r", AssumeRolePolicyDocument: "{}", MaxSessionDuration: 3599 },
		"1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
	],
	[
		"form",
		"CreateSAMLProvider",
		{ Name: "idp" },
		"1 validation error detected: Value at 'sAMLMetadataDocument' failed to satisfy constraint: Member must not be null",
	],
	[
		"localstack",
		"UntagUser",
		{ UserName: "u", TagKeys: ["a#"] },
		"1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]",
	],
];

function refusal(service: ServiceName, name: string, input: object): AwsError {
	const operation = findOperation(service, name);
	assert.ok(operation, name);
	try {
		checkInput(operation, input);
	} catch (error) {
		assert.ok(error instanceof AwsError, `${error}`);
		return error;
	}
	assert.fail(`${name} took the input`);
}

for (const [service, code, cases] of [
	["cognito-idp", "InvalidParameterException", cognitoIdp],
	["cognito-identity", "ValidationException", cognitoIdentity],
	["sts", "ValidationError", sts],
	["iam", "ValidationError", iam],
] as const)
	for (const [source, name, input, message] of cases)
		test(`${name}: ${message.slice(0, 160)} [${source}]`, () => {
			const error = refusal(service, name, input);
			assert.equal(error.message, message);
			assert.equal(error.code, code);
			assert.equal(error.status, 400);
		});

test("lengths count characters, not UTF-16 units", () => {
	const operation = findOperation("cognito-idp", "CreateGroup");
	assert.ok(operation);
	assert.doesNotThrow(() => checkInput(operation, { UserPoolId: pool, GroupName: "\u{1f600}".repeat(128) }));
	assert.match(
		refusal("cognito-idp", "CreateGroup", { UserPoolId: pool, GroupName: "\u{1f600}".repeat(129) }).message,
		/less than or equal to 128$/,
	);
});

test("no secret is repeated, wherever it stands", () => {
	const secret = "hunter2 hunter2";
	for (const [name, input] of [
		["SignUp", { ClientId: client, Username: secret, Password: secret, SecretHash: secret }],
		["ChangePassword", { AccessToken: secret, PreviousPassword: secret, ProposedPassword: secret }],
		["AdminUserGlobalSignOut", { UserPoolId: pool, Username: secret }],
		["UpdateUserAttributes", { AccessToken: token, UserAttributes: [{ Name: "email", Value: secret.repeat(200) }] }],
		["RespondToAuthChallenge", { ClientId: client, ChallengeName: "SMS_MFA", Session: secret }],
		["VerifySoftwareToken", { AccessToken: token, UserCode: secret }],
	] as const)
		assert.ok(!refusal("cognito-idp", name, input).message.includes("hunter2"), name);
	assert.ok(!refusal("cognito-identity", "GetId", { IdentityPoolId: "us-east-1:0a", Logins: { "": secret } }).message.includes("hunter2"));
});

test("U+0000 is refused wherever it stands, and its member named", () => {
	const check = (service: ServiceName, name: string, input: object) => checkText(findOperation(service, name) as never, input);
	for (const [service, name, input, code, member] of [
		["cognito-idp", "SignUp", { Username: "a", Password: "\0" }, "InvalidParameterException", "password"],
		[
			"cognito-idp",
			"SignUp",
			{ UserAttributes: [{ Name: "a" }, { Name: "b", Value: "c\0" }] },
			"InvalidParameterException",
			"userAttributes",
		],
		["cognito-idp", "SignUp", { ClientMetadata: { "\0": "a" } }, "InvalidParameterException", "clientMetadata"],
		["cognito-idp", "CreateManagedLoginBranding", { Settings: { a: [1, null, { b: "\0" }] } }, "InvalidParameterException", "settings"],
		["cognito-identity", "GetId", { Logins: { a: "\0" } }, "ValidationException", "logins"],
	] as const) {
		const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not contain U+0000`;
		assert.throws(() => check(service, name, input), new AwsError(code, message));
	}
	check("cognito-idp", "SetUICustomization", { ImageFile: Uint8Array.of(0), CSS: "\\0 \u0001", ClientId: undefined });
});

test("hostile inputs make no long message: ten failures, values cut", () => {
	// DynamoDB, which has the same framework, stops at ten failures: mhart/dynalite validations/index.js.
	const UserAttributes = Array.from({ length: 100_000 }, () => ({ Name: `${" ".repeat(40)}\u0001` }));
	const many = refusal("cognito-idp", "SignUp", { ClientId: client, Username: "a", Password: "b", UserAttributes }).message;
	assert.ok(many.startsWith("10 validation errors detected: "), many.slice(0, 80));
	assert.equal(many.split("; ").length, 10);
	const wrong = {
		UserPoolId: "",
		ClientId: "",
		ClientName: "",
		DefaultRedirectURI: "",
		AccessTokenValidity: 0,
		AuthSessionValidity: 0,
		IdTokenValidity: 0,
	};
	const members = refusal("cognito-idp", "UpdateUserPoolClient", { ...wrong, PreventUserExistenceErrors: "" }).message;
	assert.ok(members.startsWith("10 validation errors detected: "), members.slice(0, 80));
	const long = refusal("cognito-idp", "CreateUserPool", { PoolName: "/".repeat(1_000_000) }).message;
	assert.ok(long.length < 3000, `${long.length}`);
	assert.ok(long.includes("/...' at 'poolName'"));
	const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`key ${at}`, "v".repeat(300)]));
	assert.ok(refusal("cognito-idp", "CreateUserPool", { PoolName: "p", UserPoolTags: keys }).message.length < 10_000);
});

test("a hostile value costs little", () => {
	for (const [name, input] of [
		["CreateUserPool", { PoolName: "a".repeat(1_000_000) }],
		["CreateUserPool", { PoolName: "p", EmailVerificationMessage: "{##".repeat(300_000) }],
		["CreateUserPool", { PoolName: "p", EmailConfiguration: { From: "a@".repeat(300_000) } }],
		["CreateUserPool", { PoolName: "p", VerificationMessageTemplate: { EmailMessageByLink: `${"{####}".repeat(3333)}\u0001` } }],
		["GetUser", { AccessToken: "a".repeat(1_000_000) }],
	] as const) {
		const begun = process.cpuUsage();
		try {
			checkInput(findOperation("cognito-idp", name) as never, input);
		} catch (error) {
			assert.ok(error instanceof AwsError, `${error}`);
		}
		const milliseconds = process.cpuUsage(begun).user / 1000;
		assert.ok(milliseconds < 500, `${name} took ${milliseconds} ms`);
	}
});
