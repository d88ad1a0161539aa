metadata description = 'FunctionsCrawler on Azure Container Apps. Deploy twice: first without an image, which creates the registry to push the image to, then with it.'

@description('The location of all resources.')
param location string = resourceGroup().location

@description('The prefix of all resource names. Names that must be globally unique also contain a hash of the resource group.')
@minLength(2)
@maxLength(10)
param prefix string = 'crawler'

@description('The image in the registry of this deployment, as name:tag or name@sha256:…. If empty, everything except the app is deployed.')
param image string = ''

@description('Whether the API is reachable from the internet, or only within the environment.')
param externalIngress bool = true

@description('The client id of an app registration in this tenant. If set, callers of the API also need an Entra ID token for it; if empty, a function key is enough.')
param entraClientId string = ''

@description('The minimum number of replicas. At least 1, because the Durable task hub in Azure Storage cannot scale the app up from zero.')
@minValue(1)
@maxValue(100)
param minReplicas int = 1

@description('The maximum number of replicas. Queue messages and HTTP requests add replicas; running crawls do not.')
@minValue(1)
@maxValue(300)
param maxReplicas int = 3

@description('CPU cores per replica. The Consumption profile requires 2 GiB of memory per core.')
@allowed(['1.0', '1.5', '2.0'])
param cpu string = '1.0'

@description('Memory per replica. The worker and its browsers use at most 1,536 MB and at most 80 % of it; the rest is for the Functions host.')
@allowed(['2Gi', '3Gi', '4Gi'])
param memory string = '2Gi'

@description('Retention of logs and telemetry, in days.')
@minValue(30)
@maxValue(730)
param retentionDays int = 30

var suffix = uniqueString(resourceGroup().id)

// One identity for everything the app does. Created before the app, so that its roles exist when the app starts.
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

@description('The URL of the API. Empty if the app is not deployed.')
output url string = app.?outputs.url ?? ''

@description('The registry that the image is pushed to.')
output registryName string = registry.outputs.name

@description('The account that holds the task hub, the queue and the results.')
output storageAccountName string = storage.outputs.name
