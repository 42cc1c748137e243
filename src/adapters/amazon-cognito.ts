/**
 * User pools of Amazon Cognito, through the AWS SDK: read to make one like them here, and asked whether a password is right. The SDK is
 * large: it is loaded at the first call. Credentials are those that AWS's tools find.
 */
import { createHmac } from "node:crypto";
import type { CognitoIdentityProviderClient, InitiateAuthCommandOutput } from "@aws-sdk/client-cognito-identity-provider";
import type {
	GetUserPoolMfaConfigResponse,
	GroupType,
	ResourceServerType,
	UserPoolClientType,
	UserPoolType,
	UserType,
} from "../aws/model/cognito-idp.types.ts";
import type { UpstreamAnswer, UpstreamUser, UpstreamUserPools } from "../kernel/ports.ts";

type Sdk = typeof import("@aws-sdk/client-cognito-identity-provider");

/** AWS's own maximum of each list. */
const pageMax = 60;
/** How long a sign-in may take with all that it asks, and one of its tries: somebody waits for it. */
const signInMilliseconds = 10_000;
const tryMilliseconds = 5_000;
const connectMilliseconds = 2_000;
/** A run through a large pool meets AWS's request quotas: the SDK slows down and goes on. */
const readAttemptsMax = 10;
const signInAttemptsMax = 2;
/** Sign-ins that may wait for an answer at once: anybody can cause one. */
const signInsMax = 50;

/** Opens a pool for reading. What it answers is in the shapes of AWS's model: instants are milliseconds since the epoch. */
export async function openAmazonUserPool(UserPoolId: string, region: string, endpoint: string | undefined) {
	const sdk = await import("@aws-sdk/client-cognito-identity-provider");
	const client = new sdk.CognitoIdentityProviderClient({
		region,
		...(endpoint !== undefined && { endpoint }),
		maxAttempts: readAttemptsMax,
		retryMode: "adaptive",
	});

	return {
		async pool() {
			const { UserPool } = await client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
			return inModel<UserPoolType>(UserPool);
		},
		async mfa() {
			const { $metadata: _, ...mfa } = await client.send(new sdk.GetUserPoolMfaConfigCommand({ UserPoolId }));
			return inModel<GetUserPoolMfaConfigResponse>(mfa);
		},
		/** With their secrets. */
		async *clients(): AsyncGenerator<UserPoolClientType> {
			const pages = pagesOf((NextToken) =>
				client.send(new sdk.ListUserPoolClientsCommand({ UserPoolId, MaxResults: pageMax, ...NextToken })),
			);
			for await (const { UserPoolClients } of pages) {
				for (const { ClientId } of UserPoolClients ?? []) {
					const { UserPoolClient } = await client.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
					yield inModel<UserPoolClientType>(UserPoolClient);
				}
			}
		},
		async *resourceServers(): AsyncGenerator<ResourceServerType> {
			const pages = pagesOf((NextToken) => client.send(new sdk.ListResourceServersCommand({ UserPoolId, MaxResults: 50, ...NextToken })));
			for await (const { ResourceServers } of pages) yield* inModel<ResourceServerType[]>(ResourceServers ?? []);
		},
		async *groups(): AsyncGenerator<GroupType> {
			const pages = pagesOf((NextToken) => client.send(new sdk.ListGroupsCommand({ UserPoolId, Limit: pageMax, ...NextToken })));
			for await (const { Groups } of pages) yield* inModel<GroupType[]>(Groups ?? []);
		},
		async *identityProviders(): AsyncGenerator<string> {
			const pages = pagesOf((NextToken) =>
				client.send(new sdk.ListIdentityProvidersCommand({ UserPoolId, MaxResults: pageMax, ...NextToken })),
			);
			for await (const { Providers } of pages) for (const { ProviderName } of Providers ?? []) if (ProviderName) yield ProviderName;
		},
		async *users(): AsyncGenerator<readonly UserType[]> {
			const pages = pagesOf(async ({ NextToken }) => {
				const page = await client.send(
					new sdk.ListUsersCommand({ UserPoolId, Limit: pageMax, ...(NextToken && { PaginationToken: NextToken }) }),
				);
				return { ...page, NextToken: page.PaginationToken };
			});
			for await (const { Users } of pages) yield inModel<UserType[]>(Users ?? []);
		},
		async factors(Username: string): Promise<UpstreamUser["mfa"]> {
			const user = await client.send(new sdk.AdminGetUserCommand({ UserPoolId, Username }));
			return { enabled: user.UserMFASettingList ?? [], preferred: user.PreferredMfaSetting };
		},
		async *members(GroupName: string): AsyncGenerator<readonly string[]> {
			const pages = pagesOf((NextToken) =>
				client.send(new sdk.ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: pageMax, ...NextToken })),
			);
			for await (const { Users } of pages) yield (Users ?? []).flatMap(({ Username }) => (Username === undefined ? [] : [Username]));
		},
		close: () => client.destroy(),
	};
}

/** Pages until one names no next. */
async function* pagesOf<P extends { readonly NextToken?: string | undefined }>(
	read: (token: { readonly NextToken?: string }) => Promise<P>,
): AsyncGenerator<P> {
	let token: string | undefined;
	do {
		const page = await read(token === undefined ? {} : { NextToken: token });
		yield page;
		token = page.NextToken;
	} while (token !== undefined);
}

/** What the SDK answers, in the shapes of the model: without what is undefined, and with instants as numbers. */
function inModel<T>(value: unknown): T {
	const convert = (part: unknown): unknown => {
		if (part instanceof Date) return part.getTime();
		if (Array.isArray(part)) return part.map(convert);
		if (typeof part !== "object" || part === null || part instanceof Uint8Array) return part;
		return Object.fromEntries(
			Object.entries(part)
				.filter(([, member]) => member !== undefined)
				.map(([name, member]) => [name, convert(member)]),
		);
	};
	return convert(value) as T;
}

export interface AmazonCognito extends UpstreamUserPools {
	close(): void;
}

/** Tries passwords at Amazon's pools. Tests shorten how long one may take. */
export function createAmazonCognito(milliseconds = signInMilliseconds): AmazonCognito {
	let sdk: Promise<Sdk> | undefined;
	let waiting = 0;
	const clients = new Map<string, CognitoIdentityProviderClient>();

	function clientOf({ CognitoIdentityProviderClient }: Sdk, region: string, endpoint: string | undefined): CognitoIdentityProviderClient {
		const name = JSON.stringify([region, endpoint]);
		let client = clients.get(name);
		if (client === undefined) {
			client = new CognitoIdentityProviderClient({
				region,
				...(endpoint !== undefined && { endpoint }),
				maxAttempts: signInAttemptsMax,
				requestHandler: { connectionTimeout: connectMilliseconds, requestTimeout: tryMilliseconds, throwOnRequestTimeout: true },
			});
			clients.set(name, client);
		}
		return client;
	}

	async function signIn(
		[place, username, password]: Parameters<UpstreamUserPools["signIn"]>,
		abortSignal: AbortSignal,
	): Promise<UpstreamUser> {
		sdk ??= import("@aws-sdk/client-cognito-identity-provider");
		const loaded = await sdk;
		const { clientId: ClientId, clientSecret, userPoolId: UserPoolId } = place;
		const client = clientOf(loaded, place.region, place.endpoint);
		const hash = clientSecret && createHmac("sha256", clientSecret).update(username).update(ClientId).digest("base64");
		const AuthParameters = { USERNAME: username, PASSWORD: password, ...(hash && { SECRET_HASH: hash }) };
		let answer: Pick<InitiateAuthCommandOutput, "AuthenticationResult" | "ChallengeName">;
		try {
			answer = await client.send(new loaded.InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }), {
				abortSignal,
			});
		} catch (error) {
			// A client that has this flow off may have the one for servers on.
			if ((error as Error).name !== "InvalidParameterException") throw error;
			answer = await client.send(
				new loaded.AdminInitiateAuthCommand({ AuthFlow: "ADMIN_USER_PASSWORD_AUTH", UserPoolId, ClientId, AuthParameters }),
				{ abortSignal },
			);
		}
		const AccessToken = answer.AuthenticationResult?.AccessToken;
		if (AccessToken === undefined && answer.ChallengeName === undefined) throw new UnreadUser("neither tokens nor a challenge");
		// A challenge, such as a second factor's, comes only once the password is right; it gives no token to read the user with.
		const user =
			AccessToken === undefined
				? await client
						.send(new loaded.AdminGetUserCommand({ UserPoolId, Username: username }), { abortSignal })
						.catch((error: Error) => Promise.reject(new UnreadUser(`AdminGetUser: ${error.name}`)))
				: await client.send(new loaded.GetUserCommand({ AccessToken }), { abortSignal });
		return {
			username: user.Username ?? username,
			attributes: Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value }) => [Name ?? "", Value ?? ""])),
			mfa: { enabled: user.UserMFASettingList ?? [], preferred: user.PreferredMfaSetting },
			...(answer.ChallengeName === "NEW_PASSWORD_REQUIRED" && { hasTemporaryPassword: true }),
		};
	}

	return {
		async signIn(...place): Promise<UpstreamAnswer> {
			if (waiting >= signInsMax) return { kind: "unavailable", reason: "busy" };
			waiting++;
			const abort = new AbortController();
			const late = Promise.withResolvers<UpstreamAnswer>();
			// An answer may come in drops, and not all that the SDK waits for can be aborted: looking for credentials can't.
			const timer = setTimeout(() => {
				abort.abort();
				late.resolve({ kind: "unavailable", reason: "timeout" });
			}, milliseconds);
			const asked = signIn(place, abort.signal).then(
				(user): UpstreamAnswer => ({ kind: "accepted", user }),
				(error: unknown) => answerOf(error),
			);
			return Promise.race([asked, late.promise]).finally(() => {
				clearTimeout(timer);
				waiting--;
			});
		},
		close() {
			for (const client of clients.values()) client.destroy();
			clients.clear();
		},
	};
}

/** The password was right, but whose it is can't be read. */
class UnreadUser extends Error {
	override readonly name = "UnreadUser";
}

/** What the SDK threw: an answer with an HTTP status, or what kept it from getting one. */
function answerOf(error: unknown): UpstreamAnswer {
	const { name, message, code, $metadata } = error as {
		name: string;
		message: string;
		code?: string;
		$metadata?: { httpStatusCode?: number };
	};
	const status = $metadata?.httpStatusCode;
	if (status !== undefined && status < 500) return { kind: "refused", code: name, message };
	return { kind: "unavailable", reason: error instanceof UnreadUser ? message : (code ?? name) };
}
