import { getGroup, wireGroup } from "../../../domain/user-pools/groups.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html */
export const GetGroup = idp("GetGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { Group: wireGroup(await getGroup(call, pool, input.GroupName)) };
	},
});
