import { csvHeader } from "../../../domain/user-pools/imports/csv.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetCSVHeader.html */
export const GetCSVHeader = idp("GetCSVHeader", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserPoolId: pool.id, CSVHeader: csvHeader(pool) };
	},
});
