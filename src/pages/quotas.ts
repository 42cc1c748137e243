/**
 * Which form counts in which request quota: "Each managed login … operation during sign-in contributes one request to the quota", and the
 * others count as the operations that they stand for. https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
import type { QuotaUse } from "../http/quotas/operations.ts";

const signIn: QuotaUse = { quota: "UserAuthentication" };
const creation: QuotaUse = { quota: "UserCreation" };
const recovery: QuotaUse = { quota: "UserAccountRecovery" };

/** By the page's path. Registering a passkey has no published rate. */
export const quotaOfPage: Readonly<Record<string, QuotaUse | undefined>> = {
	"/login": signIn,
	"/login/choose": signIn,
	"/login/password": signIn,
	"/login/passkey": signIn,
	"/login/code": signIn,
	"/login/totp": signIn,
	"/login/choose-mfa": signIn,
	"/login/setup-mfa": signIn,
	"/login/new-password": recovery,
	"/signup": creation,
	"/confirm": creation,
	"/resendcode": { quota: "UserResourceRead" },
	"/forgotPassword": recovery,
	"/confirmforgotPassword": recovery,
};
