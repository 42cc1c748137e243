/**
 * Roles that a request hands over to a service, which its sender must be allowed to: who may set a pool's roles could else give itself
 * any role that trusts the pool. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */

import type { RoleMapping, SetIdentityPoolRolesInput } from "../aws/model/cognito-identity.types.ts";
import type {
	CreateGroupRequest,
	CreateUserImportJobRequest,
	CreateUserPoolClientRequest,
	CreateUserPoolRequest,
	SetUserPoolMfaConfigRequest,
} from "../aws/model/cognito-idp.types.ts";
import type { OperationModel } from "../aws/model.ts";

/** The roles, by operation. */
const passed: Readonly<Record<string, (input: never) => (string | undefined)[]>> = {
	"cognito-idp:CreateUserPool": ({ SmsConfiguration: sms }: CreateUserPoolRequest) => [sms?.SnsCallerArn],
	"cognito-idp:UpdateUserPool": ({ SmsConfiguration: sms }: CreateUserPoolRequest) => [sms?.SnsCallerArn],
	"cognito-idp:SetUserPoolMfaConfig": ({ SmsMfaConfiguration: sms }: SetUserPoolMfaConfigRequest) => [sms?.SmsConfiguration?.SnsCallerArn],
	"cognito-idp:CreateUserPoolClient": ({ AnalyticsConfiguration: analytics }: CreateUserPoolClientRequest) => [analytics?.RoleArn],
	"cognito-idp:UpdateUserPoolClient": ({ AnalyticsConfiguration: analytics }: CreateUserPoolClientRequest) => [analytics?.RoleArn],
	"cognito-idp:CreateGroup": ({ RoleArn }: CreateGroupRequest) => [RoleArn],
	"cognito-idp:UpdateGroup": ({ RoleArn }: CreateGroupRequest) => [RoleArn],
	"cognito-idp:CreateUserImportJob": ({ CloudWatchLogsRoleArn }: CreateUserImportJobRequest) => [CloudWatchLogsRoleArn],
	"cognito-identity:SetIdentityPoolRoles": ({ Roles, RoleMappings }: SetIdentityPoolRolesInput) => [
		...Object.values(Roles),
		...Object.values((RoleMappings ?? {}) as Readonly<Record<string, RoleMapping>>).flatMap(({ RulesConfiguration }) =>
			(RulesConfiguration?.Rules ?? []).map(({ RoleARN }) => RoleARN),
		),
	],
};

/** Each once. */
export function rolesPassed({ service, name }: OperationModel, input: object): readonly string[] {
	const roles = passed[`${service}:${name}`]?.(input as never) ?? [];
	return [...new Set(roles.filter((role) => role !== undefined))];
}
