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

@description('Group that keeps the register, the calendar and the frameworks. None when blank.')
param administratorsGroupId string = ''

@description('Group that is called when something fails: reads the log, the workbook, the dead letters and the backups. None when blank.')
param onCallGroupId string = ''

@description('Whether the reporting tables are read with the key of their account as well; without it, as files by whoever has a role alone.')
param resultsKey bool = true

@description('Who is told when something needs a person. Nobody when blank: the alerts still show in the portal.')
param alertEmail string = ''

@description('Whether every upload is scanned for malware before it is taken in; charged by the gigabyte.')
param malwareScanning bool = false

@description('Whether records, payments and the app\'s own account are reached only through a private network; charged by the endpoint.')
param privateNetwork bool = false

@description('Addresses of that network.')
param networkAddresses string = '10.40.0.0/24'

@description('Copies of the accounts. By what the region has when blank: its zones, or else a second region.')
@allowed(['', 'Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageRedundancy string = ''

// The policy is left unlocked, so that an environment can still be torn down.
@description('Days that a finance file cannot be changed or deleted.')
@minValue(1)
@maxValue(36500)
param paymentsKeptDays int = 2557

@description('Whether that policy was locked, which Azure lets nobody undo, nor write over: it is then left as it is.')
param paymentsLocked bool = false

@description('Days that it is kept who read or wrote a finance file.')
@minValue(30)
@maxValue(730)
param auditKeptDays int = 365

@description('Days that an earlier version of a statement or a report is kept.')
@minValue(30)
param versionsKeptDays int = 365

@description('Days that a file is kept that carries personal data or fits nowhere.')
@minValue(7)
param quarantineKeptDays int = 90

@description('What a month may cost, in the currency of the subscription, before somebody is told; 0 for no budget.')
@minValue(0)
param monthlyBudget int = 0

// The preprovision hook sets it once: Azure never lets it be changed.
@description('The first of the month from which the budget counts.')
param budgetFrom string = ''

// An app that has to start may refuse its first event with 401 before it has read its keys, and Event Grid does not try that again.
@description('Instances kept ready to take uploads in, for about $21 a month each. Without one, the first file after a pause may wait for the sweep, a quarter of an hour at most, and leave a dead letter.')
@minValue(0)
param readyInstances int = 0

@description('The most instances there may ever be.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

var abbreviations = loadJsonContent('./abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

// The accounts and what each holds: a container is in one account only.
var uploadsContainers = ['submissions', 'reviews', 'confirmations']
var recordsContainers = ['archive', 'quarantine', 'receipts', 'runs', 'statements', 'reports', 'reference', 'keys', 'backups', 'dead-letters']
var paymentsContainers = ['payments']
var tablesContainers = ['tables']
var deploymentContainer = 'deployments'
// Where the host puts what a blob trigger could not take in five times; the name is the host's.
var poisonQueue = 'webjobs-blobtrigger-poison'
// What the scan for malware found, and what of that could not be followed five times.
var scanQueue = 'scan-results'

// Regions with availability zones, as Microsoft lists them; in one that is not here nobody promises zone-redundant storage.
var zonalRegions = [
  'australiaeast', 'brazilsouth', 'canadacentral', 'centralindia', 'centralus', 'eastasia', 'eastus', 'eastus2', 'francecentral'
  'germanywestcentral', 'israelcentral', 'italynorth', 'japaneast', 'koreacentral', 'mexicocentral', 'newzealandnorth', 'northeurope'
  'norwayeast', 'polandcentral', 'qatarcentral', 'southafricanorth', 'southcentralus', 'southeastasia', 'spaincentral', 'swedencentral'
  'switzerlandnorth', 'uaenorth', 'uksouth', 'westeurope', 'westus2', 'westus3'
]
var redundancy = !empty(storageRedundancy) ? storageRedundancy : contains(zonalRegions, location) ? 'Standard_ZRS' : 'Standard_GRS'

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
    onCallGroupId: onCallGroupId
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
    queues: [poisonQueue]
    redundancy: redundancy
    hierarchicalNamespace: true
  }
}

module records './modules/storage.bicep' = {
  name: 'records'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}rec${resourceToken}'
    location: location
    tags: tags
    redundancy: redundancy
    closed: privateNetwork
    containers: recordsContainers
    queues: [poisonQueue, scanQueue, '${scanQueue}-poison']
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
    redundancy: redundancy
    closed: privateNetwork
    containers: paymentsContainers
    versioning: true
    immutableDays: paymentsLocked ? 0 : paymentsKeptDays
  }
}

// The one account with a key: Power BI's Table Storage connector knows no other way in. The container holds the same tables as files.
module results './modules/storage.bicep' = {
  name: 'results'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}res${resourceToken}'
    location: location
    tags: tags
    redundancy: redundancy
    containers: tablesContainers
    sharedKey: resultsKey
  }
}

module host './modules/storage.bicep' = {
  name: 'host'
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}host${resourceToken}'
    location: location
    tags: tags
    redundancy: redundancy
    closed: privateNetwork
    containers: [deploymentContainer]
  }
}

module lifecycle './modules/lifecycle.bicep' = {
  name: 'lifecycle'
  scope: group
  params: {
    recordsName: records.outputs.name
    versionsKeptDays: versionsKeptDays
    quarantineKeptDays: quarantineKeptDays
    deadLettersKeptDays: 90
  }
}

module audit './modules/audit.bicep' = {
  name: 'audit'
  scope: group
  params: {
    paymentsName: payments.outputs.name
    workspaceName: monitoring.outputs.workspaceName
    keptDays: auditKeptDays
  }
}

// Uploads stays open, since providers come from anywhere with their links, and results, since Power BI does.
module network './modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: '${abbreviations.networkVirtualNetworks}pipeline-${resourceToken}'
    location: location
    tags: tags
    addresses: networkAddresses
    accounts: [
      { name: records.outputs.name, services: ['blob', 'queue', 'table'] }
      { name: payments.outputs.name, services: ['blob'] }
      { name: host.outputs.name, services: ['blob', 'queue', 'table'] }
    ]
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
    administratorsGroupId: administratorsGroupId
    onCallGroupId: onCallGroupId
    workspaceName: monitoring.outputs.workspaceName
  }
}

module app './modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: '${abbreviations.webSitesFunctions}pipeline-${resourceToken}'
    planName: '${abbreviations.webServerFarms}pipeline-${resourceToken}'
    location: location
    tags: tags
    serviceName: 'pipeline'
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
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    malwareScanning: malwareScanning
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
    malwareScanning: malwareScanning
  }
}

module scanning './modules/scanning.bicep' = if (malwareScanning) {
  name: 'scanning'
  scope: group
  params: {
    uploadsName: uploads.outputs.name
    recordsName: records.outputs.name
    queue: scanQueue
    topicName: '${abbreviations.eventGridTopics}scans-${resourceToken}'
    workspaceName: monitoring.outputs.workspaceName
    location: location
    tags: tags
  }
}

module budget './modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  scope: group
  params: {
    monthly: monthlyBudget
    from: budgetFrom
    actionGroupId: monitoring.outputs.actionGroupId
  }
}

module alerts './modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    workspaceId: monitoring.outputs.workspaceId
    componentId: monitoring.outputs.componentId
    actionGroupId: monitoring.outputs.actionGroupId
    appUrl: app.outputs.url
    topicIds: concat(topics.outputs.ids, malwareScanning ? [scanning!.outputs.topicId] : [])
    isAlwaysReady: readyInstances > 0
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
