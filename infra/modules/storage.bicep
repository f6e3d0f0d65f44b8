@description('One storage account; what sets the accounts apart are the parameters, all off unless said.')
@minLength(3)
@maxLength(24)
param name string
param location string
param tags object

@description('Containers to make. Tables are made by what writes them.')
param containers array = []

// Storage that is asked for a queue that is not there yet answers with a warning in the log, twice a minute.
@description('Queues to make: those that a function waits on.')
param queues array = []

@description('Directories that can be shared one by one.')
param hierarchicalNamespace bool = false

@description('Keeps what was there before each overwriting.')
param versioning bool = false

@description('Lets an account key in beside identities.')
param sharedKey bool = false

@description('Days during which what was written cannot be changed or deleted; 0 for none.')
param immutableDays int = 0

@description('Copies of everything: in the zones of a region that has them, or in a second region.')
param redundancy string

@description('Lets in only the private network, and services of Azure that are trusted by name: Event Grid with its dead letters.')
param closed bool = false

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: sharedKey
    defaultToOAuthAuthentication: true
    isHnsEnabled: hierarchicalNamespace
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      defaultAction: closed ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: versioning
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2023-05-01' = if (!empty(queues)) {
  parent: account
  name: 'default'
}

resource accountQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource immutable 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2023-05-01' = [
  for (container, index) in containers: if (immutableDays > 0) {
    parent: blobContainers[index]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: immutableDays
      allowProtectedAppendWrites: false
    }
  }
]

output name string = account.name
