# Subscribes the app to events. A new app needs some minutes before its host answers, so the deployment is tried again for a while.
$ErrorActionPreference = 'Stop'
foreach ($try in 1..10) {
  az deployment group create --name eventing --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
    --template-file "$PSScriptRoot/../eventing.bicep" --output none --parameters `
    appName=$env:PIPELINE_APP_NAME uploadsTopicName=$env:UPLOADS_TOPIC recordsTopicName=$env:RECORDS_TOPIC recordsAccountName=$env:RECORDS_ACCOUNT
  if ($LASTEXITCODE -eq 0) { exit 0 }
  if ($try -eq 10) { exit 1 }
  Write-Host 'The app does not answer yet; trying again in 30 seconds.'
  Start-Sleep -Seconds 30
}
