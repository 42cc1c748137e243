/** Sign-ins where the pool has MFA off: the first factor alone decides. */
export const mfaOff = `
# mode   | factors        | pref. | flow               | device       | status       | plan       | also | leads to | source
OFF      | none           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | none           | -     | USER_PASSWORD_AUTH | untracked    | FORCE_CHANGE | LITE       | -           | NEW_PASSWORD_REQUIRED > tokens | password temporary-password mfa-logic
OFF      | none           | -     | ADMIN              | untracked    | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | none           | -     | USER_SRP_AUTH      | untracked    | CONFIRMED    | ESSENTIALS | -           | PASSWORD_VERIFIER > tokens | srp mfa-logic
OFF      | none           | -     | USER_SRP_AUTH      | untracked    | UNCONFIRMED  | ESSENTIALS | -           | PASSWORD_VERIFIER > UserNotConfirmedException | confirmation
OFF      | none           | -     | USER_SRP_AUTH      | untracked    | FORCE_CHANGE | ESSENTIALS | -           | PASSWORD_VERIFIER > NEW_PASSWORD_REQUIRED > tokens | srp temporary-password mfa-logic
OFF      | none           | -     | PASSWORD           | untracked    | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | none           | -     | PASSWORD_SRP       | untracked    | CONFIRMED    | ESSENTIALS | -           | PASSWORD_VERIFIER > tokens | srp mfa-logic
OFF      | none           | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | email       | EMAIL_OTP > tokens | otp
OFF      | none           | -     | EMAIL_OTP          | untracked    | UNCONFIRMED  | ESSENTIALS | email       | EMAIL_OTP > tokens | otp
OFF      | none           | -     | EMAIL_OTP          | new          | CONFIRMED    | PLUS       | email       | EMAIL_OTP > tokens+device | device-key otp
OFF      | none           | -     | SMS_OTP            | untracked    | CONFIRMED    | ESSENTIALS | phone       | SMS_OTP > tokens | otp
OFF      | none           | -     | SMS_OTP            | untracked    | UNCONFIRMED  | ESSENTIALS | phone       | SMS_OTP > tokens | otp
OFF      | none           | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | phone       | SELECT_CHALLENGE[SMS_OTP PASSWORD PASSWORD_SRP]=PASSWORD > tokens | choice password mfa-logic
OFF      | none           | -     | choice             | new          | UNCONFIRMED  | PLUS       | -           | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > UserNotConfirmedException | confirmation
OFF      | sms            | sms   | ADMIN              | unchallenged | CONFIRMED    | LITE       | -           | tokens | password mfa-logic
OFF      | email          | -     | USER_PASSWORD_AUTH | unchallenged | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | email          | email | ADMIN              | untracked    | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | totp           | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | -           | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens | choice mfa-things srp mfa-logic
OFF      | totp           | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | email       | EMAIL_OTP > tokens | otp
OFF      | totp           | totp  | USER_SRP_AUTH      | new          | CONFIRMED    | LITE       | -           | PASSWORD_VERIFIER > tokens+device | device-key srp mfa-logic
OFF      | sms+totp       | totp  | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -           | tokens | password mfa-logic
OFF      | sms+totp       | totp  | WEB_AUTHN          | untracked    | RESET        | ESSENTIALS | email       | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP PASSWORD PASSWORD_SRP]=EMAIL_OTP > EMAIL_OTP > tokens | choice mfa-things otp
OFF      | email+totp     | -     | SMS_OTP            | confirmed    | CONFIRMED    | ESSENTIALS | -           | SELECT_CHALLENGE[EMAIL_OTP PASSWORD PASSWORD_SRP]=EMAIL_OTP > EMAIL_OTP > tokens | choice mfa-things otp
OFF      | sms+email      | email | PASSWORD_SRP       | remembered   | FORCE_CHANGE | ESSENTIALS | -           | PASSWORD_VERIFIER > NEW_PASSWORD_REQUIRED > tokens | srp temporary-password mfa-logic
OFF      | sms+email+totp | totp  | PASSWORD           | remembered   | CONFIRMED    | PLUS       | -           | tokens | password mfa-logic
OFF      | passkey        | -     | USER_SRP_AUTH      | new          | FORCE_CHANGE | ESSENTIALS | -           | PASSWORD_VERIFIER > NEW_PASSWORD_REQUIRED > tokens+device | device-key srp temporary-password mfa-logic
OFF      | passkey        | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | -           | WEB_AUTHN > tokens | passkey
OFF      | passkey        | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email       | SELECT_CHALLENGE[EMAIL_OTP WEB_AUTHN PASSWORD PASSWORD_SRP]=WEB_AUTHN > WEB_AUTHN > tokens | choice passkey
OFF      | passkey        | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email phone | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP WEB_AUTHN PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens | choice srp mfa-logic
OFF      | totp+passkey   | totp  | ADMIN              | new          | RESET        | PLUS       | email       | PasswordResetRequiredException | reset
`;
