/**
 * The managed policies of AWS's that Gatehouse has: those that have to do with what it serves. Their documents are AWS's, and nobody
 * changes them. Each is at https://docs.aws.amazon.com/aws-managed-policy/latest/reference/NAME.html
 */
import { guestSessionPolicy, guestSessionPolicyArn, unauthenticatedSessionActions } from "../identity-pools/guest-policy.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/compile.ts";
import { parsePolicy } from "./policies/document.ts";

export interface AwsPolicy {
	readonly arn: string;
	readonly name: string;
	readonly path: string;
	readonly description: string;
	readonly document: string;
	readonly compiled: CompiledPolicy;
}

const allow = (actions: readonly string[], resource = "*") => ({ Effect: "Allow", Action: actions, Resource: resource });
const when = (statement: object, operator: string, key: string, values: readonly string[]) => ({
	...statement,
	Condition: { [operator]: { [key]: values } },
});

function awsPolicy(name: string, description: string, statements: readonly object[]): [string, AwsPolicy] {
	const arn = `arn:aws:iam::aws:policy/${name}`;
	const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
	return [arn, { arn, name, path: "/", description, document, compiled: compilePolicy(arn, parsePolicy(document, "managed")) }];
}

const insightRules = "arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*";
const serviceLinkedRoles = "arn:aws:iam::*:role/aws-service-role";

export const awsPolicies: ReadonlyMap<string, AwsPolicy> = new Map([
	awsPolicy("AdministratorAccess", "Provides full access to AWS services and resources.", [allow(["*"])]),
	// Version 12.
	awsPolicy("PowerUserAccess", "Provides full access to AWS services and resources, but does not allow management of Users and groups.", [
		{ Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
		allow([
			"account:GetAccountInformation",
			"account:GetGovCloudAccountInformation",
			"account:GetPrimaryEmail",
			"account:ListRegions",
			"iam:CreateServiceLinkedRole",
			"iam:DeleteServiceLinkedRole",
			"iam:ListRoles",
			"organizations:DescribeEffectivePolicy",
			"organizations:DescribeOrganization",
		]),
	]),
	awsPolicy("AWSDenyAll", "Deny all access.", [{ Sid: "DenyAll", Effect: "Deny", Action: ["*"], Resource: "*" }]),
	awsPolicy("IAMFullAccess", "Provides full access to IAM.", [allow(["iam:*"])]),
	awsPolicy("IAMReadOnlyAccess", "Provides read only access to IAM.", [
		allow([
			"iam:GenerateCredentialReport",
			"iam:GenerateServiceLastAccessedDetails",
			"iam:Get*",
			"iam:List*",
			"iam:SimulateCustomPolicy",
			"iam:SimulatePrincipalPolicy",
		]),
	]),
	awsPolicy(
		"AmazonCognitoDeveloperAuthenticatedIdentities",
		"Provides access to Amazon Cognito APIs to support developer authenticated identities from your authentication backend.",
		[
			allow([
				"cognito-identity:GetOpenIdTokenForDeveloperIdentity",
				"cognito-identity:LookupDeveloperIdentity",
				"cognito-identity:MergeDeveloperIdentities",
				"cognito-identity:UnlinkDeveloperIdentity",
			]),
		],
	),
	// Version 9.
	awsPolicy(
		"AmazonCognitoPowerUser",
		"Provides administrative access to existing Amazon Cognito resources. You will need AWS account admin privileges to create new Cognito resources.",
		[
			allow([
				"cognito-identity:*",
				"cognito-idp:*",
				"cognito-sync:*",
				"iam:ListRoles",
				"iam:ListOpenIdConnectProviders",
				"iam:GetRole",
				"iam:ListSAMLProviders",
				"iam:GetSAMLProvider",
				"kinesis:ListStreams",
				"lambda:GetPolicy",
				"lambda:ListFunctions",
				"sns:GetSMSSandboxAccountStatus",
				"sns:ListPlatformApplications",
				"ses:ListIdentities",
				"ses:GetIdentityVerificationAttributes",
				"mobiletargeting:GetApps",
				"acm:ListCertificates",
				"sms-voice:DescribeAccountAttributes",
			]),
			when(allow(["iam:CreateServiceLinkedRole"]), "StringEquals", "iam:AWSServiceName", [
				"cognito-idp.amazonaws.com",
				"email.cognito-idp.amazonaws.com",
			]),
			{
				...allow(["iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"]),
				Resource: [
					`${serviceLinkedRoles}/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp*`,
					`${serviceLinkedRoles}/email.cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdpEmail*`,
				],
			},
		],
	),
	// Version 4.
	awsPolicy("AmazonCognitoReadOnly", "Provides read only access to Amazon Cognito resources.", [
		allow([
			"cognito-identity:Describe*",
			"cognito-identity:Get*",
			"cognito-identity:List*",
			"cognito-idp:Describe*",
			"cognito-idp:AdminGet*",
			"cognito-idp:AdminList*",
			"cognito-idp:List*",
			"cognito-idp:Get*",
			"cognito-sync:Describe*",
			"cognito-sync:Get*",
			"cognito-sync:List*",
			"iam:ListOpenIdConnectProviders",
			"iam:ListRoles",
			"sns:ListPlatformApplications",
		]),
	]),
	// Version 3. AWS's description goes on.
	awsPolicy(
		"AmazonCognitoUnAuthedIdentitiesSessionPolicy",
		"This policy defines the set of permissions allowed for unauthenticated identities for Cognito Identity Pools.",
		[
			{
				Sid: "CognitoUnAuthedIdentitiesSessionPolicy",
				...allow(unauthenticatedSessionActions),
			},
		],
	),
	awsPolicy("AmazonS3FullAccess", "Provides full access to all buckets.", [allow(["s3:*", "s3-object-lambda:*"])]),
	awsPolicy("AmazonS3ReadOnlyAccess", "Provides read only access to all buckets.", [
		allow(["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]),
	]),
	// Version 15.
	awsPolicy("AmazonDynamoDBFullAccess", "Provides full access to Amazon DynamoDB via the AWS Management Console.", [
		allow([
			"dynamodb:*",
			"dax:*",
			"application-autoscaling:DeleteScalingPolicy",
			"application-autoscaling:DeregisterScalableTarget",
			"application-autoscaling:DescribeScalableTargets",
			"application-autoscaling:DescribeScalingActivities",
			"application-autoscaling:DescribeScalingPolicies",
			"application-autoscaling:PutScalingPolicy",
			"application-autoscaling:RegisterScalableTarget",
			"cloudwatch:DeleteAlarms",
			"cloudwatch:DescribeAlarmHistory",
			"cloudwatch:DescribeAlarms",
			"cloudwatch:DescribeAlarmsForMetric",
			"cloudwatch:GetMetricStatistics",
			"cloudwatch:ListMetrics",
			"cloudwatch:PutMetricAlarm",
			"cloudwatch:GetMetricData",
			"datapipeline:ActivatePipeline",
			"datapipeline:CreatePipeline",
			"datapipeline:DeletePipeline",
			"datapipeline:DescribeObjects",
			"datapipeline:DescribePipelines",
			"datapipeline:GetPipelineDefinition",
			"datapipeline:ListPipelines",
			"datapipeline:PutPipelineDefinition",
			"datapipeline:QueryObjects",
			"ec2:DescribeVpcs",
			"ec2:DescribeSubnets",
			"ec2:DescribeSecurityGroups",
			"iam:GetRole",
			"iam:ListRoles",
			"kms:DescribeKey",
			"kms:ListAliases",
			"sns:CreateTopic",
			"sns:DeleteTopic",
			"sns:ListSubscriptions",
			"sns:ListSubscriptionsByTopic",
			"sns:ListTopics",
			"sns:Subscribe",
			"sns:Unsubscribe",
			"sns:SetTopicAttributes",
			"lambda:CreateFunction",
			"lambda:ListFunctions",
			"lambda:ListEventSourceMappings",
			"lambda:CreateEventSourceMapping",
			"lambda:DeleteEventSourceMapping",
			"lambda:GetFunctionConfiguration",
			"lambda:DeleteFunction",
			"resource-groups:ListGroups",
			"resource-groups:ListGroupResources",
			"resource-groups:GetGroup",
			"resource-groups:GetGroupQuery",
			"resource-groups:DeleteGroup",
			"resource-groups:CreateGroup",
			"tag:GetResources",
			"kinesis:ListStreams",
			"kinesis:DescribeStream",
			"kinesis:DescribeStreamSummary",
		]),
		allow(["cloudwatch:GetInsightRuleReport"], insightRules),
		when(allow(["iam:PassRole"]), "StringLike", "iam:PassedToService", [
			"application-autoscaling.amazonaws.com",
			"application-autoscaling.amazonaws.com.cn",
			"dax.amazonaws.com",
		]),
		when(allow(["iam:CreateServiceLinkedRole"]), "StringEquals", "iam:AWSServiceName", [
			"replication.dynamodb.amazonaws.com",
			"dax.amazonaws.com",
			"dynamodb.application-autoscaling.amazonaws.com",
			"contributorinsights.dynamodb.amazonaws.com",
			"kinesisreplication.dynamodb.amazonaws.com",
		]),
	]),
	// Version 15: to version 14 GetAbacStatus was added.
	awsPolicy("AmazonDynamoDBReadOnlyAccess", "Provides read only access to Amazon DynamoDB via the AWS Management Console.", [
		{
			Sid: "GeneralReadOnlyAccess",
			...allow([
				"application-autoscaling:DescribeScalableTargets",
				"application-autoscaling:DescribeScalingActivities",
				"application-autoscaling:DescribeScalingPolicies",
				"cloudwatch:DescribeAlarmHistory",
				"cloudwatch:DescribeAlarms",
				"cloudwatch:DescribeAlarmsForMetric",
				"cloudwatch:GetMetricStatistics",
				"cloudwatch:ListMetrics",
				"cloudwatch:GetMetricData",
				"datapipeline:DescribeObjects",
				"datapipeline:DescribePipelines",
				"datapipeline:GetPipelineDefinition",
				"datapipeline:ListPipelines",
				"datapipeline:QueryObjects",
				"dynamodb:BatchGetItem",
				"dynamodb:Describe*",
				"dynamodb:List*",
				"dynamodb:GetAbacStatus",
				"dynamodb:GetItem",
				"dynamodb:GetResourcePolicy",
				"dynamodb:Query",
				"dynamodb:Scan",
				"dynamodb:PartiQLSelect",
				"dax:Describe*",
				"dax:List*",
				"dax:GetItem",
				"dax:BatchGetItem",
				"dax:Query",
				"dax:Scan",
				"ec2:DescribeVpcs",
				"ec2:DescribeSubnets",
				"ec2:DescribeSecurityGroups",
				"iam:GetRole",
				"iam:ListRoles",
				"kms:DescribeKey",
				"kms:ListAliases",
				"sns:ListSubscriptionsByTopic",
				"sns:ListTopics",
				"lambda:ListFunctions",
				"lambda:ListEventSourceMappings",
				"lambda:GetFunctionConfiguration",
				"resource-groups:ListGroups",
				"resource-groups:ListGroupResources",
				"resource-groups:GetGroup",
				"resource-groups:GetGroupQuery",
				"tag:GetResources",
				"kinesis:ListStreams",
				"kinesis:DescribeStream",
				"kinesis:DescribeStreamSummary",
			]),
		},
		{ Sid: "CCIAccess", ...allow(["cloudwatch:GetInsightRuleReport"], insightRules) },
	]),
]);

/** Session policies that sessions name instead of carrying their text. They are not AWS's, and can't be listed or attached. */
const namedSessionPolicies: ReadonlyMap<string, CompiledPolicy> = new Map([
	[guestSessionPolicyArn, compilePolicy(guestSessionPolicyArn, parsePolicy(guestSessionPolicy, "session"))],
]);

/** What a policy says that is part of the code; undefined where none is of that ARN. */
export function findBuiltInPolicy(arn: string): CompiledPolicy | undefined {
	return awsPolicies.get(arn)?.compiled ?? namedSessionPolicies.get(arn);
}
