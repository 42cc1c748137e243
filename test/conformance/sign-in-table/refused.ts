/** What AWS does not let anybody set up: the operation that refuses, and its error. */
export const refused = `
# mode   | factors        | pref. | flow               | device       | status       | plan       | also | leads to | source
ON       | email          | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | SetUserPoolMfaConfig: FeatureUnavailableInTierException | plans
OPTIONAL | email+totp     | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | SetUserPoolMfaConfig: FeatureUnavailableInTierException | plans
ON       | sms+email      | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | SetUserPoolMfaConfig: FeatureUnavailableInTierException | plans
OPTIONAL | sms+email+totp | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | SetUserPoolMfaConfig: FeatureUnavailableInTierException | plans
OPTIONAL | passkey        | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | CreateUserPool: FeatureUnavailableInTierException | plans
OPTIONAL | totp+passkey   | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | LITE       | - | CreateUserPool: FeatureUnavailableInTierException | plans
OFF      | none           | -     | PASSWORD           | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OFF      | none           | -     | PASSWORD_SRP       | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OFF      | none           | -     | EMAIL_OTP          | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OFF      | none           | -     | SMS_OTP            | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OFF      | none           | -     | WEB_AUTHN          | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OFF      | none           | -     | choice             | untracked    | CONFIRMED    | LITE       | - | CreateUserPoolClient: FeatureUnavailableInTierException | client-api plans
OPTIONAL | none           | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | email          | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | totp           | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | email+totp     | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | passkey        | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | totp+passkey   | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | none           | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | sms            | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | totp           | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | sms+totp       | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | passkey        | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | totp+passkey   | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | none           | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | sms            | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | email          | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | sms+email      | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
OPTIONAL | passkey        | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | - | AdminSetUserMFAPreference: InvalidParameterException | mfa-preference-api
ON       | sms            | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | wrong=otp-with-mfa | SetUserPoolMfaConfig: InvalidParameterException | mfa-things
ON       | sms            | -     | SMS_OTP            | untracked    | CONFIRMED    | PLUS       | wrong=otp-with-mfa | SetUserPoolMfaConfig: InvalidParameterException | mfa-things
OPTIONAL | none           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | offers=nothing | SetUserPoolMfaConfig: InvalidParameterException | mfa-config-api
ON       | none           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | offers=nothing | SetUserPoolMfaConfig: InvalidParameterException | mfa-config-api
OPTIONAL | email          | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | wrong=default-mail | SetUserPoolMfaConfig: InvalidParameterException | mfa-message
OPTIONAL | passkey        | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | wrong=passkey-mfa-alone | AdminSetUserMFAPreference: InvalidParameterException | passkey-mfa-api
OPTIONAL | totp+passkey   | -     | WEB_AUTHN          | untracked    | CONFIRMED    | PLUS       | wrong=single-factor-passkey | AdminSetUserMFAPreference: InvalidParameterException | mfa-things
ON       | passkey        | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | wrong=single-factor-with-mfa | SetUserPoolMfaConfig: InvalidParameterException | mfa-things
`;
