import { getProvisionedLimit } from "../../../domain/user-pools/provisioned-limits.ts";
import { idp } from "../../operation.ts";
import { limitOf } from "./answers.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetProvisionedLimit.html */
export const GetProvisionedLimit = idp("GetProvisionedLimit", {
	auth: "iam",
	async handle(call, { LimitDefinition }) {
		return { Limit: limitOf(LimitDefinition.LimitClass, await getProvisionedLimit(call, LimitDefinition.Attributes)) };
	},
});
