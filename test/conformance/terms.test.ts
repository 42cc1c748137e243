/** Terms documents through the front door, on both engines. */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateTermsCommand,
	type CreateTermsCommandInput,
	DeleteTermsCommand,
	DeleteUserPoolClientCommand,
	DescribeTermsByClientCommand,
	DescribeTermsCommand,
	ListTermsCommand,
	type TermsType,
	UpdateTermsCommand,
	type UpdateTermsCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { findTermsById, listTermsOfClient, listTermsRows } from "../../src/domain/user-pools/branding/terms.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { eachStore, explain } from "../support/stores.ts";
import { createClient, createPool, refuses } from "../support/user-pools.ts";

const links = { "cognito:default": "https://example.com/terms", "cognito:portuguese-brazil": "https://example.com/pt/terms" };
const uuid = "00000000-0000-4000-8000-000000000000";

for (const engine of engines) {
	describe(`terms documents (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		let ClientId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			UserPoolId = await createPool(gatehouse);
			ClientId = (await createClient(gatehouse, UserPoolId)).id;
		});
		after(() => gatehouse.stop());

		const create = async (more: Partial<CreateTermsCommandInput> = {}) =>
			(
				await client.send(
					new CreateTermsCommand({
						UserPoolId,
						ClientId,
						TermsName: "terms-of-use",
						TermsSource: "LINK",
						Enforcement: "NONE",
						Links: links,
						...more,
					}),
				)
			).Terms as TermsType;
		const read = async (TermsId = "") => (await client.send(new DescribeTermsCommand({ UserPoolId, TermsId }))).Terms;
		const change = async (more: Partial<UpdateTermsCommandInput> & { TermsId: string | undefined }) =>
			(await client.send(new UpdateTermsCommand({ UserPoolId, ...more }))).Terms as TermsType;
		const remove = (TermsId: string | undefined) => client.send(new DeleteTermsCommand({ UserPoolId, TermsId }));

		test("what is created is described by its id and by its client", async () => {
			const terms = await create();
			match(terms.TermsId ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
			deepEqual(
				{ ...terms, TermsId: "", CreationDate: 0, LastModifiedDate: 0 },
				{
					UserPoolId,
					ClientId,
					TermsId: "",
					TermsName: "terms-of-use",
					TermsSource: "LINK",
					Enforcement: "NONE",
					Links: links,
					CreationDate: 0,
					LastModifiedDate: 0,
				},
			);
			deepEqual(await read(terms.TermsId), terms);
			deepEqual(await read(terms.TermsId?.toUpperCase()), terms);
			const byClient = await client.send(new DescribeTermsByClientCommand({ UserPoolId, ClientId, TermsName: "terms-of-use" }));
			deepEqual(byClient.Terms, terms);
			await refuses(
				client.send(new DescribeTermsByClientCommand({ UserPoolId, ClientId, TermsName: "privacy-policy" })),
				"ResourceNotFoundException",
			);
			await remove(terms.TermsId);
		});

		test("a client has one document of each name, and other clients have their own", async () => {
			const terms = await create();
			await refuses(create(), "TermsExistsException");
			const policy = await create({ TermsName: "privacy-policy" });
			const other = await createClient(gatehouse, UserPoolId);
			await create({ ClientId: other.id });
			await refuses(change({ TermsId: policy.TermsId, TermsName: "terms-of-use" }), "TermsExistsException");
			await remove(terms.TermsId);
			equal((await change({ TermsId: policy.TermsId, TermsName: "terms-of-use" })).TermsId, policy.TermsId);
			await refuses(create(), "TermsExistsException");
			await remove(policy.TermsId);
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId: other.id }));
		});

		test("of two creations of one document, one is refused", async () => {
			const all = await Promise.allSettled([create(), create(), create()]);
			const refused = all.filter((each) => each.status === "rejected");
			deepEqual(
				refused.map(({ reason }) => reason.name),
				["TermsExistsException", "TermsExistsException"],
			);
			for (const each of all) if (each.status === "fulfilled") await remove(each.value.TermsId);
		});

		test("an update changes what it names, and replaces the links whole", async () => {
			const terms = await create();
			gatehouse.clock.advance(5_000);
			const changed = await change({ TermsId: terms.TermsId, Links: { "cognito:french": "https://example.com/fr" } });
			deepEqual(changed.Links, { "cognito:french": "https://example.com/fr" });
			equal(changed.TermsName, "terms-of-use");
			deepEqual(changed.CreationDate, terms.CreationDate);
			notEqual(changed.LastModifiedDate?.getTime(), terms.LastModifiedDate?.getTime());
			deepEqual(await read(terms.TermsId), changed);
			await remove(terms.TermsId);
			await refuses(read(terms.TermsId), "ResourceNotFoundException");
			await refuses(remove(terms.TermsId), "ResourceNotFoundException");
			await refuses(change({ TermsId: terms.TermsId }), "ResourceNotFoundException");
		});

		test("ListTerms gives pages of a pool's documents, without their links", async () => {
			const pool = await createPool(gatehouse);
			const made: string[] = [];
			for (let i = 0; i < 2; i++) {
				const { id } = await createClient(gatehouse, pool);
				for (const TermsName of ["terms-of-use", "privacy-policy"])
					made.push((await create({ UserPoolId: pool, ClientId: id, TermsName })).TermsId ?? "");
			}
			const listed: string[] = [];
			let NextToken: string | undefined;
			do {
				const page = await client.send(new ListTermsCommand({ UserPoolId: pool, MaxResults: 3, NextToken }));
				for (const terms of page.Terms ?? []) {
					ok(!("Links" in terms));
					listed.push(terms.TermsId ?? "");
				}
				NextToken = page.NextToken;
			} while (NextToken !== undefined);
			deepEqual(listed.sort(), made.sort());
			await refuses(client.send(new ListTermsCommand({ UserPoolId, NextToken: "made-up" })), "InvalidParameterException");
		});

		test("a deleted client's documents go with it", async () => {
			const other = await createClient(gatehouse, UserPoolId);
			const terms = await create({ ClientId: other.id });
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId: other.id }));
			await refuses(read(terms.TermsId), "ResourceNotFoundException");
			await refuses(create({ ClientId: other.id }), "ResourceNotFoundException");
		});

		test("a pool has 40 documents at most", async () => {
			const pool = await createPool(gatehouse);
			for (let i = 0; i < 20; i++) {
				const { id } = await createClient(gatehouse, pool);
				await Promise.all(["terms-of-use", "privacy-policy"].map((TermsName) => create({ UserPoolId: pool, ClientId: id, TermsName })));
			}
			const { id } = await createClient(gatehouse, pool);
			await refuses(create({ UserPoolId: pool, ClientId: id }), "LimitExceededException");
		});

		test("names, sources, languages and links that are none are refused, and the Lite plan has no documents", async () => {
			await refuses(create({ TermsName: "cookies" }), "InvalidParameterException", /termsName/);
			await refuses(create({ TermsSource: "FILE" as "LINK" }), "InvalidParameterException", /termsSource/);
			await refuses(create({ Enforcement: "ALWAYS" as "NONE" }), "InvalidParameterException", /enforcement/);
			await refuses(create({ Links: undefined }), "InvalidParameterException");
			await refuses(create({ Links: { "cognito:klingon": "https://example.com" } }), "InvalidParameterException");
			for (const link of ["javascript:alert(1)", "//example.com", "/terms", "data:text/html,x", "https://"])
				await refuses(create({ Links: { "cognito:default": link } }), "InvalidParameterException");
			await refuses(read(uuid), "ResourceNotFoundException");
			await refuses(read("no-uuid"), "InvalidParameterException");
			const lite = await createPool(gatehouse, { UserPoolTier: "LITE" });
			const { id } = await createClient(gatehouse, lite);
			await refuses(create({ UserPoolId: lite, ClientId: id }), "OperationNotEnabledException");
			// Another pool's client, and another pool's document.
			await refuses(create({ ClientId: id }), "ResourceNotFoundException");
			const pool = await createPool(gatehouse);
			const mine = await create();
			await refuses(client.send(new DescribeTermsCommand({ UserPoolId: pool, TermsId: mine.TermsId })), "ResourceNotFoundException");
			await remove(mine.TermsId);
		});
	});
}

test("each read of terms documents", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [findTermsById, listTermsOfClient, listTermsRows]) {
			const plan = await explain(store, each as typeof findTermsById);
			ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
