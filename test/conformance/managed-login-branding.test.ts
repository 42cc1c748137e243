/** Styles of managed login through the front door, on both engines. The refusals' texts are those that Cognito was seen to give. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type AssetType,
	type CognitoIdentityProviderClient,
	CreateManagedLoginBrandingCommand,
	type CreateManagedLoginBrandingCommandInput,
	DeleteManagedLoginBrandingCommand,
	DeleteUserPoolClientCommand,
	DescribeManagedLoginBrandingByClientCommand,
	DescribeManagedLoginBrandingCommand,
	type ManagedLoginBrandingType,
	UpdateManagedLoginBrandingCommand,
	type UpdateManagedLoginBrandingCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { defaultSettings } from "../../src/domain/user-pools/branding/default-settings.ts";
import { readImageStatement } from "../../src/domain/user-pools/branding/images.ts";
import { findStyleById, findStyleOfClient, listStyleClients } from "../../src/domain/user-pools/branding/managed-login-branding.ts";
import { brandingVersionStatement } from "../../src/domain/user-pools/branding/versions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace } from "../support/managed-login.ts";
import { ico, jpeg, png, svg, webp } from "../support/pictures.ts";
import { eachStore, explain } from "../support/stores.ts";
import { createClient, createPool, refuses } from "../support/user-pools.ts";
import { createVisitor } from "../support/visitor.ts";

const exclusive = "useCognitoProvidedValues or settings should be specified (but not both)";
const uuid = "00000000-0000-4000-8000-000000000000";
const blue = { components: { primaryButton: { lightMode: { defaults: { backgroundColor: "0000ffff" } } } } };
const logo: AssetType = { Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes: png };

for (const engine of engines) {
	describe(`managed login branding (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			UserPoolId = await createPool(gatehouse);
		});
		after(() => gatehouse.stop());

		const newClient = async (pool = UserPoolId) => (await createClient(gatehouse, pool)).id;
		type Creation = Partial<CreateManagedLoginBrandingCommandInput>;
		const createFor = async (ClientId: string, more: Creation) =>
			(await client.send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, ...more })))
				.ManagedLoginBranding as ManagedLoginBrandingType;
		/** For a client of its own; the style is gone afterwards, since a pool has 20. */
		async function withStyle(more: Creation, use: (style: ManagedLoginBrandingType, ClientId: string) => Promise<void>) {
			const ClientId = await newClient();
			await use(await createFor(ClientId, more), ClientId);
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
		}
		const read = async (ManagedLoginBrandingId?: string, ReturnMergedResources?: boolean) =>
			(await client.send(new DescribeManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId, ReturnMergedResources })))
				.ManagedLoginBranding as ManagedLoginBrandingType;
		const change = async (more: Partial<UpdateManagedLoginBrandingCommandInput>) =>
			(await client.send(new UpdateManagedLoginBrandingCommand({ UserPoolId, ...more }))).ManagedLoginBranding as ManagedLoginBrandingType;
		const remove = (ManagedLoginBrandingId?: string) =>
			client.send(new DeleteManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId }));
		const bytesOf = (assets: readonly AssetType[] = []) => assets.map(({ Bytes }) => Buffer.from(Bytes ?? []).toString("base64"));

		test("a style of Cognito's values has no settings, and an empty list of assets", () =>
			withStyle({ UseCognitoProvidedValues: true }, async (style, ClientId) => {
				match(style.ManagedLoginBrandingId ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
				ok(!("Settings" in style));
				deepEqual([style.UserPoolId, style.UseCognitoProvidedValues, style.Assets], [UserPoolId, true, []]);
				deepEqual(await read(style.ManagedLoginBrandingId), style);
				const byClient = await client.send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId }));
				deepEqual(byClient.ManagedLoginBranding, style);
				// With everything that it leaves at its default.
				deepEqual((await read(style.ManagedLoginBrandingId, true)).Settings, defaultSettings as unknown);
				deepEqual(
					(await client.send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId, ReturnMergedResources: true })))
						.ManagedLoginBranding?.Settings,
					defaultSettings as unknown,
				);
			}));

		test("settings and assets are kept as they were given, and merged into the defaults where that is asked for", () =>
			withStyle({ Settings: blue, Assets: [logo] }, async (style) => {
				deepEqual(style.Settings, blue);
				equal(style.UseCognitoProvidedValues, false);
				const shown = await read(style.ManagedLoginBrandingId);
				deepEqual(shown, style);
				deepEqual(bytesOf(shown.Assets), [png.toString("base64")]);
				const merged = (await read(style.ManagedLoginBrandingId, true)).Settings as typeof defaultSettings;
				equal(merged.components.primaryButton.lightMode.defaults.backgroundColor, "0000ffff");
				equal(merged.components.primaryButton.lightMode.defaults.textColor, "ffffffff");
				deepEqual(merged.categories, defaultSettings.categories);
			}));

		test("what DescribeManagedLoginBranding gives with everything merged can be sent back", () =>
			withStyle({ UseCognitoProvidedValues: true }, async (style) => {
				const { Settings } = await read(style.ManagedLoginBrandingId, true);
				deepEqual((await change({ ManagedLoginBrandingId: style.ManagedLoginBrandingId, Settings })).Settings, defaultSettings as unknown);
			}));

		test("an update changes what it names: settings deep down, assets by category, mode and resource", () =>
			withStyle({ Settings: blue, Assets: [logo] }, async (style) => {
				const ManagedLoginBrandingId = style.ManagedLoginBrandingId;
				gatehouse.clock.advance(5_000);
				const red = { components: { primaryButton: { lightMode: { hover: { backgroundColor: "ff0000ff" } } } } };
				const dark: AssetType = { ...logo, ColorMode: "DARK", Extension: "JPEG", Bytes: jpeg };
				const changed = await change({ ManagedLoginBrandingId, Settings: red, Assets: [dark] });
				deepEqual(changed.Settings, {
					components: {
						primaryButton: { lightMode: { defaults: { backgroundColor: "0000ffff" }, hover: { backgroundColor: "ff0000ff" } } },
					},
				});
				deepEqual(bytesOf(changed.Assets), [png.toString("base64"), jpeg.toString("base64")]);
				ok((changed.LastModifiedDate?.getTime() ?? 0) > (style.LastModifiedDate?.getTime() ?? 0));
				deepEqual(changed.CreationDate, style.CreationDate);
				// The light one is replaced; an empty list and a named picture without its bytes change nothing.
				const replaced = await change({ ManagedLoginBrandingId, Settings: {}, Assets: [{ ...logo, Extension: "WEBP", Bytes: webp }] });
				deepEqual(bytesOf(replaced.Assets), [webp.toString("base64"), jpeg.toString("base64")]);
				const { Bytes: _, ...named } = dark;
				deepEqual((await change({ ManagedLoginBrandingId, Settings: {}, Assets: [named] })).Assets, replaced.Assets);
				deepEqual((await change({ ManagedLoginBrandingId, Settings: {}, Assets: [] })).Assets, replaced.Assets);
				// Nothing of the picture that was replaced is left.
				const files = await gatehouse.store.db.selectFrom("branding_images").select("hash").distinct().execute();
				equal(files.length, 2);
				// With Cognito's values the style's own settings go; its pictures stay.
				const provided = await change({ ManagedLoginBrandingId, UseCognitoProvidedValues: true });
				ok(!("Settings" in provided));
				deepEqual(provided.Assets, replaced.Assets);
			}));

		test("two pictures with the same bytes are both there, and a large one comes back whole", () =>
			withStyle({ UseCognitoProvidedValues: true }, async (style) => {
				const large = Buffer.concat([png, Buffer.alloc(900_000, 7)]);
				const add = (...Assets: AssetType[]) =>
					change({ ManagedLoginBrandingId: style.ManagedLoginBrandingId, UseCognitoProvidedValues: true, Assets });
				await add({ ...logo, Bytes: large });
				const changed = await add({ ...logo, ColorMode: "DARK", Bytes: large });
				deepEqual(bytesOf(changed.Assets), [large.toString("base64"), large.toString("base64")]);
				const one = await add(logo);
				deepEqual(bytesOf(one.Assets), [png.toString("base64"), large.toString("base64")]);
			}));

		test("a request names one source of its values", () =>
			withStyle({ UseCognitoProvidedValues: true }, async ({ ManagedLoginBrandingId }, ClientId) => {
				for (const wrong of [
					{},
					{ UseCognitoProvidedValues: false },
					{ UseCognitoProvidedValues: true, Settings: {} },
					{ Assets: [logo] },
				]) {
					await refuses(createFor(ClientId, wrong), "InvalidParameterException", exclusive);
					await refuses(change({ ManagedLoginBrandingId, ...wrong }), "InvalidParameterException", exclusive);
				}
				deepEqual((await change({ ManagedLoginBrandingId, UseCognitoProvidedValues: false, Settings: {} })).Settings, {});
			}));

		test("a client has one style, and styles go with their client", async () => {
			const ClientId = await newClient();
			const byClient = () => client.send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId }));
			await refuses(byClient(), "ResourceNotFoundException", `ManagedLoginBranding for client ${ClientId} does not exist.`);
			const all = await Promise.allSettled([1, 2, 3].map(() => createFor(ClientId, { Settings: blue, Assets: [logo] })));
			const [style] = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
			deepEqual(
				all.flatMap((each) => (each.status === "rejected" ? [`${each.reason.name}: ${each.reason.message}`] : [])),
				Array(2).fill(`ManagedLoginBrandingExistsException: A ManagedLoginBranding already exists for client ${ClientId}`),
			);
			await remove(style?.ManagedLoginBrandingId);
			await refuses(read(style?.ManagedLoginBrandingId), "ResourceNotFoundException", "ManagedLoginBranding does not exist.");
			await refuses(remove(style?.ManagedLoginBrandingId), "ResourceNotFoundException");
			const next = await createFor(ClientId, { Settings: blue, Assets: [logo] });
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
			await refuses(read(next.ManagedLoginBrandingId), "ResourceNotFoundException");
			deepEqual(await gatehouse.store.db.selectFrom("branding_images").select("hash").where("client_id", "=", ClientId).execute(), []);
			await refuses(createFor(ClientId, { Settings: blue }), "ResourceNotFoundException");
		});

		test("values of settings are of their kind, and members that the schema does not have are ignored", async () => {
			const button = (lightMode: unknown) => ({ components: { primaryButton: { lightMode } } });
			for (const wrong of [
				"dark",
				[],
				{ components: [] },
				button({ defaults: { backgroundColor: "#0000ff" } }),
				button({ defaults: { backgroundColor: "0000ff" } }),
				button({ defaults: { backgroundColor: "red;}body{}" } }),
				button({ defaults: { backgroundColor: 255 } }),
				{ componentClasses: { buttons: { borderRadius: "8px" } } },
				{ componentClasses: { buttons: { borderRadius: -1 } } },
				{ componentClasses: { buttons: { borderRadius: 1e9 } } },
				{ categories: { global: { colorSchemeMode: "dark" } } },
				{ categories: { form: { displayGraphics: "yes" } } },
				{ categories: { auth: { authMethodOrder: "FEDERATED" } } },
				{ components: { favicon: { enabledTypes: Array(60).fill("ICO") } } },
				{ components: { idpButton: { custom: { Google: { lightMode: { defaults: { textColor: "x" } } } } } } },
			])
				await refuses(createFor(await newClient(), { Settings: wrong as never }), "InvalidParameterException", /settings/i);
			const Settings = {
				...button({ defaults: { borderColor: "01020304" }, glow: "yes" }),
				extra: 1,
				// A key that JSON may have and that must reach no prototype.
				...JSON.parse('{"__proto__": {"components": 1}}'),
				categories: { auth: { federation: { order: ["Google", "My SAML"] } } },
			};
			await withStyle({ Settings }, async (style) => {
				deepEqual(style.Settings, {
					...button({ defaults: { borderColor: "01020304" } }),
					categories: { auth: { federation: { order: ["Google", "My SAML"] } } },
				});
			});
		});

		test("a picture is what its extension says, and of an extension that its place takes", async () => {
			const asset = (Category: string, Extension: string, Bytes: Buffer | undefined) =>
				({ Category, Extension, Bytes, ColorMode: "DYNAMIC" }) as AssetType;
			const taken = [
				asset("FAVICON_ICO", "ICO", ico),
				asset("FAVICON_SVG", "SVG", svg()),
				asset("IDP_BUTTON_ICON", "ICO", ico),
				asset("PAGE_BACKGROUND", "JPEG", jpeg),
				asset("PAGE_HEADER_LOGO", "WEBP", webp),
				asset("FORM_LOGO", "SVG", svg('<g><use xlink:href="#a"/><path id="a" d="M0 0h8v8z"/></g><!-- drawn by <hand> -->')),
			];
			await withStyle({ UseCognitoProvidedValues: true, Assets: taken }, async (style) => equal(style.Assets?.length, taken.length));
			const refusedAll: AssetType[] = [
				asset("FAVICON_ICO", "PNG", png),
				asset("FAVICON_SVG", "ICO", ico),
				asset("FORM_LOGO", "ICO", ico),
				asset("FORM_LOGO", "PNG", jpeg),
				asset("FORM_LOGO", "JPEG", png),
				asset("FORM_LOGO", "WEBP", png),
				asset("FORM_LOGO", "PNG", svg()),
				asset("FORM_LOGO", "PNG", Buffer.from(png.toString("base64"))),
				asset("FORM_LOGO", "PNG", undefined),
				asset("FORM_LOGO", "SVG", png),
				asset("FORM_LOGO", "SVG", Buffer.from("<html><svg/></html>")),
				asset("FORM_LOGO", "SVG", Buffer.from("svg")),
				asset("FORM_LOGO", "SVG", svg("<script>alert(1)</script>")),
				asset("FORM_LOGO", "SVG", svg("<SCRIPT href='data:,alert(1)'/>")),
				asset("FORM_LOGO", "SVG", svg("<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>")),
				asset("FORM_LOGO", "SVG", svg("<foreignObject><p>hello</p></foreignObject>")),
				asset("FORM_LOGO", "SVG", svg("<iframe src='https://example.com'/>")),
				asset("FORM_LOGO", "SVG", svg('<rect width="8" onclick="alert(1)"/>')),
				asset("FORM_LOGO", "SVG", svg("", 'onload="alert(1)"')),
				asset("FORM_LOGO", "SVG", svg('<a href="javascript:alert(1)"><rect/></a>')),
				asset("FORM_LOGO", "SVG", svg('<image href="https://example.com/x.png"/>')),
				asset("FORM_LOGO", "SVG", svg("<rect title='>' onload='alert(1)'/>")),
				asset("FORM_LOGO", "SVG", Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>')),
				{ ...logo, ResourceId: "../x" },
			];
			const ClientId = await newClient();
			for (const each of refusedAll)
				await refuses(createFor(ClientId, { UseCognitoProvidedValues: true, Assets: [each] }), "InvalidParameterException").catch(
					(error) => {
						throw new Error(
							`${each.Category} ${each.Extension} ${Buffer.from(each.Bytes ?? [])
								.toString()
								.slice(0, 200)}`,
							{ cause: error },
						);
					},
				);
		});

		test("a style has 40 assets at most, over all its requests, and a request 2 MB", () =>
			withStyle({ UseCognitoProvidedValues: true }, async ({ ManagedLoginBrandingId }) => {
				const icons = (from: number, count: number): AssetType[] =>
					Array.from({ length: count }, (_, i) => ({
						Category: "IDP_BUTTON_ICON",
						ColorMode: "DYNAMIC",
						Extension: "SVG",
						ResourceId: `icon-${from + i}`,
						Bytes: svg(),
					}));
				const add = (Assets: AssetType[]) => change({ ManagedLoginBrandingId, UseCognitoProvidedValues: true, Assets });
				await refuses(add(icons(0, 41)), "InvalidParameterException", /^1 validation error detected: Value '\[.*' at 'assets'/s);
				equal((await add(icons(0, 25))).Assets?.length, 25);
				equal((await add(icons(15, 25))).Assets?.length, 40);
				await refuses(add(icons(40, 1)), "InvalidParameterException");
				const large = Buffer.concat([png, Buffer.alloc(800_000)]);
				await refuses(
					add([
						{ ...logo, Bytes: large },
						{ ...logo, ColorMode: "DARK", Bytes: large },
					]),
					"InvalidParameterException",
				);
			}));

		test("a pool has 20 styles at most", async () => {
			const pool = await createPool(gatehouse);
			const create = async () => createFor(await newClient(pool), { UserPoolId: pool, UseCognitoProvidedValues: true });
			for (let i = 0; i < 20; i++) await create();
			await refuses(create(), "LimitExceededException");
		});

		test("ids that are none, other pools' clients and the Lite plan are refused", async () => {
			await refuses(read("not-a-uuid"), "InvalidParameterException", /managedLoginBrandingId/);
			await refuses(read(uuid), "ResourceNotFoundException", "ManagedLoginBranding does not exist.");
			await refuses(change({ ManagedLoginBrandingId: uuid, Settings: {} }), "ResourceNotFoundException");
			await refuses(change({ Settings: {} }), "InvalidParameterException", /managedLoginBrandingId/);
			await refuses(
				change({ UserPoolId: undefined, ManagedLoginBrandingId: uuid, Settings: {} }),
				"InvalidParameterException",
				/userPoolId/,
			);
			const pool = await createPool(gatehouse, { UserPoolTier: "LITE" });
			const ClientId = await newClient(pool);
			await refuses(createFor(ClientId, { Settings: {} }), "ResourceNotFoundException");
			await refuses(createFor(ClientId, { UserPoolId: pool, Settings: {} }), "OperationNotEnabledException");
		});

		test("a login page with a style reads nothing of it from the store, while what is cached counts as fresh", async () => {
			const place = await createLoginPlace(gatehouse);
			await createFor(place.ClientId, { UserPoolId: place.UserPoolId, Settings: blue, Assets: [logo] });
			const visitor = createVisitor();
			const asked: number[] = [];
			// The cache's second may end in the middle of one: any of them shows it.
			for (let i = 0; i < 8 && asked.at(-1) !== 0; i++) {
				const before = gatehouse.store.counts.statements;
				const page = await visitor.get(place.page("/login"));
				asked.push(gatehouse.store.counts.statements - before);
				match(page.html, /\/branding\/managed\/\w+\/[0-9a-f]{32}\.css/);
			}
			equal(asked.at(-1), 0, `statements of each page: ${asked}`);
		});

		test("a client's files are on its own pool's domain alone, and what is none is not found", async () => {
			const [place, other] = [await createLoginPlace(gatehouse), await createLoginPlace(gatehouse)];
			await createFor(place.ClientId, { UserPoolId: place.UserPoolId, Settings: blue, Assets: [logo] });
			const { html } = await createVisitor().get(place.page("/login"));
			const css = /\/branding\/[^"]*\.css/.exec(html)?.[0] ?? "";
			const [{ hash = "" } = {}] = await gatehouse.store.db
				.selectFrom("branding_images")
				.select("hash")
				.where("client_id", "=", place.ClientId)
				.execute();
			const file = `/branding/managed/${place.ClientId}/${hash}.png`;
			for (const path of [css, file]) {
				equal((await fetch(`${place.base}${path}`)).status, 200, path);
				equal((await fetch(`${other.base}${path}`)).status, 404, path);
			}
			for (const path of [
				file.replace("managed", "classic"),
				file.replace(".png", ".exe"),
				file.replace(".png", ".html"),
				file.replace(hash, "0".repeat(32)),
				file.replace(place.ClientId, "..%2f..%2fetc"),
				file.replace(place.ClientId, "nobody"),
				css.replace(place.ClientId, other.ClientId),
				css.replace(place.ClientId, "nobody"),
				"/branding/managed",
			])
				equal((await fetch(`${place.base}${path}`)).status, 404, path);
		});

		test("of updates that race, each is whole", () =>
			withStyle({ Settings: {} }, async ({ ManagedLoginBrandingId }) => {
				const radius = (borderRadius: number) => ({ componentClasses: { buttons: { borderRadius }, input: { borderRadius } } });
				const all = await Promise.allSettled([1, 2, 3, 4].map((i) => change({ ManagedLoginBrandingId, Settings: radius(i) })));
				for (const each of all) if (each.status === "rejected") equal(each.reason.name, "ConcurrentModificationException");
				ok(all.some((each) => each.status === "fulfilled"));
				const { componentClasses } = (await read(ManagedLoginBrandingId)).Settings as { componentClasses: Record<string, unknown> };
				deepEqual(componentClasses["buttons"], componentClasses["input"]);
			}));
	});
}

test("each read of styles", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [findStyleById, findStyleOfClient, listStyleClients, readImageStatement, brandingVersionStatement]) {
			const plan = await explain(store, each as typeof findStyleById);
			ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
