import { authorizationMessageInvalid } from "../../domain/access/refusals.ts";
import { sts } from "../operation.ts";

/**
 * Encoded messages come from a few services, such as EC2, that hide in them why they refused. None of Gatehouse's does: its refusals say
 * why in the open, so that no message is one of its own.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export const DecodeAuthorizationMessage = sts("DecodeAuthorizationMessage", {
	auth: "iam",
	async handle() {
		throw authorizationMessageInvalid();
	},
});
