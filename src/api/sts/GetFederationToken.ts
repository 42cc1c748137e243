import { getFederationToken } from "../../domain/access/own-sessions.ts";
import { sts } from "../operation.ts";
import { credentialsAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const GetFederationToken = sts("GetFederationToken", {
	auth: "iam",
	async handle(call, input) {
		const { credentials, arn, id, packedPercent } = await getFederationToken(call, call.caller, input);
		return {
			Credentials: credentialsAnswer(credentials),
			FederatedUser: { Arn: arn, FederatedUserId: id },
			PackedPolicySize: packedPercent,
		};
	},
});
