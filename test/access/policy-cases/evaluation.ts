/** Principals, and how identity-based and resource-based policies, boundaries and session policies come together. */
import type { AccessPrincipal } from "../../../src/domain/access/policies/principal-element.ts";
import {
	account,
	allow,
	ana,
	ask,
	bucket,
	deny,
	federatedUser,
	type PolicyCase,
	policy,
	principalCases,
	root,
	session,
	webIdentity,
} from "./cases.ts";

const anonymous: AccessPrincipal = { kind: "anonymous" };
const service: AccessPrincipal = { kind: "service", names: ["lambda.amazonaws.com"] };
const canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
const accountArn = `arn:aws:iam::${account}:root`;
const anaArn = `arn:aws:iam::${account}:user/ana`;
const roleArn = `arn:aws:iam::${account}:role/app`;
const sessionArn = `arn:aws:sts::${account}:assumed-role/app/s1`;
const federatedArn = `arn:aws:sts::${account}:federated-user/bob`;
const aws = (...names: readonly string[]) => ({ Principal: { AWS: names } });

const principals = principalCases("reference_policies_elements_principal.html", [
	["everyone is a user", { Principal: "*" }, ana, "allowed"],
	["everyone is a session", { Principal: "*" }, session, "allowed"],
	["everyone is nobody in particular", { Principal: "*" }, anonymous, "allowed"],
	["AWS * is a user", aws("*"), ana, "allowed"],
	["AWS * is anonymous", aws("*"), anonymous, "allowed"],
	["AWS * is no federated principal", aws("*"), webIdentity, "implicitDeny"],
	["a user by ARN", aws(anaArn), ana, "allowed"],
	["a user by id", aws("AIDAEXAMPLEUSERID"), ana, "allowed"],
	["another user", aws(`arn:aws:iam::${account}:user/bob`), ana, "implicitDeny"],
	["names of users are case-sensitive", aws(`arn:aws:iam::${account}:user/Ana`), ana, "implicitDeny"],
	["one of several", aws(`arn:aws:iam::${account}:user/bob`, anaArn), ana, "allowed"],
	["a role means its sessions", aws(roleArn), session, "allowed"],
	["a role by id means its sessions", aws("AROAEXAMPLEROLEID"), session, "allowed"],
	["another role", aws(`arn:aws:iam::${account}:role/other`), session, "implicitDeny"],
	["a session by ARN", aws(sessionArn), session, "allowed"],
	["another session of the role", aws(`arn:aws:sts::${account}:assumed-role/app/s2`), session, "implicitDeny"],
	["a federated user by ARN", aws(federatedArn), federatedUser, "allowed"],
	["the account delegates and grants its users nothing by itself", aws(accountArn), ana, "implicitDeny"],
	["the account by its number", aws(account), ana, "implicitDeny"],
	["another account", aws("999999999999"), ana, "implicitDeny"],
	["an anonymous request is no account's", aws(account), anonymous, "implicitDeny"],
	["a built-in provider", { Principal: { Federated: "cognito-identity.amazonaws.com" } }, webIdentity, "allowed"],
	["another built-in provider", { Principal: { Federated: "accounts.google.com" } }, webIdentity, "implicitDeny"],
	[
		"a provider by ARN",
		{ Principal: { Federated: `arn:aws:iam::${account}:saml-provider/p` } },
		{ kind: "federated", provider: `arn:aws:iam::${account}:saml-provider/p` },
		"allowed",
	],
	["a user is no federated principal", { Principal: { Federated: "cognito-identity.amazonaws.com" } }, ana, "implicitDeny"],
	["a service", { Principal: { Service: ["ecs.amazonaws.com", "lambda.amazonaws.com"] } }, service, "allowed"],
	["another service", { Principal: { Service: "ecs.amazonaws.com" } }, service, "implicitDeny"],
	["a service in a region is another name", { Principal: { Service: "lambda.ap-east-1.amazonaws.com" } }, service, "implicitDeny"],
	["a user is no service", { Principal: { Service: "lambda.amazonaws.com" } }, ana, "implicitDeny"],
	["types are alternatives", { Principal: { AWS: anaArn, Service: "lambda.amazonaws.com" } }, service, "allowed"],
	["a Deny of a user", { ...deny(), ...aws(anaArn) }, ana, "explicitDeny"],
	["a Deny of the role means its sessions", { ...deny(), ...aws(roleArn) }, session, "explicitDeny"],
	["a Deny of the account means its users", { ...deny(), ...aws(accountArn) }, ana, "explicitDeny"],
	["a Deny of the account means its root user", { ...deny(), ...aws(account) }, root, "explicitDeny"],
	[
		"a Deny of the account by its canonical id",
		{ ...deny(), Principal: { CanonicalUser: canonical } },
		{ ...ana, canonicalUserId: canonical } as AccessPrincipal,
		"explicitDeny",
	],
	["a Deny of AWS * means federated principals", { ...deny(), ...aws("*") }, webIdentity, "explicitDeny"],
	["a Deny of another user", { ...deny(), ...aws(`arn:aws:iam::${account}:user/bob`) }, ana, "implicitDeny"],
]);

const spared = (...names: readonly string[]) => ({ ...deny(), NotPrincipal: { AWS: names } });
const notPrincipalPage = "reference_policies_elements_notprincipal.html";
const notPrincipals: readonly PolicyCase[] = [
	...principalCases(notPrincipalPage, [
		["NotPrincipal spares a user that is named with its account", spared(anaArn, accountArn), ana, "implicitDeny"],
		["NotPrincipal denies a user that is named without its account", spared(anaArn), ana, "explicitDeny"],
		["NotPrincipal denies a user whose account alone is named", spared(accountArn), ana, "explicitDeny"],
		[
			"NotPrincipal denies another user",
			spared(anaArn, accountArn),
			{ ...ana, arn: `arn:aws:iam::${account}:user/bob`, userId: "AIDAOTHER" } as AccessPrincipal,
			"explicitDeny",
		],
		["NotPrincipal spares a session that is named with role and account", spared(sessionArn, roleArn, accountArn), session, "implicitDeny"],
		["NotPrincipal denies a session whose role is not named", spared(sessionArn, accountArn), session, "explicitDeny"],
		["NotPrincipal denies anonymous requests", spared(anaArn, accountArn), anonymous, "explicitDeny"],
		[
			"NotPrincipal spares a service that is named",
			{ ...deny(), NotPrincipal: { Service: "lambda.amazonaws.com" } },
			service,
			"implicitDeny",
		],
		[
			"NotPrincipal denies a service that is not named",
			{ ...deny(), NotPrincipal: { Service: "ecs.amazonaws.com" } },
			service,
			"explicitDeny",
		],
	]),
	{
		page: notPrincipalPage,
		name: "NotPrincipal always denies a user that has a permissions boundary",
		request: ask(),
		policies: { identity: [policy(allow())], boundary: policy(allow()), resource: policy(spared(anaArn, accountArn)) },
		outcome: "explicitDeny",
	},
];

const logicPage = "reference_policies_evaluation-logic_policy-eval-denyallow.html";
const basicsPage = "reference_policies_evaluation-logic_policy-eval-basics.html";
const interplayPage = "reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html";
const boundaryPage = "access_policies_boundaries.html";
const sessionPage = "access_policies.html#policies_session";
const yes = policy(allow());
const no = policy(allow({ Action: "sqs:*" }));
const never = policy(deny());
const grants = (name: string) => policy(allow({ Principal: name === "*" ? "*" : { AWS: name } }));

const row = (
	page: string,
	name: string,
	policies: PolicyCase["policies"],
	outcome: PolicyCase["outcome"],
	more: Parameters<typeof ask>[0] = {},
): PolicyCase => ({ page, name, policies, outcome, request: ask(more) });
const asSession = { principal: session };
const asFederated = { principal: federatedUser };

const carlos = {
	identity: [
		policy(
			{ Sid: "AllowS3ListRead", Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], Resource: "arn:aws:s3:::*" },
			{ Sid: "AllowS3Self", Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"] },
			{ Sid: "DenyS3Logs", Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::*log*" },
		),
	],
	resource: policy({
		Effect: "Allow",
		Principal: { AWS: anaArn },
		Action: "s3:*",
		Resource: ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"],
	}),
};
const shirley = policy({ Effect: "Allow", Action: ["s3:*", "cloudwatch:*", "ec2:*"], Resource: "*" });
const createUser = policy({ Effect: "Allow", Action: "iam:CreateUser", Resource: "*" });

const combined: readonly PolicyCase[] = [
	row(interplayPage, "nothing is allowed by default", {}, "implicitDeny"),
	row(interplayPage, "what is not allowed is implicitly denied", { identity: [no] }, "implicitDeny"),
	row(interplayPage, "an Allow allows", { identity: [yes] }, "allowed"),
	row(interplayPage, "a Deny overrides an Allow of the same policy", { identity: [policy(allow(), deny())] }, "explicitDeny"),
	row(interplayPage, "a Deny overrides an Allow of another policy", { identity: [yes, never] }, "explicitDeny"),
	row(interplayPage, "the order of statements does not matter", { identity: [policy(deny(), allow())] }, "explicitDeny"),
	row(interplayPage, "a Deny alone is an explicit deny", { identity: [never] }, "explicitDeny"),
	row(interplayPage, "a Deny of something else denies nothing", { identity: [policy(allow(), deny({ Action: "sqs:*" }))] }, "allowed"),
	row(logicPage, "the root user has full access", {}, "allowed", { principal: root }),
	row(logicPage, "a resource's Deny holds for the root user", { resource: policy(deny({ Principal: "*" })) }, "explicitDeny", {
		principal: root,
	}),
	row(logicPage, "a user's policies and its groups' are taken together", { identity: [no, yes] }, "allowed"),
	row(
		logicPage,
		"a trust policy must allow: the identity's Allow is not enough",
		{ identity: [yes], resource: policy(allow({ Principal: { AWS: roleArn } })), required: true },
		"implicitDeny",
	),
	row(logicPage, "a trust policy that names the user is enough", { resource: grants(anaArn), required: true }, "allowed"),
	row(
		logicPage,
		"a trust policy that names the account needs the identity's Allow",
		{ resource: grants(accountArn), required: true },
		"implicitDeny",
	),
	row(
		logicPage,
		"a trust policy that names the account, and the identity's Allow",
		{ identity: [yes], resource: grants(accountArn), required: true },
		"allowed",
	),
	row(
		logicPage,
		"a key policy that does not name the root user's account",
		{ resource: grants("999999999999"), required: true },
		"implicitDeny",
		{ principal: root },
	),
	row(logicPage, "a key policy that names the root user's account", { resource: grants(accountArn), required: true }, "allowed", {
		principal: root,
	}),
	row(
		logicPage,
		"a role's ARN in a resource's policy is limited by the boundary",
		{ resource: grants(roleArn), boundary: no },
		"implicitDeny",
		asSession,
	),
	row(
		logicPage,
		"a role's ARN in a resource's policy is limited by session policies",
		{ resource: grants(roleArn), session: [no] },
		"implicitDeny",
		asSession,
	),
	row(
		logicPage,
		"a role's ARN in a resource's policy needs no identity-based policy",
		{ resource: grants(roleArn), boundary: yes, session: [yes] },
		"allowed",
		asSession,
	),
	row(logicPage, "a session's ARN is not limited by the boundary", { resource: grants(sessionArn), boundary: no }, "allowed", asSession),
	row(
		logicPage,
		"a session's ARN is not limited by session policies",
		{ resource: grants(sessionArn), session: [no] },
		"allowed",
		asSession,
	),
	row(
		logicPage,
		"a session's ARN does not override a Deny of the session policy",
		{ resource: grants(sessionArn), session: [never] },
		"explicitDeny",
		asSession,
	),
	row(
		logicPage,
		"everyone in a resource's policy is not limited by boundary and session policies",
		{ resource: grants("*"), boundary: no, session: [no] },
		"allowed",
		asSession,
	),
	row(
		logicPage,
		"everyone with aws:PrincipalArn is not limited by the boundary",
		{ resource: policy(allow({ Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } } })), boundary: no },
		"allowed",
		{ ...asSession, context: { "aws:PrincipalArn": roleArn } },
	),
	row(
		logicPage,
		"everyone with another's aws:PrincipalArn",
		{ resource: policy(allow({ Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": anaArn } } })) },
		"implicitDeny",
		{ ...asSession, context: { "aws:PrincipalArn": roleArn } },
	),
	row(logicPage, "a user's ARN is not limited by the boundary", { resource: grants(anaArn), boundary: no }, "allowed"),
	row(
		logicPage,
		"a federated user's ARN is not limited by session policies",
		{ resource: grants(federatedArn), session: [no] },
		"allowed",
		asFederated,
	),
	row(
		logicPage,
		"the ARN of the user who federated is limited by session policies",
		{ resource: grants(anaArn), session: [no] },
		"implicitDeny",
		asFederated,
	),
	row(
		logicPage,
		"the ARN of the user who federated, and a session policy that allows",
		{ resource: grants(anaArn), session: [yes] },
		"allowed",
		asFederated,
	),
	row(
		logicPage,
		"the ARN of the user who federated is limited by the boundary",
		{ resource: grants(anaArn), session: [yes], boundary: no },
		"implicitDeny",
		asFederated,
	),
	row(logicPage, "a federated user without a session policy", { identity: [yes] }, "implicitDeny", asFederated),
	row(logicPage, "a federated user with a session policy that allows", { identity: [yes], session: [yes] }, "allowed", asFederated),
	row(logicPage, "a role session without a session policy", { identity: [yes] }, "allowed", asSession),
	row(logicPage, "a session policy that does not allow", { identity: [yes], session: [no] }, "implicitDeny", asSession),
	row(logicPage, "a session policy grants nothing by itself", { session: [yes] }, "implicitDeny", asSession),
	row(logicPage, "a Deny of a boundary", { identity: [yes], boundary: policy(allow(), deny()) }, "explicitDeny"),
	row(basicsPage, "Carlos saves a file to the logs bucket", carlos, "explicitDeny", {
		action: "s3:PutObject",
		resources: ["arn:aws:s3:::carlossalazar-logs/file"],
	}),
	row(basicsPage, "Carlos saves a file to his own bucket", carlos, "allowed", {
		action: "s3:PutObject",
		resources: ["arn:aws:s3:::carlossalazar/file"],
	}),
	row(basicsPage, "Carlos saves a file to another bucket", carlos, "implicitDeny", {
		action: "s3:PutObject",
		resources: ["arn:aws:s3:::other/file"],
	}),
	row(basicsPage, "the resource's policy allows and the identity's does not", { identity: [no], resource: grants(anaArn) }, "allowed"),
	row(
		basicsPage,
		"the identity's policy allows and the resource's does not",
		{ identity: [yes], resource: grants(`arn:aws:iam::${account}:user/bob`) },
		"allowed",
	),
	row(
		basicsPage,
		"the resource's policy denies and the identity's allows",
		{ identity: [yes], resource: policy(deny({ Principal: { AWS: anaArn } })) },
		"explicitDeny",
	),
	row(boundaryPage, "a boundary grants nothing by itself", { boundary: shirley }, "implicitDeny"),
	row(boundaryPage, "Shirley may not create a user", { identity: [createUser], boundary: shirley }, "implicitDeny", {
		action: "iam:CreateUser",
		resources: ["*"],
	}),
	row(boundaryPage, "Shirley may do what both allow", { identity: [yes], boundary: shirley }, "allowed"),
	row(boundaryPage, "Shirley may not do what her policy does not allow", { identity: [createUser], boundary: shirley }, "implicitDeny"),
	row(
		boundaryPage,
		"boundary, session policy and identity's policy: all three allow",
		{ identity: [yes], boundary: yes, session: [yes] },
		"allowed",
		asSession,
	),
	row(
		boundaryPage,
		"boundary, session policy and identity's policy: the boundary does not",
		{ identity: [yes], boundary: no, session: [yes] },
		"implicitDeny",
		asSession,
	),
	row(
		boundaryPage,
		"boundary, session policy and identity's policy: the session policy does not",
		{ identity: [yes], boundary: yes, session: [no] },
		"implicitDeny",
		asSession,
	),
	row(
		boundaryPage,
		"boundary, session policy and identity's policy: the identity's does not",
		{ identity: [no], boundary: yes, session: [yes] },
		"implicitDeny",
		asSession,
	),
	row(sessionPage, "several session policies allow what one of them allows", { identity: [yes], session: [no, yes] }, "allowed", asSession),
	row(sessionPage, "a session policy cannot give more than the role has", { identity: [no], session: [yes] }, "implicitDeny", asSession),
];

const cognitoPage = "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html";
const poolId = "eu-west-1:12345678-dead-beef-cafe-123456790ab";
const trust = policy({
	Effect: "Allow",
	Principal: { Federated: "cognito-identity.amazonaws.com" },
	Action: "sts:AssumeRoleWithWebIdentity",
	Condition: {
		StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
		"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
	},
});
const assume = (
	principal: AccessPrincipal,
	context: Readonly<Record<string, string | readonly string[]>>,
	action = "sts:AssumeRoleWithWebIdentity",
) => ({
	principal,
	context,
	action,
	resources: [roleArn],
});
const signedIn = {
	"cognito-identity.amazonaws.com:aud": poolId,
	"cognito-identity.amazonaws.com:amr": ["authenticated", "cognito-idp.eu-west-1.amazonaws.com/p"],
};
const trusted = { resource: trust, required: true };
const trusts: readonly PolicyCase[] = [
	row(cognitoPage, "somebody signed in at the pool", trusted, "allowed", assume(webIdentity, signedIn)),
	row(
		cognitoPage,
		"another pool",
		trusted,
		"implicitDeny",
		assume(webIdentity, { ...signedIn, "cognito-identity.amazonaws.com:aud": "eu-west-1:other" }),
	),
	row(
		cognitoPage,
		"a guest",
		trusted,
		"implicitDeny",
		assume(webIdentity, { ...signedIn, "cognito-identity.amazonaws.com:amr": ["unauthenticated"] }),
	),
	row(
		cognitoPage,
		"no audience",
		trusted,
		"implicitDeny",
		assume(webIdentity, { "cognito-identity.amazonaws.com:amr": ["authenticated"] }),
	),
	row(cognitoPage, "another provider", trusted, "implicitDeny", assume({ kind: "federated", provider: "accounts.google.com" }, signedIn)),
	row(cognitoPage, "another action", trusted, "implicitDeny", assume(webIdentity, signedIn, "sts:TagSession")),
];

const several: readonly PolicyCase[] = [
	row(
		logicPage,
		"every resource of a request must be allowed",
		{ identity: [policy(allow({ Resource: `${bucket}/a` }))] },
		"implicitDeny",
		{ resources: [`${bucket}/a`, `${bucket}/b`] },
	),
	row(logicPage, "every resource of a request is allowed", { identity: [policy(allow({ Resource: `${bucket}/*` }))] }, "allowed", {
		resources: [`${bucket}/a`, `${bucket}/b`],
	}),
	row(
		logicPage,
		"one resource of a request is denied",
		{ identity: [policy(allow(), deny({ Resource: `${bucket}/b` }))] },
		"explicitDeny",
		{ resources: [`${bucket}/a`, `${bucket}/b`] },
	),
];

export const evaluationTable: readonly PolicyCase[] = [...principals, ...notPrincipals, ...combined, ...trusts, ...several];
