import { checkTierOfClients } from "../../../domain/user-pools/app-clients.ts";
import { checkTierOfDomains } from "../../../domain/user-pools/domains.ts";
import { checkNoActiveImport } from "../../../domain/user-pools/imports/jobs.ts";
import { updateUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html */
export const UpdateUserPool = idp("UpdateUserPool", {
	auth: "iam",
	async handle(call, input) {
		await checkNoActiveImport(call, input.UserPoolId);
		await checkTierOfClients(call, input.UserPoolId, input.UserPoolTier);
		await checkTierOfDomains(call, input.UserPoolId, input.UserPoolTier);
		await updateUserPool(call, input);
		return {};
	},
});
