using FunctionsCrawler.AzureStorage.Tests.Running;

// All tests share one Azurite; each uses its own container or queues.
[assembly: AssemblyFixture(typeof(Azurite))]
