/** Every error text of KMS's, once, as `../refusals.ts` has Cognito's. https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../aws/errors.ts";

const notFound = (message: string) => new AwsError("NotFoundException", message);
const invalid = (message: string) => new AwsError("ValidationException", message);

export const keyNotFound = (arn: string) => notFound(`Key '${arn}' does not exist`);
export const aliasNotFound = (arn: string) => notFound(`Alias ${arn} is not found.`);
export const keyIdInvalid = (keyId: string) => notFound(`Invalid keyId ${keyId}`);
/** AWS sends it without a text: nobody learns what is wrong with a ciphertext. */
export const ciphertextInvalid = () => new AwsError("InvalidCiphertextException", "");
export const keyIncorrect = () =>
	new AwsError("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
export const ciphertextKeyUnknown = () =>
	new AwsError(
		"AccessDeniedException",
		"The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
	);
export const algorithmIncompatible = (algorithm: string) =>
	new AwsError("InvalidKeyUsageException", `Algorithm ${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`);
export const dataKeyLengthNeeded = () => invalid("Please specify either number of bytes or key spec.");
export const unsupported = (message: string) => new AwsError("UnsupportedOperationException", message);
export const markerInvalid = () => new AwsError("InvalidMarkerException", "The marker is not valid.");
/** https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html */
export const dryRun = () =>
	new AwsError("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", { status: 412 });
/** A fixed id asked for in development (`_custom_id_`) that can't be had. */
export const customKeyIdInvalid = (id: string) => invalid(`The id ${id} is not a UUID in lower case.`);
export const customKeyIdTaken = (id: string) => invalid(`The id ${id} is already taken.`);
