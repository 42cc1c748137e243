/** A user pool, an identity pool that takes its users, and the roles that it gives: all that lies before credentials. */
import { SetIdentityPoolRolesCommand } from "@aws-sdk/client-cognito-identity";
import { type allow, directoryOf, trusts } from "./access.ts";
import type { Gatehouse } from "./gatehouse.ts";
import { createIdentityPool, identityClient } from "./identity-pools.ts";
import { createPlace, type Place } from "./people.ts";

export interface IdentityAccess {
	readonly people: Place;
	readonly identityPoolId: string;
	/** What the user pool is called in `Logins`. */
	readonly provider: string;
}

type Statements = readonly ReturnType<typeof allow>[];

/** @param roles what users may do, and guests, who are let in where this is given */
export async function createIdentityAccess(
	gatehouse: Gatehouse,
	roles: { readonly users: Statements; readonly guests?: Statements },
): Promise<IdentityAccess> {
	const people = await createPlace(gatehouse);
	const provider = `cognito-idp.us-east-1.amazonaws.com/${people.UserPoolId}`;
	const identities = identityClient(gatehouse);
	try {
		const identityPoolId = await createIdentityPool(identities, {
			AllowUnauthenticatedIdentities: roles.guests !== undefined,
			CognitoIdentityProviders: [{ ProviderName: provider, ClientId: people.ClientId }],
		});
		const directory = directoryOf(gatehouse);
		const role = (name: string, amr: string, statements: Statements) => {
			const trust = trusts({ Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithWebIdentity", {
				StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
				"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
			});
			return directory.role(name, [trust], [...statements]);
		};
		const Roles = {
			authenticated: await role("users", "authenticated", roles.users),
			...(roles.guests && { unauthenticated: await role("guests", "unauthenticated", roles.guests) }),
		};
		await identities.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: identityPoolId, Roles }));
		return { people, identityPoolId, provider };
	} finally {
		identities.destroy();
	}
}
