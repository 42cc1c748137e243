import { getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { respond } from "../../../domain/user-pools/sign-in/respond.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html */
export const RespondToAuthChallenge = idp("RespondToAuthChallenge", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		const pool = await getUserPool(call, client.userPoolId);
		return respond(call, pool, client, input.ChallengeName, input.ChallengeResponses ?? {}, input.Session);
	},
});
