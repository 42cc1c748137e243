import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { adminDeleteUserAttributes } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html */
export const AdminDeleteUserAttributes = idp("AdminDeleteUserAttributes", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await adminDeleteUserAttributes(call, pool, input.Username, input.UserAttributeNames);
		return {};
	},
});
