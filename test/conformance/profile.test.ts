import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminDeleteUserAttributesCommand,
	AdminGetUserCommand,
	AdminUpdateUserAttributesCommand,
	ChangePasswordCommand,
	type CreateUserPoolCommandInput,
	DeleteUserAttributesCommand,
	DeleteUserCommand,
	DescribeUserPoolCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserAttributeVerificationCodeCommand,
	GetUserCommand,
	UpdateUserAttributesCommand,
	VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { tableNames } from "../../src/storage/migrations/index.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { attributeList } from "../support/user-pools.ts";

const sendsSms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } };
const next = "Another-Horse-8";
const wrong = (code: string) => (code === "123456" ? "654321" : "123456");
const verifiesBoth: Partial<CreateUserPoolCommandInput> = { ...sendsSms, AutoVerifiedAttributes: ["email", "phone_number"] };
/** Keeps the old address until the new one is verified. */
const keepsOriginal: Partial<CreateUserPoolCommandInput> = {
	...verifiesBoth,
	UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email", "phone_number"] },
};

const mismatch = "CodeMismatchException: Invalid verification code provided, please try again.";
const expired = "ExpiredCodeException: Invalid code provided, please request a code again.";
const limited = "LimitExceededException: Attempt limit exceeded, please try after some time.";
const aliasTaken = "AliasExistsException: An account with the email already exists.";
const incorrect = "NotAuthorizedException: Incorrect username or password.";
const nobody = "UserNotFoundException: User does not exist.";
const unauthorized = "NotAuthorizedException: A client attempted to write unauthorized attribute";

for (const engine of engines) {
	describe(`The own account on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		const send = ((command: never) => gatehouse.client.send(command)) as Gatehouse["client"]["send"];
		const update = (AccessToken: string, attributes: Record<string, string>) =>
			send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: attributeList(attributes) }));
		const adminUpdate = (place: Place, Username: string, attributes: Record<string, string>) =>
			send(new AdminUpdateUserAttributesCommand({ ...place, Username, UserAttributes: attributeList(attributes) }));
		const remove = (AccessToken: string, ...UserAttributeNames: string[]) =>
			send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames }));
		const askCode = (AccessToken: string, AttributeName: string) =>
			send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
		const verify = (AccessToken: string, AttributeName: string, Code: string) =>
			send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
		const change = (AccessToken: string, PreviousPassword: string | undefined, ProposedPassword = next) =>
			send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
		const attributesOf = async (place: Place, Username: string) => {
			const { UserAttributes } = await send(new AdminGetUserCommand({ ...place, Username }));
			return Object.fromEntries((UserAttributes ?? []).filter(({ Name }) => Name !== "sub").map(({ Name, Value }) => [Name, Value]));
		};
		/** A confirmed user who is signed in. */
		const person = async (place: Place, name: string, attributes: Record<string, string> = {}) => {
			await createUser(place, name, attributes);
			return signIn(place, attributes["email"] !== undefined && name.includes("@") ? attributes["email"] : name);
		};

		test("UpdateUserAttributes sets, changes and with blank values deletes what the client may write", async () => {
			const place = await createPlace(gatehouse, {
				AutoVerifiedAttributes: [],
				Schema: [
					{ Name: "given_name", Required: true, AttributeDataType: "String", Mutable: true },
					{ Name: "team", AttributeDataType: "String", Mutable: true },
					{ Name: "badge", AttributeDataType: "String", Mutable: false },
					{ Name: "late", AttributeDataType: "String", Mutable: false },
				],
			});
			const { AccessToken } = await person(place, "ann", { given_name: "Ann", nickname: "A", "custom:badge": "7" });
			const { $metadata: _, ...answer } = await update(AccessToken, { "custom:team": "blue", nickname: "", name: "Ann B" });
			assert.deepEqual(answer, {});
			assert.deepEqual(await attributesOf(place, "ann"), {
				given_name: "Ann",
				"custom:badge": "7",
				"custom:team": "blue",
				name: "Ann B",
			});
			const { UserAttributes } = await send(new GetUserCommand({ AccessToken }));
			assert.ok(UserAttributes?.some(({ Name, Value }) => Name === "custom:team" && Value === "blue"));
			const schema = "InvalidParameterException: Attributes did not conform to the schema: ";
			const fixed = (name: string) => `InvalidParameterException: user.${name}: Attribute cannot be updated.\n`;
			for (const [attributes, refused] of [
				[{ given_name: "" }, `${schema}given_name: The attribute is required\n`],
				[{ "custom:none": "1" }, "InvalidParameterException: user.custom:none: Attribute does not exist in the schema.\n"],
				[{ "custom:badge": "8" }, fixed("custom:badge")],
				[{ "custom:late": "1" }, fixed("custom:late")],
				[{ sub: "1" }, "InvalidParameterException: Cannot modify the non-mutable attribute sub"],
				[{ email_verified: "true" }, unauthorized],
				[{ email: "ann@" }, "InvalidParameterException: Invalid email address format."],
				[{ name: "Other", birthdate: "2026-02-30" }, "InvalidParameterException: Invalid birthdate format, please use YYYY-MM-DD."],
			] as const) {
				assert.equal(await refusal(update(AccessToken, attributes)), refused);
			}
			assert.equal((await attributesOf(place, "ann"))["name"], "Ann B", "a refused request changes nothing");
			const narrow = { ...place, ...(await createClient(gatehouse, place.UserPoolId, { WriteAttributes: ["given_name"] })) };
			const { AccessToken: narrowToken } = await signIn(narrow, "ann");
			assert.equal(await refusal(update(narrowToken, { "custom:team": "red" })), unauthorized);
			assert.equal(await refusal(remove(narrowToken, "custom:team")), unauthorized);
			await update(narrowToken, { given_name: "Anna" });
		});

		test("DeleteUserAttributes takes attributes away, but no required, immutable or unknown ones", async () => {
			const place = await createPlace(gatehouse, {
				Schema: [
					{ Name: "given_name", Required: true, AttributeDataType: "String", Mutable: true },
					{ Name: "badge", AttributeDataType: "String", Mutable: false },
				],
			});
			const before = { given_name: "Bea", email: "bea@example.com", email_verified: "true", name: "B", "custom:badge": "7" };
			const { AccessToken } = await person(place, "bea", before);
			const refused = "InvalidParameterException: Invalid user attributes: ";
			assert.equal(await refusal(remove(AccessToken, "given_name")), `${refused}user.given_name: The attribute is required\n`);
			assert.equal(
				await refusal(remove(AccessToken, "name", "custom:a", "custom:b")),
				`${refused}user.custom:a: Attribute does not exist in the schema.\nuser.custom:b: Attribute does not exist in the schema.\n`,
			);
			const fixed = "InvalidParameterException: user.custom:badge: Attribute cannot be updated.\n";
			assert.equal(await refusal(remove(AccessToken, "custom:badge")), fixed);
			assert.equal(await refusal(remove(AccessToken, "email_verified")), unauthorized);
			assert.deepEqual(await attributesOf(place, "bea"), before);
			const { $metadata: _, ...answer } = await remove(AccessToken, "name", "nickname", "email");
			assert.deepEqual(answer, {});
			assert.deepEqual(await attributesOf(place, "bea"), { given_name: "Bea", "custom:badge": "7" });
			await adminUpdate(place, "bea", { name: "B", email: "bea@example.com", email_verified: "true" });
			const adminRemove = (...UserAttributeNames: string[]) =>
				send(new AdminDeleteUserAttributesCommand({ ...place, Username: "bea", UserAttributeNames }));
			assert.equal(await refusal(adminRemove("given_name")), `${refused}user.given_name: The attribute is required\n`);
			await adminRemove("name", "email_verified");
			assert.deepEqual(await attributesOf(place, "bea"), { given_name: "Bea", "custom:badge": "7", email: "bea@example.com" });
		});

		test("A changed address is unverified, and where the pool verifies such addresses its code goes out at once", async () => {
			const place = await createPlace(gatehouse, verifiesBoth);
			const { AccessToken } = await person(place, "cat", { email: "cat@example.com", email_verified: "true" });
			const { $metadata: _, ...answer } = await update(AccessToken, { email: "cat2@example.com", phone_number: "+15550001234" });
			assert.deepEqual(answer, {
				CodeDeliveryDetailsList: [
					{ AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "c***@e***" },
					{ AttributeName: "phone_number", DeliveryMedium: "SMS", Destination: "+*******1234" },
				],
			});
			assert.equal(gatehouse.inbox({ to: "cat2@example.com" })[0]?.trigger, "CustomMessage_UpdateUserAttribute");
			assert.deepEqual(await attributesOf(place, "cat"), {
				email: "cat2@example.com",
				email_verified: "false",
				phone_number: "+15550001234",
				phone_number_verified: "false",
			});
			const codes = [gatehouse.code("cat2@example.com"), gatehouse.code("+15550001234")] as const;
			if (codes[0] !== codes[1]) assert.equal(await refusal(verify(AccessToken, "phone_number", codes[0])), mismatch, "each has its own");
			const { $metadata: __, ...verified } = await verify(AccessToken, "email", codes[0]);
			assert.deepEqual(verified, {});
			await verify(AccessToken, "phone_number", codes[1]);
			const attributes = await attributesOf(place, "cat");
			assert.deepEqual([attributes["email_verified"], attributes["phone_number_verified"]], ["true", "true"]);
			// The same value again is no change.
			const sent = gatehouse.inbox().length;
			assert.equal((await update(AccessToken, { email: "cat2@example.com" })).CodeDeliveryDetailsList, undefined);
			assert.equal((await attributesOf(place, "cat"))["email_verified"], "true");
			assert.equal(gatehouse.inbox().length, sent);
			const quiet = await createPlace(gatehouse, { AutoVerifiedAttributes: [] });
			const { AccessToken: quietToken } = await person(quiet, "cat", { email: "cat@example.com", email_verified: "true" });
			assert.equal((await update(quietToken, { email: "cat3@example.com" })).CodeDeliveryDetailsList, undefined);
			assert.deepEqual(await attributesOf(quiet, "cat"), { email: "cat3@example.com", email_verified: "false" });
			assert.deepEqual(gatehouse.inbox({ to: "cat3@example.com" }), []);
		});

		test("A code that was asked for verifies an address for 24 hours, once, and gives up after five wrong tries", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "dan", { email: "dan@example.com" });
			const { AccessToken } = await signIn(place, "dan");
			const { $metadata: _, ...answer } = await askCode(AccessToken, "email");
			assert.deepEqual(answer, { CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "d***@e***" } });
			assert.equal(gatehouse.inbox({ to: "dan@example.com" })[0]?.trigger, "CustomMessage_VerifyUserAttribute");
			gatehouse.clock.advance(24 * 3_600_000);
			const { AccessToken: token } = await signIn(place, "dan");
			assert.equal(await refusal(verify(token, "email", gatehouse.code("dan@example.com"))), expired);
			await askCode(token, "email");
			const code = gatehouse.code("dan@example.com");
			for (let attempt = 0; attempt < 5; attempt++) assert.equal(await refusal(verify(token, "email", wrong(code))), mismatch);
			assert.equal(await refusal(verify(token, "email", code)), limited);
			// What is verified already may be verified again.
			for (let round = 0; round < 2; round++) {
				await askCode(token, "email");
				await verify(token, "email", gatehouse.code("dan@example.com"));
				assert.equal((await attributesOf(place, "dan"))["email_verified"], "true");
			}
			assert.equal(await refusal(verify(token, "email", gatehouse.code("dan@example.com"))), expired);
			assert.equal(await refusal(verify(token, "phone_number", "123456")), expired);
			const name = "InvalidParameterException: Invalid attribute name. Only phone_number and email can be verified.";
			assert.equal(await refusal(askCode(token, "name")), name);
			assert.equal(await refusal(verify(token, "name", "123456")), name);
			const none = "InvalidParameterException: User does not have a valid registered phone number";
			assert.equal(await refusal(askCode(token, "phone_number")), none);
			// A code is about the address that it was sent to.
			await askCode(token, "email");
			const old = gatehouse.code("dan@example.com");
			await update(token, { email: "dan2@example.com" });
			if (old !== gatehouse.code("dan2@example.com")) assert.equal(await refusal(verify(token, "email", old)), mismatch);
			await update(token, { email: "" });
			assert.equal(await refusal(verify(token, "email", gatehouse.code("dan2@example.com"))), expired);
		});

		test("Of ten racing verifications by one code exactly one succeeds", async () => {
			const place = await createPlace(gatehouse);
			const { AccessToken } = await person(place, "eli", { email: "eli@example.com" });
			await askCode(AccessToken, "email");
			const code = gatehouse.code("eli@example.com");
			const results = await Promise.all(Array.from({ length: 10 }, () => refusal(verify(AccessToken, "email", code))));
			assert.deepEqual(results.toSorted(), [...Array(9).fill(expired), "not refused"]);
		});

		test("An alias that is changed without verification first is nobody's name until the new value is verified", async () => {
			const place = await createPlace(gatehouse, { ...verifiesBoth, AliasAttributes: ["email", "preferred_username"] });
			const { AccessToken } = await person(place, "fay", { email: "fay@example.com", email_verified: "true" });
			await signIn(place, "fay@example.com");
			await update(AccessToken, { email: "fay2@example.com" });
			for (const name of ["fay@example.com", "fay2@example.com"]) assert.equal(await refusal(signIn(place, name)), nobody);
			await signIn(place, "fay");
			await verify(AccessToken, "email", gatehouse.code("fay2@example.com"));
			await signIn(place, "fay2@example.com");
			assert.equal(await refusal(signIn(place, "fay@example.com")), nobody);
			// Whoever verifies it first has it.
			const { AccessToken: other } = await person(place, "flo");
			await update(other, { email: "fay2@example.com" });
			const code = gatehouse.code("fay2@example.com");
			assert.equal(await refusal(verify(other, "email", code)), aliasTaken);
			assert.equal((await attributesOf(place, "flo"))["email_verified"], "false");
			await update(AccessToken, { email: "" });
			await verify(other, "email", code);
			// A preferred username is a name as soon as it is set.
			await update(AccessToken, { preferred_username: "fairy" });
			await signIn(place, "fairy");
			assert.equal(
				await refusal(update(other, { preferred_username: "fairy" })),
				"AliasExistsException: An account with the preferred_username already exists.",
			);
			await update(AccessToken, { preferred_username: "fable" });
			await update(other, { preferred_username: "fairy" });
		});

		test("Where addresses are the usernames, a changed one is the sign-in name at once, and nobody else's can be taken", async () => {
			const place = await createPlace(gatehouse, { ...verifiesBoth, UsernameAttributes: ["email"] });
			const { AccessToken } = await person(place, "gil@example.com", { email: "gil@example.com", email_verified: "true" });
			await createUser(place, "guy@example.com");
			assert.equal(await refusal(update(AccessToken, { email: "guy@example.com" })), aliasTaken);
			await update(AccessToken, { email: "gil2@example.com" });
			await signIn(place, "gil2@example.com");
			assert.equal(await refusal(signIn(place, "gil@example.com")), nobody);
			await verify(AccessToken, "email", gatehouse.code("gil2@example.com"));
			assert.equal(await refusal(adminUpdate(place, "guy@example.com", { email: "gil2@example.com", email_verified: "true" })), aliasTaken);
			await createUser(place, "gil@example.com");
		});

		for (const kind of ["AliasAttributes", "UsernameAttributes"] as const) {
			test(`Where updates are verified first the old address stays in use until the new one is verified (${kind})`, async () => {
				const place = await createPlace(gatehouse, { ...keepsOriginal, [kind]: ["email"] });
				const name = kind === "AliasAttributes" ? "sue" : "sue@example.com";
				const original = { email: "sue@example.com", email_verified: "true" };
				const { AccessToken } = await person(place, name, original);
				// She mistypes it first.
				const { CodeDeliveryDetailsList } = await update(AccessToken, { email: "ssue2@example.com", name: "Sue" });
				assert.deepEqual(CodeDeliveryDetailsList, [{ AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "s***@e***" }]);
				assert.deepEqual(await attributesOf(place, "sue@example.com"), { ...original, name: "Sue" });
				assert.equal(await refusal(signIn(place, "ssue2@example.com")), nobody);
				await update(AccessToken, { email: "sue2@example.com" });
				const mistyped = gatehouse.code("ssue2@example.com");
				if (mistyped !== gatehouse.code("sue2@example.com")) assert.equal(await refusal(verify(AccessToken, "email", mistyped)), mismatch);
				// Another code goes to the address that waits.
				await askCode(AccessToken, "email");
				assert.equal(gatehouse.inbox({ to: "sue2@example.com" })[0]?.trigger, "CustomMessage_VerifyUserAttribute");
				await signIn(place, "sue@example.com");
				await verify(AccessToken, "email", gatehouse.code("sue2@example.com"));
				assert.deepEqual(await attributesOf(place, "sue2@example.com"), { email: "sue2@example.com", email_verified: "true", name: "Sue" });
				await signIn(place, "sue2@example.com");
				assert.equal(await refusal(signIn(place, "sue@example.com")), nobody);
				// Nothing waits any more.
				await askCode(AccessToken, "email");
				assert.ok(gatehouse.inbox({ to: "sue2@example.com" })[0]?.code);
			});
		}

		test("Of users who race to verify one waiting address exactly one gets it", async () => {
			const place = await createPlace(gatehouse, { ...keepsOriginal, AliasAttributes: ["email"] });
			const racers: { token: string; code: string }[] = [];
			for (const name of ["hal1", "hal2", "hal3", "hal4"]) {
				const { AccessToken } = await person(place, name);
				await update(AccessToken, { email: "hal@example.com" });
				racers.push({ token: AccessToken, code: gatehouse.code("hal@example.com") });
			}
			const results = await Promise.all(racers.map(({ token, code }) => refusal(verify(token, "email", code))));
			assert.deepEqual(results.toSorted(), [...Array(3).fill(aliasTaken), "not refused"]);
		});

		test("A value that waits ends with another one, with the old one and with a blank one", async () => {
			const place = await createPlace(gatehouse, keepsOriginal);
			const { AccessToken } = await person(place, "ida", { email: "ida@example.com", email_verified: "true" });
			await update(AccessToken, { email: "ida2@example.com" });
			await update(AccessToken, { email: "ida@example.com" });
			assert.equal(await refusal(verify(AccessToken, "email", gatehouse.code("ida2@example.com"))), expired);
			await askCode(AccessToken, "email");
			await verify(AccessToken, "email", gatehouse.code("ida@example.com"));
			// A first address waits, too.
			await update(AccessToken, { phone_number: "+15550001234" });
			assert.equal((await attributesOf(place, "ida"))["phone_number"], undefined);
			await update(AccessToken, { phone_number: "" });
			assert.equal(await refusal(verify(AccessToken, "phone_number", gatehouse.code("+15550001234"))), expired);
			assert.match(await refusal(askCode(AccessToken, "phone_number")), /valid registered phone number$/);
			await update(AccessToken, { phone_number: "+15550001234" });
			await verify(AccessToken, "phone_number", gatehouse.code("+15550001234"));
			assert.deepEqual(await attributesOf(place, "ida"), {
				email: "ida@example.com",
				email_verified: "true",
				phone_number: "+15550001234",
				phone_number_verified: "true",
			});
		});

		test("AdminUpdateUserAttributes waits for verification too, unless it says that the address is verified", async () => {
			const place = await createPlace(gatehouse, keepsOriginal);
			const { AccessToken } = await person(place, "jan", { email: "jan@example.com", email_verified: "true" });
			const { $metadata: _, ...answer } = await adminUpdate(place, "jan", { email: "jan2@example.com", name: "Jan" });
			assert.deepEqual(answer, {});
			assert.deepEqual(await attributesOf(place, "jan"), { email: "jan@example.com", email_verified: "true", name: "Jan" });
			await verify(AccessToken, "email", gatehouse.code("jan2@example.com"));
			assert.equal((await attributesOf(place, "jan"))["email"], "jan2@example.com");
			const sent = gatehouse.inbox().length;
			await adminUpdate(place, "jan", { email: "jan3@example.com", email_verified: "true" });
			assert.deepEqual(await attributesOf(place, "jan"), { email: "jan3@example.com", email_verified: "true", name: "Jan" });
			assert.equal(gatehouse.inbox().length, sent, "no message");
			await adminUpdate(place, "jan", { email: "", name: "" });
			assert.deepEqual(await attributesOf(place, "jan"), {});
			assert.equal(
				await refusal(adminUpdate(place, "jan", { email_verified: "true" })),
				"InvalidParameterException: email must have a value where email_verified is true.",
			);
			assert.equal(await refusal(adminUpdate(place, "nobody", { name: "N" })), nobody);
		});

		test("An alias that an administrator marks as verified changes hands, and is unverified with its old owner", async () => {
			const place = await createPlace(gatehouse, { AliasAttributes: ["email"] });
			await createUser(place, "kai", { email: "kai@example.com", email_verified: "true" });
			await createUser(place, "kim", { email: "kai@example.com" });
			const subOf = async () => (await send(new AdminGetUserCommand({ ...place, Username: "kai@example.com" }))).Username;
			assert.equal(await subOf(), "kai");
			await adminUpdate(place, "kim", { email_verified: "true" });
			assert.equal(await subOf(), "kim");
			assert.equal((await attributesOf(place, "kai"))["email_verified"], "false");
			await adminUpdate(place, "kai", { email: "kai@example.com", email_verified: "true" });
			assert.equal(await subOf(), "kai");
			assert.equal((await attributesOf(place, "kim"))["email_verified"], "false");
		});

		test("ChangePassword sets a new password by the one that is there, and ends no sign-in", async () => {
			const place = await createPlace(gatehouse, { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } } });
			const { AccessToken, RefreshToken } = await person(place, "lea");
			assert.equal(await refusal(change(AccessToken, undefined)), "InvalidParameterException: Missing required parameter PreviousPassword");
			assert.equal(await refusal(change(AccessToken, "Wrong-Horse-1")), incorrect);
			assert.equal(
				await refusal(change(AccessToken, password, "short")),
				"InvalidPasswordException: Password did not conform with policy: Password not long enough",
			);
			const used = "PasswordHistoryPolicyViolationException: Password has previously been used";
			assert.equal(await refusal(change(AccessToken, password, password)), used);
			const { $metadata: _, ...answer } = await change(AccessToken, password);
			assert.deepEqual(answer, {});
			assert.equal(await refusal(signIn(place, "lea")), incorrect);
			await signIn(place, "lea", next);
			assert.equal(await refusal(change(AccessToken, next, password)), used);
			await change(AccessToken, next, "Third-Horse-9");
			await change(AccessToken, "Third-Horse-9", password);
			await send(new GetUserCommand({ AccessToken }));
			await send(new GetTokensFromRefreshTokenCommand({ ClientId: place.ClientId, RefreshToken }));
			assert.equal(await refusal(change("no-token", password)), "NotAuthorizedException: Invalid Access Token");
		});

		test("Wrong previous passwords count as failed sign-ins and lock the name, and a right one clears the count", async () => {
			const place = await createPlace(gatehouse);
			const { AccessToken } = await person(place, "max");
			for (let attempt = 0; attempt < 4; attempt++) assert.equal(await refusal(change(AccessToken, "Wrong-Horse-1")), incorrect);
			await change(AccessToken, password);
			for (let attempt = 0; attempt < 3; attempt++) assert.equal(await refusal(change(AccessToken, "Wrong-Horse-1")), incorrect);
			for (let attempt = 0; attempt < 2; attempt++) assert.equal(await refusal(signIn(place, "max", "Wrong-Horse-1")), incorrect);
			const locked = "NotAuthorizedException: Password attempts exceeded";
			assert.equal(await refusal(change(AccessToken, next)), locked);
			assert.equal(await refusal(signIn(place, "max", next)), locked);
			gatehouse.clock.advance(1000);
			await change(AccessToken, next, password);
		});

		test("Of ten racing changes of a password exactly one succeeds", async () => {
			const place = await createPlace(gatehouse);
			const { AccessToken } = await person(place, "ned");
			const passwords = Array.from({ length: 10 }, (_, index) => `Racing-Horse-${index}`);
			const results = await Promise.all(passwords.map((each) => refusal(change(AccessToken, password, each))));
			assert.equal(results.filter((result) => result === "not refused").length, 1);
			gatehouse.clock.advance(15 * 60_000);
			await signIn(place, "ned", passwords[results.indexOf("not refused")]);
		});

		test("DeleteUser removes the caller with everything that is its own, and the name is free again", async () => {
			const place = await createPlace(gatehouse, {
				...keepsOriginal,
				Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } },
			});
			const users = async () => (await send(new DescribeUserPoolCommand(place))).UserPool?.EstimatedNumberOfUsers;
			const sub = await createUser(place, "oda", { email: "oda@example.com", email_verified: "true" });
			const { AccessToken, RefreshToken } = await signIn(place, "oda");
			await change(AccessToken, password);
			await update(AccessToken, { email: "oda2@example.com" });
			assert.equal(await users(), 1);
			const racing = await Promise.all(Array.from({ length: 5 }, () => refusal(send(new DeleteUserCommand({ AccessToken })))));
			assert.deepEqual(racing.toSorted(), [...Array(4).fill(nobody), "not refused"]);
			assert.equal(await users(), 0);
			for (const table of tableNames()) {
				const rows = await gatehouse.store.db.selectFrom(table).selectAll().execute();
				const own = rows.filter((row) => Object.values(row).includes(sub));
				assert.deepEqual(own, [], table);
			}
			assert.equal(await refusal(send(new GetUserCommand({ AccessToken }))), nobody);
			const refresh = send(new GetTokensFromRefreshTokenCommand({ ClientId: place.ClientId, RefreshToken }));
			assert.equal(await refusal(refresh), "NotAuthorizedException: Refresh Token has been revoked");
			await createUser(place, "oda");
		});
	});
}

test("With limits on, the operations of one's own account hold to the quotas of the developer guide", async () => {
	const gatehouse = await startGatehouse({ config: { limits: true } });
	try {
		const { client } = gatehouse;
		const place = await createPlace(gatehouse);
		await createUser(place, "ann", { email: "ann@example.com" });
		gatehouse.clock.advance(3_600_000 - (gatehouse.clock.now() % 3_600_000));
		const { AccessToken } = await signIn(place, "ann");
		const calls = [
			[5, () => client.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: "email" }))],
			[15, () => client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "phone_number", Code: "123456" }))],
			[5, () => client.send(new ChangePasswordCommand({ AccessToken, PreviousPassword: password, ProposedPassword: password }))],
		] as const;
		for (const [allowed, call] of calls) {
			for (let count = 0; count < allowed; count++) assert.notEqual(await refusal(call()), limited);
			assert.equal(await refusal(call()), limited);
		}
		const { AccessToken: other } = await createUser(place, "bea", { email: "bea@example.com" }).then(() => signIn(place, "bea"));
		await client.send(new GetUserAttributeVerificationCodeCommand({ AccessToken: other, AttributeName: "email" }));
	} finally {
		await gatehouse.stop();
	}
});
