/** Short forms for tests about users: pools, clients, refusals. */
import assert from "node:assert/strict";
import {
	type CognitoIdentityProviderServiceException,
	CreateUserPoolClientCommand,
	type CreateUserPoolClientCommandInput,
	CreateUserPoolCommand,
	type CreateUserPoolCommandInput,
	SignUpCommand,
	type UserType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Gatehouse } from "./gatehouse.ts";

/** Fits the default password policy. */
export const goodPassword = "Correct-horse-7";

export async function createPool(gatehouse: Gatehouse, settings: Partial<CreateUserPoolCommandInput> = {}): Promise<string> {
	const { UserPool } = await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "people", ...settings }));
	return UserPool?.Id ?? "";
}

export async function createClient(
	gatehouse: Gatehouse,
	userPoolId: string,
	settings: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<{ readonly id: string; readonly secret: string }> {
	const command = new CreateUserPoolClientCommand({
		UserPoolId: userPoolId,
		ClientName: "app",
		ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
		...settings,
	});
	const { UserPoolClient } = await gatehouse.client.send(command);
	return { id: UserPoolClient?.ClientId ?? "", secret: UserPoolClient?.ClientSecret ?? "" };
}

/** Signs up `username`; attributes as an object. */
export function signUp(gatehouse: Gatehouse, clientId: string, username: string, attributes: Readonly<Record<string, string>> = {}) {
	return gatehouse.client.send(
		new SignUpCommand({ ClientId: clientId, Username: username, Password: goodPassword, UserAttributes: attributeList(attributes) }),
	);
}

export function attributeList(attributes: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
	return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
}

/** The attributes of an answer as an object. */
export function attributesOf(user: Pick<UserType, "Attributes"> | undefined): Record<string, string> {
	return Object.fromEntries((user?.Attributes ?? []).map(({ Name, Value }) => [Name, Value ?? ""]));
}

/** The call must be refused with this error, and this text where one is given. */
export async function refuses(call: Promise<unknown>, code: string, text?: string | RegExp): Promise<void> {
	const error = (await call.then(
		() => assert.fail(`should have been refused with ${code}`),
		(thrown: unknown) => thrown,
	)) as CognitoIdentityProviderServiceException;
	assert.equal(error.name, code, `${error.name}: ${error.message}`);
	if (typeof text === "string") assert.equal(error.message, text);
	else if (text !== undefined) assert.match(error.message, text);
}

/** What came of each of several calls at once: `ok` or the error's name, sorted. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<string[]> {
	const settled = await Promise.allSettled(calls);
	return settled.map((each) => (each.status === "fulfilled" ? "ok" : (each.reason as Error).name)).sort();
}
