import { updateTerms } from "../../../domain/user-pools/branding/terms.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateTerms.html */
export const UpdateTerms = idp("UpdateTerms", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { Terms: await updateTerms(call, pool, input) };
	},
});
