# Makes the app registration through which people sign in, once, and remembers its id in the environment.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
if ($env:SIGN_IN_CLIENT_ID) { exit 0 }

$id = az ad app create --display-name "Outcomes Pipeline ($env:AZURE_ENV_NAME)" --sign-in-audience AzureADMyOrg `
  --app-roles "@$PSScriptRoot/app-roles.json" --query appId --output tsv
az ad app update --id $id --identifier-uris "api://$id"
# Only people who were given a role may sign in.
az ad sp create --id $id --output none
az ad sp update --id $id --set appRoleAssignmentRequired=true
azd env set SIGN_IN_CLIENT_ID $id
