/** CustomEmailSender and CustomSMSSender: a real function decrypts the code with the AWS Encryption SDK and mails it through a real server. */
import assert, { deepEqual, equal, match, ok } from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
	AdminCreateUserCommand,
	AdminResetUserPasswordCommand,
	ConfirmForgotPasswordCommand,
	ConfirmSignUpCommand,
	ForgotPasswordCommand,
	GetUserAttributeVerificationCodeCommand,
	InitiateAuthCommand,
	ResendConfirmationCodeCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
	UpdateUserAttributesCommand,
	VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CreateKeyCommand, DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { SMTPServer } from "smtp-server";
import { createClock } from "../../src/adapters/clock.ts";
import { createFunctions, type RunningFunctions } from "../../src/adapters/functions/functions.ts";
import { createKmsApi } from "../../src/adapters/kms-api.ts";
import { createRandom } from "../../src/adapters/random.ts";
import { createUnavailable } from "../../src/adapters/unavailable.ts";
import type { Log } from "../../src/kernel/ports.ts";
import { assertEvent } from "../support/functions.ts";
import { type Engine, engines, type Gatehouse, type GatehouseOptions, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, type Place, password, refusal } from "../support/people.ts";

const fixtures = fileURLToPath(new URL("../fixtures/custom-senders", import.meta.url));
const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
const anyKey = { accessKeyId: "any", secretAccessKey: "any" };
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const newPassword = "Battery-Staple-8";
/** Nobody waits for what never comes. */
const deadlineMilliseconds = 20_000;

/** What the function mailed. */
interface Mailed {
	readonly to: string;
	readonly code?: string;
	readonly context?: Record<string, string>;
	readonly event: {
		readonly triggerSource: string;
		readonly request: { readonly code: string | null; readonly userAttributes: Record<string, string> };
	};
}

type Happening = { readonly mail: Mailed } | { readonly failure: string };

/** What became of events, in its order: a mail, or the function's failure. */
const happened: Happening[] = [];
const waiting: ((each: Happening) => void)[] = [];

function happens(each: Happening): void {
	const next = waiting.shift();
	if (next === undefined) happened.push(each);
	else next(each);
}

function nextHappening(): Promise<Happening> {
	const first = happened.shift();
	if (first !== undefined) return Promise.resolve(first);
	return new Promise((resolve, reject) => {
		const deadline = setTimeout(() => reject(new Error("no function mailed, and none failed")), deadlineMilliseconds);
		waiting.push((each) => {
			clearTimeout(deadline);
			resolve(each);
		});
	});
}

async function nextMail(): Promise<Mailed> {
	const next = await nextHappening();
	return "mail" in next ? next.mail : assert.fail(next.failure);
}

async function nextFailure(): Promise<string> {
	const next = await nextHappening();
	return "failure" in next ? next.failure : assert.fail(`${next.mail.to} got a mail`);
}

const sink = new SMTPServer({
	authOptional: true,
	disabledCommands: ["AUTH", "STARTTLS"],
	onData(stream, session, done) {
		const chunks: Buffer[] = [];
		stream.on("data", (chunk: Buffer) => chunks.push(chunk));
		stream.on("end", () => {
			const body = Buffer.concat(chunks).toString().split("\r\n\r\n").slice(1).join("");
			happens({ mail: { to: session.envelope.rcptTo[0]?.address ?? "", ...JSON.parse(Buffer.from(body, "base64").toString()) } });
			done();
		});
	},
});

interface Stage {
	readonly gatehouse: Gatehouse;
	readonly functions: RunningFunctions;
	readonly kms: KMSClient;
	createKey(): Promise<string>;
	/** Installs the function under a name, for one key. */
	install(name: string, keyArn: string, variables?: string): void;
	close(): Promise<void>;
}

async function openStage(
	engine: Engine,
	options: Omit<GatehouseOptions, "engine"> = {},
	credentials: { accessKeyId: string; secretAccessKey: string } | undefined = anyKey,
): Promise<Stage> {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-senders-"));
	symlinkSync(packages, join(folder, "node_modules"));
	const silent = () => {};
	const warn = (facts: object, message: string) => {
		if (message === "a function failed" || message === "a function gave no answer") happens({ failure: JSON.stringify(facts) });
	};
	const log: Log = { debug: silent, info: silent, warn, error: warn };
	const functions = createFunctions({
		folder,
		lambdaEndpoint: undefined,
		ownEndpoint: () => gatehouse.url,
		credentials,
		clock: createClock(),
		random: createRandom(),
		log,
	});
	const gatehouse: Gatehouse = await startGatehouse({ engine, ...options, ports: { functions, ...options.ports } });
	const kms = new KMSClient({ endpoint: gatehouse.url, region: "us-east-1", credentials: gatehouse.config.rootKey ?? anyKey });
	return {
		gatehouse,
		functions,
		kms,
		createKey: async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "",
		install(name, keyArn, variables = "") {
			mkdirSync(join(folder, name));
			cpSync(join(fixtures, "Sender", "index.mjs"), join(folder, name, "index.mjs"));
			const { port } = sink.server.address() as AddressInfo;
			writeFileSync(
				join(folder, name, ".env"),
				`KEY_ID=${keyArn.split("/")[1]}\nKEY_ARN=${keyArn}\nSMTP_URL=smtp://127.0.0.1:${port}\n${variables}`,
			);
		},
		async close() {
			await functions.close();
			kms.destroy();
			await gatehouse.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

type Channel = "email" | "sms";

/** A pool whose messages of that kind a function sends, with passwords and codes as first factors. */
function createSenderPlace({ gatehouse }: Stage, channel: Channel, keyArn: string, name = "Sender"): Promise<Place> {
	const sender = { LambdaVersion: "V1_0", LambdaArn: functionArn(name) } as const;
	return createPlace(
		gatehouse,
		{
			AutoVerifiedAttributes: [channel === "email" ? "email" : "phone_number"],
			LambdaConfig: { KMSKeyID: keyArn, [channel === "email" ? "CustomEmailSender" : "CustomSMSSender"]: sender },
			Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", channel === "email" ? "EMAIL_OTP" : "SMS_OTP"] } },
			...(channel === "email"
				? {
						EmailConfiguration: {
							EmailSendingAccount: "DEVELOPER",
							SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/a@example.com",
						},
					}
				: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } }),
		},
		{
			ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
			PreventUserExistenceErrors: "ENABLED",
		},
	);
}

before(() => new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve)));
after(() => sink.close());

for (const engine of engines) {
	describe(`custom senders (${engine})`, () => {
		let stage: Stage;
		let keyArn: string;
		before(async () => {
			stage = await openStage(engine);
			keyArn = await stage.createKey();
			stage.install("Sender", keyArn);
		});
		after(() => stage.close());

		for (const channel of ["email", "sms"] as const) {
			test(`the function mails every code that goes by ${channel}, and each is taken`, async () => {
				const { client, logged } = stage.gatehouse;
				const place = await createSenderPlace(stage, channel, keyArn);
				const { ClientId, UserPoolId } = place;
				const isEmail = channel === "email";
				const Name = isEmail ? "email" : "phone_number";
				const [first, second] = isEmail ? ["ann@example.com", "ann@example.org"] : ["+15550000001", "+15550000002"];
				const codes: string[] = [];
				const names = { userPoolId: UserPoolId, clientId: ClientId };
				/** The next mail, whose event must be exactly that of this occasion. */
				const mailed = async (occasion: string, address: string) => {
					const mail = await nextMail();
					equal(mail.to, isEmail ? address : `${address}@sms.example.com`);
					const { code, userAttributes } = mail.event.request;
					// Message of version 1, suite 0x0378, as captured from Cognito: such codes begin with AYADe.
					match(code ?? "", /^AYADe/);
					const named = { ...names, sub: userAttributes["sub"] ?? "", code: code ?? "" };
					assertEvent(`${isEmail ? "CustomEmailSender" : "CustomSMSSender"}_${occasion}`, mail.event, named);
					codes.push(mail.code ?? "");
					return mail;
				};
				const metadata = { ClientMetadata: { from: "a test" } };

				const ann = { ClientId, Username: "ann", ...metadata };
				await client.send(new SignUpCommand({ ...ann, Password: password, UserAttributes: [{ Name, Value: first }] }));
				const { context, code } = await mailed("SignUp", first);
				match(code ?? "", /^\d{6}$/);
				equal(context?.["userpool-id"], UserPoolId);

				await client.send(new ResendConfirmationCodeCommand(ann));
				const confirmation = await mailed("ResendCode", first);
				await client.send(new ConfirmSignUpCommand({ ...ann, ConfirmationCode: confirmation.code ?? "" }));

				await client.send(new ForgotPasswordCommand(ann));
				const reset = await mailed("ForgotPassword", first);
				await client.send(new ConfirmForgotPasswordCommand({ ...ann, ConfirmationCode: reset.code ?? "", Password: newPassword }));

				const USERNAME = "ann";
				const signedIn = await client.send(
					new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD: newPassword } }),
				);
				const { AccessToken = "" } = signedIn.AuthenticationResult ?? {};
				await client.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name, Value: second }], ...metadata }));
				const update = await mailed("UpdateUserAttribute", second);
				await client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: Name, Code: update.code ?? "" }));
				await client.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: Name, ...metadata }));
				const verification = await mailed("VerifyUserAttribute", second);
				await client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: Name, Code: verification.code ?? "" }));

				const challenge = isEmail ? "EMAIL_OTP" : "SMS_OTP";
				const AuthParameters = { USERNAME, PREFERRED_CHALLENGE: challenge };
				const { Session } = await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters, ...metadata }));
				const otp = await mailed("Authentication", second);
				const answer = await client.send(
					new RespondToAuthChallengeCommand({
						ClientId,
						ChallengeName: challenge,
						Session,
						ChallengeResponses: { USERNAME, [`${challenge}_CODE`]: otp.code ?? "" },
					}),
				);
				ok(answer.AuthenticationResult?.AccessToken);

				const choice = await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters: { USERNAME } }));
				await client.send(
					new RespondToAuthChallengeCommand({
						...{ ClientId, ...metadata, Session: choice.Session, ChallengeName: "SELECT_CHALLENGE" },
						ChallengeResponses: { USERNAME, ANSWER: challenge },
					}),
				);
				await mailed("Authentication-answer", second);

				await client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "ann", ...metadata }));
				await mailed("ForgotPassword-admin", second);
				await client.send(
					new AdminCreateUserCommand({
						...{ UserPoolId, Username: "cal", TemporaryPassword: password, DesiredDeliveryMediums: [isEmail ? "EMAIL" : "SMS"] },
						...{ UserAttributes: [{ Name, Value: first }], ...metadata },
					}),
				);
				await mailed("AdminCreateUser", first);

				// None of it went the pool's usual way, and no code is in the log.
				deepEqual(stage.gatehouse.inbox(), []);
				for (const secret of codes) ok(!logged.some((line) => line.includes(secret)));
			});
		}

		test("a temporary password comes HTML-escaped, and unescaped it signs in", async () => {
			const { client } = stage.gatehouse;
			const { ClientId, UserPoolId } = await createSenderPlace(stage, "email", keyArn);
			const TemporaryPassword = "Tem<p>&lt;'\"-7";
			const invite = (Username: string, given?: string) =>
				client.send(
					new AdminCreateUserCommand({
						UserPoolId,
						Username,
						UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }],
						DesiredDeliveryMediums: ["EMAIL"],
						...(given && { TemporaryPassword: given }),
					}),
				);
			await invite("bob", TemporaryPassword);
			const mail = await nextMail();
			equal(mail.event.triggerSource, "CustomEmailSender_AdminCreateUser");
			equal(mail.code, "Tem&lt;p&gt;&amp;lt;'\"-7");
			const PASSWORD = (mail.code ?? "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
			const answer = await client.send(
				new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "bob", PASSWORD } }),
			);
			equal(answer.ChallengeName, "NEW_PASSWORD_REQUIRED");

			// Who has no password is invited without a code.
			await invite("eve");
			const invitation = await nextMail();
			deepEqual([invitation.to, invitation.code, invitation.event.request.code], ["eve@example.com", undefined, null]);
		});

		test("a name that nobody has gets the answer of one that somebody has, and no function is called", async () => {
			const { client } = stage.gatehouse;
			const { ClientId } = await createSenderPlace(stage, "email", keyArn);
			const nobody = await client.send(new ForgotPasswordCommand({ ClientId, Username: "nobody" }));
			equal(nobody.CodeDeliveryDetails?.DeliveryMedium, "EMAIL");
			// The next mail is somebody else's.
			await client.send(
				new SignUpCommand({
					ClientId,
					Username: "carl",
					Password: password,
					UserAttributes: [{ Name: "email", Value: "carl@example.com" }],
				}),
			);
			equal((await nextMail()).to, "carl@example.com");
		});

		test("the wrong key, a changed message and another pool's context don't open", async () => {
			const { client } = stage.gatehouse;
			const { ClientId, UserPoolId } = await createSenderPlace(stage, "email", keyArn);
			const other = await createSenderPlace(stage, "email", keyArn);
			stage.install("Wrong", await stage.createKey());
			await client.send(
				new SignUpCommand({
					ClientId,
					Username: "dora",
					Password: password,
					UserAttributes: [{ Name: "email", Value: "dora@example.com" }],
				}),
			);
			const { event } = await nextMail();
			const message = Buffer.from(event.request.code ?? "", "base64");
			const outcome = (name: string, changed: Buffer) =>
				stage.functions.invoke(
					functionArn(name),
					{ ...event, request: { ...event.request, code: changed.toString("base64") } },
					{ wait: true },
				);
			const fails = async (name: string, changed: Buffer, reason: RegExp) => {
				const answer = await outcome(name, changed);
				equal(answer.kind, "failed");
				match(answer.kind === "failed" ? answer.errorMessage : "", reason);
				await nextFailure();
			};
			const flipped = (at: number) => Buffer.from(message).fill((message[at] ?? 0) ^ 1, at, at + 1);
			// A keyring tries no key but its own, so the message gives it nothing.
			await fails("Wrong", message, /unencryptedDataKey has not been set|data key/i);
			await fails("Sender", flipped(message.length - 1), /signature/i);
			const keyAt = message.indexOf(keyArn) + keyArn.length + 2;
			await fails("Sender", flipped(keyAt + 80), /InvalidCiphertextException/);
			const relabelled = Buffer.from(message);
			relabelled.set(Buffer.from(other.UserPoolId), message.indexOf(UserPoolId));
			equal(other.UserPoolId.length, UserPoolId.length);
			await fails("Sender", relabelled, /InvalidCiphertextException/);
			equal((await outcome("Sender", message)).kind, "answered");
			equal((await nextMail()).to, "dora@example.com");
			// The data key itself is bound to the pool too.
			const dataKey = message.subarray(keyAt, keyAt + message.readUInt16BE(keyAt - 2));
			const EncryptionContext = { "userpool-id": other.UserPoolId };
			match(
				await refusal(stage.kms.send(new DecryptCommand({ CiphertextBlob: dataKey, EncryptionContext }))),
				/^InvalidCiphertextException/,
			);
		});

		test("a key or a function that is not there fails the call, the user stays, and a new code is sent once it is there", async () => {
			const { client, logged } = stage.gatehouse;
			const missing = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";
			const signUp = (place: Place, Username: string) =>
				client.send(
					new SignUpCommand({
						ClientId: place.ClientId,
						Username,
						Password: password,
						UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }],
					}),
				);
			const keyless = await createSenderPlace(stage, "email", missing);
			equal(await refusal(signUp(keyless, "fay")), "CodeDeliveryFailureException: The message could not be delivered.");
			ok(logged.some((line) => line.includes(`Key '${missing}' does not exist`)));
			const late = await createSenderPlace(stage, "email", keyArn, "Late");
			equal(await refusal(signUp(late, "gus")), "UnexpectedLambdaException: CustomEmailSender invocation failed due to error absent.");
			stage.install("Late", keyArn);
			await client.send(new ResendConfirmationCodeCommand({ ClientId: late.ClientId, Username: "gus" }));
			const { code = "" } = await nextMail();
			await client.send(new ConfirmSignUpCommand({ ClientId: late.ClientId, Username: "gus", ConfirmationCode: code }));
		});
	});
}

test("in production a function decrypts with a key that is known here and with no other, and no mail server is needed", async (t) => {
	const rootKey = { accessKeyId: "ROOTROOTROOTROOT", secretAccessKey: "a-secret-of-the-root-key" };
	const options = { config: { mode: "production", rootKey }, ports: { mail: createUnavailable("GATEHOUSE_SMTP_URL") } } as const;
	const stage = await openStage("sqlite", options, { accessKeyId: "SOMEBODYSOMEBODY", secretAccessKey: "a-secret-of-somebody" });
	t.after(() => stage.close());
	const keyArn = await stage.createKey();
	stage.install("Sender", keyArn);
	stage.install("Known", keyArn, `AWS_ACCESS_KEY_ID=${rootKey.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${rootKey.secretAccessKey}\n`);
	const signUp = async (name: string, Username: string) => {
		const { ClientId } = await createSenderPlace(stage, "email", keyArn, name);
		const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
		await stage.gatehouse.client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes }));
	};
	await signUp("Sender", "hal");
	match(await nextFailure(), /UnrecognizedClientException/);
	await signUp("Known", "ida");
	equal((await nextMail()).to, "ida@example.com");
});

test("with another KMS its keys encrypt the codes, and the function asks it", async (t) => {
	const elsewhere = await startGatehouse({ config: { region: "eu-west-1" } });
	const kms = new KMSClient({ endpoint: elsewhere.url, region: "eu-west-1", credentials: anyKey });
	const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
	const keyArn = KeyMetadata?.Arn ?? "";
	process.env["AWS_ACCESS_KEY_ID"] = "any";
	process.env["AWS_SECRET_ACCESS_KEY"] = "any";
	const keyService = createKmsApi(elsewhere.url);
	const stage = await openStage("sqlite", { ports: { keyService } });
	t.after(async () => {
		kms.destroy();
		keyService.close();
		await stage.close();
	});
	stage.install("Sender", keyArn, `AWS_ENDPOINT_URL_KMS=${elsewhere.url}\n`);
	const { ClientId } = await createSenderPlace(stage, "email", keyArn);
	const signUp = (Username: string) => {
		const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
		return stage.gatehouse.client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes }));
	};
	await signUp("jan");
	match((await nextMail()).code ?? "", /^\d{6}$/);
	// Nothing of it is the built-in KMS's.
	match(await refusal(stage.kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from([1]), KeyId: keyArn }))), /^NotFoundException: /);
	await elsewhere.stop();
	equal(await refusal(signUp("kim")), "CodeDeliveryFailureException: The message could not be delivered.");
});
