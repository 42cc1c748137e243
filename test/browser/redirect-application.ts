/** What runs in the page: an application that signs people in with Amplify's redirect, and outlives the redirects as its users do. */
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { ConsoleLogger, Hub } from "aws-amplify/utils";
import { type Outcome, outcomeOf } from "./outcome.ts";

export interface RedirectPlace {
	/** Where the API is, an https URL. */
	readonly endpoint: string;
	/** Host and port of the user pool's domain: Amplify writes `https://` before it. */
	readonly domain: string;
	readonly userPoolId: string;
	readonly clientId: string;
	readonly responseType: "code" | "token";
}

export interface RedirectApplication {
	/** Configures the library now and on every later load of the page. */
	use(place: RedirectPlace): void;
	/** Leaves the page. */
	signIn(input?: auth.SignInWithRedirectInput): Promise<Outcome>;
	/** Who is here, and the claims of the tokens; waits for a sign-in that is being completed. */
	session(options?: { readonly forceRefresh: boolean }): Promise<Outcome>;
	user(): Promise<Outcome>;
	/** What the API says of the user, asked with the access token. */
	attributes(): Promise<Outcome>;
	/** Leaves the page, if it signed in by redirect. */
	signOut(): Promise<Outcome>;
	/** What the library told the application since the page was loaded. */
	readonly events: readonly string[];
}

declare global {
	var redirectApplication: RedirectApplication;
}

ConsoleLogger.LOG_LEVEL = "ERROR";
const events: string[] = [];
Hub.listen("auth", ({ payload }) => {
	const data = "data" in payload ? payload.data : undefined;
	const error = typeof data === "object" && data !== null && "error" in data ? data.error : undefined;
	events.push([payload.event, ...(typeof data === "string" ? [data] : error instanceof Error ? [error.message] : [])].join(": "));
});

function configure({ endpoint, domain, userPoolId, clientId, responseType }: RedirectPlace): void {
	const home = [`${location.origin}/`];
	const oauth = { domain, scopes: ["openid", "email", "aws.cognito.signin.user.admin"], redirectSignIn: home, redirectSignOut: home };
	Amplify.configure({
		Auth: {
			Cognito: {
				userPoolId,
				userPoolClientId: clientId,
				userPoolEndpoint: endpoint,
				loginWith: { oauth: { ...oauth, responseType } },
			},
		},
	});
}

globalThis.redirectApplication = {
	events,
	use(place) {
		localStorage.setItem("place", JSON.stringify(place));
		configure(place);
	},
	signIn: (input) => outcomeOf(() => auth.signInWithRedirect(input)),
	session: (options) =>
		outcomeOf(async () => {
			const { tokens } = await auth.fetchAuthSession(options);
			return tokens && { access: tokens.accessToken.payload, id: tokens.idToken?.payload };
		}),
	user: () => outcomeOf(() => auth.getCurrentUser()),
	attributes: () => outcomeOf(() => auth.fetchUserAttributes()),
	signOut: () => outcomeOf(() => auth.signOut()),
};

const place = localStorage.getItem("place");
if (place !== null) configure(JSON.parse(place) as RedirectPlace);
