import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	type AdminCreateUserCommandInput,
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminSetUserPasswordCommand,
	DescribeUserPoolCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { attributeList, attributesOf, createClient, createPool, goodPassword, outcomes, refuses, signUp } from "../support/user-pools.ts";

for (const engine of engines) {
	describe(`Users on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		const create = async (userPoolId: string, username: string, input: Partial<AdminCreateUserCommandInput> = {}) =>
			(await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: username, ...input }))).User;
		const get = (userPoolId: string, username: string) =>
			gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: username }));
		const setPassword = (userPoolId: string, username: string, password: string, permanent: boolean) =>
			gatehouse.client.send(
				new AdminSetUserPasswordCommand({ UserPoolId: userPoolId, Username: username, Password: password, Permanent: permanent }),
			);
		const signIn = (clientId: string, username: string, password: string) =>
			gatehouse.client.send(
				new InitiateAuthCommand({
					ClientId: clientId,
					AuthFlow: "USER_PASSWORD_AUTH",
					AuthParameters: { USERNAME: username, PASSWORD: password },
				}),
			);

		test("AdminCreateUser makes a user who must change its password, and answers with exactly the members of UserType", async () => {
			const pool = await createPool(gatehouse);
			const user = await create(pool, "ann", { UserAttributes: attributeList({ name: "Ann", email: "ann@example.com" }) });
			assert.deepEqual(Object.keys(user ?? {}).sort(), [
				"Attributes",
				"Enabled",
				"UserCreateDate",
				"UserLastModifiedDate",
				"UserStatus",
				"Username",
			]);
			assert.equal(user?.UserStatus, "FORCE_CHANGE_PASSWORD");
			assert.equal(user?.Enabled, true);
			assert.equal(user?.Attributes?.[0]?.Name, "sub");
			assert.deepEqual(Object.keys(attributesOf(user)), ["sub", "name", "email"]);
			const { $metadata: _, ...shown } = await get(pool, "ann");
			assert.deepEqual(Object.keys(shown).sort(), [
				"Enabled",
				"UserAttributes",
				"UserCreateDate",
				"UserLastModifiedDate",
				"UserStatus",
				"Username",
			]);
			assert.deepEqual(shown.UserCreateDate, user?.UserCreateDate);
			assert.equal((await get(pool, attributesOf(user)["sub"] ?? "")).Username, "ann");
			await refuses(create(pool, "ann"), "UsernameExistsException", "User account already exists");
			await refuses(get(pool, "nobody"), "UserNotFoundException", "User does not exist.");
			await refuses(get("us-east-1_none", "ann"), "ResourceNotFoundException", "User pool us-east-1_none does not exist.");
			const racing = Array.from({ length: 10 }, () => create(pool, "abe"));
			assert.deepEqual(await outcomes(racing), [...Array(9).fill("UsernameExistsException"), "ok"]);
		});

		test("The invitation goes where it was asked to, by the pool's template, with a temporary password that signs in", async () => {
			const pool = await createPool(gatehouse, {
				AdminCreateUserConfig: { InviteMessageTemplate: { SMSMessage: "{username} / {####}" } },
				Policies: {
					PasswordPolicy: { MinimumLength: 20, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true },
				},
			});
			const client = await createClient(gatehouse, pool);
			const UserAttributes = attributeList({ email: "bea@example.com", phone_number: "+15550003333" });
			await create(pool, "bea", { UserAttributes, DesiredDeliveryMediums: ["EMAIL", "SMS"] });
			const [mail] = gatehouse.inbox({ to: "bea@example.com" });
			const [text] = gatehouse.inbox({ to: "+15550003333" });
			assert.equal(mail?.trigger, "CustomMessage_AdminCreateUser");
			assert.ok(mail?.text.includes("bea") && mail.text.includes(mail.code ?? "?"));
			assert.equal(text?.text, `bea / ${mail?.code}`);
			assert.ok((mail?.code ?? "").length >= 20);
			assert.equal((await signIn(client.id, "bea", mail?.code ?? "")).ChallengeName, "NEW_PASSWORD_REQUIRED");
			// The default is SMS: a user without a telephone number hears nothing.
			await create(pool, "ben", { UserAttributes: attributeList({ email: "ben@example.com" }) });
			assert.deepEqual(gatehouse.inbox({ to: "ben@example.com" }), []);
			await create(pool, "bob", { UserAttributes, MessageAction: "SUPPRESS", DesiredDeliveryMediums: ["EMAIL"] });
			assert.equal(gatehouse.inbox({ to: "bea@example.com" }).length, 1);
			await refuses(create(pool, "bud", { DesiredDeliveryMediums: ["EMAIL"] }), "InvalidParameterException");
			await refuses(get(pool, "bud"), "UserNotFoundException");
			await refuses(
				create(pool, "bud", { TemporaryPassword: "short-A1" }),
				"InvalidPasswordException",
				"Password did not conform with password policy: Password not long enough",
			);
		});

		test("A temporary password works as long as the pool says, and RESEND gives a new one with a new term", async () => {
			const pool = await createPool(gatehouse, { Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 2 } } });
			const client = await createClient(gatehouse, pool);
			const UserAttributes = attributeList({ email: "cal@example.com" });
			await create(pool, "cal", { UserAttributes, TemporaryPassword: "First-one-1", MessageAction: "SUPPRESS" });
			gatehouse.clock.advance(2 * 86_400_000);
			await refuses(
				signIn(client.id, "cal", "First-one-1"),
				"NotAuthorizedException",
				"Temporary password has expired and must be reset by an administrator.",
			);
			const again = { MessageAction: "RESEND", DesiredDeliveryMediums: ["EMAIL"] } satisfies Partial<AdminCreateUserCommandInput>;
			const user = await create(pool, "cal", again);
			assert.equal(user?.UserStatus, "FORCE_CHANGE_PASSWORD");
			const code = gatehouse.code("cal@example.com");
			await refuses(signIn(client.id, "cal", "First-one-1"), "NotAuthorizedException", "Incorrect username or password.");
			gatehouse.clock.advance(2 * 86_400_000 - 60_000);
			assert.equal((await signIn(client.id, "cal", code)).ChallengeName, "NEW_PASSWORD_REQUIRED");
			await refuses(create(pool, "nobody", again), "UserNotFoundException", "User does not exist.");
			await setPassword(pool, "cal", goodPassword, true);
			await refuses(create(pool, "cal", again), "UnsupportedUserStateException");
			await create(pool, "cy", { UserAttributes });
			await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "cy" }));
			await refuses(create(pool, "cy", again), "NotAuthorizedException", "User is disabled");
		});

		test("An invitation whose template has no place for the password is not delivered", async () => {
			const pool = await createPool(gatehouse, { AdminCreateUserConfig: { InviteMessageTemplate: { SMSMessage: "Welcome {username}" } } });
			await create(pool, "dan", { UserAttributes: attributeList({ phone_number: "+15550004444" }) });
			assert.deepEqual(gatehouse.inbox({ to: "+15550004444" }), []);
		});

		test("Administrators may set what users may not, and omit what is required as long as it can be supplied later", async () => {
			const pool = await createPool(gatehouse, {
				Schema: [
					{ Name: "email", AttributeDataType: "String", Required: true, Mutable: true },
					{ Name: "birthdate", AttributeDataType: "String", Required: true, Mutable: false },
					{ Name: "level", AttributeDataType: "Number", DeveloperOnlyAttribute: true, Mutable: true },
				],
			});
			await refuses(
				create(pool, "eli"),
				"InvalidParameterException",
				"Attributes did not conform to the schema: birthdate: The attribute is required\n",
			);
			const birthdate = "2000-01-01";
			const user = await create(pool, "eli", { UserAttributes: attributeList({ birthdate, "dev:custom:level": "3" }) });
			assert.equal(attributesOf(user)["dev:custom:level"], "3");
			const flag = attributeList({ birthdate, email_verified: "true" });
			await refuses(create(pool, "eva", { UserAttributes: flag }), "InvalidParameterException");
			await refuses(create(pool, "eva", { UserAttributes: attributeList({ birthdate, sub: "me" }) }), "InvalidParameterException");
			await refuses(create(pool, "eva", { UserAttributes: attributeList({ birthdate, email: "eva" }) }), "InvalidParameterException");
			const verified = await create(pool, "eva", {
				UserAttributes: attributeList({ birthdate, email: "eva@example.com", email_verified: "True" }),
			});
			assert.equal(attributesOf(verified)["email_verified"], "true");
			const client = await createClient(gatehouse, pool);
			await refuses(
				signUp(gatehouse, client.id, "ed", { birthdate, email: "ed@example.com", "dev:custom:level": "9" }),
				"NotAuthorizedException",
				"A client attempted to write unauthorized attribute",
			);
		});

		test("A verified alias belongs to one user; ForceAliasCreation moves it, and marks it unverified where it was", async () => {
			const pool = await createPool(gatehouse, { AliasAttributes: ["email", "phone_number"] });
			const email = "fay@example.com";
			const phone_number = "+15550005555";
			const both = attributeList({ email, email_verified: "true", phone_number, phone_number_verified: "true" });
			const MessageAction = "SUPPRESS" as const;
			await create(pool, "fay", { UserAttributes: both, MessageAction });
			await create(pool, "fox", { UserAttributes: attributeList({ email }), MessageAction });
			assert.equal((await get(pool, email)).Username, "fay");
			await refuses(
				create(pool, "flo", { UserAttributes: both, MessageAction }),
				"AliasExistsException",
				/^An account with the (email|phone_number) already exists\.$/,
			);
			await refuses(get(pool, "flo"), "UserNotFoundException");
			await create(pool, "flo", { UserAttributes: both, MessageAction, ForceAliasCreation: true });
			assert.equal((await get(pool, email)).Username, "flo");
			assert.equal((await get(pool, phone_number)).Username, "flo");
			const former = attributesOf({ Attributes: (await get(pool, "fay")).UserAttributes });
			assert.equal(former["email_verified"], "false");
			assert.equal(former["phone_number_verified"], "false");
			assert.equal(former["email"], email);
			await gatehouse.client.send(new AdminDeleteUserCommand({ UserPoolId: pool, Username: "fay" }));
			assert.equal((await get(pool, email)).Username, "flo");
			const racing = ["a", "b", "c", "d"].map((name) =>
				create(pool, name, { UserAttributes: both, MessageAction, ForceAliasCreation: true }),
			);
			assert.deepEqual(await outcomes(racing), ["ok", "ok", "ok", "ok"]);
			const { Users = [] } = await gatehouse.client.send(new ListUsersCommand({ UserPoolId: pool }));
			assert.equal(Users.filter((user) => attributesOf(user)["email_verified"] === "true").length, 1);
		});

		test("In a pool with username attributes AdminCreateUser takes the address as the username and invites to sign in with it", async () => {
			const pool = await createPool(gatehouse, { UsernameAttributes: ["email"] });
			const user = await create(pool, "gus@example.com", { DesiredDeliveryMediums: ["EMAIL"] });
			assert.equal(user?.Username, attributesOf(user)["sub"]);
			assert.equal(attributesOf(user)["email"], "gus@example.com");
			assert.ok(gatehouse.inbox({ to: "gus@example.com" })[0]?.text.includes("gus@example.com"));
			await refuses(create(pool, "gus@example.com"), "UsernameExistsException", "An account with the given email already exists.");
			await refuses(create(pool, "gus"), "InvalidParameterException", "Username should be an email.");
			await refuses(
				create(pool, "ida@example.com", { UserAttributes: [{ Name: "email", Value: "other@example.com" }] }),
				"InvalidParameterException",
				"User email should be empty or same as username, since username attribute is email.",
			);
			const client = await createClient(gatehouse, pool);
			await setPassword(pool, "gus@example.com", goodPassword, true);
			assert.ok((await signIn(client.id, "gus@example.com", goodPassword)).AuthenticationResult);
		});

		test("AdminSetUserPassword confirms with a permanent password and asks for another with a temporary one", async () => {
			const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
			const client = await createClient(gatehouse, pool);
			await signUp(gatehouse, client.id, "hal", { email: "hal@example.com" });
			await setPassword(pool, "hal", "Permanent-1", true);
			assert.equal((await get(pool, "hal")).UserStatus, "CONFIRMED");
			assert.ok((await signIn(client.id, "hal", "Permanent-1")).AuthenticationResult);
			await refuses(signIn(client.id, "hal", goodPassword), "NotAuthorizedException", "Incorrect username or password.");
			await setPassword(pool, "hal", "Temporary-1", false);
			assert.equal((await get(pool, "hal")).UserStatus, "FORCE_CHANGE_PASSWORD");
			assert.equal((await signIn(client.id, "hal", "Temporary-1")).ChallengeName, "NEW_PASSWORD_REQUIRED");
			const text = "Password did not conform with password policy: Password must have numeric characters";
			await refuses(setPassword(pool, "hal", "No-numbers-here", true), "InvalidPasswordException", text);
			await refuses(setPassword(pool, "nobody", "Permanent-1", true), "UserNotFoundException");
		});

		test("GetUser shows what the client may read, and disabling ends every session for good", async () => {
			const pool = await createPool(gatehouse, {
				Schema: [{ Name: "level", AttributeDataType: "String", DeveloperOnlyAttribute: true, Mutable: true }],
			});
			const attributes = attributeList({ name: "Ida", email: "ida@example.com", "dev:custom:level": "9" });
			await create(pool, "ida", { UserAttributes: attributes, MessageAction: "SUPPRESS" });
			await setPassword(pool, "ida", goodPassword, true);
			const wide = await createClient(gatehouse, pool);
			const narrow = await createClient(gatehouse, pool, { ReadAttributes: ["name"] });
			const tokenOf = async (clientId: string) => (await signIn(clientId, "ida", goodPassword)).AuthenticationResult?.AccessToken ?? "";
			const token = await tokenOf(wide.id);
			const getUser = (AccessToken: string) => gatehouse.client.send(new GetUserCommand({ AccessToken }));
			const { $metadata: _, ...user } = await getUser(token);
			assert.deepEqual(Object.keys(user).sort(), ["UserAttributes", "Username"]);
			assert.deepEqual(
				user.UserAttributes?.map(({ Name }) => Name),
				["sub", "name", "email"],
			);
			const narrowToken = await tokenOf(narrow.id);
			assert.deepEqual(
				(await getUser(narrowToken)).UserAttributes?.map(({ Name }) => Name),
				["sub", "name"],
			);
			assert.equal((await gatehouse.cost(() => getUser(token))).statements, 1);

			const disable = () => gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "ida" }));
			const enable = () => gatehouse.client.send(new AdminEnableUserCommand({ UserPoolId: pool, Username: "ida" }));
			await disable();
			await disable();
			assert.equal((await get(pool, "ida")).Enabled, false);
			await refuses(getUser(token), "NotAuthorizedException", "Access Token has been revoked");
			await refuses(signIn(wide.id, "ida", goodPassword), "NotAuthorizedException", "User is disabled.");
			await enable();
			assert.equal((await get(pool, "ida")).Enabled, true);
			await refuses(getUser(token), "NotAuthorizedException", "Access Token has been revoked");
			await getUser(await tokenOf(wide.id));
			const missing = { UserPoolId: pool, Username: "nobody" };
			await refuses(gatehouse.client.send(new AdminDisableUserCommand(missing)), "UserNotFoundException");
			await refuses(gatehouse.client.send(new AdminEnableUserCommand(missing)), "UserNotFoundException");
		});

		test("AdminDeleteUser leaves nothing of the user, ends its sessions and frees its name", async () => {
			const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
			const client = await createClient(gatehouse, pool);
			const { UserSub } = await signUp(gatehouse, client.id, "jo", { email: "jo@example.com", name: "Jo" });
			await setPassword(pool, "jo", goodPassword, true);
			const AccessToken = (await signIn(client.id, "jo", goodPassword)).AuthenticationResult?.AccessToken;
			const remove = () => gatehouse.client.send(new AdminDeleteUserCommand({ UserPoolId: pool, Username: "jo" }));
			const racing = Array.from({ length: 5 }, remove);
			assert.deepEqual(await outcomes(racing), [...Array(4).fill("UserNotFoundException"), "ok"]);
			for (const table of ["user_names", "user_search", "passwords", "codes", "sessions"] as const) {
				const rows = await gatehouse.store.db.selectFrom(table).select("user_id").where("pool_id", "=", pool).execute();
				assert.deepEqual(rows, [], table);
			}
			await refuses(gatehouse.client.send(new GetUserCommand({ AccessToken })), "UserNotFoundException", "User does not exist.");
			await refuses(get(pool, UserSub ?? ""), "UserNotFoundException");
			const { UserPool } = await gatehouse.client.send(new DescribeUserPoolCommand({ UserPoolId: pool }));
			assert.equal(UserPool?.EstimatedNumberOfUsers, 0);
			const again = await signUp(gatehouse, client.id, "jo", { email: "jo@example.com" });
			assert.notEqual(again.UserSub, UserSub);
		});

		test("Racing changes of one user all take effect", async () => {
			const pool = await createPool(gatehouse);
			await create(pool, "kay", { MessageAction: "SUPPRESS" });
			const racing = [
				setPassword(pool, "kay", goodPassword, true),
				gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: pool, Username: "kay" })),
			];
			assert.deepEqual(await outcomes(racing), ["ok", "ok"]);
			const user = await get(pool, "kay");
			assert.equal(user.UserStatus, "CONFIRMED");
			assert.equal(user.Enabled, false);
			const find = async (Filter: string) =>
				(await gatehouse.client.send(new ListUsersCommand({ UserPoolId: pool, Filter }))).Users?.length;
			assert.equal(await find('cognito:user_status = "CONFIRMED"'), 1);
			assert.equal(await find('cognito:user_status = "FORCE_CHANGE_PASSWORD"'), 0);
			assert.equal(await find('status = "Disabled"'), 1);
		});
	});
}
