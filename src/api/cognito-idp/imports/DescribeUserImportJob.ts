import { getImport, wireImport } from "../../../domain/user-pools/imports/jobs.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserImportJob.html */
export const DescribeUserImportJob = idp("DescribeUserImportJob", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserImportJob: wireImport(call, await getImport(call, pool, input.JobId)) };
	},
});
