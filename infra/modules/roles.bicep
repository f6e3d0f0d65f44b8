@description('Who may do what with which data. Everything is on one account or one container; nothing is on the group or above.')
param uploadsName string
param recordsName string
param paymentsName string
param resultsName string
param hostName string
param appPrincipalId string
param deployerPrincipalId string
param deployerPrincipalType string
param commissionersGroupId string
param financeGroupId string
param administratorsGroupId string
param onCallGroupId string
param workspaceName string

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
var logAnalyticsReader = '73c42c96-874c-492b-b04d-ab87d138a893'

resource uploads 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: uploadsName }
resource records 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: recordsName }
resource payments 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: paymentsName }
resource results 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: resultsName }
resource host 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: hostName }
resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = { name: workspaceName }

// What a blob trigger asks for: the blobs of its account and the queue of its poison messages. Owner also signs the links for providers.
var appOnUploads = [blobDataOwner, queueDataContributor]
// The same for the register and the frameworks; the pipeline's own tables are here as well.
var appOnRecords = [blobDataOwner, queueDataContributor, tableDataContributor]
var appOnResults = [blobDataContributor, tableDataContributor]
var appOnHost = [blobDataOwner, queueDataContributor, tableDataContributor]

resource appUploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appOnUploads: {
    name: guid(uploads.id, appPrincipalId, role)
    scope: uploads
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appOnRecords: {
    name: guid(records.id, appPrincipalId, role)
    scope: records
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appPayments 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(payments.id, appPrincipalId, blobDataContributor)
  scope: payments
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

resource appResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appOnResults: {
    name: guid(results.id, appPrincipalId, role)
    scope: results
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appOnHost: {
    name: guid(host.id, appPrincipalId, role)
    scope: host
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

module deployerFillsReference './container-role.bicep' = {
  name: 'deployer-fills-reference'
  params: {
    accountName: recordsName
    container: 'reference'
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
    role: blobDataContributor
  }
}

module commissionersReview './container-role.bicep' = if (!empty(commissionersGroupId)) {
  name: 'commissioners-review'
  params: {
    accountName: uploadsName
    container: 'reviews'
    principalId: commissionersGroupId
    principalType: 'Group'
    role: blobDataContributor
  }
}

module commissionersRead './container-role.bicep' = [
  for container in ['receipts', 'statements', 'reports']: if (!empty(commissionersGroupId)) {
    name: 'commissioners-read-${container}'
    params: {
      accountName: recordsName
      container: container
      principalId: commissionersGroupId
      principalType: 'Group'
      role: blobDataReader
    }
  }
]

module commissionersReadTables './container-role.bicep' = if (!empty(commissionersGroupId)) {
  name: 'commissioners-read-tables'
  params: {
    accountName: resultsName
    container: 'tables'
    principalId: commissionersGroupId
    principalType: 'Group'
    role: blobDataReader
  }
}

module financeReadsPayments './container-role.bicep' = if (!empty(financeGroupId)) {
  name: 'finance-reads-payments'
  params: {
    accountName: paymentsName
    container: 'payments'
    principalId: financeGroupId
    principalType: 'Group'
    role: blobDataReader
  }
}

module financeConfirms './container-role.bicep' = if (!empty(financeGroupId)) {
  name: 'finance-confirms'
  params: {
    accountName: uploadsName
    container: 'confirmations'
    principalId: financeGroupId
    principalType: 'Group'
    role: blobDataContributor
  }
}

module administratorsKeepReference './container-role.bicep' = if (!empty(administratorsGroupId)) {
  name: 'administrators-keep-reference'
  params: {
    accountName: recordsName
    container: 'reference'
    principalId: administratorsGroupId
    principalType: 'Group'
    role: blobDataContributor
  }
}

module onCallReads './container-role.bicep' = [
  for container in ['dead-letters', 'backups']: if (!empty(onCallGroupId)) {
    name: 'on-call-reads-${container}'
    params: {
      accountName: recordsName
      container: container
      principalId: onCallGroupId
      principalType: 'Group'
      role: blobDataReader
    }
  }
]

resource onCallReadsLog 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(onCallGroupId)) {
  name: guid(workspace.id, onCallGroupId, logAnalyticsReader)
  scope: workspace
  properties: {
    principalId: onCallGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', logAnalyticsReader)
  }
}

// The portal shows an account only to who may read what it is, which says nothing of what is in it.
resource seeUploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for groupId in [commissionersGroupId, financeGroupId]: if (!empty(groupId)) {
    name: guid(uploads.id, groupId, reader)
    scope: uploads
    properties: {
      principalId: groupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
    }
  }
]

resource seeRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for groupId in [commissionersGroupId, administratorsGroupId, onCallGroupId]: if (!empty(groupId)) {
    name: guid(records.id, groupId, reader)
    scope: records
    properties: {
      principalId: groupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
    }
  }
]

resource seeResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(commissionersGroupId)) {
  name: guid(results.id, commissionersGroupId, reader)
  scope: results
  properties: {
    principalId: commissionersGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}

resource seePayments 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(financeGroupId)) {
  name: guid(payments.id, financeGroupId, reader)
  scope: payments
  properties: {
    principalId: financeGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}
