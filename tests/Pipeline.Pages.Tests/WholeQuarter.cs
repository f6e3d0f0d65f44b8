using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Functions.Tests.Web;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Pages.Tests;

/// <summary>A quarter in which everything happens once: what is sent, and the same acts by files and commands.</summary>
internal static class WholeQuarter
{
    public const string Register =
        "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
        + "HL-001,acme,Acme,Floating support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1\n";

    /// <summary>Less than was paid by.</summary>
    public static readonly string Lowered = Register.Replace("100000.00", "90000.00", StringComparison.Ordinal);

    public const string Calendar = "quarter,contract,due_on,extended_to\n2025-26-Q1,,2025-07-05,\n";
    public const string Extended = Calendar + "2025-26-Q1,HL-001,2025-07-05,2025-07-20\n";
    public const string Evidence =
        "element,kind,evidence_ref,evidence_on,quantity,description\nworking_in_partnership,boards_attended,P-1,2025-05-01,1,\n";
    public const string Decided =
        "contract,element,decision,reviewer,approver,decided_on,reason,note\n"
        + "HL-001,working_in_partnership,met,Ann Price,Ben Rees,2025-07-10,,\n";
    public const string Failed = "HL-001-2025-26-Q1-core-r001", Paid = "HL-001-2025-26-Q1-working_in_partnership-r001";

    /// <summary>The template, filled in with words where a number belongs; and mended.</summary>
    public static readonly byte[] Broken = Workbook("2025-04", "a lot", "90"), Mended = Workbook("2025-04", "100", "90");

    public static readonly Quarter Q1 = Quarter.Parse("2025-26-Q1");
    public static readonly PersonName Ann = PersonName.Parse("Ann Price"), Cat = PersonName.Parse("Cat Shaw"),
        Fay = PersonName.Parse("Fay Moss");

    /// <summary>All of it by files and commands, as everybody would do it who has no browser.</summary>
    public static async Task PlayAsync(AllSteps steps)
    {
        await TakeBytesAsync("submissions/acme/HL-001/2025-26-Q1/hours-1.xlsx", Broken);
        await TakeBytesAsync("submissions/acme/HL-001/2025-26-Q1/hours-2.xlsx", Mended);
        await TakeAsync("reference/calendar.csv", Extended);
        await TakeAsync("submissions/acme/HL-001/2025-26-Q1/evidence-1.csv", Evidence);
        await TakeAsync("reviews/2025-26-Q1/decisions-1.csv", Decided);
        await PayAsync(1);
        await TakeAsync("confirmations/2025-26-Q1/confirmations-1.csv",
            $"payment_id,status,paid_on,reference\n{Failed},failed,2025-07-10,\n{Paid},paid,2025-07-10,\n");
        await PayAsync(2);
        await TakeAsync("reference/contracts.csv", Lowered);
        Assert.Null(await steps.DecideChanges.AcceptAsync(1, PersonName.Parse("Ben Rees")));
        await steps.RefreshAsync();
        Assert.Null(await steps.Publish.RunAsync(Q1, Ann, ""));
        Assert.Null(await steps.Close.RunAsync(Q1, Ann));
        await steps.RefreshAsync();

        Task TakeAsync(string path, string text) => TakeBytesAsync(path, Utf8(text));

        async Task TakeBytesAsync(string path, byte[] bytes)
        {
            await PutAsync(steps, path, bytes);
            Assert.NotNull(await steps.TakeIn.RunAsync(path));
        }

        async Task PayAsync(int run)
        {
            Assert.IsType<RunResult.Done>(await steps.Prepare.RunAsync(Q1, Cat));
            Assert.IsType<RunResult.Done>(await steps.Decide.ApproveAsync(Q1, run, Fay));
            Assert.IsType<RunResult.Done>(await steps.Release.RunAsync(Q1, run, Cat));
        }
    }

    /// <summary>A register and a calendar, before anything came; and for whom Dee Lake acts, which Azure asks.</summary>
    public static async Task SetUpAsync(AllSteps steps)
    {
        await ReferenceFiles.PutDeliveredAsync(steps.Files);
        await PutAsync(steps, "reference/contracts.csv", Utf8(Register));
        await PutAsync(steps, "reference/calendar.csv", Utf8(Calendar));
        await PutAsync(steps, "reference/people.csv", Utf8($"person,role,provider\n{SignIn.ObjectIdOf("Dee Lake")},provider,acme\n"));
        await steps.Sweep.RunAsync();
        await steps.RefreshAsync();
    }

    private static Task<string> PutAsync(AllSteps steps, string path, byte[] bytes) =>
        steps.Files.WriteAsync(path, new MemoryStream(bytes));

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>The template of hours with one row typed into its sheet.</summary>
    private static byte[] Workbook(params string[] cells)
    {
        using var json = DeliveredFrameworks.Open("performance");
        using var bytes = new MemoryStream();
        WorkbookTemplate.Write(bytes, [Dataset.Hours], FrameworkFile.Read(json).Framework!);
        using (var document = SpreadsheetDocument.Open(bytes, isEditable: true))
        {
            var sheet = document.WorkbookPart!.Workbook.Descendants<Sheet>().Single(s => s.Name == "hours");
            var rows = ((WorksheetPart)document.WorkbookPart.GetPartById(sheet.Id!.Value!)).Worksheet.GetFirstChild<SheetData>()!;
            rows.Append(new Row(cells.Select(text => decimal.TryParse(text, CultureInfo.InvariantCulture, out _)
                ? new Cell(new CellValue(text))
                : new Cell(new InlineString(new Text(text))) { DataType = CellValues.InlineString })));
        }

        return bytes.ToArray();
    }
}

/// <summary>Of the day on which all of it happens.</summary>
internal sealed class Noon : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2025, 7, 10, 12, 0, 0, TimeSpan.Zero);
}
