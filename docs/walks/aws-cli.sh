#!/usr/bin/env bash
# From create-user-pool to get-user with the AWS CLI, as the README has it. Ends with an error at the first surprise.
# Usage: docs/walks/aws-cli.sh [ENDPOINT]   (a server in development mode; http://localhost:9400 unless told otherwise)
set -euo pipefail

endpoint=${1:-${GATEHOUSE_ENDPOINT:-http://localhost:9400}}

# What follows is the README's text.
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_PAGER=
cognito() { aws cognito-idp --endpoint-url "$endpoint" --output text "$@"; }

# A pool whose users confirm their e-mail address, and an app client that may sign them in.
pool=$(cognito create-user-pool --pool-name demo --auto-verified-attributes email --query UserPool.Id)
client=$(cognito create-user-pool-client --user-pool-id "$pool" --client-name web \
  --explicit-auth-flows ALLOW_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH --query UserPoolClient.ClientId)

# Ada signs up. The code that would be in her mail is in the inbox.
cognito sign-up --client-id "$client" --username ada --password 'Correct-Horse-1' \
  --user-attributes Name=email,Value=ada@example.com
code=$(curl --silent "$endpoint/_gatehouse/inbox?to=ada@example.com" | grep -o '"code":"[0-9]*"' | head -n 1 | tr -dc 0-9)
cognito confirm-sign-up --client-id "$client" --username ada --confirmation-code "$code"

# She signs in, and her access token says who she is.
token=$(cognito initiate-auth --client-id "$client" --auth-flow USER_PASSWORD_AUTH \
  --auth-parameters USERNAME=ada,PASSWORD=Correct-Horse-1 --query AuthenticationResult.AccessToken)
cognito get-user --access-token "$token"
# The README's text ends here.

fail() { echo "unexpected: $*" >&2; exit 1; }
[[ $pool == us-east-1_* ]] || fail "pool id $pool"
[[ $code =~ ^[0-9]{6}$ ]] || fail "code $code"
[[ $(cognito get-user --access-token "$token" --query Username) == ada ]] || fail "username"
[[ $(cognito get-user --access-token "$token" --query "UserAttributes[?Name=='email_verified'].Value | [0]") == true ]] || fail "email_verified"
[[ $(cognito admin-get-user --user-pool-id "$pool" --username ada --query UserStatus) == CONFIRMED ]] || fail "status"
if wrong=$(cognito initiate-auth --client-id "$client" --auth-flow USER_PASSWORD_AUTH \
  --auth-parameters USERNAME=ada,PASSWORD=Wrong-Horse-1 2>&1); then fail "a wrong password signed in"; fi
[[ $wrong == *NotAuthorizedException*"Incorrect username or password."* ]] || fail "$wrong"
[[ $(aws sts get-caller-identity --endpoint-url "$endpoint" --output text --query Account) =~ ^[0-9]{12}$ ]] || fail "account"
cognito delete-user-pool --user-pool-id "$pool"
echo "the AWS CLI's walk is as expected"
