/**
 * The key and the certificate that a pool's SAML requests are signed with: sign-in requests where the identity provider asks for
 * them, and all sign-out requests. They are made at first need and stay, so that an identity provider that was given the certificate
 * before anything is signed knows the signatures later. What signs takes its key from here, and from nowhere else.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-signing-encryption.html
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { issueSelfSigned } from "../../crypto/self-signed-certificate.ts";
import { present } from "../../kernel/assert.ts";
import { insert, require, statement } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { userPoolNotFound } from "../refusals.ts";
import type { UserPool } from "./pools.ts";

export interface SigningCertificate {
	/** DER. */
	readonly certificate: Uint8Array;
	readonly privateKey: KeyObject;
}

const dayMilliseconds = 86_400_000;
/** "Issued certificates are valid for 10 years from the date of issue." */
const validDays = 3652;
const serialBytes = 16;
/** The first, and for now the only one of each pool. */
const firstNumber = 1;

type Row = Tables["signing_certificates"];

export const findSigningCertificate = statement<{ pool: string }>()("findSigningCertificate", (db, param) =>
	db.selectFrom("signing_certificates").selectAll().where("pool_id", "=", param("pool")).orderBy("number", "desc").limit(1),
);

/** The pool's current one, made where there is none yet. @throws ResourceNotFoundException for a pool that was deleted meanwhile */
export async function getSigningCertificate(call: Call, pool: UserPool): Promise<SigningCertificate> {
	const row = (await findRow(call, pool)) ?? (await create(call, pool));
	const der = present(pool.keyrings.signing.open(contextOf(row), row.private_sealed), "a pool's SAML signing key opens");
	return { certificate: row.certificate, privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
}

async function findRow(call: Call, pool: UserPool): Promise<Row | undefined> {
	const [row] = await call.store.read(findSigningCertificate, { pool: pool.id });
	return row;
}

async function create(call: Call, pool: UserPool): Promise<Row> {
	const keys = await call.ports.keyPairs.take();
	const certificate = await issueSelfSigned({
		keys,
		commonName: pool.id,
		serial: call.ports.random.bytes(serialBytes),
		notBefore: call.now,
		notAfter: call.now + validDays * dayMilliseconds,
	});
	const key = { pool_id: pool.id, number: firstNumber };
	const privateKey = keys.privateKey.export({ type: "pkcs8", format: "der" });
	const row: Row = { ...key, certificate, private_sealed: pool.keyrings.signing.seal(contextOf(key), privateKey), created_at: call.now };
	const outcome = await call.store.write<"gone" | "taken">([
		require("user_pools", { id: pool.id, created_at: pool.createdAt }, "some", "gone"),
		insert("signing_certificates", row, "taken"),
	]);
	if (outcome === "gone") throw userPoolNotFound(pool.id);
	// Of two who come first at once, one makes it.
	return outcome === "taken" ? present(await findRow(call, pool), "a certificate that is taken is there") : row;
}

function contextOf({ pool_id, number }: Pick<Row, "pool_id" | "number">): readonly string[] {
	return ["signing_certificates", "private_sealed", pool_id, String(number)];
}
