import { getEntity } from "../../domain/access/entities.ts";
import { loginProfileNotFound } from "../../domain/access/refusals.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html */
export const DeleteLoginProfile = iam("DeleteLoginProfile", {
	auth: "iam",
	/** Nobody has a password: no operation sets one. */
	async handle(call, input) {
		const { name } = await getEntity(call, "user", userNameOf(call.caller, input.UserName));
		throw loginProfileNotFound(name);
	},
});
