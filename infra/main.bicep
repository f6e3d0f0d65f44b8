targetScope = 'subscription'

@description('Names the environment; part of every resource name.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Where everything is.')
@minLength(1)
param location string

@description('Who deploys: may fill the register of contracts and the frameworks.')
param principalId string

@description('A continuous deployment signs in as a service principal.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('The app registration through which people sign in. The preprovision hook makes it.')
@minLength(1)
param signInClientId string

@description('Group that reviews: adds decisions and checks, reads receipts, statements and reports. None when blank.')
param commissionersGroupId string = ''

@description('Group that pays: reads the finance files and adds confirmations. None when blank.')
param financeGroupId string = ''

@description('Who is told when something needs a person. Nobody when blank: the alerts still show in the portal.')
param alertEmail string = ''

@description('Whether every upload is scanned for malware; charged by the gigabyte.')
param malwareScanning bool = false

@description('Whether providers may also deliver by SFTP; charged by the hour while on.')
param sftp bool = false

@description('How long finance files cannot be changed or deleted. The policy is left unlocked, so that an environment can still be torn down.')
@minValue(1)
@maxValue(36500)
param paymentsKeptDays int = 2557

@description('Instances kept ready to take uploads in. Without one, an event can outwait the start of the app.')
@minValue(1)
param readyInstances int = 1

@description('The most instances there may ever be.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

var abbreviations = loadJsonContent('./abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

// The accounts and what each holds: a container is in one account only.
var uploadsContainers = ['submissions', 'reviews', 'confirmations']
var recordsContainers = ['archive', 'quarantine', 'receipts', 'runs', 'statements', 'reports', 'reference', 'dead-letters']
var paymentsContainers = ['payments']
var deploymentContainer = 'deployments'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: '${abbreviations.resourcesResourceGroups}${environmentName}'
  location: location
  tags: tags
}

module identity './modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: '${abbreviations.managedIdentityUserAssignedIdentities}pipeline-${resourceToken}'
    location: location
    tags: tags
  }
}

module monitoring './modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: '${abbreviations.operationalInsightsWorkspaces}${resourceToken}'
    componentName: '${abbreviations.insightsComponents}${resourceToken}'
    actionGroupName: '${abbreviations.insightsActionGroups}pipeline-${resourceToken}'
    location: location
    tags: tags
    alertEmail: alertEmail
    appPrincipalId: identity.outputs.principalId
  }
}

// A hierarchical namespace gives a provider a directory of its own; it has no versioning, which the archive makes up for.
module uploads './modules/storage.bicep' = {
  name: 'uploads'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}up${resourceToken}'
    location: location
    tags: tags
    containers: uploadsContainers
    hierarchicalNamespace: true
    sftp: sftp
    malwareScanning: malwareScanning
  }
}

module records './modules/storage.bicep' = {
  name: 'records'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}rec${resourceToken}'
    location: location
    tags: tags
    containers: recordsContainers
    versioning: true
  }
}

module payments './modules/storage.bicep' = {
  name: 'payments'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}pay${resourceToken}'
    location: location
    tags: tags
    containers: paymentsContainers
    versioning: true
    immutableDays: paymentsKeptDays
  }
}

// The one account with a key: Power BI's Table Storage connector knows no other way in.
module results './modules/storage.bicep' = {
  name: 'results'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}res${resourceToken}'
    location: location
    tags: tags
    sharedKey: true
  }
}

module host './modules/storage.bicep' = {
  name: 'host'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}host${resourceToken}'
    location: location
    tags: tags
    containers: [deploymentContainer]
  }
}

module roles './modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    uploadsName: uploads.outputs.name
    recordsName: records.outputs.name
    paymentsName: payments.outputs.name
    resultsName: results.outputs.name
    hostName: host.outputs.name
    appPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    commissionersGroupId: commissionersGroupId
    financeGroupId: financeGroupId
  }
}

module app './modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: '${abbreviations.webSitesFunctions}pipeline-${resourceToken}'
    planName: '${abbreviations.webServerFarms}pipeline-${resourceToken}'
    location: location
    tags: union(tags, { 'azd-service-name': 'pipeline' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    signInClientId: signInClientId
    connectionString: monitoring.outputs.connectionString
    uploadsName: uploads.outputs.name
    recordsName: records.outputs.name
    paymentsName: payments.outputs.name
    resultsName: results.outputs.name
    hostName: host.outputs.name
    deploymentContainer: deploymentContainer
    readyInstances: readyInstances
    maximumInstances: maximumInstances
  }
  // The app cannot start before it may read its own deployment.
  dependsOn: [roles]
}

module topics './modules/topics.bicep' = {
  name: 'topics'
  scope: group
  params: {
    uploadsName: uploads.outputs.name
    recordsName: records.outputs.name
    location: location
    tags: tags
  }
}

module alerts './modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
    location: location
    tags: tags
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output PIPELINE_APP_NAME string = app.outputs.name
output PIPELINE_URL string = app.outputs.url
output UPLOADS_ACCOUNT string = uploads.outputs.name
output RECORDS_ACCOUNT string = records.outputs.name
output PAYMENTS_ACCOUNT string = payments.outputs.name
output RESULTS_ACCOUNT string = results.outputs.name
output UPLOADS_TOPIC string = topics.outputs.uploadsTopic
output RECORDS_TOPIC string = topics.outputs.recordsTopic
