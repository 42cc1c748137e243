/**
 * The photo application in a real browser: who signs in at a user pool gets credentials of an identity pool and keeps photos in a folder
 * of its own, in a real S3 behind the access proxy, and every other folder is closed to it.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, ListObjectsV2Command, PutBucketCorsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Browser, Page } from "playwright-core";
import { allow } from "../support/access.ts";
import { s3Credentials, startS3, type Upstream } from "../support/access-upstreams.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityAccess } from "../support/identity-access.ts";
import { type Pages, servePages } from "../support/pages.ts";
import { createUser, password } from "../support/people.ts";
import type { Outcome } from "./outcome.ts";
import type { PhotosPlace } from "./photos-application.ts";

const region = "us-east-1";
const hourMilliseconds = 3_601_000;
const strangersIdentity = `${region}:00000000-0000-4000-8000-000000000000`;

let browser: Browser;
let pages: Pages;
let upstream: Upstream;
let gatehouse: Gatehouse;
/** The S3 that is behind the proxy, as its owner sees it. */
let owner: S3Client;
let place: PhotosPlace;
before(async () => {
	const application = fileURLToPath(new URL("./photos-application.ts", import.meta.url));
	pages = await servePages(application);
	[browser, upstream] = await Promise.all([
		launchBrowser({ loopbackNames: ["app.example", "other.example"] }),
		startS3(["photos", "ledgers"]),
	]);
	gatehouse = await startGatehouse({
		config: { access: { port: 0, s3: { url: upstream.url, region, ...s3Credentials }, dynamodb: undefined } },
	});
	const own = "arn:aws:s3:::photos/${cognito-identity.amazonaws.com:sub}/*";
	const { people, identityPoolId, provider } = await createIdentityAccess(gatehouse, {
		users: [
			allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], own),
			allow("s3:ListBucket", "arn:aws:s3:::photos", { StringLike: { "s3:prefix": "${cognito-identity.amazonaws.com:sub}/*" } }),
			allow("s3:GetObject", "arn:aws:s3:::photos/public/*"),
		],
		guests: [allow("s3:GetObject", "arn:aws:s3:::photos/public/*")],
	});
	for (const name of ["ada", "bob"]) await createUser(people, name);
	owner = new S3Client({ endpoint: upstream.url, region, forcePathStyle: true, credentials: s3Credentials });
	// Pages of the application's origin may use both buckets, so that it is the policy that they fail by.
	const allowed = { AllowedOrigins: [homeOf("app.example")], AllowedMethods: ["GET", "PUT", "DELETE"], AllowedHeaders: ["*"] };
	const CORSRules = [{ ...allowed, ExposeHeaders: ["ETag", "x-amz-meta-color"] }];
	for (const Bucket of ["photos", "ledgers"]) await owner.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
	place = { endpoint: gatehouse.url, storage: gatehouse.accessUrl, clientId: people.ClientId, provider, identityPoolId };
});
after(async () => {
	await browser?.close();
	await pages?.stop();
	owner?.destroy();
	await gatehouse?.stop();
	await upstream?.stop();
});

const homeOf = (host: string) => `http://${host}:${pages.port}`;

interface Visit {
	readonly page: Page;
	readonly identity: string;
}

/** Opens the application in a browser profile of its own, and enters. */
async function visit(run: (visit: Visit) => Promise<void>, username?: string, host = "app.example"): Promise<void> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		// The page's time is moved with the server's.
		await page.clock.install({ time: gatehouse.clock.now() });
		await page.goto(`${homeOf(host)}/`);
		const entered = await page.evaluate(([place, name, secret]) => photos.enter(place, name, secret), [place, username, password] as const);
		assert.match(JSON.stringify(entered), /^\{"ok":"us-east-1:[\da-f-]{36}"\}$/);
		await run({ page, identity: (entered as { ok: string }).ok });
	} finally {
		await context.close();
	}
}

const at = (Key: string, Bucket = "photos") => ({ Bucket, Key });
const upload = (page: Page, where: ReturnType<typeof at>, color = "#0080ff") =>
	page.evaluate(([where, color]) => photos.upload(where, color), [where, color] as const);
const show = (page: Page, where: ReturnType<typeof at>) => page.evaluate((where) => photos.show(where), where);
const list = (page: Page, Prefix: string, Bucket = "photos") =>
	page.evaluate(([Bucket, Prefix]) => photos.list(Bucket, Prefix), [Bucket, Prefix] as const);
const copy = (page: Page, from: ReturnType<typeof at>, to: ReturnType<typeof at>) =>
	page.evaluate(([from, to]) => photos.copy(from, to), [from, to] as const);
const remove = (page: Page, where: ReturnType<typeof at>) => page.evaluate((where) => photos.remove(where), where);

const shown = (color: string, pixel: number[]) => ({ ok: { type: "image/png", width: 320, pixel: [...pixel, 255], metadata: { color } } });
const blue = shown("#0080ff", [0, 128, 255]);
const assertDone = (outcome: Outcome) => assert.ok("ok" in outcome, JSON.stringify(outcome));

/** A refusal that the page can read, in the words of S3's. */
function assertDenied(outcome: Outcome, action: string): void {
	assert.match(JSON.stringify(outcome), new RegExp(`^\\{"error":"AccessDenied: User: .* is not authorized to perform: s3:${action} on `));
}
const storedKeys = async (Bucket = "photos") =>
	((await owner.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

/** What is for everyone, put there by the owner. */
async function publish(key: string): Promise<void> {
	const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
	await owner.send(new PutObjectCommand({ ...at(key), Body: png, ContentType: "image/png" }));
}

test("two people keep photos in folders of their own, and neither reaches the other's, nor another bucket", async () => {
	await visit(async ({ page: ada, identity: adas }) => {
		assertDone(await upload(ada, at(`${adas}/sea.png`)));
		// The browser asked first whether it may, and the bucket itself answered.
		const asked = upstream.recorded.filter(({ target }) => target.split("?")[0]?.endsWith("/sea.png"));
		assert.deepEqual([asked[0]?.method, asked[0]?.headers.origin, asked[1]?.method], ["OPTIONS", homeOf("app.example"), "PUT"]);
		assert.deepEqual(await show(ada, at(`${adas}/sea.png`)), blue);
		const stored = await owner.send(new GetObjectCommand(at(`${adas}/sea.png`)));
		assert.equal(Buffer.from((await stored.Body?.transformToByteArray()) ?? []).toString("latin1", 1, 4), "PNG");
		await visit(async ({ page: bob, identity: bobs }) => {
			assert.notEqual(bobs, adas);
			assertDone(await upload(bob, at(`${bobs}/sun.png`), "#ffcc00"));
			assert.deepEqual(await show(bob, at(`${bobs}/sun.png`)), shown("#ffcc00", [255, 204, 0]));
			assert.deepEqual(await list(bob, `${bobs}/`), { ok: [`${bobs}/sun.png`] });
			const before = await storedKeys();
			assertDenied(await show(bob, at(`${adas}/sea.png`)), "GetObject");
			assertDenied(await upload(bob, at(`${adas}/sea.png`), "#000000"), "PutObject");
			assertDenied(await remove(bob, at(`${adas}/sea.png`)), "DeleteObject");
			assertDenied(await list(bob, `${adas}/`), "ListBucket");
			assertDenied(await list(bob, ""), "ListBucket");
			assertDenied(await copy(bob, at(`${adas}/sea.png`), at(`${bobs}/taken.png`)), "GetObject");
			assertDenied(await copy(bob, at(`${bobs}/sun.png`), at(`${adas}/given.png`)), "PutObject");
			assertDenied(await upload(bob, at("sun.png")), "PutObject");
			assertDenied(await upload(bob, at(`${bobs}/sun.png`, "ledgers")), "PutObject");
			assertDenied(await show(bob, at(`${bobs}/sun.png`, "ledgers")), "GetObject");
			assert.deepEqual(await storedKeys(), before);
			assert.deepEqual(await storedKeys("ledgers"), []);
			assertDenied(await show(ada, at(`${bobs}/sun.png`)), "GetObject");
			assertDone(await remove(bob, at(`${bobs}/sun.png`)));
		}, "bob");
		assert.deepEqual(await show(ada, at(`${adas}/sea.png`)), blue);
	}, "ada");
});

test("a guest reads what is public, and nothing else", async () => {
	await publish("public/welcome.png");
	await owner.send(new PutObjectCommand({ ...at(`${strangersIdentity}/private.png`), Body: "private" }));
	await visit(async ({ page, identity }) => {
		assertDone(await show(page, at("public/welcome.png")));
		assertDenied(await upload(page, at("public/welcome.png")), "PutObject");
		assertDenied(await upload(page, at(`${identity}/own.png`)), "PutObject");
		assertDenied(await remove(page, at("public/welcome.png")), "DeleteObject");
		assertDenied(await show(page, at(`${strangersIdentity}/private.png`)), "GetObject");
		assertDenied(await show(page, at("public/welcome.png", "ledgers")), "GetObject");
		assertDenied(await list(page, "public/"), "ListBucket");
	});
});

test("an hour later the credentials are expired, and the application goes on with fresh ones for the same folder", async () => {
	await visit(async ({ page, identity }) => {
		assertDone(await upload(page, at(`${identity}/before.png`)));
		await page.evaluate(() => photos.keepCredentials(true));
		assert.deepEqual(await show(page, at(`${identity}/before.png`)), blue);
		gatehouse.clock.advance(hourMilliseconds);
		await page.clock.fastForward(hourMilliseconds);
		const expired = { error: "ExpiredToken: The provided token has expired." };
		assert.deepEqual(await show(page, at(`${identity}/before.png`)), expired);
		assert.deepEqual(await upload(page, at(`${identity}/late.png`)), expired);
		// The ID token is an hour old as well: the application refreshes it, and asks for credentials by the new one.
		await page.evaluate(() => photos.keepCredentials(false));
		assert.deepEqual(await show(page, at(`${identity}/before.png`)), blue);
		assertDone(await upload(page, at(`${identity}/after.png`)));
		assert.deepEqual(await list(page, `${identity}/a`), { ok: [`${identity}/after.png`] });
	}, "ada");
});

test("a page of an origin that the bucket does not allow gets nothing from it, and leaves nothing there", async () => {
	await publish("public/welcome.png");
	const before = await storedKeys();
	await visit(
		async ({ page, identity }) => {
			assert.deepEqual(await show(page, at("public/welcome.png")), { error: "TypeError: Failed to fetch" });
			assert.deepEqual(await upload(page, at(`${identity}/foreign.png`)), { error: "TypeError: Failed to fetch" });
		},
		"ada",
		"other.example",
	);
	assert.deepEqual(await storedKeys(), before);
});
