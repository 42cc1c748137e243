#!/usr/bin/env python3
"""From create_user_pool to get_user with boto3, as docs/clients.md has it. Ends with an error at the first surprise.

Usage: docs/walks/boto3-walk.py [ENDPOINT]   (a server in development mode; http://localhost:9400 unless told otherwise)
"""
import os
import sys

endpoint = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("GATEHOUSE_ENDPOINT", "http://localhost:9400")

# What follows is the text of docs/clients.md.
import json
from urllib.request import urlopen

import boto3

cognito = boto3.client(
    "cognito-idp",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="any",
)

pool = cognito.create_user_pool(PoolName="demo", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
client = cognito.create_user_pool_client(
    UserPoolId=pool,
    ClientName="web",
    ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
)["UserPoolClient"]["ClientId"]

cognito.sign_up(
    ClientId=client,
    Username="ada",
    Password="Correct-Horse-1",
    UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
)
with urlopen(f"{endpoint}/_gatehouse/inbox?to=ada@example.com") as inbox:
    code = json.load(inbox)[0]["code"]
cognito.confirm_sign_up(ClientId=client, Username="ada", ConfirmationCode=code)

tokens = cognito.initiate_auth(
    ClientId=client,
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "ada", "PASSWORD": "Correct-Horse-1"},
)["AuthenticationResult"]
user = cognito.get_user(AccessToken=tokens["AccessToken"])
print(user["Username"], {each["Name"]: each["Value"] for each in user["UserAttributes"]})
# The text of docs/clients.md ends here.


def expect(condition, what):
    if not condition:
        sys.exit(f"unexpected: {what}")


expect(user["Username"] == "ada", user)
expect({"Name": "email_verified", "Value": "true"} in user["UserAttributes"], user)
expect(tokens["TokenType"] == "Bearer" and tokens["ExpiresIn"] == 3600, tokens["ExpiresIn"])

fresh = cognito.initiate_auth(
    ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]}
)["AuthenticationResult"]
expect("RefreshToken" not in fresh, "a second refresh token")
cognito.global_sign_out(AccessToken=fresh["AccessToken"])
try:
    cognito.get_user(AccessToken=fresh["AccessToken"])
    sys.exit("unexpected: a token outlived the sign-out")
except cognito.exceptions.NotAuthorizedException as refusal:
    expect(refusal.response["Error"]["Message"] == "Access Token has been revoked", refusal)
try:
    cognito.sign_up(ClientId=client, Username="ada", Password="Correct-Horse-1")
    sys.exit("unexpected: a taken username signed up")
except cognito.exceptions.UsernameExistsException:
    pass

names = [each["Name"] for page in cognito.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 1}) for each in page["UserPools"]]
expect("demo" in names, names)
cognito.delete_user_pool(UserPoolId=pool)
print("boto3's walk is as expected")
