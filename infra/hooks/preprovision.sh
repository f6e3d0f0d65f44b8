#!/bin/sh
# Makes the app registration through which people sign in, once, and remembers its id in the environment. Each step may be run again.
set -eu
# A budget keeps the month that it was made with: Azure refuses another.
if [ "${MONTHLY_BUDGET:-0}" != 0 ] && [ -z "${BUDGET_FROM:-}" ]; then azd env set BUDGET_FROM "$(date -u +%Y-%m-01)"; fi
# The app's subnet is given to this provider, which no resource of the deployment names, so that Azure does not register it by itself.
if [ "${PRIVATE_NETWORK:-false}" = true ]; then az provider register --namespace Microsoft.App --subscription "$AZURE_SUBSCRIPTION_ID" --wait; fi

id="${SIGN_IN_CLIENT_ID:-}"
# Who deploys from GitHub may change no app registration, and is given a complete one.
if [ -n "$id" ] && [ "${AZURE_PRINCIPAL_TYPE:-User}" = ServicePrincipal ]; then exit 0; fi

if [ -z "$id" ]; then
  # One that an earlier try made before it failed is found by its name. Of two nobody can say which is meant.
  name="Outcomes Pipeline ($AZURE_ENV_NAME)"
  id=$(az ad app list --filter "displayName eq '$name'" --query "[].appId" --output tsv)
  if [ "$(printf '%s' "$id" | grep -c .)" -gt 1 ]; then
    echo "There is more than one app registration called $name." >&2
    echo "Delete those that are not used, or say which it is: azd env set SIGN_IN_CLIENT_ID ID" >&2
    exit 1
  fi
  if [ -z "$id" ]; then
    id=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg \
      --app-roles @"$(dirname "$0")/app-roles.json" --query appId --output tsv)
  fi
  azd env set SIGN_IN_CLIENT_ID "$id"
fi

# Whatever an earlier try did not come to.
az ad app update --id "$id" --identifier-uris "api://$id"
principal=$(az ad sp list --filter "appId eq '$id'" --query "[0].id" --output tsv)
if [ -z "$principal" ]; then az ad sp create --id "$id" --output none; fi
# Only people who were given a role may sign in.
az ad sp update --id "$id" --set appRoleAssignmentRequired=true
# Where that is so, nobody can consent for themselves; this is done for all, to Microsoft Graph's telling who somebody is.
az ad app permission grant --id "$id" --api 00000003-0000-0000-c000-000000000000 --scope openid profile email --output none

# The app takes tokens of version 2 alone, and the Azure CLI may ask for them.
# In two requests: a client is allowed only what is there before.
client=$(az ad app show --id "$id" --query "api.preAuthorizedApplications[0].appId" --output tsv)
if [ -z "$client" ]; then
  object=$(az ad app show --id "$id" --query id --output tsv)
  for part in app-scope app-clients; do
    az rest --method PATCH --uri "https://graph.microsoft.com/v1.0/applications/$object" \
      --headers Content-Type=application/json --body @"$(dirname "$0")/$part.json"
  done
fi
