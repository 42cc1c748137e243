import { deleteTerms } from "../../../domain/user-pools/branding/terms.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteTerms.html */
export const DeleteTerms = idp("DeleteTerms", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await deleteTerms(call, pool, input.TermsId);
	},
});
