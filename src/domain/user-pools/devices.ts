/**
 * A user's devices: what a client confirms after a sign-in, so that the next one from there may do without a second factor. A
 * device proves itself by SRP with a secret of the client's making; what is kept here is its verifier. What a sign-in makes of a
 * device is decided in `sign-in/`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
 */
import type {
	AttributeType,
	ConfirmDeviceRequest,
	ConfirmDeviceResponse,
	DeviceRememberedStatusType,
	DeviceType,
} from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { isGroupElement } from "../../crypto/srp.ts";
import { consume, insert, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call, TokenHolder } from "../call.ts";
import { deviceKeyExists, deviceNotFound, deviceSecretInvalid, invalidDeviceKey } from "../refusals.ts";
import { openPage, pageOf } from "./paging.ts";
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

export interface Device {
	readonly key: string;
	/** What stands for the pool in the device's SRP. */
	readonly groupKey: string;
	/** Empty where the client gave none. */
	readonly name: string;
	readonly isRemembered: boolean;
	readonly salt: Uint8Array;
	/** Sealed: see `openDeviceVerifier`. */
	readonly verifier: Uint8Array;
	/** Empty where it is not known. */
	readonly lastIp: string;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly modifiedAt: number;
	/** The last sign-in from the device. */
	readonly authenticatedAt: number;
}

/** Whether sign-ins are offered device keys at all. */
export function tracksDevices(pool: Pick<UserPool, "settings">): boolean {
	return pool.settings.DeviceConfiguration !== undefined;
}

// --- Keys ---

const groupKeyCharacters = 9;
/** As the model has it: what does not look like one is nobody's, and no query is made. */
const deviceKeyPattern = /^[\w-]+_[0-9a-f-]+$/;
const deviceKeyCharactersMax = 55;

export function isDeviceKey(text: string): boolean {
	return text.length <= deviceKeyCharactersMax && deviceKeyPattern.test(text);
}

/** The keys that a sign-in from an unknown device is answered with. Nothing is stored but the device key, in the session. */
export function offerDevice(call: Call, pool: UserPool, user: User): { readonly DeviceKey: string; readonly DeviceGroupKey: string } {
	const key = `${pool.region}_${randomUuid(call.ports.random)}`;
	return { DeviceKey: key, DeviceGroupKey: groupKeyOf(pool, user.id, key) };
}

/** "-" and 8 letters or digits, as in the API reference's examples. The same for the same device key, so that it need not be kept until then. */
function groupKeyOf(pool: UserPool, userId: string, key: string): string {
	const mac = pool.keyrings.mac.mac("device-group-key", pool.id, userId, key);
	return `-${mac.toString("base64").replaceAll(/[^0-9A-Za-z]/g, "")}`.slice(0, groupKeyCharacters);
}

// --- Confirming ---

const secretBytesMax = 384;
const base64Pattern = /^(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?$/;

/**
 * Records the device that the caller's sign-in was offered. In a pool that remembers devices always it is remembered by this.
 * @throws InvalidParameterException for a key that was not offered, or a verifier that is none; DeviceKeyExistsException
 */
export async function confirmDevice(
	call: Call,
	{ pool, user, sessionId }: TokenHolder,
	{
		DeviceKey: key,
		DeviceName: name = "",
		DeviceSecretVerifierConfig: secret = {},
	}: Pick<ConfirmDeviceRequest, "DeviceKey" | "DeviceName" | "DeviceSecretVerifierConfig">,
): Promise<ConfirmDeviceResponse> {
	const configuration = pool.settings.DeviceConfiguration;
	if (configuration === undefined || !isDeviceKey(key)) throw invalidDeviceKey();
	const salt = decodeNumber(secret.Salt);
	const verifier = decodeNumber(secret.PasswordVerifier);
	if (salt === undefined || verifier === undefined || !isGroupElement(verifier)) throw deviceSecretInvalid();
	const mustAsk = configuration.DeviceOnlyRememberedOnUserPrompt === true;
	const outcome = await call.store.write([
		// The session row decides that the key was offered, and orders this against the user's deletion.
		update("sessions", { pool_id: pool.id, user_id: user.id, id: sessionId, device_key: key }, { device_confirmed: 1 }, "not offered"),
		insert(
			"devices",
			{
				pool_id: pool.id,
				user_id: user.id,
				device_key: key,
				group_key: groupKeyOf(pool, user.id, key),
				name,
				remembered: mustAsk ? 0 : 1,
				salt,
				verifier: pool.keyrings.factor.seal(verifierContext(pool, user.id, key), verifier),
				last_ip: call.sourceIp ?? "",
				created_at: call.now,
				modified_at: call.now,
				authenticated_at: call.now,
			},
			"exists",
		),
	]);
	if (outcome === "not offered") throw invalidDeviceKey();
	if (outcome === "exists") throw deviceKeyExists();
	return { UserConfirmationNecessary: mustAsk };
}

/** The bytes of a number in base64; a zero in front, which clients' two's complement has, does not count. */
function decodeNumber(base64: string | undefined): Buffer | undefined {
	if (base64 === undefined || !base64Pattern.test(base64)) return undefined;
	const bytes = Buffer.from(base64, "base64");
	const number = bytes[0] === 0 && bytes.length > 1 ? bytes.subarray(1) : bytes;
	return number.length === 0 || number.length > secretBytesMax ? undefined : number;
}

const verifierContext = (pool: UserPool, userId: string, key: string) => ["devices", "verifier", pool.id, userId, key] as const;

/** The SRP verifier itself; undefined where the box does not open, which only damage or tampering explains. */
export function openDeviceVerifier(pool: UserPool, userId: string, device: Device): Buffer | undefined {
	return pool.keyrings.factor.open(verifierContext(pool, userId, device.key), device.verifier);
}

// --- Finding ---

export const deviceStatement = statement<{ pool: string; user: string; key: string }>()("device", (db, param) =>
	db
		.selectFrom("devices")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user"))
		.where("device_key", "=", param("key")),
);

export const listDeviceRows = statement<{ pool: string; user: string; after: string; remembered: number; limit: number }>()(
	"listDeviceRows",
	(db, param) =>
		db
			.selectFrom("devices")
			.selectAll()
			.where("pool_id", "=", param("pool"))
			.where("user_id", "=", param("user"))
			.where("device_key", ">", param("after"))
			.where("remembered", ">=", param("remembered"))
			.orderBy("device_key")
			.limit(param("limit")),
);

export async function findDevice(call: Call, pool: UserPool, userId: string, key: string): Promise<Device | undefined> {
	if (!isDeviceKey(key)) return undefined;
	const [row] = await call.store.read(deviceStatement, { pool: pool.id, user: userId, key });
	return row && deviceFromRow(row);
}

/** @throws ResourceNotFoundException, for another user's device too */
export async function getDevice(call: Call, pool: UserPool, userId: string, key: string): Promise<Device> {
	const device = await findDevice(call, pool, userId, key);
	if (device === undefined) throw deviceNotFound();
	return device;
}

function deviceFromRow(row: Tables["devices"]): Device {
	return {
		key: row.device_key,
		groupKey: row.group_key,
		name: row.name,
		isRemembered: row.remembered === 1,
		salt: row.salt,
		verifier: row.verifier,
		lastIp: row.last_ip,
		createdAt: row.created_at,
		modifiedAt: row.modified_at,
		authenticatedAt: row.authenticated_at,
	};
}

/** "QueryLimitType" goes up to 60. */
const devicesPerPageMax = 60;

/** Who asks: a user is shown less of a device than an administrator. */
export type DeviceViewer = "user" | "administrator";

/**
 * A page of a user's devices by their keys. Users list the devices that are remembered, administrators all that are confirmed:
 * so clients found it (https://github.com/aws-amplify/amplify-js/pull/12171, https://github.com/aws-amplify/amplify-swift/issues/3394).
 * @throws InvalidParameterException for a token that is not of this list
 */
export async function listDevices(
	call: Call,
	pool: UserPool,
	user: User,
	viewer: DeviceViewer,
	{ Limit: limit, PaginationToken: token }: { readonly Limit?: number | undefined; readonly PaginationToken?: string | undefined },
): Promise<{ Devices: DeviceType[]; PaginationToken?: string }> {
	const page = { kind: "ListDevices", scope: [viewer, pool.id, user.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const size = limit || devicesPerPageMax;
	const remembered = viewer === "user" ? 1 : 0;
	const found = await call.store.read(listDeviceRows, { pool: pool.id, user: user.id, after, remembered, limit: size + 1 });
	const { rows, next } = pageOf(call.vault, page, found, size, (row) => row.device_key);
	return {
		Devices: rows.map((row) => wireDevice(call, pool, user, deviceFromRow(row), viewer)),
		...(next === undefined ? {} : { PaginationToken: next }),
	};
}

/**
 * As the API shows it. Attributes named `dev:` are for AWS credentials alone, like a user's.
 * https://docs.aws.amazon.com/cli/latest/reference/cognito-idp/admin-get-device.html has an example of all of them but ours lacks
 * dev:device_sdk: what SDK confirmed the device is not recorded.
 */
export function wireDevice(call: Call, pool: UserPool, user: User, device: Device, viewer: DeviceViewer): DeviceType {
	const isAdministrator = viewer === "administrator";
	const owner = `${user.username}.${pool.id}`;
	const attributes: AttributeType[] = [{ Name: "device_status", Value: "valid" }];
	if (device.name !== "") attributes.push({ Name: "device_name", Value: device.name });
	if (isAdministrator) {
		const arn = `arn:aws:cognito-idp:${pool.region}:${call.settings.accountId}:owner/${owner}/device/${device.key}`;
		attributes.push({ Name: "dev:device_arn", Value: arn }, { Name: "dev:device_owner", Value: owner });
	}
	if (device.lastIp !== "") attributes.push({ Name: "last_ip_used", Value: device.lastIp });
	if (isAdministrator) {
		attributes.push({ Name: "dev:device_remembered_status", Value: device.isRemembered ? "remembered" : "not_remembered" });
	}
	return {
		DeviceKey: device.key,
		DeviceAttributes: attributes,
		DeviceCreateDate: device.createdAt,
		DeviceLastModifiedDate: device.modifiedAt,
		DeviceLastAuthenticatedDate: device.authenticatedAt,
	};
}

// --- Changing ---

/** Without a status nothing changes. @throws ResourceNotFoundException */
export async function updateDeviceStatus(
	call: Call,
	pool: UserPool,
	userId: string,
	key: string,
	status: DeviceRememberedStatusType | undefined,
): Promise<void> {
	if (status === undefined) {
		await getDevice(call, pool, userId, key);
		return;
	}
	const where = { pool_id: pool.id, user_id: userId, device_key: key };
	const outcome = await call.store.write([
		update("devices", where, { remembered: status === "remembered" ? 1 : 0, modified_at: call.now }, "gone"),
	]);
	if (outcome === "gone") throw deviceNotFound();
}

/**
 * Deletes the device. Its sessions stay confirmed ones, of no device that could be named any more: "all future calls to revalidate
 * that device's refresh tokens will fail"
 * (https://aws.amazon.com/blogs/mobile/tracking-and-remembering-devices-using-amazon-cognito-your-user-pools/).
 * @throws ResourceNotFoundException
 */
export async function forgetDevice(call: Call, pool: UserPool, userId: string, key: string): Promise<void> {
	const where = { pool_id: pool.id, user_id: userId, device_key: key };
	const outcome = await call.store.write([consume("devices", where, "gone"), update("sessions", where, { device_key: "" })]);
	if (outcome === "gone") throw deviceNotFound();
}

/** What a sign-in from the device leaves in it. `device gone` where it was forgotten meanwhile, or has to be remembered and is not. */
export function recordDeviceUse(
	call: Call,
	pool: UserPool,
	userId: string,
	device: Device,
	mustBeRemembered: boolean,
): Verb<"device gone"> {
	return update(
		"devices",
		{ pool_id: pool.id, user_id: userId, device_key: device.key, ...(mustBeRemembered && { remembered: 1 }) },
		{ authenticated_at: call.now, modified_at: call.now, last_ip: call.sourceIp ?? "" },
		"device gone",
	);
}
