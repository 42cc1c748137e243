/** What a session's device is called, by the User-Agent of its last request: `Chrome 125 / macOS 15.0`, `okhttp 4.9.3`, `unknown`. */

/** Longer headers are cut: what names the client stands at their beginning. */
const userAgentCharactersMax = 512;

/** The first that fits is the one: most browsers also name those that they descend from. */
const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
	["Edge", /\bEdg(?:A|iOS)?\/(\d+)/],
	["Opera", /\bOPR\/(\d+)/],
	["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
	["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
	["Chrome", /\b(?:Chrome|CriOS)\/(\d+)/],
	["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//],
];
const systems: readonly (readonly [name: string, pattern: RegExp])[] = [
	// It says 10.0 for Windows 11 too: no version is better than a wrong one.
	["Windows", /\bWindows NT()/],
	["iOS", /\b(?:iPhone|CPU) OS (\d+(?:[._]\d+)*)/],
	["Android", /\bAndroid (\d+(?:\.\d+)*)/],
	["macOS", /\bMac OS X (\d+(?:[._]\d+)*)/],
	["ChromeOS", /\bCrOS()/],
	["Linux", /\bLinux()/],
];
/** An app or an SDK: RFC 9110 §10.1.5, `product/version` in front. Mozilla/5.0 is every browser's, and says nothing. */
const product = /^(?!Mozilla\/)([A-Za-z][\w.-]{0,63})\/([\w.-]{1,32})/;

export function deviceType(userAgent: string | undefined): string {
	const text = (userAgent ?? "").slice(0, userAgentCharactersMax);
	const app = product.exec(text);
	const names = [app ? `${app[1]} ${app[2]}` : named(browsers, text), named(systems, text)];
	return names.filter((name) => name !== undefined).join(" / ") || "unknown";
}

function named(among: readonly (readonly [name: string, pattern: RegExp])[], text: string): string | undefined {
	for (const [name, pattern] of among) {
		const match = pattern.exec(text);
		if (match) return match[1] ? `${name} ${match[1].replaceAll("_", ".")}` : name;
	}
	return undefined;
}
