metadata description = 'The Functions app, as a container.'

param location string
param name string
param environmentId string
param identityName string
param registryServer string
param image string
param storageAccountName string
param insightsConnectionString string
param externalIngress bool
param entraClientId string

@minValue(1)
param minReplicas int
param maxReplicas int
param cpu string
param memory string

// As the Dockerfile says. Below 1024 a user who is not root may not listen everywhere.
var port = 8080

// Liveness is patient: a replica whose cores are busy with browsers answers late, and killing it would only begin its chunks again.
var probes = [
  { type: 'Startup', periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 10 }
  { type: 'Readiness', periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }
  { type: 'Liveness', periodSeconds: 30, timeoutSeconds: 20, failureThreshold: 6 }
]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: name
  location: location
  kind: 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      // Two revisions at once would be two hosts of unlike code on one task hub.
      activeRevisionsMode: 'Single'
      // The platform scales by the queue only where there is an ingress.
      ingress: {
        external: externalIngress
        targetPort: port
        transport: 'auto'
        allowInsecure: false
      }
      registries: [
        {
          server: registryServer
          identity: identity.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'crawler'
          image: '${registryServer}/${image}'
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          env: [
            { name: 'AzureWebJobsStorage__accountName', value: storageAccountName }
            { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
            { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
            // For the app's own clients: which identity DefaultAzureCredential is to be.
            { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnectionString }
            {
              name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
              value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
            }
          ]
          probes: [
            for probe in probes: {
              ...probe
              httpGet: {
                path: '/api/health'
                port: port
              }
            }
          ]
        }
      ]
      // For chunks to hand back what they have not reached, and browsers to be disposed of.
      terminationGracePeriodSeconds: 60
      // No rules: for this kind of app the platform derives them from the triggers.
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
      }
    }
  }
}

// Before the app, in the platform: what has no token of Entra ID for this registration does not reach it. The app asks for a function
// key as well. Probes come from within and have neither.
resource entra 'Microsoft.App/containerApps/authConfigs@2026-01-01' = if (!empty(entraClientId)) {
  parent: app
  name: 'current'
  properties: {
    platform: {
      enabled: true
    }
    globalValidation: {
      unauthenticatedClientAction: 'Return401'
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [entraClientId, 'api://${entraClientId}']
        }
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
