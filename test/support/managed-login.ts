/** A pool with a domain and an app client that applications send browsers to. */
import assert from "node:assert/strict";
import {
	type CreateUserPoolClientCommandInput,
	type CreateUserPoolCommandInput,
	CreateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Gatehouse } from "./gatehouse.ts";
import { until } from "./outbox.ts";
import { claimsOf, createPlace, type Place } from "./people.ts";
import { type Answer, textOf } from "./visitor.ts";

export const callback = "https://app.example/callback";

export interface LoginPlace extends Place {
	/** The domain's base by its path, which any machine can resolve; without a slash at its end. */
	readonly base: string;
	/** A page of the domain with an authorization request; parameters given as "" are left out. */
	page(path: string, parameters?: Readonly<Record<string, string>>): string;
}

let domains = 0;

export async function createLoginPlace(
	gatehouse: Gatehouse,
	pool: Partial<CreateUserPoolCommandInput> = {},
	client: Partial<CreateUserPoolClientCommandInput> = {},
	version: 1 | 2 = 2,
): Promise<LoginPlace> {
	const place = await createPlace(gatehouse, pool, {
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: ["code", "implicit"],
		AllowedOAuthScopes: ["openid", "email", "profile"],
		CallbackURLs: [callback],
		SupportedIdentityProviders: ["COGNITO"],
		PreventUserExistenceErrors: "ENABLED",
		...client,
	});
	const Domain = `login-${++domains}`;
	await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId: place.UserPoolId, Domain, ManagedLoginVersion: version }));
	const base = `${gatehouse.url}/domains/${Domain}`;
	return {
		...place,
		base,
		page(path, parameters = {}) {
			const asked = {
				client_id: place.ClientId,
				response_type: "code",
				redirect_uri: callback,
				state: "s1",
				scope: "openid",
				...parameters,
			};
			const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
			return `${base}${path}?${query}`;
		},
	};
}

/** The ID token's claims that a browser's way back to its application is good for. */
export async function claimsBack({ base, ClientId }: LoginPlace, answer: Answer): Promise<Record<string, unknown>> {
	const to = new URL(answer.location ?? `none:${answer.status} ${textOf(answer)}`);
	assert.equal(`${to.origin}${to.pathname}`, callback, answer.location ?? textOf(answer));
	const body = new URLSearchParams({
		grant_type: "authorization_code",
		client_id: ClientId,
		redirect_uri: callback,
		code: to.searchParams.get("code") ?? "",
	});
	const response = await fetch(`${base}/oauth2/token`, { method: "POST", body });
	const tokens = (await response.json()) as { readonly id_token?: string };
	assert.equal(response.status, 200, JSON.stringify(tokens));
	return claimsOf(tokens.id_token ?? "");
}

/** The page that an answer is: its path below the domain, its status, and what it says. */
export function pageOf({ base }: LoginPlace, answer: Answer): string {
	return `${new URL(answer.url).pathname.slice(new URL(base).pathname.length)} ${answer.status}`;
}

/** Runs what has a code sent, and waits for it: where nobody may know who exists, codes are sent a little later. */
export async function withCode<R>(
	gatehouse: Gatehouse,
	to: string,
	run: () => Promise<R>,
): Promise<{ readonly result: R; readonly code: string }> {
	const sent = () => gatehouse.inbox({ to }).length;
	const before = sent();
	const result = await run();
	await until(`a code is sent to ${to}`, () => sent() > before);
	return { result, code: gatehouse.code(to) };
}
