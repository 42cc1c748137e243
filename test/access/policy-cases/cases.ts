/** How the tables of policy evaluation are written: each case has the page of the IAM user guide that it follows from. */
import type { AccessRequest, Outcome } from "../../../src/domain/access/policies/evaluate.ts";
import type { AccessPrincipal } from "../../../src/domain/access/policies/principal-element.ts";

export interface PolicyCase {
	/** Of https://docs.aws.amazon.com/IAM/latest/UserGuide/, unless it is a whole address. */
	readonly page: string;
	readonly name: string;
	readonly request: AccessRequest;
	readonly policies: {
		readonly identity?: readonly object[];
		readonly resource?: object;
		readonly required?: boolean;
		readonly boundary?: object;
		readonly session?: readonly object[];
	};
	readonly outcome: Outcome;
}

export const account = "123456789012";
export const ana: AccessPrincipal = {
	kind: "user",
	accountId: account,
	arn: `arn:aws:iam::${account}:user/ana`,
	userId: "AIDAEXAMPLEUSERID",
};
export const root: AccessPrincipal = { kind: "root", accountId: account, arn: `arn:aws:iam::${account}:root` };
export const session: AccessPrincipal = {
	kind: "roleSession",
	accountId: account,
	arn: `arn:aws:sts::${account}:assumed-role/app/s1`,
	roleArn: `arn:aws:iam::${account}:role/app`,
	roleId: "AROAEXAMPLEROLEID",
};
export const federatedUser: AccessPrincipal = {
	kind: "federatedUser",
	accountId: account,
	arn: `arn:aws:sts::${account}:federated-user/bob`,
	userArn: `arn:aws:iam::${account}:user/ana`,
};
export const webIdentity: AccessPrincipal = { kind: "federated", provider: "cognito-identity.amazonaws.com" };

export type Context = AccessRequest["context"];
export const bucket = "arn:aws:s3:::b";

export const policy = (...statements: readonly object[]) => ({ Version: "2012-10-17", Statement: statements });
export const allow = (more: object = {}) => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
export const deny = (more: object = {}) => ({ Effect: "Deny", Action: "*", Resource: "*", ...more });

export const ask = (more: Partial<AccessRequest> = {}): AccessRequest => ({
	principal: ana,
	action: "s3:GetObject",
	resources: [`${bucket}/key`],
	context: {},
	...more,
});

/** A statement that allows everything under a condition: whether it holds for a request's context. */
export const conditionCases = (
	page: string,
	rows: readonly (readonly [name: string, condition: object, context: Context, holds: boolean])[],
	version = "2012-10-17",
): PolicyCase[] =>
	rows.map(([name, Condition, context, holds]) => ({
		page,
		name,
		request: ask({ context }),
		policies: { identity: [{ Version: version, Statement: allow({ Condition }) }] },
		outcome: holds ? "allowed" : "implicitDeny",
	}));

/** A statement that allows: whether it applies to the action. */
export const actionCases = (
	page: string,
	rows: readonly (readonly [name: string, element: object, action: string, applies: boolean])[],
): PolicyCase[] =>
	rows.map(([name, element, action, applies]) => ({
		page,
		name,
		request: ask({ action }),
		policies: { identity: [policy({ Effect: "Allow", Resource: "*", ...element })] },
		outcome: applies ? "allowed" : "implicitDeny",
	}));

/** A statement that allows: whether it applies to the resource. */
export const resourceCases = (
	page: string,
	rows: readonly (readonly [name: string, element: object | string, resource: string, applies: boolean, context?: Context])[],
	version = "2012-10-17",
): PolicyCase[] =>
	rows.map(([name, element, resource, applies, context = {}]) => ({
		page,
		name,
		request: ask({ resources: [resource], context }),
		policies: {
			identity: [
				{
					Version: version,
					Statement: { Effect: "Allow", Action: "*", ...(typeof element === "string" ? { Resource: element } : element) },
				},
			],
		},
		outcome: applies ? "allowed" : "implicitDeny",
	}));

/** What a resource's policy alone does for a principal. */
export const principalCases = (
	page: string,
	rows: readonly (readonly [name: string, statement: object, principal: AccessPrincipal, outcome: Outcome])[],
): PolicyCase[] =>
	rows.map(([name, statement, principal, outcome]) => ({
		page,
		name,
		request: ask({ principal }),
		policies: { resource: policy({ Effect: "Allow", Action: "*", Resource: "*", ...statement }) },
		outcome,
	}));
