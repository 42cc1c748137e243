/**
 * AssumeRole: who has credentials gets a role's for a while, where both its own policies and the role's trust policy allow it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import type { AssumeRoleRequest } from "../../aws/model/sts.types.ts";
import type { Call, Principal } from "../call.ts";
import { type ContextValues, decide } from "./permissions.ts";
import {
	beyondChainsMaximum,
	beyondRolesMaximum,
	inheritedTagGiven,
	mayNotAssume,
	mfaFailed,
	roleArnInvalid,
	rootAssumesNothing,
	sourceIdentityFixed,
	transitiveTagMissing,
} from "./refusals.ts";
import { maxSessionSeconds } from "./roles.ts";
import { checkSessionPolicies, issueCredentials } from "./sessions.ts";
import { sessionTagsOf, type Tags } from "./tags.ts";
import { type AssumedRole, assumedRoleArn, findRoleByArn, sessionSecondsDefault } from "./web-identity.ts";

/** "Role chaining limits your … session to a maximum of one hour." */
const chainedSecondsMax = 3600;

interface SessionTags {
	readonly own: Tags;
	readonly all: Tags;
	readonly transitive: readonly string[];
}

/** @throws AccessDenied, ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge */
export async function assumeRole(
	call: Call,
	principal: Principal,
	input: AssumeRoleRequest,
): Promise<AssumedRole & { readonly sourceIdentity: string | undefined }> {
	// Whoever works with a key of nobody's in development is nobody's root user.
	if (principal.kind === "administrator" && call.settings.mode === "production") throw rootAssumesNothing();
	if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(input.RoleArn)) throw roleArnInvalid(input.RoleArn);
	// There are no MFA devices of IAM's users here.
	if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw mfaFailed();
	const tags = sessionTags(principal, input);
	const sourceIdentity = sourceIdentityOf(principal, input);
	const role = await findRoleByArn(call, input.RoleArn);
	if (role?.trust === undefined) throw mayNotAssume(principal.arn, "sts:AssumeRole", input.RoleArn);
	const context = contextOf(input, tags, sourceIdentity, role.settings.tags);
	const actions = ["sts:AssumeRole"];
	// What goes on from the session that calls is set again: both are needed in the policies of "the principal who is assuming the role"
	// and "of the target role". https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
	if (Object.keys(tags.all).length > 0) actions.push("sts:TagSession");
	if (sourceIdentity !== undefined) actions.push("sts:SetSourceIdentity");
	for (const action of actions) {
		const resource = { policy: role.trust, required: true };
		const { outcome } = await decide(call, principal, { action, resources: [role.arn], context, resource });
		if (outcome !== "allowed") throw mayNotAssume(principal.arn, action, input.RoleArn);
	}
	const seconds = input.DurationSeconds ?? sessionSecondsDefault;
	if (principal.kind === "roleSession" && seconds > chainedSecondsMax) throw beyondChainsMaximum();
	if (seconds > maxSessionSeconds(role)) throw beyondRolesMaximum();
	const policies = input.Policy === undefined ? undefined : [input.Policy];
	const policyArns = input.PolicyArns?.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
	await checkSessionPolicies(call, policies ?? [], policyArns ?? []);
	const { credentials, packedPercent } = issueCredentials(
		call,
		{
			kind: "role",
			entityId: role.id,
			name: input.RoleSessionName,
			...(policies && { policies }),
			...(policyArns && policyArns.length > 0 && { policyArns }),
			...(Object.keys(tags.all).length > 0 && { tags: tags.all, transitive: tags.transitive }),
			...(sourceIdentity !== undefined && { sourceIdentity }),
		},
		seconds,
	);
	return {
		credentials,
		arn: assumedRoleArn(call.settings.accountId, role.name, input.RoleSessionName),
		assumedRoleId: `${role.id}:${input.RoleSessionName}`,
		packedPercent,
		sourceIdentity,
	};
}

/** Transitive tags of the session that calls go on, and can't be overridden. @throws InvalidParameterValue */
function sessionTags({ session }: Principal, { Tags: given, TransitiveTagKeys = [] }: AssumeRoleRequest): SessionTags {
	const own = sessionTagsOf(given);
	const inherited = session?.transitive ?? [];
	const has = (keys: readonly string[], key: string) => keys.some((each) => each.toLowerCase() === key.toLowerCase());
	for (const key of Object.keys(own)) if (has(inherited, key)) throw inheritedTagGiven();
	if (!TransitiveTagKeys.every((key) => has(Object.keys(own), key))) throw transitiveTagMissing();
	const kept = Object.entries(session?.tags ?? {}).filter(([key]) => has(inherited, key));
	return { own, all: { ...Object.fromEntries(kept), ...own }, transitive: [...inherited, ...TransitiveTagKeys] };
}

/** "After the source identity is set, the value cannot be changed": it goes on through chained roles. @throws AccessDenied */
function sourceIdentityOf({ session }: Principal, { SourceIdentity: given }: AssumeRoleRequest): string | undefined {
	const before = session?.sourceIdentity;
	if (before !== undefined && given !== undefined && given !== before) throw sourceIdentityFixed();
	return given ?? before;
}

function contextOf(input: AssumeRoleRequest, tags: SessionTags, sourceIdentity: string | undefined, roleTags: Tags): ContextValues {
	const keys = Object.keys(tags.own);
	const context: ContextValues = {
		"sts:RoleSessionName": input.RoleSessionName,
		...(input.ExternalId !== undefined && { "sts:ExternalId": input.ExternalId }),
		...(sourceIdentity !== undefined && { "sts:SourceIdentity": sourceIdentity }),
		...(keys.length > 0 && { "aws:TagKeys": keys }),
		...(tags.transitive.length > 0 && { "sts:TransitiveTagKeys": tags.transitive }),
	};
	for (const [key, value] of Object.entries(tags.own)) context[`aws:RequestTag/${key}`] = value;
	for (const [key, value] of Object.entries(roleTags)) {
		context[`aws:ResourceTag/${key}`] = value;
		context[`iam:ResourceTag/${key}`] = value;
	}
	return context;
}
