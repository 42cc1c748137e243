/** Policies of a role, user or group: inline ones, attached managed ones, and the permissions boundary. */
import { awsPolicies } from "./aws-policies.ts";
import { type AccessCall, changeEntity, type EntityKind, type EntitySettings, isOwnPolicy } from "./entities.ts";
import { checkPolicyArn, findPolicy } from "./managed-policies.ts";
import { parsePolicy } from "./policies/document.ts";
import { policyCharacters, policyCharactersMax } from "./policies/limits.ts";
import {
	boundaryNotAttachable,
	boundaryNotFound,
	inlinePoliciesTooLong,
	inlinePolicyNotFound,
	policyNotAttachable,
	policyNotAttached,
	tooMany,
} from "./refusals.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const attachedMax = 10;
const attachedQuotas: Readonly<Record<EntityKind, string>> = {
	role: "PoliciesPerRole",
	user: "PoliciesPerUser",
	group: "PoliciesPerGroup",
};
const inlineMax: Readonly<Record<EntityKind, number>> = {
	role: policyCharactersMax.roleInline,
	user: policyCharactersMax.userInline,
	group: policyCharactersMax.groupInline,
};

/** @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded */
export async function putInlinePolicy(
	call: AccessCall,
	kind: EntityKind,
	name: string,
	policyName: string,
	document: string,
): Promise<void> {
	parsePolicy(document, "inline");
	await changeEntity(call, kind, name, ({ settings }) => {
		const inline = { ...settings.inline, [policyName]: document };
		const characters = Object.values(inline).reduce((sum, text) => sum + policyCharacters(text), 0);
		if (characters > inlineMax[kind]) throw inlinePoliciesTooLong(kind, name, inlineMax[kind]);
		return { settings: { ...settings, inline } };
	});
}

/** The document, as it was put. @throws NoSuchEntity */
export function getInlinePolicy(kind: EntityKind, settings: EntitySettings, policyName: string): string {
	const document = Object.hasOwn(settings.inline, policyName) ? settings.inline[policyName] : undefined;
	if (document === undefined) throw inlinePolicyNotFound(kind, policyName);
	return document;
}

/** @throws NoSuchEntity */
export async function deleteInlinePolicy(call: AccessCall, kind: EntityKind, name: string, policyName: string): Promise<void> {
	await changeEntity(call, kind, name, ({ settings }) => {
		if (!Object.hasOwn(settings.inline, policyName)) throw inlinePolicyNotFound(kind, policyName);
		const inline = Object.fromEntries(Object.entries(settings.inline).filter(([each]) => each !== policyName));
		return { settings: { ...settings, inline } };
	});
}

/** @throws ValidationError, InvalidInput, and NoSuchEntity as `missing` says it */
async function checkAttachable(call: AccessCall, arn: string, missing: (arn: string) => Error): Promise<void> {
	checkPolicyArn(arn);
	const exists = isOwnPolicy(arn) ? (await findPolicy(call, arn)) !== undefined : awsPolicies.has(arn);
	if (!exists) throw missing(arn);
}

/** Whether a policy may be a boundary. @throws ValidationError, InvalidInput, NoSuchEntity */
export const checkBoundary = (call: AccessCall, arn: string): Promise<void> => checkAttachable(call, arn, boundaryNotAttachable);

/** Attaching what is attached changes nothing. @throws NoSuchEntity, LimitExceeded, ValidationError, InvalidInput */
export async function attachPolicy(call: AccessCall, kind: EntityKind, name: string, arn: string): Promise<void> {
	await changeEntity(call, kind, name, async ({ settings }) => {
		await checkAttachable(call, arn, policyNotAttachable);
		if (settings.attached.includes(arn)) return {};
		if (settings.attached.length >= attachedMax) throw tooMany(attachedQuotas[kind], attachedMax);
		return { settings: { ...settings, attached: [...settings.attached, arn] }, gone: () => policyNotAttachable(arn) };
	});
}

/** @throws NoSuchEntity, ValidationError, InvalidInput */
export async function detachPolicy(call: AccessCall, kind: EntityKind, name: string, arn: string): Promise<void> {
	checkPolicyArn(arn);
	await changeEntity(call, kind, name, ({ settings }) => {
		if (!settings.attached.includes(arn)) throw policyNotAttached(arn);
		return { settings: { ...settings, attached: settings.attached.filter((each) => each !== arn) } };
	});
}

/** @throws NoSuchEntity, ValidationError, InvalidInput */
export async function putBoundary(call: AccessCall, kind: "role" | "user", name: string, arn: string): Promise<void> {
	await changeEntity(call, kind, name, async ({ settings }) => {
		await checkBoundary(call, arn);
		return { settings: { ...settings, boundary: arn }, gone: () => boundaryNotAttachable(arn) };
	});
}

/** @throws NoSuchEntity */
export async function deleteBoundary(call: AccessCall, kind: "role" | "user", name: string): Promise<void> {
	await changeEntity(call, kind, name, ({ settings }) => {
		const { boundary, ...without } = settings;
		if (boundary === undefined) throw boundaryNotFound(kind, name);
		return { settings: without satisfies EntitySettings };
	});
}
