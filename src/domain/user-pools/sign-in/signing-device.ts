/** The device that a sign-in comes from: the one that it names, or one that its tokens offer. */
import type { NewDeviceMetadataType } from "../../../aws/model/cognito-idp.types.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { type Device, findDevice, offerDevice, recordDeviceUse, tracksDevices } from "../devices.ts";
import type { UserPool } from "../pools.ts";
import type { SessionDevice } from "../sessions.ts";
import type { SignIn } from "./finish.ts";

/**
 * The device that a sign-in names: one read, only where the pool tracks devices and a key came. "unknown" where this step names one
 * that the user does not have; one that an earlier step named is let go of: clients that sign in again without a key that was refused
 * repeat their last step alone.
 */
export async function findSigningDevice(
	call: Call,
	pool: UserPool,
	{ user, deviceKey, earlierDeviceKey, device }: SignIn,
): Promise<Device | "unknown" | undefined> {
	if (!tracksDevices(pool)) return undefined;
	if (device !== undefined) return device;
	if (deviceKey) return (await findDevice(call, pool, user.id, deviceKey)) ?? "unknown";
	return earlierDeviceKey ? findDevice(call, pool, user.id, earlierDeviceKey) : undefined;
}

export interface DeviceOfTokens {
	/** What the session is bound to; undefined where the pool tracks no devices. */
	readonly session: SessionDevice | undefined;
	/** What the client may confirm, where it named no device. */
	readonly offered: NewDeviceMetadataType | undefined;
	readonly verbs: readonly Verb<"device gone">[];
}

/** What tokens do about the device: note that it was used, or offer one. */
export function deviceOfTokens(call: Call, pool: UserPool, { user, device, proved }: SignIn): DeviceOfTokens {
	if (!tracksDevices(pool)) return { session: undefined, offered: undefined, verbs: [] };
	if (device === undefined) {
		const offered = offerDevice(call, pool, user);
		return { session: { key: offered.DeviceKey, isConfirmed: false }, offered, verbs: [] };
	}
	const verb = recordDeviceUse(call, pool, user.id, device, proved.second === "DEVICE");
	return { session: { key: device.key, isConfirmed: true }, offered: undefined, verbs: [verb] };
}
