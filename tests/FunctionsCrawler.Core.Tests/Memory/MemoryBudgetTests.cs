using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Core.Tests.Memory;

public class MemoryBudgetTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1000, "max\n")]
    [InlineData(1000, "9223372036854771712\n")]
    [InlineData(1000, "18446744073709551615\n")]
    [InlineData(1000, "5000\n")]
    [InlineData(400, "500\n")]
    [InlineData(400, "500")]
    [InlineData(400, "max\n", "500\n")]
    [InlineData(40, "500\n", "50\n")]
    [InlineData(40, "50\n", "max\n", "500\n")]
    [InlineData(1000, "")]
    public void Resolve_ContainerLimits_ReturnsTheSmallerOfSettingAndFourFifths(
        long expected,
        params string[] limits
    ) => Assert.Equal(expected, MemoryBudget.Resolve(1000, limits));

    [Theory]
    // Version 2: nested groups; a container with its own namespace; a path that points outside it.
    [InlineData("0::/a/b", "c/a/b/memory.max", "c/a/memory.max", "c/memory.max")]
    [InlineData("0::/", "c/memory.max")]
    [InlineData("0::/../x", "c/memory.max")]
    // Version 1: the memory controller alone and together with others; lines of other controllers.
    [InlineData("4:memory:/a", "c/memory/a/memory.limit_in_bytes", "c/memory/memory.limit_in_bytes")]
    [InlineData("4:cpu,memory:/", "c/memory/memory.limit_in_bytes")]
    [InlineData("4:cpu:/a")]
    [InlineData("9:name=systemd:/a:b")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void ContainerLimits_Membership_ReturnsFilesUpToTheRoot(string line, params string[] files) =>
        Assert.Equal(files, ContainerLimits.Files([line], "c"));
}
