import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { askSecret } from "../../src/adapters/terminal.ts";

function createTerminal(isTTY = true) {
	const shown: string[] = [];
	const raw: boolean[] = [];
	const keys = new PassThrough();
	const input = Object.assign(keys, { isTTY, setRawMode: (on: boolean) => raw.push(on) });
	return { terminal: { input, output: { write: (text: string) => shown.push(text) } }, keys, shown, raw };
}

test("A secret is read key by key, corrected with backspace, and never shown", async () => {
	const { terminal, keys, shown, raw } = createTerminal();
	const asked = askSecret("Passphrase: ", terminal);
	keys.write("correkt");
	keys.write("\u007f\u007f");
	keys.write("ct h\u00f6rse\r");
	assert.equal(await asked, "correct h\u00f6rse");
	assert.deepEqual(shown, ["Passphrase: ", "\n"]);
	assert.deepEqual(raw, [true, false]);
});

test("Two questions one after the other each have their own line", async () => {
	const { terminal, keys } = createTerminal();
	const first = askSecret("Passphrase: ", terminal);
	keys.write("one\n");
	assert.equal(await first, "one");
	const second = askSecret("Once more: ", terminal);
	keys.write("two\n");
	assert.equal(await second, "two");
});

test("An interrupt ends the question and gives the terminal back; nobody is asked where there is none", async () => {
	const { terminal, keys, raw } = createTerminal();
	const asked = askSecret("Passphrase: ", terminal);
	keys.write("abc\u0003");
	await assert.rejects(asked, /interrupted/);
	assert.deepEqual(raw, [true, false]);
	assert.equal(await askSecret("Passphrase: ", createTerminal(false).terminal), undefined);
});
