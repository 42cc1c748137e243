/**
 * What becomes of users: status × operation × settings → outcome, each row with the page of AWS's that it follows. Every user is
 * brought into its status by the operations that lead there.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminDeleteUserAttributesCommand,
	AdminDeleteUserCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	ChangePasswordCommand,
	ConfirmForgotPasswordCommand,
	ConfirmSignUpCommand,
	DeleteUserCommand,
	type ExplicitAuthFlowsType,
	ForgotPasswordCommand,
	GetUserAttributeVerificationCodeCommand,
	GetUserCommand,
	GlobalSignOutCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	ResendConfirmationCodeCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
	UpdateUserAttributesCommand,
	type UserPoolPolicyType,
} from "@aws-sdk/client-cognito-identity-provider";
import { statusAfter } from "../../src/domain/user-pools/status-machine.ts";
import type { User } from "../../src/domain/user-pools/users.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, type Place, password, refusal, signIn, type Tokens } from "../support/people.ts";

const guide = (page: string) => `https://docs.aws.amazon.com/cognito/latest/developerguide/${page}.html`;
const reference = (operation: string) =>
	`https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_${operation}.html`;
const states = guide("signing-up-users-in-your-app");
const hiding = guide("cognito-user-pool-managing-errors");
const recovery = guide("managing-users-passwords");
const revocation = guide("token-revocation");
const lockout = guide("authentication");
const passwordless = guide("amazon-cognito-user-pools-authentication-flow-methods");
const updates = guide("user-pool-settings-email-phone-verification");

const statuses = ["UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"] as const;
type Status = (typeof statuses)[number];

/** What a user is like before the operation; without a word it is enabled, has a verified address and a client that names who exists. */
type Setting = "disabled" | "unverified" | "no address" | "hidden" | "admin_only";

/** `-` where nobody gets there: without a sign-in there is no access token, for one. Else what came of it, and the status after it. */
type Outcome = string;

const refused = {
	confirmed: (status: Status) => `NotAuthorizedException: User cannot be confirmed. Current status is ${status}`,
	alreadyConfirmed: "InvalidParameterException: User is already confirmed.",
	disabled: "NotAuthorizedException: User is disabled.",
	mismatch: "CodeMismatchException: Invalid verification code provided, please try again.",
	expired: "ExpiredCodeException: Invalid code provided, please request a code again.",
	nothingToVerify: "InvalidParameterException: Cannot resend codes. The user has no email or phone_number to verify.",
	invited: "UnsupportedUserStateException: Resend not possible. {name} status is not FORCE_CHANGE_PASSWORD",
	notConfirmed: "UserNotConfirmedException: User is not confirmed.",
	reset: "PasswordResetRequiredException: Password reset required for the user",
	incorrect: "NotAuthorizedException: Incorrect username or password.",
	session: "NotAuthorizedException: Invalid session for the user.",
	cannotReset: "NotAuthorizedException: User password cannot be reset in the current state.",
	noAddress: "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
	contact: "NotAuthorizedException: Contact administrator to reset password.",
	revoked: "NotAuthorizedException: Access Token has been revoked",
	refreshRevoked: "NotAuthorizedException: Refresh Token has been revoked",
};
const each = (outcome: (status: Status) => Outcome) => statuses.map(outcome) as [Outcome, Outcome, Outcome, Outcome];
const all = (outcome: Outcome) => each(() => outcome);
const stays = (what: string) => each((status) => `${what}, ${status}`);
/** Those who are confirmed can't be confirmed. */
const confirms = (unconfirmed: Outcome) => each((status) => (status === "UNCONFIRMED" ? unconfirmed : refused.confirmed(status)));
const resends = (unconfirmed: Outcome) => each((status) => (status === "UNCONFIRMED" ? unconfirmed : refused.alreadyConfirmed));

/** "The user status also changed from UNCONFIRMED to CONFIRMED", and imported users, who have to reset a password, need none. */
const byCode = ["tokens, CONFIRMED", "tokens, CONFIRMED", "NEW_PASSWORD_REQUIRED, FORCE_CHANGE_PASSWORD", "tokens, CONFIRMED"];

type Line = readonly [operation: keyof ReturnType<typeof operationsOf>, settings: readonly Setting[], page: string, outcomes: Outcome[]];

// In the order of `statuses`.
const lines: readonly Line[] = [
	["ConfirmSignUp", [], states, confirms("ok, CONFIRMED")],
	["ConfirmSignUp", ["hidden"], hiding, confirms("ok, CONFIRMED")],
	["ConfirmSignUp", ["disabled"], reference("ConfirmSignUp"), confirms(refused.disabled)],
	["ConfirmSignUp with a wrong code", [], reference("ConfirmSignUp"), confirms(refused.mismatch)],
	["ConfirmSignUp with a wrong code", ["hidden"], hiding, confirms(refused.mismatch)],
	["AdminConfirmSignUp", [], states, confirms("ok, CONFIRMED")],
	["AdminConfirmSignUp", ["disabled"], reference("AdminConfirmSignUp"), confirms("ok, CONFIRMED")],
	["AdminConfirmSignUp", ["no address"], states, confirms("ok, CONFIRMED")],
	["ResendConfirmationCode", [], states, resends("a code, UNCONFIRMED")],
	["ResendConfirmationCode", ["unverified"], states, resends("a code, UNCONFIRMED")],
	["ResendConfirmationCode", ["no address"], reference("ResendConfirmationCode"), resends(refused.nothingToVerify)],
	["ResendConfirmationCode", ["no address", "hidden"], hiding, resends("no code, UNCONFIRMED")],
	["ResendConfirmationCode", ["disabled"], reference("ResendConfirmationCode"), all(refused.disabled)],
	["ResendConfirmationCode", ["disabled", "hidden"], hiding, resends("no code, UNCONFIRMED")],
	[
		"AdminCreateUser with RESEND",
		[],
		reference("AdminCreateUser"),
		[refused.invited, refused.invited, "a code, FORCE_CHANGE_PASSWORD", refused.invited],
	],
	["AdminCreateUser with RESEND", ["disabled"], reference("AdminCreateUser"), all("NotAuthorizedException: User is disabled")],

	["InitiateAuth", [], states, [refused.notConfirmed, "tokens, CONFIRMED", "NEW_PASSWORD_REQUIRED, FORCE_CHANGE_PASSWORD", refused.reset]],
	[
		"InitiateAuth",
		["hidden"],
		hiding,
		[refused.notConfirmed, "tokens, CONFIRMED", "NEW_PASSWORD_REQUIRED, FORCE_CHANGE_PASSWORD", refused.reset],
	],
	["InitiateAuth", ["disabled"], reference("AdminDisableUser"), all(refused.disabled)],
	["InitiateAuth", ["disabled", "hidden"], reference("AdminDisableUser"), all(refused.disabled)],
	["InitiateAuth with a wrong password", [], lockout, all(refused.incorrect)],
	["InitiateAuth with a wrong password", ["hidden"], hiding, all(refused.incorrect)],
	["InitiateAuth with a wrong password", ["disabled", "hidden"], hiding, all(refused.incorrect)],
	[
		"AdminInitiateAuth",
		[],
		reference("AdminInitiateAuth"),
		[refused.notConfirmed, "tokens, CONFIRMED", "NEW_PASSWORD_REQUIRED, FORCE_CHANGE_PASSWORD", refused.reset],
	],
	["AdminInitiateAuth", ["disabled"], reference("AdminDisableUser"), all(refused.disabled)],
	["an answer to NEW_PASSWORD_REQUIRED", [], states, ["-", refused.session, "tokens, CONFIRMED", refused.session]],
	[
		"an answer to NEW_PASSWORD_REQUIRED",
		["disabled"],
		reference("AdminDisableUser"),
		["-", refused.session, refused.session, refused.session],
	],
	["USER_AUTH with a code", [], passwordless, byCode],
	["USER_AUTH with a code", ["hidden"], passwordless, byCode],
	["USER_AUTH with a code", ["unverified"], passwordless, byCode],
	["USER_AUTH with a code", ["disabled"], reference("AdminDisableUser"), all(refused.disabled)],
	["REFRESH_TOKEN_AUTH", [], revocation, ["-", "tokens, CONFIRMED", "tokens, FORCE_CHANGE_PASSWORD", "tokens, RESET_REQUIRED"]],
	["REFRESH_TOKEN_AUTH", ["disabled"], reference("AdminDisableUser"), ["-", ...all(refused.refreshRevoked).slice(1)]],

	["ForgotPassword", [], recovery, ["a code, UNCONFIRMED", "a code, CONFIRMED", refused.cannotReset, "a code, RESET_REQUIRED"]],
	["ForgotPassword", ["hidden"], hiding, ["a code, UNCONFIRMED", "a code, CONFIRMED", refused.cannotReset, "a code, RESET_REQUIRED"]],
	["ForgotPassword", ["unverified"], recovery, [refused.noAddress, refused.noAddress, refused.cannotReset, refused.noAddress]],
	[
		"ForgotPassword",
		["no address"],
		reference("ForgotPassword"),
		[refused.noAddress, refused.noAddress, refused.cannotReset, refused.noAddress],
	],
	[
		"ForgotPassword",
		["unverified", "hidden"],
		hiding,
		["no code, UNCONFIRMED", "no code, CONFIRMED", refused.cannotReset, "no code, RESET_REQUIRED"],
	],
	[
		"ForgotPassword",
		["no address", "hidden"],
		hiding,
		["no code, UNCONFIRMED", "no code, CONFIRMED", refused.cannotReset, "no code, RESET_REQUIRED"],
	],
	["ForgotPassword", ["disabled"], reference("ForgotPassword"), all(refused.disabled)],
	["ForgotPassword", ["disabled", "hidden"], hiding, stays("no code")],
	["ForgotPassword", ["admin_only"], recovery, [refused.contact, refused.contact, refused.contact, "-"]],
	["ForgotPassword", ["admin_only", "hidden"], recovery, [refused.contact, refused.contact, refused.contact, "-"]],
	[
		"ConfirmForgotPassword",
		[],
		reference("ConfirmForgotPassword"),
		[refused.notConfirmed, "ok, CONFIRMED", refused.cannotReset, "ok, CONFIRMED"],
	],
	["ConfirmForgotPassword", ["hidden"], recovery, [refused.notConfirmed, "ok, CONFIRMED", refused.cannotReset, "ok, CONFIRMED"]],
	["ConfirmForgotPassword", ["disabled"], reference("ConfirmForgotPassword"), all(refused.disabled)],
	["ConfirmForgotPassword", ["disabled", "hidden"], hiding, all(refused.mismatch)],
	["ConfirmForgotPassword with a wrong code", [], reference("ConfirmForgotPassword"), all(refused.mismatch)],
	["ConfirmForgotPassword with a wrong code", ["hidden"], hiding, all(refused.mismatch)],
	// A reset by an administrator sends a code, too.
	["ConfirmForgotPassword before a code", [], hiding, [...all(refused.expired).slice(1), refused.mismatch]],
	[
		"AdminResetUserPassword",
		[],
		reference("AdminResetUserPassword"),
		[refused.cannotReset, "a code, RESET_REQUIRED", refused.cannotReset, "a code, RESET_REQUIRED"],
	],
	["AdminResetUserPassword", ["unverified"], recovery, [refused.cannotReset, refused.noAddress, refused.cannotReset, refused.noAddress]],
	["AdminResetUserPassword", ["no address"], recovery, [refused.cannotReset, refused.noAddress, refused.cannotReset, refused.noAddress]],
	["AdminResetUserPassword", ["disabled"], reference("AdminResetUserPassword"), all(refused.disabled)],
	[
		"AdminResetUserPassword",
		["admin_only"],
		reference("AdminResetUserPassword"),
		[refused.cannotReset, refused.noAddress, refused.cannotReset, "-"],
	],
	["AdminSetUserPassword, permanent", [], reference("AdminSetUserPassword"), all("ok, CONFIRMED")],
	["AdminSetUserPassword, permanent", ["disabled"], reference("AdminSetUserPassword"), all("ok, CONFIRMED")],
	["AdminSetUserPassword, temporary", [], reference("AdminSetUserPassword"), all("ok, FORCE_CHANGE_PASSWORD")],
	["AdminSetUserPassword, temporary", ["disabled"], reference("AdminSetUserPassword"), all("ok, FORCE_CHANGE_PASSWORD")],

	["ChangePassword", [], reference("ChangePassword"), ["-", "ok, CONFIRMED", "ok, CONFIRMED", refused.reset]],
	["ChangePassword", ["disabled"], reference("AdminDisableUser"), ["-", ...all(refused.revoked).slice(1)]],
	["ChangePassword with a wrong password", [], reference("ChangePassword"), ["-", refused.incorrect, refused.incorrect, refused.reset]],
	["GetUser", [], reference("GetUser"), ["-", "ok, CONFIRMED", "ok, FORCE_CHANGE_PASSWORD", refused.reset]],
	["GetUser", ["disabled"], reference("AdminDisableUser"), ["-", ...all(refused.revoked).slice(1)]],
	["UpdateUserAttributes", [], updates, ["-", "ok, CONFIRMED", "ok, FORCE_CHANGE_PASSWORD", refused.reset]],
	["UpdateUserAttributes", ["disabled"], reference("AdminDisableUser"), ["-", ...all(refused.revoked).slice(1)]],
	["GetUserAttributeVerificationCode", [], updates, ["-", "a code, CONFIRMED", "a code, FORCE_CHANGE_PASSWORD", refused.reset]],
	["GlobalSignOut", [], revocation, ["-", "ok, CONFIRMED", "ok, FORCE_CHANGE_PASSWORD", refused.reset]],
	["DeleteUser", [], reference("DeleteUser"), ["-", "ok, gone", "ok, gone", refused.reset]],

	["AdminUpdateUserAttributes", [], updates, stays("ok")],
	["AdminUpdateUserAttributes", ["disabled"], reference("AdminUpdateUserAttributes"), stays("ok")],
	["AdminUserGlobalSignOut", [], revocation, stays("ok")],
	["AdminDisableUser", [], reference("AdminDisableUser"), stays("ok")],
	["AdminEnableUser", ["disabled"], reference("AdminEnableUser"), stays("ok")],
	["AdminDeleteUser", [], reference("AdminDeleteUser"), all("ok, gone")],
	["AdminDeleteUser", ["disabled"], reference("AdminDeleteUser"), all("ok, gone")],
];

const rows = lines.flatMap(([operation, settings, page, outcomes]) =>
	statuses.map((status, index) => ({ status, operation, settings, page, outcome: outcomes[index] ?? "-" })),
);

/** A user as it stands before the operation, and what is needed for that. */
interface Subject {
	readonly place: Place;
	readonly name: string;
	readonly tokens: Tokens | undefined;
	/** The codes that were sent, or one that none was. */
	readonly signUpCode: string;
	readonly recoveryCode: string;
	readonly session: string;
}

const next = "Another-Horse-8";
const wrongPassword = "Wrong-Horse-1";
const wrongCode = "wrong";
const byPassword = (place: Place, USERNAME: string, PASSWORD: string) => ({
	...place,
	AuthFlow: "USER_PASSWORD_AUTH" as const,
	AuthParameters: { USERNAME, PASSWORD },
});

/** Each operation, and what its answer says in a word. */
function operationsOf({ client, inbox, code }: Gatehouse) {
	const token = ({ tokens }: Subject) => ({ AccessToken: tokens?.AccessToken });
	const named = ({ place, name }: Subject) => ({ UserPoolId: place.UserPoolId, Username: name });
	const publicly = ({ place, name }: Subject) => ({ ClientId: place.ClientId, Username: name });
	const done = async (call: Promise<unknown>) => {
		await call;
		return "ok";
	};
	const signedIn = async (call: Promise<Pick<InitiateAuthCommandOutput, "ChallengeName" | "AuthenticationResult">>) => {
		const { ChallengeName, AuthenticationResult } = await call;
		return ChallengeName ?? (AuthenticationResult ? "tokens" : "neither");
	};
	/** Messages to somebody who hides may take until the next turn of the loop. */
	const sends = async ({ name }: Subject, call: () => Promise<unknown>) => {
		const sent = () => inbox({ to: `${name}@example.com` }).length;
		const before = sent();
		await call();
		await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
		return sent() > before ? "a code" : "no code";
	};
	const confirm = (subject: Subject, ConfirmationCode: string) =>
		done(client.send(new ConfirmSignUpCommand({ ...publicly(subject), ConfirmationCode })));
	const recover = (subject: Subject, ConfirmationCode: string) =>
		done(client.send(new ConfirmForgotPasswordCommand({ ...publicly(subject), ConfirmationCode, Password: next })));
	const setPassword = (subject: Subject, Permanent: boolean) =>
		done(client.send(new AdminSetUserPasswordCommand({ ...named(subject), Password: next, Permanent })));
	const change = (subject: Subject, PreviousPassword: string) =>
		done(client.send(new ChangePasswordCommand({ AccessToken: token(subject).AccessToken, PreviousPassword, ProposedPassword: next })));
	const UserAttributes = [{ Name: "nickname", Value: "Nick" }];
	return {
		ConfirmSignUp: (subject: Subject) => confirm(subject, subject.signUpCode),
		"ConfirmSignUp with a wrong code": (subject: Subject) => confirm(subject, wrongCode),
		AdminConfirmSignUp: (subject: Subject) => done(client.send(new AdminConfirmSignUpCommand(named(subject)))),
		ResendConfirmationCode: (subject: Subject) => sends(subject, () => client.send(new ResendConfirmationCodeCommand(publicly(subject)))),
		"AdminCreateUser with RESEND": (subject: Subject) =>
			sends(subject, () =>
				client.send(new AdminCreateUserCommand({ ...named(subject), MessageAction: "RESEND", DesiredDeliveryMediums: ["EMAIL"] })),
			),
		InitiateAuth: ({ place, name }: Subject) => signedIn(client.send(new InitiateAuthCommand(byPassword(place, name, password)))),
		"InitiateAuth with a wrong password": ({ place, name }: Subject) =>
			signedIn(client.send(new InitiateAuthCommand(byPassword(place, name, wrongPassword)))),
		AdminInitiateAuth: ({ place, name }: Subject) =>
			signedIn(client.send(new AdminInitiateAuthCommand({ ...byPassword(place, name, password), AuthFlow: "ADMIN_USER_PASSWORD_AUTH" }))),
		"USER_AUTH with a code": async ({ place, name }: Subject) => {
			const { ClientId } = place;
			const AuthParameters = { USERNAME: name, PREFERRED_CHALLENGE: "EMAIL_OTP" };
			const { Session } = await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters }));
			await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
			const ChallengeResponses = { USERNAME: name, EMAIL_OTP_CODE: code(`${name}@example.com`) };
			return signedIn(
				client.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "EMAIL_OTP", Session, ChallengeResponses })),
			);
		},
		"an answer to NEW_PASSWORD_REQUIRED": ({ place, name, session }: Subject) =>
			signedIn(
				client.send(
					new RespondToAuthChallengeCommand({
						...{ ClientId: place.ClientId, ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session },
						ChallengeResponses: { USERNAME: name, NEW_PASSWORD: next },
					}),
				),
			),
		REFRESH_TOKEN_AUTH: ({ place, tokens }: Subject) =>
			signedIn(
				client.send(
					new InitiateAuthCommand({
						...{ ClientId: place.ClientId, AuthFlow: "REFRESH_TOKEN_AUTH" },
						AuthParameters: { REFRESH_TOKEN: tokens?.RefreshToken ?? "" },
					}),
				),
			),
		ForgotPassword: (subject: Subject) => sends(subject, () => client.send(new ForgotPasswordCommand(publicly(subject)))),
		ConfirmForgotPassword: (subject: Subject) => recover(subject, subject.recoveryCode),
		"ConfirmForgotPassword with a wrong code": (subject: Subject) => recover(subject, wrongCode),
		"ConfirmForgotPassword before a code": (subject: Subject) => recover(subject, wrongCode),
		AdminResetUserPassword: (subject: Subject) => sends(subject, () => client.send(new AdminResetUserPasswordCommand(named(subject)))),
		"AdminSetUserPassword, permanent": (subject: Subject) => setPassword(subject, true),
		"AdminSetUserPassword, temporary": (subject: Subject) => setPassword(subject, false),
		ChangePassword: (subject: Subject) => change(subject, password),
		"ChangePassword with a wrong password": (subject: Subject) => change(subject, wrongPassword),
		GetUser: (subject: Subject) => done(client.send(new GetUserCommand(token(subject)))),
		UpdateUserAttributes: (subject: Subject) => done(client.send(new UpdateUserAttributesCommand({ ...token(subject), UserAttributes }))),
		GetUserAttributeVerificationCode: (subject: Subject) =>
			sends(subject, () => client.send(new GetUserAttributeVerificationCodeCommand({ ...token(subject), AttributeName: "email" }))),
		GlobalSignOut: (subject: Subject) => done(client.send(new GlobalSignOutCommand(token(subject)))),
		DeleteUser: (subject: Subject) => done(client.send(new DeleteUserCommand(token(subject)))),
		AdminUpdateUserAttributes: (subject: Subject) =>
			done(client.send(new AdminUpdateUserAttributesCommand({ ...named(subject), UserAttributes }))),
		AdminUserGlobalSignOut: (subject: Subject) => done(client.send(new AdminUserGlobalSignOutCommand(named(subject)))),
		AdminDisableUser: (subject: Subject) => done(client.send(new AdminDisableUserCommand(named(subject)))),
		AdminEnableUser: (subject: Subject) => done(client.send(new AdminEnableUserCommand(named(subject)))),
		AdminDeleteUser: (subject: Subject) => done(client.send(new AdminDeleteUserCommand(named(subject)))),
	};
}

const needsTokens = /^(ChangePassword|GetUser|UpdateUser|GetUserAttr|GlobalSignOut|DeleteUser|REFRESH)/;
const needsRecoveryCode = /^ConfirmForgotPassword(?! before)/;

/** Brings a new user into the status that a row begins with, by real operations. */
async function prepare({ client, code }: Gatehouse, place: Place, name: string, row: (typeof rows)[number]): Promise<Subject> {
	const { status, operation, settings } = row;
	const email = `${name}@example.com`;
	const user = { UserPoolId: place.UserPoolId, Username: name };
	const setPassword = (Permanent: boolean) => client.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent }));
	const mark = (Value: "true" | "false") =>
		client.send(new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [{ Name: "email_verified", Value }] }));
	const hasAddress = !settings.includes("no address");
	// A reset needs an address, which may go afterwards.
	const createdWith = hasAddress || status === "RESET_REQUIRED" ? [{ Name: "email", Value: email }] : [];
	let tokens: Tokens | undefined;
	let signUpCode = wrongCode;
	let session = "";
	if (status === "UNCONFIRMED") {
		await client.send(new SignUpCommand({ ClientId: place.ClientId, Username: name, Password: password, UserAttributes: createdWith }));
		if (hasAddress) signUpCode = code(email);
	} else {
		await client.send(
			new AdminCreateUserCommand({ ...user, UserAttributes: createdWith, TemporaryPassword: password, MessageAction: "SUPPRESS" }),
		);
	}
	if (createdWith.length > 0 && (!settings.includes("unverified") || status === "RESET_REQUIRED")) await mark("true");
	const signsIn = needsTokens.test(operation);
	const recovers = needsRecoveryCode.test(operation);
	if (operation === "an answer to NEW_PASSWORD_REQUIRED") {
		session = (await client.send(new InitiateAuthCommand(byPassword(place, name, password)))).Session ?? "";
	}
	const isInvited = status === "FORCE_CHANGE_PASSWORD" && !signsIn && !recovers;
	if (status !== "UNCONFIRMED" && !isInvited) await setPassword(true);
	if (signsIn) tokens = await signIn(place, name);
	if (recovers) await client.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username: name }));
	if (status === "FORCE_CHANGE_PASSWORD" && !isInvited) await setPassword(false);
	if (status === "RESET_REQUIRED") {
		await client.send(new AdminResetUserPasswordCommand(user));
		if (settings.includes("unverified")) await mark("false");
		if (!hasAddress) await client.send(new AdminDeleteUserAttributesCommand({ ...user, UserAttributeNames: ["email"] }));
	}
	if (settings.includes("disabled")) await client.send(new AdminDisableUserCommand(user));
	await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
	const recoveryCode = recovers ? code(email) : wrongCode;
	return { place, name, tokens, signUpCode, recoveryCode, session };
}

for (const engine of engines) {
	describe(`Statuses on ${engine}`, { concurrency: 8 }, () => {
		let gatehouse: Gatehouse;
		const places = new Map<string, Place>();
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			for (const recovery of ["verified_email", "admin_only"] as const) {
				const AccountRecoverySetting = { RecoveryMechanisms: [{ Name: recovery, Priority: 1 }] };
				const Policies: UserPoolPolicyType = { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } };
				const ExplicitAuthFlows: ExplicitAuthFlowsType[] = [
					...(["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"] as const),
					"ALLOW_REFRESH_TOKEN_AUTH",
				];
				const place = await createPlace(
					gatehouse,
					{ AccountRecoverySetting, Policies },
					{ ExplicitAuthFlows, PreventUserExistenceErrors: "LEGACY" },
				);
				const hidden = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows, PreventUserExistenceErrors: "ENABLED" });
				places.set(recovery, place);
				places.set(`${recovery} hidden`, { ...place, ...hidden });
			}
		});
		after(() => gatehouse.stop());

		const statusOf = async ({ place, name }: Subject) => {
			try {
				const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: name }));
				return user.UserStatus;
			} catch {
				return "gone";
			}
		};

		for (const [index, row] of rows.entries()) {
			if (row.outcome === "-") continue;
			const { status, operation, settings, outcome, page } = row;
			test(`${operation}: a user who is ${[status, ...settings].join(", ")} → ${outcome} [${page}]`, async () => {
				const recovery = settings.includes("admin_only") ? "admin_only" : "verified_email";
				const place = places.get(settings.includes("hidden") ? `${recovery} hidden` : recovery) as Place;
				const name = `user-${index}`;
				const subject = await prepare(gatehouse, place, name, row);
				const before = await statusOf(subject);
				assert.equal(before, status, "where the row begins");
				let answer = "";
				const error = await refusal(
					operationsOf(gatehouse)
						[operation](subject)
						.then((word) => {
							answer = word;
						}),
				);
				const afterwards = await statusOf(subject);
				assert.equal(error === "not refused" ? `${answer}, ${afterwards}` : error, outcome.replace("{name}", name));
				if (error !== "not refused") assert.equal(afterwards, status, "what is refused changes nothing");
			});
		}
	});
}

test("The table has more than 150 rows that are run, none of them twice", () => {
	const run = rows.filter(({ outcome }) => outcome !== "-");
	assert.ok(run.length >= 150, `${run.length} rows`);
	assert.equal(new Set(run.map(({ status, operation, settings }) => [status, operation, ...settings].join())).size, run.length);
	for (const { page } of run) assert.match(page, /^https:\/\/docs\.aws\.amazon\.com\/cognito/);
});

test("A federated user, whom nothing here makes yet, has no password of its own to recover, and may be given one", () => {
	const federated = { username: "provider_1", status: "EXTERNAL_PROVIDER" } as User;
	const after = (...[event]: Parameters<typeof statusAfter>) => statusAfter(event, federated);
	assert.equal(after("sign-in", federated), "EXTERNAL_PROVIDER");
	assert.equal(after("permanent password", federated), "CONFIRMED");
	for (const event of ["ForgotPassword", "AdminResetUserPassword", "ChangePassword"] as const) {
		assert.throws(() => after(event, federated), { code: "NotAuthorizedException" });
	}
});
