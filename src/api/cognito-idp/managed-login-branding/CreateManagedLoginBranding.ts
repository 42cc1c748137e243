import { createManagedLoginBranding } from "../../../domain/user-pools/branding/managed-login-branding.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateManagedLoginBranding.html */
export const CreateManagedLoginBranding = idp("CreateManagedLoginBranding", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ManagedLoginBranding: await createManagedLoginBranding(call, pool, input) };
	},
});
