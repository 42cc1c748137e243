/**
 * The managed policies of AWS's that Gatehouse has: those that have to do with what it serves. Their documents are AWS's, and nobody
 * changes them. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
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

function awsPolicy(name: string, description: string, statements: readonly object[]): [string, AwsPolicy] {
	const arn = `arn:aws:iam::aws:policy/${name}`;
	const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
	return [arn, { arn, name, path: "/", description, document, compiled: compilePolicy(arn, parsePolicy(document, "managed")) }];
}

export const awsPolicies: ReadonlyMap<string, AwsPolicy> = new Map([
	awsPolicy("AdministratorAccess", "Provides full access to AWS services and resources.", [allow(["*"])]),
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
	awsPolicy("AmazonS3FullAccess", "Provides full access to all buckets.", [allow(["s3:*", "s3-object-lambda:*"])]),
	awsPolicy("AmazonS3ReadOnlyAccess", "Provides read only access to all buckets.", [
		allow(["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]),
	]),
]);
