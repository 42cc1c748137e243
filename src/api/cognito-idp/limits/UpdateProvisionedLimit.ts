import { updateProvisionedLimit } from "../../../domain/user-pools/provisioned-limits.ts";
import { idp } from "../../operation.ts";
import { limitOf } from "./answers.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateProvisionedLimit.html */
export const UpdateProvisionedLimit = idp("UpdateProvisionedLimit", {
	auth: "iam",
	async handle(call, { LimitDefinition, RequestedLimitValue }) {
		const limit = await updateProvisionedLimit(call, LimitDefinition.Attributes, RequestedLimitValue);
		return { Limit: limitOf(LimitDefinition.LimitClass, limit) };
	},
});
