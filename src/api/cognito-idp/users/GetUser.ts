import { shownMfa } from "../../../domain/user-pools/mfa-preferences.ts";
import { readableBy, toWireAttributes } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
export const GetUser = idp("GetUser", {
	auth: "accessToken",
	async handle(call) {
		// Checking the token has read the user.
		const { pool, user, client } = call.caller;
		return { Username: user.username, UserAttributes: toWireAttributes(user, readableBy(client)), ...shownMfa(pool, user) };
	},
});
