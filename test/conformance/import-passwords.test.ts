import assert from "node:assert/strict";
import {
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	ChangePasswordCommand,
	InitiateAuthCommand,
	type PasswordHashingAlgorithmType,
	RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { update } from "../../src/storage/store.ts";
import type { Tables } from "../../src/storage/tables.ts";
import { eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { csvOf, headerOf, importFile, person } from "../support/imports.ts";
import { createPlace, type Place, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";

const password = "pässword";
const wrong = "NotAuthorizedException: Incorrect username or password.";
/** Made by libxcrypt, Python's hashlib and the reference argon2. */
const hashes = {
	BCRYPT: { password, hash: "$2b$05$abcdefghijklmnopqrstuucZGbUxuMlEqps0qcu2pjhO7vaatQZIC" },
	SCRYPT: { password, hash: "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$W/Rtq72Htgcz3Syd3hrCAGsXSEqmMzUBgphIKWl53WE" },
	ARGON2ID: {
		password: "password",
		hash: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
	},
	PBKDF2_SHA256: { password, hash: "pbkdf2_sha256$1000$c2FsdHNhbHQ$4Ept4RGRSafu4IAn0tDetUCHPdg7cRTtNmXt7epqSu8=" },
} as const satisfies Record<PasswordHashingAlgorithmType, { password: string; hash: string }>;
const escaped = (hash: string) => hash.replaceAll(",", "\\,");

/** Imports users with hashes of one algorithm. */
async function importHashes(place: Place, algorithm: PasswordHashingAlgorithmType, users: Readonly<Record<string, string>>) {
	const columns = [...(await headerOf(place.gatehouse, place.UserPoolId)), "cognito:password_hash"];
	const rows = Object.entries(users).map(([name, hash]) => person(name, { "cognito:password_hash": hash }));
	return importFile(place.gatehouse, place.UserPoolId, csvOf(columns, rows), { PasswordHashingAlgorithm: algorithm });
}

async function signInBySrp({ gatehouse, ClientId, UserPoolId }: Place, USERNAME: string, secret: string): Promise<string> {
	const srp = startSrp();
	const { ChallengeParameters = {} } = await gatehouse.client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME, SRP_A: srp.SRP_A } }),
	);
	const ChallengeResponses = answerSrp(srp, ChallengeParameters, UserPoolId, secret, new Date(gatehouse.clock.now()));
	const { AuthenticationResult } = await gatehouse.client.send(
		new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId, ChallengeResponses }),
	);
	return AuthenticationResult?.AccessToken ?? "";
}

/** The stored password of a user. */
async function stored({ gatehouse }: Place, username: string): Promise<Tables["passwords"]> {
	return gatehouse.store.db
		.selectFrom("passwords")
		.innerJoin("users", "users.id", "passwords.user_id")
		.selectAll("passwords")
		.where("users.username", "=", username)
		.executeTakeFirstOrThrow();
}

eachEngine("Passwords are imported as hashes of each algorithm: the password signs in, and from then on SRP does too", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		const place = await createPlace(gatehouse);
		const { UserPoolId } = place;
		for (const [name, known] of Object.entries(hashes)) {
			const algorithm = name as PasswordHashingAlgorithmType;
			const username = name.toLowerCase();
			const { job, log } = await importHashes(place, algorithm, { [username]: escaped(known.hash) });
			assert.deepEqual([job.Status, job.PasswordHashingAlgorithm], ["Succeeded", algorithm], log.join());
			const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username: username }));
			assert.equal(user.UserStatus, "CONFIRMED");
			const { scheme, verifier } = await stored(place, username);
			assert.equal(scheme, "imported");
			assert.ok(!Buffer.from(verifier).includes(known.hash.slice(0, 8)), "it is sealed");

			assert.equal(await refusal(signInBySrp(place, username, known.password)), wrong);
			assert.equal(await refusal(signIn(place, username, "another")), wrong);
			assert.equal((await stored(place, username)).scheme, "imported");
			assert.ok((await signIn(place, username, known.password)).AccessToken);
			assert.equal((await stored(place, username)).scheme, "srp-6a");
			assert.ok(await signInBySrp(place, username, known.password));
			assert.ok((await signIn(place, username, known.password)).AccessToken);
			assert.equal(await refusal(signInBySrp(place, username, "another")), wrong);
			assert.equal(await refusal(signIn(place, username, "another")), wrong);
		}
		assert.ok(!gatehouse.logged.join("\n").includes("c29tZXNhbHQ"));
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("SRP against an imported hash counts no failure and raises a metric; wrong passwords count", async (engine) => {
	const counted: string[] = [];
	const meters = { operation() {}, count: (name: string) => void counted.push(name) };
	const gatehouse = await startGatehouse({ engine, ports: { meters } });
	try {
		const place = await createPlace(gatehouse);
		await importHashes(place, "BCRYPT", { ada: hashes.BCRYPT.hash });
		for (let attempt = 0; attempt < 7; attempt++) assert.equal(await refusal(signInBySrp(place, "ada", password)), wrong);
		assert.equal(counted.filter((name) => name === "sign_in_srp_impossible").length, 7);
		assert.deepEqual(await gatehouse.store.db.selectFrom("sign_in_failures").selectAll().execute(), []);
		for (let attempt = 0; attempt < 5; attempt++) assert.equal(await refusal(signIn(place, "ada", "guess")), wrong);
		assert.equal(await refusal(signIn(place, "ada", password)), "NotAuthorizedException: Password attempts exceeded");
		assert.equal(await refusal(signInBySrp(place, "ada", password)), "NotAuthorizedException: Password attempts exceeded");
		gatehouse.clock.advance(2000);
		assert.ok((await signIn(place, "ada", password)).AccessToken);
		assert.ok(await signInBySrp(place, "ada", password));
		assert.equal(counted.filter((name) => name === "sign_in_srp_impossible").length, 7);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("Every flow that takes a password takes an imported one, and sign-ins that race upgrade it once", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	try {
		const place = await createPlace(
			gatehouse,
			{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } } },
			{ ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"] },
		);
		const { UserPoolId, ClientId } = place;
		const { hash } = hashes.BCRYPT;
		await importHashes(place, "BCRYPT", { byAdmin: hash, byChoice: hash, racing: hash, changing: hash });
		const credentials = (USERNAME: string) => ({ USERNAME, PASSWORD: password });
		const byAdmin = await gatehouse.client.send(
			new AdminInitiateAuthCommand({
				UserPoolId,
				ClientId,
				AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
				AuthParameters: credentials("byAdmin"),
			}),
		);
		assert.ok(byAdmin.AuthenticationResult);
		const choose = (PREFERRED_CHALLENGE?: string) =>
			gatehouse.client.send(
				new InitiateAuthCommand({
					ClientId,
					AuthFlow: "USER_AUTH",
					AuthParameters: { ...credentials("byChoice"), ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }) },
				}),
			);
		assert.deepEqual((await choose()).AvailableChallenges, ["PASSWORD"]);
		assert.ok((await choose("PASSWORD")).AuthenticationResult);
		assert.deepEqual((await choose()).AvailableChallenges, ["PASSWORD", "PASSWORD_SRP"]);

		const signedIn = await Promise.all(Array.from({ length: 5 }, () => signIn(place, "racing", password)));
		assert.ok(signedIn.every(({ AccessToken }) => AccessToken));
		assert.ok(await signInBySrp(place, "racing", password));

		// The password that a signed-in user has already is checked by the hash too, where only the row is put back.
		const { pool_id, user_id, ...imported } = await stored(place, "changing");
		const { AccessToken } = await signIn(place, "changing", password);
		await gatehouse.store.write([update("passwords", { pool_id, user_id }, imported)]);
		const change = (PreviousPassword: string) =>
			gatehouse.client.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: "Another-horse-8" }));
		assert.equal(await refusal(change("guess")), wrong);
		await change(password);
		assert.ok(await signInBySrp(place, "changing", "Another-horse-8"));
		assert.equal(await refusal(signIn(place, "changing", password)), wrong);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine(
	"A row whose hash is of another kind or asks for too much fails; one without a hash has to reset its password",
	async (engine) => {
		const gatehouse = await startGatehouse({ engine });
		try {
			const place = await createPlace(gatehouse);
			const { log } = await importHashes(place, "ARGON2ID", {
				good: escaped(hashes.ARGON2ID.hash),
				unescaped: hashes.ARGON2ID.hash,
				plain: "my-password",
				other: hashes.BCRYPT.hash,
				absurd: escaped(hashes.ARGON2ID.hash.replace("m=65536", "m=4194304")),
				none: "",
			});
			assert.deepEqual(
				log.map((line) => line.replace(/ \(A comma.*/, "")),
				[
					"[SUCCEEDED] Line Number 2 - The import succeeded.",
					"[FAILED] Line Number 3 - The row has 24 values, and the header has 22.",
					"[FAILED] Line Number 4 - The password hash is not one of ARGON2ID in a form that is known.",
					"[FAILED] Line Number 5 - The password hash is not one of ARGON2ID in a form that is known.",
					"[FAILED] Line Number 6 - The password hash asks for more work or memory than is allowed.",
					"[SUCCEEDED] Line Number 7 - The import succeeded.",
				],
			);
			const none = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: "none" }));
			assert.equal(none.UserStatus, "RESET_REQUIRED");
		} finally {
			await gatehouse.stop();
		}
	},
);
