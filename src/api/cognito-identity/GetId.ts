import { getId } from "../../domain/identity-pools/sign-in.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html */
export const GetId = identity("GetId", {
	auth: "public",
	async handle(call, input) {
		return { IdentityId: await getId(call, input) };
	},
});
