/** Provisioned limits through the front door: what they answer, what they refuse, and that the request quotas go by them on every node. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
	GetProvisionedLimitCommand,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	UpdateProvisionedLimitCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { requestQuotaDefaults } from "../../src/config/request-quotas.ts";
import { provisionedCategories } from "../../src/domain/user-pools/provisioned-limits.ts";
import { operationsByCategory } from "../../src/http/quotas/operations.ts";
import { put } from "../../src/storage/store.ts";
import { allow, directoryOf } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace } from "../support/managed-login.ts";
import { post } from "../support/oauth.ts";
import { createPlace, refusal } from "../support/people.ts";
import { outcomes, startLimited, tooMany, tryPassword, wrong } from "../support/quotas.ts";
import { createVisitor } from "../support/visitor.ts";

const ok = "not refused";
const noLimit = (category: string) => `ResourceNotFoundException: The category ${category} has no limit that can be provisioned.`;
const rootKey = { accessKeyId: "GATEHOUSEROOTKEY01", secretAccessKey: "a-secret-of-sixteen-and-more" };

type Client = Gatehouse["client"];
const definition = (Category: string) => ({ LimitClass: "API_CATEGORY" as const, Attributes: { Category } });
const getLimit = async (client: Client, category: string) =>
	(await client.send(new GetProvisionedLimitCommand({ LimitDefinition: definition(category) }))).Limit;
const setLimit = async (client: Client, category: string, RequestedLimitValue: number) =>
	(await client.send(new UpdateProvisionedLimitCommand({ LimitDefinition: definition(category), RequestedLimitValue }))).Limit;
/** The two numbers, as `default → what holds`. */
const numbers = async (limit: ReturnType<typeof getLimit>) => {
	const { FreeLimitValue, ProvisionedLimitValue } = (await limit) ?? {};
	return `${FreeLimitValue} → ${ProvisionedLimitValue}`;
};

/** A category that is asked without a password: what is refused as no token of anybody's has counted. */
async function revoker(gatehouse: Gatehouse): Promise<() => Promise<string>> {
	const { ClientId } = await createPlace(gatehouse);
	return async () =>
		(await refusal(gatehouse.client.send(new RevokeTokenCommand({ ClientId, Token: "none" })))) === tooMany ? "refused" : "served";
}
const served = async (count: number, revoke: () => Promise<string>) =>
	(await outcomes(count, revoke)).filter((outcome) => outcome === "served").length;

describe("provisioned limits", () => {
	for (const engine of engines) {
		test(`are told, raised, kept over a restart and taken back (${engine})`, async () => {
			let gatehouse = await startGatehouse({ engine, config: { requestQuotas: { UserAuthentication: 120, UserToken: 2 } } });
			try {
				const LimitDefinition = definition("UserAuthentication");
				const { client } = gatehouse;
				assert.deepEqual(await getLimit(client, "UserAuthentication"), {
					LimitDefinition,
					ProvisionedLimitValue: 120,
					FreeLimitValue: 120,
				});
				const raised = { LimitDefinition, ProvisionedLimitValue: 300, FreeLimitValue: 120 };
				assert.deepEqual(await setLimit(client, "UserAuthentication", 300), raised);
				assert.equal(await numbers(setLimit(client, "UserAuthentication", 250)), "120 → 250");
				assert.equal(await numbers(setLimit(client, "UserToken", 5)), "2 → 5");
				gatehouse = await gatehouse.restart();
				assert.equal(await numbers(getLimit(gatehouse.client, "UserAuthentication")), "120 → 250");
				assert.equal(await numbers(setLimit(gatehouse.client, "UserAuthentication", 120)), "120 → 120");
				const rows = await gatehouse.store.db.selectFrom("provisioned_limits").selectAll().execute();
				assert.deepEqual(rows, [{ region: "us-east-1", category: "UserToken", value: 5 }]);
			} finally {
				await gatehouse.stop();
			}
		});
	}

	test("hold at once on the node that is asked, and within a second on every other one", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 }, {}, "postgres");
		const other = await gatehouse.node();
		t.after(() => other.stop());
		const [here, there] = [await revoker(gatehouse), await revoker(other)];
		assert.deepEqual([await served(4, here), await served(4, there)], [2, 2]);
		await setLimit(gatehouse.client, "UserToken", 4);
		gatehouse.pass(1_000);
		// What the other one knows is a second old, and no older.
		assert.deepEqual([await served(6, here), await served(6, there)], [4, 2]);
		gatehouse.pass(1_001);
		assert.deepEqual([await served(6, here), await served(6, there)], [4, 4]);
		assert.equal(await numbers(getLimit(other.client, "UserToken")), "2 → 4");
		await setLimit(other.client, "UserToken", 2);
		gatehouse.pass(2_002);
		assert.deepEqual([await served(6, here), await served(6, there)], [2, 2]);
	});

	test("that are taken back take what is left above them", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 });
		const revoke = await revoker(gatehouse);
		await setLimit(gatehouse.client, "UserToken", 8);
		await served(1, revoke);
		gatehouse.pass(1_000);
		assert.equal(await served(1, revoke), 1);
		await setLimit(gatehouse.client, "UserToken", 2);
		assert.equal(await served(6, revoke), 2);
	});

	test("of sign-ins are those of challenges, codes and the login pages too", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 1 });
		const place = await createLoginPlace(gatehouse);
		await setLimit(gatehouse.client, "UserAuthentication", 2);
		// The buckets fill up to the new rate.
		await tryPassword(place);
		gatehouse.pass(1_000);
		assert.deepEqual(await outcomes(3, () => tryPassword(place)), [wrong, wrong, tooMany]);
		const answer = () => {
			const ChallengeResponses = { USERNAME: "ada", SMS_MFA_CODE: "123456" };
			const input = { ClientId: place.ClientId, ChallengeName: "SMS_MFA" as const, ChallengeResponses, Session: "x".repeat(32) };
			return refusal(gatehouse.client.send(new RespondToAuthChallengeCommand(input)));
		};
		assert.deepEqual((await outcomes(7, answer)).filter((outcome) => outcome !== tooMany).length, 6);
		const code = () =>
			post(place, "/oauth2/token", {
				grant_type: "authorization_code",
				client_id: place.ClientId,
				code: "none",
				redirect_uri: "https://app.example/callback",
			});
		assert.deepEqual([(await code()).status, (await code()).status, (await code()).status], [400, 400, 429]);
		gatehouse.pass(1_000);
		const visitor = createVisitor();
		const page = await visitor.open(place.page("/login"));
		const typed = { username: "ada", password: "Wrong-Password-1" };
		const statuses = await outcomes(3, async () => String((await visitor.submit(page, typed, "/login")).status));
		assert.deepEqual(statuses, ["400", "400", "429"]);
	});

	test("cost a sign-in nothing but a look each second", async (t) => {
		const gatehouse = await startLimited(t, { UserAuthentication: 100 });
		const place = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
		await setLimit(gatehouse.client, "UserAuthentication", 200);
		await tryPassword(place);
		const without = await startLimited(t, {});
		const elsewhere = await createPlace(without, {}, { PreventUserExistenceErrors: "ENABLED" });
		await tryPassword(elsewhere);
		assert.deepEqual(await gatehouse.cost(() => tryPassword(place)), await without.cost(() => tryPassword(elsewhere)));
	});

	test("are forgotten by a reset", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 });
		await setLimit(gatehouse.client, "UserToken", 4);
		await fetch(`${gatehouse.url}/_gatehouse/reset`, { method: "POST" });
		assert.equal(await numbers(getLimit(gatehouse.client, "UserToken")), "2 → 2");
		const revoke = await revoker(gatehouse);
		assert.equal(await served(4, revoke), 2);
	});
});

describe("regions", () => {
	test("have each their own in development, and the highest holds, since all regions' requests count together", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 });
		const frankfurt = gatehouse.clientOf({ region: "eu-central-1" });
		await setLimit(frankfurt, "UserToken", 5);
		assert.equal(await numbers(getLimit(gatehouse.client, "UserToken")), "2 → 2");
		assert.equal(await numbers(setLimit(gatehouse.client, "UserToken", 4)), "2 → 4");
		assert.equal(await numbers(getLimit(frankfurt, "UserToken")), "2 → 5");
		const revoke = await revoker(gatehouse);
		await revoke();
		gatehouse.pass(2_000);
		assert.equal(await served(8, revoke), 5);
	});

	test("of earlier settings count for nothing in production", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 }, { mode: "production", rootKey });
		const key = { region: "eu-central-1", category: "UserToken", value: 9 };
		await gatehouse.store.write([put("provisioned_limits", ["region", "category"], key)]);
		const revoke = await revoker(gatehouse);
		await revoke();
		gatehouse.pass(2_000);
		assert.equal(await served(4, revoke), 2);
		assert.equal(await numbers(getLimit(gatehouse.client, "UserToken")), "2 → 2");
	});
});

describe("refusals", () => {
	test("of what is no limit, and of rates outside of default and maximum", async (t) => {
		const { UserRead: _, ...others } = requestQuotaDefaults;
		const { client } = await startLimited(t, { ...others, LimitManagement: 100 });
		const get = (LimitDefinition: object) => refusal(client.send(new GetProvisionedLimitCommand({ LimitDefinition } as never)));
		const one = "InvalidParameterException: A limit of the class API_CATEGORY has one attribute, Category.";
		assert.equal(await get({ LimitClass: "API_CATEGORY", Attributes: {} }), one);
		assert.equal(await get({ LimitClass: "API_CATEGORY", Attributes: { category: "UserToken" } }), one);
		assert.equal(await get({ LimitClass: "API_CATEGORY", Attributes: { Category: "UserToken", Pool: "a" } }), one);
		assert.match(await get({ LimitClass: "MAU", Attributes: { Category: "UserToken" } }), /^InvalidParameterException: 1 validation error/);
		assert.match(await get({ LimitClass: "API_CATEGORY" }), /^InvalidParameterException: 1 validation error/);
		// Not adjustable, not a category of operations, nothing at all, and one that is off here.
		for (const category of ["UserUpdate", "LimitManagement", "DomainTotal", "constructor", "", "UserRead"]) {
			assert.equal(await refusal(getLimit(client, category)), noLimit(category));
			assert.equal(await refusal(setLimit(client, category, 500)), noLimit(category));
		}
		for (const rate of [-1, 0, 119])
			assert.equal(
				await refusal(setLimit(client, "UserToken", rate)),
				"InvalidParameterException: The limit of UserToken cannot be below its default of 120 requests per second.",
			);
		assert.equal(
			await refusal(setLimit(client, "UserToken", 1_000_001)),
			"ServiceQuotaExceededException: The limit of UserToken cannot be above 1000000 requests per second.",
		);
		assert.equal(await numbers(getLimit(client, "UserToken")), "120 → 120");
		assert.equal(await numbers(setLimit(client, "UserToken", 1_000_000)), "120 → 1000000");
	});

	test("of whom no policy allows it", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2 }, { mode: "production", rootKey });
		const reader = await directoryOf(gatehouse).user("reader", [allow("cognito-idp:GetProvisionedLimit")]);
		const client = gatehouse.clientOf({ credentials: reader });
		assert.equal(await numbers(getLimit(client, "UserToken")), "2 → 2");
		assert.match(
			await refusal(setLimit(client, "UserToken", 9)),
			/^AccessDeniedException: .*not authorized to perform: cognito-idp:UpdateProvisionedLimit on resource: \*/,
		);
		assert.equal(await numbers(setLimit(gatehouse.client, "UserToken", 9)), "2 → 9");
	});

	test("of more than one request a second for both operations together", async (t) => {
		const gatehouse = await startLimited(t, { UserToken: 2, LimitManagement: 1 });
		assert.equal(await refusal(getLimit(gatehouse.client, "UserToken")), ok);
		assert.equal(await refusal(setLimit(gatehouse.client, "UserToken", 3)), tooMany);
		gatehouse.pass(1_000);
		assert.equal(await refusal(setLimit(gatehouse.client, "UserToken", 3)), ok);
		assert.equal(await gatehouse.throttled("limit_management"), 1);
	});
});

test("without limits they are stored and told all the same, and hold nobody up", async (t) => {
	const gatehouse = await startLimited(t, { UserToken: 1 }, { limits: false });
	assert.equal(await numbers(setLimit(gatehouse.client, "UserToken", 2)), "1 → 2");
	assert.equal(await numbers(getLimit(gatehouse.client, "UserToken")), "1 → 2");
	const revoke = await revoker(gatehouse);
	assert.equal(await served(3, revoke), 3);
});

test("every category that can be provisioned is a quota that operations count in", () => {
	for (const category of provisionedCategories) assert.ok(operationsByCategory[category].length > 0 && requestQuotaDefaults[category] > 0);
});
