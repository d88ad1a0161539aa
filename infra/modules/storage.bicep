metadata description = 'One account for the task hub, the queue of requests and the results. It knows no keys: only identities with a role get in.'

param location string

@minLength(3)
@maxLength(24)
param name string

@description('Who reads and writes here: the identity of the app.')
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

    // The host would make it at the first message that fails five times. Here it can be watched before.
    resource poison 'queues' = {
      name: 'crawl-requests-poison'
    }
  }
}

// All on the account and not on one container or queue: the Functions host and Durable make theirs by themselves.
var roles = {
  // What the Functions host is documented to need for its leases, locks and keys; also Durable's large messages and the results.
  // Over Contributor it has only the right to set POSIX owners, which an account without hierarchical namespace does not know.
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // The trigger takes messages and fills the poison queue; Durable makes, reads and writes the queues of its task hub.
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  // Durable's history and instances; the host's diagnostic events.
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
