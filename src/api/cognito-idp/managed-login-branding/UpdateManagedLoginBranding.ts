import { memberNotNull } from "../../../domain/refusals.ts";
import { updateManagedLoginBranding } from "../../../domain/user-pools/branding/managed-login-branding.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateManagedLoginBranding.html */
export const UpdateManagedLoginBranding = idp("UpdateManagedLoginBranding", {
	auth: "iam",
	async handle(call, input) {
		// The model demands neither, and nothing can be done without them.
		if (input.UserPoolId === undefined) throw memberNotNull("userPoolId");
		if (input.ManagedLoginBrandingId === undefined) throw memberNotNull("managedLoginBrandingId");
		const pool = await getUserPool(call, input.UserPoolId);
		return { ManagedLoginBranding: await updateManagedLoginBranding(call, pool, input.ManagedLoginBrandingId, input) };
	},
});
