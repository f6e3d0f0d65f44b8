# Tells the app registration where people come back to when they have signed in, and subscribes the app to events.
$ErrorActionPreference = 'Stop'
# Who deploys from GitHub may not even look at an app registration.
if ($env:AZURE_PRINCIPAL_TYPE -ne 'ServicePrincipal' `
  -and (az ad app show --id $env:SIGN_IN_CLIENT_ID --query "web.redirectUris" --output tsv) -notcontains "$env:PIPELINE_URL/.auth/login/aad/callback") {
  az ad app update --id $env:SIGN_IN_CLIENT_ID --web-redirect-uris "$env:PIPELINE_URL/.auth/login/aad/callback" --enable-id-token-issuance true
  if ($LASTEXITCODE -ne 0) { exit 1 }
}

# A new app needs some minutes before its host answers, so the deployment is tried again for a while.
foreach ($try in 1..10) {
  az deployment group create --name eventing --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
    --template-file "$PSScriptRoot/../eventing.bicep" --output none --parameters `
    appName=$env:PIPELINE_APP_NAME uploadsTopicName=$env:UPLOADS_TOPIC recordsTopicName=$env:RECORDS_TOPIC recordsAccountName=$env:RECORDS_ACCOUNT
  if ($LASTEXITCODE -eq 0) { exit 0 }
  if ($try -eq 10) { exit 1 }
  Write-Host 'The app does not answer yet; trying again in 30 seconds.'
  Start-Sleep -Seconds 30
}
