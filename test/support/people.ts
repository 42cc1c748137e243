/** Pools, clients and users for tests that are about something else. */
import {
	AdminCreateUserCommand,
	AdminSetUserPasswordCommand,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Gatehouse } from "./gatehouse.ts";

export const password = "Correct-Horse-7";

export interface Place {
	readonly gatehouse: Gatehouse;
	readonly UserPoolId: string;
	readonly ClientId: string;
	readonly ClientSecret: string | undefined;
}

/** A pool with one client that has every flow of passwords on. */
export async function createPlace(
	gatehouse: Gatehouse,
	pool: Partial<CreateUserPoolCommandInput> = {},
	client: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<Place> {
	const created = await gatehouse.client.send(
		new CreateUserPoolCommand({ PoolName: "people", AutoVerifiedAttributes: ["email"], ...pool }),
	);
	const UserPoolId = created.UserPool?.Id ?? "";
	return { gatehouse, UserPoolId, ...(await createClient(gatehouse, UserPoolId, client)) };
}

export async function createClient(gatehouse: Gatehouse, UserPoolId: string, client: Partial<CreateUserPoolClientCommandInput> = {}) {
	const { UserPoolClient } = await gatehouse.client.send(
		new CreateUserPoolClientCommand({
			UserPoolId,
			ClientName: "app",
			ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
			...client,
		}),
	);
	return { ClientId: UserPoolClient?.ClientId ?? "", ClientSecret: UserPoolClient?.ClientSecret };
}

/** A confirmed user with `password`. */
export async function createUser(place: Place, Username: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
	const { client } = place.gatehouse;
	const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
	const { User } = await client.send(
		new AdminCreateUserCommand({ UserPoolId: place.UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }),
	);
	await client.send(new AdminSetUserPasswordCommand({ UserPoolId: place.UserPoolId, Username, Password: password, Permanent: true }));
	return User?.Attributes?.find((attribute) => attribute.Name === "sub")?.Value ?? "";
}

export interface Tokens {
	readonly AccessToken: string;
	readonly IdToken: string;
	readonly RefreshToken: string;
}

/** Signs in by USER_PASSWORD_AUTH. */
export async function signIn(place: Place, USERNAME: string, PASSWORD = password): Promise<Tokens> {
	const { AuthenticationResult } = await place.gatehouse.client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, AuthParameters: { USERNAME, PASSWORD } }),
	);
	return AuthenticationResult as Tokens;
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

export function headerOf(token: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as Record<string, unknown>;
}

/** What an API call is refused with: `Code: message`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
	try {
		await call;
	} catch (error) {
		const { name, message } = error as Error;
		return `${name}: ${message}`;
	}
	return "not refused";
}
