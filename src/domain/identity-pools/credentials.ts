/**
 * The enhanced flow: the identity is proved, its role is chosen here, and STS is asked for credentials of that role. Whether the role's
 * trust policy lets the identity have it is for STS to say.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
 */
import { AwsError } from "../../aws/errors.ts";
import type { GetCredentialsForIdentityInput, GetCredentialsForIdentityResponse } from "../../aws/model/cognito-identity.types.ts";
import type { TokenService } from "../../kernel/ports.ts";
import { assumeRoleWithWebIdentity, cognitoIdentity, sessionSecondsDefault } from "../access/web-identity.ts";
import type { Call } from "../call.ts";
import { guestSessionPolicy, guestSessionPolicyArn } from "./guest-policy.ts";
import { getIdentity, type Identity } from "./identities.ts";
import { checkGuest, linkLogins } from "./linking.ts";
import { type VerifiedLogin, verifyLogins } from "./logins/verify.ts";
import { type IdentityClaims, identityClaims, issueOpenIdToken, openIdTokenSeconds, verifyOpenIdToken } from "./open-id-tokens.ts";
import { type IdentityPool, regionOfIdentity } from "./pools.ts";
import { principalTags } from "./principal-tags.ts";
import { ownTokenProvider } from "./provider-names.ts";
import {
	configurationInvalid,
	customRoleRefused,
	identityForbidden,
	loginsDontMatch,
	notAnIdToken,
	ownTokenExpired,
	roleDenied,
	signatureUnverified,
	stsUnavailable,
} from "./refusals.ts";
import { chooseRole, type RoleQuestion } from "./role-mapping.ts";
import { findByProvider } from "./roles.ts";
import { checkStillProved } from "./still-proved.ts";

/** What the sessions of identities' credentials are called. */
const sessionName = "CognitoIdentityCredentials";

/** STS, as this needs it. Refuses with an AwsError. */
export type AssumeRole = (
	call: Call,
	request: {
		readonly roleArn: string;
		/** What the identity's token says, and the token itself, for an STS that is elsewhere. */
		readonly claims: IdentityClaims;
		readonly token: () => Promise<string>;
		readonly sessionName: string;
		/** The session gets the guests' policy. */
		readonly isGuest: boolean;
	},
) => Promise<{
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken: string;
	/** Milliseconds since the epoch. */
	readonly expiration: number;
}>;

/** The built-in STS, which needs no token to believe what is known here. */
const assumeRoleHere: AssumeRole = async (call, { roleArn, claims, sessionName, isGuest }) => {
	const identity = cognitoIdentity(claims);
	const request = { identity, roleArn, sessionName, ...(isGuest && { policyArns: [guestSessionPolicyArn] }) };
	return (await assumeRoleWithWebIdentity(call, request)).credentials;
};

/** Another STS, which knows the identity by the pool's token alone: there the issuer is an OIDC provider like any other. */
const assumeRoleElsewhere =
	(tokenService: TokenService): AssumeRole =>
	async (call, { roleArn, claims, token, sessionName, isGuest }) => {
		const region = regionOfIdentity(claims.aud);
		const policy = isGuest ? guestSessionPolicy : undefined;
		const session = { region, roleArn, sessionName, token: await token(), policy, seconds: sessionSecondsDefault };
		const answer = await tokenService.assumeRole(session);
		if (answer.kind === "granted") return answer;
		// The caller is not told why: it is the operator's to mend.
		const reason = answer.kind === "unavailable" ? answer.reason : `${answer.code}: ${answer.message}`;
		call.ports.log.warn({ requestId: call.requestId, roleArn, reason }, `the STS gave no credentials: ${answer.kind}`);
		throw answer.kind === "unavailable" ? stsUnavailable() : new AwsError(answer.code, answer.message);
	};

/** An identity that is proved, what its token says, and the role that it gets. */
interface Proof {
	readonly claims: IdentityClaims;
	/** The token that proved it, where one did. */
	readonly token?: string;
	readonly roleArn: string;
	readonly isGuest: boolean;
}

/**
 * Credentials for an hour. `assumeRole` is the STS that gives them.
 * @throws NotAuthorizedException, ResourceNotFoundException, ResourceConflictException, InvalidParameterException,
 * InvalidIdentityPoolConfigurationException, ExternalServiceException
 */
export async function credentialsForIdentity(
	call: Call,
	input: GetCredentialsForIdentityInput,
	assumeRole: AssumeRole = call.ports.tokenService === undefined ? assumeRoleHere : assumeRoleElsewhere(call.ports.tokenService),
): Promise<GetCredentialsForIdentityResponse> {
	const { identity, pool } = await getIdentity(call, input.IdentityId);
	const logins = (input.Logins ?? {}) as Readonly<Record<string, string>>;
	const { claims, token, roleArn, isGuest } = await prove(call, pool, identity, logins, input.CustomRoleArn);
	const credentials = await assumeRole(call, {
		roleArn,
		claims,
		token: async () => token ?? issueOpenIdToken(call, claims, openIdTokenSeconds),
		sessionName,
		isGuest,
	}).catch((error: unknown): never => {
		// Whatever STS has against it, it is the pool's roles that are not fit for the identity.
		throw error instanceof AwsError && error.status < 500 && error.code !== stsUnavailable().code ? configurationInvalid() : error;
	});
	return {
		IdentityId: claims.sub,
		Credentials: {
			AccessKeyId: credentials.accessKeyId,
			SecretKey: credentials.secretAccessKey,
			SessionToken: credentials.sessionToken,
			Expiration: credentials.expiration,
		},
	};
}

function roleOf(question: RoleQuestion): string {
	const choice = chooseRole(question);
	if ("role" in choice) return choice.role;
	switch (choice.refused) {
		case "denied":
			throw roleDenied();
		case "custom":
			throw customRoleRefused();
		case "no role":
			throw configurationInvalid();
	}
}

async function prove(
	call: Call,
	pool: IdentityPool,
	identity: Identity,
	logins: Readonly<Record<string, string>>,
	customRoleArn: string | undefined,
): Promise<Proof> {
	const roles = pool.settings.Roles;
	const { [ownTokenProvider]: ownToken, ...others } = logins;
	if (ownToken !== undefined) {
		// It says by itself who is who: nothing beside it could add to that.
		if (Object.keys(others).length > 0) throw loginsDontMatch();
		const claims = await checkOwnToken(call, pool, identity, ownToken);
		const isGuest = claims.amr[0] === "unauthenticated";
		return { claims, token: ownToken, isGuest, roleArn: roleOf({ roles, logins: [], isDeveloperIdentity: !isGuest, customRoleArn }) };
	}
	if (Object.keys(others).length === 0) {
		checkGuest(pool, identity);
		return { claims: identityClaims(identity, []), isGuest: true, roleArn: roleOf({ roles, logins: [], customRoleArn }) };
	}
	const verified = await verifyLogins(call, pool, others);
	const mapped = verified.map(({ claims, names }) => ({
		claims,
		mapping: findByProvider(call.settings, pool.settings.RoleMappings, names),
	}));
	// Before anything is linked: who is refused a role changes nothing.
	const roleArn = roleOf({ roles, logins: mapped, customRoleArn });
	const proved = await linkLogins(call, pool, verified, identity);
	return { claims: identityClaims(proved, verified, tagsOf(call, pool, verified)), isGuest: false, roleArn };
}

/** Of several providers that give a tag the first one's value counts. */
function tagsOf(call: Call, pool: IdentityPool, logins: readonly VerifiedLogin[]): Readonly<Record<string, string>> {
	const all = logins.map(({ claims, names }) =>
		principalTags(findByProvider(call.settings, pool.settings.PrincipalTagMaps, names), claims),
	);
	return Object.assign({}, ...all.reverse()) as Readonly<Record<string, string>>;
}

/** What the identity pool's own token says, where it proves the identity. @throws NotAuthorizedException */
async function checkOwnToken(call: Call, pool: IdentityPool, identity: Identity, token: string): Promise<IdentityClaims> {
	const claims = await verifyOpenIdToken(call, token);
	if (claims === "malformed") throw notAnIdToken();
	if (claims === "foreign") throw signatureUnverified();
	if (claims === "expired") throw ownTokenExpired();
	if (claims.sub !== identity.id || claims.aud !== pool.id) throw identityForbidden(identity.id);
	checkStillProved(pool, identity, claims);
	return claims;
}
