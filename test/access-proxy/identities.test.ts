/** The scenario that identity pools are made for: credentials of an identity, held to its own folder. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { SetIdentityPoolRolesCommand } from "@aws-sdk/client-cognito-identity";
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { allow, directoryOf, refused, trusts } from "../support/access.ts";
import { s3Credentials, startS3 } from "../support/access-upstreams.ts";
import { startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, identityClient } from "../support/identity-pools.ts";

const region = "us-east-1";

test("a guest of an identity pool writes to the folder of its identity, reads what is public, and no more", async () => {
	const upstream = await startS3(["photos"]);
	const gatehouse = await startGatehouse({
		config: { access: { port: 0, s3: { url: upstream.url, region, ...s3Credentials }, dynamodb: undefined } },
	});
	const identities = identityClient(gatehouse);
	const clients: S3Client[] = [];
	try {
		const identityPoolId = await createIdentityPool(identities);
		const trust = trusts({ Federated: "cognito-identity.amazonaws.com" }, "sts:AssumeRoleWithWebIdentity", {
			StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
		});
		const unauthenticated = await directoryOf(gatehouse).role(
			"guests",
			[trust],
			[
				allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::photos/${cognito-identity.amazonaws.com:sub}/*"),
				allow("s3:GetObject", "arn:aws:s3:::photos/public/*"),
			],
		);
		await identities.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: identityPoolId, Roles: { unauthenticated } }));
		const provider = fromCognitoIdentityPool({ identityPoolId, clientConfig: { endpoint: gatehouse.url, region } });
		const clientOf = (credentials: NonNullable<S3ClientConfig["credentials"]>, systemClockOffset = 0) => {
			const client = new S3Client({
				endpoint: gatehouse.accessUrl,
				region,
				forcePathStyle: true,
				maxAttempts: 1,
				credentials,
				systemClockOffset,
			});
			clients.push(client);
			return client;
		};
		const admin = clientOf({ accessKeyId: "any", secretAccessKey: "any" });
		await admin.send(new PutObjectCommand({ Bucket: "photos", Key: "public/hello", Body: "hello" }));
		const { identityId, ...credentials } = (await provider()) as Awaited<ReturnType<typeof provider>> & { identityId: string };
		const guest = clientOf(provider);
		await guest.send(new PutObjectCommand({ Bucket: "photos", Key: `${identityId}/a.txt`, Body: "mine" }));
		match((await admin.send(new GetObjectCommand({ Bucket: "photos", Key: `${identityId}/a.txt` }))).ETag ?? "", /./);
		equal(await (await guest.send(new GetObjectCommand({ Bucket: "photos", Key: "public/hello" }))).Body?.transformToString(), "hello");
		for (const Key of ["us-east-1:00000000-0000-0000-0000-000000000000/a.txt", "public/hello", "a.txt"]) {
			equal((await refused(guest.send(new PutObjectCommand({ Bucket: "photos", Key, Body: "x" }))))[0], "AccessDenied");
		}
		gatehouse.clock.advance(3_601_000);
		const later = clientOf(credentials, 3_601_000);
		equal((await refused(later.send(new GetObjectCommand({ Bucket: "photos", Key: "public/hello" }))))[0], "ExpiredToken");
	} finally {
		for (const client of [...clients, identities]) client.destroy();
		await gatehouse.stop();
		await upstream.stop();
	}
});
