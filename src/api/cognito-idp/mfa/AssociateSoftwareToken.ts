import { tokenOrSession } from "../../../domain/refusals.ts";
import { associateInSetup } from "../../../domain/user-pools/sign-in/challenges/mfa-setup.ts";
import { associateSoftwareToken } from "../../../domain/user-pools/software-tokens.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html */
export const AssociateSoftwareToken = idp("AssociateSoftwareToken", {
	auth: "accessTokenOrSession",
	async handle(call, input) {
		const { caller } = call;
		if ((caller === undefined) === (input.Session === undefined)) throw tokenOrSession();
		// A signed-in user gets no Session: there is no sign-in to go on with.
		if (caller !== undefined) return { SecretCode: await associateSoftwareToken(call, caller) };
		const { secretCode, session } = await associateInSetup(call, input.Session ?? "");
		return { SecretCode: secretCode, Session: session };
	},
});
