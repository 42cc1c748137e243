/** Tags of user pools through the front door: by the operations of their own and by those of the pool. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	type CognitoIdentityProviderClient,
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	ListTagsForResourceCommand,
	TagResourceCommand,
	UntagResourceCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { refusal } from "../support/people.ts";

for (const engine of engines) {
	describe(`tags (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: CognitoIdentityProviderClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			client = gatehouse.client;
		});
		after(() => gatehouse.stop());

		const create = async (UserPoolTags?: Record<string, string>) => {
			const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "tagged", UserPoolTags }));
			return { Id: UserPool?.Id ?? "", Arn: UserPool?.Arn ?? "" };
		};
		const list = async (ResourceArn: string) => (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
		const tag = (ResourceArn: string, Tags: Record<string, string>) => client.send(new TagResourceCommand({ ResourceArn, Tags }));
		const untag = (ResourceArn: string, TagKeys: string[]) => client.send(new UntagResourceCommand({ ResourceArn, TagKeys }));

		test("TagResource adds tags and changes values, UntagResource takes tags away, and the pool shows what is left", async () => {
			const { Id, Arn } = await create({ team: "identity" });
			await tag(Arn, { stage: "test", team: "accounts" });
			deepEqual(await list(Arn), { team: "accounts", stage: "test" });
			await untag(Arn, ["team", "unknown"]);
			deepEqual(await list(Arn), { stage: "test" });
			const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId: Id }));
			deepEqual(UserPool?.UserPoolTags, { stage: "test" });
		});

		test("a pool without tags has an empty list, and UpdateUserPool replaces tags only when it names some", async () => {
			const { Id, Arn } = await create();
			deepEqual(await list(Arn), {});
			await tag(Arn, { a: "1" });
			await client.send(new UpdateUserPoolCommand({ UserPoolId: Id }));
			deepEqual(await list(Arn), { a: "1" });
			await client.send(new UpdateUserPoolCommand({ UserPoolId: Id, UserPoolTags: { b: "2" } }));
			deepEqual(await list(Arn), { b: "2" });
		});

		test("a pool has no more than 50 tags, and none with the prefix aws:", async () => {
			const { Arn } = await create(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`tag${i}`, ""])));
			equal(await refusal(tag(Arn, { "one more": "" })), "InvalidParameterException: A user pool can have no more than 50 tags.");
			await tag(Arn, { tag0: "changed" });
			await untag(Arn, ["tag1"]);
			await tag(Arn, { "one more": "" });
			equal(Object.keys((await list(Arn)) ?? {}).length, 50);
			await untag(Arn, ["tag2"]);
			equal(await refusal(tag(Arn, { "aws:made": "" })), "InvalidParameterException: Tag keys that begin with aws: are reserved.");
		});

		test("an ARN that is not a user pool's is refused, and that of no pool is not found", async () => {
			const { Id, Arn } = await create();
			const other = "arn:aws:s3:us-east-1:000000000000:bucket/x";
			equal(await refusal(list(other)), `InvalidParameterException: ${other} is not the ARN of a user pool.`);
			const missing = `ResourceNotFoundException: User pool ${Id} does not exist.`;
			const foreign = Arn.replace("000000000000", "123456789012");
			const calls = [list(foreign), tag(foreign, { a: "" }), untag(foreign, ["a"])];
			deepEqual(await Promise.all(calls.map(refusal)), [missing, missing, missing]);
			equal(await refusal(list(Arn.replace("us-east-1:", "eu-west-1:"))), missing);
			equal(
				await refusal(list(Arn.replace(Id, "us-east-1_nothing00"))),
				"ResourceNotFoundException: User pool us-east-1_nothing00 does not exist.",
			);
			const elsewhere = gatehouse.clientOf({ region: "eu-west-1" });
			equal(await refusal(elsewhere.send(new ListTagsForResourceCommand({ ResourceArn: Arn }))), missing);
		});

		test("of TagResource calls that race none is lost", async () => {
			const { Arn } = await create();
			const keys = Array.from({ length: 12 }, (_, i) => `key${i}`);
			const outcomes = await Promise.all(keys.map((key) => refusal(tag(Arn, { [key]: "x" }))));
			const done = keys.filter((_, i) => outcomes[i] === "not refused");
			ok(done.length > 0);
			for (const outcome of outcomes) ok(outcome === "not refused" || outcome.startsWith("TooManyRequestsException: "), outcome);
			deepEqual(Object.keys((await list(Arn)) ?? {}).sort(), done.sort());
		});
	});
}
