using Pipeline.Infra.Tests.Tools;

namespace Pipeline.Infra.Tests.Bicep;

/// <summary>Who may do what with which data.</summary>
public sealed class AccessTests
{
    /// <summary>Microsoft's built-in roles. A wrong id fails the deployment at its end.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Roles = new Dictionary<string, string>
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"] = "Storage Queue Data Message Sender",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["73c42c96-874c-492b-b04d-ab87d138a893"] = "Log Analytics Reader",
        ["acdd72a7-3385-48ef-bd42-f606fba81ae7"] = "Reader",
    };

    private static IReadOnlyList<string> Of(Deployment deployment, string principal) =>
        [.. deployment.Grants.Where(g => g.Principal == principal).Select(g => $"{Roles[g.Role]} on {g.Scope}")
            .Order(StringComparer.Ordinal)];

    [BicepFact]
    public void The_app_reaches_what_it_works_with_and_not_more()
    {
        Assert.Equal(
            [
                "Monitoring Metrics Publisher on appi",
                "Storage Blob Data Contributor on stpay",
                "Storage Blob Data Contributor on stres",
                "Storage Blob Data Owner on sthost",
                "Storage Blob Data Owner on strec",
                "Storage Blob Data Owner on stup",
                "Storage Queue Data Contributor on sthost",
                "Storage Queue Data Contributor on strec",
                "Storage Queue Data Contributor on stup",
                "Storage Table Data Contributor on sthost",
                "Storage Table Data Contributor on strec",
                "Storage Table Data Contributor on stres",
            ],
            Of(Deployments.Full, "id-pipeline"));
    }

    [BicepFact]
    public void Who_deploys_may_put_the_register_in_place()
    {
        Assert.Equal(["Storage Blob Data Contributor on strec/reference"], Of(Deployments.Default, Deployments.Deployer));
    }

    [BicepFact]
    public void Commissioners_review_and_read_what_is_made_for_them()
    {
        Assert.Equal(
            [
                "Reader on strec",
                "Reader on stres",
                "Reader on stup",
                "Storage Blob Data Contributor on stup/reviews",
                "Storage Blob Data Reader on strec/receipts",
                "Storage Blob Data Reader on strec/reports",
                "Storage Blob Data Reader on strec/statements",
                "Storage Blob Data Reader on stres/tables",
            ],
            Of(Deployments.Full, Deployments.Commissioners));
    }

    [BicepFact]
    public void Finance_reads_its_files_and_confirms()
    {
        Assert.Equal(
            [
                "Reader on stpay",
                "Reader on stup",
                "Storage Blob Data Contributor on stup/confirmations",
                "Storage Blob Data Reader on stpay/payments",
            ],
            Of(Deployments.Full, Deployments.Finance));
    }

    [BicepFact]
    public void Administrators_keep_the_register()
    {
        Assert.Equal(["Reader on strec", "Storage Blob Data Contributor on strec/reference"],
            Of(Deployments.Full, Deployments.Administrators));
    }

    [BicepFact]
    public void Who_is_on_call_reads_the_log_and_what_a_fault_leaves_behind()
    {
        Assert.Equal(
            [
                "Log Analytics Reader on log",
                $"Reader on {Assert.Single(Deployments.Full.Of("Microsoft.Insights/workbooks")).Name}",
                "Reader on strec",
                "Storage Blob Data Reader on strec/backups",
                "Storage Blob Data Reader on strec/dead-letters",
            ],
            Of(Deployments.Full, Deployments.OnCall));
    }

    /// <summary>Clients' rows are in the archive, in what is uploaded and in quarantine.</summary>
    [BicepFact]
    public void No_person_reads_what_is_about_a_person()
    {
        string[] about = ["strec/archive", "strec/quarantine", "stup/submissions", "strec", "stup"];
        var people = Deployments.Full.Grants.Where(g => g.PrincipalType is "Group" or "User" && Roles[g.Role]
            .Contains("Data", StringComparison.Ordinal));

        Assert.NotEmpty(people);
        Assert.All(people, grant => Assert.DoesNotContain(grant.Scope, about));
    }

    [BicepFact]
    public void A_topic_may_write_its_dead_letters()
    {
        Assert.Equal(["Storage Blob Data Contributor on strec/dead-letters"], Of(Deployments.Default, "evgt-stup"));
        Assert.Equal(["Storage Blob Data Contributor on strec/dead-letters"], Of(Deployments.Default, "evgt-strec"));
    }

    [BicepFact]
    public void Nobody_else_has_a_role()
    {
        string[] people = [Deployments.Deployer, Deployments.Commissioners, Deployments.Finance, Deployments.Administrators,
            Deployments.OnCall];

        Assert.Equal(new[] { "id-pipeline", Deployments.Deployer, "evgt-stup", "evgt-strec" }.Order(), Principals(Deployments.Default));
        Assert.Equal(people.Concat(["id-pipeline", "evgt-strec", "evgt-scans"]).Order(), Principals(Deployments.Full));
        static IEnumerable<string> Principals(Deployment deployment) => deployment.Grants.Select(g => g.Principal).Distinct().Order();
    }

    [BicepFact]
    public void A_role_for_a_container_is_on_one_that_there_is()
    {
        Assert.All(
            Deployments.Full.Grants.Where(g =>
                Roles[g.Role].Contains("Blob", StringComparison.Ordinal) && g.Scope.Contains('/', StringComparison.Ordinal)),
            grant => Assert.Contains(grant.Scope, Deployments.Full.Containers()));
    }

    /// <summary>What is on the group or the subscription reaches what nobody thought of.</summary>
    [BicepFact]
    public void No_role_is_on_the_group_or_the_subscription()
    {
        Assert.All(Deployments.Full.Grants, grant => Assert.DoesNotContain("/subscriptions/", grant.Scope, StringComparison.Ordinal));
    }

    [BicepFact]
    public void A_group_is_said_to_be_one()
    {
        Assert.All(
            Deployments.Full.Grants.Where(g =>
                g.Principal is Deployments.Commissioners or Deployments.Finance or Deployments.Administrators or Deployments.OnCall),
            grant => Assert.Equal("Group", grant.PrincipalType));
    }

    /// <summary>Whoever deploys it reads there what the template gives.</summary>
    [BicepFact]
    public void The_readme_says_who_reaches_which_container()
    {
        string readme = Repository.Read("infra/README.md");
        var people = Deployments.Full.Grants.Where(g => g.PrincipalType is "Group" or "User"
            && g.Scope.Contains('/', StringComparison.Ordinal));

        Assert.All(people, grant => Assert.Contains(
            readme.Split('\n'), line =>
                line.StartsWith($"| {grant.Principal} |", StringComparison.Ordinal)
                    && line.Contains($"`{grant.Scope.Split('/')[1]}`", StringComparison.Ordinal)));
    }
}
