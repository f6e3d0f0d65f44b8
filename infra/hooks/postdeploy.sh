#!/bin/sh
# Tells the app registration where people come back to when they have signed in, and subscribes the app to events.
set -eu
# Who deploys from GitHub may not even look at an app registration.
if [ "${AZURE_PRINCIPAL_TYPE:-User}" != ServicePrincipal ] \
  && ! az ad app show --id "$SIGN_IN_CLIENT_ID" --query "web.redirectUris" --output tsv | grep -qxF "$PIPELINE_URL/.auth/login/aad/callback"; then
  az ad app update --id "$SIGN_IN_CLIENT_ID" --web-redirect-uris "$PIPELINE_URL/.auth/login/aad/callback" --enable-id-token-issuance true
fi

# A new app needs some minutes before its host answers, so the deployment is tried again for a while.
try=1
until az deployment group create --name eventing --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
  --template-file "$(dirname "$0")/../eventing.bicep" --output none --parameters \
  appName="$PIPELINE_APP_NAME" uploadsTopicName="${UPLOADS_TOPIC:-}" recordsTopicName="$RECORDS_TOPIC" recordsAccountName="$RECORDS_ACCOUNT"
do
  if [ "$try" -ge 10 ]; then exit 1; fi
  try=$((try + 1))
  echo "The app does not answer yet; trying again in 30 seconds."
  sleep 30
done
