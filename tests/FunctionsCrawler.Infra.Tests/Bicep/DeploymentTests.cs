using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Infra.Tests.Bicep;

/// <summary>Tests the resources that a deployment would create, as predicted by the compiler.</summary>
[Needs(Need.Process)]
public sealed partial class DeploymentTests(PredictedDeployment deployment)
    : IClassFixture<PredictedDeployment>,
        IAsyncLifetime
{
    // From Microsoft's list of built-in roles, not from the template: each role and the resource type to assign it on.
    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner on Microsoft.Storage/storageAccounts",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] =
            "Storage Queue Data Contributor on Microsoft.Storage/storageAccounts",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] =
            "Storage Table Data Contributor on Microsoft.Storage/storageAccounts",
        ["7f951dda-4ed3-4680-a7ca-43fe172d538d"] = "AcrPull on Microsoft.ContainerRegistry/registries",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher on Microsoft.Insights/components",
    };

    private JsonElement[] _resources = [];

    public async ValueTask InitializeAsync()
    {
        BicepWorkspace.SkipWithoutCompiler();
        _resources = await deployment.WithImageAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void App_IsFunctionAppThatNeverScalesToZero()
    {
        var app = Single("Microsoft.App/containerApps");
        Assert.Equal("functionapp", app.GetProperty("kind").GetString());
        Assert.Equal("Single", At(app, "properties.configuration.activeRevisionsMode").GetString());

        var template = At(app, "properties.template");
        Assert.InRange(At(template, "scale.minReplicas").GetInt32(), 1, At(template, "scale.maxReplicas").GetInt32());
        Assert.Equal("2Gi", At(Container(), "resources.memory").GetString());
        Assert.Equal(1m, At(Container(), "resources.cpu").GetDecimal());
        Assert.Contains(
            $"'{PredictedDeployment.Image}'",
            At(Container(), "image").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void App_IngressAndProbes_UseThePortOfTheImage()
    {
        var ingress = At(Single("Microsoft.App/containerApps"), "properties.configuration.ingress");
        Assert.True(ingress.GetProperty("external").GetBoolean());
        Assert.False(ingress.GetProperty("allowInsecure").GetBoolean());
        var port = ingress.GetProperty("targetPort").GetInt32();
        Assert.Contains($"EXPOSE {port}\n", Sources.Read("infra", "Dockerfile"), StringComparison.Ordinal);

        var probes = Container().GetProperty("probes").EnumerateArray().ToArray();
        Assert.Equal(
            ["Liveness", "Readiness", "Startup"],
            probes.Select(p => p.GetProperty("type").GetString()).Order(StringComparer.Ordinal)
        );
        Assert.All(
            probes,
            probe =>
            {
                Assert.Equal("/api/health", At(probe, "httpGet.path").GetString());
                Assert.Equal(port, At(probe, "httpGet.port").GetInt32());
            }
        );
    }

    [Fact]
    public void App_UsesOneIdentity_ForEverything()
    {
        var app = Single("Microsoft.App/containerApps");
        var identity = Single("Microsoft.ManagedIdentity/userAssignedIdentities").GetProperty("id").GetString();
        Assert.Equal("UserAssigned", At(app, "identity.type").GetString());
        Assert.Equal(identity, Assert.Single(At(app, "identity.userAssignedIdentities").EnumerateObject()).Name);

        var registry = Assert.Single(At(app, "properties.configuration.registries").EnumerateArray());
        Assert.Equal(
            ["identity", "server"],
            registry.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(identity, registry.GetProperty("identity").GetString());

        var settings = Container()
            .GetProperty("env")
            .EnumerateArray()
            .ToDictionary(e => e.GetProperty("name").GetString()!, e => e.GetProperty("value").GetString()!);
        Assert.DoesNotContain("AzureWebJobsStorage", settings.Keys);
        Assert.Contains("AzureWebJobsStorage__accountName", settings.Keys);
        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.Contains(identity!, settings["AzureWebJobsStorage__clientId"], StringComparison.Ordinal);
        Assert.Contains(
            "Authorization=AAD",
            settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"],
            StringComparison.Ordinal
        );
        Assert.False(At(app, "properties.configuration").TryGetProperty("secrets", out _));
    }

    [Fact]
    public void Roles_OnlyTheNeededOnes_EachOnOneResource()
    {
        var assignments = _resources.Where(r => TypeOf(r) == "Microsoft.Authorization/roleAssignments").ToArray();

        Assert.Equal(
            Roles.Values.Order(StringComparer.Ordinal),
            assignments.Select(RoleAndScope).Order(StringComparer.Ordinal)
        );
        Assert.All(assignments, a => Assert.Equal("ServicePrincipal", At(a, "properties.principalType").GetString()));
    }

    [Fact]
    public void Storage_AllowsNoKeysAndNoPublicAccess()
    {
        var properties = Single("Microsoft.Storage/storageAccounts").GetProperty("properties");

        Assert.False(properties.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(properties.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.True(properties.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", properties.GetProperty("minimumTlsVersion").GetString());
        Assert.Equal(["crawls"], NamesOf("Microsoft.Storage/storageAccounts/blobServices/containers"));
        Assert.Equal(
            ["crawl-requests", "crawl-requests-poison"],
            NamesOf("Microsoft.Storage/storageAccounts/queueServices/queues")
        );
    }

    [Fact]
    public void Registry_HasNoAdminUser_AndHonoursAcrPull()
    {
        var properties = Single("Microsoft.ContainerRegistry/registries").GetProperty("properties");

        Assert.False(properties.GetProperty("adminUserEnabled").GetBoolean());
        Assert.False(properties.GetProperty("anonymousPullEnabled").GetBoolean());
        Assert.Equal("LegacyRegistryPermissions", properties.GetProperty("roleAssignmentMode").GetString());
    }

    [Fact]
    public void Monitoring_AllowsNoKeys()
    {
        var insights = Single("Microsoft.Insights/components").GetProperty("properties");
        var workspace = Single("Microsoft.OperationalInsights/workspaces");

        Assert.True(insights.GetProperty("DisableLocalAuth").GetBoolean());
        Assert.Equal(workspace.GetProperty("id").GetString(), insights.GetProperty("WorkspaceResourceId").GetString());
        Assert.True(At(workspace, "properties.features.disableLocalAuth").GetBoolean());
        Assert.Equal(
            "azure-monitor",
            At(Single("Microsoft.App/managedEnvironments"), "properties.appLogsConfiguration.destination").GetString()
        );
    }

    [Fact]
    public async Task Deployment_WithoutImage_CreatesAllButTheApp()
    {
        var first = await deployment.Workspace.PredictAsync(image: "");

        Assert.Equal(
            _resources
                .Select(TypeOf)
                .Where(type => type != "Microsoft.App/containerApps")
                .Order(StringComparer.Ordinal),
            first.Select(TypeOf).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Deployment_WithAppRegistration_RequiresEntraIdToken()
    {
        const string client = "11111111-2222-3333-4444-555555555555";
        const string type = "Microsoft.App/containerApps/authConfigs";
        var guarded = await deployment.Workspace.PredictAsync(PredictedDeployment.Image, client);

        var entra = Assert.Single(guarded, r => TypeOf(r) == type).GetProperty("properties");
        Assert.True(At(entra, "platform.enabled").GetBoolean());
        // 401 instead of a login page, because callers are programs.
        Assert.Equal("Return401", At(entra, "globalValidation.unauthenticatedClientAction").GetString());
        Assert.False(At(entra, "globalValidation").TryGetProperty("excludedPaths", out _));
        var directory = At(entra, "identityProviders.azureActiveDirectory");
        Assert.True(directory.GetProperty("enabled").GetBoolean());
        Assert.Equal(client, At(directory, "registration.clientId").GetString());
        // The tenant of the deployment, which a prediction cannot resolve.
        Assert.Equal(
            "[format('{0}{1}/v2.0', environment().authentication.loginEndpoint, tenant().tenantId)]",
            At(directory, "registration.openIdIssuer").GetString()
        );
        Assert.Equal(
            [client, $"api://{client}"],
            At(directory, "validation.allowedAudiences").EnumerateArray().Select(a => a.GetString())
        );
        Assert.Equal(guarded.Select(TypeOf).Where(t => t != type).Order(), _resources.Select(TypeOf).Order());
    }

    [Fact]
    public async Task Template_ReadsNoKeysAndAllowsNoZeroReplicas()
    {
        Assert.Equal(
            CompilerExit.NoFindings,
            await deployment.Workspace.RunAsync("build", "main.bicep", "--outfile", "template.json")
        );
        var text = await File.ReadAllTextAsync(deployment.Workspace.At("template.json"));

        Assert.DoesNotMatch(KeyFunction(), text);
        using var template = JsonDocument.Parse(text);
        Assert.Equal(1, At(template.RootElement, "parameters.minReplicas.minValue").GetInt32());
    }

    private JsonElement Single(string type) => Assert.Single(_resources, r => TypeOf(r) == type);

    private JsonElement Container() =>
        Assert.Single(At(Single("Microsoft.App/containerApps"), "properties.template.containers").EnumerateArray());

    private IEnumerable<string> NamesOf(string type) =>
        _resources
            .Where(r => TypeOf(r) == type)
            .Select(r => r.GetProperty("name").GetString()!.Split('/')[^1])
            .Order(StringComparer.Ordinal);

    private static string TypeOf(JsonElement resource) => resource.GetProperty("type").GetString()!;

    private static JsonElement At(JsonElement element, string path) =>
        path.Split('.').Aggregate(element, (inner, name) => inner.GetProperty(name));

    /// <summary>Returns the role's name and the type of the resource that it is assigned on.</summary>
    private static string RoleAndScope(JsonElement assignment)
    {
        var role = At(assignment, "properties.roleDefinitionId").GetString()!.Split('/')[^1];
        var scope = ResourceScope().Match(assignment.GetProperty("id").GetString()!);
        Assert.True(scope.Success, $"{assignment.GetProperty("id")} is not assigned on a single resource.");
        Assert.Contains(role, Roles.Keys);
        return $"{Roles[role].Split(" on ")[0]} on {scope.Groups["type"].Value}";
    }

    [GeneratedRegex(
        "^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/(?<type>[^/]+/[^/]+)/[^/]+/providers/Microsoft.Authorization/roleAssignments/[^/]+$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex ResourceScope();

    [GeneratedRegex(
        @"\blist(Keys|\w*Sas|Credentials|ConnectionStrings|Secrets)\w*\s*\(",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex KeyFunction();
}

/// <summary>The predicted deployment with an image, shared by all tests.</summary>
public sealed class PredictedDeployment : IDisposable
{
    public const string Image = "functions-crawler:0.1.0";

    private Task<JsonElement[]>? _withImage;

    internal BicepWorkspace Workspace { get; } = new();

    public Task<JsonElement[]> WithImageAsync() => _withImage ??= Workspace.PredictAsync(Image);

    public void Dispose() => Workspace.Dispose();
}
