import { readMarker } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html */
export const ListVirtualMFADevices = iam("ListVirtualMFADevices", {
	auth: "iam",
	/** There are no MFA devices: no operation makes one. */
	async handle(_, input) {
		readMarker(input.Marker);
		return { VirtualMFADevices: [], IsTruncated: false };
	},
});
