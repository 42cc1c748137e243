import { tokenOrSession } from "../../../domain/refusals.ts";
import { verifyInSetup } from "../../../domain/user-pools/sign-in/challenges/mfa-setup.ts";
import { verifySoftwareToken } from "../../../domain/user-pools/software-tokens.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html */
export const VerifySoftwareToken = idp("VerifySoftwareToken", {
	auth: "accessTokenOrSession",
	async handle(call, input) {
		const { caller } = call;
		if ((caller === undefined) === (input.Session === undefined)) throw tokenOrSession();
		const { UserCode: code, FriendlyDeviceName: name } = input;
		if (caller !== undefined) {
			await verifySoftwareToken(call, caller, code, name);
			return { Status: "SUCCESS" } as const;
		}
		return { Status: "SUCCESS", Session: await verifyInSetup(call, input.Session ?? "", code, name) } as const;
	},
});
