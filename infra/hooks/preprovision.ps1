# Makes the app registration through which people sign in, once, and remembers its id in the environment. Each step may be run again.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
# A budget keeps the month that it was made with: Azure refuses another.
if ($env:MONTHLY_BUDGET -and $env:MONTHLY_BUDGET -ne '0' -and -not $env:BUDGET_FROM) { azd env set BUDGET_FROM ([DateTime]::UtcNow.ToString('yyyy-MM-01')) }
# The app's subnet is given to this provider, which no resource of the deployment names, so that Azure does not register it by itself.
if ($env:PRIVATE_NETWORK -eq 'true') { az provider register --namespace Microsoft.App --subscription $env:AZURE_SUBSCRIPTION_ID --wait }

$id = $env:SIGN_IN_CLIENT_ID
# Who deploys from GitHub may change no app registration, and is given a complete one.
if ($id -and $env:AZURE_PRINCIPAL_TYPE -eq 'ServicePrincipal') { exit 0 }

if (-not $id) {
  # One that an earlier try made before it failed is found by its name. Of two nobody can say which is meant.
  $name = "Outcomes Pipeline ($env:AZURE_ENV_NAME)"
  $found = @(az ad app list --filter "displayName eq '$name'" --query "[].appId" --output tsv)
  if ($found.Count -gt 1) {
    Write-Error "There is more than one app registration called $name. Delete those that are not used, or say which it is: azd env set SIGN_IN_CLIENT_ID ID"
  }
  $id = $found | Select-Object -First 1
  if (-not $id) {
    $id = az ad app create --display-name $name --sign-in-audience AzureADMyOrg `
      --app-roles "@$PSScriptRoot/app-roles.json" --query appId --output tsv
  }
  azd env set SIGN_IN_CLIENT_ID $id
}

# Whatever an earlier try did not come to.
az ad app update --id $id --identifier-uris "api://$id"
if (-not (az ad sp list --filter "appId eq '$id'" --query "[0].id" --output tsv)) { az ad sp create --id $id --output none }
# Only people who were given a role may sign in.
az ad sp update --id $id --set appRoleAssignmentRequired=true
# Where that is so, nobody can consent for themselves; this is done for all, to Microsoft Graph's telling who somebody is.
az ad app permission grant --id $id --api 00000003-0000-0000-c000-000000000000 --scope openid profile email --output none

# The app takes tokens of version 2 alone, and the Azure CLI may ask for them. In two requests: a client is allowed only what is there before.
if (-not (az ad app show --id $id --query "api.preAuthorizedApplications[0].appId" --output tsv)) {
  $object = az ad app show --id $id --query id --output tsv
  foreach ($part in 'app-scope', 'app-clients') {
    az rest --method PATCH --uri "https://graph.microsoft.com/v1.0/applications/$object" `
      --headers Content-Type=application/json --body "@$PSScriptRoot/$part.json"
  }
}
