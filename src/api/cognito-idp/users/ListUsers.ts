import { listUsers } from "../../../domain/user-pools/list-users.ts";
import { shownMfaOptions } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { wireUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
export const ListUsers = idp("ListUsers", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const wanted = input.AttributesToGet && new Set(input.AttributesToGet);
		const { users, next } = await listUsers(call, pool, {
			filter: input.Filter,
			limit: input.Limit,
			token: input.PaginationToken,
			attributesToGet: input.AttributesToGet,
		});
		return {
			Users: users.map((user) => ({ ...wireUser(user, wanted && ((name) => wanted.has(name))), ...shownMfaOptions(pool, user) })),
			...(next === undefined ? {} : { PaginationToken: next }),
		};
	},
});
