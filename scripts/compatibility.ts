/**
 * Writes `docs/compatibility.md`: every operation of the services and whether Gatehouse has it, from the model and the
 * registry. Run with `npm run compatibility`; a test fails while the file differs.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { operations } from "../src/api/registry.ts";
import { type ServiceName, serviceModel, serviceNames } from "../src/aws/model.ts";

export const compatibilityFile = new URL("../docs/compatibility.md", import.meta.url);

const titles: Readonly<Record<ServiceName, string>> = {
	"cognito-idp": "User pools (`cognito-idp`)",
	"cognito-identity": "Identity pools (`cognito-identity`)",
	"cognito-sync": "Cognito Sync (`cognito-sync`)",
	sts: "STS (`sts`)",
	iam: "IAM (`iam`)",
	kms: "KMS, as far as custom senders need it (`kms`)",
};

const flows = "Flows: `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `USER_AUTH`, `CUSTOM_AUTH`, `REFRESH_TOKEN_AUTH` (`REFRESH_TOKEN`).";
const adminFlows =
	"Flows: `ADMIN_USER_PASSWORD_AUTH` (`ADMIN_NO_SRP_AUTH`), `USER_SRP_AUTH`, `USER_AUTH`, `CUSTOM_AUTH`, `REFRESH_TOKEN_AUTH` (`REFRESH_TOKEN`).";
const challenges =
	"`DEVICE_SRP_AUTH` is answered only with the `Session` that asks for it: without one nothing would show that the first factor was proved.";

const sessions =
	"Sessions that began while tracking was on. Those of managed login (`SSO`) come with it; `LastLocation` is not known. Tokens carry no claim of their own for it.";
const deviceSdk = "Without `dev:device_sdk`: which SDK confirmed a device is not recorded.";
const links =
	"Sessions are linked by managed login alone, and while tracking is on: elsewhere `RevokeAssociatedSessions` has nothing to add.";
const ssoSession = "How old a sign-in may be that a client [silently goes by](managed-login.md#sessions-in-the-browser).";
const simulation =
	"One result for each action and resource. No `PolicyExclusionList`, no `ResourceHandlingOption` (that is EC2's), no policies of organizations.";
const noMfaDevices = "Users of IAM have no MFA devices: `SerialNumber` and `TokenCode` are refused.";
const noMfaDevicesToList = "Always empty: there are no MFA devices.";
const noUserCredentials = "Always empty: access keys are all that a user signs with.";
const noPasswords = "Always `NoSuchEntity`: users of IAM have no passwords.";
const samlKeys = "Encrypted assertions are refused: no `AddPrivateKey`, no `AssertionEncryptionMode`.";
const noProviders = "Identity providers can't be created yet: there are none.";

const provisioned =
	"What it starts from is [what the operator set](operating/quotas.md#raising-a-rate-by-the-api). There is no category `UserFederation` yet.";

const styles =
	"[What becomes of a style](branding.md). Values of settings are held against the default document; which options there are in upper case is documented nowhere as a whole, so that unknown ones have no effect.";
const merged = "`ReturnMergedResources` fills in settings; Cognito's own pictures are not part of Gatehouse.";

/** What an operation that is there does not do yet, and what else is worth knowing. */
export const notes: Partial<Readonly<Record<ServiceName, Readonly<Record<string, string>>>>> = {
	"cognito-idp": {
		InitiateAuth: flows,
		AdminInitiateAuth: adminFlows,
		RespondToAuthChallenge: challenges,
		AdminRespondToAuthChallenge: challenges,
		ListIdentityProviders: noProviders,
		DescribeIdentityProvider: noProviders,
		GetIdentityProviderByIdentifier: noProviders,
		UpdateUserPool:
			"As the reference says, what is left out returns to its default, but for `UserPoolTier`. Cognito itself was seen to keep `Policies` and `MfaConfiguration` in 2026: send all that shall stay.",
		CreateUserPoolDomain:
			"`ACTIVE` at once. `CertificateArn` is kept; the certificate that is served is [found by name](managed-login.md#domains).",
		StartWebAuthnRegistration:
			"For the pool's `RelyingPartyId`, else its domain. Of the public suffix list, names of one label are known and refused.",
		AdminGetDevice: deviceSdk,
		AdminListDevices: deviceSdk,
		ListUserSessions: sessions,
		AdminListUserSessions: sessions,
		RevokeUserSession: links,
		AdminRevokeUserSession: links,
		RevokeToken: links,
		GetUserPoolClientSessionConfiguration: ssoSession,
		SetUserPoolClientSessionConfiguration: ssoSession,
		CreateUserImportJob:
			"`CloudWatchLogsRoleArn` is kept; the log is [read from Gatehouse](operating/import.md#what-became-of-each-line). Hashes are in the column `cognito:password_hash`: AWS's documents name none.",
		StopUserImportJob: "Stops at once: the status `Stopping` is never seen.",
		CreateManagedLoginBranding: styles,
		UpdateManagedLoginBranding: styles,
		DescribeManagedLoginBranding: merged,
		DescribeManagedLoginBrandingByClient: merged,
		SetUICustomization:
			"Classes of identity providers' buttons have no element yet: [what becomes of the CSS](branding.md#classic-customization-version-1).",
		GetProvisionedLimit: provisioned,
		UpdateProvisionedLimit: provisioned,
		CreateTerms: "Links must be `http` or `https`. They are on the sign-up page, in its language.",
		GetSigningCertificate: "Of the key that SAML requests will be signed with; SAML itself is not there yet.",
	},
	sts: {
		AssumeRole: noMfaDevices,
		GetSessionToken: noMfaDevices,
		AssumeRoleWithWebIdentity:
			"ID tokens of OpenID Connect and identity pools' OpenID tokens; no `ProviderId`, which is for OAuth 2.0 access tokens.",
		DecodeAuthorizationMessage: "No service of Gatehouse's makes such messages: every message is refused.",
	},
	iam: {
		SimulateCustomPolicy: simulation,
		SimulatePrincipalPolicy: simulation,
		GetAccessKeyLastUsed: "Written at most once a minute: [last uses](access.md#last-uses).",
		GetRole: "`RoleLastUsed` is written at most once a minute: [last uses](access.md#last-uses).",
		GetLoginProfile: noPasswords,
		DeleteLoginProfile: noPasswords,
		ListInstanceProfilesForRole: "Always empty: there are no instance profiles.",
		ListMFADevices: noMfaDevicesToList,
		ListVirtualMFADevices: noMfaDevicesToList,
		ListSSHPublicKeys: noUserCredentials,
		ListSigningCertificates: noUserCredentials,
		ListServiceSpecificCredentials: noUserCredentials,
		ListPolicies: "Of AWS's policies [a few](access.md#different-from-aws).",
		CreateSAMLProvider: samlKeys,
		UpdateSAMLProvider: samlKeys,
	},
};

/** The text of `docs/compatibility.md`. */
export function compatibilityText(): string {
	const built = new Set(operations.map(({ service, name }) => `${service} ${name}`));
	const rows = serviceNames.map((service) =>
		[...serviceModel(service).operations.keys()].map((name) => ({ name, built: built.has(`${service} ${name}`) })),
	);
	return [
		"# Compatibility",
		"",
		"<!-- Generated by scripts/compatibility.ts: run `npm run compatibility`. -->",
		"",
		"Every operation of the services that Gatehouse speaks, by AWS's name. An operation that is not there yet answers an error that names it. Of KMS, the operations that are not listed are not meant to come.",
		"",
		"| service | API version | built | of |",
		"| --- | --- | --: | --: |",
		...serviceNames.map((service, i) => {
			const all = rows[i] ?? [];
			return `| ${titles[service]} | ${serviceModel(service).apiVersion} | ${all.filter((row) => row.built).length} | ${all.length} |`;
		}),
		"",
		...serviceNames.flatMap((service, i) => [
			`## ${titles[service]}`,
			"",
			"| operation | status | notes |",
			"| --- | --- | --- |",
			...(rows[i] ?? []).map((row) => `| ${row.name} | ${row.built ? "built" : "not yet"} | ${notes[service]?.[row.name] ?? ""} |`),
			"",
		]),
	].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(compatibilityFile, compatibilityText());
