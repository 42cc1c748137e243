/**
 * One definition adds an operation: its AWS name, how its caller is authorised, and what it does. Types, validation, allowed
 * errors and the IAM action come from the model by that name; dispatch proves `auth` before the handler runs.
 */
import type { CognitoIdentity } from "../aws/model/cognito-identity.types.ts";
import type { CognitoIdp } from "../aws/model/cognito-idp.types.ts";
import type { Iam } from "../aws/model/iam.types.ts";
import type { Kms } from "../aws/model/kms.types.ts";
import type { Sts } from "../aws/model/sts.types.ts";
import type { Principal, Settings, TokenHolder } from "../domain/call.ts";
import type { DoorCall } from "../http/call.ts";

export type Auth = "iam" | "accessToken" | "accessTokenOrSession" | "public";

interface CallerByAuth {
	iam: Principal;
	accessToken: TokenHolder;
	accessTokenOrSession: TokenHolder | undefined;
	public: undefined;
}

export interface Services {
	"cognito-idp": CognitoIdp;
	"cognito-identity": CognitoIdentity;
	sts: Sts;
	iam: Iam;
	kms: Kms;
}

export interface Operation {
	readonly service: keyof Services;
	readonly name: string;
	readonly auth: Auth;
	/** What the model's constraints are held against, where that is not the whole input: development has members that AWS would refuse. */
	constrained?(settings: Settings, input: unknown): unknown;
	handle(call: DoorCall & { caller: Principal | TokenHolder | undefined }, input: unknown): Promise<unknown>;
}

type Input<S extends keyof Services, N extends keyof Services[S]> = Services[S][N] extends { input: infer I } ? I : never;

function define<S extends keyof Services>(service: S) {
	return <N extends keyof Services[S] & string, A extends Auth>(
		name: N,
		definition: {
			auth: A;
			constrained?(settings: Settings, input: Input<S, N>): unknown;
			handle(
				call: DoorCall & { caller: CallerByAuth[A] },
				input: Input<S, N>,
			): Promise<Services[S][N] extends { output: infer O } ? O : never>;
		},
	): Operation => ({ service, name, ...definition }) as Operation;
}

export const idp = define("cognito-idp");
export const identity = define("cognito-identity");
export const sts = define("sts");
export const iam = define("iam");
export const kms = define("kms");
