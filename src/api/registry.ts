/** Every operation that Gatehouse has. Adding one is a file and a line here. */

import { CreateIdentityPool } from "./cognito-identity/CreateIdentityPool.ts";
import { DeleteIdentities } from "./cognito-identity/DeleteIdentities.ts";
import { DeleteIdentityPool } from "./cognito-identity/DeleteIdentityPool.ts";
import { DescribeIdentity } from "./cognito-identity/DescribeIdentity.ts";
import { DescribeIdentityPool } from "./cognito-identity/DescribeIdentityPool.ts";
import { GetCredentialsForIdentity } from "./cognito-identity/GetCredentialsForIdentity.ts";
import { GetId } from "./cognito-identity/GetId.ts";
import { GetIdentityPoolRoles } from "./cognito-identity/GetIdentityPoolRoles.ts";
import { GetOpenIdToken } from "./cognito-identity/GetOpenIdToken.ts";
import { GetOpenIdTokenForDeveloperIdentity } from "./cognito-identity/GetOpenIdTokenForDeveloperIdentity.ts";
import { GetPrincipalTagAttributeMap } from "./cognito-identity/GetPrincipalTagAttributeMap.ts";
import { ListIdentities } from "./cognito-identity/ListIdentities.ts";
import { ListIdentityPools } from "./cognito-identity/ListIdentityPools.ts";
import { ListTagsForResource as ListTagsForIdentityPool } from "./cognito-identity/ListTagsForResource.ts";
import { LookupDeveloperIdentity } from "./cognito-identity/LookupDeveloperIdentity.ts";
import { MergeDeveloperIdentities } from "./cognito-identity/MergeDeveloperIdentities.ts";
import { SetIdentityPoolRoles } from "./cognito-identity/SetIdentityPoolRoles.ts";
import { SetPrincipalTagAttributeMap } from "./cognito-identity/SetPrincipalTagAttributeMap.ts";
import { TagResource as TagIdentityPool } from "./cognito-identity/TagResource.ts";
import { UnlinkDeveloperIdentity } from "./cognito-identity/UnlinkDeveloperIdentity.ts";
import { UnlinkIdentity } from "./cognito-identity/UnlinkIdentity.ts";
import { UntagResource as UntagIdentityPool } from "./cognito-identity/UntagResource.ts";
import { UpdateIdentityPool } from "./cognito-identity/UpdateIdentityPool.ts";
import { AddUserPoolClientSecret } from "./cognito-idp/app-clients/AddUserPoolClientSecret.ts";
import { CreateUserPoolClient } from "./cognito-idp/app-clients/CreateUserPoolClient.ts";
import { DeleteUserPoolClient } from "./cognito-idp/app-clients/DeleteUserPoolClient.ts";
import { DeleteUserPoolClientSecret } from "./cognito-idp/app-clients/DeleteUserPoolClientSecret.ts";
import { DescribeUserPoolClient } from "./cognito-idp/app-clients/DescribeUserPoolClient.ts";
import { ListUserPoolClientSecrets } from "./cognito-idp/app-clients/ListUserPoolClientSecrets.ts";
import { ListUserPoolClients } from "./cognito-idp/app-clients/ListUserPoolClients.ts";
import { UpdateUserPoolClient } from "./cognito-idp/app-clients/UpdateUserPoolClient.ts";
import { AdminInitiateAuth } from "./cognito-idp/authentication/AdminInitiateAuth.ts";
import { AdminRespondToAuthChallenge } from "./cognito-idp/authentication/AdminRespondToAuthChallenge.ts";
import { InitiateAuth } from "./cognito-idp/authentication/InitiateAuth.ts";
import { RespondToAuthChallenge } from "./cognito-idp/authentication/RespondToAuthChallenge.ts";
import { AdminForgetDevice } from "./cognito-idp/devices/AdminForgetDevice.ts";
import { AdminGetDevice } from "./cognito-idp/devices/AdminGetDevice.ts";
import { AdminListDevices } from "./cognito-idp/devices/AdminListDevices.ts";
import { AdminUpdateDeviceStatus } from "./cognito-idp/devices/AdminUpdateDeviceStatus.ts";
import { ConfirmDevice } from "./cognito-idp/devices/ConfirmDevice.ts";
import { ForgetDevice } from "./cognito-idp/devices/ForgetDevice.ts";
import { GetDevice } from "./cognito-idp/devices/GetDevice.ts";
import { ListDevices } from "./cognito-idp/devices/ListDevices.ts";
import { UpdateDeviceStatus } from "./cognito-idp/devices/UpdateDeviceStatus.ts";
import { CreateUserPoolDomain } from "./cognito-idp/domains/CreateUserPoolDomain.ts";
import { DeleteUserPoolDomain } from "./cognito-idp/domains/DeleteUserPoolDomain.ts";
import { DescribeUserPoolDomain } from "./cognito-idp/domains/DescribeUserPoolDomain.ts";
import { UpdateUserPoolDomain } from "./cognito-idp/domains/UpdateUserPoolDomain.ts";
import { AdminAddUserToGroup } from "./cognito-idp/groups/AdminAddUserToGroup.ts";
import { AdminListGroupsForUser } from "./cognito-idp/groups/AdminListGroupsForUser.ts";
import { AdminRemoveUserFromGroup } from "./cognito-idp/groups/AdminRemoveUserFromGroup.ts";
import { CreateGroup } from "./cognito-idp/groups/CreateGroup.ts";
import { DeleteGroup } from "./cognito-idp/groups/DeleteGroup.ts";
import { GetGroup } from "./cognito-idp/groups/GetGroup.ts";
import { ListGroups } from "./cognito-idp/groups/ListGroups.ts";
import { ListUsersInGroup } from "./cognito-idp/groups/ListUsersInGroup.ts";
import { UpdateGroup } from "./cognito-idp/groups/UpdateGroup.ts";
import { DescribeIdentityProvider } from "./cognito-idp/identity-providers/DescribeIdentityProvider.ts";
import { GetIdentityProviderByIdentifier } from "./cognito-idp/identity-providers/GetIdentityProviderByIdentifier.ts";
import { ListIdentityProviders } from "./cognito-idp/identity-providers/ListIdentityProviders.ts";
import { CreateUserImportJob } from "./cognito-idp/imports/CreateUserImportJob.ts";
import { DescribeUserImportJob } from "./cognito-idp/imports/DescribeUserImportJob.ts";
import { GetCSVHeader } from "./cognito-idp/imports/GetCSVHeader.ts";
import { ListUserImportJobs } from "./cognito-idp/imports/ListUserImportJobs.ts";
import { StartUserImportJob } from "./cognito-idp/imports/StartUserImportJob.ts";
import { StopUserImportJob } from "./cognito-idp/imports/StopUserImportJob.ts";
import { GetProvisionedLimit } from "./cognito-idp/limits/GetProvisionedLimit.ts";
import { UpdateProvisionedLimit } from "./cognito-idp/limits/UpdateProvisionedLimit.ts";
import { CreateManagedLoginBranding } from "./cognito-idp/managed-login-branding/CreateManagedLoginBranding.ts";
import { DeleteManagedLoginBranding } from "./cognito-idp/managed-login-branding/DeleteManagedLoginBranding.ts";
import { DescribeManagedLoginBranding } from "./cognito-idp/managed-login-branding/DescribeManagedLoginBranding.ts";
import { DescribeManagedLoginBrandingByClient } from "./cognito-idp/managed-login-branding/DescribeManagedLoginBrandingByClient.ts";
import { UpdateManagedLoginBranding } from "./cognito-idp/managed-login-branding/UpdateManagedLoginBranding.ts";
import { AdminDeleteSoftwareToken } from "./cognito-idp/mfa/AdminDeleteSoftwareToken.ts";
import { AdminGetUserAuthFactors } from "./cognito-idp/mfa/AdminGetUserAuthFactors.ts";
import { AdminSetUserMFAPreference } from "./cognito-idp/mfa/AdminSetUserMFAPreference.ts";
import { AdminSetUserSettings } from "./cognito-idp/mfa/AdminSetUserSettings.ts";
import { AssociateSoftwareToken } from "./cognito-idp/mfa/AssociateSoftwareToken.ts";
import { GetUserAuthFactors } from "./cognito-idp/mfa/GetUserAuthFactors.ts";
import { SetUserMFAPreference } from "./cognito-idp/mfa/SetUserMFAPreference.ts";
import { SetUserSettings } from "./cognito-idp/mfa/SetUserSettings.ts";
import { VerifySoftwareToken } from "./cognito-idp/mfa/VerifySoftwareToken.ts";
import { CompleteWebAuthnRegistration } from "./cognito-idp/passkeys/CompleteWebAuthnRegistration.ts";
import { DeleteWebAuthnCredential } from "./cognito-idp/passkeys/DeleteWebAuthnCredential.ts";
import { ListWebAuthnCredentials } from "./cognito-idp/passkeys/ListWebAuthnCredentials.ts";
import { StartWebAuthnRegistration } from "./cognito-idp/passkeys/StartWebAuthnRegistration.ts";
import { ChangePassword } from "./cognito-idp/profile/ChangePassword.ts";
import { ConfirmForgotPassword } from "./cognito-idp/profile/ConfirmForgotPassword.ts";
import { DeleteUser } from "./cognito-idp/profile/DeleteUser.ts";
import { DeleteUserAttributes } from "./cognito-idp/profile/DeleteUserAttributes.ts";
import { ForgotPassword } from "./cognito-idp/profile/ForgotPassword.ts";
import { GetUserAttributeVerificationCode } from "./cognito-idp/profile/GetUserAttributeVerificationCode.ts";
import { UpdateUserAttributes } from "./cognito-idp/profile/UpdateUserAttributes.ts";
import { VerifyUserAttribute } from "./cognito-idp/profile/VerifyUserAttribute.ts";
import { CreateResourceServer } from "./cognito-idp/resource-servers/CreateResourceServer.ts";
import { DeleteResourceServer } from "./cognito-idp/resource-servers/DeleteResourceServer.ts";
import { DescribeResourceServer } from "./cognito-idp/resource-servers/DescribeResourceServer.ts";
import { ListResourceServers } from "./cognito-idp/resource-servers/ListResourceServers.ts";
import { UpdateResourceServer } from "./cognito-idp/resource-servers/UpdateResourceServer.ts";
import { AdminListUserSessions } from "./cognito-idp/sessions/AdminListUserSessions.ts";
import { AdminRevokeUserSession } from "./cognito-idp/sessions/AdminRevokeUserSession.ts";
import { GetUserPoolClientSessionConfiguration } from "./cognito-idp/sessions/GetUserPoolClientSessionConfiguration.ts";
import { GetUserPoolSessionConfiguration } from "./cognito-idp/sessions/GetUserPoolSessionConfiguration.ts";
import { ListUserSessions } from "./cognito-idp/sessions/ListUserSessions.ts";
import { RevokeUserSession } from "./cognito-idp/sessions/RevokeUserSession.ts";
import { SetUserPoolClientSessionConfiguration } from "./cognito-idp/sessions/SetUserPoolClientSessionConfiguration.ts";
import { SetUserPoolSessionConfiguration } from "./cognito-idp/sessions/SetUserPoolSessionConfiguration.ts";
import { AdminConfirmSignUp } from "./cognito-idp/sign-up/AdminConfirmSignUp.ts";
import { ConfirmSignUp } from "./cognito-idp/sign-up/ConfirmSignUp.ts";
import { ResendConfirmationCode } from "./cognito-idp/sign-up/ResendConfirmationCode.ts";
import { SignUp } from "./cognito-idp/sign-up/SignUp.ts";
import { ListTagsForResource } from "./cognito-idp/tags/ListTagsForResource.ts";
import { TagResource } from "./cognito-idp/tags/TagResource.ts";
import { UntagResource } from "./cognito-idp/tags/UntagResource.ts";
import { CreateTerms } from "./cognito-idp/terms/CreateTerms.ts";
import { DeleteTerms } from "./cognito-idp/terms/DeleteTerms.ts";
import { DescribeTerms } from "./cognito-idp/terms/DescribeTerms.ts";
import { DescribeTermsByClient } from "./cognito-idp/terms/DescribeTermsByClient.ts";
import { ListTerms } from "./cognito-idp/terms/ListTerms.ts";
import { UpdateTerms } from "./cognito-idp/terms/UpdateTerms.ts";
import { AdminUserGlobalSignOut } from "./cognito-idp/tokens/AdminUserGlobalSignOut.ts";
import { GetClientToken } from "./cognito-idp/tokens/GetClientToken.ts";
import { GetTokensFromRefreshToken } from "./cognito-idp/tokens/GetTokensFromRefreshToken.ts";
import { GlobalSignOut } from "./cognito-idp/tokens/GlobalSignOut.ts";
import { RevokeToken } from "./cognito-idp/tokens/RevokeToken.ts";
import { GetUICustomization } from "./cognito-idp/ui-customization/GetUICustomization.ts";
import { SetUICustomization } from "./cognito-idp/ui-customization/SetUICustomization.ts";
import { AddCustomAttributes } from "./cognito-idp/user-pools/AddCustomAttributes.ts";
import { CreateUserPool } from "./cognito-idp/user-pools/CreateUserPool.ts";
import { DeleteUserPool } from "./cognito-idp/user-pools/DeleteUserPool.ts";
import { DescribeUserPool } from "./cognito-idp/user-pools/DescribeUserPool.ts";
import { GetSigningCertificate } from "./cognito-idp/user-pools/GetSigningCertificate.ts";
import { GetUserPoolMfaConfig } from "./cognito-idp/user-pools/GetUserPoolMfaConfig.ts";
import { ListUserPools } from "./cognito-idp/user-pools/ListUserPools.ts";
import { SetUserPoolMfaConfig } from "./cognito-idp/user-pools/SetUserPoolMfaConfig.ts";
import { UpdateUserPool } from "./cognito-idp/user-pools/UpdateUserPool.ts";
import { AdminCreateUser } from "./cognito-idp/users/AdminCreateUser.ts";
import { AdminDeleteUser } from "./cognito-idp/users/AdminDeleteUser.ts";
import { AdminDeleteUserAttributes } from "./cognito-idp/users/AdminDeleteUserAttributes.ts";
import { AdminDisableUser } from "./cognito-idp/users/AdminDisableUser.ts";
import { AdminEnableUser } from "./cognito-idp/users/AdminEnableUser.ts";
import { AdminGetUser } from "./cognito-idp/users/AdminGetUser.ts";
import { AdminResetUserPassword } from "./cognito-idp/users/AdminResetUserPassword.ts";
import { AdminSetUserPassword } from "./cognito-idp/users/AdminSetUserPassword.ts";
import { AdminUpdateUserAttributes } from "./cognito-idp/users/AdminUpdateUserAttributes.ts";
import { GetUser } from "./cognito-idp/users/GetUser.ts";
import { ListUsers } from "./cognito-idp/users/ListUsers.ts";
import { iamOperations } from "./iam/operations.ts";
import { CreateKey } from "./kms/CreateKey.ts";
import { Decrypt } from "./kms/Decrypt.ts";
import { DescribeKey } from "./kms/DescribeKey.ts";
import { Encrypt } from "./kms/Encrypt.ts";
import { GenerateDataKey } from "./kms/GenerateDataKey.ts";
import { ListKeys } from "./kms/ListKeys.ts";
import type { Operation } from "./operation.ts";
import { AssumeRole } from "./sts/AssumeRole.ts";
import { AssumeRoleWithWebIdentity } from "./sts/AssumeRoleWithWebIdentity.ts";
import { DecodeAuthorizationMessage } from "./sts/DecodeAuthorizationMessage.ts";
import { GetAccessKeyInfo } from "./sts/GetAccessKeyInfo.ts";
import { GetCallerIdentity } from "./sts/GetCallerIdentity.ts";
import { GetFederationToken } from "./sts/GetFederationToken.ts";
import { GetSessionToken } from "./sts/GetSessionToken.ts";

export const operations: readonly Operation[] = [
	// User pools and app clients
	CreateUserPool,
	DescribeUserPool,
	ListUserPools,
	UpdateUserPool,
	DeleteUserPool,
	CreateUserPoolClient,
	DescribeUserPoolClient,
	ListUserPoolClients,
	UpdateUserPoolClient,
	DeleteUserPoolClient,
	AddUserPoolClientSecret,
	ListUserPoolClientSecrets,
	DeleteUserPoolClientSecret,
	AddCustomAttributes,
	GetUserPoolMfaConfig,
	SetUserPoolMfaConfig,
	GetSigningCertificate,
	TagResource,
	UntagResource,
	ListTagsForResource,
	// What belongs to a pool
	CreateResourceServer,
	DescribeResourceServer,
	ListResourceServers,
	UpdateResourceServer,
	DeleteResourceServer,
	ListIdentityProviders,
	DescribeIdentityProvider,
	GetIdentityProviderByIdentifier,
	CreateUserPoolDomain,
	DescribeUserPoolDomain,
	UpdateUserPoolDomain,
	DeleteUserPoolDomain,
	// Limits
	GetProvisionedLimit,
	UpdateProvisionedLimit,
	// Sign-up and users
	SignUp,
	ConfirmSignUp,
	ResendConfirmationCode,
	AdminConfirmSignUp,
	AdminCreateUser,
	AdminSetUserPassword,
	AdminResetUserPassword,
	AdminGetUser,
	AdminUpdateUserAttributes,
	AdminDeleteUserAttributes,
	AdminEnableUser,
	AdminDisableUser,
	AdminDeleteUser,
	ListUsers,
	GetUser,
	// Groups
	CreateGroup,
	GetGroup,
	ListGroups,
	UpdateGroup,
	DeleteGroup,
	ListUsersInGroup,
	AdminAddUserToGroup,
	AdminRemoveUserFromGroup,
	AdminListGroupsForUser,
	// Imports
	GetCSVHeader,
	CreateUserImportJob,
	DescribeUserImportJob,
	ListUserImportJobs,
	StartUserImportJob,
	StopUserImportJob,
	// The own account and its recovery
	ForgotPassword,
	ConfirmForgotPassword,
	ChangePassword,
	UpdateUserAttributes,
	DeleteUserAttributes,
	GetUserAttributeVerificationCode,
	VerifyUserAttribute,
	DeleteUser,
	// Sign-in and tokens
	InitiateAuth,
	RespondToAuthChallenge,
	AdminInitiateAuth,
	AdminRespondToAuthChallenge,
	GetTokensFromRefreshToken,
	GetClientToken,
	RevokeToken,
	GlobalSignOut,
	AdminUserGlobalSignOut,
	// Session management
	ListUserSessions,
	RevokeUserSession,
	AdminListUserSessions,
	AdminRevokeUserSession,
	GetUserPoolSessionConfiguration,
	SetUserPoolSessionConfiguration,
	GetUserPoolClientSessionConfiguration,
	SetUserPoolClientSessionConfiguration,
	// Multi-factor authentication
	AssociateSoftwareToken,
	VerifySoftwareToken,
	SetUserMFAPreference,
	AdminSetUserMFAPreference,
	SetUserSettings,
	AdminSetUserSettings,
	GetUserAuthFactors,
	AdminGetUserAuthFactors,
	AdminDeleteSoftwareToken,
	// Passkeys
	StartWebAuthnRegistration,
	CompleteWebAuthnRegistration,
	ListWebAuthnCredentials,
	DeleteWebAuthnCredential,
	// Devices
	ConfirmDevice,
	GetDevice,
	ListDevices,
	UpdateDeviceStatus,
	ForgetDevice,
	AdminGetDevice,
	AdminListDevices,
	AdminUpdateDeviceStatus,
	AdminForgetDevice,
	// Looks of the login pages
	CreateTerms,
	DeleteTerms,
	DescribeTerms,
	DescribeTermsByClient,
	ListTerms,
	UpdateTerms,
	CreateManagedLoginBranding,
	DeleteManagedLoginBranding,
	DescribeManagedLoginBranding,
	DescribeManagedLoginBrandingByClient,
	UpdateManagedLoginBranding,
	GetUICustomization,
	SetUICustomization,
	// STS
	AssumeRole,
	AssumeRoleWithWebIdentity,
	DecodeAuthorizationMessage,
	GetAccessKeyInfo,
	GetCallerIdentity,
	GetFederationToken,
	GetSessionToken,
	// IAM
	...iamOperations,
	// KMS, as far as custom senders need it
	CreateKey,
	DescribeKey,
	ListKeys,
	Encrypt,
	Decrypt,
	GenerateDataKey,
	// Identity pools
	CreateIdentityPool,
	DescribeIdentityPool,
	UpdateIdentityPool,
	DeleteIdentityPool,
	ListIdentityPools,
	ListTagsForIdentityPool,
	TagIdentityPool,
	UntagIdentityPool,
	SetIdentityPoolRoles,
	GetIdentityPoolRoles,
	SetPrincipalTagAttributeMap,
	GetPrincipalTagAttributeMap,
	GetId,
	GetOpenIdToken,
	GetCredentialsForIdentity,
	UnlinkIdentity,
	GetOpenIdTokenForDeveloperIdentity,
	LookupDeveloperIdentity,
	MergeDeveloperIdentities,
	UnlinkDeveloperIdentity,
	DescribeIdentity,
	ListIdentities,
	DeleteIdentities,
];

const byName = new Map(operations.map((operation) => [`${operation.service}.${operation.name}`, operation]));

export function findRegistered(service: string, name: string): Operation | undefined {
	return byName.get(`${service}.${name}`);
}
