import { getEntity } from "../../domain/access/entities.ts";
import { readMarker } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const ListInstanceProfilesForRole = iam("ListInstanceProfilesForRole", {
	auth: "iam",
	/** There are no instance profiles: no operation makes one. */
	async handle(call, input) {
		readMarker(input.Marker);
		await getEntity(call, "role", input.RoleName);
		return { InstanceProfiles: [], IsTruncated: false };
	},
});
