import { getEntity } from "../../domain/access/entities.ts";
import { readMarker } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html */
export const ListMFADevices = iam("ListMFADevices", {
	auth: "iam",
	/** There are no MFA devices: no operation makes one. */
	async handle(call, input) {
		readMarker(input.Marker);
		await getEntity(call, "user", userNameOf(call.caller, input.UserName));
		return { MFADevices: [], IsTruncated: false };
	},
});
