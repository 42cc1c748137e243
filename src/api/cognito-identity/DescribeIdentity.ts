import { describeIdentity } from "../../domain/identity-pools/identities.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentity.html */
export const DescribeIdentity = identity("DescribeIdentity", {
	auth: "iam",
	async handle(call, input) {
		return describeIdentity(call, input.IdentityId);
	},
});
