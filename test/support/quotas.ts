/** A Gatehouse whose request quotas go by a clock that stands still until the test moves it, so that no bucket fills up in between. */
import type { TestContext } from "node:test";
import { InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Config } from "../../src/config.ts";
import { type Engine, type Gatehouse, startGatehouse } from "./gatehouse.ts";
import { type Place, refusal } from "./people.ts";

export const tooMany = "TooManyRequestsException: Rate exceeded";
export const wrong = "NotAuthorizedException: Incorrect username or password.";

export interface Limited extends Gatehouse {
	/** Moves the clock that quotas go by. */
	pass(milliseconds: number): void;
	/** A counter of refusals. */
	throttled(name: string): Promise<number>;
}

export async function startLimited(
	t: TestContext,
	requestQuotas: Config["requestQuotas"],
	config: Partial<Config> = {},
	engine: Engine = "sqlite",
): Promise<Limited> {
	let now = 1_000_000;
	const clock = { now: () => Date.now(), monotonic: () => now };
	const gatehouse = await startGatehouse({ engine, config: { limits: true, requestQuotas, ...config }, ports: { clock } });
	t.after(() => gatehouse.stop());
	return {
		...gatehouse,
		pass(milliseconds) {
			now += milliseconds;
		},
		async throttled(name) {
			const text = await (await fetch(`${gatehouse.url}/_gatehouse/metrics`)).text();
			return Number(new RegExp(`^gatehouse_throttled_${name}_total (\\d+)$`, "m").exec(text)?.[1] ?? 0);
		},
	};
}

/** What a sign-in with a wrong password comes to, each by another name. */
let strangers = 0;
export function tryPassword({ gatehouse, ClientId }: Place): Promise<string> {
	const AuthParameters = { USERNAME: `stranger-${++strangers}`, PASSWORD: "Wrong-Password-1" };
	return refusal(gatehouse.client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })));
}

/** The outcomes of calls that are made one after the other. */
export async function outcomes(count: number, call: () => Promise<string>): Promise<string[]> {
	const all: string[] = [];
	for (let i = 0; i < count; i++) all.push(await call());
	return all;
}
