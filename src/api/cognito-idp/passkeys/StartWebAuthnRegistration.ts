import { startRegistration } from "../../../domain/user-pools/passkeys.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html */
export const StartWebAuthnRegistration = idp("StartWebAuthnRegistration", {
	auth: "accessToken",
	async handle(call) {
		return { CredentialCreationOptions: await startRegistration(call, call.caller) };
	},
});
