using 'main.bicep'

param prefix = 'crawler'

// The first deployment is made without it, the second with it: CRAWLER_IMAGE=functions-crawler:0.1.0
param image = readEnvironmentVariable('CRAWLER_IMAGE', '')

param entraClientId = readEnvironmentVariable('CRAWLER_ENTRA_CLIENT_ID', '')
