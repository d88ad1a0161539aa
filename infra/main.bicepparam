using 'main.bicep'

param prefix = 'crawler'

// Not set for the first deployment, set for the second: CRAWLER_IMAGE=functions-crawler:0.1.0
param image = readEnvironmentVariable('CRAWLER_IMAGE', '')

param entraClientId = readEnvironmentVariable('CRAWLER_ENTRA_CLIENT_ID', '')
