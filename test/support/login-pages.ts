/**
 * Every page of managed login in its states, each reached as a person reaches it: for the tests of what all pages have in common, and for
 * the pictures of the documentation.
 */
import assert from "node:assert/strict";
import {
	AdminCreateUserCommand,
	AdminUpdateUserAttributesCommand,
	CompleteWebAuthnRegistrationCommand,
	CreateManagedLoginBrandingCommand,
	CreateTermsCommand,
	SetUserPoolMfaConfigCommand,
	StartWebAuthnRegistrationCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createAuthenticator } from "./authenticator.ts";
import type { Gatehouse } from "./gatehouse.ts";
import { createLoginPlace, type LoginPlace } from "./managed-login.ts";
import { configureMfa, mail, prefer } from "./mfa.ts";
import { createUser, password, signIn as signInByApi } from "./people.ts";
import { totpCode } from "./totp.ts";

export interface LoginPage {
	/** Such as `sign-in-refused`. */
	readonly name: string;
	/** What one sees. */
	readonly about: string;
	/** False where another request would not show the same: the answer to a form. */
	readonly reloads: boolean;
	open(page: Page): Promise<void>;
}

const email = "ada.lovelace@analytical.example";
const available = { Enabled: true, PreferredMfa: false };
const clientName = "Analytical Engines";
/** Who has a passkey. */
const passkeyName = "charles.babbage@analytical.example";

/** Fills in fields by their names, and sends the form. */
export async function send(page: Page, fields: Readonly<Record<string, string>>, form = "main form >> nth=0"): Promise<void> {
	for (const [name, value] of Object.entries(fields)) {
		const field = page.locator(`${form} >> [name="${name}"]`);
		if ((await field.first().getAttribute("type")) === "radio") await page.check(`[name="${name}"][value="${value}"]`);
		else await field.fill(value);
	}
	await Promise.all([page.waitForEvent("load"), page.click(`${form} >> button[type=submit] >> nth=0`)]);
}

/** A browser profile for which the application's own site is there. */
export async function loginContext(browser: Browser, options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
	const context = await browser.newContext(options);
	await context.route("https://app.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>application</title>" }));
	return context;
}

/** Pools for all pages, and the pages. */
export async function createLoginPages(gatehouse: Gatehouse): Promise<readonly LoginPage[]> {
	const address = { Name: "email", AttributeDataType: "String", Required: true, Mutable: true } as const;
	const given = { ...address, Name: "given_name" } as const;
	const named = { ClientName: clientName };
	const plain = await place(gatehouse, { Schema: [address, given] }, named);
	const choice = await place(
		gatehouse,
		{
			EmailConfiguration: mail,
			Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } },
			UsernameAttributes: ["email"],
		},
		{ ...named, ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
	);
	const branded = await place(gatehouse, {}, { ClientName: "Halley Observatory" });
	const recovery = { RecoveryMechanisms: [{ Name: "verified_phone_number" as const, Priority: 1 }] };
	const mfa = await place(gatehouse, { EmailConfiguration: mail, AccountRecoverySetting: recovery }, named);
	const WebAuthnConfiguration = { RelyingPartyId: "localhost", UserVerification: "preferred" } as const;
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: choice.UserPoolId, WebAuthnConfiguration }));
	await configureMfa(mfa, "ON", ["email", "totp"]);
	await createUser(plain, "ada", { email, email_verified: "true", given_name: "Ada" });
	await createUser(choice, email, { email_verified: "true" });
	await createUser(choice, passkeyName, { email_verified: "true" });
	await givePasskey(choice, passkeyName);
	await giveTerms(plain);
	await giveBranding(branded);
	for (const name of ["app", "both", "new", "newer"]) await createUser(mfa, name);
	await gatehouse.client.send(
		new AdminCreateUserCommand({
			UserPoolId: plain.UserPoolId,
			Username: "invited",
			TemporaryPassword: password,
			UserAttributes: [{ Name: "email", Value: email }],
			MessageAction: "SUPPRESS",
		}),
	);
	let people = 0;
	let apps: Promise<void> | undefined;

	const signIn = async (page: Page, place: LoginPlace, username: string) => {
		await page.goto(place.page("/login"));
		await send(page, { username, password });
	};
	const setUpApp = async (page: Page, username: string) => {
		await signIn(page, mfa, username);
		if ((await page.locator('[name="factor"]').count()) > 0) await send(page, { factor: "SOFTWARE_TOKEN_MFA" });
	};
	/** Gives `app` and `both` an authenticator app, once, as they would themselves. */
	const haveApp = (page: Page) => {
		apps ??= giveApps(page);
		return apps;
	};
	const giveApps = async (page: Page) => {
		for (const name of ["app", "both"]) {
			await setUpApp(page, name);
			const secret = (await page.locator(".secret").textContent()) ?? "";
			await send(page, { code: totpCode(secret.replaceAll(/\s/g, ""), gatehouse.clock.now()) });
			await page.context().clearCookies();
		}
		await gatehouse.client.send(
			new AdminUpdateUserAttributesCommand({
				UserPoolId: mfa.UserPoolId,
				Username: "both",
				UserAttributes: [
					{ Name: "email", Value: email },
					{ Name: "email_verified", Value: "true" },
				],
			}),
		);
		await prefer(mfa, "both", { SoftwareTokenMfaSettings: available, EmailMfaSettings: available });
	};
	const signUp = async (page: Page, again: string = password) => {
		await page.goto(plain.page("/signup"));
		const name = `person${++people}`;
		const address = `${name}@analytical.example`;
		await send(page, { username: name, "attribute.email": address, "attribute.given_name": "Ada", password, passwordAgain: again });
	};
	const forgot = async (page: Page) => {
		await page.goto(plain.page("/forgotPassword"));
		await send(page, { username: "ada" });
	};
	const choose = async (page: Page, factor?: string, username = email) => {
		await page.goto(choice.page("/login"));
		await send(page, { username });
		if (factor !== undefined) await send(page, { factor });
	};
	const state = (name: string, about: string, open: (page: Page) => Promise<unknown>, reloads = true): LoginPage => ({
		name,
		about,
		reloads,
		open: async (page) => void (await open(page)),
	});

	return [
		state("sign-in", "Signing in with a password", (page) => page.goto(plain.page("/login"))),
		state(
			"sign-in-refused",
			"A wrong password",
			async (page) => {
				await page.goto(plain.page("/login"));
				await send(page, { username: "ada", password: "Wrong-Horse-7" });
			},
			false,
		),
		state("sign-in-by-choice", "Signing in by choice: the name first, or a passkey", (page) => page.goto(choice.page("/login"))),
		state("choose", "Choosing how to sign in", (page) => choose(page, undefined, passkeyName)),
		state("passkey", "A passkey", (page) => choose(page, "WEB_AUTHN", passkeyName)),
		state("password", "The password, where it was chosen", (page) => choose(page, "PASSWORD")),
		state("code", "A code by e-mail", (page) => choose(page, "EMAIL_OTP")),
		state(
			"code-refused",
			"A wrong code",
			async (page) => {
				await choose(page, "EMAIL_OTP");
				await send(page, { code: "12345678" });
			},
			false,
		),
		state("code-resent", "Another code", async (page) => {
			await choose(page, "EMAIL_OTP");
			await send(page, {}, "main form >> nth=1");
		}),
		state("welcome-back", "Somebody is signed in already", async (page) => {
			await signIn(page, plain, "ada");
			await page.goto(plain.page("/login"));
		}),
		state("authenticator-app", "A code of the authenticator app", async (page) => {
			await haveApp(page);
			await signIn(page, mfa, "app");
		}),
		state("choose-mfa", "Choosing the second factor", async (page) => {
			await haveApp(page);
			await signIn(page, mfa, "both");
		}),
		state("set-up-mfa", "Choosing a second factor to set up", (page) => signIn(page, mfa, "new")),
		state("set-up-app", "Setting up an authenticator app", (page) => setUpApp(page, "newer")),
		state("set-up-email", "Setting up an e-mail address", async (page) => {
			await signIn(page, mfa, "new");
			await send(page, { factor: "EMAIL_OTP" });
		}),
		state("new-password", "A temporary password is replaced", (page) => signIn(page, plain, "invited")),
		state("sign-up", "Creating an account", (page) => page.goto(plain.page("/signup"))),
		state(
			"sign-up-refused",
			"What was typed is not accepted",
			async (page) => {
				await page.goto(plain.page("/signup"));
				const wrong = { username: "grace", "attribute.email": "grace@", "attribute.given_name": "Grace" };
				await send(page, { ...wrong, password: "short", passwordAgain: "short" });
			},
			false,
		),
		state("confirm", "Confirming an account", (page) => signUp(page)),
		state("forgot-password", "A forgotten password", (page) => page.goto(plain.page("/forgotPassword"))),
		state("reset-password", "Choosing another password", forgot),
		state("add-passkey", "Creating a passkey", async (page) => {
			await choose(page, "PASSWORD");
			await send(page, { password });
			await page.goto(choice.page("/passkeys/add", { response_type: "" }));
		}),
		state("signed-out", "Signing out without a way back", (page) => page.goto(`${plain.base}/logout?client_id=${plain.ClientId}`)),
		state("branded", "An application's own colours and logo", (page) => page.goto(branded.page("/login"))),
		state("error", "An application's faulty request", (page) => page.goto(plain.page("/login", { redirect_uri: "https://other.example" }))),
		state(
			"expired",
			"A form that was open for too long",
			async (page) => {
				await page.goto(plain.page("/login"));
				await page.evaluate(`document.querySelector('[name="csrf"]').value = "stale"`);
				await send(page, { username: "ada", password });
			},
			false,
		),
		state("not-found", "A page that is not there", (page) => page.goto(`${plain.base}/nothing`)),
	];
}

/** As `createLoginPlace`; the browser reaches it as localhost, where passkeys work. */
async function place(
	gatehouse: Gatehouse,
	...[pool, client]: [Parameters<typeof createLoginPlace>[1], Parameters<typeof createLoginPlace>[2]]
) {
	const made = await createLoginPlace(gatehouse, pool, client);
	const local = (url: string) => url.replace("127.0.0.1", "localhost");
	assert.notEqual(local(made.base), made.base);
	return { ...made, base: local(made.base), page: (...asked: Parameters<LoginPlace["page"]>) => local(made.page(...asked)) };
}

/** A passkey of an authenticator in software. */
async function givePasskey(place: LoginPlace, name: string): Promise<void> {
	const { client } = place.gatehouse;
	const { AccessToken } = await signInByApi(place, name);
	const { CredentialCreationOptions } = await client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
	const Credential = createAuthenticator().create(CredentialCreationOptions) as never;
	await client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));
}

/** Terms of use and a privacy policy. */
async function giveTerms({ gatehouse, UserPoolId, ClientId }: LoginPlace): Promise<void> {
	for (const TermsName of ["terms-of-use", "privacy-policy"]) {
		const Links = { "cognito:default": `https://analytical.example/${TermsName}` };
		await gatehouse.client.send(
			new CreateTermsCommand({ UserPoolId, ClientId, TermsName, TermsSource: "LINK", Enforcement: "NONE", Links }),
		);
	}
}

const comet = (ink: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="176" height="44" viewBox="0 0 176 44">
<defs><linearGradient id="tail"><stop offset="0" stop-color="#f2a541" stop-opacity="0"/><stop offset="1" stop-color="#f2a541"/></linearGradient></defs>
<path d="M2 36 38 8l6 8z" fill="url(#tail)"/><circle cx="44" cy="12" r="7" fill="#f2a541"/>
<text x="64" y="30" font-family="sans-serif" font-size="25" font-weight="600" letter-spacing="4" fill="${ink}">HALLEY</text></svg>`;

/** A night sky, in light and dark, and a logo. */
async function giveBranding({ gatehouse, UserPoolId, ClientId }: LoginPlace): Promise<void> {
	const modes = <T>(lightMode: T, darkMode: T) => ({ lightMode, darkMode });
	const Settings = {
		categories: { global: { colorSchemeMode: "DYNAMIC" } },
		componentClasses: {
			buttons: { borderRadius: 26 },
			focusState: modes({ borderColor: "5b3fb8ff" }, { borderColor: "c3b2ffff" }),
			input: { borderRadius: 12 },
			link: modes({ defaults: { textColor: "5b3fb8ff" } }, { defaults: { textColor: "c3b2ffff" } }),
		},
		components: {
			form: {
				borderRadius: 24,
				logo: { enabled: true, location: "CENTER", formInclusion: "IN" },
				...modes({ backgroundColor: "ffffffff", borderColor: "e4dff5ff" }, { backgroundColor: "1b1730ff", borderColor: "38305eff" }),
			},
			pageBackground: { image: { enabled: false }, ...modes({ color: "ece8f8ff" }, { color: "0e0b1aff" }) },
			pageText: modes({ headingColor: "1f1545ff" }, { headingColor: "f3efffff" }),
			primaryButton: modes(
				{ defaults: { backgroundColor: "5b3fb8ff", textColor: "ffffffff" }, hover: { backgroundColor: "452d94ff", textColor: "ffffffff" } },
				{ defaults: { backgroundColor: "c3b2ffff", textColor: "1b1730ff" }, hover: { backgroundColor: "d8ccffff", textColor: "1b1730ff" } },
			),
		},
	};
	const logo = (ColorMode: "LIGHT" | "DARK", ink: string) => ({
		...({ Category: "FORM_LOGO", ColorMode, Extension: "SVG" } as const),
		Bytes: Buffer.from(comet(ink)),
	});
	const Assets = [logo("LIGHT", "#1f1545"), logo("DARK", "#f3efff")];
	await gatehouse.client.send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, Settings: Settings as never, Assets }));
}
