import { describeDomain } from "../../../domain/user-pools/domains.ts";
import { idp } from "../../operation.ts";
import { withoutDomain } from "./name.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html */
export const DescribeUserPoolDomain = idp("DescribeUserPoolDomain", {
	auth: "iam",
	constrained: withoutDomain,
	async handle(call, input) {
		return { DomainDescription: await describeDomain(call, input.Domain) };
	},
});
