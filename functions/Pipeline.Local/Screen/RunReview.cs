using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>A payment run as its approver sees it: every line, and what each provider gets and gives back.</summary>
internal static class RunReview
{
    private static readonly JsonWriterOptions Readable = new()
        { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(PaymentRun run, IAnsiConsole people)
    {
        var lines = OutputStyle.Table("Provider", "Contract", "Line", ">Amount", "Why");
        for (int at = 0; at < run.Lines.Count; at++)
        {
            var line = run.Lines[at];
            lines.AddRow([
                Markup.Escape(line.Provider.ToString()), Markup.Escape(line.Contract.ToString()), Markup.Escape(line.Line),
                line.Amount < Money.Zero ? $"[red]{line.Amount}[/]" : line.Amount.ToString(), Markup.Escape(run.Why(at))]);
        }

        people.Write(lines);
        var providers = OutputStyle.Table("Provider", "Supplier", ">Paid", ">Taken back", ">Net");
        foreach (var provider in run.Providers)
            providers.AddRow([Markup.Escape(provider.Provider.ToString()), Markup.Escape(provider.SupplierRef),
                provider.Payments.ToString(), provider.Clawbacks.ToString(), provider.Net.ToString()]);
        people.Write(providers);
        people.Unbroken(
            $"Payments: {run.Payments.Count}, {run.Payments.Total}. Clawbacks: {run.Clawbacks.Count}, {run.Clawbacks.Total}. Net: "
            + $"{run.Totals.Total}.");
        people.Unbroken(string.Join(" ", Steps(run)));
    }

    /// <param name="runs">Each with how far it has come.</param>
    /// <param name="isOne">Whether it is the run itself that is asked for, and not a list.</param>
    public static void WriteJson(TextWriter output, IEnumerable<(PaymentRun Run, string State)> runs, bool isOne)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            if (!isOne)
            {
                json.WriteStartObject();
                json.WriteStartArray("runs");
            }

            foreach (var (run, state) in runs)
                FinanceFile.WriteReview(json, run, state);
            if (!isOne)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private static IEnumerable<string> Steps(PaymentRun run)
    {
        foreach (var (step, signature) in new[] { ("Prepared", run.Prepared), ("Approved", run.Approved), ("Released", run.Released),
            ("Rejected", run.Rejected) })
        {
            if (signature is { By: var by, At.UtcDateTime: var at })
                yield return string.Create(CultureInfo.InvariantCulture, $"{step} by {by} on {at:d MMMM yyyy} at {at:HH:mm} UTC.");
        }

        if (run.IsOpen)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"It expires on {run.ExpiresAt.UtcDateTime:d MMMM yyyy} at {run.ExpiresAt.UtcDateTime:HH:mm} UTC.");
    }
}
