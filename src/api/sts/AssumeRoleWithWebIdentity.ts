import { webProviderUnsupported } from "../../domain/access/refusals.ts";
import { assumeRoleWithWebIdentity, checkRoleArn } from "../../domain/access/web-identity.ts";
import { verifyWebToken } from "../../domain/access/web-tokens.ts";
import { sts } from "../operation.ts";
import { assumedRoleAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const AssumeRoleWithWebIdentity = sts("AssumeRoleWithWebIdentity", {
	auth: "public",
	async handle(call, input) {
		checkRoleArn(input.RoleArn);
		// OAuth 2.0 access tokens of Facebook and Amazon, which AWS has long advised against.
		if (input.ProviderId !== undefined) throw webProviderUnsupported();
		const { identity, subject, audience } = await verifyWebToken(call, input.WebIdentityToken);
		const assumed = await assumeRoleWithWebIdentity(call, {
			identity,
			roleArn: input.RoleArn,
			sessionName: input.RoleSessionName,
			...(input.Policy !== undefined && { policies: [input.Policy] }),
			policyArns: input.PolicyArns?.flatMap(({ arn }) => (arn === undefined ? [] : [arn])),
			durationSeconds: input.DurationSeconds,
		});
		return {
			...assumedRoleAnswer(assumed),
			Provider: identity.provider,
			Audience: audience,
			SubjectFromWebIdentityToken: subject,
			...(identity.sourceIdentity !== undefined && { SourceIdentity: identity.sourceIdentity }),
		};
	},
});
