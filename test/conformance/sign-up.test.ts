import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminGetUserCommand,
	ConfirmSignUpCommand,
	type CreateUserPoolCommandInput,
	DescribeUserPoolCommand,
	InitiateAuthCommand,
	ResendConfirmationCodeCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Undeliverable } from "../../src/kernel/undeliverable.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { attributesOf, createClient, createPool, goodPassword, outcomes, refuses, signUp } from "../support/user-pools.ts";

const verifiesEmail: Partial<CreateUserPoolCommandInput> = { AutoVerifiedAttributes: ["email"] };
const sendsSms: Partial<CreateUserPoolCommandInput> = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } };
const hides = { PreventUserExistenceErrors: "ENABLED" } as const;

for (const engine of engines) {
	describe(`Sign-up on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		const confirm = (clientId: string, username: string, code: string, force = false) =>
			gatehouse.client.send(
				new ConfirmSignUpCommand({ ClientId: clientId, Username: username, ConfirmationCode: code, ForceAliasCreation: force }),
			);
		const resend = (clientId: string, username: string) =>
			gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId: clientId, Username: username }));
		const get = (userPoolId: string, username: string) =>
			gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: username }));
		const wrong = (code: string) => (code === "123456" ? "654321" : "123456");

		test("A user who signs up, confirms by the mailed code and signs in is CONFIRMED with a verified address", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			const { $metadata: _, ...answer } = await signUp(gatehouse, client.id, "ann", { email: "ann@example.com" });
			assert.deepEqual(Object.keys(answer).sort(), ["CodeDeliveryDetails", "UserConfirmed", "UserSub"]);
			assert.equal(answer.UserConfirmed, false);
			assert.deepEqual(answer.CodeDeliveryDetails, { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" });
			const before = await get(pool, "ann");
			assert.equal(before.UserStatus, "UNCONFIRMED");
			assert.deepEqual(attributesOf({ Attributes: before.UserAttributes }), {
				sub: answer.UserSub,
				email_verified: "false",
				email: "ann@example.com",
			});
			const [mail] = gatehouse.inbox({ to: "ann@example.com" });
			assert.match(mail?.code ?? "", /^\d{6}$/);
			assert.equal(mail?.trigger, "CustomMessage_SignUp");
			assert.equal(mail?.username, "ann");
			assert.ok(mail?.text.includes(mail.code ?? "?") && mail.html?.includes(mail.code ?? "?"));
			await confirm(client.id, "ann", gatehouse.code("ann@example.com"));
			const user = await get(pool, "ann");
			assert.equal(user.UserStatus, "CONFIRMED");
			assert.equal(attributesOf({ Attributes: user.UserAttributes })["email_verified"], "true");
			const signIn = new InitiateAuthCommand({
				ClientId: client.id,
				AuthFlow: "USER_PASSWORD_AUTH",
				AuthParameters: { USERNAME: "ann", PASSWORD: goodPassword },
			});
			assert.ok((await gatehouse.client.send(signIn)).AuthenticationResult?.AccessToken);
			await refuses(
				confirm(client.id, "ann", gatehouse.code("ann@example.com")),
				"NotAuthorizedException",
				"User cannot be confirmed. Current status is CONFIRMED",
			);
			await refuses(resend(client.id, "ann"), "InvalidParameterException", "User is already confirmed.");
		});

		test("SignUp sends nothing and has no CodeDeliveryDetails where no auto-verified attribute was supplied", async () => {
			const pool = await createPool(gatehouse, { ...sendsSms, AutoVerifiedAttributes: ["phone_number"] });
			const client = await createClient(gatehouse, pool);
			const { $metadata: _, ...answer } = await signUp(gatehouse, client.id, "bob", { email: "bob@nowhere.example" });
			assert.deepEqual(Object.keys(answer).sort(), ["UserConfirmed", "UserSub"]);
			assert.deepEqual(gatehouse.inbox({ to: "bob@nowhere.example" }), []);
		});

		test("A pool that verifies both addresses sends the code to the telephone number alone", async () => {
			const pool = await createPool(gatehouse, {
				...sendsSms,
				AutoVerifiedAttributes: ["email", "phone_number"],
				SmsVerificationMessage: "Gate: {####}",
			});
			const client = await createClient(gatehouse, pool);
			const answer = await signUp(gatehouse, client.id, "cleo", { email: "cleo@example.com", phone_number: "+15550001234" });
			assert.deepEqual(answer.CodeDeliveryDetails, { AttributeName: "phone_number", DeliveryMedium: "SMS", Destination: "+*******1234" });
			assert.deepEqual(gatehouse.inbox({ to: "cleo@example.com" }), []);
			const code = gatehouse.code("+15550001234");
			assert.equal(gatehouse.inbox({ to: "+15550001234" })[0]?.text, `Gate: ${code}`);
			await confirm(client.id, "cleo", code);
			const attributes = attributesOf({ Attributes: (await get(pool, "cleo")).UserAttributes });
			assert.equal(attributes["phone_number_verified"], "true");
			assert.equal(attributes["email_verified"], "false");
		});

		test("The mail is the pool's template with the code, from and reply-to addresses of the pool, and what users write is escaped", async () => {
			const pool = await createPool(gatehouse, {
				...verifiesEmail,
				VerificationMessageTemplate: { EmailMessage: "<p>Hello {username}</p>Code&nbsp;<b>{####}</b>", EmailSubject: "Welcome" },
				EmailConfiguration: { From: "Gate <gate@example.com>", ReplyToEmailAddress: "help@example.com" },
			});
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "<b>{####}</b>", { email: "dee@example.com" });
			const [mail] = gatehouse.inbox({ to: "dee@example.com" });
			const code = mail?.code ?? "";
			assert.equal(mail?.subject, "Welcome");
			assert.equal(mail?.html, `<p>Hello &lt;b&gt;{####}&lt;/b&gt;</p>Code&nbsp;<b>${code}</b>`);
			assert.equal(mail?.text, `Hello <b>{####}</b>\nCode ${code}`);
		});

		test("SignUp refuses a taken username, and of ten racing requests for one name exactly one succeeds", async () => {
			const pool = await createPool(gatehouse);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "eve");
			await refuses(signUp(gatehouse, client.id, "eve"), "UsernameExistsException", "User already exists");
			await signUp(gatehouse, client.id, "EVE");
			const racing = Array.from({ length: 10 }, () => signUp(gatehouse, client.id, "fay"));
			assert.deepEqual(await outcomes(racing), [...Array(9).fill("UsernameExistsException"), "ok"]);
			const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.equal(UserPool?.EstimatedNumberOfUsers, 3);
		});

		test("A pool that is not case sensitive folds usernames, and shows them and addresses in lower case", async () => {
			const pool = await createPool(gatehouse, { ...verifiesEmail, UsernameConfiguration: { CaseSensitive: false } });
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "GiNa", { email: "Gina@Example.COM" });
			await refuses(signUp(gatehouse, client.id, "gINA"), "UsernameExistsException", "User already exists");
			const user = await get(pool, "GINA");
			assert.equal(user.Username, "gina");
			assert.equal(attributesOf({ Attributes: user.UserAttributes })["email"], "gina@example.com");
			await confirm(client.id, "gInA", gatehouse.code("gina@example.com"));
		});

		test("In a pool with username attributes the username is the sub, and the address signs up, confirms and is unique", async () => {
			const pool = await createPool(gatehouse, { ...verifiesEmail, UsernameAttributes: ["email", "phone_number"] });
			const client = await createClient(gatehouse, pool);
			const { UserSub } = await signUp(gatehouse, client.id, "hal@example.com");
			const user = await get(pool, "hal@example.com");
			assert.equal(user.Username, UserSub);
			assert.equal(attributesOf({ Attributes: user.UserAttributes })["email"], "hal@example.com");
			assert.equal((await get(pool, UserSub ?? "")).Username, UserSub);
			await refuses(
				signUp(gatehouse, client.id, "hal@example.com"),
				"UsernameExistsException",
				"An account with the given email already exists.",
			);
			await signUp(gatehouse, client.id, "+15550001111");
			await refuses(
				signUp(gatehouse, client.id, "+15550001111"),
				"UsernameExistsException",
				"An account with the given phone_number already exists.",
			);
			await refuses(
				signUp(gatehouse, client.id, "hal"),
				"InvalidParameterException",
				"Username should be either an email or a phone number.",
			);
			await confirm(client.id, "hal@example.com", gatehouse.code("hal@example.com"));
			const other = "User email should be empty or same as username, since username attribute is email.";
			await refuses(signUp(gatehouse, client.id, "ivy@example.com", { email: "hal2@example.com" }), "InvalidParameterException", other);
			await signUp(gatehouse, client.id, "ivy@example.com", { email: "ivy@example.com", phone_number: "+15550002222" });
			await signUp(gatehouse, client.id, "jan@example.com", { email: "" });
			const folding = await createPool(gatehouse, { UsernameAttributes: ["email"], UsernameConfiguration: { CaseSensitive: false } });
			await signUp(gatehouse, (await createClient(gatehouse, folding)).id, "Kim@example.com", { email: "kim@EXAMPLE.com" });
			const onlyEmail = await createClient(gatehouse, await createPool(gatehouse, { UsernameAttributes: ["email"] }));
			await refuses(signUp(gatehouse, onlyEmail.id, "+15550001111"), "InvalidParameterException", "Username should be an email.");
			const onlyPhone = await createClient(gatehouse, await createPool(gatehouse, { UsernameAttributes: ["phone_number"] }));
			await refuses(signUp(gatehouse, onlyPhone.id, "a@b.example"), "InvalidParameterException", "Username should be a phone number.");
		});

		test("A pool with aliases refuses usernames that look like one, and aliases are unique only once they are verified", async () => {
			const pool = await createPool(gatehouse, { ...verifiesEmail, AliasAttributes: ["email", "phone_number", "preferred_username"] });
			const client = await createClient(gatehouse, pool);
			await refuses(
				signUp(gatehouse, client.id, "ida@example.com"),
				"InvalidParameterException",
				"Username cannot be of email format, since user pool is configured for email alias.",
			);
			await refuses(
				signUp(gatehouse, client.id, "+15550002222"),
				"InvalidParameterException",
				/^Username cannot be of phone number format/,
			);
			await refuses(signUp(gatehouse, client.id, "ida", { preferred_username: "i" }), "InvalidParameterException");
			await signUp(gatehouse, client.id, "ida", { email: "ida@example.com" });
			await refuses(get(pool, "ida@example.com"), "UserNotFoundException", "User does not exist.");
			await confirm(client.id, "ida", gatehouse.code("ida@example.com"));
			assert.equal((await get(pool, "ida@example.com")).Username, "ida");

			await signUp(gatehouse, client.id, "imposter", { email: "ida@example.com" });
			const code = gatehouse.code("ida@example.com");
			await refuses(confirm(client.id, "imposter", code), "AliasExistsException", "An account with the email already exists.");
			assert.equal((await get(pool, "imposter")).UserStatus, "UNCONFIRMED");
			await confirm(client.id, "imposter", code, true);
			assert.equal((await get(pool, "ida@example.com")).Username, "imposter");
			assert.equal(attributesOf({ Attributes: (await get(pool, "ida")).UserAttributes })["email_verified"], "false");
		});

		test("Nobody can sign up under another user's sub or preferred username, and so answer in its stead", async () => {
			const pool = await createPool(gatehouse, { AliasAttributes: ["preferred_username"] });
			const client = await createClient(gatehouse, pool);
			const { UserSub } = await signUp(gatehouse, client.id, "jan");
			await refuses(signUp(gatehouse, client.id, UserSub ?? ""), "UsernameExistsException");
			const attributes = [{ Name: "preferred_username", Value: "captain" }];
			await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId: pool, Username: "kim", UserAttributes: attributes }));
			assert.equal((await get(pool, "captain")).Username, "kim");
			await refuses(signUp(gatehouse, client.id, "captain"), "UsernameExistsException");
		});

		test("SignUp names the first rule of the password policy that is broken", async () => {
			const pool = await createPool(gatehouse);
			const client = await createClient(gatehouse, pool);
			const attempt = (Password: string | undefined) =>
				gatehouse.client.send(new SignUpCommand({ ClientId: client.id, Username: "lee", Password }));
			const text = (reason: string) => `Password did not conform with policy: ${reason}`;
			await refuses(attempt("Ab1!"), "InvalidPasswordException", text("Password not long enough"));
			await refuses(attempt("abcdefg1!"), "InvalidPasswordException", text("Password must have uppercase characters"));
			await refuses(attempt("ABCDEFG1!"), "InvalidPasswordException", text("Password must have lowercase characters"));
			await refuses(attempt("Abcdefgh!"), "InvalidPasswordException", text("Password must have numeric characters"));
			await refuses(attempt("Abcdefgh1"), "InvalidPasswordException", text("Password must have symbol characters"));
			await refuses(attempt(undefined), "InvalidParameterException");
			await refuses(get(pool, "lee"), "UserNotFoundException");
		});

		test("SignUp checks attributes against the schema, their formats and what the client may write", async () => {
			const pool = await createPool(gatehouse, {
				Schema: [
					{ Name: "email", Required: true, AttributeDataType: "String", Mutable: true },
					{ Name: "level", AttributeDataType: "Number", Mutable: true, NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" } },
					{ Name: "nick", AttributeDataType: "String", Mutable: true, StringAttributeConstraints: { MinLength: "2", MaxLength: "4" } },
					{ Name: "vip", AttributeDataType: "Boolean", Mutable: true },
					{ Name: "since", AttributeDataType: "DateTime", Mutable: true },
				],
			});
			const client = await createClient(gatehouse, pool);
			const attempt = (attributes: Record<string, string>) => signUp(gatehouse, client.id, "mia", attributes);
			const email = "mia@example.com";
			const schema = "Attributes did not conform to the schema: ";
			await refuses(attempt({}), "InvalidParameterException", `${schema}email: The attribute is required\n`);
			await refuses(attempt({ email: "" }), "InvalidParameterException", `${schema}email: The attribute is required\n`);
			await refuses(
				attempt({ email, "custom:x": "1", y: "2" }),
				"InvalidParameterException",
				`${schema}Type for attribute {custom:x} could not be determined`,
			);
			for (const [name, values] of Object.entries({
				"custom:level": ["0", "10", "two", "1e1"],
				"custom:nick": ["n", "nicky"],
				"custom:vip": ["yes"],
				"custom:since": ["yesterday", "2026-13-01"],
				name: ["é".repeat(1025)],
			})) {
				for (const value of values)
					await refuses(attempt({ email, [name]: value }), "InvalidParameterException", new RegExp(`^${schema}${name}: `));
			}
			for (const bad of ["mia", "@example.com", "mia@", "mia example@x", "mia@exa mple", "a@b\nBcc: c@d", "mia@-x.example"]) {
				await refuses(attempt({ email: bad }), "InvalidParameterException", "Invalid email address format.");
			}
			for (const bad of ["15550001111", "+1 555", "+", "+1555000111122223"]) {
				await refuses(attempt({ email, phone_number: bad }), "InvalidParameterException", "Invalid phone number format.");
			}
			for (const bad of ["2026-02-30", "26-02-2000", "2026/01/01"])
				await refuses(attempt({ email, birthdate: bad }), "InvalidParameterException");
			await refuses(attempt({ email, sub: "0" }), "InvalidParameterException", "Cannot modify the non-mutable attribute sub");
			const unauthorized = "A client attempted to write unauthorized attribute";
			await refuses(attempt({ email, email_verified: "true" }), "NotAuthorizedException", unauthorized);
			const narrow = await createClient(gatehouse, pool, { WriteAttributes: ["email", "given_name"] });
			await refuses(signUp(gatehouse, narrow.id, "mia", { email, "custom:level": "3" }), "NotAuthorizedException", unauthorized);
			await signUp(gatehouse, narrow.id, "mia", { email, given_name: "Mia" });
			const good = {
				email,
				"custom:level": "9",
				"custom:nick": "nick",
				"custom:vip": "TRUE",
				"custom:since": "2026-11-20T10:00:00Z",
				birthdate: "2000-02-29",
			};
			await signUp(gatehouse, client.id, "moe", good);
			const attributes = attributesOf({ Attributes: (await get(pool, "moe")).UserAttributes });
			assert.equal(attributes["custom:vip"], "true");
			assert.equal(attributes["custom:level"], "9");
		});

		test("SignUp takes values that hold any character, and is refused where only administrators create users", async () => {
			const pool = await createPool(gatehouse);
			const client = await createClient(gatehouse, pool);
			const strange = "\n\u0007 \u{1f600}'; drop table users; --İ".repeat(20);
			await signUp(gatehouse, client.id, "ned", { name: strange, nickname: "x".repeat(2048) });
			await signUp(gatehouse, client.id, "n\u0065\u0301d");
			assert.equal((await get(pool, "n\u00e9d")).Username, "n\u00e9d");
			const closed = await createPool(gatehouse, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
			const closedClient = await createClient(gatehouse, closed);
			await refuses(signUp(gatehouse, closedClient.id, "ned"), "NotAuthorizedException", "SignUp is not permitted for this user pool");
		});

		test("A client with a secret needs its hash, over the username as it was sent", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool, { GenerateSecret: true });
			const hash = (username: string) => createHmac("sha256", client.secret).update(`${username}${client.id}`).digest("base64");
			const attempt = (SecretHash: string | undefined) =>
				gatehouse.client.send(
					new SignUpCommand({
						ClientId: client.id,
						Username: "olga",
						Password: goodPassword,
						UserAttributes: [{ Name: "email", Value: "olga@example.com" }],
						SecretHash,
					}),
				);
			await refuses(
				attempt(undefined),
				"NotAuthorizedException",
				`Client ${client.id} is configured with secret but SECRET_HASH was not received`,
			);
			await refuses(attempt(hash("other")), "NotAuthorizedException", `Unable to verify secret hash for client ${client.id}`);
			await attempt(hash("olga"));
			await refuses(confirm(client.id, "olga", "123456"), "NotAuthorizedException");
			await refuses(resend(client.id, "olga"), "NotAuthorizedException");
			const code = gatehouse.code("olga@example.com");
			await gatehouse.client.send(
				new ConfirmSignUpCommand({ ClientId: client.id, Username: "olga", ConfirmationCode: code, SecretHash: hash("olga") }),
			);
			await refuses(
				signUp(gatehouse, "nosuchclient", "olga"),
				"ResourceNotFoundException",
				"User pool client nosuchclient does not exist.",
			);
		});

		test("A code works for 24 hours; a new one takes the place of the old", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "pia", { email: "pia@example.com" });
			const first = gatehouse.code("pia@example.com");
			gatehouse.clock.advance(24 * 3_600_000);
			await refuses(confirm(client.id, "pia", first), "ExpiredCodeException", "Invalid code provided, please request a code again.");
			const { CodeDeliveryDetails } = await resend(client.id, "pia");
			assert.deepEqual(CodeDeliveryDetails, { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "p***@e***" });
			assert.equal(gatehouse.inbox({ to: "pia@example.com" })[0]?.trigger, "CustomMessage_ResendCode");
			const second = gatehouse.code("pia@example.com");
			await refuses(
				confirm(client.id, "pia", first === second ? wrong(second) : first),
				"CodeMismatchException",
				"Invalid verification code provided, please try again.",
			);
			gatehouse.clock.advance(24 * 3_600_000 - 60_000);
			await confirm(client.id, "pia", second);
		});

		test("Five wrong tries use a code up, even the right one then fails, and a new code starts afresh", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "quin", { email: "quin@example.com" });
			const code = gatehouse.code("quin@example.com");
			for (let attempt = 0; attempt < 5; attempt++) await refuses(confirm(client.id, "quin", wrong(code)), "CodeMismatchException");
			await refuses(confirm(client.id, "quin", code), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
			await resend(client.id, "quin");
			await confirm(client.id, "quin", gatehouse.code("quin@example.com"));
		});

		test("A burst of parallel guesses is counted like the same guesses one after the other", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "rae", { email: "rae@example.com" });
			const code = gatehouse.code("rae@example.com");
			const guesses = Array.from({ length: 20 }, () => confirm(client.id, "rae", wrong(code)));
			const results = await outcomes(guesses);
			assert.equal(results.filter((result) => result === "CodeMismatchException").length, 5);
			assert.equal(results.filter((result) => result === "LimitExceededException").length, 15);
		});

		test("Of ten racing confirmations exactly one succeeds, and the others hear that the user is confirmed", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "sue", { email: "sue@example.com" });
			const code = gatehouse.code("sue@example.com");
			const racing = Array.from({ length: 10 }, () => confirm(client.id, "sue", code));
			assert.deepEqual(await outcomes(racing), [...Array(9).fill("NotAuthorizedException"), "ok"]);
		});

		test("Of racing users who confirm one alias exactly one gets it", async () => {
			const pool = await createPool(gatehouse, { ...verifiesEmail, AliasAttributes: ["email"] });
			const client = await createClient(gatehouse, pool);
			const names = ["tom1", "tom2", "tom3", "tom4"];
			const codes: string[] = [];
			for (const name of names) {
				await signUp(gatehouse, client.id, name, { email: "tom@example.com" });
				codes.push(gatehouse.code("tom@example.com"));
			}
			const racing = names.map((name, index) => confirm(client.id, name, codes[index] ?? ""));
			assert.deepEqual(await outcomes(racing), [...Array(3).fill("AliasExistsException"), "ok"]);
		});

		test("A client that hides who exists answers for a name that nobody has as for an unconfirmed user", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool, hides);
			await signUp(gatehouse, client.id, "uma", { email: "uma@example.com" });
			const known = await resend(client.id, "uma");
			const unknown = await resend(client.id, "nobody");
			assert.deepEqual(Object.keys(unknown).sort(), Object.keys(known).sort());
			assert.deepEqual(Object.keys(unknown.CodeDeliveryDetails ?? {}).sort(), Object.keys(known.CodeDeliveryDetails ?? {}).sort());
			assert.match(unknown.CodeDeliveryDetails?.Destination ?? "", /^[a-z]\*\*\*@[a-z]\*\*\*$/);
			assert.deepEqual((await resend(client.id, "nobody")).CodeDeliveryDetails, unknown.CodeDeliveryDetails);
			assert.equal((await resend(client.id, "zed@example.com")).CodeDeliveryDetails?.Destination, "z***@e***");
			const code = gatehouse.code("uma@example.com");
			for (let attempt = 0; attempt < 5; attempt++) {
				const text = "Invalid verification code provided, please try again.";
				await refuses(confirm(client.id, "uma", wrong(code)), "CodeMismatchException", text);
				await refuses(confirm(client.id, "nobody", wrong(code)), "CodeMismatchException", text);
				await refuses(confirm(client.id, "never-asked", wrong(code)), "CodeMismatchException", text);
			}
			for (const name of ["uma", "nobody", "never-asked"]) await refuses(confirm(client.id, name, wrong(code)), "LimitExceededException");
			gatehouse.clock.advance(24 * 3_600_000);
			for (const name of ["uma", "nobody", "never-asked"]) await refuses(confirm(client.id, name, wrong(code)), "ExpiredCodeException");
			await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "uma" }));
			const sent = gatehouse.inbox().length;
			assert.equal((await resend(client.id, "uma")).CodeDeliveryDetails?.Destination, "u***@e***");
			assert.equal(gatehouse.inbox().length, sent);
		});

		test("Known and unknown names cost equally many statements at a client that hides who exists", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool, hides);
			await signUp(gatehouse, client.id, "vic", { email: "vic@example.com" });
			const code = gatehouse.code("vic@example.com");
			await confirm(client.id, "nobody", "000000").catch(() => undefined);
			const cost = (call: () => Promise<unknown>) => gatehouse.cost(() => call().catch(() => undefined));
			assert.deepEqual(
				await cost(() => confirm(client.id, "nobody", wrong(code))),
				await cost(() => confirm(client.id, "vic", wrong(code))),
			);
			assert.deepEqual(await cost(() => resend(client.id, "nobody")), await cost(() => resend(client.id, "vic")));
		});

		test("A client that does not hide who exists says so", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool, { PreventUserExistenceErrors: "LEGACY" });
			await refuses(confirm(client.id, "nobody", "123456"), "UserNotFoundException", "User does not exist.");
			await refuses(resend(client.id, "nobody"), "UserNotFoundException", "User does not exist.");
			await signUp(gatehouse, client.id, "will");
			await refuses(resend(client.id, "will"), "InvalidParameterException");
			await signUp(gatehouse, client.id, "wim", { email: "wim@example.com" });
			await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "wim" }));
			await refuses(resend(client.id, "wim"), "NotAuthorizedException", "User is disabled.");
			await refuses(confirm(client.id, "wim", gatehouse.code("wim@example.com")), "NotAuthorizedException", "User is disabled.");
			const quiet = await createClient(gatehouse, await createPool(gatehouse));
			await refuses(resend(quiet.id, "nobody"), "InvalidParameterException", "Cannot resend codes. Auto verification not turned on.");
		});

		test("AdminConfirmSignUp confirms without verifying anything, once", async () => {
			const pool = await createPool(gatehouse, verifiesEmail);
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "xena", { email: "xena@example.com" });
			const adminConfirm = (Username: string) => gatehouse.client.send(new AdminConfirmSignUpCommand({ UserPoolId: pool, Username }));
			await adminConfirm("xena");
			const user = await get(pool, "xena");
			assert.equal(user.UserStatus, "CONFIRMED");
			assert.equal(attributesOf({ Attributes: user.UserAttributes })["email_verified"], "false");
			await refuses(adminConfirm("xena"), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
			await refuses(adminConfirm("nobody"), "UserNotFoundException", "User does not exist.");
			const missing = gatehouse.client.send(new AdminConfirmSignUpCommand({ UserPoolId: "us-east-1_none", Username: "xena" }));
			await refuses(missing, "ResourceNotFoundException", "User pool us-east-1_none does not exist.");
		});
	});
}

test("With limits on, a user gets 5 new codes and 15 confirmations an hour, known or not", async () => {
	const gatehouse = await startGatehouse({ config: { limits: true } });
	try {
		const pool = await createPool(gatehouse, verifiesEmail);
		const client = await createClient(gatehouse, pool, hides);
		await signUp(gatehouse, client.id, "ann", { email: "ann@example.com" });
		// The hours are those of the clock: begin one.
		gatehouse.clock.advance(3_600_000 - (gatehouse.clock.now() % 3_600_000));
		const resend = (Username: string) => gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId: client.id, Username }));
		for (const name of ["ann", "nobody"]) {
			for (let call = 0; call < 5; call++) await resend(name);
			await refuses(resend(name), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
			const results: string[] = [];
			const confirm = () =>
				gatehouse.client
					.send(new ConfirmSignUpCommand({ ClientId: client.id, Username: name, ConfirmationCode: "none" }))
					.catch((error) => error.name);
			for (let call = 0; call < 15; call++) results.push(await confirm());
			assert.deepEqual(new Set(results), new Set(["CodeMismatchException", "LimitExceededException"]));
		}
		gatehouse.clock.advance(3_600_000);
		await resend("ann");
		await gatehouse.client.send(
			new ConfirmSignUpCommand({ ClientId: client.id, Username: "ann", ConfirmationCode: gatehouse.code("ann@example.com") }),
		);
	} finally {
		await gatehouse.stop();
	}
});

test("Where nothing is configured to send with, or the recipient is refused, the user stays and CodeDeliveryFailureException says so", async () => {
	let failing = true;
	const sent: string[] = [];
	const mail = {
		available: true,
		async send(message: { to: string; about: { code?: string } }) {
			if (failing) throw new Undeliverable("550 no such mailbox");
			sent.push(message.about.code ?? "");
		},
	};
	const gatehouse = await startGatehouse({ ports: { mail, sms: { available: false, send: async () => assert.fail() } } });
	try {
		const pool = await createPool(gatehouse, { ...sendsSms, AutoVerifiedAttributes: ["email", "phone_number"] });
		const client = await createClient(gatehouse, pool);
		const hiding = await createClient(gatehouse, pool, hides);
		await refuses(signUp(gatehouse, client.id, "ann", { email: "ann@example.com" }), "CodeDeliveryFailureException");
		await refuses(signUp(gatehouse, client.id, "bob", { phone_number: "+15550001111" }), "CodeDeliveryFailureException");
		const { UserStatus } = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: pool, Username: "bob" }));
		assert.equal(UserStatus, "UNCONFIRMED");
		const resend = (ClientId: string, Username: string) => gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId, Username }));
		await refuses(resend(client.id, "ann"), "CodeDeliveryFailureException");
		// Whoever hides who exists does not wait: the answer is the same, and the failure is in the log.
		assert.equal((await resend(hiding.id, "ann")).CodeDeliveryDetails?.Destination, "a***@e***");
		assert.ok(gatehouse.logged.some((line) => line.includes("a message could not be sent") && line.includes("550 no such mailbox")));
		failing = false;
		await resend(client.id, "ann");
		await gatehouse.client.send(new ConfirmSignUpCommand({ ClientId: client.id, Username: "ann", ConfirmationCode: sent[0] ?? "" }));
		assert.ok(gatehouse.logged.every((line) => !line.includes(sent[0] ?? "?")));
	} finally {
		await gatehouse.stop();
	}
});
