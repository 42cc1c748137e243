/**
 * What GetCredentialsForIdentity costs beside what it can't do without: a bare answer of that size, and for a member the verification of
 * the user pool's signature. No signature is made for either.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import {
	CognitoIdentityClient,
	CreateIdentityPoolCommand,
	GetIdCommand,
	SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity";
import { queryClient } from "../test/support/query-client.ts";
import { Connection } from "./connection.ts";
import { type BenchIdentity, type CredentialsPlace, credentialsWorkloadNames, getCredentials } from "./credentials-workloads.ts";
import { measureEcho } from "./echo.ts";
import { type Bench, onEachEngine } from "./on-each-engine.ts";
import { columns, observe, rowOf } from "./operations.ts";
import type { Options } from "./options.ts";
import { printTable } from "./report.ts";
import { region, rootKey } from "./requests.ts";
import { passwordOf, type Seed, usernameOf } from "./seed.ts";
import type { RunningServer } from "./server.ts";

/** Identities of each kind that take turns. */
const identitiesMax = 200;
const verifications = 3_000;
const verificationRounds = 5;
/** As long as an ID token's signing input. */
const signedBytes = 700;

export function runCredentials(options: Options): Promise<void> {
	return onEachEngine(options, (bench) => measure(options, bench));
}

async function measure(options: Options, { engine, databases, generator, gatehouse, seed }: Bench): Promise<void> {
	const { concurrency } = options;
	const place = await createPlace(gatehouse, seed);
	const echo = await measureEcho(generator, await answerBytes(gatehouse, place), concurrency);
	const verification = measureVerification();
	console.log(`bound: verification ${(verification * 1000).toFixed(0)} µs, bare answer ${(echo * 1000).toFixed(0)} µs (CPU)`);
	const rows: string[][] = [];
	for (const name of credentialsWorkloadNames) {
		await generator.connect({ kind: "credentials", port: gatehouse.port, place }, concurrency);
		const run = await generator.run(name, options, () => observe(databases, engine, gatehouse));
		const bound = name === "credentials-member" ? echo + verification : echo;
		rows.push(rowOf(engine, { name, run, bound, aim: undefined }));
	}
	printTable(columns, rows);
}

/** An identity pool with a role for members and one for guests, and some of both. */
async function createPlace(server: RunningServer, { userPoolId, clientId, users }: Seed): Promise<CredentialsPlace> {
	const endpoint = `http://127.0.0.1:${server.port}`;
	const client = new CognitoIdentityClient({ endpoint, region, credentials: rootKey, maxAttempts: 1 });
	const provider = `cognito-idp.${region}.amazonaws.com/${userPoolId}`;
	try {
		const { IdentityPoolId = "" } = await client.send(
			new CreateIdentityPoolCommand({
				IdentityPoolName: "bench",
				AllowUnauthenticatedIdentities: true,
				CognitoIdentityProviders: [{ ProviderName: provider, ClientId: clientId }],
			}),
		);
		const iam = queryClient("iam", endpoint, rootKey);
		const createRole = async (RoleName: string, amr: string) => {
			const Condition = {
				StringEquals: { "cognito-identity.amazonaws.com:aud": IdentityPoolId },
				"ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
			};
			const Principal = { Federated: "cognito-identity.amazonaws.com" };
			const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition }];
			const { Role } = await iam("CreateRole", {
				RoleName,
				AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
			});
			return Role.Arn;
		};
		const authenticated = await createRole("members", "authenticated");
		const unauthenticated = await createRole("guests", "unauthenticated");
		await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated, unauthenticated } }));
		const identityOf = async (logins?: Record<string, string>): Promise<BenchIdentity> => {
			const { IdentityId = "" } = await client.send(new GetIdCommand({ IdentityPoolId, ...(logins && { Logins: logins }) }));
			return { id: IdentityId, ...(logins && { logins }) };
		};
		const members: BenchIdentity[] = [];
		const guests: BenchIdentity[] = [];
		for (let user = 0; user < Math.min(users, identitiesMax); user++) {
			const AuthParameters = { USERNAME: usernameOf(user), PASSWORD: passwordOf(user) };
			const signIn = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: clientId, AuthParameters };
			const { AuthenticationResult } = (await server.call("InitiateAuth", signIn, "unsigned")) as {
				AuthenticationResult: { IdToken: string };
			};
			members.push(await identityOf({ [provider]: AuthenticationResult.IdToken }));
			guests.push(await identityOf());
		}
		return { members, guests };
	} finally {
		client.destroy();
	}
}

/** How long an answer is. The credentials that it gives must be those of the role. */
async function answerBytes(server: RunningServer, { members: [member] }: CredentialsPlace): Promise<number> {
	if (member === undefined) throw new Error("there are no members");
	const connection = await Connection.open(server.port);
	try {
		const credentials = await getCredentials(connection, member);
		const { AccessKeyId: accessKeyId, SecretKey: secretAccessKey, SessionToken: sessionToken } = credentials;
		const sts = queryClient("sts", `http://127.0.0.1:${server.port}`, { accessKeyId, secretAccessKey, sessionToken });
		const { Arn } = await sts("GetCallerIdentity", {});
		if (!Arn?.endsWith("/members/CognitoIdentityCredentials")) throw new Error(`the credentials are those of ${Arn}`);
		return JSON.stringify({ IdentityId: member.id, Credentials: credentials }).length;
	} finally {
		connection.close();
	}
}

/** CPU milliseconds of the verification of an RS256 signature; the least of some rounds. */
function measureVerification(): number {
	const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const data = randomBytes(signedBytes);
	const signature = sign("sha256", data, privateKey);
	const round = () => {
		const before = process.threadCpuUsage();
		for (let i = 0; i < verifications; i++) if (!verify("sha256", data, publicKey, signature)) throw new Error("the signature is right");
		const { user, system } = process.threadCpuUsage(before);
		return (user + system) / 1000 / verifications;
	};
	return Math.min(...Array.from({ length: verificationRounds }, round));
}
