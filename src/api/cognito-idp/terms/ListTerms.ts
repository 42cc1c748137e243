import { listTerms, termsPageDefault } from "../../../domain/user-pools/branding/terms.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTerms.html */
export const ListTerms = idp("ListTerms", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { terms, next } = await listTerms(call, pool, input.MaxResults ?? termsPageDefault, input.NextToken);
		return { Terms: terms, NextToken: next };
	},
});
