param name string
param planName string
param location string
param tags object

@description('What azd finds the app by. Only the app has it: azd deploys to one resource.')
param serviceName string
param identityId string
param identityClientId string
param signInClientId string
param connectionString string
param uploadsName string
param recordsName string
param paymentsName string
param resultsName string
param hostName string
param deploymentContainer string
param readyInstances int
param maximumInstances int

@description('The subnet through which the app reaches accounts that are closed; none when blank.')
param subnetId string

@description('Whether a file is taken in only when its scan has found nothing.')
param malwareScanning bool

var suffix = environment().suffixes.storage

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostName}.blob.${suffix}/${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
        alwaysReady: readyInstances == 0 ? [] : [
          {
            name: 'blob'
            instanceCount: readyInstances
          }
        ]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      // A trigger's connection names its queues too, or poison messages have nowhere to go.
      appSettings: [
        { name: 'AzureWebJobsStorage__blobServiceUri', value: 'https://${hostName}.blob.${suffix}' }
        { name: 'AzureWebJobsStorage__queueServiceUri', value: 'https://${hostName}.queue.${suffix}' }
        { name: 'AzureWebJobsStorage__tableServiceUri', value: 'https://${hostName}.table.${suffix}' }
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
        { name: 'Uploads__blobServiceUri', value: 'https://${uploadsName}.blob.${suffix}' }
        { name: 'Uploads__queueServiceUri', value: 'https://${uploadsName}.queue.${suffix}' }
        { name: 'Uploads__credential', value: 'managedidentity' }
        { name: 'Uploads__clientId', value: identityClientId }
        { name: 'Records__blobServiceUri', value: 'https://${recordsName}.blob.${suffix}' }
        { name: 'Records__queueServiceUri', value: 'https://${recordsName}.queue.${suffix}' }
        { name: 'Records__tableServiceUri', value: 'https://${recordsName}.table.${suffix}' }
        { name: 'Records__credential', value: 'managedidentity' }
        { name: 'Records__clientId', value: identityClientId }
        { name: 'Payments__blobServiceUri', value: 'https://${paymentsName}.blob.${suffix}' }
        { name: 'Results__blobServiceUri', value: 'https://${resultsName}.blob.${suffix}' }
        { name: 'Results__tableServiceUri', value: 'https://${resultsName}.table.${suffix}' }
        // The identity that the code signs in as; an app can have several.
        { name: 'AZURE_CLIENT_ID', value: identityClientId }
        // Uploads of a page of 20 MiB and what surrounds them: the host holds a request in memory.
        { name: 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', value: '22020096' }
        // The first page is the site's.
        { name: 'AzureWebJobsDisableHomepage', value: 'true' }
        { name: 'MalwareScanning', value: string(malwareScanning) }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: connectionString }
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
      ]
    }
  }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noPublishingPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

// People sign in here, and the code reads from the headers who they are. Events carry a key of their own, and the health check asks nobody.
resource signIn 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      // The code sends browsers to the sign-in and answers programs with 401; each of its routes says whom it is for.
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
      excludedPaths: [
        '/runtime/webhooks/blobs'
        '/api/health'
      ]
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            signInClientId
            'api://${signInClientId}'
          ]
        }
      }
    }
    login: {
      tokenStore: { enabled: false }
    }
  }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
