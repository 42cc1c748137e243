/** Answers of functions that are not what they should be: whatever is in each field, nobody gets a defect of the server for it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AdminCreateUserCommand, InitiateAuthCommand, ListUsersCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { overrideAccessClaims, overrideIdClaims, readOverrides } from "../../src/domain/user-pools/pre-token-generation.ts";
import { functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, type Place, password, refusal } from "../support/people.ts";
import { attributeList } from "../support/user-pools.ts";

/** As JSON, so that names which mean something to JavaScript are no more than names. */
const values = [
	..."null true 0 -1.5 1e400 1e21".split(" "),
	...['""', '" "', '"x"', '"true"', '"EMAIL"', '"CONFIRMED"', '"{####} {username}"', '"\\u0000\\r\\n"', '"\\ud800"'],
	...["[]", "[1]", '["x"]', "[null]", '[[["x"]]]', '["EMAIL","EMAIL"]', "{}", '{"a":1}', '{"__proto__":"x","constructor":"y"}'],
	...['{"sub":"x","email":{"a":1}}', '{"length":1}', '{"toString":1,"then":2}', JSON.stringify("z".repeat(30_000))],
];
const refusals = [
	"InvalidLambdaResponseException",
	"UserLambdaValidationException",
	"UserNotFoundException",
	"UsernameExistsException",
	"PasswordResetRequiredException",
	"CodeDeliveryFailureException",
	"not refused",
];

const functions = startFunctions("trigger-functions");
let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse({ ports: { functions } });
});
after(async () => {
	await functions.close();
	await gatehouse.stop();
});

const triggers = ["PreSignUp", "PostConfirmation", "CustomMessage", "UserMigration"] as const;
const place = () =>
	createPlace(
		gatehouse,
		{
			LambdaConfig: Object.fromEntries(triggers.map((trigger) => [trigger, functionArn("Trigger")])),
			AliasAttributes: ["email", "preferred_username"],
		},
		{ PreventUserExistenceErrors: "LEGACY" },
	);

let people = 0;
const name = () => `person-${people++}`;
const signUp = ({ ClientId }: Place, ClientMetadata: Record<string, string>) => {
	const Username = name();
	const UserAttributes = attributeList({ email: `${Username}@example.com` });
	return gatehouse.client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes, ClientMetadata }));
};
const invite = ({ UserPoolId }: Place, ClientMetadata: Record<string, string>) => {
	const Username = name();
	const UserAttributes = attributeList({ email: `${Username}@example.com` });
	const input = { UserPoolId, Username, UserAttributes, DesiredDeliveryMediums: ["EMAIL" as const], TemporaryPassword: password };
	return gatehouse.client.send(new AdminCreateUserCommand({ ...input, ClientMetadata }));
};
const migrate = ({ ClientId }: Place, ClientMetadata: Record<string, string>) => {
	const AuthParameters = { USERNAME: name(), PASSWORD: password };
	return gatehouse.client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters, ClientMetadata }));
};

for (const [trigger, fields, call] of [
	["PreSignUp", ["autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone"], signUp],
	["CustomMessage", ["emailMessage", "emailSubject", "smsMessage"], signUp],
	["CustomMessage", ["emailMessage"], invite],
	[
		"UserMigration",
		["userAttributes", "finalUserStatus", "messageAction", "desiredDeliveryMediums", "forceAliasCreation", "enableSMSMFA"],
		migrate,
	],
] as const) {
	test(`whatever ${trigger} answers when ${call === signUp ? "somebody signs up" : "somebody is let in"}, the caller is told what is wrong with it`, async () => {
		const here = await place();
		const told = (answer: string) => refusal(call(here, { [trigger]: answer }));
		const answers = fields.flatMap((field) =>
			values.map((value) => {
				const other = trigger === "UserMigration" && field !== "userAttributes" ? `"userAttributes":{"name":"Eve"},` : "";
				return `{"answer":{${other}"${field}":${value}}}`;
			}),
		);
		const whole = [...values, '{"response":null}', '{"response":[]}', '{"response":"x"}'].map((value) => `{"returns":${value}}`);
		for (const answer of [...answers, ...whole]) {
			const told_ = await told(answer);
			assert.ok(
				refusals.some((code) => told_.startsWith(code)),
				`${answer.slice(0, 100)}: ${told_.slice(0, 200)}`,
			);
		}
		const { Users = [] } = await gatehouse.client.send(new ListUsersCommand({ UserPoolId: here.UserPoolId }));
		assert.ok(Users.every(({ Attributes = [] }) => Attributes.every(({ Value = "" }) => !Value.includes("[object"))));
	});
}

for (const engine of engines) {
	test(`attributes and names that a function makes up are stored as they are, or refused (${engine})`, async (t) => {
		const own = await startGatehouse({ engine, ports: { functions } });
		t.after(() => own.stop());
		const { ClientId } = await createPlace(own, {
			LambdaConfig: { UserMigration: functionArn("Trigger") },
			AliasAttributes: ["email", "preferred_username"],
		});
		for (const [index, text] of ["a\\u0000b", "\\ud800", "\\udc00\\ud800", "\\r\\n", " ", "e\\u0301", "\\ufeff"].entries()) {
			for (const attribute of ["name", "preferred_username", "email", "username", "profile"]) {
				const entered = `somebody-${attribute}-${index}`;
				const alias = attribute === "username" ? `,"preferred_username":"${entered}"` : "";
				const answer = `{"answer":{"userAttributes":{"${attribute}":"${text}"${alias}},"finalUserStatus":"CONFIRMED"}}`;
				const AuthParameters = { USERNAME: entered, PASSWORD: password };
				const told = await refusal(
					own.client.send(
						new InitiateAuthCommand({
							...{ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters },
							ClientMetadata: { UserMigration: answer },
						}),
					),
				);
				assert.ok(
					refusals.some((code) => told.startsWith(code)),
					`${answer}: ${told}`,
				);
			}
		}
	});
}

test("whatever PreTokenGeneration answers, there are tokens that say who they are for, or a refusal", () => {
	const id = { sub: "u", aud: "c", token_use: "id", "cognito:groups": ["a"], email: "a@example.com" };
	const access = { sub: "u", client_id: "c", token_use: "access", scope: "one" };
	const inId = ["claimsToAddOrOverride", "claimsToSuppress"].map(
		(field) => (value: string) => `{"idTokenGeneration":{"${field}":${value}}}`,
	);
	const inAccess = ["claimsToAddOrOverride", "claimsToSuppress", "scopesToAdd", "scopesToSuppress"].map(
		(field) => (value: string) => `{"accessTokenGeneration":{"${field}":${value}}}`,
	);
	const inGroups = ["groupsToOverride", "iamRolesToOverride", "preferredRole"].map(
		(field) => (value: string) => `{"groupOverrideDetails":{"${field}":${value}}}`,
	);
	const claims = ["updated_at", "email_verified", "address", "__proto__", "toJSON", "x"].map(
		(claim) => (value: string) =>
			`{"idTokenGeneration":{"claimsToAddOrOverride":{"${claim}":${value}}},"accessTokenGeneration":{"claimsToAddOrOverride":{"${claim}":${value}}}}`,
	);
	for (const details of [...inId, ...inAccess, ...inGroups, ...claims, (value: string) => value]) {
		for (const value of values) {
			const response = JSON.parse(`{"claimsAndScopeOverrideDetails":${details(value)}}`) as Record<string, unknown>;
			try {
				const overrides = readOverrides("2", response);
				const made = [overrideIdClaims(id, overrides), overrideAccessClaims(access, overrides, "c")];
				const [idToken, accessToken] = made.map((each) => JSON.parse(JSON.stringify(each)) as Record<string, unknown>);
				assert.deepEqual([idToken?.["sub"], idToken?.["aud"], idToken?.["token_use"]], ["u", "c", "id"]);
				assert.deepEqual([accessToken?.["sub"], accessToken?.["client_id"], accessToken?.["token_use"]], ["u", "c", "access"]);
				assert.ok(["string", "undefined"].includes(typeof accessToken?.["scope"]));
				for (const name of ["updated_at", "email_verified"]) assert.notEqual(idToken?.[name], null, details(value));
			} catch (error) {
				assert.equal((error as { code?: string }).code, "InvalidLambdaResponseException", `${details(value).slice(0, 200)}: ${error}`);
			}
		}
	}
});
