/** What the documents say of the code is held here: their links, their examples, their list of settings, and the list of operations. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compatibilityText, notes } from "../scripts/compatibility.ts";
import { operations } from "../src/api/registry.ts";
import { helpText } from "../src/config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const documents = [
	...readdirSync(root).filter((name) => name.endsWith(".md")),
	...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".md"))
		.map((name) => join("docs", name)),
];

/** The first fenced block of a language in a document. */
function codeBlock(path: string, language: string): string {
	const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(read(path))?.[1];
	assert.ok(block, `${path} has a block of ${language}`);
	return block;
}

/** The part of a walk that a document shows. */
function shown(path: string): string {
	const part = /^# What follows is .*\n([\s\S]*?)^# .* ends here\.$/m.exec(read(path))?.[1];
	assert.ok(part, `${path} marks what is shown`);
	return part;
}

/** The anchor that a heading gets. */
function anchor(heading: string): string {
	return heading
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
		.replaceAll(" ", "-");
}

/** Relative links of a document that lead nowhere. */
function brokenLinks(path: string, text: string): string[] {
	return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, target = ""]) => target)
		.filter((target) => !/^[a-z]+:/.test(target))
		.filter((target) => {
			const [file = "", fragment] = target.split("#");
			const full = join(root, dirname(path), file);
			if (file !== "" && !existsSync(full)) return true;
			if (fragment === undefined) return false;
			const headings = [...(file === "" ? text : readFileSync(full, "utf8")).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
				anchor(heading),
			);
			return !headings.includes(fragment);
		})
		.map((target) => `${path}: ${target}`);
}

test("every relative link of every document leads somewhere", () => {
	assert.ok(documents.length > 10);
	assert.deepEqual(
		documents.flatMap((path) => brokenLinks(path, read(path))),
		[],
	);
	assert.equal(brokenLinks("README.md", "[a](docs/nowhere.md) [b](#nowhere) [c](docs/security.md) [d](https://example.com)").length, 2);
});

test("the README's walk is the script's, and the documents' Python is its script's", () => {
	assert.equal(codeBlock("README.md", "sh"), `endpoint=http://localhost:9400\n${shown("docs/walks/aws-cli.sh")}`);
	assert.equal(codeBlock("docs/clients.md", "python"), `endpoint = "http://localhost:9400"\n${shown("docs/walks/boto3-walk.py")}`);
});

test("docs/configuration.md has a row for each setting that the server knows, and for no other", () => {
	const variables = (text: string) =>
		[...text.matchAll(/\bGATEHOUSE_[A-Z_]+[A-Z]\b/g)].map(([name]) => name).filter((name) => !name.endsWith("_FILE"));
	const rows = [...read("docs/configuration.md").matchAll(/^\| `(GATEHOUSE_[A-Z_]+)` \|/gm)].map(([, name]) => name);
	assert.deepEqual(rows.toSorted(), [...new Set(variables(helpText()))].toSorted());
});

test("settings that docs/configuration.md marks as secret are those that may come from a file", () => {
	const secret = [...read("docs/configuration.md").matchAll(/^\| `(GATEHOUSE_[A-Z_]+)` \| \*secret\*/gm)].map(([, name]) => name);
	assert.deepEqual(secret.toSorted(), [...helpText().matchAll(/\b(GATEHOUSE_[A-Z_]+)_FILE\b/g)].map(([, name]) => name).toSorted());
});

test("no document names a setting that the server does not know", () => {
	const known = new Set(helpText().match(/GATEHOUSE_[A-Z_]+/g));
	// The walks' own variable.
	known.add("GATEHOUSE_ENDPOINT");
	const files = [...documents, "Dockerfile", "compose.yaml"];
	const unknown = files.flatMap((path) =>
		(read(path).match(/GATEHOUSE_[A-Z_]*[A-Z]/g) ?? []).filter((name) => !known.has(name)).map((name) => `${path}: ${name}`),
	);
	assert.deepEqual(unknown, []);
});

test("docs/compatibility.md is what the model and the registry give", () => {
	assert.equal(read("docs/compatibility.md"), compatibilityText(), "npm run compatibility");
});

test("the notes of docs/compatibility.md are about operations that are there", () => {
	const built = new Set(operations.map(({ service, name }) => `${service} ${name}`));
	const noted = Object.entries(notes).flatMap(([service, names]) => Object.keys(names).map((name) => `${service} ${name}`));
	assert.deepEqual(
		noted.filter((name) => !built.has(name)),
		[],
	);
});

test("docs/security-checklist.md names tests that are there, and says of each line without one why", () => {
	const text = read("docs/security-checklist.md");
	const named = [...text.matchAll(/`([\w/-]+) › ([^`]+)`/g)].map(([, file = "", name = ""]) => ({ file, name }));
	assert.ok(named.length > 80);
	assert.deepEqual(
		named.filter(({ file, name }) => {
			const path = join("test", `${file}.test.ts`);
			return !existsSync(join(root, path)) || !['"', "`"].some((quote) => read(path).includes(`${quote}${name}${quote}`));
		}),
		[],
	);
	const rows = [...text.matchAll(/^\| [\d., ]+ \|.*\|$/gm)].map(([row]) => row.split(" | "));
	assert.ok(rows.length > 90);
	assert.deepEqual(
		rows.filter((row) => row.length !== 4 || !/` \|$|^— \|$/.test(row[3] ?? "")).map(([id]) => id),
		[],
	);
	// A line without a test says that it is not met, or that there is nothing to test.
	const bare = rows.filter((row) => row[3] === "— |" && !/\*\*(Not met|Partly):/.test(row[2] ?? "")).map(([id]) => id?.slice(2));
	assert.deepEqual(bare, ["4.17", "6.4.2", "6.5.7"]);
	// OWASP ASVS 5.0.0: how many requirements its chapters have, those of no concern here left out.
	const ids = rows.flatMap(([id = ""]) => id.match(/\d+\.\d+\.\d+/g) ?? []);
	const counts = Object.fromEntries(
		[6, 7, 9, 10].map((chapter) => [chapter, new Set(ids.filter((id) => id.startsWith(`${chapter}.`))).size]),
	);
	assert.deepEqual(counts, { 6: 44, 7: 19, 9: 7, 10: 34 });
});

test("every script that the documents tell to run is one of package.json", () => {
	const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
	const named = documents.flatMap((path) => [...read(path).matchAll(/\bnpm run ([\w-]+)/g)].map(([, name = ""]) => ({ path, name })));
	assert.ok(named.length > 3);
	assert.deepEqual(
		named.filter(({ name }) => scripts[name] === undefined),
		[],
	);
});
