import { listCredentials } from "../../../domain/user-pools/passkeys.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html */
export const ListWebAuthnCredentials = idp("ListWebAuthnCredentials", {
	auth: "accessToken",
	async handle(call, input) {
		const { credentials, next } = await listCredentials(call, call.caller, input.MaxResults, input.NextToken);
		return { Credentials: credentials, NextToken: next };
	},
});
