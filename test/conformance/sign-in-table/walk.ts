/** Signs in as a row says, and writes down what it was asked on the way, in the table's words. */
import {
	AdminInitiateAuthCommand,
	AdminRespondToAuthChallengeCommand,
	AssociateSoftwareTokenCommand,
	ChallengeNameType,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { RequestOptions } from "../../support/authenticator.ts";
import type { Gatehouse } from "../../support/gatehouse.ts";
import { claimsOf, refusal } from "../../support/people.ts";
import { answerDeviceSrp, answerSrp, startSrp } from "../../support/srp-client.ts";
import { totpCode } from "../../support/totp.ts";
import type { Row } from "./axes.ts";
import type { Person, Pool } from "./set-up.ts";

type Responses = Readonly<Record<string, string>>;

/** What InitiateAuth and RespondToAuthChallenge answer. */
export interface Answer {
	readonly ChallengeName?: ChallengeNameType | undefined;
	readonly Session?: string | undefined;
	readonly ChallengeParameters?: Record<string, string> | undefined;
	readonly AvailableChallenges?: ChallengeNameType[] | undefined;
	readonly AuthenticationResult?:
		| { readonly AccessToken?: string | undefined; readonly NewDeviceMetadata?: object | undefined }
		| undefined;
}

/** A sign-in on its way. */
export interface SignIn {
	readonly gatehouse: Gatehouse;
	readonly pool: Pick<Pool, "UserPoolId" | "ClientId">;
	readonly person: Person;
	readonly admin: boolean;
}

/** One client secret of SRP for all: making it takes longer than the rest. */
const srp = startSrp();
const newPassword = "Brand-New-Horse-8";

export function start(signIn: SignIn, flow: Row["flow"]): Promise<Answer> {
	const { gatehouse, pool, person } = signIn;
	const device = person.device && { DEVICE_KEY: person.device.key };
	const plain = { USERNAME: person.username, PASSWORD: person.password, ...device };
	const bySrp = { USERNAME: person.username, SRP_A: srp.SRP_A, ...device };
	const initiate = (AuthFlow: "USER_PASSWORD_AUTH" | "USER_SRP_AUTH" | "USER_AUTH", AuthParameters: Responses) =>
		gatehouse.client.send(new InitiateAuthCommand({ AuthFlow, ClientId: pool.ClientId, AuthParameters }));
	switch (flow) {
		case "USER_PASSWORD_AUTH":
			return initiate(flow, plain);
		case "ADMIN":
			return gatehouse.client.send(
				new AdminInitiateAuthCommand({
					...{ UserPoolId: pool.UserPoolId, ClientId: pool.ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: plain },
				}),
			);
		case "USER_SRP_AUTH":
			return initiate(flow, bySrp);
		case "PASSWORD":
			return initiate("USER_AUTH", { ...plain, PREFERRED_CHALLENGE: flow });
		case "PASSWORD_SRP":
			return initiate("USER_AUTH", { ...bySrp, PREFERRED_CHALLENGE: flow });
		case "choice":
			return initiate("USER_AUTH", { USERNAME: person.username, ...device });
		default:
			return initiate("USER_AUTH", { USERNAME: person.username, ...device, PREFERRED_CHALLENGE: flow });
	}
}

export function respond(
	{ gatehouse, pool, admin }: SignIn,
	ChallengeName: ChallengeNameType | undefined,
	ChallengeResponses: Responses,
	Session: string | undefined,
): Promise<Answer> {
	const input = { ClientId: pool.ClientId, ChallengeName, ChallengeResponses, Session };
	return admin
		? gatehouse.client.send(new AdminRespondToAuthChallengeCommand({ UserPoolId: pool.UserPoolId, ...input }))
		: gatehouse.client.send(new RespondToAuthChallengeCommand(input));
}

/** The right answer to a challenge; `choice` is what to choose where there is something to choose. */
export async function answer(
	signIn: SignIn,
	challenge: Answer,
	choice: string | undefined,
): Promise<{ responses: Responses; session: string | undefined }> {
	const { gatehouse, pool, person } = signIn;
	const { ChallengeName, ChallengeParameters = {}, Session } = challenge;
	const USERNAME = person.username;
	const now = new Date(gatehouse.clock.now());
	const device = person.device && { DEVICE_KEY: person.device.key };
	const with_ = (responses: Responses, session = Session) => ({ responses: { USERNAME, ...responses }, session });
	switch (ChallengeName) {
		case "PASSWORD":
			return with_({ PASSWORD: person.password });
		case "PASSWORD_SRP":
			return with_({ SRP_A: srp.SRP_A });
		case "PASSWORD_VERIFIER":
			return with_({ ...answerSrp(srp, ChallengeParameters, pool.UserPoolId, person.password, now), ...device });
		case "NEW_PASSWORD_REQUIRED":
			return with_({ NEW_PASSWORD: newPassword });
		case "SMS_MFA":
			return with_({ SMS_MFA_CODE: gatehouse.code(person.phone) });
		case "SMS_OTP":
			return with_({ SMS_OTP_CODE: gatehouse.code(person.phone) });
		case "EMAIL_OTP":
			return with_({ EMAIL_OTP_CODE: gatehouse.code(person.email) });
		case "SOFTWARE_TOKEN_MFA":
			return with_({ SOFTWARE_TOKEN_MFA_CODE: totpCode(person.totpSecret ?? "", gatehouse.clock.now()) });
		case "SELECT_MFA_TYPE":
			return with_({ ANSWER: choice ?? "" });
		case "SELECT_CHALLENGE":
			return with_({
				ANSWER: choice ?? "",
				...(choice === "PASSWORD" && { PASSWORD: person.password }),
				...(choice === "PASSWORD_SRP" && { SRP_A: srp.SRP_A }),
			});
		case "MFA_SETUP":
			return choice === "EMAIL_OTP" ? with_({ email: person.email }) : with_({}, await setUpApp(gatehouse, Session));
		case "WEB_AUTHN": {
			const options = JSON.parse(ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"] ?? "{}") as RequestOptions;
			return with_({ CREDENTIAL: JSON.stringify(person.authenticator?.get(options)) });
		}
		case "DEVICE_SRP_AUTH":
			return with_({ ...device, SRP_A: srp.SRP_A });
		case "DEVICE_PASSWORD_VERIFIER":
			if (person.device === undefined) throw new Error("asked for a device that there is not");
			return with_(answerDeviceSrp(srp, ChallengeParameters, person.device, now));
		default:
			throw new Error(`asked for ${ChallengeName}`);
	}
}

/** Registers an authenticator app by the session of MFA_SETUP, and gives the session to answer with. */
async function setUpApp(gatehouse: Gatehouse, session: string | undefined): Promise<string | undefined> {
	const associated = await gatehouse.client.send(new AssociateSoftwareTokenCommand({ Session: session }));
	const UserCode = totpCode(associated.SecretCode ?? "", gatehouse.clock.now());
	const verified = await gatehouse.client.send(new VerifySoftwareTokenCommand({ Session: associated.Session, UserCode }));
	return verified.Session;
}

/**
 * Challenges besides its own by which a state may be answered: "When AvailableChallenges includes a ChallengeName of PASSWORD, you can
 * continue authentication" by that name, who was not given a passkey
 * may choose anew (Amplify does), and a device may begin its SRP anew while it has not proved itself.
 */
const alsoAnsweredBy: Readonly<Record<string, readonly string[]>> = {
	SELECT_CHALLENGE: ["PASSWORD", "PASSWORD_SRP"],
	WEB_AUTHN: ["SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP"],
	DEVICE_PASSWORD_VERIFIER: ["DEVICE_SRP_AUTH"],
};

/** Tries every challenge that the state does not have, with the most plausible responses. Gives those that were not refused as they should be. */
export async function tryOthers(signIn: SignIn, state: Answer): Promise<string[]> {
	const { gatehouse, person } = signIn;
	const own = String(state.ChallengeName);
	const sent = (to: string) => gatehouse.inbox({ to })[0]?.code ?? "123456";
	const everything: Responses = {
		USERNAME: person.username,
		PASSWORD: person.password,
		NEW_PASSWORD: newPassword,
		SRP_A: srp.SRP_A,
		SMS_MFA_CODE: sent(person.phone),
		SMS_OTP_CODE: sent(person.phone),
		EMAIL_OTP_CODE: sent(person.email),
		SOFTWARE_TOKEN_MFA_CODE: person.totpSecret === undefined ? "123456" : totpCode(person.totpSecret, gatehouse.clock.now()),
		CREDENTIAL: JSON.stringify({ id: "AAAA", rawId: "AAAA", type: "public-key", response: {} }),
		DEVICE_KEY: person.device?.key ?? "us-east-1_00000000-0000-4000-8000-000000000000",
		PASSWORD_CLAIM_SECRET_BLOCK: state.ChallengeParameters?.["SECRET_BLOCK"] ?? Buffer.alloc(64).toString("base64"),
		PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString("base64"),
		TIMESTAMP: "Tue May 7 00:09:40 UTC 2024",
		email: person.email,
	};
	const chosen: Readonly<Record<string, string>> = { SELECT_CHALLENGE: "PASSWORD", SELECT_MFA_TYPE: "SOFTWARE_TOKEN_MFA" };
	const wrong: string[] = [];
	for (const name of Object.values(ChallengeNameType)) {
		if (name === own || alsoAnsweredBy[own]?.includes(name)) continue;
		const outcome = await refusal(respond(signIn, name, { ...everything, ANSWER: chosen[name] ?? "an answer" }, state.Session));
		if (!/^(NotAuthorizedException|InvalidParameterException): /.test(outcome)) wrong.push(`${own} answered with ${name}: ${outcome}`);
	}
	return wrong;
}

const order = [
	...["SMS_MFA", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD", "PASSWORD_SRP"],
	// An authenticator app stands last in the table.
	"SOFTWARE_TOKEN_MFA",
];

/** A challenge as the table writes it, with what there is to choose from; the choice is the row's own, where the names agree so far. */
function describe(state: Answer, expected: string | undefined): { text: string; choice: string | undefined } {
	const name = String(state.ChallengeName);
	const { ChallengeParameters: parameters = {} } = state;
	const options: readonly string[] | undefined =
		name === "SELECT_CHALLENGE"
			? state.AvailableChallenges
			: name === "SELECT_MFA_TYPE"
				? (JSON.parse(parameters["MFAS_CAN_CHOOSE"] ?? "[]") as string[])
				: name === "MFA_SETUP"
					? (JSON.parse(parameters["MFAS_CAN_SETUP"] ?? "[]") as string[])
					: undefined;
	if (options === undefined) return { text: name, choice: undefined };
	const wanted = expected?.startsWith(`${name}[`) ? expected.split("=")[1] : undefined;
	const choice = wanted ?? options[0];
	return { text: `${name}[${[...options].sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(" ")}]=${choice}`, choice };
}

/** More steps than any sign-in has. */
const stepsMax = 10;

/** The whole sign-in, in the table's words. `visit` sees each challenge before it is answered. */
export async function walk(signIn: SignIn, row: Row, visit: (state: Answer, before: readonly string[]) => Promise<void>): Promise<string> {
	const steps: string[] = [];
	try {
		let state = await start(signIn, row.flow);
		while (state.AuthenticationResult === undefined && steps.length < stepsMax) {
			const { text, choice } = describe(state, row.leadsTo[steps.length]);
			await visit(state, steps);
			steps.push(text);
			const { responses, session } = await answer(signIn, state, choice);
			state = await respond(signIn, state.ChallengeName, responses, session);
		}
		const { AccessToken = "", NewDeviceMetadata } = state.AuthenticationResult ?? {};
		const whose = AccessToken === "" ? "nobody" : claimsOf(AccessToken)["username"];
		steps.push(whose === signIn.person.username ? (NewDeviceMetadata ? "tokens+device" : "tokens") : `tokens of ${whose}`);
	} catch (error) {
		const { name, message } = error as Error;
		steps.push(name === "Error" ? message : name);
	}
	return steps.join(" > ");
}
