/** Roles, users and policies for tests of who may do what. */
import type { Gatehouse } from "./gatehouse.ts";
import { queryClient } from "./query-client.ts";

export const account = "000000000000";

/** A policy document of those statements. */
export const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const allow = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) => ({
	Effect: "Allow",
	Action,
	Resource,
	...(Condition && { Condition }),
});
export const deny = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) => ({
	...allow(Action, Resource, Condition),
	Effect: "Deny",
});
/** A statement of a trust policy. */
export const trusts = (Principal: object | string, Action: string | string[] = "sts:AssumeRole", Condition?: object) => ({
	Effect: "Allow",
	Principal,
	Action,
	...(Condition && { Condition }),
});

/** The code and text that a call is refused with. */
export async function refused(call: Promise<unknown>): Promise<[code: string, message: string]> {
	try {
		await call;
	} catch (error) {
		return [(error as Error).name, (error as Error).message];
	}
	throw new Error("it was not refused");
}

export interface Credentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
}

/** What SDK clients take, from what STS answers. */
export function credentialsOf(
	answer: { AccessKeyId?: string | undefined; SecretAccessKey?: string | undefined; SessionToken?: string | undefined } | undefined,
): Credentials {
	const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken: sessionToken } = answer ?? {};
	return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

export interface Directory {
	readonly iam: ReturnType<typeof queryClient<"iam">>;
	/** A role; its ARN. */
	role(name: string, trust: object[], permissions?: object[], more?: object): Promise<string>;
	/** A user with a key of its own. */
	user(name: string, permissions?: object[]): Promise<Credentials>;
}

/** IAM of a Gatehouse, by its administrator. */
export function directoryOf(gatehouse: Gatehouse): Directory {
	const iam = queryClient("iam", gatehouse.url, gatehouse.config.rootKey, () => gatehouse.clock.now());
	return {
		iam,
		async role(RoleName, trust, permissions, more = {}) {
			const { Role } = await iam("CreateRole", { RoleName, AssumeRolePolicyDocument: policy(...trust), ...more });
			if (permissions) await iam("PutRolePolicy", { RoleName, PolicyName: "p", PolicyDocument: policy(...permissions) });
			return Role.Arn;
		},
		async user(UserName, permissions) {
			await iam("CreateUser", { UserName });
			if (permissions) await iam("PutUserPolicy", { UserName, PolicyName: "p", PolicyDocument: policy(...permissions) });
			return credentialsOf((await iam("CreateAccessKey", { UserName })).AccessKey);
		},
	};
}
