import { createImport } from "../../../domain/user-pools/imports/jobs.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserImportJob.html */
export const CreateUserImportJob = idp("CreateUserImportJob", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		// There is no CloudWatch to write to: the role is kept and shown, and nobody assumes it.
		const { JobName: name, CloudWatchLogsRoleArn: roleArn, PasswordHashingAlgorithm: algorithm } = input;
		return { UserImportJob: await createImport(call, pool, { name, roleArn, algorithm }) };
	},
});
