import { pageFields, pageOfResults } from "../../domain/access/paging.ts";
import { simulateCustomPolicy } from "../../domain/access/simulate.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export const SimulateCustomPolicy = iam("SimulateCustomPolicy", {
	auth: "iam",
	async handle(call, input) {
		const page = pageOfResults(simulateCustomPolicy(call, input), input);
		return { EvaluationResults: page.items, ...pageFields(page) };
	},
});
