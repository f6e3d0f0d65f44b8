#!/bin/sh
# Makes the app registration through which people sign in, once, and remembers its id in the environment.
set -eu
if [ -n "${SIGN_IN_CLIENT_ID:-}" ]; then exit 0; fi

id=$(az ad app create --display-name "Outcomes Pipeline ($AZURE_ENV_NAME)" --sign-in-audience AzureADMyOrg \
  --app-roles @"$(dirname "$0")/app-roles.json" --query appId --output tsv)
az ad app update --id "$id" --identifier-uris "api://$id"
# Only people who were given a role may sign in.
az ad sp create --id "$id" --output none
az ad sp update --id "$id" --set appRoleAssignmentRequired=true
azd env set SIGN_IN_CLIENT_ID "$id"
