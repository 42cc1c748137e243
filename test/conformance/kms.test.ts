/** The built-in KMS through AWS's own client: keys, data keys, ciphertexts, and who may not. */
import { deepEqual, equal, match, notDeepEqual, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	CreateKeyCommand,
	type CreateKeyCommandInput,
	DecryptCommand,
	type DecryptCommandInput,
	DescribeKeyCommand,
	EncryptCommand,
	GenerateDataKeyCommand,
	KMSClient,
	ListKeysCommand,
} from "@aws-sdk/client-kms";
import { findKmsKeyRow, listKmsKeys } from "../../src/domain/kms/keys.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";

const unknownId = "11111111-2222-4333-8444-555555555555";
const arnOf = (id: string, region = "us-east-1") => `arn:aws:kms:${region}:000000000000:key/${id}`;
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();
const anyKey = { accessKeyId: "any", secretAccessKey: "any" };

for (const engine of engines) {
	describe(`KMS (${engine})`, () => {
		let gatehouse: Gatehouse;
		let kms: KMSClient;
		const clients: KMSClient[] = [];
		const clientOf = (region: string, credentials = anyKey, endpoint = gatehouse.url) => {
			const client = new KMSClient({ endpoint, region, credentials, maxAttempts: 1 });
			clients.push(client);
			return client;
		};
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			kms = clientOf("us-east-1");
		});
		after(async () => {
			for (const client of clients) client.destroy();
			await gatehouse.stop();
		});

		const createKey = async (input: CreateKeyCommandInput = {}, client = kms) => {
			const { KeyMetadata } = await client.send(new CreateKeyCommand(input));
			return { id: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
		};
		const encrypt = async (KeyId: string, plaintext: string, EncryptionContext?: Record<string, string>, client = kms) => {
			const { CiphertextBlob } = await client.send(
				new EncryptCommand({ KeyId, Plaintext: Buffer.from(plaintext), ...(EncryptionContext && { EncryptionContext }) }),
			);
			return CiphertextBlob ?? new Uint8Array();
		};
		const decrypt = (CiphertextBlob: Uint8Array, input: Partial<DecryptCommandInput> = {}, client = kms) =>
			client.send(new DecryptCommand({ CiphertextBlob, ...input }));

		test("CreateKey makes a symmetric key that DescribeKey finds by its id and its ARN", async () => {
			const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "codes" }));
			const id = KeyMetadata?.KeyId ?? "";
			match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
			deepEqual(
				{ ...KeyMetadata, CreationDate: undefined },
				{
					AWSAccountId: "000000000000",
					Arn: arnOf(id),
					CreationDate: undefined,
					CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
					Description: "codes",
					Enabled: true,
					EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
					KeyId: id,
					KeyManager: "CUSTOMER",
					KeySpec: "SYMMETRIC_DEFAULT",
					KeyState: "Enabled",
					KeyUsage: "ENCRYPT_DECRYPT",
					MultiRegion: false,
					Origin: "AWS_KMS",
				},
			);
			ok(Math.abs((KeyMetadata?.CreationDate?.getTime() ?? 0) - gatehouse.clock.now()) < 60_000);
			for (const KeyId of [id, arnOf(id)]) {
				deepEqual((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata, KeyMetadata);
			}
		});

		test("a key that is not there, or is another region's or account's, is not found", async () => {
			const { id } = await createKey();
			const describeKey = (KeyId: string) => refusal(kms.send(new DescribeKeyCommand({ KeyId })));
			const notFound = (arn: string) => `NotFoundException: Key '${arn}' does not exist`;
			equal(await describeKey(unknownId), notFound(arnOf(unknownId)));
			equal(await describeKey(arnOf(id, "eu-west-1")), notFound(arnOf(id, "eu-west-1")));
			const foreign = arnOf(id).replace("000000000000", "999999999999");
			equal(await describeKey(foreign), notFound(foreign));
			equal(await describeKey(id.toUpperCase()), `NotFoundException: Invalid keyId ${id.toUpperCase()}`);
			equal(await describeKey("alias/codes"), "NotFoundException: Alias arn:aws:kms:us-east-1:000000000000:alias/codes is not found.");
			equal(
				await describeKey("arn:aws:kms:us-east-1:000000000000:alias/codes"),
				"NotFoundException: Alias arn:aws:kms:us-east-1:000000000000:alias/codes is not found.",
			);
			match(await describeKey("x".repeat(2049)), /^ValidationException: 1 validation error detected: .* at 'keyId' failed/);
		});

		test("CreateKey refuses what it would not keep", async () => {
			for (const input of [
				{ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" },
				{ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
				{ Origin: "EXTERNAL" },
				{ MultiRegion: true },
				{ Policy: "{}" },
				{ Tags: [{ TagKey: "team", TagValue: "identity" }] },
			] as const satisfies readonly CreateKeyCommandInput[]) {
				match(await refusal(createKey(input as CreateKeyCommandInput)), /^UnsupportedOperationException: Gatehouse's KMS /);
			}
		});

		test("in development a key gets the id that the tag _custom_id_ names, once in each region", async () => {
			const Tags = [{ TagKey: "_custom_id_", TagValue: "a6c4f8e2-0c45-47db-925f-87854bc9e357" }];
			equal((await createKey({ Tags })).arn, arnOf("a6c4f8e2-0c45-47db-925f-87854bc9e357"));
			equal(await refusal(createKey({ Tags })), "ValidationException: The id a6c4f8e2-0c45-47db-925f-87854bc9e357 is already taken.");
			equal((await createKey({ Tags }, clientOf("eu-west-1"))).arn, arnOf("a6c4f8e2-0c45-47db-925f-87854bc9e357", "eu-west-1"));
			match(await refusal(createKey({ Tags: [{ TagKey: "_custom_id_", TagValue: "mine" }] })), /^ValidationException: /);
		});

		test("ListKeys lists the keys of the region in pages", async () => {
			const client = clientOf("ap-south-1");
			const ids = (await Promise.all([1, 2, 3].map(() => createKey({}, client)))).map(({ id }) => id).sort();
			const first = await client.send(new ListKeysCommand({ Limit: 2 }));
			equal(first.Truncated, true);
			const second = await client.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
			deepEqual([second.Truncated, second.NextMarker], [false, undefined]);
			deepEqual(
				[...(first.Keys ?? []), ...(second.Keys ?? [])],
				ids.map((id) => ({ KeyArn: arnOf(id, "ap-south-1"), KeyId: id })),
			);
			match(await refusal(client.send(new ListKeysCommand({ Marker: "nowhere" }))), /^InvalidMarkerException: /);
		});

		test("what Encrypt encrypts, Decrypt decrypts, whether the key is named or not", async () => {
			const { id, arn } = await createKey();
			const ciphertext = await encrypt(id, "a secret");
			ok(!Buffer.from(ciphertext).includes("secret"));
			notDeepEqual(await encrypt(arn, "a secret"), ciphertext);
			for (const KeyId of [undefined, id, arn]) {
				const answer = await decrypt(ciphertext, KeyId === undefined ? {} : { KeyId });
				deepEqual([text(answer.Plaintext), answer.KeyId, answer.EncryptionAlgorithm], ["a secret", arn, "SYMMETRIC_DEFAULT"]);
			}
			const longest = "x".repeat(4096);
			equal(text((await decrypt(await encrypt(id, longest))).Plaintext), longest);
			match(await refusal(encrypt(id, `${longest}x`)), /^ValidationException: /);
		});

		test("GenerateDataKey gives a key in the clear and encrypted", async () => {
			const { id, arn } = await createKey();
			for (const [input, bytes] of [
				[{ KeySpec: "AES_256" }, 32],
				[{ KeySpec: "AES_128" }, 16],
				[{ NumberOfBytes: 1024 }, 1024],
			] as const) {
				const context = { "userpool-id": "us-east-1_abc" };
				const made = await kms.send(new GenerateDataKeyCommand({ KeyId: id, EncryptionContext: context, ...input }));
				deepEqual([made.KeyId, made.Plaintext?.length], [arn, bytes]);
				const opened = await decrypt(made.CiphertextBlob ?? new Uint8Array(), { EncryptionContext: context });
				deepEqual(opened.Plaintext, made.Plaintext);
			}
			const neither = "ValidationException: Please specify either number of bytes or key spec.";
			equal(await refusal(kms.send(new GenerateDataKeyCommand({ KeyId: id }))), neither);
			equal(await refusal(kms.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: "AES_256", NumberOfBytes: 32 }))), neither);
		});

		test("a ciphertext opens only with the same encryption context, in any order of its pairs", async () => {
			const { id } = await createKey();
			const ciphertext = await encrypt(id, "code", { "userpool-id": "us-east-1_one", purpose: "sign-up" });
			const answer = await decrypt(ciphertext, { EncryptionContext: { purpose: "sign-up", "userpool-id": "us-east-1_one" } });
			equal(text(answer.Plaintext), "code");
			for (const EncryptionContext of [
				{},
				{ "userpool-id": "us-east-1_one" },
				{ "userpool-id": "us-east-1_two", purpose: "sign-up" },
				{ "userpool-id": "us-east-1_one", purpose: "SIGN-UP" },
				{ "userpool-id": "us-east-1_one", purpose: "sign-up", more: "" },
				{ "userpool-idus-east-1_one": "", purpose: "sign-up" },
			]) {
				const error = (await decrypt(ciphertext, { EncryptionContext: EncryptionContext as Record<string, string> }).catch(
					(thrown: unknown) => thrown,
				)) as Error;
				equal(error.name, "InvalidCiphertextException");
			}
		});

		test("a ciphertext that was changed anywhere, cut or made up is refused", async () => {
			const { id } = await createKey();
			const other = await createKey();
			const ciphertext = Buffer.from(await encrypt(id, "code"));
			const outcome = async (blob: Uint8Array, input: Partial<DecryptCommandInput> = {}) =>
				(await refusal(decrypt(blob, input))).split(":")[0];
			const flipped = (at: number) => Buffer.from(ciphertext).fill((ciphertext[at] ?? 0) ^ 1, at, at + 1);
			for (const at of [0, 17, 21, 22, 46, ciphertext.length - 17, ciphertext.length - 1]) {
				equal(await outcome(flipped(at)), "InvalidCiphertextException", `byte ${at}`);
			}
			// The key's id: there is no such key, or it is another one.
			equal(
				await refusal(decrypt(flipped(1))),
				"AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
			);
			const redirected = Buffer.concat([
				ciphertext.subarray(0, 1),
				Buffer.from(other.id.replaceAll("-", ""), "hex"),
				ciphertext.subarray(17),
			]);
			equal(await outcome(redirected), "InvalidCiphertextException");
			for (const length of [1, 16, 17, 40, ciphertext.length - 1]) {
				equal(await outcome(ciphertext.subarray(0, length)), "InvalidCiphertextException", `${length} bytes`);
			}
			equal(await outcome(randomBytes(6144)), "InvalidCiphertextException");
			equal(await outcome(ciphertext, { KeyId: unknownId }), "NotFoundException");
			equal(
				await refusal(decrypt(ciphertext, { KeyId: other.arn })),
				"IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.",
			);
			match(await refusal(decrypt(ciphertext, {}, clientOf("eu-central-1"))), /^AccessDeniedException: The ciphertext refers to/);
		});

		test("other algorithms and enclaves are refused, and a dry run answers nothing", async () => {
			const { id } = await createKey();
			const ciphertext = await encrypt(id, "code");
			match(await refusal(decrypt(ciphertext, { EncryptionAlgorithm: "RSAES_OAEP_SHA_256" })), /^InvalidKeyUsageException: /);
			const Recipient = { KeyEncryptionAlgorithm: "RSAES_OAEP_SHA_256", AttestationDocument: Buffer.from("x") } as const;
			match(await refusal(decrypt(ciphertext, { Recipient })), /^UnsupportedOperationException: /);
			for (const command of [
				new DecryptCommand({ CiphertextBlob: ciphertext, DryRun: true }),
				new EncryptCommand({ KeyId: id, Plaintext: Buffer.from("x"), DryRun: true }),
				new GenerateDataKeyCommand({ KeyId: id, KeySpec: "AES_256", DryRun: true }),
			]) {
				match(await refusal(kms.send(command as DecryptCommand)), /^DryRunOperationException: /);
			}
		});

		test("keys outlive a restart, sealed", async () => {
			const { id } = await createKey();
			const ciphertext = await encrypt(id, "code");
			const [row] = await gatehouse.store.read(findKmsKeyRow, { region: "us-east-1", id });
			// Nonce, tag and header around 32 bytes that nobody reads without the master key.
			equal(row?.material_sealed.length, 45 + 32);
			gatehouse = await gatehouse.restart();
			kms = clientOf("us-east-1");
			equal(text((await decrypt(ciphertext)).Plaintext), "code");
		});

		test("production takes the root key's signature alone, for its own region", async () => {
			const rootKey = { accessKeyId: "ROOTROOTROOTROOT", secretAccessKey: "a-secret-of-the-root-key" };
			const production = await startGatehouse({ engine, config: { mode: "production", rootKey, publicUrl: "http://localhost:9400" } });
			const root = clientOf("us-east-1", rootKey, production.url);
			const { id } = await createKey({}, root);
			const ciphertext = await encrypt(id, "code", undefined, root);
			equal(text((await decrypt(ciphertext, {}, root)).Plaintext), "code");
			const outcome = async (client: KMSClient) => (await refusal(decrypt(ciphertext, {}, client))).split(":")[0];
			equal(await outcome(clientOf("us-east-1", anyKey, production.url)), "UnrecognizedClientException");
			equal(
				await outcome(clientOf("us-east-1", { ...rootKey, secretAccessKey: "another-secret-of-it" }, production.url)),
				"InvalidSignatureException",
			);
			match((await outcome(clientOf("eu-west-1", rootKey, production.url))) ?? "", /Exception$/);
			match(
				await refusal(createKey({ Tags: [{ TagKey: "_custom_id_", TagValue: unknownId }] }, root)),
				/^UnsupportedOperationException: Only development/,
			);
			const unsigned = await fetch(production.url, {
				method: "POST",
				headers: { "x-amz-target": "TrentService.Decrypt", "content-type": "application/x-amz-json-1.1" },
				body: JSON.stringify({ CiphertextBlob: Buffer.from(ciphertext).toString("base64") }),
			});
			equal(unsigned.status, 400);
			match(unsigned.headers.get("x-amzn-errortype") ?? "", /^MissingAuthenticationTokenException/);
			await production.stop();
		});
	});
}

test("keys are found by an index", (t) =>
	eachStore(t, "each read of keys is an index search", async (store) => {
		for (const statement of [findKmsKeyRow, listKmsKeys]) {
			const plan = await explain(store, statement as typeof findKmsKeyRow);
			ok(plan.isIndexSearch, plan.text);
		}
	}));
