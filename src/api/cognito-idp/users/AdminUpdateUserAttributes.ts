import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { adminUpdateUserAttributes } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html */
export const AdminUpdateUserAttributes = idp("AdminUpdateUserAttributes", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await adminUpdateUserAttributes(call, pool, input.Username, input.UserAttributes);
		return {};
	},
});
