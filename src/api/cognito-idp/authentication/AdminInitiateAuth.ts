import { getClientOfPool } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { startSignIn } from "../../../domain/user-pools/sign-in/start.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html */
export const AdminInitiateAuth = idp("AdminInitiateAuth", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const client = await getClientOfPool(call, pool, input.ClientId);
		return startSignIn(call, "admin", pool, client, input.AuthFlow, input.AuthParameters ?? {}, input.Session);
	},
});
