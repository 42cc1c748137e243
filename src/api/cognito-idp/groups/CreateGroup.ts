import { createGroup, wireGroup } from "../../../domain/user-pools/groups.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html */
export const CreateGroup = idp("CreateGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { Group: wireGroup(await createGroup(call, pool, input)) };
	},
});
