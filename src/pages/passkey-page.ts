/**
 * /login/passkey: a passkey as first factor, of a user who was named before, or of whoever the browser's own list says (the form of the
 * sign-in page, by conditional mediation). The script puts the authenticator's answer into an ordinary field.
 */
import { html } from "hono/html";
import { answerDiscovered } from "../domain/user-pools/sign-in/discovered-passkey.ts";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { whoIs } from "./choose-page.ts";
import { sideLink, withoutScript } from "./components.ts";
import { checkAs, type Fields } from "./fields.ts";
import { type FlowOf, findFlow, flowParameter } from "./flow.ts";
import { attempt, firstChoices, follow, isChallenge } from "./follow.ts";
import { passkeyMessage } from "./offers.ts";
import { isLimit } from "./sentences.ts";
import { showSignIn } from "./sign-in-page.ts";
import { formTo, goToSignIn, hrefOf, show, type Visit } from "./visit.ts";

type State = FlowOf<"challenge">;

export const passkeyPage = {
	path: "/login/passkey",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, "WEB_AUTHN") ? showPasskey(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		const credential = fields.raw("credential");
		const discovered = fields.raw("session");
		if (discovered !== "") {
			const run = async () => {
				checkAs("RespondToAuthChallenge", {
					ClientId: client.id,
					ChallengeName: "WEB_AUTHN",
					ChallengeResponses: { CREDENTIAL: credential },
				});
				const { answer, username } = await answerDiscovered(call, pool, client, credential, discovered);
				return follow(visit, { answer, username });
			};
			return attempt(visit, "", run, (sentence, error) => showSignIn(visit, { username: "", sentence, error }));
		}
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, "WEB_AUTHN")) return goToSignIn(visit, "expired");
		// Only a form that no script has filled in is empty.
		if (credential === "") return showPasskey(visit, state, look.language.text("passkey.noScript"), 400);
		const { username, session } = state;
		const run = async () => {
			const responses = { USERNAME: username, CREDENTIAL: credential };
			checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: "WEB_AUTHN", ChallengeResponses: responses });
			return follow(visit, { answer: await respond(call, pool, client, "WEB_AUTHN", responses, session), username });
		};
		return attempt(visit, username, run, (error, refusal) => showPasskey(visit, state, error, isLimit(refusal) ? 429 : 400));
	},
};

function showPasskey(visit: Visit, state: State, error?: string, status: 200 | 400 | 429 = 200): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const options = state.facts["CREDENTIAL_REQUEST_OPTIONS"] ?? "";
	const flow = visit.c.req.query(flowParameter) ?? "";
	const other =
		firstChoices(state).length > 1
			? sideLink(look, { text: "signIn.otherWay", href: hrefOf(visit, "/login/choose", { [flowParameter]: flow }) })
			: "";
	const body = html`${whoIs(visit, state.username)}${withoutScript(look, text("passkey.noScript"))}${formTo(visit, "/login/passkey", {
		id: "passkey-get",
		submit: "passkey.use",
		submitIcon: "passkey",
		hidden: { options, credential: "" },
		children: [passkeyMessage(look)],
	})}${other}`;
	const lead = text("passkey.lead");
	return show(visit, { title: "passkey.title", lead, icon: "passkey", error, body, scripts: ["passkey.js"] }, status);
}
