/** /login/new-password: who signs in with a temporary password sets one of their own, and gives what the pool requires and they lack. */
import type { AwsError } from "../aws/errors.ts";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { type AskedAttribute, attributeFields, missingAttributes, type Problem, problemsIn, readAttributes } from "./attribute-fields.ts";
import { checkAs, type Fields } from "./fields.ts";
import { type FlowOf, findFlow } from "./flow.ts";
import { attempt, follow, isChallenge } from "./follow.ts";
import { isPasswordRefusal, newPasswordFields, newPasswordLabels, newPasswordProblems } from "./new-password-fields.ts";
import { isLimit } from "./sentences.ts";
import { formTo, goToSignIn, show, type Visit } from "./visit.ts";

type State = FlowOf<"challenge">;

const challenge = "NEW_PASSWORD_REQUIRED";
/** What the API has before the names of attributes, in the challenge and in its answer. */
const prefix = "userAttributes.";

export const newPasswordPage = {
	path: "/login/new-password",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, challenge) ? showNewPassword(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, challenge)) return goToSignIn(visit, "expired");
		const asked = askedIn(state);
		const problems = [...missingAttributes(look, asked, fields), ...newPasswordProblems(look, fields)];
		if (problems.length > 0) return showNewPassword(visit, state, { fields, problems });
		const { username, session } = state;
		const run = async () => {
			const attributes = readAttributes(asked, fields).map(({ Name, Value }) => [`${prefix}${Name}`, Value] as const);
			const responses = { USERNAME: username, NEW_PASSWORD: fields.raw("password"), ...Object.fromEntries(attributes) };
			checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: challenge, ChallengeResponses: responses });
			return follow(visit, { answer: await respond(call, pool, client, challenge, responses, session), username });
		};
		return attempt(visit, username, run, (sentence, error) =>
			showNewPassword(visit, state, { fields, ...explain(visit, asked, sentence, error) }),
		);
	},
};

function askedIn({ facts }: State): AskedAttribute[] {
	const names = JSON.parse(facts["requiredAttributes"] ?? "[]") as string[];
	return names.map((name) => ({ name: name.slice(prefix.length), isRequired: true }));
}

interface Shown {
	readonly fields?: Fields | undefined;
	readonly problems?: readonly Problem[] | undefined;
	readonly error?: string | undefined;
	readonly isLimited?: boolean | undefined;
}

function explain(visit: Visit, asked: readonly AskedAttribute[], sentence: string, error: AwsError): Shown {
	if (isPasswordRefusal(error.code)) return { problems: [{ name: "password", message: sentence }] };
	const problems = problemsIn(visit.look, asked, error);
	return problems.length > 0 ? { problems } : { error: sentence, isLimited: isLimit(error) };
}

function showNewPassword(visit: Visit, state: State, { fields, problems = [], error, isLimited }: Shown = {}): Promise<Response> {
	const { look, pool } = visit;
	const { text } = look.language;
	const asked = askedIn(state);
	const children = [...newPasswordFields(look, pool, newPasswordLabels, problems), ...attributeFields(look, pool, asked, fields, problems)];
	const hidden = { username: state.username };
	const body = formTo(visit, "/login/new-password", { submit: "newPassword.submit", hidden, children });
	const lead = text(asked.length === 0 ? "newPassword.lead" : "newPassword.leadAttributes");
	const status = isLimited ? 429 : error !== undefined || problems.length > 0 ? 400 : 200;
	return show(visit, { title: "newPassword.title", lead, error, problems, body }, status);
}
