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

// The port exposed in the Dockerfile. Not below 1024, because non-root users may not be allowed to listen there.
var port = 8080

// Generous liveness limits: a replica that is busy with browsers responds slowly, and a restart would only repeat its chunks.
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
      // Two active revisions would run different code on the same task hub.
      activeRevisionsMode: 'Single'
      // Required for queue scaling: the platform scales by the queue only if there is an ingress.
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
            // Selects the identity of DefaultAzureCredential in the app's own clients.
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
      // Time for chunks to hand back unfinished URLs and to dispose their browsers.
      terminationGracePeriodSeconds: 60
      // No scale rules: for a functionapp, the platform derives them from the triggers.
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
      }
    }
  }
}

// The platform rejects requests without an Entra ID token for this registration before they reach the app. The app requires a
// function key as well. Probes come from inside the platform and need neither.
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
