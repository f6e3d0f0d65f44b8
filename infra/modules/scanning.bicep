@description('Scans every upload for malware, and tells a queue of the records account what was found.')
param uploadsName string
param recordsName string
@description('That the app waits on.')
param queue string
param topicName string
param workspaceName string
param location string
param tags object

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var queueDataMessageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'

resource uploads 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: uploadsName }

resource records 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: recordsName

  resource queues 'queueServices' existing = {
    name: 'default'

    resource results 'queues' existing = { name: queue }
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = { name: workspaceName }

resource topic 'Microsoft.EventGrid/topics@2022-06-15' = {
  name: topicName
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    inputSchema: 'EventGridSchema'
    disableLocalAuth: true
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(records::queues::results.id, topicName, queueDataMessageSender)
  scope: records::queues::results
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueDataMessageSender)
  }
}

module deadLetters './container-role.bicep' = {
  name: 'scans-dead-letters'
  params: {
    accountName: recordsName
    container: 'dead-letters'
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    role: blobDataContributor
  }
}

resource subscription 'Microsoft.EventGrid/topics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: 'scan-results'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: records.id
          queueName: queue
          // The app reads them within seconds; when it is down for longer than a week, the files are to be scanned again.
          queueMessageTimeToLiveInSeconds: 604800
        }
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Security.MalwareScanningResult']
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
          blobContainerName: 'dead-letters'
        }
      }
    }
  }
  dependsOn: [sender, deadLetters]
}

// Last, when somebody listens: a result that is told before is lost.
resource scanning 'Microsoft.Security/defenderForStorageSettings@2025-01-01' = {
  name: 'current'
  scope: uploads
  properties: {
    isEnabled: true
    overrideSubscriptionLevelSettings: true
    malwareScanning: {
      onUpload: { isEnabled: true, capGBPerMonth: 100 }
      scanResultsEventGridTopicResourceId: topic.id
    }
    sensitiveDataDiscovery: { isEnabled: false }
  }
  dependsOn: [subscription]
}

// For whoever looks into why a file was refused or waits; the app goes by the queue.
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'service'
  scope: scanning
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'ScanResults', enabled: true }]
  }
}

output topicId string = topic.id
