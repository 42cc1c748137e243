/** Classic UI customization through the front door, on both engines: CSS and logo, per client and for all of them. */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolDomainCommand,
	DeleteUserPoolClientCommand,
	DeleteUserPoolDomainCommand,
	GetUICustomizationCommand,
	SetUICustomizationCommand,
	type SetUICustomizationCommandInput,
	type UICustomizationType,
} from "@aws-sdk/client-cognito-identity-provider";
import { parseClassicCss } from "../../src/domain/user-pools/branding/classic-css.ts";
import { findCustomizations } from "../../src/domain/user-pools/branding/ui-customization.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { jpeg, png, svg } from "../support/pictures.ts";
import { eachStore, explain } from "../support/stores.ts";
import { createClient, createPool, refuses } from "../support/user-pools.ts";

const css = ".submitButton-customizable {\n\tcolor: #fff;\n}\n.submitButton-customizable:hover { background-color: #286090 }";
let domains = 0;

for (const engine of engines) {
	describe(`UI customization (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		let UserPoolId: string;
		let Domain: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
			[UserPoolId, Domain] = await createPoolWithDomain();
		});
		after(() => gatehouse.stop());

		async function createPoolWithDomain(): Promise<[pool: string, domain: string]> {
			const pool = await createPool(gatehouse);
			const domain = `classic-${engine}-${++domains}`;
			await client.send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: domain }));
			return [pool, domain];
		}
		const newClient = async () => (await createClient(gatehouse, UserPoolId)).id;
		const set = async (more: Partial<SetUICustomizationCommandInput> = {}) =>
			(await client.send(new SetUICustomizationCommand({ UserPoolId, ...more }))).UICustomization as UICustomizationType;
		const get = async (ClientId?: string, pool = UserPoolId) =>
			(await client.send(new GetUICustomizationCommand({ UserPoolId: pool, ClientId }))).UICustomization as UICustomizationType;

		test("without a client it is for ALL, and what was set is got", async () => {
			deepEqual(await get(), {});
			const customized = await set({ CSS: css });
			deepEqual(
				{ ...customized, CSSVersion: "", CreationDate: 0, LastModifiedDate: 0 },
				{
					UserPoolId,
					ClientId: "ALL",
					CSS: css,
					CSSVersion: "",
					CreationDate: 0,
					LastModifiedDate: 0,
				},
			);
			match(customized.CSSVersion ?? "", /^20\d{12}$/);
			deepEqual(await get(), customized);
			deepEqual(await get("ALL"), customized);
			await set();
			deepEqual(await get(), {});
		});

		test("a client without its own has what is set for ALL; its own replaces that entirely", async () => {
			const [own, other] = [await newClient(), await newClient()];
			await set({ ClientId: "ALL", CSS: css, ImageFile: png });
			equal((await get(own)).ClientId, "ALL");
			const customized = await set({ ClientId: own, CSS: ".label-customizable{font-weight:400}" });
			deepEqual([customized.ClientId, customized.ImageUrl], [own, undefined]);
			deepEqual(await get(own), customized);
			equal((await get(other)).CSS, css);
			await set({ ClientId: own });
			equal((await get(own)).CSS, css);
			await set();
		});

		test("CSS and logo are set together, and the logo is served at ImageUrl", async () => {
			const { ImageUrl, CSS } = await set({ ImageFile: png });
			equal(CSS, undefined);
			const base = `${gatehouse.config.publicUrl}/domains/${Domain}`;
			ok(ImageUrl?.startsWith(`${base}/branding/`), ImageUrl ?? "");
			const read = (url = "") => fetch(`${gatehouse.url}${new URL(url).pathname}`);
			const logo = await read(ImageUrl);
			deepEqual([logo.status, logo.headers.get("content-type")], [200, "image/png"]);
			equal(logo.headers.get("x-content-type-options"), "nosniff");
			match(logo.headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
			match(logo.headers.get("cache-control") ?? "", /immutable/);
			deepEqual(Buffer.from(await logo.arrayBuffer()), png);
			gatehouse.clock.advance(5_000);
			const replaced = await set({ ImageFile: jpeg, CSS: css });
			notEqual(replaced.ImageUrl, ImageUrl);
			match(replaced.ImageUrl ?? "", /\.jpeg$/);
			deepEqual(Buffer.from(await (await read(replaced.ImageUrl)).arrayBuffer()), jpeg);
			const files = await gatehouse.store.db.selectFrom("branding_images").select("hash").execute();
			equal(files.length, 1);
			for (const path of ["/branding/classic/ALL/x.png", `/branding/classic/ALL/${"0".repeat(32)}.png`, "/branding/other/ALL/x.png"])
				equal((await fetch(`${gatehouse.url}/domains/${Domain}${path}`)).status, 404, path);
			await set({ CSS: css });
			equal((await gatehouse.store.db.selectFrom("branding_images").select("hash").execute()).length, 0);
			await set();
		});

		test("another pool's domain does not serve the logo", async () => {
			const { ImageUrl } = await set({ ImageFile: png });
			const [, other] = await createPoolWithDomain();
			const { pathname } = new URL(ImageUrl ?? "");
			equal((await fetch(`${gatehouse.url}${pathname}`)).status, 200);
			equal((await fetch(`${gatehouse.url}${pathname.replace(Domain, other)}`)).status, 404);
			await set();
		});

		test("a pool needs a domain, and says so in two ways", async () => {
			const [pool, domain] = await createPoolWithDomain();
			await set({ UserPoolId: pool, CSS: css });
			await client.send(new DeleteUserPoolDomainCommand({ UserPoolId: pool, Domain: domain }));
			await refuses(get(undefined, pool), "InvalidParameterException", "There has to be an existing domain associated with this user pool");
			await refuses(set({ UserPoolId: pool, CSS: css }), "InvalidParameterException", "A domain must be associated with this user pool.");
		});

		test("clients that there are not, pictures of other kinds, and too much of both are refused", async () => {
			await refuses(set({ ClientId: "nobody", CSS: css }), "ResourceNotFoundException");
			await refuses(get("nobody"), "ResourceNotFoundException");
			const otherPool = await createPool(gatehouse);
			const { id } = await createClient(gatehouse, otherPool);
			await refuses(set({ ClientId: id, CSS: css }), "ResourceNotFoundException");
			for (const ImageFile of [svg(), Buffer.from("GIF89a"), Buffer.from("<svg/>")])
				await refuses(set({ ImageFile }), "InvalidParameterException", /PNG/);
			const large = Buffer.concat([png, Buffer.alloc(100 * 1024 - png.length)]);
			await set({ ImageFile: large });
			await refuses(set({ ImageFile: large, CSS: `${css}/*${" ".repeat(10_000)}*/` }), "InvalidParameterException", /too large/i);
			await refuses(set({ CSS: " ".repeat(131_073) }), "InvalidParameterException", /cSS|CSS/);
			await set();
		});

		test("CSS that is no plain rule of an allowed class is refused", async () => {
			await refuses(
				set({ CSS: ".mine{color:red}" }),
				"InvalidParameterException",
				"The CSS class .mine is not in the list of allowed classes.",
			);
			for (const wrong of hostile) {
				await refuses(set({ CSS: wrong }), "InvalidParameterException").catch((error) => {
					throw new Error(wrong.slice(0, 200), { cause: error });
				});
			}
			deepEqual(await get(), {});
		});

		test("a deleted client's customization goes with it, and races end with one of them whole", async () => {
			const ClientId = await newClient();
			const colours = ["red", "green", "blue"].map((colour) => `.label-customizable{color:${colour}}`);
			await Promise.all(colours.map((CSS) => set({ ClientId, CSS, ImageFile: png })));
			ok(colours.includes((await get(ClientId)).CSS ?? ""));
			await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
			deepEqual(
				await gatehouse.store.db.selectFrom("ui_customizations").select("client_id").where("client_id", "=", ClientId).execute(),
				[],
			);
			deepEqual(await gatehouse.store.db.selectFrom("branding_images").select("hash").where("client_id", "=", ClientId).execute(), []);
		});
	});
}

const allowed = "label-customizable";
/** Each tries to reach what is not its class's, to fetch, or to run. */
const hostile = [
	"body{color:red}",
	"*{color:red}",
	`.${allowed} .x{color:red}`,
	`.${allowed} body{color:red}`,
	`.${allowed}>input{color:red}`,
	`.${allowed},body{color:red}`,
	`.${allowed}:hover{color:red}`,
	`.${allowed}::before{content:"x"}`,
	`.${allowed}[value^="a"]{color:red}`,
	`.${allowed}:has(input){color:red}`,
	`.${allowed}:not(.x){color:red}`,
	`:root .${allowed}{color:red}`,
	`#x.${allowed}{color:red}`,
	`.${allowed}{color:red}} body{display:none}`,
	`.${allowed}{color:red} } body{display:none} .x{`,
	`.${allowed}{/*} body{display:none} /*}*/ body{color:red}`,
	`.${allowed}{color:red}/* */body{color:red}`,
	`.${allowed}{body{color:red}}`,
	`.${allowed}{& input{color:red}}`,
	`.${allowed}{@media all{color:red}}`,
	`@import "https://evil.example/x.css";`,
	`@IMPORT url(x);.${allowed}{color:red}`,
	`@media screen{.${allowed}{color:red}}`,
	`@supports (color:red){.${allowed}{color:red}}`,
	"@page{margin:0}",
	`@font-face{font-family:x;src:url(https://evil.example/f)}`,
	"@keyframes x{from{color:red}}",
	"@layer x;",
	"@namespace x url(y);",
	'@charset "utf-7";',
	`.${allowed}{background:url(https://evil.example/x.png)}`,
	`.${allowed}{background:URL(//evil.example/x.png)}`,
	`.${allowed}{background-image:url("javascript:alert(1)")}`,
	`.${allowed}{background:url(data:text/html,<script>alert(1)</script>)}`,
	`.${allowed}{background:url(/oauth2/authorize)}`,
	`.${allowed}{background:url(x"y)}`,
	`.${allowed}{--x:url(https://evil.example)}`,
	`.${allowed}{cursor:url(https://evil.example/c),auto}`,
	`.${allowed}{width:expression(alert(1))}`,
	`.${allowed}{behavior:url(x.htc)}`,
	`.${allowed}{-moz-binding:url(x.xml#y)}`,
	`.${allowed}{color:red}</style><script>alert(1)</script>`,
	`<!-- .${allowed}{color:red} -->`,
	`.${allowed}{background:\\75 rl(https://evil.example)}`,
	`\\2e ${allowed}{color:red}`,
	`.l\\61 bel-customizable{color:red}`,
	`.${allowed}{color:red\\}body{}`,
	`.${allowed}`,
	`.${allowed}{color}`,
	`.${allowed}{color:red;nothing}`,
	"color:red",
	"}",
];

test("what the pages take over of CSS is written anew: known properties, no comments, nothing that leaves its element", () => {
	const written = (text: string) => parseClassicCss(text).map(({ className, state, declarations }) => [className + state, ...declarations]);
	deepEqual(
		written(`/* one */ .label-customizable { color : RED; ; COLOR: rgb(1, 2 ,3)!important; } /* two */
			.submitButton-customizable:hover, .inputField-customizable:focus{border:1px solid #ccc;outline:0}`),
		[
			["label-customizable", "color:RED", "color:rgb(1,2,3)!important"],
			["submitButton-customizable:hover", "border:1px solid #ccc", "outline:0"],
			["inputField-customizable:focus", "border:1px solid #ccc", "outline:0"],
		],
	);
	for (const left of [
		"position:fixed",
		"z-index:9",
		"top:0",
		"content:'x'",
		"transform:scale(9)",
		"margin:-99px",
		"margin:0 0 -1px 0",
		"width:calc(1px + -9px)",
		"display:contents",
		"animation:x 1s",
		"filter:blur(1px)",
		"filter:progid:DXImageTransform.Microsoft.gradient()",
		"--primary-background:red",
		"color:var(--x)",
		"width:attr(x)",
		"background:image-set('x.png' 1x)",
		"background:-moz-element(#x)",
		"mask:none",
		"clip-path:none",
	])
		deepEqual(written(`.label-customizable{${left};color:red}`), [["label-customizable", "color:red"]], left);
	deepEqual(written(".banner-customizable{background:#000 url(data:image/png;base64,AAAA) no-repeat}"), [
		["banner-customizable", "background:#000 url(data:image/png;base64,AAAA)no-repeat"],
	]);
	deepEqual(written("\ufeff \n"), []);
});

test("CSS of the greatest length is read in a moment, however it is made", () => {
	for (const piece of [
		"(",
		"[",
		"{",
		"a{",
		".label-customizable{",
		"/*",
		"url(",
		'"',
		":not(",
		"calc(",
		".label-customizable{color:red}",
		"@x{",
	]) {
		const began = process.hrtime.bigint();
		try {
			parseClassicCss(piece.repeat(Math.floor(131_072 / piece.length)));
		} catch (error) {
			equal((error as Error).name, "AwsError", piece);
		}
		const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
		ok(milliseconds < 2_000, `${piece} took ${milliseconds} ms`);
	}
});

test("the read of customizations", (t) =>
	eachStore(t, "is an index search", async (store) => {
		const plan = await explain(store, findCustomizations);
		ok(plan.isIndexSearch, plan.text);
	}));
