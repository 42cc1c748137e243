/**
 * What GetCredentialsForIdentity costs beside what it can't do without: a bare answer of that size, the encryption of the session that is
 * in its token, and for a member the verification of the user pool's signature. No signature is made for either.
 */
import { createCipheriv, createSecretKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import {
	CognitoIdentityClient,
	CreateIdentityPoolCommand,
	GetIdCommand,
	SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity";
import { sealedBoxOverheadBytes } from "../src/crypto/sealed-box.ts";
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
/** What is measured by itself, in so many rounds of so many. */
const repetitions = 3_000;
const rounds = 5;
/** As long as an ID token's signing input. */
const signedBytes = 700;

export function runCredentials(options: Options): Promise<void> {
	return onEachEngine(options, (bench) => measure(options, bench));
}

async function measure(options: Options, { engine, databases, generator, gatehouse, seed }: Bench): Promise<void> {
	const { concurrency } = options;
	const place = await createPlace(gatehouse, seed);
	const verification = measureVerification();
	const us = (milliseconds: number) => `${(milliseconds * 1000).toFixed(0)} µs`;
	console.log(`bound: verification ${us(verification)} (CPU)`);
	const rows: string[][] = [];
	for (const name of credentialsWorkloadNames) {
		const isMember = name === "credentials-member";
		const { answer, session } = await bytesOf(gatehouse, (isMember ? place.members : place.guests)[0]);
		const echo = await measureEcho(generator, answer, concurrency);
		const sealing = measureSealing(session);
		console.log(`bound of ${name}: bare answer of ${answer} bytes ${us(echo)}, a session of ${session} bytes sealed ${us(sealing)} (CPU)`);
		await generator.connect({ kind: "credentials", port: gatehouse.port, place }, concurrency);
		const run = await generator.run(name, options, () => observe(databases, engine, gatehouse));
		rows.push(rowOf(engine, { name, run, bound: echo + sealing + (isMember ? verification : 0), aim: undefined }));
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

/** How long an answer is, and the session in its token. The credentials that it gives must be those of the role. */
async function bytesOf(server: RunningServer, identity: BenchIdentity | undefined): Promise<{ answer: number; session: number }> {
	if (identity === undefined) throw new Error("there are no identities");
	const connection = await Connection.open(server.port);
	try {
		const credentials = await getCredentials(connection, identity);
		const { AccessKeyId: accessKeyId, SecretKey: secretAccessKey, SessionToken: sessionToken } = credentials;
		const sts = queryClient("sts", `http://127.0.0.1:${server.port}`, { accessKeyId, secretAccessKey, sessionToken });
		const { Arn } = await sts("GetCallerIdentity", {});
		const role = identity.logins === undefined ? "guests" : "members";
		if (!Arn?.endsWith(`/${role}/CognitoIdentityCredentials`)) throw new Error(`the credentials are those of ${Arn}`);
		return {
			answer: JSON.stringify({ IdentityId: identity.id, Credentials: credentials }).length,
			session: Buffer.from(sessionToken, "base64").length - sealedBoxOverheadBytes,
		};
	} finally {
		connection.close();
	}
}

/** CPU milliseconds of `operation`; the least of some rounds. */
function costOf(operation: () => void): number {
	const round = () => {
		const before = process.threadCpuUsage();
		for (let i = 0; i < repetitions; i++) operation();
		const { user, system } = process.threadCpuUsage(before);
		return (user + system) / 1000 / repetitions;
	};
	return Math.min(...Array.from({ length: rounds }, round));
}

/** The verification of an RS256 signature. */
function measureVerification(): number {
	const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const data = randomBytes(signedBytes);
	const signature = sign("sha256", data, privateKey);
	return costOf(() => {
		if (!verify("sha256", data, publicKey, signature)) throw new Error("the signature is right");
	});
}

/** Authenticated encryption of so many bytes, by nothing but the cipher. */
function measureSealing(bytes: number): number {
	const key = createSecretKey(randomBytes(32));
	const session = randomBytes(bytes);
	return costOf(() => {
		const cipher = createCipheriv("aes-256-gcm", key, randomBytes(12));
		cipher.update(session);
		cipher.final();
		cipher.getAuthTag();
	});
}
