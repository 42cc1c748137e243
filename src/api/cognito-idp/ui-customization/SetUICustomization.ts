import { setUICustomization } from "../../../domain/user-pools/branding/ui-customization.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUICustomization.html */
export const SetUICustomization = idp("SetUICustomization", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UICustomization: await setUICustomization(call, pool, input) };
	},
});
