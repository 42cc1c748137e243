/** A real Chromium: the one that npm brings on Linux x64, elsewhere the system's Chrome or the one that GATEHOUSE_CHROME names. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

interface BrowserOptions {
	/** Host names that resolve to 127.0.0.1, as if their owners had said so. */
	readonly loopbackNames?: readonly string[];
	/** With the system's fonts too, for scripts that the browser's own font has no letters of. Pages then differ from machine to machine. */
	readonly systemFonts?: boolean;
}

/** Starts a browser without a window. */
export async function launchBrowser({ loopbackNames = [], systemFonts = false }: BrowserOptions = {}): Promise<Browser> {
	const rules = loopbackNames.map((name) => `MAP ${name} 127.0.0.1`).join(",");
	const args = rules === "" ? [] : [`--host-resolver-rules=${rules}`];
	// The sandbox needs rights that containers and root lack; every page here is our own.
	const options = { args, headless: true, chromiumSandbox: false };
	const named = process.env["GATEHOUSE_CHROME"];
	if (named !== undefined) return chromium.launch({ ...options, executablePath: named });
	if (process.platform !== "linux" || process.arch !== "x64") return chromium.launch({ ...options, channel: "chrome" });
	const home = await unpacked();
	const env = {
		...process.env,
		// NSS, NSPR and Expat, which a bare machine lacks.
		LD_LIBRARY_PATH: join(home, "al2023/lib"),
		FONTCONFIG_FILE: join(home, systemFonts ? allFontsFile : fontsFile),
	};
	if (systemFonts) await writeFile(join(home, allFontsFile), fontsConfiguration(home, systemFontsFolder));
	return chromium.launch({ ...options, executablePath: join(home, "chromium"), env });
}

const archives = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];

/**
 * The folder that Chromium is unpacked to, once for each version and user. The package's own `executablePath` unpacks to one fixed place and
 * not atomically, so that test files that run side by side start half a browser.
 */
async function unpacked(): Promise<string> {
	const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../bin");
	const { version } = JSON.parse(await readFile(join(packed, "../package.json"), "utf8")) as { version: string };
	const { uid } = userInfo();
	const home = join(tmpdir(), `gatehouse-chromium-${version}-${uid}`);
	if (!existsSync(home)) {
		const made = await mkdtemp(`${home}-`);
		await unpackTo(made, packed);
		await writeFile(join(made, fontsFile), fontsConfiguration(home));
		// Where another process was first, its folder stays.
		await rename(made, home).catch(() => rm(made, { recursive: true, force: true }));
	}
	if ((await stat(home)).uid !== uid) throw new Error(`${home} belongs to another user; remove it`);
	return home;
}

const fontsFile = "fonts.conf";
const allFontsFile = "all-fonts.conf";
const systemFontsFolder = "/usr/share/fonts";

/** The package's own file looks for the fonts where it would have put them; without any, Chromium ends at the first text field. */
const fontsConfiguration = (home: string, ...more: string[]) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${[`${home}/fonts`, ...more].map((folder) => `<dir>${folder}</dir>`).join("")}<cachedir>${home}/fonts-cache</cachedir>
${["system-ui", "sans-serif"].map((name) => `<alias binding="strong"><family>${name}</family><prefer><family>Open Sans</family></prefer></alias>`).join("\n")}
</fontconfig>
`;

/** `inflate` unpacks to the folder for temporary files, whichever that is. */
async function unpackTo(folder: string, packed: string): Promise<void> {
	const before = process.env["TMPDIR"];
	process.env["TMPDIR"] = folder;
	try {
		await Promise.all(archives.map((archive) => inflate(join(packed, archive))));
	} finally {
		if (before === undefined) delete process.env["TMPDIR"];
		else process.env["TMPDIR"] = before;
	}
}
