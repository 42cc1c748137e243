/**
 * What the credentials of guests may do at most, whatever their role allows: the session policy of the enhanced flow. Amazon's is an inline
 * policy and a managed one, AmazonCognitoUnAuthedIdentitiesSessionPolicy; a session may do what either allows, so one policy says both.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies
 */

const inlineActions = [
	"cloudwatch:*",
	"logs:*",
	"dynamodb:*",
	"kinesis:*",
	"mobileanalytics:*",
	"s3:*",
	"ses:*",
	"sns:*",
	"sqs:*",
	"lambda:*",
	"machinelearning:*",
	"execute-api:*",
	"iot:*",
	"gamelift:*",
	"cognito-identity:*",
	"cognito-idp:*",
	"lex:*",
	"polly:*",
	"comprehend:*",
	"translate:*",
	"transcribe:*",
	"rekognition:*",
	"mobiletargeting:*",
	"firehose:*",
	"appsync:*",
	"personalize:*",
	"sagemaker:InvokeEndpoint",
	"cognito-sync:*",
	"codewhisperer:*",
	"textract:DetectDocumentText",
	"textract:AnalyzeDocument",
	"sdb:*",
];
/** What the managed policy allows. */
export const unauthenticatedSessionActions = [
	"rum:PutRumEvents",
	"sagemaker:InvokeEndpoint",
	"polly:*",
	"comprehend:*",
	"translate:*",
	"transcribe:*",
	"rekognition:*",
	"mobiletargeting:*",
	"firehose:*",
	"personalize:*",
	"geo:GetMap*",
	"geo:SearchPlaceIndex*",
	"geo:GetPlace",
	"geo:CalculateRoute*",
	"geo:*Geofence",
	"geo:*Geofences",
	"geo:*DevicePosition*",
	"kms:Encrypt",
	"kms:Decrypt",
	"kms:ReEncryptTo",
	"kms:ReEncryptFrom",
	"kms:GenerateDataKey",
	"kms:GenerateDataKeyPair",
	"kms:GenerateDataKeyPairWithoutPlaintext",
	"kms:GenerateDataKeyWithoutPlaintext",
];

/** What sessions of the built-in STS name it by: as text it would be most of their token. */
export const guestSessionPolicyArn = "arn:aws:iam::aws:policy/gatehouse/GuestsOfIdentityPools";

export const guestSessionPolicy = JSON.stringify({
	Version: "2012-10-17",
	Statement: [{ Effect: "Allow", Action: [...new Set([...inlineActions, ...unauthenticatedSessionActions])], Resource: "*" }],
});
