/** The error texts of terms documents, styles of managed login, and classic UI customization. */
import { AwsError } from "../../../aws/errors.ts";
import { invalidParameter, resourceNotFound } from "../../refusals.ts";

/** Both plans above Lite have it; the operations name no other error for that. */
export const notInTier = (feature: string, tier: string) =>
	new AwsError("OperationNotEnabledException", `${feature} is not available in the ${tier} feature plan.`);

// Styles of managed login. The texts of the first four were seen: github.com/floci-io/floci/pull/2869.
export const brandingNotFound = () => resourceNotFound("ManagedLoginBranding does not exist.");
export const brandingOfClientNotFound = (clientId: string) =>
	resourceNotFound(`ManagedLoginBranding for client ${clientId} does not exist.`);
export const brandingExists = (clientId: string) =>
	new AwsError("ManagedLoginBrandingExistsException", `A ManagedLoginBranding already exists for client ${clientId}`);
export const oneSourceOfBranding = () => invalidParameter("useCognitoProvidedValues or settings should be specified (but not both)");
export const brandingRequestTooLarge = (max: string) => invalidParameter(`The request must not be larger than ${max}.`);
export const settingsInvalid = (path: string, must: string) => invalidParameter(`Invalid settings: ${path} must be ${must}.`);
export const tooManyAssets = (max: number) => invalidParameter(`A style has at most ${max} assets.`);
export const assetExtensionInvalid = (category: string, extension: string) =>
	invalidParameter(`Invalid asset: ${category} must not have the extension ${extension}.`);
export const assetContentInvalid = (category: string, extension: string) =>
	invalidParameter(`Invalid asset: the content of ${category} is no ${extension} image.`);
export const assetWithoutBytes = (category: string) => invalidParameter(`Invalid asset: ${category} has no bytes.`);
export const svgRefused = (what: string) => invalidParameter(`Invalid asset: SVG files must not have ${what}.`);

// Classic UI customization. What GetUICustomization and SetUICustomization say without a domain was seen, and differs.
export const domainNeededToGet = () => invalidParameter("There has to be an existing domain associated with this user pool");
export const domainNeededToSet = () => invalidParameter("A domain must be associated with this user pool.");
/** Seen, of a class. */
export const cssClassNotAllowed = (selector: string) =>
	invalidParameter(`The CSS class ${selector.slice(0, 128)} is not in the list of allowed classes.`);
export const cssInvalid = (what: string) => invalidParameter(`The CSS is invalid: ${what}.`);
export const logoInvalid = () => invalidParameter("The image file must be a PNG, JPG or JPEG file.");
/** "a request parameters too large error": the developer guide. */
export const customizationTooLarge = () => invalidParameter("Request parameters too large.");

// Terms documents
export const termsNotFound = () => resourceNotFound("Terms does not exist.");
export const termsOfClientNotFound = (clientId: string, name: string) =>
	resourceNotFound(`Terms ${name} for client ${clientId} does not exist.`);
export const termsExist = (clientId: string, name: string) =>
	new AwsError("TermsExistsException", `Terms ${name} already exists for client ${clientId}.`);
export const termsNeedLinks = () => invalidParameter("Links must have a URL for at least one language.");
export const termsLinkInvalid = (language: string) => invalidParameter(`The link for ${language} must be an absolute http or https URL.`);
