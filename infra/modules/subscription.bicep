@description('Tells one function of new files in one container.')
param topicName string
param appName string
param recordsAccountName string
param deadLetterContainer string
param container string
param function string

resource app 'Microsoft.Web/sites@2024-04-01' existing = { name: appName }
resource records 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: recordsAccountName }
resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' existing = { name: topicName }

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: container
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${function}&code=${listKeys('${app.id}/host/default', '2024-04-01').systemKeys.blobs_extension}'
      }
    }
    filter: {
      subjectBeginsWith: '/blobServices/default/containers/${container}/'
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      advancedFilters: [
        {
          // A file is whole when one of these calls ends. With a hierarchical namespace other calls tell of it while it is still empty.
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose']
        }
      ]
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: records.id
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}
