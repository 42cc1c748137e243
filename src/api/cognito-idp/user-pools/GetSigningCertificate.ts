import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getSigningCertificate } from "../../../domain/user-pools/signing-certificate.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetSigningCertificate.html */
export const GetSigningCertificate = idp("GetSigningCertificate", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { certificate } = await getSigningCertificate(call, pool);
		// The base64 that stands between the lines of a .crt file.
		return { Certificate: Buffer.from(certificate).toString("base64") };
	},
});
