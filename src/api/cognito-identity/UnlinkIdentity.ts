import { unlinkIdentity } from "../../domain/identity-pools/sign-in.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UnlinkIdentity.html */
export const UnlinkIdentity = identity("UnlinkIdentity", {
	auth: "public",
	async handle(call, input) {
		await unlinkIdentity(call, input);
	},
});
