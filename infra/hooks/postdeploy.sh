#!/bin/sh
# Subscribes the app to events. A new app needs some minutes before its host answers, so the deployment is tried again for a while.
set -eu
try=1
until az deployment group create --name eventing --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
  --template-file "$(dirname "$0")/../eventing.bicep" --output none --parameters \
  appName="$PIPELINE_APP_NAME" uploadsTopicName="$UPLOADS_TOPIC" recordsTopicName="$RECORDS_TOPIC" recordsAccountName="$RECORDS_ACCOUNT"
do
  if [ "$try" -ge 10 ]; then exit 1; fi
  try=$((try + 1))
  echo "The app does not answer yet; trying again in 30 seconds."
  sleep 30
done
