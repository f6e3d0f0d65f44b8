using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;

namespace Pipeline.Core.Payments;

/// <summary>What lines, ledger and finance file must agree on before anything is released.</summary>
/// <param name="Count">Payments.</param>
/// <param name="Total">Their amounts added up.</param>
public sealed record ControlTotals(int Count, Money Total)
{
    public static ControlTotals Of(IReadOnlyCollection<LedgerLine> lines) => new(lines.Count, lines.Released());

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} {(Count == 1 ? "payment" : "payments")}, {Total} in all");
}

/// <summary>
/// The file that finance pays from, <c>payments/{quarter}/run-{nnn}.csv</c>, and the control file beside it (domain.md section 6).
/// The same lines always make the same bytes: UTF-8 without a byte order mark, CRLF.
/// </summary>
public static class FinanceFile
{
    private const int AmountColumn = 8;

    private static readonly string[] Columns =
    [
        "payment_id", "supplier_ref", "provider", "contract", "quarter", "run", "line", "description",
        "amount_gbp", "entitlement_gbp", "previously_released_gbp",
    ];

    /// <summary>Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers are never touched.</summary>
    private static readonly CsvWriterOptions Guarded = new()
    {
        NewLine = "\r\n",
        Injection = CsvInjection.Escape,
        InjectionCharacters = SpreadsheetFormulas.FirstCharacters,
        InjectionEscape = '\'',
    };

    private static readonly CsvReaderOptions Strict = new()
    {
        Separator = ',',
        DetectSeparatorHint = false,
        HasHeader = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        IncludeValuesInExceptions = false,
    };

    // Names are written as they are; the file is not a web page.
    private static readonly JsonWriterOptions Readable = new()
        { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="stream">Left open.</param>
    /// <param name="lines">Of a run, in its order.</param>
    /// <exception cref="ArgumentException">A line is a reversal, which finance has reported itself.</exception>
    public static void Write(Stream stream, IReadOnlyCollection<LedgerLine> lines)
    {
        if (lines.Any(line => line.Kind != LedgerKind.Released))
            throw new ArgumentException("Only payments go to finance.", nameof(lines));
        using var csv = CsvWriter.Create(stream, Guarded, leaveOpen: true);
        csv.WriteRecord(Columns);
        foreach (var line in lines)
        {
            csv.WriteField(line.PaymentId.ToString());
            csv.WriteField(SpreadsheetFormulas.Guarded(line.SupplierRef));
            csv.WriteField(line.Provider.ToString());
            csv.WriteField(line.Contract.ToString());
            csv.WriteField(line.Quarter.ToString());
            csv.WriteField(line.Run);
            csv.WriteField(line.Line);
            csv.WriteField(SpreadsheetFormulas.Guarded(Description(line)));
            foreach (var amount in new[] { line.Amount, line.Entitlement, line.PreviouslyReleased })
                csv.WriteField(amount.Pence / 100m, "0.00", CultureInfo.InvariantCulture);
            csv.EndRecord();
        }
    }

    /// <summary>
    /// <c>Core payment, 2025-26 Q1</c>; when finance is to take money back, with <c>(clawback, corrects HL-001-2025-26-Q1-core-r001)</c>.
    /// </summary>
    public static string Description(LedgerLine line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Title}, {line.Quarter.FinancialYear} Q{line.Quarter.Number}{Clawback(line)}");

    /// <summary>The SHA-256 of the file that the lines make.</summary>
    public static Sha256 HashOf(IReadOnlyCollection<LedgerLine> lines)
    {
        using var sha256 = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, sha256, CryptoStreamMode.Write))
            Write(hashed, lines);
        return new Sha256(sha256.Hash);
    }

    /// <summary>
    /// The control file: by whom and when, how many, how much, and the CSV's SHA-256. The run can be rebuilt from it and its lines.
    /// </summary>
    /// <param name="stream">Left open.</param>
    /// <param name="run">Released.</param>
    /// <exception cref="InvalidOperationException">Nobody released the run.</exception>
    public static void WriteControl(Stream stream, PaymentRun run)
    {
        if (run is not { Approved: { } approved, Released: { } released })
            throw new InvalidOperationException("A run goes to finance once it is released.");
        using var json = new Utf8JsonWriter(stream, Readable);
        json.WriteStartObject();
        json.WriteString("quarter", run.Quarter.ToString());
        json.WriteNumber("run", run.Number);
        WriteSignature(json, "prepared", run.Prepared);
        WriteSignature(json, "approved", approved);
        WriteSignature(json, "released", released);
        WriteContent(json, run);
        json.WriteEndObject();
    }

    /// <summary>Of a step that was not taken, nothing.</summary>
    private static void WriteSignature(Utf8JsonWriter json, string step, Signature? signature)
    {
        if (signature is null)
            return;
        json.WriteString($"{step}By", signature.By.ToString());
        json.WriteString($"{step}At", signature.At);
    }

    private static Signature ReadSignature(JsonElement control, string step) =>
        new(PersonName.Parse(control.GetProperty($"{step}By").GetString()!), control.GetProperty($"{step}At").GetDateTimeOffset());

    /// <summary>What the run holds, the same however far it has come.</summary>
    private static void WriteContent(Utf8JsonWriter json, PaymentRun run)
    {
        json.WriteNumber("count", run.Totals.Count);
        json.WriteNumber("totalPence", run.Totals.Total.Pence);
        json.WriteString("sha256", run.Hash.ToString());
        WriteTotals(json, run);
        WriteLines(json, run);
    }

    /// <summary>Payments and clawbacks apart, and what each provider gets after both.</summary>
    private static void WriteTotals(Utf8JsonWriter json, PaymentRun run)
    {
        foreach (var (name, totals) in new[] { ("payments", run.Payments), ("clawbacks", run.Clawbacks) })
        {
            json.WriteStartObject(name);
            json.WriteNumber("count", totals.Count);
            json.WriteNumber("totalPence", totals.Total.Pence);
            json.WriteEndObject();
        }

        json.WriteStartArray("providers");
        foreach (var provider in run.Providers)
        {
            json.WriteStartObject();
            json.WriteString("provider", provider.Provider.ToString());
            json.WriteString("supplierRef", provider.SupplierRef);
            json.WriteNumber("paymentsPence", provider.Payments.Pence);
            json.WriteNumber("clawbacksPence", provider.Clawbacks.Pence);
            json.WriteNumber("netPence", provider.Net.Pence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLines(Utf8JsonWriter json, PaymentRun run)
    {
        json.WriteStartArray("lines");
        for (int at = 0; at < run.Lines.Count; at++)
        {
            var line = run.Lines[at];
            json.WriteStartObject();
            json.WriteString("paymentId", line.PaymentId.ToString());
            json.WriteString("provider", line.Provider.ToString());
            json.WriteString("contract", line.Contract.ToString());
            json.WriteString("line", line.Line);
            json.WriteNumber("amountPence", line.Amount.Pence);
            json.WriteNumber("entitlementPence", line.Entitlement.Pence);
            json.WriteNumber("previouslyReleasedPence", line.PreviouslyReleased.Pence);
            json.WriteString("why", run.Why(at));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A run as its approver sees it, as JSON: the same that the control file holds of it, as far as it has come.</summary>
    /// <param name="json">Left open.</param>
    /// <param name="run">In any state.</param>
    /// <param name="state">How far it has come, in a word.</param>
    public static void WriteReview(Utf8JsonWriter json, PaymentRun run, string state)
    {
        json.WriteStartObject();
        json.WriteString("quarter", run.Quarter.ToString());
        json.WriteNumber("run", run.Number);
        json.WriteString("state", state);
        WriteSignature(json, "prepared", run.Prepared);
        WriteSignature(json, "approved", run.Approved);
        WriteSignature(json, "released", run.Released);
        WriteSignature(json, "rejected", run.Rejected);
        if (run.IsOpen)
            json.WriteString("expiresAt", run.ExpiresAt);
        if (run.Reason is { } reason)
            json.WriteString("reason", reason);
        WriteContent(json, run);
        json.WriteEndObject();
    }

    /// <summary>The released run that a control file was written of.</summary>
    /// <param name="json">As <see cref="WriteControl"/> made it.</param>
    /// <param name="lines">What the run was prepared with.</param>
    /// <param name="inputs">What it was prepared from.</param>
    /// <param name="reasons">Of each line.</param>
    /// <returns>Null when the control file is no such file, or not that of these lines.</returns>
    public static PaymentRun? ReadControl(byte[] json, IReadOnlyList<LedgerLine> lines, Inputs inputs, IReadOnlyList<LineReason> reasons)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var control = document.RootElement;
            var run = new PaymentRun
            {
                Quarter = Quarter.Parse(control.GetProperty("quarter").GetString()!),
                Number = control.GetProperty("run").GetInt32(),
                State = RunState.Released,
                Prepared = ReadSignature(control, "prepared"),
                Approved = ReadSignature(control, "approved"),
                Released = ReadSignature(control, "released"),
                Lines = lines,
                Hash = HashOf(lines),
                Inputs = inputs,
                Reasons = reasons,
            };
            using var same = new MemoryStream();
            WriteControl(same, run);
            return same.ToArray().AsSpan().SequenceEqual(json) ? run : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Counts and adds up a file as finance will, from its bytes alone.</summary>
    /// <param name="stream">A file that <see cref="Write"/> made; left open.</param>
    /// <exception cref="InvalidDataException">The file is not one that <see cref="Write"/> makes.</exception>
    public static ControlTotals ReadTotals(Stream stream)
    {
        try
        {
            using var csv = CsvReader.Create(stream, Strict, leaveOpen: true);
            if (!csv.Read() || !Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).SequenceEqual(Columns))
                throw new InvalidDataException("The header is not that of a finance file.");
            var totals = new ControlTotals(0, Money.Zero);
            while (csv.Read())
            {
                if (csv.FieldCount != Columns.Length)
                    throw new InvalidDataException("A row of the finance file has not as many values as the header.");
                totals = new ControlTotals(totals.Count + 1, totals.Total + Amount(csv.GetString(AmountColumn)));
            }
            return totals;
        }
        catch (CsvFormatException exception)
        {
            throw new InvalidDataException("The finance file is not well-formed CSV.", exception);
        }
    }

    /// <summary>Asserts that lines = ledger = file in count and pence, and that the file is the one that was approved.</summary>
    /// <param name="run">Being released.</param>
    /// <param name="ledger">The quarter's lines, those of the run included.</param>
    /// <param name="file">The file as it was stored, from its start; left open.</param>
    /// <returns>Null when they agree, else a sentence that says what does not.</returns>
    public static string? Disagreement(PaymentRun run, IEnumerable<LedgerLine> ledger, Stream file)
    {
        using var sha256 = SHA256.Create();
        ControlTotals inFile;
        try
        {
            using var hashed = new CryptoStream(file, sha256, CryptoStreamMode.Read, leaveOpen: true);
            inFile = ReadTotals(hashed);
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }

        var inLedger = ControlTotals.Of([.. ledger.Where(line => line.Run == run.Number && line.Kind == LedgerKind.Released)]);
        if (inLedger != run.Totals)
            return $"The run holds {run.Totals}, but the ledger {inLedger}.";
        if (inFile != run.Totals)
            return $"The run holds {run.Totals}, but the finance file {inFile}.";
        return new Sha256(sha256.Hash) == run.Hash ? null : "The finance file is not the one that was approved.";
    }

    private static string Clawback(LedgerLine line) => line.Corrects is { } paid
        ? $" (clawback, corrects {paid})" : line.Amount < Money.Zero ? " (clawback)" : "";

    private static Money Amount(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal pounds)
        && pounds is >= long.MinValue / 100m and <= long.MaxValue / 100m
        && new Money((long)(pounds * 100)) is var amount && amount.ToPlainPounds() == text
            ? amount
            : throw new InvalidDataException("An amount of the finance file is not in pounds and pence.");
}
