import { getEntity } from "../../domain/access/entities.ts";
import { iam } from "../operation.ts";
import { userAnswer, userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export const GetUser = iam("GetUser", {
	auth: "iam",
	async handle(call, input) {
		// Without a name it is who calls, and that may be the account itself.
		if (input.UserName === undefined && call.caller.kind === "administrator") {
			const { userId, arn } = call.caller;
			return { User: { Path: "/", UserName: "root", UserId: userId, Arn: arn, CreateDate: 0 } };
		}
		return { User: userAnswer(await getEntity(call, "user", userNameOf(call.caller, input.UserName))) };
	},
});
