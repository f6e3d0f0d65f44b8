#!/bin/sh
# Makes the app registration through which people sign in, once, and remembers its id in the environment.
set -eu
id="${SIGN_IN_CLIENT_ID:-}"
# Who deploys from GitHub may change no app registration, and is given a complete one.
if [ -n "$id" ] && [ "${AZURE_PRINCIPAL_TYPE:-User}" = ServicePrincipal ]; then exit 0; fi

if [ -z "$id" ]; then
  id=$(az ad app create --display-name "Outcomes Pipeline ($AZURE_ENV_NAME)" --sign-in-audience AzureADMyOrg \
    --app-roles @"$(dirname "$0")/app-roles.json" --query appId --output tsv)
  az ad app update --id "$id" --identifier-uris "api://$id"
  # Only people who were given a role may sign in.
  az ad sp create --id "$id" --output none
  az ad sp update --id "$id" --set appRoleAssignmentRequired=true
  azd env set SIGN_IN_CLIENT_ID "$id"
fi

# The app takes tokens of version 2 alone, and the Azure CLI may ask for them. In two requests: a client is allowed only what is there before.
if [ -z "$(az ad app show --id "$id" --query "api.preAuthorizedApplications[0].appId" --output tsv)" ]; then
  object=$(az ad app show --id "$id" --query id --output tsv)
  for part in app-scope app-clients; do
    az rest --method PATCH --uri "https://graph.microsoft.com/v1.0/applications/$object" \
      --headers Content-Type=application/json --body @"$(dirname "$0")/$part.json"
  done
fi
