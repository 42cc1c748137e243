import { listImportJobs } from "../../../domain/user-pools/imports/jobs.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserImportJobs.html */
export const ListUserImportJobs = idp("ListUserImportJobs", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { jobs, next } = await listImportJobs(call, pool, input.MaxResults, input.PaginationToken);
		return { UserImportJobs: [...jobs], PaginationToken: next };
	},
});
