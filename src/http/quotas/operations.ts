/**
 * Which operation counts in which quota.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html ("Amazon Cognito user pools API operation categories and request rate
 * quotas", and those of identity pools). An operation that is not there has no published rate, and none here; but for GetClientToken, which counts in
 * ClientAuthentication by itself, once it has seen the client's secret.
 */
import type { ServiceName } from "../../aws/model.ts";
import type { RequestQuotaName } from "../../config/request-quotas.ts";

type Category = Exclude<RequestQuotaName, "SingleUserPool" | "ClientRegistration" | `Domain${string}`>;

/** Of user pools. */
export const operationsByCategory = {
	UserAuthentication: [
		"InitiateAuth",
		"RespondToAuthChallenge",
		"AdminInitiateAuth",
		"AdminRespondToAuthChallenge",
		"GetTokensFromRefreshToken",
	],
	UserCreation: ["SignUp", "ConfirmSignUp", "AdminCreateUser", "AdminConfirmSignUp"],
	UserAccountRecovery: ["ChangePassword", "ConfirmForgotPassword", "ForgotPassword", "AdminResetUserPassword", "AdminSetUserPassword"],
	UserRead: ["AdminGetUser", "AdminGetUserAuthFactors", "GetUser"],
	UserUpdate: [
		"AdminAddUserToGroup",
		"AdminDeleteUserAttributes",
		"AdminUpdateUserAttributes",
		"AdminDeleteUser",
		"AdminDisableUser",
		"AdminEnableUser",
		"AdminLinkProviderForUser",
		"AdminDisableProviderForUser",
		"VerifyUserAttribute",
		"DeleteUser",
		"DeleteUserAttributes",
		"UpdateUserAttributes",
		"AdminUserGlobalSignOut",
		"GlobalSignOut",
		"AdminRemoveUserFromGroup",
	],
	UserToken: ["RevokeToken"],
	UserResourceRead: [
		"AdminGetDevice",
		"AdminListGroupsForUser",
		"AdminListDevices",
		"GetDevice",
		"ListDevices",
		"GetUserAttributeVerificationCode",
		"ResendConfirmationCode",
		"AdminListUserAuthEvents",
	],
	UserResourceUpdate: [
		"AdminForgetDevice",
		"AdminUpdateAuthEventFeedback",
		"AdminSetUserMFAPreference",
		"AdminDeleteSoftwareToken",
		"AdminSetUserSettings",
		"AdminUpdateDeviceStatus",
		"UpdateDeviceStatus",
		"UpdateAuthEventFeedback",
		"ConfirmDevice",
		"SetUserMFAPreference",
		"SetUserSettings",
		"VerifySoftwareToken",
		"AssociateSoftwareToken",
		"ForgetDevice",
	],
	UserList: ["ListUsers", "ListUsersInGroup"],
	UserPoolRead: ["DescribeUserPool", "ListUserPools"],
	UserPoolUpdate: ["CreateUserPool", "UpdateUserPool", "DeleteUserPool"],
	UserPoolResourceRead: [
		"DescribeIdentityProvider",
		"DescribeResourceServer",
		"DescribeUserImportJob",
		"DescribeUserPoolDomain",
		"GetCSVHeader",
		"GetGroup",
		"GetSigningCertificate",
		"GetIdentityProviderByIdentifier",
		"GetUserPoolMfaConfig",
		"ListGroups",
		"ListIdentityProviders",
		"ListResourceServers",
		"ListTagsForResource",
		"ListUserImportJobs",
		"DescribeRiskConfiguration",
		"GetUICustomization",
		"DescribeManagedLoginBranding",
		"DescribeManagedLoginBrandingByClient",
	],
	UserPoolResourceUpdate: [
		"AddCustomAttributes",
		"CreateGroup",
		"CreateIdentityProvider",
		"CreateResourceServer",
		"CreateUserImportJob",
		"CreateUserPoolDomain",
		"DeleteGroup",
		"DeleteIdentityProvider",
		"DeleteResourceServer",
		"DeleteUserPoolDomain",
		"SetUserPoolMfaConfig",
		"StartUserImportJob",
		"StopUserImportJob",
		"UpdateGroup",
		"UpdateIdentityProvider",
		"UpdateResourceServer",
		"UpdateUserPoolDomain",
		"SetRiskConfiguration",
		"SetUICustomization",
		"TagResource",
		"UntagResource",
		"CreateManagedLoginBranding",
		"UpdateManagedLoginBranding",
		"DeleteManagedLoginBranding",
	],
	UserPoolClientRead: ["DescribeUserPoolClient", "ListUserPoolClients"],
	UserPoolClientUpdate: ["CreateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient"],
	LimitManagement: ["GetProvisionedLimit", "UpdateProvisionedLimit"],
} as const satisfies Partial<Record<Category, readonly string[]>>;

/** "Amazon Cognito applies each identity pool quota to a single operation." */
export const operationsOfIdentityPools = [
	"GetId",
	"GetOpenIdToken",
	"GetCredentialsForIdentity",
	"GetOpenIdTokenForDeveloperIdentity",
	"ListIdentities",
	"DeleteIdentities",
	"TagResource",
	"UntagResource",
	"ListTagsForResource",
] as const satisfies readonly RequestQuotaName[];

/** Note 3: those "to 5 requests per second (RPS), per user pool". */
const categoriesOfSinglePools: ReadonlySet<string> = new Set([
	"UserPoolResourceRead",
	"UserPoolResourceUpdate",
	"UserPoolClientRead",
	"UserPoolClientUpdate",
]);

/** What a request counts in. `ChallengeResponse` is "a separate quota that is three times the UserAuthentication category limit". */
export interface QuotaUse {
	readonly quota: Category | "ChallengeResponse" | "CodeRedemption";
	/** The operation and the user pool, where they have a quota of their own. */
	readonly single?: string;
}

const uses: Readonly<Partial<Record<ServiceName, ReadonlyMap<string, QuotaUse>>>> = {
	"cognito-idp": new Map(
		Object.entries(operationsByCategory).flatMap(([category, operations]) =>
			operations.map((operation) => [operation, { quota: category as Category }]),
		),
	),
	"cognito-identity": new Map(operationsOfIdentityPools.map((operation) => [operation, { quota: operation }])),
};
const recovery: QuotaUse = { quota: "UserAccountRecovery" };
const challengeResponse: QuotaUse = { quota: "ChallengeResponse" };

/** What a request of the API counts in; undefined where that is nothing. `input` is what the model lets through. */
export function findQuotaUse(service: ServiceName, operation: string, input: object): QuotaUse | undefined {
	const use = uses[service]?.get(operation);
	if (use === undefined) return undefined;
	if (operation === "RespondToAuthChallenge" || operation === "AdminRespondToAuthChallenge") {
		// Note 1: such a response "counts toward the UserAccountRecovery category".
		return "ChallengeName" in input && input.ChallengeName === "NEW_PASSWORD_REQUIRED" ? recovery : challengeResponse;
	}
	if (!categoriesOfSinglePools.has(use.quota) || !("UserPoolId" in input)) return use;
	return { quota: use.quota, single: `${operation} ${input.UserPoolId}` };
}
