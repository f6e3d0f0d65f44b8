using System.ComponentModel;
using System.Diagnostics;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Pipeline.Azure;
using Pipeline.Steps;

namespace Pipeline.Local.Workspaces;

/// <summary>
/// The pipeline on Azure, over the stores that its app uses, as whoever is signed in (<c>az login</c>) with the roles that they have.
/// It is named by commands that are told to only, so that no other command's start loads what belongs to Azure.
/// </summary>
internal static class AzureWorkspace
{
    private const string HowTo =
        "Give each with --account, as in --account records=NAME, set them as RECORDS_ACCOUNT and the like, or give the command where azd "
        + "env get-values answers.";

    private static readonly IReadOnlyList<string> Names = [Accounts.Uploads, Accounts.Records, Accounts.Payments, Accounts.Results];

    /// <param name="given">Of each account, <c>records=NAME</c>; in the place of a name, a connection string.</param>
    /// <param name="environment">Of azd; null for the one that it has selected.</param>
    /// <param name="clock">What the steps take for now.</param>
    /// <exception cref="WrongUseException">An account is not known.</exception>
    public static AllSteps Open(IReadOnlyList<string> given, string? environment, TimeProvider clock)
    {
        var options = given.Select(pair => pair.Split('=', 2))
            .ToLookup(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        if (options.FirstOrDefault(option => !Names.Contains(option.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new WrongUseException(
                $"--account takes uploads, records, payments or results with a name, as in records=NAME, and not {unknown.Key}.");
        var deployed = new Lazy<IReadOnlyDictionary<string, string>>(() => DeployedAs(environment));
        var settings = new Dictionary<string, string?>();
        foreach (string name in Names)
        {
            string variable = $"{name.ToUpperInvariant()}_ACCOUNT";
            string account = new[] { options[name].LastOrDefault(), Environment.GetEnvironmentVariable(variable) }.FirstOrDefault(value =>
                !string.IsNullOrEmpty(value))
                ?? deployed.Value.GetValueOrDefault(variable)
                ?? throw new WrongUseException($"The account {name.ToLowerInvariant()} of the pipeline on Azure is not known. {HowTo}");
            // A connection string has parts with values.
            if (account.Contains('=', StringComparison.Ordinal))
                settings[name] = account;
            foreach (string service in (string[])["blob", "table"])
                settings[$"{name}:{service}ServiceUri"] = $"https://{account}.{service}.core.windows.net";
        }

        var accounts = new Accounts(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), new DefaultAzureCredential());
        return new AllSteps(new BlobFileStore(accounts.Container), new TableStorageTableStore(accounts.Table), clock, withTableFiles: true);
    }

    /// <summary>The outputs of the deployment, as azd has them.</summary>
    private static Dictionary<string, string> DeployedAs(string? environment)
    {
        var start = new ProcessStartInfo("azd",
            ["env", "get-values", .. environment is null ? (string[])[] : ["--environment", environment]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var azd = Process.Start(start)!;
            azd.ErrorDataReceived += (_, _) => { };
            azd.BeginErrorReadLine();
            string output = azd.StandardOutput.ReadToEnd();
            azd.WaitForExit();
            if (azd.ExitCode == 0)
                return Read(output);
        }
        catch (Win32Exception)
        {
            // It is not installed.
        }

        throw new WrongUseException(
            $"The accounts of the pipeline on Azure are not known, and azd env get-values does not tell them. {HowTo}");
    }

    /// <summary><c>NAME="value"</c>, a line each.</summary>
    private static Dictionary<string, string> Read(string output)
    {
        var values = new Dictionary<string, string>();
        foreach (string[] pair in output.Split('\n').Select(line => line.Trim().Split('=', 2)).Where(pair => pair.Length == 2))
            values[pair[0]] = pair[1].Trim('"');
        return values;
    }
}
