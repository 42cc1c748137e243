import { checkNoActiveImport } from "../../../domain/user-pools/imports/jobs.ts";
import { addCustomAttributes } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html */
export const AddCustomAttributes = idp("AddCustomAttributes", {
	auth: "iam",
	async handle(call, input) {
		await checkNoActiveImport(call, input.UserPoolId);
		await addCustomAttributes(call, input.UserPoolId, input.CustomAttributes);
		return {};
	},
});
