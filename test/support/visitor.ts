/** A browser without script, as far as forms, cookies and redirects go: raw HTTP, so that a test can send what no browser would. */
import assert from "node:assert/strict";

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly html: string;
	/** Where a redirect leads: absolute. */
	readonly location: string | undefined;
	/** The URL that was asked for. */
	readonly url: string;
}

export interface Form {
	/** Absolute. */
	readonly action: string;
	readonly fields: Readonly<Record<string, string>>;
}

export interface Visitor {
	readonly cookies: Map<string, string>;
	get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
	post(url: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answer>;
	/** Fills in and posts a form of the page, and follows the redirects within its own origin. */
	submit(page: Answer, fields: Readonly<Record<string, string>>, path?: string): Promise<Answer>;
	/** Follows redirects while they stay within the origin. */
	follow(answer: Answer): Promise<Answer>;
	/** A page by its URL, redirects followed. */
	open(url: string): Promise<Answer>;
}

export function createVisitor(): Visitor {
	const cookies = new Map<string, string>();
	async function send(url: string, init: RequestInit): Promise<Answer> {
		const headers = new Headers(init.headers);
		if (cookies.size > 0) headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
		const response = await fetch(url, { ...init, headers, redirect: "manual" });
		for (const line of response.headers.getSetCookie()) {
			const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
			if (value === "" || /max-age=0(;|$)/i.test(line)) cookies.delete(name);
			else cookies.set(name, value);
		}
		const to = response.headers.get("location");
		return {
			status: response.status,
			headers: response.headers,
			html: await response.text(),
			location: to === null ? undefined : new URL(to, url).href,
			url,
		};
	}
	const visitor: Visitor = {
		cookies,
		get: (url, headers = {}) => send(url, { headers }),
		post: (url, fields, headers = {}) => send(url, { method: "POST", headers, body: new URLSearchParams(fields) }),
		async submit(page, fields, path) {
			const form = formOf(page, path);
			return visitor.follow(await visitor.post(form.action, { ...form.fields, ...fields }));
		},
		async follow(answer) {
			let last = answer;
			for (let i = 0; i < 10 && last.location !== undefined && new URL(last.location).origin === new URL(last.url).origin; i++) {
				last = await visitor.get(last.location);
			}
			return last;
		},
		open: async (url) => visitor.follow(await visitor.get(url)),
	};
	return visitor;
}

/** The page's first form, or the one that posts to `path`, with what its fields hold. */
export function formOf(page: Answer, path?: string): Form {
	for (const [, tag = "", inside = ""] of page.html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
		const action = new URL(attribute(tag, "action") ?? "", page.url);
		if (path !== undefined && !action.pathname.endsWith(path)) continue;
		const fields: Record<string, string> = {};
		for (const [input] of inside.matchAll(/<input[^>]*>/g)) {
			const name = attribute(input, "name");
			if (name === undefined || (/type="(radio|checkbox)"/.test(input) && !/\schecked/.test(input))) continue;
			fields[name] = attribute(input, "value") ?? "";
		}
		return { action: action.href, fields };
	}
	assert.fail(`no form${path === undefined ? "" : ` to ${path}`} in a page of ${page.url} (${page.status}):\n${page.html.slice(0, 2000)}`);
}

/** What a page says, without its tags. */
export function textOf({ html }: Pick<Answer, "html">): string {
	return unescaped(html.replaceAll(/<head>[\s\S]*?<\/head>/g, " ").replaceAll(/<[^>]*>/g, " "))
		.replaceAll(/\s+/g, " ")
		.trim();
}

function attribute(tag: string, name: string): string | undefined {
	const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
	return value === undefined ? undefined : unescaped(value);
}

function unescaped(text: string): string {
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
