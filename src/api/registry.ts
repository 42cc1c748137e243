/** Every operation that Gatehouse has. Adding one is a file and a line here. */

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
import { DescribeUserPoolDomain } from "./cognito-idp/domains/DescribeUserPoolDomain.ts";
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
import { AdminConfirmSignUp } from "./cognito-idp/sign-up/AdminConfirmSignUp.ts";
import { ConfirmSignUp } from "./cognito-idp/sign-up/ConfirmSignUp.ts";
import { ResendConfirmationCode } from "./cognito-idp/sign-up/ResendConfirmationCode.ts";
import { SignUp } from "./cognito-idp/sign-up/SignUp.ts";
import { ListTagsForResource } from "./cognito-idp/tags/ListTagsForResource.ts";
import { TagResource } from "./cognito-idp/tags/TagResource.ts";
import { UntagResource } from "./cognito-idp/tags/UntagResource.ts";
import { AdminUserGlobalSignOut } from "./cognito-idp/tokens/AdminUserGlobalSignOut.ts";
import { GetTokensFromRefreshToken } from "./cognito-idp/tokens/GetTokensFromRefreshToken.ts";
import { GlobalSignOut } from "./cognito-idp/tokens/GlobalSignOut.ts";
import { RevokeToken } from "./cognito-idp/tokens/RevokeToken.ts";
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
import type { Operation } from "./operation.ts";
import { GetCallerIdentity } from "./sts/GetCallerIdentity.ts";

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
	DescribeUserPoolDomain,
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
	RevokeToken,
	GlobalSignOut,
	AdminUserGlobalSignOut,
	// STS
	GetCallerIdentity,
];

const byName = new Map(operations.map((operation) => [`${operation.service}.${operation.name}`, operation]));

export function findRegistered(service: string, name: string): Operation | undefined {
	return byName.get(`${service}.${name}`);
}
