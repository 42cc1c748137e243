/** Every operation that Gatehouse has. Adding one is a file and a line here. */

import { CreateUserPoolClient } from "./cognito-idp/app-clients/CreateUserPoolClient.ts";
import { DeleteUserPoolClient } from "./cognito-idp/app-clients/DeleteUserPoolClient.ts";
import { DescribeUserPoolClient } from "./cognito-idp/app-clients/DescribeUserPoolClient.ts";
import { ListUserPoolClients } from "./cognito-idp/app-clients/ListUserPoolClients.ts";
import { UpdateUserPoolClient } from "./cognito-idp/app-clients/UpdateUserPoolClient.ts";
import { AdminInitiateAuth } from "./cognito-idp/authentication/AdminInitiateAuth.ts";
import { AdminRespondToAuthChallenge } from "./cognito-idp/authentication/AdminRespondToAuthChallenge.ts";
import { InitiateAuth } from "./cognito-idp/authentication/InitiateAuth.ts";
import { RespondToAuthChallenge } from "./cognito-idp/authentication/RespondToAuthChallenge.ts";
import { AdminConfirmSignUp } from "./cognito-idp/sign-up/AdminConfirmSignUp.ts";
import { ConfirmSignUp } from "./cognito-idp/sign-up/ConfirmSignUp.ts";
import { ResendConfirmationCode } from "./cognito-idp/sign-up/ResendConfirmationCode.ts";
import { SignUp } from "./cognito-idp/sign-up/SignUp.ts";
import { AdminUserGlobalSignOut } from "./cognito-idp/tokens/AdminUserGlobalSignOut.ts";
import { GetTokensFromRefreshToken } from "./cognito-idp/tokens/GetTokensFromRefreshToken.ts";
import { GlobalSignOut } from "./cognito-idp/tokens/GlobalSignOut.ts";
import { RevokeToken } from "./cognito-idp/tokens/RevokeToken.ts";
import { CreateUserPool } from "./cognito-idp/user-pools/CreateUserPool.ts";
import { DeleteUserPool } from "./cognito-idp/user-pools/DeleteUserPool.ts";
import { DescribeUserPool } from "./cognito-idp/user-pools/DescribeUserPool.ts";
import { ListUserPools } from "./cognito-idp/user-pools/ListUserPools.ts";
import { UpdateUserPool } from "./cognito-idp/user-pools/UpdateUserPool.ts";
import { AdminCreateUser } from "./cognito-idp/users/AdminCreateUser.ts";
import { AdminDeleteUser } from "./cognito-idp/users/AdminDeleteUser.ts";
import { AdminDisableUser } from "./cognito-idp/users/AdminDisableUser.ts";
import { AdminEnableUser } from "./cognito-idp/users/AdminEnableUser.ts";
import { AdminGetUser } from "./cognito-idp/users/AdminGetUser.ts";
import { AdminSetUserPassword } from "./cognito-idp/users/AdminSetUserPassword.ts";
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
	// Sign-up and users
	SignUp,
	ConfirmSignUp,
	ResendConfirmationCode,
	AdminConfirmSignUp,
	AdminCreateUser,
	AdminSetUserPassword,
	AdminGetUser,
	AdminEnableUser,
	AdminDisableUser,
	AdminDeleteUser,
	ListUsers,
	GetUser,
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
