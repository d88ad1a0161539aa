metadata description = 'FunctionsCrawler on Azure Container Apps. Deployed twice: without an image, to have a registry to push it to, then with it.'

@description('Where everything is put.')
param location string = resourceGroup().location

@description('What the names of all resources begin with. Names that must be unique in the world get a hash of the resource group as well.')
@minLength(2)
@maxLength(10)
param prefix string = 'crawler'

@description('The image in the registry of this deployment, as name:tag, or name@sha256:…. Empty: everything but the app, which needs it.')
param image string = ''

@description('Whether the API is reachable from the internet, or only within the environment.')
param externalIngress bool = true

@description('The client id of an app registration of this tenant, by which Entra ID lets callers through to the API. Empty: function keys alone.')
param entraClientId string = ''

@description('Replicas that are always there. Not 0: nothing wakes an app for the task hub of Durable in Azure Storage.')
@minValue(1)
@maxValue(100)
param minReplicas int = 1

@description('The most replicas. Messages in the queue and HTTP requests add them, a running crawl does not.')
@minValue(1)
@maxValue(300)
param maxReplicas int = 3

@description('Cores of a replica. The Consumption profile wants 2 GiB of memory for each.')
@allowed(['1.0', '1.5', '2.0'])
param cpu string = '1.0'

@description('Memory of a replica. Worker and browsers keep within 1,536 MB and 80 % of it; the Functions host lives in the rest.')
@allowed(['2Gi', '3Gi', '4Gi'])
param memory string = '2Gi'

@description('How long logs and telemetry are kept, in days.')
@minValue(30)
@maxValue(730)
param retentionDays int = 30

var suffix = uniqueString(resourceGroup().id)

// One identity for all the app does. It is made before the app, so that its roles are there when the app starts.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-identity'
  location: location
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    name: '${toLower(replace(prefix, '-', ''))}${suffix}'
    identityName: identity.name
  }
}

module registry 'modules/registry.bicep' = {
  params: {
    location: location
    name: '${toLower(replace(prefix, '-', ''))}${suffix}'
    identityName: identity.name
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    prefix: prefix
    retentionDays: retentionDays
    identityName: identity.name
  }
}

module environment 'modules/environment.bicep' = {
  params: {
    location: location
    prefix: prefix
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = if (!empty(image)) {
  params: {
    location: location
    name: '${prefix}-app'
    environmentId: environment.outputs.id
    identityName: identity.name
    registryServer: registry.outputs.loginServer
    image: image
    storageAccountName: storage.outputs.name
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    externalIngress: externalIngress
    entraClientId: entraClientId
    minReplicas: minReplicas
    maxReplicas: max(minReplicas, maxReplicas)
    cpu: cpu
    memory: memory
  }
}

@description('Where the API answers. Empty as long as there is no app.')
output url string = app.?outputs.url ?? ''

@description('The registry that the image is pushed to.')
output registryName string = registry.outputs.name

@description('The account that holds the task hub, the queue and the results.')
output storageAccountName string = storage.outputs.name
