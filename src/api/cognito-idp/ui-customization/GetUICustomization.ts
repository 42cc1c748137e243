import { getUICustomization } from "../../../domain/user-pools/branding/ui-customization.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUICustomization.html */
export const GetUICustomization = idp("GetUICustomization", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UICustomization: await getUICustomization(call, pool, input.ClientId) };
	},
});
