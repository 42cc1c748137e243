import { startImport } from "../../../domain/user-pools/imports/jobs.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartUserImportJob.html */
export const StartUserImportJob = idp("StartUserImportJob", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserImportJob: await startImport(call, pool, input.JobId) };
	},
});
