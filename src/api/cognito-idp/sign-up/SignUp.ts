import { checkSecretHash, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { signUp } from "../../../domain/user-pools/sign-up.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const SignUp = idp("SignUp", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkSecretHash(client, input.Username, input.SecretHash);
		const pool = await getUserPool(call, client.userPoolId);
		const { user, delivery, session } = await signUp(call, pool, client, {
			username: input.Username,
			password: input.Password,
			attributes: input.UserAttributes,
			validationData: input.ValidationData,
		});
		return {
			...(delivery && { CodeDeliveryDetails: delivery }),
			...(session && { Session: session }),
			UserConfirmed: user.status === "CONFIRMED",
			UserSub: user.id,
		};
	},
});
