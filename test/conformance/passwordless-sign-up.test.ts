/** Users without a password: their sign-up, the sign-in right after it, and what becomes of them. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	AdminAddUserToGroupCommand,
	AdminCreateUserCommand,
	type AdminCreateUserCommandInput,
	AdminGetUserCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	ChangePasswordCommand,
	ConfirmForgotPasswordCommand,
	ConfirmSignUpCommand,
	CreateGroupCommand,
	ForgotPasswordCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";

const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const incorrect = "NotAuthorizedException: Incorrect username or password.";
const ExplicitAuthFlows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] as const;
type PoolSettings = NonNullable<Parameters<typeof createPlace>[1]>;

async function createPasswordless(gatehouse: Gatehouse, pool: PoolSettings = {}) {
	const { client } = gatehouse;
	const place = await createPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } }, ...pool },
		{ ExplicitAuthFlows: [...ExplicitAuthFlows] },
	);
	const { ClientId } = place;
	const signUp = (Username: string, attributes: Record<string, string> = { email: `${Username}@example.com` }, in_ = ClientId) =>
		client.send(
			new SignUpCommand({
				...{ ClientId: in_, Username },
				UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
			}),
		);
	const confirm = (Username: string, Session?: string, in_ = ClientId) =>
		client.send(
			new ConfirmSignUpCommand({ ClientId: in_, Username, Session, ConfirmationCode: gatehouse.code(`${Username}@example.com`) }),
		);
	const begin = (Session: string | undefined, AuthParameters?: Record<string, string>, in_ = ClientId) =>
		client.send(new InitiateAuthCommand({ ClientId: in_, AuthFlow: "USER_AUTH", Session, AuthParameters }));
	/** A user who has just confirmed, and the session for that. */
	const signedUp = async (name: string) => {
		await signUp(name);
		return (await confirm(name)).Session;
	};
	return { place, signUp, confirm, begin, signedUp };
}

/** Signs in by a code. */
async function signInByCode({ gatehouse, ClientId }: Place, USERNAME: string, to = `${USERNAME}@example.com`) {
	const { client } = gatehouse;
	const AuthParameters = { USERNAME, PREFERRED_CHALLENGE: "EMAIL_OTP" };
	const { Session } = await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters }));
	await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
	const ChallengeResponses = { USERNAME, EMAIL_OTP_CODE: gatehouse.code(to) };
	return client.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "EMAIL_OTP", Session, ChallengeResponses }));
}

async function statusOf({ gatehouse, UserPoolId }: Place, Username: string): Promise<string | undefined> {
	return (await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }))).UserStatus;
}

for (const engine of engines) {
	test(`users without a password (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		await signingUp(t, gatehouse);
		await sessions(t, gatehouse);
		await creating(t, gatehouse);
		await gettingOne(t, gatehouse);
	});
}

async function signingUp(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;

	await t.test("a user signs up without a password, confirms, and is signed in by the session of that, once", async () => {
		const { place, signUp, confirm, begin } = await createPasswordless(gatehouse);
		const signedUp = await signUp("ada");
		assert.deepEqual(
			Object.keys(signedUp)
				.filter((key) => key !== "$metadata")
				.sort(),
			["CodeDeliveryDetails", "Session", "UserConfirmed", "UserSub"],
		);
		const { Session } = await confirm("ada", signedUp.Session);
		const before = gatehouse.inbox().length;
		const racing = await Promise.allSettled(Array.from({ length: 10 }, () => begin(Session)));
		const given = racing.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
		assert.equal(given.length, 1);
		assert.equal(claimsOf(given[0]?.AuthenticationResult?.IdToken ?? "")["sub"], signedUp.UserSub);
		assert.equal(claimsOf(given[0]?.AuthenticationResult?.IdToken ?? "")["email_verified"], true);
		assert.equal(gatehouse.inbox().length, before, "no second code");
		assert.equal(await refusal(begin(Session)), invalidSession);
		assert.equal(await statusOf(place, "ada"), "CONFIRMED");
		assert.equal(await refusal(signIn(place, "ada")), incorrect);
		assert.ok((await signInByCode(place, "ada")).AuthenticationResult);
	});

	await t.test("a password at sign-up is no hindrance, and neither is a confirmation without SignUp's session", async () => {
		const { place, begin } = await createPasswordless(gatehouse);
		const { ClientId } = place;
		const UserAttributes = [{ Name: "email", Value: "bob@example.com" }];
		await client.send(new SignUpCommand({ ClientId, Username: "bob", Password: password, UserAttributes }));
		const ConfirmationCode = gatehouse.code("bob@example.com");
		const { Session } = await client.send(new ConfirmSignUpCommand({ ClientId, Username: "bob", ConfirmationCode }));
		assert.ok((await begin(Session, { USERNAME: "bob", PREFERRED_CHALLENGE: "EMAIL_OTP" })).AuthenticationResult);
		assert.ok(await signIn(place, "bob"));
	});

	await t.test("without a way to sign in by a code a password is needed", async () => {
		const needed = "InvalidParameterException: Password is required";
		const unreachable = /^InvalidParameterException: A user without a password must have a value for email/;
		const { place, signUp } = await createPasswordless(gatehouse);
		const other = await createClient(gatehouse, place.UserPoolId);
		assert.equal(await refusal(signUp("cid", { email: "cid@example.com" }, other.ClientId)), needed);
		assert.match(await refusal(signUp("cid", {})), unreachable);
		assert.match(await refusal(signUp("cid", { phone_number: "+15550001234" })), unreachable);
		const passkeys = await createPasswordless(gatehouse, {
			Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
		});
		assert.equal(await refusal(passkeys.signUp("cid")), needed);
		const unverified = await createPasswordless(gatehouse, { AutoVerifiedAttributes: [] });
		assert.match(await refusal(unverified.signUp("cid")), unreachable);
	});

	await t.test("where a code by e-mail is no first factor there is no session", async () => {
		const place = await createPlace(gatehouse, {}, { ExplicitAuthFlows: [...ExplicitAuthFlows] });
		const { ClientId } = place;
		const UserAttributes = [{ Name: "email", Value: "dot@example.com" }];
		const signedUp = await client.send(new SignUpCommand({ ClientId, Username: "dot", Password: password, UserAttributes }));
		assert.equal(signedUp.Session, undefined);
		const ConfirmationCode = gatehouse.code("dot@example.com");
		const confirmed = await client.send(new ConfirmSignUpCommand({ ClientId, Username: "dot", ConfirmationCode }));
		assert.deepEqual(Object.keys(confirmed), ["$metadata"]);
	});
}

async function sessions(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const { place, signUp, confirm, begin, signedUp } = await createPasswordless(gatehouse);
	const { UserPoolId } = place;
	const other = await createClient(gatehouse, UserPoolId, { ExplicitAuthFlows: [...ExplicitAuthFlows] });

	await t.test("SignUp's session must be the user's, the client's and of the step, and is no proof", async () => {
		const { Session: mine } = await signUp("eve");
		const { Session: theirs } = await signUp("fay");
		assert.equal(await refusal(confirm("eve", theirs)), invalidSession);
		assert.equal(await refusal(confirm("eve", mine, other.ClientId)), invalidSession);
		assert.equal(await refusal(confirm("eve", "x".repeat(100))), invalidSession);
		assert.equal(await refusal(begin(mine)), "InvalidParameterException: Missing required parameter USERNAME");
		assert.equal((await begin(mine, { USERNAME: "eve" })).ChallengeName, "SELECT_CHALLENGE");
		assert.equal(await statusOf(place, "eve"), "UNCONFIRMED");
		const { Session: proof } = await confirm("eve", mine);
		assert.equal(await refusal(confirm("fay", proof)), invalidSession);
		clock.advance(3 * 60 * 1000);
		assert.match(await refusal(confirm("fay", theirs)), /^NotAuthorizedException: Invalid session for the user, session is expired/);
		assert.ok((await confirm("fay")).Session, "without one the code is still good");
	});

	await t.test("ConfirmSignUp's session signs in its own user, by its own client, for a while", async () => {
		const proof = await signedUp("gil");
		assert.equal(await refusal(begin(proof, { USERNAME: "eve" })), invalidSession);
		assert.equal(await refusal(begin(proof, {}, other.ClientId)), invalidSession);
		assert.equal(await refusal(begin(`${proof?.slice(0, -2)}xx`)), invalidSession);
		assert.equal(await refusal(begin("x".repeat(100))), invalidSession);
		const respond = new RespondToAuthChallengeCommand({
			...{ ClientId: place.ClientId, ChallengeName: "EMAIL_OTP", Session: proof },
			ChallengeResponses: { USERNAME: "gil", EMAIL_OTP_CODE: "000000" },
		});
		assert.equal(await refusal(client.send(respond)), invalidSession);
		clock.advance(2 * 60 * 1000);
		assert.ok((await begin(proof, { USERNAME: "gil" })).AuthenticationResult);
		const late = await signedUp("hal");
		clock.advance(3 * 60 * 1000);
		assert.match(await refusal(begin(late)), /session is expired/);
	});

	await t.test("a sign-out everywhere ends it, another address makes it none; a membership changes nothing", async () => {
		const ended = await signedUp("ida");
		await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: "ida" }));
		assert.equal(await refusal(begin(ended)), invalidSession);

		const moved = await signedUp("jon");
		const UserAttributes = [{ Name: "email", Value: "elsewhere@example.com" }];
		await client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: "jon", UserAttributes }));
		assert.equal((await begin(moved, { USERNAME: "jon" })).ChallengeName, "SELECT_CHALLENGE");

		const member = await signedUp("kim");
		await client.send(new CreateGroupCommand({ UserPoolId, GroupName: "new" }));
		await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "kim", GroupName: "new" }));
		const { AuthenticationResult } = await begin(member);
		assert.deepEqual(claimsOf(AuthenticationResult?.AccessToken ?? "")["cognito:groups"], ["new"]);
	});
}

async function creating(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;
	const { place } = await createPasswordless(gatehouse, {
		Schema: [{ Name: "nickname", AttributeDataType: "String", Required: true, Mutable: true }],
	});
	const { UserPoolId } = place;
	const create = (Username: string, attributes: Record<string, string>, more: Partial<AdminCreateUserCommandInput> = {}) =>
		client.send(
			new AdminCreateUserCommand({
				...{ UserPoolId, Username, DesiredDeliveryMediums: ["EMAIL"] },
				UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
				...more,
			}),
		);

	await t.test("an administrator's user without a password is confirmed and invited without one", async () => {
		const { User } = await create("lee", { email: "lee@example.com", nickname: "Lee" });
		assert.equal(User?.UserStatus, "CONFIRMED");
		const [mail] = gatehouse.inbox({ to: "lee@example.com" });
		assert.deepEqual([mail?.text, mail?.code, mail?.trigger], ["Your username is lee.", null, "CustomMessage_AdminCreateUser"]);
		assert.ok((await signInByCode(place, "lee")).AuthenticationResult);
		assert.equal(
			await refusal(create("lee", {}, { MessageAction: "RESEND" })),
			"UnsupportedUserStateException: Resend not possible. lee status is not FORCE_CHANGE_PASSWORD",
		);
	});

	await t.test("such a user needs an address for codes and every required attribute; one with a temporary password does not", async () => {
		assert.equal(
			await refusal(create("max", { email: "max@example.com" })),
			"InvalidParameterException: Attributes did not conform to the schema: nickname: The attribute is required\n",
		);
		assert.match(
			await refusal(create("max", { nickname: "Max" }, { MessageAction: "SUPPRESS" })),
			/^InvalidParameterException: A user without/,
		);
		const more = { MessageAction: "SUPPRESS", TemporaryPassword: password } as const;
		assert.equal((await create("max", {}, more)).User?.UserStatus, "FORCE_CHANGE_PASSWORD");
	});
}

async function gettingOne(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;
	const { place, begin, signedUp } = await createPasswordless(gatehouse);
	const { ClientId, UserPoolId } = place;
	const tokensOf = async (name: string) => (await begin(await signedUp(name))).AuthenticationResult?.AccessToken;

	await t.test("ChangePassword gives a password to a user who has none, and asks for it from then on", async () => {
		const AccessToken = await tokensOf("nan");
		const change = (ProposedPassword: string, PreviousPassword?: string) =>
			refusal(client.send(new ChangePasswordCommand({ AccessToken, ProposedPassword, PreviousPassword })));
		assert.equal(await change(password, "Some-Other-Horse-7"), incorrect);
		assert.equal(await change(password), "not refused");
		assert.ok(await signIn(place, "nan"));
		assert.equal(await change("Another-Horse-8"), "InvalidParameterException: Missing required parameter PreviousPassword");
		assert.equal(await change("Another-Horse-8", password), "not refused");
		const { AvailableChallenges } = await begin(undefined, { USERNAME: "nan" });
		assert.deepEqual(AvailableChallenges, ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]);
	});

	await t.test("ForgotPassword does too, and so does an administrator", async () => {
		await tokensOf("oda");
		await client.send(new ForgotPasswordCommand({ ClientId, Username: "oda" }));
		await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
		const ConfirmationCode = gatehouse.code("oda@example.com");
		await client.send(new ConfirmForgotPasswordCommand({ ClientId, Username: "oda", ConfirmationCode, Password: password }));
		assert.ok(await signIn(place, "oda"));

		await tokensOf("pia");
		await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "pia", Password: password, Permanent: true }));
		assert.ok(await signIn(place, "pia"));
		await createUser(place, "quin", { email: "quin@example.com" });
		assert.ok(await signIn(place, "quin"));
	});
}
