import { pageFields, pageOfResults } from "../../domain/access/paging.ts";
import { simulatePrincipalPolicy } from "../../domain/access/simulate.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export const SimulatePrincipalPolicy = iam("SimulatePrincipalPolicy", {
	auth: "iam",
	async handle(call, input) {
		const page = pageOfResults(await simulatePrincipalPolicy(call, input), input);
		return { EvaluationResults: page.items, ...pageFields(page) };
	},
});
