import { sts } from "../operation.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const GetCallerIdentity = sts("GetCallerIdentity", {
	auth: "iam",
	async handle(call) {
		return { UserId: call.caller.userId, Account: call.settings.accountId, Arn: call.caller.arn };
	},
});
