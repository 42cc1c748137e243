/**
 * What every operation of the API has in common on the wire: the shape of refusals, what is unknown or not built, how far a body may go,
 * and who is believed to have signed. Real SDK clients and hand-made requests, in development and in production mode.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NOT_YET } from "../../src/api/not-yet.ts";
import { findOperation, type ServiceName, serviceModel } from "../../src/aws/model.ts";
import { presign, type SigningScope, sign } from "../../src/crypto/sigv4-sign.ts";
import { requestBodyBytesMax } from "../../src/http/edge.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, refusal, signIn } from "../support/people.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const rootKey = { accessKeyId: "AKIAROOTROOTROOTROOT", secretAccessKey: "a-root-secret-of-forty-characters-000000" };
const madeUpSignature =
	"AWS4-HMAC-SHA256 Credential=MADEUP/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";
const administrator = { authorization: madeUpSignature, "x-amz-date": "20260101T000000Z" };

interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** `__type` and the rest of a JSON body. */
	readonly json: () => Record<string, unknown>;
}

async function answerOf(response: Response): Promise<Answer> {
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

const targetOf = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;

async function call(
	gatehouse: Gatehouse,
	operation: string,
	body: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
	const all = { "content-type": "application/x-amz-json-1.1", "x-amz-target": targetOf(operation), ...headers };
	return answerOf(await fetch(gatehouse.url, { method: "POST", headers: all, body }));
}

/** A refusal of the JSON services, whole. */
function checkRefusal({ status, headers, json }: Answer, type: string, message: string | undefined): void {
	const body = json();
	assert.equal(body["__type"], type);
	assert.equal(body["message"], message);
	assert.deepEqual(Object.keys(body).sort(), message === undefined ? ["__type"] : ["__type", "message"]);
	assert.equal(status, 400);
	assert.equal(headers.get("content-type"), "application/x-amz-json-1.1");
	// Cognito ends it with a colon.
	assert.equal(headers.get("x-amzn-errortype"), `${type}:`);
	assert.equal(headers.get("x-amzn-errormessage"), message ?? null);
	assert.match(headers.get("x-amzn-requestid") ?? "", uuid);
	assert.ok(headers.get("date"));
}

describe("the wire in development mode", () => {
	let gatehouse: Gatehouse;
	before(async () => {
		gatehouse = await startGatehouse();
	});
	after(() => gatehouse.stop());

	test("an answer has its media type and a request id of its own", async () => {
		const ids = new Set<string>();
		for (let times = 0; times < 3; times++) {
			const { status, headers, json } = await call(gatehouse, "ListUserPools", '{"MaxResults":1}', administrator);
			assert.equal(status, 200);
			assert.deepEqual(json(), { UserPools: [] });
			assert.equal(headers.get("content-type"), "application/x-amz-json-1.1");
			assert.equal(headers.get("x-amzn-errortype"), null);
			assert.match(headers.get("x-amzn-requestid") ?? "", uuid);
			ids.add(headers.get("x-amzn-requestid") ?? "");
		}
		assert.equal(ids.size, 3);
	});

	test("a refusal names its error in the body and in a header, with a colon", async () => {
		const answer = await call(gatehouse, "InitiateAuth", '{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"unknown0","AuthParameters":{}}');
		checkRefusal(answer, "ResourceNotFoundException", "User pool client unknown0 does not exist.");
		checkRefusal(
			await call(gatehouse, "GetUser", "{}"),
			"InvalidParameterException",
			"1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must not be null",
		);
		checkRefusal(await call(gatehouse, "GetUser", '{"AccessToken":"garbage"}'), "NotAuthorizedException", "Invalid Access Token");
	});

	test("an unknown operation, service or target is an UnknownOperationException without a message", async () => {
		for (const target of [targetOf("MakeCoffee"), targetOf("constructor"), "AWSOtherService.ListUserPools", "ListUserPools", "", "."]) {
			checkRefusal(await call(gatehouse, "", "{}", { "x-amz-target": target, ...administrator }), "UnknownOperationException", undefined);
		}
	});

	const notYet = (service: ServiceName, name: string) => `Gatehouse does not have the operation ${name} of ${service} yet.`;

	test("an operation that is not built yet says so by name, of both JSON services", async () => {
		for (const service of ["cognito-idp", "cognito-identity"] as const) {
			for (const name of NOT_YET[service]) {
				const headers = { "x-amz-target": `${serviceModel(service).targetPrefix}.${name}` };
				checkRefusal(await call(gatehouse, name, "{}", headers), "UnknownOperationException", notYet(service, name));
			}
		}
	});

	test("an operation of STS or IAM that is not built yet says so by name, in XML", async () => {
		for (const service of ["sts", "iam"] as const) {
			for (const Action of NOT_YET[service]) {
				const Version = serviceModel(service).version ?? "";
				const response = await fetch(gatehouse.url, { method: "POST", body: new URLSearchParams({ Action, Version }) });
				const { status, headers, text } = await answerOf(response);
				assert.equal(status, 400);
				assert.equal(headers.get("content-type"), "text/xml");
				assert.ok(text.includes(`<ErrorResponse xmlns="https://${service}.amazonaws.com/doc/${Version}/">`), text);
				assert.match(text, /<Type>Sender<\/Type>/);
				assert.ok(text.includes(`<Message>${notYet(service, Action)}</Message>`), text);
				const id = /<RequestId>([^<]*)<\/RequestId>/.exec(text)?.[1] ?? "";
				assert.match(id, uuid);
				assert.equal(headers.get("x-amzn-requestid"), id);
			}
		}
	});

	test("an operation of Cognito Sync that is not built yet says so by name, found by method and path", async () => {
		for (const name of NOT_YET["cognito-sync"]) {
			const { method = "", uri = "" } = findOperation("cognito-sync", name)?.http ?? {};
			const answer = await answerOf(await fetch(gatehouse.url + uri.replaceAll(/\{[^}]*\}/g, "us-east-1:0"), { method }));
			checkRefusal(answer, "UnknownOperationException", notYet("cognito-sync", name));
		}
		const nowhere = await answerOf(await fetch(`${gatehouse.url}/identitypools/us-east-1:0`, { method: "PUT" }));
		checkRefusal(nowhere, "UnknownOperationException", undefined);
	});

	test("an action that the version does not have is an InvalidAction", async () => {
		for (const [Action, Version] of [
			["MakeCoffee", "2011-06-15"],
			["GetCallerIdentity", "2010-05-08"],
			["GetCallerIdentity", "1999-01-01"],
		] as const) {
			const response = await fetch(gatehouse.url, {
				method: "POST",
				headers: administrator,
				body: new URLSearchParams({ Action, Version }),
			});
			const { status, text } = await answerOf(response);
			assert.equal(status, 400);
			assert.match(text, /<Code>InvalidAction<\/Code>/);
			assert.ok(text.includes(`<Message>Could not find operation ${Action} for version ${Version}</Message>`), text);
		}
	});

	test("a body that is not JSON, or no object, is a SerializationException", async () => {
		for (const body of ["", "{", "nonsense", '"text"', "1", '{"MaxResults":1}{}', "\u0000"]) {
			checkRefusal(await call(gatehouse, "ListUserPools", body, administrator), "SerializationException", undefined);
		}
		checkRefusal(
			await call(gatehouse, "ListUserPools", "[]", administrator),
			"SerializationException",
			"Start of list found where not expected",
		);
		checkRefusal(
			await call(gatehouse, "ListUserPools", '{"MaxResults":"1"}', administrator),
			"SerializationException",
			"STRING_VALUE can not be converted to an Integer",
		);
		// What the model does not know is passed over.
		assert.equal((await call(gatehouse, "ListUserPools", '{"MaxResults":1,"Colour":"red"}', administrator)).status, 200);
	});

	test("a body beyond the limit gets 413, one just below it is read", async () => {
		const body = (length: number) => `{"MaxResults":1,"Padding":"${"x".repeat(length - 29)}"}`;
		const largest = body(requestBodyBytesMax);
		assert.equal(Buffer.byteLength(largest), requestBodyBytesMax);
		assert.equal((await call(gatehouse, "ListUserPools", largest, administrator)).status, 200);
		const { status, json, headers } = await call(gatehouse, "ListUserPools", `${largest} `, administrator);
		assert.equal(status, 413);
		assert.equal(json()["__type"], "RequestEntityTooLarge");
		assert.equal(headers.get("x-amzn-errortype"), "RequestEntityTooLarge");
	});

	test("a signed operation without a signature is a MissingAuthenticationTokenException, and with half of one incomplete", async () => {
		const body = '{"MaxResults":1}';
		checkRefusal(await call(gatehouse, "ListUserPools", body), "MissingAuthenticationTokenException", "Missing Authentication Token");
		checkRefusal(
			await call(gatehouse, "ListUserPools", body, { authorization: "Bearer abc" }),
			"MissingAuthenticationTokenException",
			"Missing Authentication Token",
		);
		const halves = [{ authorization: madeUpSignature }, { ...administrator, authorization: "AWS4-HMAC-SHA256 Credential=a/b/c/d/e" }];
		for (const headers of halves) {
			const { status, json } = await call(gatehouse, "ListUserPools", body, headers);
			assert.equal(status, 400);
			assert.equal(json()["__type"], "IncompleteSignatureException");
		}
	});

	test("unsigned operations need no signature, and one that is there does no harm", async () => {
		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const AuthParameters = { USERNAME: "ada", PASSWORD: "Wrong-Horse-7" };
		const body = JSON.stringify({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, AuthParameters });
		for (const headers of [{}, administrator, { authorization: "Bearer abc" }]) {
			checkRefusal(await call(gatehouse, "InitiateAuth", body, headers), "NotAuthorizedException", "Incorrect username or password.");
		}
		assert.ok((await signIn(place, "ada")).AccessToken);
	});

	test("any key is the administrator, of the region that its signature names, however old", async () => {
		const [tokyo, oregon] = ["ap-northeast-1", "us-west-2"].map((region) =>
			gatehouse.clientOf({ region, credentials: { accessKeyId: `KEY${region}`, secretAccessKey: "made-up" } }),
		) as [CognitoIdentityProviderClient, CognitoIdentityProviderClient];
		gatehouse.clock.advance(365 * 24 * 3600 * 1000);
		const { UserPool } = await tokyo.send(new CreateUserPoolCommand({ PoolName: "tokyo" }));
		gatehouse.clock.reset();
		assert.match(UserPool?.Id ?? "", /^ap-northeast-1_/);
		assert.match(UserPool?.Arn ?? "", /^arn:aws:cognito-idp:ap-northeast-1:000000000000:userpool\//);
		const names = async (client: CognitoIdentityProviderClient) =>
			(await client.send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools?.map(({ Name }) => Name);
		assert.deepEqual(await names(tokyo), ["tokyo"]);
		assert.deepEqual(await names(oregon), []);
		assert.match(await refusal(oregon.send(new DescribeUserPoolCommand({ UserPoolId: UserPool?.Id }))), /^ResourceNotFoundException: /);
	});

	test("what broke inside is a 500 with the request id, and no detail", async () => {
		const broken = await startGatehouse({ ports: { keyPairs: { take: () => Promise.reject(new Error("secret detail")) } } });
		const { status, headers, text, json } = await call(broken, "CreateUserPool", '{"PoolName":"any"}', administrator);
		await broken.stop();
		assert.equal(status, 500);
		assert.equal(json()["__type"], "InternalErrorException");
		const id = headers.get("x-amzn-requestid") ?? "";
		assert.match(id, uuid);
		assert.ok(text.includes(id));
		assert.doesNotMatch(text, /secret|detail|\.ts/);
		assert.ok(broken.logged.some((line) => line.includes("secret detail") && line.includes(id)));
	});
});

for (const mode of ["development", "production"] as const) {
	describe(`signatures of the root key in ${mode} mode`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ config: { mode, rootKey, corsOrigins: ["https://admin.example.com"] } });
		});
		after(() => gatehouse.stop());

		const list = new ListUserPoolsCommand({ MaxResults: 1 });
		const mismatch =
			"InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

		test("the right secret is let in, a wrong one is refused", async () => {
			assert.deepEqual((await gatehouse.client.send(list)).UserPools, []);
			const wrong = gatehouse.clientOf({ credentials: { ...rootKey, secretAccessKey: "another" } });
			assert.equal(await refusal(wrong.send(list)), mismatch);
		});

		test("an unknown key, and a session token that nobody gave out", async () => {
			const unknown = gatehouse.clientOf({ credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: rootKey.secretAccessKey } });
			const invalid = "UnrecognizedClientException: The security token included in the request is invalid.";
			if (mode === "production") assert.equal(await refusal(unknown.send(list)), invalid);
			else assert.deepEqual((await unknown.send(list)).UserPools, []);
			const temporary = gatehouse.clientOf({ credentials: { ...rootKey, sessionToken: "made-up" } });
			assert.equal(await refusal(temporary.send(list)), invalid);
		});

		test("another region", async () => {
			const elsewhere = gatehouse.clientOf({ region: "eu-west-1" });
			if (mode === "development") assert.deepEqual((await elsewhere.send(list)).UserPools, []);
			else assert.equal(await refusal(elsewhere.send(list)), "InvalidSignatureException: Credential should be scoped to a valid region. ");
		});

		test("a signature of five minutes is refused, and the SDK sets its clock by ours", async () => {
			gatehouse.clock.advance(6 * 60_000);
			const strict = gatehouse.clientOf({ maxAttempts: 1 });
			assert.match(
				await refusal(strict.send(list)),
				/^InvalidSignatureException: Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
			);
			const adjusting = gatehouse.clientOf({ maxAttempts: 2 });
			const { UserPools, $metadata } = await adjusting.send(list);
			assert.deepEqual([UserPools, $metadata.attempts], [[], 2]);
			gatehouse.clock.reset();
			gatehouse.clock.advance(-6 * 60_000);
			assert.match(await refusal(gatehouse.clientOf({}).send(list)), /^InvalidSignatureException: Signature not yet current: /);
			gatehouse.clock.reset();
		});

		const scope = (changes: Partial<SigningScope> = {}): SigningScope => ({
			region: "us-east-1",
			service: "cognito-idp",
			now: gatehouse.clock.now(),
			...changes,
		});
		const body = '{"MaxResults":1}';
		const headersOf = (operation: string) => ({
			host: new URL(gatehouse.url).host,
			"content-type": "application/x-amz-json-1.1",
			"x-amz-target": targetOf(operation),
		});
		/** Signs one request and sends what `change` makes of it. */
		async function signed(
			change: (request: { headers: Record<string, string>; body: string; path: string }) => void = () => {},
			changes: Partial<SigningScope> = {},
		): Promise<Answer> {
			const headers = headersOf("ListUserPools");
			const request = { method: "POST", target: "/", headers: Object.entries(headers), body: Buffer.from(body) };
			const sent = { headers: { ...headers, ...Object.fromEntries(sign(request, rootKey, scope(changes))) }, body, path: "/" };
			change(sent);
			return answerOf(await fetch(`${gatehouse.url}${sent.path}`, { method: "POST", headers: sent.headers, body: sent.body }));
		}
		const refused = async (answer: Promise<Answer>) => {
			const { status, json } = await answer;
			assert.equal(status, 400);
			return `${String(json()["__type"])}: ${String(json()["message"])}`;
		};

		test("a request signed by hand is let in as it is, and refused with any part of it changed", async () => {
			assert.equal((await signed()).status, 200);
			const changes: Readonly<Record<string, Parameters<typeof signed>[0]>> = {
				body: (sent) => {
					sent.body = '{"MaxResults":2}';
				},
				"content type": (sent) => {
					sent.headers["content-type"] = "application/json";
				},
				target: (sent) => {
					sent.headers["x-amz-target"] = "AWSCognitoIdentityProviderService.CreateUserPool";
					sent.body = '{"PoolName":"stolen"}';
				},
				query: (sent) => {
					sent.path = "/?extra=1";
				},
				signature: (sent) => {
					sent.headers["Authorization"] = (sent.headers["Authorization"] ?? "").replace(/.$/, (last) => (last === "0" ? "1" : "0"));
				},
				date: (sent) => {
					sent.headers["X-Amz-Date"] = (sent.headers["X-Amz-Date"] ?? "").replace(
						/(\d)Z$/,
						(_, second: string) => `${second === "0" ? 1 : 0}Z`,
					);
				},
			};
			for (const [part, change] of Object.entries(changes)) assert.equal(await refused(signed(change)), mismatch, part);
			const added = await refused(
				signed((sent) => {
					sent.headers["x-amz-meta"] = "added";
				}),
			);
			assert.equal(added, "InvalidSignatureException: 'X-Amz-Meta' must be a 'SignedHeader' in the AWS Authorization.");
			assert.deepEqual((await gatehouse.client.send(list)).UserPools, []);
		});

		test("a signature for another service is refused", async () => {
			assert.equal(
				await refused(signed(undefined, { service: "sts" })),
				"InvalidSignatureException: Credential should be scoped to correct service: 'cognito-idp'. ",
			);
		});

		test("GetCallerIdentity says who the key is, by the SDK and as a presigned URL that any other system may call", async () => {
			const sts = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", credentials: rootKey, maxAttempts: 1 });
			const { $metadata, ...identity } = await sts.send(new GetCallerIdentityCommand({}));
			assert.deepEqual(identity, { Account: "000000000000", Arn: "arn:aws:iam::000000000000:root", UserId: "000000000000" });
			assert.match($metadata.requestId ?? "", uuid);
			sts.destroy();

			const target = "/?Action=GetCallerIdentity&Version=2011-06-15";
			const headers: [string, string][] = [
				["host", new URL(gatehouse.url).host],
				["x-k8s-aws-id", "cluster"],
			];
			const url = presign({ method: "GET", target, headers, body: new Uint8Array() }, rootKey, {
				...scope({ service: "sts" }),
				expiresSeconds: 60,
			});
			const get = async (path: string, id = "cluster") =>
				answerOf(await fetch(`${gatehouse.url}${path}`, { headers: { "x-k8s-aws-id": id } }));
			const { status, headers: answered, text } = await get(url);
			assert.equal(status, 200);
			assert.equal(answered.get("content-type"), "text/xml");
			assert.match(text, /<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">/);
			assert.match(text, /<Arn>arn:aws:iam::000000000000:root<\/Arn>/);

			for (const [changed, id] of [
				[url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"), "cluster"],
				[url, "another"],
			] as const) {
				const refusal = await get(changed, id);
				assert.equal(refusal.status, 403);
				assert.match(refusal.text, /<Code>SignatureDoesNotMatch<\/Code>/);
			}
			gatehouse.clock.advance(61_000);
			const late = await get(url);
			gatehouse.clock.reset();
			assert.equal(late.status, 403);
			assert.match(late.text, /<Message>Signature expired: /);
		});

		test("STS refuses in XML, with its own codes", async () => {
			const attempt = (credentials: typeof rootKey) => {
				const sts = new STSClient({ endpoint: gatehouse.url, region: "us-east-1", credentials, maxAttempts: 1 });
				return refusal(sts.send(new GetCallerIdentityCommand({})).finally(() => sts.destroy()));
			};
			assert.match(
				await attempt({ ...rootKey, secretAccessKey: "another" }),
				/^SignatureDoesNotMatch: The request signature we calculated/,
			);
			const unknown = await attempt({ ...rootKey, accessKeyId: "AKIAUNKNOWN" });
			if (mode === "production") assert.equal(unknown, "InvalidClientTokenId: The security token included in the request is invalid.");
			else assert.equal(unknown, "not refused");
			const unsigned = await fetch(gatehouse.url, {
				method: "POST",
				body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }),
			});
			assert.equal(unsigned.status, 403);
			assert.match(await unsigned.text(), /<Code>MissingAuthenticationToken<\/Code>/);
		});

		test("the key is in no log", () => {
			assert.ok(gatehouse.logged.length > 10);
			assert.doesNotMatch(gatehouse.logged.join("\n"), new RegExp(rootKey.secretAccessKey));
		});
	});
}

test("production has none of development's calls on its public port", async (t) => {
	const gatehouse = await startGatehouse({ config: { mode: "production", rootKey } });
	t.after(() => gatehouse.stop());
	for (const [method, path] of [
		["GET", "inbox"],
		["POST", "clock"],
		["POST", "reset"],
		["GET", "metrics"],
		["GET", "ready"],
	] as const) {
		assert.equal((await fetch(`${gatehouse.url}/_gatehouse/${path}`, { method })).status, 404, path);
	}
});
