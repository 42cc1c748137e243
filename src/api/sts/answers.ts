/** What STS's answers have in common. */
import type { AssumedRoleUser, Credentials } from "../../aws/model/sts.types.ts";
import type { TemporaryCredentials } from "../../domain/access/sessions.ts";
import type { AssumedRole } from "../../domain/access/web-identity.ts";

export function credentialsAnswer({ accessKeyId, secretAccessKey, sessionToken, expiration }: TemporaryCredentials): Credentials {
	return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration };
}

export function assumedRoleAnswer({ credentials, arn, assumedRoleId, packedPercent }: AssumedRole): {
	Credentials: Credentials;
	AssumedRoleUser: AssumedRoleUser;
	PackedPolicySize?: number;
} {
	return {
		Credentials: credentialsAnswer(credentials),
		AssumedRoleUser: { Arn: arn, AssumedRoleId: assumedRoleId },
		...(packedPercent !== undefined && { PackedPolicySize: packedPercent }),
	};
}
