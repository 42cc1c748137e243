/** Sign-ins where MFA is optional: what the user has turned on is asked for, and nothing else. */
export const mfaOptional = `
# mode   | factors        | pref. | flow               | device       | status       | plan       | also | leads to | source
OPTIONAL | none           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | tokens | mfa-logic
OPTIONAL | none           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | email phone      | tokens | mfa-logic
OPTIONAL | none           | -     | USER_PASSWORD_AUTH | new          | CONFIRMED    | LITE       | -                | tokens+device | device-key mfa-logic
OPTIONAL | none           | -     | USER_PASSWORD_AUTH | remembered   | CONFIRMED    | ESSENTIALS | -                | tokens | mfa-logic
OPTIONAL | none           | -     | USER_SRP_AUTH      | unchallenged | RESET        | LITE       | email            | PASSWORD_VERIFIER > PasswordResetRequiredException | reset
OPTIONAL | none           | -     | EMAIL_OTP          | new          | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens+device | device-key choice mfa-things srp mfa-logic
OPTIONAL | none           | -     | SMS_OTP            | new          | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > tokens+device | device-key choice mfa-things mfa-logic
OPTIONAL | none           | -     | WEB_AUTHN          | confirmed    | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens | choice mfa-things srp mfa-logic
OPTIONAL | none           | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email phone      | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP PASSWORD PASSWORD_SRP]=EMAIL_OTP > EMAIL_OTP > tokens | choice otp
OPTIONAL | none           | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email phone      | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP PASSWORD PASSWORD_SRP]=PASSWORD > tokens | choice mfa-logic
OPTIONAL | none           | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email phone      | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens | choice srp mfa-logic
OPTIONAL | none           | -     | choice             | untracked    | CONFIRMED    | ESSENTIALS | email phone      | SELECT_CHALLENGE[EMAIL_OTP SMS_OTP PASSWORD PASSWORD_SRP]=SMS_OTP > SMS_OTP > tokens | choice otp
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preference-api
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | untracked    | FORCE_CHANGE | LITE       | -                | NEW_PASSWORD_REQUIRED > SMS_MFA > tokens | temporary-password mfa-preference-api
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | new          | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens+device | device-key mfa-preference-api
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | confirmed    | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preference-api device-key
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | remembered   | CONFIRMED    | ESSENTIALS | -                | DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | mfa-preference-api device-sign-in
OPTIONAL | sms            | -     | USER_PASSWORD_AUTH | unchallenged | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preference-api device-settings
OPTIONAL | sms            | -     | USER_SRP_AUTH      | untracked    | CONFIRMED    | LITE       | -                | PASSWORD_VERIFIER > SMS_MFA > tokens | srp mfa-preference-api
OPTIONAL | sms            | -     | USER_SRP_AUTH      | confirmed    | CONFIRMED    | LITE       | -                | PASSWORD_VERIFIER > SMS_MFA > tokens | srp mfa-preference-api device-key
OPTIONAL | sms            | -     | SMS_OTP            | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > SMS_MFA > tokens | choice mfa-things srp mfa-preference-api
OPTIONAL | sms            | sms   | PASSWORD_SRP       | new          | CONFIRMED    | PLUS       | -                | PASSWORD_VERIFIER > SMS_MFA > tokens+device | device-key srp mfa-preferences
OPTIONAL | sms            | sms   | SMS_OTP            | untracked    | UNCONFIRMED  | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > UserNotConfirmedException | confirmation
OPTIONAL | sms            | sms   | WEB_AUTHN          | new          | UNCONFIRMED  | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > UserNotConfirmedException | confirmation
OPTIONAL | email          | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preference-api
OPTIONAL | email          | -     | ADMIN              | confirmed    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preference-api device-key
OPTIONAL | email          | -     | PASSWORD           | remembered   | CONFIRMED    | ESSENTIALS | -                | DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | mfa-preference-api device-sign-in
OPTIONAL | email          | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > EMAIL_OTP > tokens | choice mfa-things mfa-preference-api
OPTIONAL | email          | -     | choice             | confirmed    | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > EMAIL_OTP > tokens | choice mfa-things srp mfa-preference-api device-key
OPTIONAL | email          | email | PASSWORD_SRP       | untracked    | UNCONFIRMED  | ESSENTIALS | -                | PASSWORD_VERIFIER > UserNotConfirmedException | confirmation
OPTIONAL | email          | email | WEB_AUTHN          | confirmed    | FORCE_CHANGE | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > NEW_PASSWORD_REQUIRED > EMAIL_OTP > tokens | choice mfa-things temporary-password mfa-preferences device-key
OPTIONAL | totp           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SOFTWARE_TOKEN_MFA > tokens | mfa-preference-api
OPTIONAL | totp           | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | offers=sms,email | SOFTWARE_TOKEN_MFA > tokens | mfa-totp mfa-preference-api
OPTIONAL | totp           | -     | USER_SRP_AUTH      | new          | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens+device | device-key srp mfa-preference-api
OPTIONAL | totp           | -     | USER_SRP_AUTH      | confirmed    | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preference-api device-key
OPTIONAL | totp           | -     | USER_SRP_AUTH      | remembered   | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | srp mfa-preference-api device-sign-in
OPTIONAL | totp           | -     | USER_SRP_AUTH      | remembered   | FORCE_CHANGE | ESSENTIALS | -                | PASSWORD_VERIFIER > NEW_PASSWORD_REQUIRED > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | srp temporary-password mfa-preference-api device-sign-in
OPTIONAL | totp           | -     | USER_SRP_AUTH      | unchallenged | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preference-api device-settings
OPTIONAL | totp           | -     | EMAIL_OTP          | untracked    | CONFIRMED    | ESSENTIALS | email            | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | choice mfa-things srp mfa-preference-api
OPTIONAL | totp           | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | passkey          | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > SOFTWARE_TOKEN_MFA > tokens | choice mfa-things mfa-preference-api
OPTIONAL | totp           | -     | WEB_AUTHN          | remembered   | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | choice mfa-things srp mfa-preference-api device-sign-in
OPTIONAL | totp           | -     | choice             | remembered   | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | choice mfa-things mfa-preference-api device-sign-in
OPTIONAL | totp           | totp  | USER_PASSWORD_AUTH | confirmed    | RESET        | LITE       | email            | PasswordResetRequiredException | reset
OPTIONAL | sms+totp       | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA SOFTWARE_TOKEN_MFA]=SOFTWARE_TOKEN_MFA > SOFTWARE_TOKEN_MFA > tokens | mfa-preferences
OPTIONAL | sms+totp       | -     | USER_PASSWORD_AUTH | new          | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA SOFTWARE_TOKEN_MFA]=SOFTWARE_TOKEN_MFA > SOFTWARE_TOKEN_MFA > tokens+device | device-key mfa-preferences
OPTIONAL | sms+totp       | -     | USER_PASSWORD_AUTH | confirmed    | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA SOFTWARE_TOKEN_MFA]=SMS_MFA > SMS_MFA > tokens | mfa-preferences device-key
OPTIONAL | sms+totp       | -     | USER_PASSWORD_AUTH | remembered   | CONFIRMED    | ESSENTIALS | -                | DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | mfa-preferences device-sign-in
OPTIONAL | sms+totp       | -     | USER_PASSWORD_AUTH | unchallenged | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA SOFTWARE_TOKEN_MFA]=SMS_MFA > SMS_MFA > tokens | mfa-preferences device-settings
OPTIONAL | sms+totp       | -     | ADMIN              | untracked    | CONFIRMED    | LITE       | -                | SELECT_MFA_TYPE[SMS_MFA SOFTWARE_TOKEN_MFA]=SMS_MFA > SMS_MFA > tokens | mfa-preferences
OPTIONAL | sms+totp       | -     | ADMIN              | remembered   | FORCE_CHANGE | LITE       | -                | NEW_PASSWORD_REQUIRED > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | temporary-password mfa-preferences device-sign-in
OPTIONAL | sms+totp       | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preferences
OPTIONAL | sms+totp       | sms   | PASSWORD           | new          | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens+device | device-key mfa-preferences
OPTIONAL | sms+totp       | sms   | EMAIL_OTP          | unchallenged | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > SMS_MFA > tokens | choice mfa-things srp mfa-preferences device-settings
OPTIONAL | sms+totp       | totp  | USER_SRP_AUTH      | untracked    | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preferences
OPTIONAL | email+totp     | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[EMAIL_OTP SOFTWARE_TOKEN_MFA]=EMAIL_OTP > EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | email+totp     | -     | USER_PASSWORD_AUTH | untracked    | FORCE_CHANGE | ESSENTIALS | -                | NEW_PASSWORD_REQUIRED > SELECT_MFA_TYPE[EMAIL_OTP SOFTWARE_TOKEN_MFA]=EMAIL_OTP > EMAIL_OTP > tokens | temporary-password mfa-preferences
OPTIONAL | email+totp     | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | email+totp     | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | PLUS       | -                | EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | email+totp     | email | ADMIN              | new          | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens+device | device-key mfa-preferences
OPTIONAL | email+totp     | email | EMAIL_OTP          | untracked    | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > EMAIL_OTP > tokens | choice mfa-things srp mfa-preferences
OPTIONAL | email+totp     | totp  | USER_SRP_AUTH      | untracked    | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preferences
OPTIONAL | email+totp     | totp  | USER_SRP_AUTH      | unchallenged | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preferences device-settings
OPTIONAL | email+totp     | totp  | PASSWORD           | unchallenged | CONFIRMED    | PLUS       | -                | SOFTWARE_TOKEN_MFA > tokens | mfa-preferences device-settings
OPTIONAL | email+totp     | totp  | choice             | remembered   | FORCE_CHANGE | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > NEW_PASSWORD_REQUIRED > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | choice mfa-things temporary-password mfa-preferences device-sign-in
OPTIONAL | sms+email      | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA EMAIL_OTP]=EMAIL_OTP > EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | sms+email      | -     | WEB_AUTHN          | confirmed    | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > SELECT_MFA_TYPE[SMS_MFA EMAIL_OTP]=SMS_MFA > SMS_MFA > tokens | choice mfa-things mfa-preferences device-key
OPTIONAL | sms+email      | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preferences
OPTIONAL | sms+email      | sms   | USER_SRP_AUTH      | untracked    | UNCONFIRMED  | PLUS       | -                | PASSWORD_VERIFIER > UserNotConfirmedException | confirmation
OPTIONAL | sms+email      | sms   | EMAIL_OTP          | unchallenged | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > SMS_MFA > tokens | choice mfa-things srp mfa-preferences device-settings
OPTIONAL | sms+email      | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | sms+email      | email | USER_PASSWORD_AUTH | confirmed    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preferences device-key
OPTIONAL | sms+email      | email | SMS_OTP            | new          | RESET        | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > PasswordResetRequiredException | reset
OPTIONAL | sms+email+totp | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SELECT_MFA_TYPE[SMS_MFA EMAIL_OTP SOFTWARE_TOKEN_MFA]=SMS_MFA > SMS_MFA > tokens | mfa-preferences
OPTIONAL | sms+email+totp | sms   | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SMS_MFA > tokens | mfa-preferences
OPTIONAL | sms+email+totp | sms   | PASSWORD           | new          | RESET        | ESSENTIALS | -                | PasswordResetRequiredException | reset
OPTIONAL | sms+email+totp | sms   | EMAIL_OTP          | confirmed    | FORCE_CHANGE | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > NEW_PASSWORD_REQUIRED > SMS_MFA > tokens | choice mfa-things srp temporary-password mfa-preferences device-key
OPTIONAL | sms+email+totp | sms   | WEB_AUTHN          | unchallenged | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > SMS_MFA > tokens | choice mfa-things srp mfa-preferences device-settings
OPTIONAL | sms+email+totp | email | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | EMAIL_OTP > tokens | mfa-preferences
OPTIONAL | sms+email+totp | email | SMS_OTP            | confirmed    | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[PASSWORD PASSWORD_SRP]=PASSWORD > EMAIL_OTP > tokens | choice mfa-things mfa-preferences device-key
OPTIONAL | sms+email+totp | totp  | USER_SRP_AUTH      | untracked    | CONFIRMED    | ESSENTIALS | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preferences
OPTIONAL | sms+email+totp | totp  | USER_SRP_AUTH      | confirmed    | CONFIRMED    | PLUS       | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preferences device-key
OPTIONAL | passkey        | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | tokens | mfa-logic
OPTIONAL | passkey        | -     | USER_PASSWORD_AUTH | unchallenged | CONFIRMED    | ESSENTIALS | -                | tokens | mfa-logic
OPTIONAL | passkey        | -     | ADMIN              | confirmed    | CONFIRMED    | PLUS       | -                | tokens | mfa-logic
OPTIONAL | passkey        | -     | PASSWORD           | confirmed    | CONFIRMED    | ESSENTIALS | -                | tokens | mfa-logic
OPTIONAL | passkey        | -     | PASSWORD_SRP       | unchallenged | RESET        | PLUS       | email            | PASSWORD_VERIFIER > PasswordResetRequiredException | reset
OPTIONAL | passkey        | -     | EMAIL_OTP          | remembered   | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[WEB_AUTHN PASSWORD PASSWORD_SRP]=PASSWORD_SRP > PASSWORD_VERIFIER > tokens | choice mfa-things srp mfa-logic
OPTIONAL | passkey        | -     | SMS_OTP            | unchallenged | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[WEB_AUTHN PASSWORD PASSWORD_SRP]=WEB_AUTHN > WEB_AUTHN > tokens | choice mfa-things passkey
OPTIONAL | passkey        | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | -                | WEB_AUTHN > tokens | passkey
OPTIONAL | totp+passkey   | -     | USER_PASSWORD_AUTH | untracked    | CONFIRMED    | ESSENTIALS | -                | SOFTWARE_TOKEN_MFA > tokens | mfa-preference-api
OPTIONAL | totp+passkey   | -     | PASSWORD           | remembered   | CONFIRMED    | ESSENTIALS | -                | DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens | mfa-preference-api device-sign-in
OPTIONAL | totp+passkey   | -     | PASSWORD_SRP       | confirmed    | CONFIRMED    | PLUS       | -                | PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens | srp mfa-preference-api device-key
OPTIONAL | totp+passkey   | -     | SMS_OTP            | remembered   | CONFIRMED    | ESSENTIALS | -                | SELECT_CHALLENGE[WEB_AUTHN PASSWORD PASSWORD_SRP]=WEB_AUTHN > WEB_AUTHN > tokens | choice mfa-things passkey
OPTIONAL | totp+passkey   | -     | WEB_AUTHN          | untracked    | CONFIRMED    | ESSENTIALS | -                | WEB_AUTHN > tokens | passkey mfa-things
OPTIONAL | totp+passkey   | -     | WEB_AUTHN          | confirmed    | CONFIRMED    | ESSENTIALS | -                | WEB_AUTHN > tokens | passkey mfa-things
OPTIONAL | totp+passkey   | -     | choice             | unchallenged | CONFIRMED    | PLUS       | -                | SELECT_CHALLENGE[WEB_AUTHN PASSWORD PASSWORD_SRP]=PASSWORD > SOFTWARE_TOKEN_MFA > tokens | choice mfa-things mfa-preference-api device-settings
OPTIONAL | totp+passkey   | totp  | PASSWORD           | untracked    | CONFIRMED    | ESSENTIALS | -                | SOFTWARE_TOKEN_MFA > tokens | mfa-preferences
OPTIONAL | totp+passkey   | totp  | EMAIL_OTP          | unchallenged | FORCE_CHANGE | PLUS       | -                | SELECT_CHALLENGE[WEB_AUTHN PASSWORD PASSWORD_SRP]=PASSWORD > NEW_PASSWORD_REQUIRED > SOFTWARE_TOKEN_MFA > tokens | choice mfa-things temporary-password mfa-preferences device-settings
`;
