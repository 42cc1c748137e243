/** A user pool with one of everything, and what a set of calls says about it: two of them are the same when every call says the same. */
import assert from "node:assert/strict";
import { createHmac, createPublicKey, verify } from "node:crypto";
import {
	AddUserPoolClientSecretCommand,
	AdminAddUserToGroupCommand,
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminGetUserCommand,
	AdminListDevicesCommand,
	AdminListGroupsForUserCommand,
	AdminSetUserPasswordCommand,
	AssociateSoftwareTokenCommand,
	CompleteWebAuthnRegistrationCommand,
	ConfirmDeviceCommand,
	CreateGroupCommand,
	CreateResourceServerCommand,
	DescribeResourceServerCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	GetGroupCommand,
	GetSigningCertificateCommand,
	GetUserCommand,
	GetUserPoolMfaConfigCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	ListDevicesCommand,
	ListGroupsCommand,
	ListResourceServersCommand,
	ListTagsForResourceCommand,
	ListUserPoolClientSecretsCommand,
	ListUserPoolClientsCommand,
	ListUserPoolsCommand,
	ListUsersCommand,
	ListUsersInGroupCommand,
	ListWebAuthnCredentialsCommand,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	SetUserMFAPreferenceCommand,
	SetUserPoolMfaConfigCommand,
	SignUpCommand,
	StartWebAuthnRegistrationCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Authenticator, type CreationOptions, createAuthenticator, type RequestOptions } from "./authenticator.ts";
import type { Gatehouse } from "./gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, headerOf, type Place, password, refusal, signIn, type Tokens } from "./people.ts";
import { answerDeviceSrp, answerSrp, type ClientDevice, createDevice, startSrp } from "./srp-client.ts";
import { totpCode } from "./totp.ts";

const totpStepMilliseconds = 30_000;
const flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;

export interface Inhabited {
	readonly UserPoolId: string;
	/** A public client that hides who exists. */
	readonly ClientId: string;
	readonly confidential: { readonly ClientId: string; readonly secrets: readonly string[] };
	readonly subs: Readonly<Record<string, string>>;
	/** Of anna, from before any move. */
	readonly tokens: Tokens;
	readonly revoked: string;
	readonly totpSecret: string;
	readonly passkey: Authenticator;
	readonly device: ClientDevice;
	readonly temporaryPassword: string;
	readonly earlierPassword: string;
}

const temporaryPassword = "Temporary-9-horse";
const earlierPassword = "Earlier-horse-9";

/** Makes the pool: anna (in groups), tom (TOTP and a device), pia (passkey), ned (invited), una (unconfirmed), dan (disabled). */
export async function createInhabited(gatehouse: Gatehouse): Promise<Inhabited> {
	const { client } = gatehouse;
	const place = await createPlace(
		gatehouse,
		{
			PoolName: "inhabited",
			AliasAttributes: ["email", "preferred_username"],
			Policies: {
				PasswordPolicy: { MinimumLength: 9, PasswordHistorySize: 3 },
				SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] },
			},
			Schema: [{ Name: "plan", AttributeDataType: "String", Mutable: true }],
			DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
			UserPoolTags: { team: "doors" },
		},
		{ ExplicitAuthFlows: [...flows], PreventUserExistenceErrors: "ENABLED" },
	);
	const { UserPoolId, ClientId } = place;
	await client.send(
		new SetUserPoolMfaConfigCommand({
			UserPoolId,
			MfaConfiguration: "OPTIONAL",
			SoftwareTokenMfaConfiguration: { Enabled: true },
			WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "preferred" },
		}),
	);
	const Identifier = "https://api.example.com";
	await client.send(
		new CreateResourceServerCommand({ UserPoolId, Identifier, Name: "api", Scopes: [{ ScopeName: "read", ScopeDescription: "Read" }] }),
	);
	const secretly = await createClient(gatehouse, UserPoolId, { ClientName: "confidential", GenerateSecret: true });
	const second = await client.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId: secretly.ClientId }));
	await client.send(new GetSigningCertificateCommand({ UserPoolId }));
	for (const [GroupName, Precedence] of [
		["admins", 1],
		["staff", 5],
	] as const)
		await client.send(new CreateGroupCommand({ UserPoolId, GroupName, Precedence, Description: GroupName }));

	const subs: Record<string, string> = {};
	for (const name of ["anna", "tom", "pia", "dan"])
		subs[name] = await createUser(place, name, {
			email: `${name}@example.com`,
			email_verified: "true",
			"custom:plan": "gold",
			name: `Ms ${name}`,
		});
	await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "anna", Password: earlierPassword, Permanent: true }));
	await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "anna", Password: `${password}-x`, Permanent: true }));
	await client.send(
		new AdminCreateUserCommand({ UserPoolId, Username: "ned", TemporaryPassword: temporaryPassword, MessageAction: "SUPPRESS" }),
	);
	await client.send(
		new SignUpCommand({ ClientId, Username: "una", Password: password, UserAttributes: [{ Name: "email", Value: "una@example.com" }] }),
	);
	for (const GroupName of ["admins", "staff"])
		await client.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username: "anna" }));
	await client.send(new AdminDisableUserCommand({ UserPoolId, Username: "dan" }));

	const tokens = await signIn(place, "anna", `${password}-x`);
	const revoked = await signIn(place, "anna", `${password}-x`);
	await client.send(new RevokeTokenCommand({ ClientId, Token: revoked.RefreshToken }));
	const { totpSecret, device } = await enrolTom(place);
	return {
		UserPoolId,
		ClientId,
		confidential: {
			ClientId: secretly.ClientId,
			secrets: [secretly.ClientSecret ?? "", second.ClientSecretDescriptor?.ClientSecretValue ?? ""],
		},
		subs,
		tokens,
		revoked: revoked.RefreshToken,
		totpSecret,
		passkey: await enrolPia(place),
		device,
		temporaryPassword,
		earlierPassword,
	};
}

async function enrolTom(place: Place): Promise<{ totpSecret: string; device: ClientDevice }> {
	const { client, clock } = place.gatehouse;
	const { AuthenticationResult } = await client.send(
		new InitiateAuthCommand({
			AuthFlow: "USER_PASSWORD_AUTH",
			ClientId: place.ClientId,
			AuthParameters: { USERNAME: "tom", PASSWORD: password },
		}),
	);
	const AccessToken = AuthenticationResult?.AccessToken;
	const { device, config } = createDevice(AuthenticationResult?.NewDeviceMetadata ?? {});
	await client.send(
		new ConfirmDeviceCommand({ AccessToken, DeviceKey: device.key, DeviceName: "phone", DeviceSecretVerifierConfig: config }),
	);
	const { SecretCode = "" } = await client.send(new AssociateSoftwareTokenCommand({ AccessToken }));
	await client.send(
		new VerifySoftwareTokenCommand({ AccessToken, UserCode: totpCode(SecretCode, clock.now()), FriendlyDeviceName: "app" }),
	);
	await client.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }));
	return { totpSecret: SecretCode, device };
}

async function enrolPia(place: Place): Promise<Authenticator> {
	const { client } = place.gatehouse;
	const { AccessToken } = await signIn(place, "pia");
	const authenticator = createAuthenticator({ origin: "http://localhost:9400" });
	const { CredentialCreationOptions } = await client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
	// biome-ignore lint/suspicious/noExplicitAny: the SDK's type of any JSON
	const Credential = authenticator.create(CredentialCreationOptions as unknown as CreationOptions) as any;
	await client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));
	return authenticator;
}

/** Claims that are of one token alone. */
const ownClaims = ["iat", "exp", "jti", "auth_time", "event_id", "origin_jti", "at_hash"];

function claims(token: string | undefined): object {
	assert.ok(token, "there is a token");
	const own = Object.entries(claimsOf(token)).filter(([name]) => !ownClaims.includes(name));
	return { header: headerOf(token), claims: Object.fromEntries(own.filter(([name]) => name !== "device_key")) };
}

function result({ AuthenticationResult: tokens }: Pick<InitiateAuthCommandOutput, "AuthenticationResult">): object {
	return { id: claims(tokens?.IdToken), access: claims(tokens?.AccessToken) };
}

type Jwk = { readonly kid: string; readonly kty: "RSA"; readonly e: string; readonly n: string };

const bare = ({ $metadata: _, ...answer }: { $metadata: unknown }): object => answer;

/** What the calls say, by their names: all that is the same as long as the pool is. */
export async function answersOf(gatehouse: Gatehouse, pool: Inhabited): Promise<Record<string, unknown>> {
	const { UserPoolId, ClientId } = pool;
	const { client, clock } = gatehouse;
	const initiate = (
		AuthFlow: "USER_PASSWORD_AUTH" | "USER_SRP_AUTH" | "USER_AUTH" | "REFRESH_TOKEN_AUTH",
		AuthParameters: Record<string, string>,
		of = ClientId,
	) => client.send(new InitiateAuthCommand({ AuthFlow, ClientId: of, AuthParameters }));
	const byPassword = (USERNAME: string, PASSWORD: string, more: Record<string, string> = {}, of = ClientId) =>
		initiate("USER_PASSWORD_AUTH", { USERNAME, PASSWORD, ...more }, of);
	const respond = (asked: InitiateAuthCommandOutput, ChallengeResponses: Record<string, string>) =>
		client.send(
			new RespondToAuthChallengeCommand({ ClientId, ChallengeName: asked.ChallengeName, Session: asked.Session, ChallengeResponses }),
		);
	const annas = `${password}-x`;

	/** No code of an authenticator app is taken twice. */
	const withTotp = async () => {
		clock.advance(totpStepMilliseconds);
		const asked = await byPassword("tom", password);
		return respond(asked, { USERNAME: "tom", SOFTWARE_TOKEN_MFA_CODE: totpCode(pool.totpSecret, clock.now()) });
	};
	const bySrp = async (USERNAME: string) => {
		const srp = startSrp();
		const asked = await initiate("USER_SRP_AUTH", { USERNAME, SRP_A: srp.SRP_A });
		const { SALT, USER_ID_FOR_SRP } = asked.ChallengeParameters ?? {};
		const tokens = await respond(asked, answerSrp(srp, asked.ChallengeParameters ?? {}, UserPoolId, annas, new Date(clock.now()))).catch(
			(error: Error) => error.name,
		);
		return { SALT, USER_ID_FOR_SRP, end: typeof tokens === "string" ? tokens : result(tokens) };
	};
	const byDevice = async () => {
		clock.advance(totpStepMilliseconds);
		const DEVICE_KEY = pool.device.key;
		let asked = await byPassword("tom", password, { DEVICE_KEY });
		if (asked.ChallengeName === "SOFTWARE_TOKEN_MFA")
			asked = await respond(asked, { USERNAME: "tom", SOFTWARE_TOKEN_MFA_CODE: totpCode(pool.totpSecret, clock.now()), DEVICE_KEY });
		const srp = startSrp();
		const challenge = await respond(asked, { USERNAME: "tom", DEVICE_KEY, SRP_A: srp.SRP_A });
		return result(await respond(challenge, answerDeviceSrp(srp, challenge.ChallengeParameters ?? {}, pool.device, new Date(clock.now()))));
	};
	const byPasskey = async () => {
		const asked = await initiate("USER_AUTH", { USERNAME: "pia", PREFERRED_CHALLENGE: "WEB_AUTHN" });
		const options = JSON.parse(asked.ChallengeParameters?.["CREDENTIAL_REQUEST_OPTIONS"] ?? "") as RequestOptions;
		return result(await respond(asked, { USERNAME: "pia", CREDENTIAL: JSON.stringify(pool.passkey.get(options)) }));
	};
	const confidential = pool.confidential.ClientId;
	const hash = (secret: string) => createHmac("sha256", secret).update(`anna${confidential}`).digest("base64");
	const byHash = (secret: string) => byPassword("anna", annas, { SECRET_HASH: hash(secret) }, confidential);
	const jwks = (await (await fetch(`${gatehouse.url}/${UserPoolId}/.well-known/jwks.json`)).json()) as { keys: Jwk[] };
	const { AccessToken, RefreshToken } = pool.tokens;
	const [head = "", body = "", signature = ""] = AccessToken.split(".");
	const key = jwks.keys.find(({ kid }) => kid === headerOf(AccessToken)["kid"]);
	const describe = (of: string) => client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: of })).then(bare);
	const list = (Filter?: string) => client.send(new ListUsersCommand({ UserPoolId, Filter })).then(bare);

	const answers: Record<string, unknown> = {
		DescribeUserPool: bare(await client.send(new DescribeUserPoolCommand({ UserPoolId }))),
		ListUserPools: bare(await client.send(new ListUserPoolsCommand({ MaxResults: 60 }))),
		GetUserPoolMfaConfig: bare(await client.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))),
		ListTags: bare(
			await client.send(
				new ListTagsForResourceCommand({ ResourceArn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}` }),
			),
		),
		GetSigningCertificate: bare(await client.send(new GetSigningCertificateCommand({ UserPoolId }))),
		ListUserPoolClients: bare(await client.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 }))),
		DescribeUserPoolClient: await describe(ClientId),
		"DescribeUserPoolClient with its secret": await describe(confidential),
		ListUserPoolClientSecrets: bare(await client.send(new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId: confidential }))),
		ListResourceServers: bare(await client.send(new ListResourceServersCommand({ UserPoolId, MaxResults: 50 }))),
		DescribeResourceServer: bare(
			await client.send(new DescribeResourceServerCommand({ UserPoolId, Identifier: "https://api.example.com" })),
		),
		ListGroups: bare(await client.send(new ListGroupsCommand({ UserPoolId }))),
		GetGroup: bare(await client.send(new GetGroupCommand({ UserPoolId, GroupName: "admins" }))),
		ListUsersInGroup: bare(await client.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: "staff" }))),
		AdminListGroupsForUser: bare(await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "anna" }))),
		ListUsers: await list(),
		"ListUsers by status": await list('cognito:user_status = "UNCONFIRMED"'),
		"ListUsers by e-mail": await list('email ^= "an"'),
		"jwks.json": jwks,
		"a token from before verifies":
			key !== undefined &&
			verify("sha256", Buffer.from(`${head}.${body}`), createPublicKey({ key, format: "jwk" }), Buffer.from(signature, "base64url")),
		"GetUser by a token from before": bare(await client.send(new GetUserCommand({ AccessToken }))),
		"a refresh token from before": result(await initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken })),
		"a revoked refresh token": await refusal(initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: pool.revoked })),
		"sign-in by password": result(await byPassword("anna", annas)),
		"sign-in by an alias": result(await byPassword("anna@example.com", annas)),
		"sign-in by SRP": await bySrp("anna"),
		"SRP for nobody": await bySrp("nobody"),
		"sign-in by TOTP": result(await withTotp()),
		"sign-in from a device": await byDevice(),
		"sign-in by passkey": await byPasskey(),
		"sign-in by client secret": result(await byHash(pool.confidential.secrets[0] ?? "")),
		"sign-in by the second client secret": result(await byHash(pool.confidential.secrets[1] ?? "")),
		"another client secret": await refusal(byHash("another")),
		"a wrong password": await refusal(byPassword("anna", "Wrong-horse-7")),
		"an invited user": await byPassword("ned", pool.temporaryPassword).then(({ ChallengeName, ChallengeParameters }) => ({
			ChallengeName,
			ChallengeParameters,
		})),
		"an unconfirmed user": await refusal(byPassword("una", password)),
		"a disabled user": await refusal(byPassword("dan", password)),
		"a password of before": await refusal(
			client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "anna", Password: pool.earlierPassword, Permanent: true })),
		),
		ListWebAuthnCredentials: await byPassword("pia", password).then(async ({ AuthenticationResult }) =>
			bare(await client.send(new ListWebAuthnCredentialsCommand({ AccessToken: AuthenticationResult?.AccessToken }))),
		),
		"ListDevices of anna": bare(await client.send(new ListDevicesCommand({ AccessToken }))),
		AdminListDevices: await client.send(new AdminListDevicesCommand({ UserPoolId, Username: "tom" })).then(({ Devices }) =>
			// Each sign-in from it is a change of it.
			Devices?.map(({ DeviceKey, DeviceAttributes, DeviceCreateDate }) => ({ DeviceKey, DeviceAttributes, DeviceCreateDate })),
		),
	};
	for (const Username of ["anna", "tom", "pia", "ned", "una", "dan", "anna@example.com"])
		answers[`AdminGetUser ${Username}`] = bare(await client.send(new AdminGetUserCommand({ UserPoolId, Username })));
	return answers;
}
