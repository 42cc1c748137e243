import { createDomain } from "../../../domain/user-pools/domains.ts";
import { idp } from "../../operation.ts";
import { withoutDomain } from "./name.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html */
export const CreateUserPoolDomain = idp("CreateUserPoolDomain", {
	auth: "iam",
	constrained: withoutDomain,
	handle: (call, input) => createDomain(call, input),
});
