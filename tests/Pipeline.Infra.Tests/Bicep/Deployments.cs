using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>What is looked at: a deployment as azd makes it when nothing is set, one with everything on, and the events.</summary>
internal static class Deployments
{
    public const string Deployer = "deployer";
    public const string Commissioners = "commissioners";
    public const string Finance = "finance";
    public const string Administrators = "administrators";
    public const string OnCall = "on-call";

    private const string Least = $"""
        param environmentName = 'test'
        param principalId = '{Deployer}'
        param signInClientId = 'client'
        """;

    private static readonly Lazy<Deployment> LazyDefault =
        new(() => BicepCompiler.Snapshot("infra/main.bicep", Least + "\nparam location = 'uksouth'"));

    private static readonly Lazy<Deployment> LazyFull = new(() => BicepCompiler.Snapshot("infra/main.bicep", $"""
        {Least}
        param location = 'uksouth'
        param commissionersGroupId = '{Commissioners}'
        param financeGroupId = '{Finance}'
        param administratorsGroupId = '{Administrators}'
        param onCallGroupId = '{OnCall}'
        param alertEmail = 'owner@example.org'
        param malwareScanning = true
        param privateNetwork = true
        param paymentsLocked = true
        param monthlyBudget = 200
        param budgetFrom = '2026-04-01'
        """));

    /// <summary>In a region without availability zones.</summary>
    private static readonly Lazy<Deployment> LazyWithoutZones =
        new(() => BicepCompiler.Snapshot("infra/main.bicep", Least + "\nparam location = 'ukwest'"));

    /// <summary>For whom no file may wait for the sweep.</summary>
    private static readonly Lazy<Deployment> LazyWithReadyInstance =
        new(() => BicepCompiler.Snapshot("infra/main.bicep", Least + "\nparam location = 'uksouth'\nparam readyInstances = 1"));

    private static readonly Lazy<Deployment> LazyWithoutKey =
        new(() => BicepCompiler.Snapshot("infra/main.bicep", Least + "\nparam location = 'uksouth'\nparam resultsKey = false"));

    private static readonly Lazy<Deployment> LazyEventing = new(() => BicepCompiler.Snapshot("infra/eventing.bicep", """
        param appName = 'func-pipeline'
        param uploadsTopicName = 'evgt-stup'
        param recordsTopicName = 'evgt-strec'
        param recordsAccountName = 'strec'
        """));

    public static Deployment Default => LazyDefault.Value;

    public static Deployment Full => LazyFull.Value;

    public static Deployment WithoutZones => LazyWithoutZones.Value;

    public static Deployment WithReadyInstance => LazyWithReadyInstance.Value;

    public static Deployment WithoutKey => LazyWithoutKey.Value;

    public static Deployment Eventing => LazyEventing.Value;

    public static string Container(this Resource container) => $"{container.Parent.Split('/')[0]}/{container.Name}";

    public static IReadOnlyList<Resource> Accounts(this Deployment deployment) => deployment.Of("Microsoft.Storage/storageAccounts");

    /// <summary>Account and name, such as <c>strec/archive</c>.</summary>
    public static IReadOnlyList<string> Containers(this Deployment deployment) =>
        [.. deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers").Select(c => c.Container()).Order()];
}
