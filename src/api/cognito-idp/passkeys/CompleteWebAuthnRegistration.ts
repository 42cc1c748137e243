import { completeRegistration } from "../../../domain/user-pools/passkeys.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html */
export const CompleteWebAuthnRegistration = idp("CompleteWebAuthnRegistration", {
	auth: "accessToken",
	async handle(call, input) {
		await completeRegistration(call, call.caller, input.Credential);
		return {};
	},
});
