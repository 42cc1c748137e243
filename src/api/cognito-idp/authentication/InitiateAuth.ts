import { getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { startSignIn } from "../../../domain/user-pools/sign-in/start.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
export const InitiateAuth = idp("InitiateAuth", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		const pool = await getUserPool(call, client.userPoolId);
		return startSignIn(call, "public", pool, client, input.AuthFlow, input.AuthParameters ?? {}, input.Session);
	},
});
