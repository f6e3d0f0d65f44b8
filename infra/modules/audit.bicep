@description('Writes down who read, wrote or deleted a finance file.')
param paymentsName string
param workspaceName string

@description('Days that it is kept.')
param keptDays int

resource payments 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: paymentsName

  resource blobs 'blobServices' existing = { name: 'default' }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = { name: workspaceName }

resource reads 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: payments::blobs
  properties: {
    workspaceId: workspace.id
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

// Longer than the rest of the workspace, which is for mending faults.
resource kept 'Microsoft.OperationalInsights/workspaces/tables@2023-09-01' = {
  parent: workspace
  name: 'StorageBlobLogs'
  properties: {
    plan: 'Analytics'
    retentionInDays: keptDays
    totalRetentionInDays: keptDays
  }
}
