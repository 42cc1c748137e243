/** CustomMessage and the outbox: the mails that a function words, links among them, and that a text is asked for once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CreateUserPoolCommandInput, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { MailMessage } from "../../src/kernel/ports.ts";
import { functionArn, startFunctions } from "../support/functions.ts";
import { startGatehouse } from "../support/gatehouse.ts";
import { emptied } from "../support/outbox.ts";
import { attributeList, createClient, createPool, goodPassword, refuses } from "../support/user-pools.ts";

test("A function words the mails of a pool, whoever sends them, links too, and is asked once for each", async () => {
	const functions = startFunctions("trigger-functions");
	const taken: MailMessage[] = [];
	let failure: Error | undefined;
	const mail = {
		available: true,
		async send(message: MailMessage) {
			if (failure !== undefined) throw failure;
			taken.push(message);
		},
	};
	const gatehouse = await startGatehouse({ ports: { functions, mail } });
	try {
		const place = async (settings: Partial<CreateUserPoolCommandInput>) => {
			const common = { AutoVerifiedAttributes: ["email" as const], LambdaConfig: { CustomMessage: functionArn("Trigger") } };
			return createClient(gatehouse, await createPool(gatehouse, { ...common, ...settings }));
		};
		const signUp = ({ id }: { readonly id: string }, Username: string, answer: object) =>
			gatehouse.client.send(
				new SignUpCommand({
					...{ ClientId: id, Username, Password: goodPassword },
					UserAttributes: attributeList({ email: `${Username}@example.com` }),
					ClientMetadata: { CustomMessage: JSON.stringify({ answer }) },
				}),
			);
		const arn = "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com";
		const EmailConfiguration = { EmailSendingAccount: "DEVELOPER", SourceArn: arn } as const;

		const plain = await place({});
		await signUp(plain, "eve", { emailSubject: "Welcome", emailMessage: "Hi {####}" });
		assert.equal(taken.at(-1)?.subject, "Welcome");
		await emptied(gatehouse);

		const own = await place({ EmailConfiguration });
		functions.take();
		failure = new Error("connect ECONNREFUSED");
		await signUp(own, "ann", { emailMessage: "Mine {####}" });
		failure = undefined;
		gatehouse.clock.advance(6_500);
		await gatehouse.outbox.step();
		await emptied(gatehouse);
		assert.match(taken.at(-1)?.text ?? "", /^Mine \d{6}$/);
		assert.equal(functions.take().length, 1);

		const byLink = await place({ EmailConfiguration, VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } });
		await signUp(byLink, "bob", { emailMessage: "Go {##on##}, or by {####}" });
		assert.match(taken.at(-1)?.text ?? "", /^Go on: http:\/\/localhost:9400\/[^ ]+\/confirmUser\?[^ ]+, or by \d{6}$/);
		await signUp(byLink, "cal", { emailMessage: "Go {##on##}" });
		await refuses(signUp(byLink, "dan", { emailMessage: "Go on" }), "InvalidLambdaResponseException");
	} finally {
		await gatehouse.stop();
		await functions.close();
	}
});
