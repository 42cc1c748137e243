/** Temporary credentials for who calls, or for somebody whom it vouches for: GetSessionToken and GetFederationToken. */
import type { GetFederationTokenRequest, GetSessionTokenRequest } from "../../aws/model/sts.types.ts";
import type { Principal } from "../call.ts";
import type { AccessCall } from "./entities.ts";
import { mfaFailed, notWithSessionCredentials } from "./refusals.ts";
import { checkSessionPolicies, issueCredentials, type TemporaryCredentials } from "./sessions.ts";
import { sessionTagsOf } from "./tags.ts";

/** "Sessions … range from 900 seconds (15 minutes) to 129,600 seconds (36 hours), with a default of 43,200 seconds (12 hours)." */
const secondsDefault = 43_200;
/** "If the duration is longer than one hour, the session obtained by using root user credentials defaults to one hour." */
const rootSecondsMax = 3600;

const secondsFor = ({ kind }: Principal, seconds = secondsDefault): number =>
	kind === "administrator" ? Math.min(seconds, rootSecondsMax) : seconds;

const isLongTerm = ({ kind, session }: Principal): boolean => (kind === "administrator" || kind === "user") && session === undefined;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html @throws AccessDenied */
export function getSessionToken(call: AccessCall, principal: Principal, input: GetSessionTokenRequest): TemporaryCredentials {
	if (!isLongTerm(principal)) throw notWithSessionCredentials("GetSessionToken");
	if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw mfaFailed();
	const facts = principal.kind === "user" ? ({ kind: "user", entityId: principal.user.id } as const) : ({ kind: "root" } as const);
	return issueCredentials(call, facts, secondsFor(principal, input.DurationSeconds)).credentials;
}

export interface FederatedSession {
	readonly credentials: TemporaryCredentials;
	readonly arn: string;
	readonly id: string;
	readonly packedPercent: number;
}

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 * @throws AccessDenied, ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export async function getFederationToken(
	call: AccessCall,
	principal: Principal,
	input: GetFederationTokenRequest,
): Promise<FederatedSession> {
	if (!isLongTerm(principal)) throw notWithSessionCredentials("GetFederationToken");
	const policies = input.Policy === undefined ? undefined : [input.Policy];
	const policyArns = input.PolicyArns?.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
	await checkSessionPolicies(call, policies ?? [], policyArns ?? []);
	const tags = sessionTagsOf(input.Tags);
	const { credentials, packedPercent } = issueCredentials(
		call,
		{
			kind: "federatedUser",
			...(principal.kind === "user" && { entityId: principal.user.id }),
			name: input.Name,
			...(policies && { policies }),
			...(policyArns && policyArns.length > 0 && { policyArns }),
			...(Object.keys(tags).length > 0 && { tags }),
		},
		secondsFor(principal, input.DurationSeconds),
	);
	const { accountId } = call.settings;
	return {
		credentials,
		arn: `arn:aws:sts::${accountId}:federated-user/${input.Name}`,
		id: `${accountId}:${input.Name}`,
		// Where nothing was passed too, unlike AssumeRole's, as AWS's answers show.
		packedPercent: packedPercent ?? 0,
	};
}
