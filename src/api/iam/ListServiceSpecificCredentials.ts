import { getEntity } from "../../domain/access/entities.ts";
import { readMarker } from "../../domain/access/paging.ts";
import { allUsersOrOne } from "../../domain/access/refusals.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html */
export const ListServiceSpecificCredentials = iam("ListServiceSpecificCredentials", {
	auth: "iam",
	/** There are no such credentials: no operation makes one. */
	async handle(call, input) {
		readMarker(input.Marker);
		// "This parameter cannot be specified together with UserName."
		if (input.AllUsers === true && input.UserName !== undefined) throw allUsersOrOne();
		if (input.AllUsers !== true) await getEntity(call, "user", userNameOf(call.caller, input.UserName));
		return { ServiceSpecificCredentials: [], IsTruncated: false };
	},
});
