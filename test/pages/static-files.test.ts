/** The pages' stylesheets and scripts: small, compressed, kept for good, and never a way to the disk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { html } from "hono/html";
import { form, passwordField, textField } from "../../src/pages/components.ts";
import { chooseLanguage, linksToLanguages } from "../../src/pages/languages.ts";
import { page } from "../../src/pages/layout.ts";
import { assetPath, findAsset } from "../../src/pages/static-files.ts";

const find = (name: string, headers: Record<string, string> = {}) => {
	const found = findAsset(assetPath(name).replace("/assets/", ""), new Headers(headers));
	assert.ok(found);
	return found;
};
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

test("a file comes as small as the browser takes it, under a name that changes with it", async () => {
	const plain = find("pages.css");
	assert.match(assetPath("pages.css"), /^\/assets\/pages\.[0-9a-f]{16}\.css$/);
	assert.equal(plain.headers.get("content-type"), "text/css; charset=utf-8");
	assert.equal(plain.headers.get("cache-control"), "public, max-age=31536000, immutable");
	assert.equal(plain.headers.get("vary"), "accept-encoding");
	const text = (await bytes(plain)).toString();
	const packed = find("pages.css", { "accept-encoding": "gzip, deflate, br;q=0.5" });
	assert.equal(packed.headers.get("content-encoding"), "br");
	assert.equal(brotliDecompressSync(await bytes(packed)).toString(), text);
	const older = find("pages.css", { "accept-encoding": "br;q=0, GZIP" });
	assert.equal(older.headers.get("content-encoding"), "gzip");
	assert.equal(gunzipSync(await bytes(older)).toString(), text);
	assert.equal(find("pages.css", { "if-none-match": plain.headers.get("etag") ?? "" }).status, 304);
});

test("nothing else is served", () => {
	for (const name of ["pages.css", "pages.0000000000000000.css", "../pages.ts", "..%2fpages.ts", "", "constructor", "__proto__"]) {
		assert.equal(findAsset(name, new Headers()), undefined, name);
	}
});

test("comments stay behind, and nothing of the code with them", async () => {
	const css = (await bytes(find("pages.css"))).toString();
	assert.doesNotMatch(css, /\/\*/);
	assert.match(css, /^:root \{/);
	const script = (await bytes(find("pages.js"))).toString();
	assert.doesNotMatch(script, /^\s*(\/\/|\/\*)/m);
	assert.match(script, /http:\/\/www\.w3\.org\/2000\/svg/);
	// What is left is still a script.
	new Function(script);
});

test("the sign-in page weighs less than 30 kB all told, as it goes over the wire", async () => {
	const language = chooseLanguage({});
	const look = {
		language,
		basePath: "",
		name: "Analytical Engines",
		languageLinks: linksToLanguages("/login", new URLSearchParams("a=b")),
	};
	const children = [
		textField(look, { name: "username", label: "Username" }),
		passwordField(look, { name: "password", label: "Password", autocomplete: "current-password" }),
	];
	const body = form(look, { action: "/login", csrf: "0".repeat(43), submit: "signIn.submit", children });
	const document = Buffer.byteLength(String(await page(look, { title: "signIn.title", body, scripts: ["passkey.js"] })));
	const files = ["pages.css", "dark.css", "pages.js", "passkey.js"].map((name) => find(name, { "accept-encoding": "br" }));
	const sizes = await Promise.all(files.map(async (file) => (await bytes(file)).length));
	const total = sizes.reduce((sum, size) => sum + size, document);
	assert.ok(total < 30_000, `${total} bytes`);
});

test("a page has no style and no script but its files, and escapes what it is given", async () => {
	const language = chooseLanguage({});
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
	const look = { language, basePath: "", name: evil, languageLinks: [{ code: evil, label: evil, href: evil }] };
	const field = { name: "username", label: evil, value: evil, hint: evil, error: evil };
	const body = html`${form(look, { action: evil, csrf: evil, submit: "signIn.submit", hidden: { [`x${evil}`]: evil }, children: [textField(look, field)] })}`;
	const text = String(await page(look, { title: "signIn.title", lead: evil, error: evil, notice: evil, body }));
	assert.doesNotMatch(text, /<script>|<img|<style|\sstyle=|\son\w+=[^&]*\(1\)>/);
	assert.equal(text.match(/<script/g)?.length, 1);
	assert.equal(text.match(/<h1/g)?.length, 1);
	for (const landmark of [/<html lang="en" dir="ltr"/, /<main/, /<footer/]) assert.match(text, landmark);
});
