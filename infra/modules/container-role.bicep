@description('One role of one principal on one container.')
param accountName string
param container string
param principalId string
param principalType string
param role string

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: accountName }

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' existing = {
  parent: account
  name: 'default'
}

resource blobContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' existing = {
  parent: blobs
  name: container
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(blobContainer.id, principalId, role)
  scope: blobContainer
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}
