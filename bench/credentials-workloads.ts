/** What the benchmark of identity pools sends and what it demands of the answers. */
import type { Connection } from "./connection.ts";
import type { Workload } from "./workloads.ts";

export const credentialsWorkloadNames = ["credentials-member", "credentials-guest"] as const;
export type CredentialsWorkloadName = (typeof credentialsWorkloadNames)[number];

/** An identity, and the login that proves it where it is no guest's. */
export interface BenchIdentity {
	readonly id: string;
	readonly logins?: Readonly<Record<string, string>>;
}

/** Everything that a load generator has to know of an identity pool, as JSON. */
export interface CredentialsPlace {
	readonly members: readonly BenchIdentity[];
	readonly guests: readonly BenchIdentity[];
}

/** What is asked for is an hour; the clocks of two processes and the answer's way. */
const expiryToleranceSeconds = 30;

export function credentialsRequest({ id, logins }: BenchIdentity): string {
	const body = JSON.stringify({ IdentityId: id, ...(logins && { Logins: logins }) });
	return `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityService.GetCredentialsForIdentity\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export interface BenchCredentials {
	readonly AccessKeyId: string;
	readonly SecretKey: string;
	readonly SessionToken: string;
	/** Seconds since the epoch. */
	readonly Expiration: number;
}

/** Asks once, and throws if any part of the answer is wrong. */
export async function getCredentials(connection: Connection, identity: BenchIdentity): Promise<BenchCredentials> {
	const { status, body } = await connection.send(credentialsRequest(identity));
	const { IdentityId, Credentials } = JSON.parse(body) as { IdentityId?: string; Credentials?: BenchCredentials };
	const right =
		status === 200 &&
		IdentityId === identity.id &&
		Credentials !== undefined &&
		/^ASIA[A-Z2-7]{16}$/.test(Credentials.AccessKeyId) &&
		Credentials.SecretKey.length === 40 &&
		Credentials.SessionToken.length > 100 &&
		Math.abs(Credentials.Expiration - 3600 - Date.now() / 1000) < expiryToleranceSeconds;
	if (!right) throw new Error(`${identity.id} got wrong credentials: ${status} ${body}`);
	return Credentials;
}

export function createCredentialsLoad({ members, guests }: CredentialsPlace): (name: CredentialsWorkloadName) => Workload {
	let next = 0;
	const take = (identities: readonly BenchIdentity[]) => identities[next++ % identities.length] as BenchIdentity;
	return (name) => async (connection) => void (await getCredentials(connection, take(name === "credentials-member" ? members : guests)));
}
