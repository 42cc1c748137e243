import { assumeRole } from "../../domain/access/assume-role.ts";
import { sts } from "../operation.ts";
import { assumedRoleAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const AssumeRole = sts("AssumeRole", {
	auth: "iam",
	async handle(call, input) {
		const assumed = await assumeRole(call, call.caller, input);
		const { sourceIdentity } = assumed;
		return { ...assumedRoleAnswer(assumed), ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) };
	},
});
