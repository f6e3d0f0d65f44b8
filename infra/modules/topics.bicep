// The subscriptions follow in eventing.bicep, when the app is there to answer.
@description('Where the two accounts into which people put files tell of new ones, and where an event goes that nobody could be told.')
param uploadsName string
param recordsName string
param location string
param tags object

// The scan has a topic of its own on the account, which can have no second one, and tells of each file when it is done with it.
@description('Whether uploads are scanned.')
param malwareScanning bool

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource uploads 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: uploadsName }
resource records 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: recordsName }

resource uploadsTopic 'Microsoft.EventGrid/systemTopics@2022-06-15' = if (!malwareScanning) {
  name: 'evgt-${uploadsName}'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: uploads.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource recordsTopic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
  name: 'evgt-${recordsName}'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: records.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

// Dead letters are written with the topic's own identity, since the account takes no key.
module uploadsDeadLetters './container-role.bicep' = if (!malwareScanning) {
  name: 'uploads-dead-letters'
  params: {
    accountName: recordsName
    container: 'dead-letters'
    principalId: uploadsTopic!.identity.principalId
    principalType: 'ServicePrincipal'
    role: blobDataContributor
  }
}

module recordsDeadLetters './container-role.bicep' = {
  name: 'records-dead-letters'
  params: {
    accountName: recordsName
    container: 'dead-letters'
    principalId: recordsTopic.identity.principalId
    principalType: 'ServicePrincipal'
    role: blobDataContributor
  }
}

output uploadsTopic string = malwareScanning ? '' : uploadsTopic.name
output recordsTopic string = recordsTopic.name
output ids array = concat(malwareScanning ? [] : [uploadsTopic.id], [recordsTopic.id])
