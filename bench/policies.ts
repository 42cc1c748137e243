/**
 * What a decision of the policies costs, beside a bound: the same decisions written by hand in JavaScript for these very policies, which
 * no evaluator of a policy language can beat. Both take turns, so that they see the same machine. Then what it would cost to read the
 * documents for every decision.
 */
import assert from "node:assert/strict";
import { compilePolicy } from "../src/domain/access/policies/compile.ts";
import { parsePolicy } from "../src/domain/access/policies/document.ts";
import { type AccessRequest, evaluate, type Outcome } from "../src/domain/access/policies/evaluate.ts";
import { printTable } from "./report.ts";

const rounds = 15;
const roundMilliseconds = 60;
const accountId = "123456789012";

interface Workload {
	readonly name: string;
	readonly documents: readonly object[];
	readonly requests: readonly AccessRequest[];
	/** The decision by hand. */
	byHand(request: AccessRequest): Outcome;
}

const identityId = "eu-west-1:7a1c6d0e-2f43-4b0b-9a5e-2d3c6a7f1b2c";
const principal: AccessRequest["principal"] = {
	kind: "roleSession",
	accountId,
	arn: `arn:aws:sts::${accountId}:assumed-role/photos/CognitoIdentityCredentials`,
	roleArn: `arn:aws:iam::${accountId}:role/photos`,
	roleId: "AROAEXAMPLEROLEID",
};
const context = {
	"cognito-identity.amazonaws.com:sub": identityId,
	"aws:SourceIp": "203.0.113.9",
	"aws:SecureTransport": "true",
	"aws:PrincipalArn": principal.roleArn,
	"s3:prefix": `${identityId}/2026/`,
};
const request = (action: string, resource: string): AccessRequest => ({ principal, action, resources: [resource], context });
const policy = (...statements: readonly object[]) => ({ Version: "2012-10-17", Statement: statements });
const sub = "$" + "{cognito-identity.amazonaws.com:sub}";

const photos: Workload = {
	name: "photos: own folder, 3 statements",
	documents: [
		policy(
			{ Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: `arn:aws:s3:::photos/${sub}/*` },
			{ Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::photos", Condition: { StringLike: { "s3:prefix": `${sub}/*` } } },
			{ Effect: "Deny", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
		),
	],
	requests: [
		request("s3:GetObject", `arn:aws:s3:::photos/${identityId}/2026/cat.jpg`),
		request("s3:PutObject", "arn:aws:s3:::photos/eu-west-1:another/2026/cat.jpg"),
		request("s3:ListBucket", "arn:aws:s3:::photos"),
		request("s3:DeleteBucket", "arn:aws:s3:::photos"),
	],
	byHand({ action, resources: [resource = ""], context: asked }) {
		if (action.startsWith("s3:") && asked["aws:SecureTransport"] === "false") return "explicitDeny";
		const own = String(asked["cognito-identity.amazonaws.com:sub"]);
		const onObject = action === "s3:GetObject" || action === "s3:PutObject" || action === "s3:DeleteObject";
		if (onObject && resource.startsWith(`arn:aws:s3:::photos/${own}/`)) return "allowed";
		const isList = action === "s3:ListBucket" && resource === "arn:aws:s3:::photos";
		return isList && String(asked["s3:prefix"]).startsWith(`${own}/`) ? "allowed" : "implicitDeny";
	},
};

const manyNames = Array.from({ length: 60 }, (_, i) => `project-${i}`);
const many: Workload = {
	name: "60 statements in 10 policies",
	documents: Array.from({ length: 10 }, (_, p) =>
		policy(
			...manyNames.slice(p * 6, p * 6 + 6).map((name) => ({
				Effect: "Allow",
				Action: ["s3:GetObject", "s3:Put*"],
				Resource: [`arn:aws:s3:::${name}/*`],
				Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"] } },
			})),
		),
	),
	requests: ["project-3", "project-31", "project-59", "project-99"].map((name) => request("s3:GetObject", `arn:aws:s3:::${name}/a/b/c`)),
	byHand({ action, resources: [resource = ""], context: asked }) {
		if (action !== "s3:GetObject" && !action.startsWith("s3:Put")) return "implicitDeny";
		const address = String(asked["aws:SourceIp"]);
		if (!address.startsWith("203.0.113.") && !address.startsWith("198.51.100.")) return "implicitDeny";
		return manyNames.some((name) => resource.startsWith(`arn:aws:s3:::${name}/`)) ? "allowed" : "implicitDeny";
	},
};

const administrator: Workload = {
	name: "administrator: everything",
	documents: [policy({ Effect: "Allow", Action: "*", Resource: "*" })],
	requests: photos.requests,
	byHand: ({ action, resources }) => (action !== "" && resources.length > 0 ? "allowed" : "implicitDeny"),
};

export async function runPolicies(): Promise<void> {
	const rows = [administrator, photos, many].map((workload) => {
		const compiled = workload.documents.map((document, i) => compilePolicy(String(i), parsePolicy(JSON.stringify(document), "managed")));
		const texts = workload.documents.map((document) => JSON.stringify(document));
		const ways = {
			compiled: (asked: AccessRequest) => evaluate(asked, { identity: compiled }).outcome,
			byHand: workload.byHand,
			parsing: (asked: AccessRequest) =>
				evaluate(asked, { identity: texts.map((text, i) => compilePolicy(String(i), parsePolicy(text, "managed"))) }).outcome,
		};
		for (const asked of workload.requests) assert.equal(ways.compiled(asked), ways.byHand(asked), "both decide alike");
		const measured = { compiled: [] as number[], byHand: [] as number[], parsing: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			for (const way of ["compiled", "byHand", "parsing"] as const) measured[way].push(measure(ways[way], workload.requests));
		}
		const least = (way: keyof typeof measured) => Math.min(...measured[way]);
		const [own, bound, parsing] = [least("compiled"), least("byHand"), least("parsing")];
		const cells = [own.toFixed(0), bound.toFixed(0), (own / bound).toFixed(1), (1e9 / own).toFixed(0), (parsing / own).toFixed(0)];
		return [workload.name, ...cells];
	});
	printTable(["policies", "ns a decision", "bound: by hand, ns", "× bound", "decisions/s", "× if parsed each time"], rows);
}

/** What the decisions come to, so that none is left out as unused. */
let decided = 0;

/** Nanoseconds of a decision. */
function measure(decide: (request: AccessRequest) => Outcome, requests: readonly AccessRequest[]): number {
	const startedAt = process.hrtime.bigint();
	const until = startedAt + BigInt(roundMilliseconds) * 1_000_000n;
	let decisions = 0;
	let now = startedAt;
	while (now < until) {
		for (let i = 0; i < 50; i++) for (const request of requests) decided += decide(request).length;
		decisions += 50 * requests.length;
		now = process.hrtime.bigint();
	}
	assert.ok(decided > 0);
	return Number(now - startedAt) / decisions;
}
