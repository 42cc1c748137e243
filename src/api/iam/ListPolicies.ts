import { listAllPolicies } from "../../domain/access/lists.ts";
import { pageFields } from "../../domain/access/paging.ts";
import { iam } from "../operation.ts";
import { awsPolicyAnswer, listedPolicy } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export const ListPolicies = iam("ListPolicies", {
	auth: "iam",
	async handle(call, input) {
		const page = await listAllPolicies(call, input);
		const policies = page.items.map((policy) => ("settings" in policy ? listedPolicy(call, policy) : awsPolicyAnswer(call, policy)));
		return { Policies: await Promise.all(policies), ...pageFields(page) };
	},
});
