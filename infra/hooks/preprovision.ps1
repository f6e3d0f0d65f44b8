# Makes the app registration through which people sign in, once, and remembers its id in the environment.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$id = $env:SIGN_IN_CLIENT_ID
# Who deploys from GitHub may change no app registration, and is given a complete one.
if ($id -and $env:AZURE_PRINCIPAL_TYPE -eq 'ServicePrincipal') { exit 0 }

if (-not $id) {
  $id = az ad app create --display-name "Outcomes Pipeline ($env:AZURE_ENV_NAME)" --sign-in-audience AzureADMyOrg `
    --app-roles "@$PSScriptRoot/app-roles.json" --query appId --output tsv
  az ad app update --id $id --identifier-uris "api://$id"
  # Only people who were given a role may sign in.
  az ad sp create --id $id --output none
  az ad sp update --id $id --set appRoleAssignmentRequired=true
  azd env set SIGN_IN_CLIENT_ID $id
}

# The app takes tokens of version 2 alone, and the Azure CLI may ask for them. In two requests: a client is allowed only what is there before.
if (-not (az ad app show --id $id --query "api.preAuthorizedApplications[0].appId" --output tsv)) {
  $object = az ad app show --id $id --query id --output tsv
  foreach ($part in 'app-scope', 'app-clients') {
    az rest --method PATCH --uri "https://graph.microsoft.com/v1.0/applications/$object" `
      --headers Content-Type=application/json --body "@$PSScriptRoot/$part.json"
  }
}
