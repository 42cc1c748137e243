/**
 * What each benchmark sends and what it demands of the answers. An answer that is not right in every part ends the benchmark:
 * a wrong answer has no speed.
 */
import { createPublicKey, type KeyObject, randomUUID, verify, type webcrypto } from "node:crypto";
import type { Answer, Connection } from "./connection.ts";
import { request } from "./requests.ts";
import { emailOf, passwordOf, type Seed, usernameOf } from "./seed.ts";
import { publicUrl } from "./server.ts";
import { answerSrp, startSrp } from "./srp-client.ts";

export const workloadNames = [
	"sign-in",
	"srp-sign-in",
	"refresh",
	"get-user",
	"admin-get-user",
	"list-users",
	"sign-up",
	"create-user-pool",
] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** Does one operation over a connection, and throws if any part of the answer is wrong. */
export type Workload = (connection: Connection) => Promise<void>;

/** Signatures of issued tokens are verified once in so many times: verifying each would take the load generator too long. */
const tokensPerVerification = 20;
/** Users that are signed in beforehand, for what needs tokens. */
export const signedInUsers = 2_000;

interface Tokens {
	readonly user: number;
	readonly AccessToken: string;
	readonly IdToken: string;
	readonly RefreshToken: string;
}

export interface Load {
	readonly workload: (name: WorkloadName) => Workload;
	/** Signs in users, over several connections at once. */
	signInUsers(connections: readonly Connection[]): Promise<void>;
}

/** A pool's key document. */
export interface Jwks {
	readonly keys: readonly (webcrypto.JsonWebKey & { readonly kid: string })[];
}

export function createLoad(seed: Seed, jwks: Jwks): Load {
	const keys = new Map(jwks.keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));
	const issuer = `${publicUrl}/${seed.userPoolId}`;
	const nextUser = inRandomOrder(seed.users);
	const signedIn: Tokens[] = [];
	let tokens = 0;

	function checkToken(token: string, kind: "id" | "access", user: number): void {
		const [head = "", body = "", signature = ""] = token.split(".");
		const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
		const username = usernameOf(user);
		const now = Date.now() / 1000;
		const right =
			claims["iss"] === issuer &&
			claims["token_use"] === kind &&
			(kind === "id"
				? claims["aud"] === seed.clientId && claims["cognito:username"] === username && claims["email"] === emailOf(user)
				: claims["client_id"] === seed.clientId && claims["username"] === username) &&
			Number(claims["exp"]) > now &&
			Math.abs(Number(claims["iat"]) - now) < 30 &&
			signature.length === 342;
		demand(right, () => `${username} got a wrong ${kind} token: ${JSON.stringify(claims)}`);
		if (tokens++ % tokensPerVerification !== 0) return;
		const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
		const signed = Buffer.from(token.slice(0, token.lastIndexOf(".")));
		demand(
			verify("sha256", signed, keys.get(kid) as KeyObject, Buffer.from(signature, "base64url")),
			() => `${username} got a token with a wrong signature`,
		);
	}

	function checkTokens(answer: Answer, user: number): Tokens {
		const { AuthenticationResult } = parse(answer) as { AuthenticationResult?: Omit<Tokens, "user"> };
		demand(AuthenticationResult !== undefined, () => `${usernameOf(user)} got no tokens: ${answer.body}`);
		checkToken(AuthenticationResult.IdToken, "id", user);
		checkToken(AuthenticationResult.AccessToken, "access", user);
		return { user, ...AuthenticationResult };
	}

	async function signIn(connection: Connection, user: number): Promise<Tokens> {
		const AuthParameters = { USERNAME: usernameOf(user), PASSWORD: passwordOf(user) };
		const input = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: seed.clientId, AuthParameters };
		const got = checkTokens(await connection.send(request("InitiateAuth", input)), user);
		demand(got.RefreshToken.length > 100, () => "a sign-in gave no refresh token");
		return got;
	}

	async function srpSignIn(connection: Connection): Promise<void> {
		const user = nextUser();
		const start = startSrp();
		const { ChallengeParameters } = parse(
			await connection.send(
				request("InitiateAuth", {
					AuthFlow: "USER_SRP_AUTH",
					ClientId: seed.clientId,
					AuthParameters: { USERNAME: usernameOf(user), SRP_A: start.SRP_A },
				}),
			),
		) as { ChallengeParameters: Record<string, string> };
		const ChallengeResponses = answerSrp(start, ChallengeParameters, seed.userPoolId, passwordOf(user));
		const input = { ChallengeName: "PASSWORD_VERIFIER", ClientId: seed.clientId, ChallengeResponses };
		const got = checkTokens(await connection.send(request("RespondToAuthChallenge", input)), user);
		demand(got.RefreshToken.length > 100, () => "a sign-in gave no refresh token");
	}

	async function refresh(connection: Connection): Promise<void> {
		const { user, RefreshToken } = oneOf(signedIn);
		const input = { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: seed.clientId, AuthParameters: { REFRESH_TOKEN: RefreshToken } };
		const answer = await connection.send(request("InitiateAuth", input));
		checkTokens(answer, user);
	}

	async function getUser(connection: Connection): Promise<void> {
		const { user, AccessToken } = oneOf(signedIn);
		checkUser(parse(await connection.send(request("GetUser", { AccessToken }))), "UserAttributes", user);
	}

	async function adminGetUser(connection: Connection): Promise<void> {
		const user = nextUser();
		const input = { UserPoolId: seed.userPoolId, Username: usernameOf(user) };
		checkUser(parse(await connection.send(request("AdminGetUser", input, "signed"))), "UserAttributes", user);
	}

	async function listUsers(connection: Connection): Promise<void> {
		const user = nextUser();
		const input = { UserPoolId: seed.userPoolId, Filter: `email = "${emailOf(user)}"` };
		const { Users } = parse(await connection.send(request("ListUsers", input, "signed"))) as { Users: Record<string, unknown>[] };
		demand(Users.length === 1, () => `${emailOf(user)} was found ${Users.length} times`);
		checkUser(Users[0] as Record<string, unknown>, "Attributes", user);
	}

	async function signUp(connection: Connection): Promise<void> {
		const Username = randomUUID();
		const input = {
			ClientId: seed.signUpClientId,
			Username: `someone-${Username}`,
			Password: "Correct-horse-7",
			UserAttributes: [{ Name: "email", Value: `${Username}@people.example` }],
		};
		const { UserSub, UserConfirmed } = parse(await connection.send(request("SignUp", input))) as Record<string, unknown>;
		demand(typeof UserSub === "string" && UserSub.length === 36 && UserConfirmed === false, () => "a sign-up was answered wrongly");
	}

	async function createUserPool(connection: Connection): Promise<void> {
		const PoolName = `pool ${randomUUID()}`;
		const { UserPool } = parse(await connection.send(request("CreateUserPool", { PoolName }, "signed"))) as {
			UserPool: { Id: string; Name: string };
		};
		demand(/^us-east-1_\w{9}$/.test(UserPool.Id) && UserPool.Name === PoolName, () => "a pool was created wrongly");
	}

	const workloads: Readonly<Record<WorkloadName, Workload>> = {
		"sign-in": async (connection) => void (await signIn(connection, nextUser())),
		"srp-sign-in": srpSignIn,
		refresh,
		"get-user": getUser,
		"admin-get-user": adminGetUser,
		"list-users": listUsers,
		"sign-up": signUp,
		"create-user-pool": createUserPool,
	};

	return {
		workload: (name) => workloads[name],
		async signInUsers(connections) {
			const wanted = Math.min(signedInUsers, seed.users);
			await Promise.all(
				connections.map(async (connection, i) => {
					for (let n = i; n < wanted; n += connections.length) signedIn.push(await signIn(connection, nextUser()));
				}),
			);
		},
	};
}

/** The bare HTTP server: what any answer of this size costs. */
export function echoWorkload(body: string): Workload {
	const text = request("Echo", {});
	return async (connection) => {
		const answer = await connection.send(text);
		demand(answer.status === 200 && answer.body === body, () => "the bare server answered wrongly");
	};
}

function checkUser(user: Record<string, unknown>, member: "UserAttributes" | "Attributes", number: number): void {
	const attributes = user[member] as { Name: string; Value: string }[];
	const email = attributes.find(({ Name }) => Name === "email")?.Value;
	demand(
		user["Username"] === usernameOf(number) && email === emailOf(number),
		() => `${usernameOf(number)} was answered as ${JSON.stringify(user)}`,
	);
}

function parse({ status, body }: Answer): Record<string, unknown> {
	demand(status === 200, () => `answered with ${status}: ${body}`);
	return JSON.parse(body) as Record<string, unknown>;
}

function demand(condition: boolean, message: () => string): asserts condition {
	if (!condition) throw new Error(message());
}

/** Every number below `count` in random order, then all of them again. */
function inRandomOrder(count: number): () => number {
	const order = Uint32Array.from({ length: count }, (_, i) => i);
	let next = count;
	return () => {
		if (next === count) {
			next = 0;
			for (let i = count - 1; i > 0; i--) {
				const j = Math.floor(Math.random() * (i + 1));
				[order[i], order[j]] = [order[j] as number, order[i] as number];
			}
		}
		return order[next++] as number;
	};
}

function oneOf<T>(list: readonly T[]): T {
	return list[Math.floor(Math.random() * list.length)] as T;
}
