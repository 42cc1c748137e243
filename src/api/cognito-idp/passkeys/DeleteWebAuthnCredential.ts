import { deleteCredential } from "../../../domain/user-pools/passkeys.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html */
export const DeleteWebAuthnCredential = idp("DeleteWebAuthnCredential", {
	auth: "accessToken",
	async handle(call, input) {
		await deleteCredential(call, call.caller, input.CredentialId);
		return {};
	},
});
