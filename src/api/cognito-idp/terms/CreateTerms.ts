import { createTerms } from "../../../domain/user-pools/branding/terms.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateTerms.html */
export const CreateTerms = idp("CreateTerms", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { Terms: await createTerms(call, pool, input) };
	},
});
