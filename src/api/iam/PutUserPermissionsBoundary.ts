import { putBoundary } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html */
export const PutUserPermissionsBoundary = iam("PutUserPermissionsBoundary", {
	auth: "iam",
	async handle(call, input) {
		await putBoundary(call, "user", input.UserName, input.PermissionsBoundary);
	},
});
