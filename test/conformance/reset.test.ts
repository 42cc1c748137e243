/** The development reset, and what is made after it: it is there after a restart, as anything else is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity";
import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { allow, directoryOf, refused } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { createPlace, createUser, headerOf, signIn } from "../support/people.ts";
import { queryClient } from "../support/query-client.ts";

const kmsOf = ({ url }: Gatehouse) =>
	new KMSClient({ endpoint: url, region: "us-east-1", credentials: { accessKeyId: "any", secretAccessKey: "any" }, maxAttempts: 1 });

for (const engine of engines) {
	test(`What is made after a reset opens after a restart (${engine})`, async (t) => {
		let gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		await createPlace(gatehouse);
		const facts = () => gatehouse.store.db.selectFrom("server_facts").selectAll().execute();
		const factsBefore = await facts();
		assert.equal((await fetch(`${gatehouse.url}/_gatehouse/reset`, { method: "POST" })).status, 200);
		assert.deepEqual(await gatehouse.store.db.selectFrom("user_pools").selectAll().execute(), []);
		const scopes = await gatehouse.store.db.selectFrom("data_keys").select("scope").distinct().execute();
		assert.deepEqual(scopes, [{ scope: "server" }], "pools' keys are gone, and the server's are not");
		// By it a wrong master key is noticed.
		assert.deepEqual(await facts(), factsBefore);
		assert.equal(factsBefore.length, 1);

		const accessKey = await directoryOf(gatehouse).user("ada", [allow("iam:GetUser")]);
		const kms = kmsOf(gatehouse);
		const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
		const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from("secret") }));
		kms.destroy();
		const identities = identityClient(gatehouse);
		const IdentityId = await getId(identities, await createIdentityPool(identities));
		const tokenOf = async (client: typeof identities) => (await client.send(new GetOpenIdTokenCommand({ IdentityId }))).Token ?? "";
		const { kid } = headerOf(await tokenOf(identities));
		identities.destroy();
		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const { AccessToken } = await signIn(place, "ada");

		gatehouse = await gatehouse.restart();
		const iam = queryClient("iam", gatehouse.url, accessKey, () => gatehouse.clock.now());
		assert.equal((await iam("GetUser", { UserName: "ada" })).User.UserName, "ada");
		// What is no key of its making development takes for an administrator's.
		assert.equal((await refused(iam("ListUsers", {})))[0], "AccessDenied");
		const kmsAgain = kmsOf(gatehouse);
		const { Plaintext } = await kmsAgain.send(new DecryptCommand({ CiphertextBlob }));
		assert.equal(Buffer.from(Plaintext ?? []).toString(), "secret");
		kmsAgain.destroy();
		const identitiesAgain = identityClient(gatehouse);
		assert.equal(headerOf(await tokenOf(identitiesAgain))["kid"], kid);
		identitiesAgain.destroy();
		assert.equal((await gatehouse.client.send(new GetUserCommand({ AccessToken }))).Username, "ada");
		await signIn({ ...place, gatehouse }, "ada");
	});
}
