/** The pages' texts: every language says the same things, and a browser gets the one that it asks for. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { html } from "hono/html";
import { chooseLanguage, findLanguage, languages, linksToLanguages, type TextKey } from "../../src/pages/languages.ts";

const folder = join(import.meta.dirname, "../../src/pages/languages");
const read = (code: string) => JSON.parse(readFileSync(join(folder, `${code}.json`), "utf8")) as Record<string, string>;
const english = read("en");
const codes = languages.map(({ code }) => code);
const placeholders = (text = "") => (text.match(/\{\w+\}/g) ?? []).sort();
const get = (code: string) => {
	const language = findLanguage(code);
	assert.ok(language);
	return language;
};

test("managed login's eleven languages are there, and Arabic", () => {
	assert.deepEqual(codes, ["ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"]);
});

test("every language has exactly the texts of English, in its order, each with the same placeholders and none empty", () => {
	for (const code of codes) {
		const texts = read(code);
		assert.deepEqual(Object.keys(texts), Object.keys(english), code);
		for (const [key, text] of Object.entries(texts)) {
			assert.deepEqual(placeholders(text), placeholders(english[key]), `${code} ${key}`);
			assert.equal(text, text.trim(), `${code} ${key}`);
			assert.notEqual(text, "", `${code} ${key}`);
			assert.doesNotMatch(text, /[<>]|\{\{|"/, `${code} ${key}`);
		}
	}
});

test("every text is said somewhere", () => {
	const pages = join(folder, "..");
	const source = readdirSync(pages)
		.filter((file) => file.endsWith(".ts"))
		.map((file) => readFileSync(join(pages, file), "utf8"))
		.join("");
	const unused = Object.keys(english).filter((key) => !source.includes(`"${key}"`));
	assert.deepEqual(unused, []);
});

test("no sentence of another language is still the English one", () => {
	for (const code of codes.filter((each) => each !== "en")) {
		const same = Object.entries(read(code)).filter(([key, text]) => text === english[key] && text.split(" ").length > 2);
		assert.deepEqual(same, [], code);
	}
});

test("a language is found by its tag, by a longer one, by its script, and by the name that a browser has for it", () => {
	const found = (tag: string) => findLanguage(tag)?.code;
	const expected = {
		de: "de",
		"de-CH-1996": "de",
		"DE-at": "de",
		pt: "pt-BR",
		"pt-PT": "pt-BR",
		pt_BR: "pt-BR",
		zh: "zh-CN",
		"zh-Hans": "zh-CN",
		"zh-Hans-CN": "zh-CN",
		"zh-Hant": "zh-TW",
		"zh-Hant-HK": "zh-TW",
		"zh-HK": "zh-TW",
		"zh-TW": "zh-TW",
		in: "id",
		"ar-EG": "ar",
	};
	for (const [tag, code] of Object.entries(expected)) assert.equal(found(tag), code, tag);
	for (const tag of ["", "x", "tlh", "-", "--", "../en", "__proto__", "constructor", "e".repeat(1000), "en\r\nX: y".slice(2)]) {
		assert.equal(found(tag), undefined, tag);
	}
});

test("the query decides the language, then the cookie, then the browser, then it is English", () => {
	const chosen = (asked: Parameters<typeof chooseLanguage>[0]) => chooseLanguage(asked).code;
	assert.equal(chosen({ query: "fr", cookie: "de", acceptLanguage: "it" }), "fr");
	assert.equal(chosen({ query: "tlh", cookie: "de", acceptLanguage: "it" }), "de");
	assert.equal(chosen({ cookie: "nonsense", acceptLanguage: "it" }), "it");
	assert.equal(chosen({}), "en");
});

test("a browser gets the first of its languages that there is, by the qualities that it states", () => {
	const accepted = (acceptLanguage: string) => chooseLanguage({ acceptLanguage }).code;
	assert.equal(accepted("tlh, ja;q=0.3, ko;q=0.9"), "ko");
	assert.equal(accepted("de-CH,de;q=0.9,en;q=0.8"), "de");
	assert.equal(accepted("fr;q=0, es;q=0.1"), "es");
	assert.equal(accepted("tlh, *;q=0.5"), "en");
	assert.equal(accepted("de;q=nonsense, it"), "it");
	assert.equal(accepted(";;;,,,"), "en");
	assert.equal(accepted(`${"tlh,".repeat(10_000)}de`), "en");
});

test("a text is filled in once, and in Arabic its values keep a direction of their own", () => {
	const key: TextKey = "code.sentTo";
	assert.equal(get("en").text(key, { destination: "{destination}" }), "We sent a code to {destination}.");
	assert.match(get("ar").text(key, { destination: "a***@e***" }), /\u2068a\*\*\*@e\*\*\*\u2069/);
	assert.equal(get("en").text(key), "We sent a code to {destination}.");
});

test("a text as HTML escapes what is put into it, unless it is HTML itself", async () => {
	const filled = await get("en").html("signUp.terms", { terms: html`<a href="/t">T</a>`, privacy: `<script>"` });
	assert.equal(String(filled), 'By creating an account you agree to the <a href="/t">T</a> and the <bdi>&lt;script&gt;&quot;</bdi>.');
});

test("the links to other languages keep the rest of the query", () => {
	const links = linksToLanguages("/login", new URLSearchParams("state=a%26b&lang=de"));
	assert.equal(links.length, codes.length);
	assert.deepEqual(links[4], { code: "fr", label: "Français", href: "/login?state=a%26b&lang=fr" });
});
