using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Hooks;

/// <summary>The hook that makes the app registration, run against an Azure CLI and an azd that remember what was asked of them.</summary>
public sealed class AppRegistrationTests : IDisposable
{
    /// <summary>As many as the hook makes in all.</summary>
    private const int Calls = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("hook").FullName;

    public AppRegistrationTests()
    {
        Write("az", """
            #!/bin/sh
            cd "$STATE" || exit 1
            echo "az $1 $2 $3" >> calls
            case "$*" in
              "ad app list"*) cat apps ;;
              "ad app create"*) echo "client-$(wc -l < calls)" >> apps; tail -n 1 apps ;;
              "ad sp list"*) cat principals ;;
              "ad sp create"*) echo principal >> principals ;;
              "ad app show"*preAuthorized*) cat clients ;;
              "ad app show"*) echo object ;;
              "ad app permission grant"*"openid profile email"*) echo consent > consents ;;
              "rest"*app-clients.json) echo client >> clients ;;
            esac
            if [ "$(wc -l < calls)" -eq "${FAILS_AT:-0}" ]; then exit 1; fi
            """);
        Write("azd", """
            #!/bin/sh
            cd "$STATE" || exit 1
            echo "azd $3" >> calls
            if [ "$(wc -l < calls)" -eq "${FAILS_AT:-0}" ]; then exit 1; fi
            echo "$4" > "env-$3"
            """);
        foreach (string file in (string[])["calls", "apps", "principals", "clients", "consents"])
            File.WriteAllText(Path.Combine(_folder, file), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ShellFact]
    public void There_is_one_registration_with_its_principal_and_its_client()
    {
        Assert.Equal(0, Run());

        Assert.Equal(Calls, Lines("calls").Length);
        AssertComplete();
    }

    [ShellFact]
    public void A_second_run_makes_nothing()
    {
        Run();
        Assert.Equal(0, Run());

        AssertComplete();
    }

    public static TheoryData<int> Steps => [.. Enumerable.Range(1, Calls)];

    /// <summary>Each step takes effect and its answer is lost, which is the worst that can happen.</summary>
    [ShellTheory]
    [MemberData(nameof(Steps))]
    public void A_run_that_failed_anywhere_is_finished_by_running_again(int step)
    {
        Assert.NotEqual(0, Run(failsAt: step));
        Assert.Equal(0, Run());

        AssertComplete();
    }

    [ShellFact]
    public void Of_two_registrations_none_is_chosen()
    {
        File.WriteAllText(Path.Combine(_folder, "apps"), "one\ntwo\n");

        Assert.NotEqual(0, Run());
        Assert.Equal(["one", "two"], Lines("apps"));
    }

    [ShellFact]
    public void The_budget_keeps_the_month_that_it_was_made_in()
    {
        Run(budget: "200");
        Assert.Matches(@"^\d{4}-\d\d-01$", Assert.Single(Lines("env-BUDGET_FROM")));

        File.WriteAllText(Path.Combine(_folder, "env-BUDGET_FROM"), "2026-04-01\n");
        Run(budget: "200");
        Assert.Equal("2026-04-01", Assert.Single(Lines("env-BUDGET_FROM")));
    }

    /// <summary>No resource of the deployment names the provider, so that Azure does not register it by itself.</summary>
    [ShellFact]
    public void A_private_network_has_its_provider_registered()
    {
        Run();
        Assert.DoesNotContain("az provider register --namespace", Lines("calls"));

        File.WriteAllText(Path.Combine(_folder, "env-PRIVATE_NETWORK"), "true\n");
        Run();
        Assert.Single(Lines("calls"), "az provider register --namespace");
    }

    private void AssertComplete()
    {
        string app = Assert.Single(Lines("apps"));
        Assert.Equal(app, Assert.Single(Lines("env-SIGN_IN_CLIENT_ID")));
        Assert.Single(Lines("principals"));
        Assert.NotEmpty(Lines("clients"));
        Assert.Single(Lines("consents"));
    }

    private int Run(int failsAt = 0, string budget = "0")
    {
        // azd hands its hooks what the environment holds.
        var environment = Directory.EnumerateFiles(_folder, "env-*")
            .ToDictionary(f => Path.GetFileName(f)["env-".Length..], f => File.ReadAllText(f).Trim());
        environment["STATE"] = _folder;
        environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        environment["AZURE_ENV_NAME"] = "test";
        environment["AZURE_SUBSCRIPTION_ID"] = "subscription";
        environment["MONTHLY_BUDGET"] = budget;
        environment["FAILS_AT"] = failsAt == 0 ? "0" : $"{Lines("calls").Length + failsAt}";
        return Tool.Run("sh", [Repository.PathOf("infra/hooks/preprovision.sh")], environment: environment).ExitCode;
    }

    private string[] Lines(string file) => File.Exists(Path.Combine(_folder, file)) ? File.ReadAllLines(Path.Combine(_folder, file)) : [];

    private void Write(string name, string script)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
