using FunctionsCrawler.AzureStorage.Tests.Running;

// One Azurite for all tests; each has a container or queues of its own in it.
[assembly: AssemblyFixture(typeof(Azurite))]
