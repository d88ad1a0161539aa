metadata description = 'One account for the task hub, the request queue and the results. Keys are disabled: only identities with a role have access.'

param location string

@minLength(3)
@maxLength(24)
param name string

@description('The identity of the app, which reads and writes the account.')
param identityName string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource crawls 'containers' = {
      name: 'crawls'
      properties: {
        publicAccess: 'None'
      }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource requests 'queues' = {
      name: 'crawl-requests'
    }

    // The host would create it with the first message that fails five times. Created here, it can be monitored from the start.
    resource poison 'queues' = {
      name: 'crawl-requests-poison'
    }
  }
}

// Assigned on the account, not on a container or queue, because the Functions host and Durable create their own.
var roles = {
  // Required by the Functions host, according to its documentation, for leases, locks and keys. Also used for Durable's large
  // messages and the results. Compared with Contributor, it only adds setting POSIX owners, which has no effect without a
  // hierarchical namespace.
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // The trigger receives messages and fills the poison queue; Durable creates, reads and writes the queues of its task hub.
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  // For Durable's history and instances, and the host's diagnostic events.
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    scope: account
    name: guid(account.id, identity.id, role.value)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

output name string = account.name
