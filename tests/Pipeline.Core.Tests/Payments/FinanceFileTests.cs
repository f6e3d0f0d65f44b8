using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class FinanceFileTests
{
    private const string Header =
        "payment_id,supplier_ref,provider,contract,quarter,run,line,description,amount_gbp,entitlement_gbp,previously_released_gbp\r\n";

    private static readonly Gen<List<LedgerLine>> Lines =
        (from text in Gen.Elements("SUP-1", "=SUM(A1)", "+1", "-1", "@x", "\tx", "\rx", "a,b", "\"q\"", "'x", "", "é", "-12.00")
         from title in Gen.Elements("Core payment", "=cmd|' /C calc'!A0", "-1+1", "a\r\nb")
         from entitlement in Gen.OneOf(Gen.Choose(0, 1_000_000).Select(i => (long)i), Gen.Constant(long.MaxValue / 200))
         from released in Gen.Choose(-1_000_000, 1_000_000)
         select Line(entitlement, released, text, title)).ListOf()
             .Select(lines => lines.Select((line, i) => line with { Run = i + 1 }).ToList());

    [Fact]
    public void Is_what_finance_can_pay_from() =>
        Assert.Equal(
            Header
            + "HL-001-2025-26-Q1-core-r012,SUP-1,acme,HL-001,2025-26-Q1,12,core,\"Core payment, 2025-26 Q1\",22500.00,22500.00,0.00\r\n"
            + "HL-001-2025-26-Q1-core-r012,SUP-1,acme,HL-001,2025-26-Q1,12,core,\"Core payment, 2025-26 Q1 (clawback)\",-0.05,0.00,0.05\r\n",
            Written([Line(22_500_00, 0), Line(0, 5)]));

    [Fact]
    public void A_clawback_says_which_payment_it_corrects() =>
        Assert.Contains(
            ",\"Core payment, 2025-26 Q1 (clawback, corrects HL-001-2025-26-Q1-core-r003)\",-0.05,0.00,0.05\r\n",
            Written([Line(0, 5) with { Corrects = PaymentId.Parse("HL-001-2025-26-Q1-core-r003") }]), StringComparison.Ordinal);

    [Theory]
    [InlineData("=1", "\"'=1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\uff1d1", "'\uff1d1")]
    [InlineData("\uff20x", "'\uff20x")]
    [InlineData("\u202ex", "'\u202ex")]
    [InlineData("x=1", "x=1")]
    [InlineData("'=1", "'=1")]
    [InlineData("", "")]
    public void Text_that_a_spreadsheet_would_run_gets_an_apostrophe(string supplier, string written) =>
        Assert.StartsWith($"{Header}HL-001-2025-26-Q1-core-r012,{written},acme,", Written([Line(100, 0, supplier)]),
            StringComparison.Ordinal);

    [Fact]
    public void The_guard_never_touches_an_amount() => Property.HoldsFor(Lines, lines =>
    {
        // The amounts are the last three columns and hold no comma, so they stand at the end of the record as they are.
        string text = Written(lines);
        foreach (var line in lines)
            Assert.Contains(
                $",{line.Amount.ToPlainPounds()},{line.Entitlement.ToPlainPounds()},{line.PreviouslyReleased.ToPlainPounds()}\r\n", text,
                StringComparison.Ordinal);
    });

    [Fact]
    public void The_file_has_the_count_and_the_pence_of_its_lines() => Property.HoldsFor(Lines, lines =>
    {
        using var file = Stream(lines);
        Assert.Equal(new ControlTotals(lines.Count, lines.Select(line => line.Amount).Sum()), FinanceFile.ReadTotals(file));
    });

    [Fact]
    public void The_hash_is_that_of_the_bytes() => Property.HoldsFor(Lines, lines =>
        Assert.Equal(new Sha256(SHA256.HashData(Encoding.UTF8.GetBytes(Written(lines)))), FinanceFile.HashOf(lines)), cases: 50);

    [Fact]
    public void A_reversal_does_not_go_to_finance() =>
        Assert.Throws<ArgumentException>(() => Written([Line(100, 0).Reversed()]));

    [Theory]
    [InlineData("")]
    [InlineData("payment_id,amount_gbp\r\n")]
    [InlineData(Header + "a,b\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,1.5,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,01.50,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,1.505,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,\"1,000.00\",0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,'-1.00,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,99999999999999999999.00,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,h,-0.00,0.00,0.00\r\n")]
    [InlineData(Header + "a,b,c,d,e,f,g,\"h,1.00,0.00,0.00\r\n")]
    public void What_is_not_a_finance_file_is_not_counted(string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.Throws<InvalidDataException>(() => FinanceFile.ReadTotals(file));
    }

    [Fact]
    public void The_control_file_says_who_how_many_and_how_much()
    {
        using var control = new MemoryStream();
        FinanceFile.WriteControl(control, Run());
        Assert.Equal(
            $$"""
            {
              "quarter": "2025-26-Q1",
              "run": 1,
              "preparedBy": "Ann Price",
              "preparedAt": "2025-07-10T12:00:00+00:00",
              "approvedBy": "Siân O'Neil",
              "approvedAt": "2025-07-10T12:00:00+00:00",
              "releasedBy": "Cat Shaw",
              "releasedAt": "2025-07-11T12:00:00+00:00",
              "count": 2,
              "totalPence": 2300000,
              "sha256": "{{Run().Hash}}",
              "payments": {
                "count": 2,
                "totalPence": 2300000
              },
              "clawbacks": {
                "count": 0,
                "totalPence": 0
              },
              "providers": [
                {
                  "provider": "acme",
                  "supplierRef": "SUP-1",
                  "paymentsPence": 2300000,
                  "clawbacksPence": 0,
                  "netPence": 2300000
                }
              ],
              "lines": [
                {
                  "paymentId": "HL-001-2025-26-Q1-core-r001",
                  "provider": "acme",
                  "contract": "HL-001",
                  "line": "core",
                  "amountPence": 2250000,
                  "entitlementPence": 2250000,
                  "previouslyReleasedPence": 0,
                  "why": "first payment"
                },
                {
                  "paymentId": "HL-001-2025-26-Q1-one-r001",
                  "provider": "acme",
                  "contract": "HL-001",
                  "line": "one",
                  "amountPence": 50000,
                  "entitlementPence": 50000,
                  "previouslyReleasedPence": 0,
                  "why": "first payment"
                }
              ]
            }
            """,
            Encoding.UTF8.GetString(control.ToArray()));
    }

    [Fact]
    public void There_is_no_control_file_before_a_run_is_released() =>
        Assert.Throws<InvalidOperationException>(() => FinanceFile.WriteControl(System.IO.Stream.Null, Run() with { Released = null }));

    [Fact]
    public void A_run_is_read_again_from_its_lines_and_its_control_file()
    {
        var read = FinanceFile.ReadControl(Control(Run()), Run().Lines, Run().Inputs, Run().Reasons)!;
        Assert.Equal((Run().Released, Run().Approved, Run().Prepared, RunState.Released),
            (read.Released, read.Approved, read.Prepared, read.State));
        Assert.Equal(Control(Run()), Control(read));
    }

    [Theory]
    [InlineData("\"count\": 2", "\"count\": 3")]
    [InlineData("\"totalPence\": 2300000", "\"totalPence\": 2300001")]
    [InlineData("Ann Price", "")]
    [InlineData("\"run\": 1", "\"run\": \"1\"")]
    [InlineData("{", "")]
    public void A_control_file_that_is_not_of_these_lines_is_not_read(string was, string isNow)
    {
        string control = Encoding.UTF8.GetString(Control(Run()));
        Assert.Null(FinanceFile.ReadControl(Encoding.UTF8.GetBytes(control.Replace(was, isNow, StringComparison.Ordinal)), Run().Lines,
            Run().Inputs, Run().Reasons));
        Assert.Null(FinanceFile.ReadControl(Encoding.UTF8.GetBytes(control), [.. Run().Lines.Take(1)], Run().Inputs, Run().Reasons));
    }

    [Fact]
    public void Lines_ledger_and_file_agree()
    {
        var run = Run();
        using var file = Stream(run.Lines);
        var others = run.Lines.Select(line => line with { Run = 2 });
        Assert.Null(FinanceFile.Disagreement(run, [.. run.Lines, run.Lines[0].Reversed(), .. others], file));
    }

    [Fact]
    public void What_does_not_agree_is_said()
    {
        var run = Run();
        LedgerLine[] redirected = [.. run.Lines.Select(line => line with { SupplierRef = "SUP-2" })];
        Assert.Equal("The run holds 2 payments, £23,000.00 in all, but the ledger 1 payment, £22,500.00 in all.",
            Disagreement(run, run.Lines.Take(1), run.Lines));
        Assert.Equal("The run holds 2 payments, £23,000.00 in all, but the finance file 1 payment, £22,500.00 in all.",
            Disagreement(run, run.Lines, [run.Lines[0]]));
        LedgerLine[] dearer = [run.Lines[0] with { Entitlement = run.Lines[0].Entitlement + new Money(1) }, run.Lines[1]];
        Assert.Equal("The run holds 2 payments, £23,000.00 in all, but the ledger 2 payments, £23,000.01 in all.",
            Disagreement(run, dearer, run.Lines));
        Assert.Equal("The run holds 2 payments, £23,000.00 in all, but the finance file 2 payments, £23,000.01 in all.",
            Disagreement(run, run.Lines, dearer));
        Assert.Equal("The finance file is not the one that was approved.", Disagreement(run, run.Lines, redirected));
        using var empty = new MemoryStream();
        Assert.Equal("The header is not that of a finance file.", FinanceFile.Disagreement(run, run.Lines, empty));
    }

    private static string? Disagreement(PaymentRun run, IEnumerable<LedgerLine> ledger, IReadOnlyCollection<LedgerLine> written)
    {
        using var file = Stream(written);
        return FinanceFile.Disagreement(run, ledger, file);
    }

    private static PaymentRun Run()
    {
        var proposal = Sample.Proposal([Sample.Earning(Sample.Contract(), Sample.Five_fifths, "one")]);
        return PaymentRun.Prepare(proposal, Sample.Ann.At(Sample.Noon), [], []).Done()
            .Approve(PersonName.Parse("Siân O'Neil").At(Sample.Noon), proposal).Done()
            .Release(Sample.Cat.At(Sample.Noon.AddDays(1)), proposal).Done();
    }

    private static byte[] Control(PaymentRun run)
    {
        using var control = new MemoryStream();
        FinanceFile.WriteControl(control, run);
        return control.ToArray();
    }

    private static LedgerLine Line(long entitlement, long released, string supplier = "SUP-1", string title = "Core payment") => new(
        ContractId.Parse("HL-001"), ProviderId.Parse("acme"), supplier, Sample.Q1, "core", title, 12,
        new Money(entitlement), new Money(released), LedgerKind.Released);

    private static MemoryStream Stream(IReadOnlyCollection<LedgerLine> lines)
    {
        var stream = new MemoryStream();
        FinanceFile.Write(stream, lines);
        stream.Position = 0;
        return stream;
    }

    private static string Written(IReadOnlyCollection<LedgerLine> lines)
    {
        using var stream = Stream(lines);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
