import { getClientOfPool } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { respond } from "../../../domain/user-pools/sign-in/respond.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html */
export const AdminRespondToAuthChallenge = idp("AdminRespondToAuthChallenge", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const client = await getClientOfPool(call, pool, input.ClientId);
		return respond(call, pool, client, input.ChallengeName, input.ChallengeResponses ?? {}, input.Session);
	},
});
