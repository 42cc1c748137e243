/**
 * Every operation of the model that Gatehouse does not have yet, by its AWS name. A call of one answers clearly that it
 * is not there. A test holds that this list and the registry together are the whole model.
 */
import type { ServiceName } from "../aws/model.ts";

export const NOT_YET: Readonly<Record<ServiceName, readonly string[]>> = {
	"cognito-idp": [
		"AdminDisableProviderForUser",
		"AdminLinkProviderForUser",
		"AdminListUserAuthEvents",
		"AdminUpdateAuthEventFeedback",
		"CreateIdentityProvider",
		"CreateUserPoolReplica",
		"DeleteIdentityProvider",
		"DeleteUserPoolReplica",
		"DescribeRiskConfiguration",
		"GetLogDeliveryConfiguration",
		"ListUserPoolReplicas",
		"SetLogDeliveryConfiguration",
		"SetRiskConfiguration",
		"UpdateAuthEventFeedback",
		"UpdateIdentityProvider",
		"UpdateUserPoolReplica",
	],
	"cognito-identity": [],
	"cognito-sync": [
		"BulkPublish",
		"DeleteDataset",
		"DescribeDataset",
		"DescribeIdentityPoolUsage",
		"DescribeIdentityUsage",
		"GetBulkPublishDetails",
		"GetCognitoEvents",
		"GetIdentityPoolConfiguration",
		"ListDatasets",
		"ListIdentityPoolUsage",
		"ListRecords",
		"RegisterDevice",
		"SetCognitoEvents",
		"SetIdentityPoolConfiguration",
		"SubscribeToDataset",
		"UnsubscribeFromDataset",
		"UpdateRecords",
	],
	sts: ["AssumeRoleWithSAML", "AssumeRoot", "GetDelegatedAccessToken", "GetWebIdentityToken"],
	iam: [],
	kms: [],
};
