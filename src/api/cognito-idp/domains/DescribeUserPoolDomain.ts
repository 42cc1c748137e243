import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html */
export const DescribeUserPoolDomain = idp("DescribeUserPoolDomain", {
	auth: "iam",
	// A domain that nobody has is no error but an empty description; and nobody has one yet, since nothing creates them.
	async handle() {
		return { DomainDescription: {} };
	},
});
