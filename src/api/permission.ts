/** Whether the policies of who signed a request allow the operation on its resources. */
import { AwsError } from "../aws/errors.ts";
import type { OperationModel } from "../aws/model.ts";
import { denialText } from "../domain/access/denials.ts";
import { decide } from "../domain/access/permissions.ts";
import type { Decision } from "../domain/access/policies/evaluate.ts";
import type { Call, Principal } from "../domain/call.ts";
import { rolesPassed } from "./passed-roles.ts";
import { resourcesOf } from "./resources.ts";

/**
 * What everybody may who signs. "No permissions are required to perform this operation."
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * AssumeRole is decided together with the role's trust policy, where the role is known.
 */
const undecided = ["sts:GetCallerIdentity", "sts:GetSessionToken", "sts:AssumeRole"];
/** What sessions of GetSessionToken may call of STS, and not of IAM; federated users may only ask who they are. */
const withSessionToken = ["sts:GetCallerIdentity", "sts:AssumeRole"];

/** @throws AccessDeniedException, of the Query services AccessDenied */
export async function checkPermission(call: Call, principal: Principal, model: OperationModel, input: object): Promise<void> {
	const action = `${model.service}:${model.name}`;
	checkKindOfSession(principal, model, action);
	if (principal.kind === "administrator" || undecided.includes(action)) return;
	const asked = await resourcesOf(call, principal, model, input);
	const decision = await decide(call, principal, { action, ...asked });
	if (decision.outcome !== "allowed") throw denied(model, principal, action, decision);
	// "In addition to the action that matches the API operation". https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
	if (action === "sts:GetFederationToken" && asked.context["aws:TagKeys"] !== undefined) {
		const tagging = await decide(call, principal, { action: "sts:TagSession", ...asked });
		if (tagging.outcome !== "allowed") throw denied(model, principal, "sts:TagSession", tagging);
	}
	const roles = rolesPassed(model, input);
	if (roles.length === 0) return;
	const context = { "iam:PassedToService": `${model.service}.amazonaws.com` };
	const passing = await decide(call, principal, { action: "iam:PassRole", resources: roles, context });
	if (passing.outcome !== "allowed") throw denied(model, principal, "iam:PassRole", passing);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html */
function checkKindOfSession(principal: Principal, { service }: OperationModel, action: string): void {
	if (service !== "sts" && service !== "iam") return;
	const { kind, session } = principal;
	const allowed = kind === "federatedUser" ? withSessionToken.slice(0, 1) : withSessionToken;
	if (session === undefined || kind === "roleSession" || allowed.includes(action)) return;
	// These two say it in words of their own.
	if (action === "sts:GetSessionToken" || action === "sts:GetFederationToken") return;
	throw new AwsError("InvalidClientTokenId", "The security token included in the request is invalid", { status: 403 });
}

function denied(model: OperationModel, principal: Principal, action: string, decision: Decision): AwsError {
	const message = denialText(principal, action, decision);
	if (model.service === "sts" || model.service === "iam") return new AwsError("AccessDenied", message, { status: 403 });
	return new AwsError("AccessDeniedException", message);
}
