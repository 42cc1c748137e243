/**
 * Nothing that a caller sends breaks the server. Every constraint of every operation's input is broken once, made from the model, and must
 * be refused in the model's words; then come inputs and requests at random, from seeds, of which none may end in a 500.
 */
import assert from "node:assert/strict";
import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { operations } from "../../src/api/registry.ts";
import { sign } from "../../src/crypto/sigv4-sign.ts";
import { chance, jsonBody, leastInput, validInput, violations } from "../model/generate-input.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, password, signIn } from "../support/people.ts";

const idpOperations = operations.filter(({ service }) => service === "cognito-idp");
/** Requests under way at once. */
const concurrency = 16;

const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
after(() => agent.destroy());

interface Answer {
	readonly status: number;
	readonly text: string;
}

/** One request over a socket, its headers as given. */
function send(gatehouse: Gatehouse, headers: OutgoingHttpHeaders, body: string | Uint8Array, method = "POST", path = "/"): Promise<Answer> {
	const { promise, resolve, reject } = Promise.withResolvers<Answer>();
	const { hostname, port } = new URL(gatehouse.url);
	const length = { "content-length": Buffer.byteLength(body) };
	const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, (incoming) => {
		const chunks: Buffer[] = [];
		incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
		incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
		incoming.on("error", reject);
	});
	outgoing.on("error", reject);
	outgoing.end(body);
	return promise;
}

const jsonHeaders = (operation: string) => ({
	"content-type": "application/x-amz-json-1.1",
	"x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
});
const madeUpSignature =
	"AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";
/** What development takes for the administrator. */
const administrator = { authorization: madeUpSignature, "x-amz-date": "20260101T000000Z" };

/** Runs `each` over all items, a bounded number at once. */
async function forAll<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
	const rest = items.values();
	await Promise.all(
		Array.from({ length: concurrency }, async () => {
			for (const item of rest) await each(item);
		}),
	);
}

describe("each constraint of an operation's input, broken once", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	for (const { name } of idpOperations) {
		test(`${name} refuses it with the constraint in its message`, async () => {
			// The model has the pattern of prefixes, and a domain may be a host name: what it must be is the domain's own question.
			const isDomain = name.endsWith("UserPoolDomain");
			const broken = violations("cognito-idp", name).filter(({ path }) => !(isDomain && path === "domain"));
			assert.ok(broken.length > 0 || isDomain);
			await forAll(broken, async ({ path, constraint, input }) => {
				const { status, text } = await send(gatehouse, jsonHeaders(name), jsonBody("cognito-idp", name, input));
				const what = `${path}: ${constraint}\n${text.slice(0, 500)}`;
				assert.equal(status, 400, what);
				const { __type, message } = JSON.parse(text) as { __type: string; message: string };
				assert.equal(__type, "InvalidParameterException", what);
				assert.match(message, /^\d+ validation errors? detected: /, what);
				assert.ok(message.includes(`at '${path}' failed to satisfy constraint: ${constraint}`), what);
			});
		});
	}

	test("U+0000 in any text of any operation is refused as a constraint is", async () => {
		const cases = idpOperations.flatMap(({ name }) =>
			[1, 2, 3, 4].flatMap((seed) => [...withNul(validInput("cognito-idp", name, seed))].map((input) => ({ name, input }))),
		);
		assert.ok(cases.length > 600, String(cases.length));
		await forAll(cases, async ({ name, input }) => {
			const { status, text } = await send(gatehouse, jsonHeaders(name), jsonBody("cognito-idp", name, input as object));
			const { __type, message } = JSON.parse(text) as { __type: string; message: string };
			const what = `${name} ${JSON.stringify(input).slice(0, 500)}: ${text.slice(0, 500)}`;
			assert.deepEqual([status, __type], [400, "InvalidParameterException"], what);
			assert.match(message, /^\d+ validation errors? detected: Value.* failed to satisfy constraint: (?:Member|Map)/s, what);
		});
	});

	test("there are more than 600 of them", () => {
		const count = idpOperations.flatMap(({ name }) => violations("cognito-idp", name)).length;
		assert.ok(count > 600, String(count));
	});
});

/** The value as often as it has texts, each time with U+0000 in one of them. */
function* withNul(value: unknown): Generator<unknown> {
	if (typeof value === "string") yield `${value.slice(0, 1)}\0${value.slice(1)}`;
	if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
	if (Array.isArray(value)) {
		for (const [at, item] of value.entries()) for (const changed of withNul(item)) yield value.with(at, changed);
		return;
	}
	for (const [key, item] of Object.entries(value)) for (const changed of withNul(item)) yield { ...value, [key]: changed };
}

const seeds = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** What would take away the ground from under the others. */
const destructive = new Set([
	"DeleteUserPool",
	"DeleteUserPoolClient",
	"AdminDeleteUser",
	"AdminDisableUser",
	"AdminSetUserPassword",
	"GlobalSignOut",
	"AdminUserGlobalSignOut",
	"RevokeToken",
]);

for (const engine of engines) {
	describe(`requests at random on ${engine}`, () => {
		let gatehouse: Gatehouse;
		let exists: Readonly<Record<string, unknown>>;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			const place = await createPlace(gatehouse);
			await createUser(place, "ada", { email: "ada@example.com" });
			const { AccessToken, RefreshToken } = await signIn(place, "ada");
			const { UserPoolId, ClientId } = place;
			const proofs = { USERNAME: "ada", PASSWORD: password, NEW_PASSWORD: password, SRP_A: "f00d", REFRESH_TOKEN: RefreshToken };
			exists = {
				UserPoolId,
				ClientId,
				AccessToken,
				RefreshToken,
				Token: RefreshToken,
				Username: "ada",
				Password: password,
				AuthParameters: proofs,
				ChallengeResponses: proofs,
			};
		});
		after(() => gatehouse.stop());

		const post = (headers: OutgoingHttpHeaders, body: string | Uint8Array, method?: string, path?: string) =>
			send(gatehouse, headers, body, method, path);
		const errorsLogged = () => gatehouse.logged.filter((line) => line.includes('"level":"error"'));

		/** Puts what exists where the input names something, so that handlers get beyond finding nothing; new users keep their names. */
		const real = (operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> => {
			const makesUser = operation === "SignUp" || operation === "AdminCreateUser";
			const known = makesUser ? { ...exists, Username: undefined } : exists;
			return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, known[name] ?? value]));
		};

		for (const { name } of idpOperations) {
			test(`${name} answers every input that the model allows, and never with a 500`, async () => {
				await forAll(seeds(destructive.has(name) ? 4 : 24), async (seed) => {
					const whole = validInput("cognito-idp", name, seed);
					// Of many optional members one is usually refused: every other input has a single one.
					const members = Object.entries(whole);
					const one = members[chance(seed)(Math.max(members.length, 1))] ?? [];
					const input = seed % 2 === 0 ? whole : { ...leastInput("cognito-idp", name), ...Object.fromEntries([one]) };
					const sent = seed % 3 === 0 || destructive.has(name) ? input : real(name, input);
					const { status, text } = await post({ ...jsonHeaders(name), ...administrator }, jsonBody("cognito-idp", name, sent));
					assert.ok(status === 200 || status === 400, `seed ${seed}: ${status} ${text} for ${JSON.stringify(sent)}`);
				});
				assert.deepEqual(errorsLogged(), []);
			});
		}

		test("a value of the wrong type in any place is refused, and never with a 500", async () => {
			const cases = idpOperations
				.filter(({ name }) => !destructive.has(name))
				.flatMap(({ name }) => {
					const input = JSON.parse(jsonBody("cognito-idp", name, leastInput("cognito-idp", name))) as Record<string, unknown>;
					const members = Object.keys({ ...input, ...validInput("cognito-idp", name, 3), ...validInput("cognito-idp", name, 4) });
					return members.flatMap((member, at) =>
						[0, 5, 11].map((step) => ({ name, input: { ...real(name, input), [member]: strange[(at + step) % strange.length] } })),
					);
				});
			assert.ok(cases.length > 300, String(cases.length));
			await forAll(cases, async ({ name, input }) => {
				const { status, text } = await post({ ...jsonHeaders(name), ...administrator }, JSON.stringify(input));
				assert.ok(status === 200 || status === 400, `${name}: ${status} ${text} for ${JSON.stringify(input).slice(0, 500)}`);
			});
			assert.deepEqual(errorsLogged(), []);
		});

		test("text that databases trouble with is refused or kept, and never a 500", async () => {
			const attribute = (Value: string) => ({ UserAttributes: [{ Name: "name", Value }] });
			for (const text of ["\u0000", "a\u0000b", "\ud800", "\udc00\ud800", "\uffff", "'\"\\;--%_", "\u202e", "e\u0301".repeat(900)]) {
				for (const [name, input] of [
					["AdminCreateUser", { UserPoolId: exists["UserPoolId"], Username: `u${text.length}${text.charCodeAt(0)}`, ...attribute(text) }],
					["SignUp", { ClientId: exists["ClientId"], Username: text, Password: password, ...attribute(text) }],
					["InitiateAuth", { ...exists, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: text, PASSWORD: text, [text]: text } }],
					["ListUsers", { UserPoolId: exists["UserPoolId"], Filter: `name ^= "${text.replaceAll('"', "")}"`, PaginationToken: text }],
					["CreateUserPool", { PoolName: text, UserPoolTags: { [text]: text }, EmailVerificationSubject: text }],
				] as const) {
					const { status, text: answer } = await post({ ...jsonHeaders(name), ...administrator }, JSON.stringify(input));
					assert.ok(status === 200 || status === 400, `${name} ${JSON.stringify(text)}: ${status} ${answer}`);
				}
			}
			assert.deepEqual(errorsLogged(), []);
		});

		test("U+0000 gets the same answer from either engine, and what only looks like it is kept", async () => {
			const { UserPoolId, ClientId } = exists;
			const attribute = (Value: string) => ({ UserAttributes: [{ Name: "name", Value }] });
			const detected = (what: string) =>
				`1 validation error detected: Value at '${what}' failed to satisfy constraint: Member must not contain U+0000`;
			const pattern = "failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
			for (const [name, input, expected] of [
				["AdminCreateUser", { UserPoolId, Username: "nul", ...attribute("a\0b") }, detected("userAttributes")],
				["AdminCreateUser", { UserPoolId, Username: "nul", ClientMetadata: { "a\0": "b" } }, detected("clientMetadata")],
				["SignUp", { ClientId, Username: "nul\0", Password: password }, `1 validation error detected: Value at 'username' ${pattern}`],
				["SignUp", { ClientId, Username: "nul", Password: `${password}\0` }, detected("password")],
				["CreateGroup", { UserPoolId, GroupName: "nul", Description: "\0" }, detected("description")],
				["CreateGroup", { UserPoolId, GroupName: "nul\0" }, `1 validation error detected: Value 'nul\0' at 'groupName' ${pattern}`],
				[
					"InitiateAuth",
					{ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "\0", PASSWORD: "x" } },
					detected("authParameters"),
				],
				["ListUsers", { UserPoolId, Filter: 'name ^= "\0"' }, detected("filter")],
			] as const) {
				const { status, text } = await post({ ...jsonHeaders(name), ...administrator }, JSON.stringify(input));
				const { __type, message } = JSON.parse(text) as { __type: string; message: string };
				assert.deepEqual([status, __type, message], [400, "InvalidParameterException", expected], name);
			}
			const Value = "\\u0000 \\0 \u0001 \u2400 \ufffd";
			const kept = await post(
				{ ...jsonHeaders("AdminCreateUser"), ...administrator },
				JSON.stringify({ UserPoolId, Username: "nul", ...attribute(Value) }),
			);
			assert.equal(kept.status, 200, kept.text);
			assert.ok(kept.text.includes(JSON.stringify(Value)), kept.text);
			assert.deepEqual(errorsLogged(), []);
		});

		test("bodies of any bytes are refused, and never with a 500", async () => {
			await forAll(seeds(200), async (seed) => {
				const random = chance(seed);
				const { name } = pick(idpOperations, random);
				const { status, text } = await post({ ...jsonHeaders(name), ...(random(2) === 0 && administrator) }, garbage(name, random));
				assert.ok(status === 200 || status === 400, `seed ${seed}: ${status} ${text}`);
			});
			assert.deepEqual(errorsLogged(), []);
		});

		test("targets, queries and headers of any text are refused, and never with a 500", async () => {
			await forAll(seeds(300), async (seed) => {
				const random = chance(seed);
				const noise = () => printable(random, random(60));
				const headers: Record<string, string> = {
					"content-type": pick(["application/x-amz-json-1.1", "application/x-www-form-urlencoded", "text/plain", noise()], random),
					"x-amz-target": pick(
						["AWSCognitoIdentityProviderService.ListUserPools", "TrentService.Decrypt", "__proto__.constructor", `.${noise()}`, noise()],
						random,
					),
					authorization: pick(
						[
							madeUpSignature,
							`AWS4-HMAC-SHA256 ${noise()}`,
							`Bearer ${noise()}`,
							`AWS4-HMAC-SHA256 Credential=${noise()}, SignedHeaders=;;, Signature=`,
						],
						random,
					),
					"x-amz-date": pick(["20260101T000000Z", "99999999T999999Z", noise()], random),
					[pick(["x-amz-security-token", "x-amz-content-sha256", "origin", "x-amzn-trace-id"], random)]: noise(),
				};
				for (const header of ["content-type", "x-amz-target", "authorization", "x-amz-date"]) if (random(3) === 0) delete headers[header];
				const action = pick(["GetCallerIdentity", "ListUsers", "constructor", "AssumeRole", encodeURIComponent(noise())], random);
				const version = pick(["2011-06-15", "2010-05-08", "", "__proto__"], random);
				const form = `Action=${action}&Version=${version}&${encodeURIComponent(noise())}=%zz&a.member.99999999=1&a.member.1.b=2&=`;
				const credential = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(noise())}`;
				const target = pick(["/", `/?${form}`, `/?${credential}`, "/?%", "/??&&=="], random);
				const body = pick([form, "{}", "", "[]", "Action", "&=&="], random);
				const { status, text } = await post(headers, body, pick(["POST", "GET", "PUT", "OPTIONS"], random), target);
				assert.ok(status < 500, `seed ${seed}: ${status} ${text}`);
			});
			assert.deepEqual(errorsLogged(), []);
		});

		test("rightly signed garbage is refused too, and never with a 500", async () => {
			const { host } = new URL(gatehouse.url);
			await forAll(seeds(60), async (seed) => {
				const random = chance(seed);
				const { name } = pick(idpOperations, random);
				const body = Buffer.from(garbage(name, random));
				const headers = { host, ...jsonHeaders(name) };
				const added = sign(
					{ method: "POST", target: "/", headers: Object.entries(headers), body },
					{ accessKeyId: "any", secretAccessKey: "any" },
					{ region: printable(random, 8).trim(), service: "cognito-idp", now: gatehouse.clock.now() },
				);
				const { status, text } = await post({ ...headers, ...Object.fromEntries(added) }, body);
				assert.ok(status === 200 || status === 400, `seed ${seed}: ${status} ${text}`);
			});
			assert.deepEqual(errorsLogged(), []);
		});

		test("after all of it a pool is made, and its user signs in", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ada");
			assert.ok((await signIn(place, "ada")).AccessToken);
		});
	});
}

test("what is no HTTP at all gets 400 or silence, and the server goes on", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { port } = new URL(gatehouse.url);
	await forAll(seeds(40), async (seed) => {
		const random = chance(seed);
		const bytes = Uint8Array.from({ length: 1 + random(400) }, () => random(256));
		const start = pick(["", "POST / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: localhost\r\n", "GET /\0 HTTP/1.1\r\n"], random);
		const socket = connect(Number(port), "127.0.0.1");
		let text = "";
		socket.setEncoding("latin1").on("data", (chunk) => {
			text += String(chunk);
		});
		const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
		socket.end(Buffer.concat([Buffer.from(start), bytes, Buffer.from("\r\n\r\n")]));
		await closed;
		assert.match(text.slice(0, 12), /^$|^HTTP\/1\.1 4/, `seed ${seed}: ${text.slice(0, 200)}`);
	});
	assert.equal((await fetch(`${gatehouse.url}/_gatehouse/ready`)).status, 200);
});

const pick = <T>(from: readonly T[], random: (below: number) => number): T => from[random(from.length)] as T;

/** Values of every type that JSON has, and some that trouble databases or JavaScript. */
const strange = [
	null,
	true,
	0,
	-1,
	1.5,
	1e308,
	"",
	"\u0000",
	"\ud800",
	"x".repeat(5000),
	[],
	[null],
	[[]],
	{},
	{ a: null },
	JSON.parse('{"__proto__":1}') as object,
];

/** Text that a header may hold. */
function printable(random: (below: number) => number, length: number): string {
	return Array.from({ length }, () => String.fromCharCode(32 + random(95))).join("");
}

/** A body that is not what the operation expects: cut, stretched, deep, of other bytes, or of keys that mean something to JavaScript. */
function garbage(operation: string, random: (below: number) => number): Uint8Array {
	const valid = jsonBody("cognito-idp", operation, validInput("cognito-idp", operation, random(1000)));
	const bytes = Buffer.from(valid);
	switch (random(7)) {
		case 0:
			return bytes.subarray(0, random(bytes.length + 1));
		case 1: {
			for (let times = 1 + random(4); times > 0; times--) bytes[random(bytes.length)] = random(256);
			return bytes;
		}
		case 2:
			return Buffer.from("[".repeat(1 + random(100_000)));
		case 3: {
			const depth = 1 + random(5000);
			return Buffer.from(`${'{"ClientMetadata":'.repeat(depth)}1${"}".repeat(depth)}`);
		}
		case 4:
			return Uint8Array.from({ length: random(500) }, () => random(256));
		case 5:
			return Buffer.from(`{"__proto__":{"UserPoolId":"us-east-1_x"},"constructor":{"prototype":1},${valid.slice(1)}`);
		default:
			return Buffer.from(pick(["null", "0", '""', "[]", "\ufeff{}", "{}{}", '{"Username":1e999}', "NaN"], random));
	}
}
