import { checkSecretHash, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { confirmSignUp } from "../../../domain/user-pools/sign-up.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html */
export const ConfirmSignUp = idp("ConfirmSignUp", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkSecretHash(client, input.Username, input.SecretHash);
		const pool = await getUserPool(call, client.userPoolId);
		const { session } = await confirmSignUp(call, pool, client, {
			username: input.Username,
			code: input.ConfirmationCode,
			forceAliasCreation: input.ForceAliasCreation ?? false,
			session: input.Session,
		});
		return session === undefined ? {} : { Session: session };
	},
});
