/** CONFIRM_WITH_LINK: the mail with the link, and the page that it leads to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminGetUserCommand,
	type CreateUserPoolCommandInput,
	CreateUserPoolDomainCommand,
	ForgotPasswordCommand,
	ResendConfirmationCodeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { eachEngine, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { attributesOf, createClient, createPool, signUp } from "../support/user-pools.ts";

const byLink: Partial<CreateUserPoolCommandInput> = {
	AutoVerifiedAttributes: ["email"],
	VerificationMessageTemplate: {
		DefaultEmailOption: "CONFIRM_WITH_LINK",
		EmailMessageByLink: "<p>Click {##<b>here</b>##} or {##there##}.</p>",
		EmailSubjectByLink: "Your link",
	},
};

const unescaped = (text: string) => text.replaceAll("&amp;", "&");
const linkOf = (gatehouse: Gatehouse, to: string) =>
	unescaped(/href="([^"]+)"/.exec(gatehouse.inbox({ to })[0]?.html ?? "")?.[1] ?? assert.fail("there is no link"));

/** Opens a link of the mail at the server of the test, whose port it doesn't know. */
async function open(gatehouse: Gatehouse, link: string, method = "GET") {
	const { pathname, search, host } = new URL(link);
	assert.equal(host, new URL(gatehouse.config.publicUrl).host);
	const answer = await fetch(`${gatehouse.url}${pathname}${search}`, { method });
	return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

eachEngine("A link in the mail confirms its user, once", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		const pool = await createPool(gatehouse, byLink);
		const { id } = await createClient(gatehouse, pool, { GenerateSecret: false });
		const name = `o'neil<b>&co`;
		await signUp(gatehouse, id, name, { email: "ann@example.com" });
		const [mail] = gatehouse.inbox({ to: "ann@example.com" });
		assert.equal(mail?.subject, "Your link");
		const link = linkOf(gatehouse, "ann@example.com");
		const { pathname, searchParams } = new URL(link);
		assert.equal(pathname, `/${pool}/confirmUser`);
		assert.deepEqual(Object.fromEntries(searchParams), { client_id: id, user_name: name, confirmation_code: mail?.code });
		assert.match(mail?.html ?? "", /^<p>Click <a href="[^"]+"><b>here<\/b><\/a> or <a href="[^"]+">there<\/a>\.<\/p>$/);
		assert.equal(mail?.text, `Click here: ${link} or there: ${link}.`);

		const status = async () => {
			const { UserStatus, UserAttributes: Attributes } = await gatehouse.client.send(
				new AdminGetUserCommand({ UserPoolId: pool, Username: name }),
			);
			return [UserStatus, attributesOf({ Attributes })["email_verified"]];
		};
		assert.equal((await open(gatehouse, link, "HEAD")).status, 200);
		assert.deepEqual(await status(), ["UNCONFIRMED", "false"], "asking whether there is a page confirms nothing");
		const confirmed = await open(gatehouse, link);
		assert.equal(confirmed.status, 200);
		assert.match(confirmed.text, /Your registration has been confirmed/);
		assert.match(confirmed.headers.get("content-security-policy") ?? "", /default-src 'none'/);
		assert.equal(confirmed.headers.get("cache-control"), "no-store");
		assert.equal(confirmed.headers.get("referrer-policy"), "no-referrer");
		assert.deepEqual(await status(), ["CONFIRMED", "true"]);
		const again = await open(gatehouse, link.replace("confirmUser?", "confirmUser/?"));
		assert.equal(again.status, 400);
		assert.match(again.text, /could not be confirmed.*Current status is CONFIRMED/s);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("A link that is wrong, of another pool or incomplete confirms nobody, and is answered with text alone", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		const [pool, other] = [await createPool(gatehouse, byLink), await createPool(gatehouse, byLink)];
		const { id } = await createClient(gatehouse, pool);
		await signUp(gatehouse, id, "ann", { email: "ann@example.com" });
		const link = linkOf(gatehouse, "ann@example.com");
		const right = new URL(link).searchParams.get("confirmation_code") ?? "";
		const wrong = right === "000000" ? "111111" : "000000";
		for (const [change, text] of [
			[link.replace(right, wrong), /Invalid verification code provided/],
			[link.replace(right, "%3Cscript%3Ealert(1)%3C/script%3E"), /Invalid verification code provided/],
			[link.replace(`/${pool}/`, `/${other}/`), /not complete/],
			[link.replace("user_name=ann", "user_name="), /not complete/],
			[link.replace("user_name=ann", `user_name=${"a".repeat(3000)}`), /not complete/],
			[link.replace(id, "%00"), /not complete/],
		] as const) {
			const answer = await open(gatehouse, change);
			assert.equal(answer.status, 400, change);
			assert.match(answer.text, text);
			assert.ok(!answer.text.includes("<script"));
		}
		assert.equal((await open(gatehouse, link.replace(`/${pool}/`, "/us-east-1_nobodyyyy/"))).status, 404);
		assert.equal((await open(gatehouse, link)).status, 200);
	} finally {
		await gatehouse.stop();
	}
});

test("Links come at sign-up and with a resent code alone, and lead to the pool's domain where it has one", async () => {
	const gatehouse = await startGatehouse();
	try {
		const pool = await createPool(gatehouse, {
			AutoVerifiedAttributes: ["email"],
			VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" },
		});
		const { id: ClientId } = await createClient(gatehouse, pool);
		await gatehouse.client.send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: "linked" }));
		await signUp(gatehouse, ClientId, "ann", { email: "ann@example.com" });
		const [mail] = gatehouse.inbox();
		assert.equal(mail?.subject, "Your verification link");
		const base = gatehouse.config.domainsByPath ? "http://localhost:9400/domains/linked" : "http://linked.auth.localhost:9400";
		assert.ok(linkOf(gatehouse, "ann@example.com").startsWith(`${base}/confirmUser?client_id=${ClientId}&`));
		await gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId, Username: "ann" }));
		const { pathname, search } = new URL(linkOf(gatehouse, "ann@example.com"));
		const page = await fetch(`${gatehouse.url}/domains/linked${pathname.replace("/domains/linked", "")}${search}`);
		assert.equal(page.status, 200);
		assert.match(await page.text(), /Your account is confirmed/);
		await gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "ann" }));
		assert.match(gatehouse.inbox()[0]?.text ?? "", /^Your verification code is \d{6}\.$/);
	} finally {
		await gatehouse.stop();
	}
});
