import { updateDomain } from "../../../domain/user-pools/domains.ts";
import { idp } from "../../operation.ts";
import { withoutDomain } from "./name.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolDomain.html */
export const UpdateUserPoolDomain = idp("UpdateUserPoolDomain", {
	auth: "iam",
	constrained: withoutDomain,
	handle: (call, input) => updateDomain(call, input),
});
