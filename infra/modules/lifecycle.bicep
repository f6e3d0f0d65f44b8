@description('What is deleted from the records account by itself. The archive, the receipts, the runs and the reference files are kept.')
param recordsName string

@description('Days that an earlier version of a statement or a report is kept.')
param versionsKeptDays int

@description('Days that a file is kept that carries personal data or fits nowhere.')
param quarantineKeptDays int

@description('Days that an event is kept that could not be delivered.')
param deadLettersKeptDays int

resource records 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: recordsName }

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: records
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'earlier-pages'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['statements/', 'reports/'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: versionsKeptDays } } }
          }
        }
        {
          name: 'quarantine'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['quarantine/'] }
            actions: {
              baseBlob: { delete: { daysAfterCreationGreaterThan: quarantineKeptDays } }
              version: { delete: { daysAfterCreationGreaterThan: quarantineKeptDays } }
            }
          }
        }
        {
          name: 'dead-letters'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['dead-letters/'] }
            actions: {
              baseBlob: { delete: { daysAfterCreationGreaterThan: deadLettersKeptDays } }
              version: { delete: { daysAfterCreationGreaterThan: deadLettersKeptDays } }
            }
          }
        }
      ]
    }
  }
}
