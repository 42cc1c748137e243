import { stopImport } from "../../../domain/user-pools/imports/jobs.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StopUserImportJob.html */
export const StopUserImportJob = idp("StopUserImportJob", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserImportJob: await stopImport(call, pool, input.JobId) };
	},
});
