import { getEntity } from "../../domain/access/entities.ts";
import { readMarker } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html */
export const ListSSHPublicKeys = iam("ListSSHPublicKeys", {
	auth: "iam",
	/** There are no SSH keys: no operation takes one. */
	async handle(call, input) {
		readMarker(input.Marker);
		await getEntity(call, "user", userNameOf(call.caller, input.UserName));
		return { SSHPublicKeys: [], IsTruncated: false };
	},
});
