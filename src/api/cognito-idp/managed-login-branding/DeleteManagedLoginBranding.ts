import { deleteManagedLoginBranding } from "../../../domain/user-pools/branding/managed-login-branding.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteManagedLoginBranding.html */
export const DeleteManagedLoginBranding = idp("DeleteManagedLoginBranding", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await deleteManagedLoginBranding(call, pool, input.ManagedLoginBrandingId);
	},
});
