import { setIdentityPoolRoles } from "../../domain/identity-pools/roles.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html */
export const SetIdentityPoolRoles = identity("SetIdentityPoolRoles", {
	auth: "iam",
	async handle(call, input) {
		await setIdentityPoolRoles(call, input);
	},
});
