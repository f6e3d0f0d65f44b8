using System.Text;
using Pipeline.Core.Submissions;

namespace Pipeline.Local.Tests.Commands;

/// <summary>Nothing about a person leaves the archive (docs/decisions/19-nothing-about-a-person-leaves-the-archive.md).</summary>
public sealed class PrivacyTests : IDisposable
{
    /// <summary>What must never be seen again: references, names and free texts, none of which is a word that the pipeline knows.</summary>
    private static readonly string[] Planted =
    [
        "REFXQ-4711", "REFXQ-4712", "Zebedee", "Quillfeather", "zqf@example.org", "QQ123456C", "943 476 5919", "9434765919", "07700 900123",
        "ZZ9Z 9ZZ", "EVXQ-77",
        "wobbly sofa", "purple note", "INCXQ-5", "RFLXQ-5", "1971-03-09", "unheard_of_code", "odd_column",
    ];

    private static readonly string[] Inputs = ["archive", "quarantine", "submissions", "reviews", "confirmations", "reference"];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Nothing_planted_is_in_any_artefact()
    {
        const string acme = SampleInput.Acme;
        var files = new Dictionary<string, string>(SampleInput.All)
        {
            [acme + "outcomes.csv"] = SampleInput.OutcomesHeader
                + "REFXQ-4711,homeless,health_and_wellbeing,physical_health,2025-04-02,fully_met,2025-05-01,,EVXQ-77,,,\n",
            [acme + "evidence.csv"] =
                "element,kind,evidence_ref,evidence_on,quantity,description\n"
                + "working_in_partnership,boards_attended,EVXQ-77,2025-05-05,2,wobbly sofa of Zebedee\n",
            // In code columns, as a date, as a reference, as a number.
            [acme + "outcomes-2.csv"] = SampleInput.OutcomesHeader
                + "REFXQ-4712,Quillfeather,unheard_of_code,Zebedee Quillfeather,1971-03-09,REFXQ-4711,Zebedee,wobbly "
                + "sofa,QQ123456C,Quillfeather,Zebedee,943 476 5919\n"
                + "Zebedee Quillfeather,homeless,health_and_wellbeing,zqf@example.org,07700 900123,open,,,,,ZZ9Z 9ZZ,\n"
                + "REFXQ-4711,homeless,health_and_wellbeing,,2025-04-02,open,,,,,,\n"
                + "REFXQ-4711,homeless,health_and_wellbeing,,2025-04-02,open,,,,,,\n",
            // In the header, and as a file without one.
            [acme + "hours.csv"] = "month,commissioned_hours,Zebedee Quillfeather,odd_column\n2025-04,Zebedee,QQ123456C,wobbly sofa\n",
            [acme + "referrals.csv"] = "RFLXQ-5,Zebedee,Quillfeather,1971-03-09\nRFLXQ-5,Zebedee,Quillfeather,1971-03-09\n",
            [acme + "incidents.csv"] =
                "incident_ref,kind,occurred_on,reported_on,status\nINCXQ-5,Zebedee,2025-05-01,2025-05-01,Quillfeather\nINCXQ-5,\"Zebedee",
            [acme + "feedback.csv"] =
                "question,asked_on,responses,positive_responses\nwobbly sofa of zqf@example.org?,2025-05-01,9434765919,1\n",
            [acme + "social-value.csv"] =
                "category,activity,delivered_on,beneficiaries,hours,value_gbp\nZebedee,wobbly sofa,2025-05-01,Quillfeather,1,1\n"
                + "social,purple note,2025-05-01,1,1,1\n",
            [acme + "quality.csv"] = "Zebedee;Quillfeather\nREFXQ-4711;wobbly sofa\n",
            // In names of files and folders.
            [acme + "outcomes-QQ123456C.csv"] = SampleInput.OutcomesHeader,
            [acme + "Zebedee Quillfeather.csv"] = "Zebedee",
            [acme + "outcomes-zqf@example.org.csv"] = "zqf@example.org",
            ["submissions/zebedee/REFXQ-4711/2025-26-Q1/outcomes.csv"] = "Quillfeather",
            ["submissions/Zebedee/Quillfeather.csv"] = "Quillfeather",
            ["reviews/2025-26-Q1/decisions.csv"] =
                "contract,element,decision,reviewer,approver,decided_on,reason,note\n"
                + "HL-001,working_in_partnership,met,J. Marsh,R. Tate,2025-07-20,,purple note\n",
            ["reviews/2025-26-Q1/checks.csv"] =
                "contract,check,carried_out_on,result,note\nZebedee,unheard_of_code,1971-03-09,Quillfeather,wobbly sofa\n",
            ["confirmations/2025-26-Q1/one.csv"] = "payment_id,status,paid_on,reference\nREFXQ-4711,Zebedee,1971-03-09,QQ123456C\n",
        };
        string input = SampleInput.Write(_temp.At("input"), files);
        string workspace = _temp.At("workspace");
        var said = new StringBuilder();
        async Task Do(int exit, params string[] args)
        {
            var each = await Cli.RunAsync(args);
            Assert.Equal(exit, each.Exit);
            said.Append(each.Output).Append(each.Error);
        }

        await Do(1, "run", input, "--workspace", workspace, "--today", "2025-07-15", "--strict");
        await Do(0, "run", input, "--workspace", _temp.At("json"), "--today", "2025-07-15", "--json");
        await Do(0, "status", "2025-26-Q1", "--workspace", workspace);
        await Do(0, "export", _temp.At("tables"), "--workspace", workspace);
        foreach (string path in files.Keys.Where(p => Slot.At(p) is Slot.Return { Provider: var provider }
            && provider.ToString() == "acme"))
        {
            var each = await Cli.RunAsync("check", Path.Join(input, path), "--reference", Path.Join(input, "reference"));
            said.Append(each.Output).Append(each.Error);
        }

        // Reference files that do not check are told of before anything is written.
        string broken = SampleInput.Write(_temp.At("broken"),
        [
            new(SampleInput.Contracts, SampleInput.Reference[SampleInput.Contracts]
                + "Zebedee Quillfeather,QQ123456C,wobbly sofa,zqf@example.org,unheard_of_code,Zebedee,943 476 "
                + "5919,1971-03-09,Zebedee,Quillfeather\n"),
        ]);
        await Do(2, "run", broken, "--workspace", _temp.At("none"));

        // What was planted was taken in: it is where it may be.
        Assert.All(Planted, planted => Assert.Contains(Cli.Bytes(workspace), file => IsInput(file.Key) && Holds(file.Value, planted)));
        var artefacts = Cli.Bytes(workspace).Where(f => !IsInput(f.Key)).Concat(Cli.Bytes(_temp.At("tables"))).ToList();
        Assert.Contains(artefacts, f => f.Key == "tables.db");
        Assert.Contains(artefacts, f => f.Key.EndsWith("v2.json", StringComparison.Ordinal));
        foreach (string planted in Planted)
        {
            Assert.DoesNotContain(planted, said.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(artefacts, f => f.Key.Contains(planted, StringComparison.OrdinalIgnoreCase));
            Assert.Equal([], artefacts.Where(f => Holds(f.Value, planted)).Select(f => $"{f.Key} holds {planted}"));
        }
    }

    private static bool IsInput(string path) => Inputs.Contains(path.Split(Path.DirectorySeparatorChar)[0]);

    /// <summary>In any encoding that a store might use, and in any case.</summary>
    private static bool Holds(byte[] bytes, string planted) =>
        new Encoding[] { Encoding.Latin1, Encoding.Unicode, Encoding.BigEndianUnicode }.Any(encoding =>
            new[] { bytes, bytes.AsSpan(Math.Min(1, bytes.Length)).ToArray() }.Any(aligned =>
                encoding.GetString(aligned).Contains(planted, StringComparison.OrdinalIgnoreCase)));
}
