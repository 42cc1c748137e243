import { getOpenIdToken } from "../../domain/identity-pools/sign-in.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdToken.html */
export const GetOpenIdToken = identity("GetOpenIdToken", {
	auth: "public",
	async handle(call, input) {
		return getOpenIdToken(call, input);
	},
});
