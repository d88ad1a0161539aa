using FunctionsCrawler.Dispatch;

namespace FunctionsCrawler.Core.Tests.Dispatch;

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
    public void Budget_LimitOfContainer_IsTheSmallerOfSettingAndFourFifths(long expected, params string[] limits) =>
        Assert.Equal(expected, MemoryBudget.Resolve(1000, limits));

    [Theory]
    // Version 2, nested; a container of its own namespace; a path that leads out of it.
    [InlineData("0::/a/b", "c/a/b/memory.max", "c/a/memory.max", "c/memory.max")]
    [InlineData("0::/", "c/memory.max")]
    [InlineData("0::/../x", "c/memory.max")]
    // Version 1, alone and with others in one hierarchy; what is not about memory.
    [InlineData("4:memory:/a", "c/memory/a/memory.limit_in_bytes", "c/memory/memory.limit_in_bytes")]
    [InlineData("4:cpu,memory:/", "c/memory/memory.limit_in_bytes")]
    [InlineData("4:cpu:/a")]
    [InlineData("9:name=systemd:/a:b")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void ContainerLimits_Membership_IsFollowedUpToTheRoot(string line, params string[] files) =>
        Assert.Equal(files, ContainerLimits.Files([line], "c"));
}
