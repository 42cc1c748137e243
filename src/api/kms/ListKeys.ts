import { listKeys } from "../../domain/kms/keys.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const ListKeys = kms("ListKeys", {
	auth: "iam",
	async handle(call, input) {
		const { keys, next } = await listKeys(call, input.Limit, input.Marker);
		return { Keys: keys, NextMarker: next, Truncated: next !== undefined };
	},
});
