import { getSessionToken } from "../../domain/access/own-sessions.ts";
import { sts } from "../operation.ts";
import { credentialsAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const GetSessionToken = sts("GetSessionToken", {
	auth: "iam",
	async handle(call, input) {
		return { Credentials: credentialsAnswer(getSessionToken(call, call.caller, input)) };
	},
});
