/** Client secrets through the front door: a second one, values of one's own, which of them prove a client, and races. */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	AddUserPoolClientSecretCommand,
	type ClientSecretDescriptorType,
	type CognitoIdentityProviderClient,
	DeleteUserPoolClientCommand,
	DeleteUserPoolClientSecretCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolClientCommand,
	InitiateAuthCommand,
	ListUserPoolClientSecretsCommand,
	UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { findVersionOfOwner, listClientSecrets } from "../../src/domain/user-pools/client-secrets.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, password, refusal } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";

const own = "my_own_secret_of_30_characters";
const rounds = 40;

for (const engine of engines) {
	describe(`client secrets (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let place: Place;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			place = await createPlace(gatehouse);
			UserPoolId = place.UserPoolId;
			await createUser(place, "alice");
		});
		after(() => gatehouse.stop());

		const confidential = async () => {
			const { ClientId, ClientSecret = "" } = await createClient(gatehouse, UserPoolId, { GenerateSecret: true });
			return { ClientId, ClientSecret };
		};
		const add = async (ClientId: string, ClientSecret?: string) =>
			(await client.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecret })))
				.ClientSecretDescriptor as ClientSecretDescriptorType;
		const list = async (ClientId: string) =>
			(await client.send(new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId }))).ClientSecrets ?? [];
		const remove = (ClientId: string, ClientSecretId = "") =>
			client.send(new DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
		const signIn = (ClientId: string, secret: string) => {
			const SECRET_HASH = createHmac("sha256", secret).update(`alice${ClientId}`).digest("base64");
			return refusal(
				client.send(
					new InitiateAuthCommand({
						ClientId,
						AuthFlow: "USER_PASSWORD_AUTH",
						AuthParameters: { USERNAME: "alice", PASSWORD: password, SECRET_HASH },
					}),
				),
			);
		};

		test("two secrets are active at once, and the one that is deleted proves nothing any more", async () => {
			const { ClientId, ClientSecret } = await confidential();
			gatehouse.clock.advance(1000);
			const added = await add(ClientId);
			match(added.ClientSecretValue ?? "", /^[0-9a-z]{51}$/);
			ok(Math.abs((added.ClientSecretCreateDate?.getTime() ?? 0) - gatehouse.clock.now()) < 60_000);
			const second = added.ClientSecretValue ?? "";
			for (const secret of [ClientSecret, second]) equal(await signIn(ClientId, secret), "not refused");
			const [first, other] = await list(ClientId);
			deepEqual(other, { ClientSecretId: added.ClientSecretId, ClientSecretCreateDate: added.ClientSecretCreateDate });
			equal(first?.ClientSecretValue, undefined);
			await remove(ClientId, first?.ClientSecretId);
			equal(await signIn(ClientId, second), "not refused");
			const wrong = `NotAuthorizedException: Unable to verify secret hash for client ${ClientId}`;
			equal(await signIn(ClientId, ClientSecret), wrong);
			deepEqual(await list(ClientId), [other]);
			const { UserPoolClient } = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
			equal(UserPoolClient?.ClientSecret, second);
		});

		test("a secret of one's own is taken, not shown, and sealed at rest", async () => {
			const { ClientId } = await confidential();
			const added = await add(ClientId, own);
			equal(added.ClientSecretValue, undefined);
			equal(await signIn(ClientId, own), "not refused");
			const rows = await gatehouse.store.db.selectFrom("client_secrets").selectAll().where("client_id", "=", ClientId).execute();
			equal(rows.length, 2);
			for (const { sealed } of rows) ok(!Buffer.from(sealed).includes(own));
			ok(!gatehouse.logged.some((line) => line.includes(own)));
			// The settings of the client and its secrets change independently.
			await client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }));
			equal(await signIn(ClientId, own), "not refused");
		});

		test("a client has no more than two secrets and keeps its last one", async () => {
			const { ClientId } = await confidential();
			const [only] = await list(ClientId);
			equal(
				await refusal(remove(ClientId, only?.ClientSecretId)),
				"InvalidParameterException: The last client secret of a user pool client cannot be deleted.",
			);
			await add(ClientId);
			equal(await refusal(add(ClientId)), "LimitExceededException: Maximum number of client secrets exceeded.");
			equal(await refusal(remove(ClientId, "unknown")), "ResourceNotFoundException: Client secret unknown does not exist.");
			await remove(ClientId, only?.ClientSecretId);
			await add(ClientId);
		});

		test("a public client has no secrets and gets none", async () => {
			deepEqual(await list(place.ClientId), []);
			equal(await refusal(add(place.ClientId)), `InvalidParameterException: User pool client ${place.ClientId} has no client secret.`);
			equal(await refusal(remove(place.ClientId, "any")), "ResourceNotFoundException: Client secret any does not exist.");
		});

		test("secrets are of a client of the pool alone", async () => {
			const other = await createPlace(gatehouse, {}, { GenerateSecret: true });
			const missing = `ResourceNotFoundException: User pool client ${other.ClientId} does not exist.`;
			const calls = [add(other.ClientId), list(other.ClientId), remove(other.ClientId, "any")];
			deepEqual(await Promise.all(calls.map(refusal)), [missing, missing, missing]);
			const { ClientId } = await confidential();
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
			equal(await refusal(add(ClientId)), `ResourceNotFoundException: User pool client ${ClientId} does not exist.`);
		});

		test("a pool takes its clients' secrets with it", async () => {
			const other = await createPlace(gatehouse, {}, { GenerateSecret: true });
			const secrets = () => gatehouse.store.db.selectFrom("client_secrets").selectAll().where("pool_id", "=", other.UserPoolId).execute();
			equal((await secrets()).length, 1);
			await client.send(new DeleteUserPoolCommand({ UserPoolId: other.UserPoolId }));
			deepEqual(await secrets(), []);
		});

		test(`of calls that race for the second secret, and of those that delete one of two, one is done: ${rounds} times`, async () => {
			const { ClientId } = await confidential();
			for (let round = 0; round < rounds; round++) {
				const adds = await Promise.all(Array.from({ length: 4 }, () => refusal(add(ClientId))));
				equal(adds.filter((outcome) => outcome === "not refused").length, 1, adds.join("; "));
				for (const outcome of adds) ok(/^not refused$|^LimitExceededException|^TooManyRequestsException/.test(outcome), outcome);
				const secrets = await list(ClientId);
				equal(secrets.length, 2);
				const removals = await Promise.all(secrets.map(({ ClientSecretId }) => refusal(remove(ClientId, ClientSecretId))));
				equal(removals.filter((outcome) => outcome === "not refused").length, 1, removals.join("; "));
				const [left, ...others] = await list(ClientId);
				deepEqual(others, []);
				notEqual(removals[secrets.findIndex(({ ClientSecretId }) => ClientSecretId === left?.ClientSecretId)], "not refused");
			}
		});
	});
}

test("every statement about client secrets", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [findVersionOfOwner, listClientSecrets]) {
			const plan = await explain(store, each as typeof findVersionOfOwner);
			ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
