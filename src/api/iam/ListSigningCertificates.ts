import { getEntity } from "../../domain/access/entities.ts";
import { readMarker } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { userNameOf } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html */
export const ListSigningCertificates = iam("ListSigningCertificates", {
	auth: "iam",
	/** There are no signing certificates: no operation takes one. */
	async handle(call, input) {
		readMarker(input.Marker);
		await getEntity(call, "user", userNameOf(call.caller, input.UserName));
		return { Certificates: [], IsTruncated: false };
	},
});
